"""Every tool in turn, round after round, so that what the machine does besides hits all alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from typing import Final

from bench.ours import Figures, Markwire
from bench.peers import Peer
from bench.running import CommandFailedError, Running
from bench.sight import Sight
from bench.sites import Site

Tell = Callable[[str], None]

_CHANGE_LIMIT: Final = 300.0
_OURS: Final = "markwire"


class Sites:
    """The folders of one size, one for each tool, made when they are first asked for."""

    def __init__(self, scratch: Path, size: int, tell: Tell) -> None:
        self.size = size
        self.root = scratch / "sites" / str(size)
        self._tell = tell
        self._made: dict[str, Site] = {}

    def __getitem__(self, tool: str) -> Site:
        if tool not in self._made:
            self._tell(f"writing {self.size} articles for {tool}")
            site = Site(self.root / tool, tool, self.size)
            site.make()
            self._made[tool] = site
        return self._made[tool]


def cold(
    ours: Markwire, peers: Sequence[Peer], sites: Sites, *, rounds: int, tell: Tell
) -> dict[str, Figures]:
    """Build everything anew with each tool, ``rounds`` times or, with the slow, once."""
    figures: dict[str, Figures] = {}
    for turn in range(rounds):
        found = ours.cold(sites[_OURS])
        tell(f"cold {turn + 1}/{rounds}: markwire {found['wall'][0]:.2f} s")
        _add(figures, _OURS, found)
        for peer in peers:
            if turn and sites.size >= peer.few_from:
                continue
            site = sites[peer.name]
            found = peer.cold(site, _log(ours, peer.name))
            tell(f"cold {turn + 1}/{rounds}: {peer.name} {found['wall'][0]:.2f} s")
            _add(figures, peer.name, found)
    return figures


def changes(
    ours: Markwire, peers: Sequence[Peer], sites: Sites, *, rounds: int, tell: Tell
) -> dict[str, Figures]:
    """Let all tools watch at once, and give each a change in turn, waiting until it rests again.

    Markwire's figure is the time until all three files of its main feed hold the change, a peer's
    until its one main feed does, whole.
    """
    figures: dict[str, Figures] = {}
    site = sites[_OURS]
    ours.settle(site)
    with ExitStack() as stack:
        main = stack.enter_context(ours.watch(site))
        ours.rest(main)
        watches: dict[str, Running] = {}
        for peer in peers:
            peer.forget(sites[peer.name])
            watch = stack.enter_context(peer.running(sites[peer.name], _log(ours, peer.name)))
            peer.rest(sites[peer.name], watch)
            watches[peer.name] = watch
        for turn in range(-1, rounds):  # The first is a warm-up.
            os.sync()  # Else our fsync would wait for what others have not made durable.
            start, seen = ours.publish(site, main, site.next_drop())
            took = {_OURS: max(seen[path] for path in ours.main_feed(site)) - start}
            sleep(0.2)
            for peer in peers:
                took[peer.name] = _change(peer, sites[peer.name], watches[peer.name])
            tell(f"change {turn + 1}/{rounds}: " + _in_words(took))
            if turn >= 0:
                for name, seconds in took.items():
                    _add(figures, name, {"rss": [seconds]})
    for peer in peers:
        peer.check_main(sites[peer.name])
        figures[peer.name]["follows"] = [float(peer.follows(sites[peer.name]))]
    return figures


def _change(peer: Peer, site: Site, watch: Running) -> float:
    drop = site.next_drop()
    os.sync()
    sight = Sight({peer.feed(site): drop.marker}, step=0.001)
    try:
        start = drop.let_go()
        seen = sight.wait(_CHANGE_LIMIT, alive=watch.must_live)
    except CommandFailedError as fault:
        raise CommandFailedError(f"{peer.title}: {fault}") from fault
    peer.rest(site, watch)
    return max(seen.values()) - start


def _log(ours: Markwire, name: str) -> Path:
    return ours.scratch / "logs" / f"{name}.log"


def _add(figures: dict[str, Figures], name: str, more: Figures) -> None:
    mine = figures.setdefault(name, {})
    for key, values in more.items():
        mine.setdefault(key, []).extend(values)


def _in_words(took: dict[str, float]) -> str:
    return ", ".join(f"{name} {seconds:.3f} s" for name, seconds in took.items())
