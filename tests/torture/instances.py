"""Several Markwires on one site, begun at the same moment: one works, the others leave or wait.

Builds race builds, watches race watches, and builds come to a running watch. Whoever leaves does so
with code 4 and says who works; whoever says that all is done has it published. Nothing is torn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from torture import verdict
from torture.clean import clean_build
from torture.forks import End, Forks, forking
from torture.room import Room
from torture.torment import Outcome
from torture.watched import PATIENCE, Watched, watched

_LOCKED: Final = 4
_ENOUGH: Final = 8
_RACES: Final = 12  # of which two are of watches, which take longer to start


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Have ``count`` races."""
    room = Room(folder / "site", seed)
    ledger = verdict.Ledger()
    broken: list[str] = []
    left: list[float] = []
    ran = 0
    with forking() as forks:
        while ran < count and len(broken) < _ENOUGH:
            race = _RARE.get(ran % _RACES, _builds)
            found = [*race(forks, room, ledger, left), *_after(forks, room, ledger, folder)]
            broken += [f"{race.__name__.strip('_')} ({ran}): {each}" for each in found]
            ran += 1
    slowest = f"{max(left):.2f} s" if left else "never"
    what = "builds and watches begun at the same moment on one site"
    figures = {"left": f"{len(left):,}", "slowest to leave": slowest}
    return Outcome(ran, what, tuple(broken), figures)


def _after(forks: Forks, room: Room, ledger: verdict.Ledger, folder: Path) -> Iterator[str]:
    end = forks.run(room.root)
    if not end.is_done:
        yield f"the next build ended with {end.code}: {end.said}"
    yield from verdict.settled(room.feeds, ledger, room.slugs)
    clean = clean_build(forks, room, folder / "clean")
    yield from verdict.differing(verdict.files(room.feeds), clean, room.gone)


def _builds(forks: Forks, room: Room, ledger: verdict.Ledger, left: list[float]) -> Iterator[str]:
    for _ in range(room.chance.randint(0, 3)):
        room.edit()
    ends = forks.race(room.root, runners=room.chance.randint(2, 6))
    yield from _ended(ends, left)
    if not any(end.is_done for end in ends):
        yield "none of them did the work"
    else:
        yield from verdict.settled(room.feeds, ledger, room.slugs)


def _ended(ends: list[End], left: list[float]) -> Iterator[str]:
    for end in ends:
        if end.code == _LOCKED and "another Markwire (process" in end.said:
            left.append(end.seconds)
        elif not end.is_done:
            yield f"one ended with {end.signal or end.code}: {end.said}"


def _builds_beside_a_watch(
    forks: Forks, room: Room, ledger: verdict.Ledger, left: list[float]
) -> Iterator[str]:
    with watched(room.root) as watch:
        room.rewrite()  # no deletion: the watch would wait, and write while we look
        ends = forks.race(room.root, runners=3)
        yield from _ended(ends, left)
        if any(end.is_done for end in ends):
            yield from verdict.settled(room.feeds, ledger, room.slugs)
        second = forks.run(room.root, "watch")
        yield from _ended([second], left)
        if second.is_done:
            yield "a second watch did not leave"
        if watch.process.poll() is not None:
            yield f"the watch has ended: {watch.said[-3:]}"


def _watches(
    _forks: Forks, room: Room, ledger: verdict.Ledger, _left: list[float]
) -> Iterator[str]:
    room.edit()
    with ExitStack() as stack:
        several = [Watched(room.root) for _ in range(3)]
        for each in several:
            stack.callback(each.stop)
        codes = []
        for each in several:
            each.until(lambda each=each: bool(each.editions), seconds=PATIENCE)
            codes.append(each.process.poll() if each.editions else each.process.wait(PATIENCE))
        if sorted(codes, key=str) != [_LOCKED, _LOCKED, None]:
            yield f"of three watches one should work, and they ended with {codes}"
        yield from verdict.seen(room.feeds, ledger, set())


_RARE: Final = {1: _builds_beside_a_watch, 2: _watches}
