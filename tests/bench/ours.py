"""Markwire, measured from outside: cold, warm, one change at rest, one change in the rush.

Drives the command line only, and believes what stands in the files, not what is said of them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

from bench import bare
from bench.running import CommandFailedError, Running, run
from bench.sight import Sight
from bench.sites import FORMATS, Drop, Site, feeds_of, newest_in_feeds

Figures = dict[str, list[float]]

WARM_UP: Final = 12  # drops before those that count
BUSY_DROPS: Final = 40
_PAUSE: Final = 0.03  # seconds between what one drop caused and the next
_DROP_LIMIT: Final = 120.0
_REST_LIMIT: Final = 300.0


class Markwire:
    """Markwire's command, for sites of one scratch folder."""

    title = "Markwire"

    def __init__(self, command: Path, scratch: Path) -> None:
        self.command = command
        self.scratch = scratch
        self._log = scratch / "logs" / "markwire.log"

    def cold(self, site: Site) -> Figures:
        """Build a new folder: seconds until all feeds stand and until all is done."""
        self.forget(site)
        wanted = _feed_files(site, newest_in_feeds(site))
        with Running(self._build(site), site.root, self._log) as running:
            sight = Sight(wanted, step=0.002)
            seen = sight.wait(_limit(site), alive=_unless_failed(running))
            done = running.finish(_limit(site))
        feeds = max(seen.values()) - running.started
        said = json.loads(done.output)
        _expect(said["read"] == site.size and not said["refused"], "every article is read")
        return {
            "feeds": [feeds],
            "wall": [done.wall],
            "cpu": [done.cpu],
            "peak": [done.peak],
            "written": [done.written],
            "stands": [float(_size(site.root / "feeds"))],
        }

    def warm(self, site: Site, rounds: int) -> Figures:
        """Build again with nothing changed; every file must stay as it is."""
        self.settle(site)
        figures: Figures = defaultdict(list)
        for _ in range(rounds):
            before = _marks(site.root / "feeds")
            done = run(self._build(site), site.root, self._log, limit=_limit(site))
            touched = len(before.items() ^ _marks(site.root / "feeds").items())
            _expect(json.loads(done.output)["written"] == [], "nothing is written")
            figures["wall"].append(done.wall)
            figures["cpu"].append(done.cpu)
            figures["touched"].append(float(touched))
            figures["written"].append(done.written)
        return dict(figures)

    def drop(self, site: Site, count: int) -> Figures:
        """Watch a folder that stands: seconds from a change to its feeds, beside the bare loop."""
        self.settle(site)
        figures: Figures = defaultdict(list)
        feeds, scratch, written = site.root / "feeds", self.scratch / "bare", 0.0
        with self.watch(site) as running:
            self.rest(running)
            rest = running.resident()
            for turn in range(-WARM_UP, count):
                if turn == 0:
                    written = running.bytes_written()
                drop = site.next_drop()
                start, seen = self.publish(site, running, drop)
                files = {str(path.relative_to(feeds)): path.read_bytes() for path in seen}
                least = bare.put(scratch, files)
                if turn >= 0:
                    main = [seen[path] for path in self.main_feed(site)]
                    figures["main"].append(max(main) - start)
                    figures["all"].append(max(seen.values()) - start)
                    figures["files"].append(len(files))
                    figures["bytes"].append(sum(len(content) for content in files.values()))
                    figures["bare"].append(least.renamed)
                    figures["bare_durable"].append(least.durable)
                sleep(_PAUSE)
            figures["written"] = [(running.bytes_written() - written) / count]
            running.wait_until_idle(_REST_LIMIT)
            after = running.resident()
        shutil.rmtree(scratch)
        figures["rest_main"], figures["rest_all"] = [rest.main], [rest.everything]
        figures["after_main"], figures["after_all"] = [after.main], [after.everything]
        figures["peak"] = [running.peak]
        return dict(figures)

    def busy(self, site: Site) -> Figures:
        """Watch a new folder; change it again and again until the archive's last page stands."""
        self.forget(site)
        wanted = _feed_files(site, newest_in_feeds(site))
        last = site.root / "feeds" / "articles" / f"{site.corpus.slug(site.size - 1)}.html"
        figures: Figures = {"all": [], "after": []}
        with self.watch(site) as running:
            seen = Sight(wanted, step=0.002).wait(_limit(site), alive=running.must_live)
            figures["feeds"] = [max(seen.values()) - running.started]
            while not last.exists() and len(figures["all"]) < BUSY_DROPS:
                start, seen = self._let_go(site, running, site.next_drop())
                took = max(seen.values()) - start
                figures["after" if last.exists() else "all"].append(took)
                sleep(0.1)
            end = perf_counter() + _limit(site)
            while not last.exists() and perf_counter() < end:
                running.must_live()
                sleep(0.01)
            figures["wall"] = [perf_counter() - running.started]
            running.wait_until_idle(_limit(site))
        return figures

    def main_feed(self, site: Site) -> list[Path]:
        """Give the three files of a site's main feed."""
        return [site.root / "feeds" / name for name in FORMATS]

    def watch(self, site: Site) -> Running:
        """Give a watch of a site, to use in a ``with``."""
        return Running(self._watch(site), site.root, self._log)

    def rest(self, running: Running) -> None:
        """Wait until a watch has told its first edition and come to rest."""
        running.wait_for_line(_REST_LIMIT)
        running.wait_until_idle(_REST_LIMIT)

    def publish(self, site: Site, running: Running, drop: Drop) -> tuple[float, dict[Path, float]]:
        """Let a change go and wait until its edition is told; when it began, and each file."""
        running.lines()
        start, seen = self._let_go(site, running, drop)
        running.wait_for_line(_DROP_LIMIT)
        sleep(_PAUSE)
        return start, seen

    def settle(self, site: Site) -> None:
        """Build a site that has not been built, and let the disk come to rest."""
        if not (site.root / "feeds" / "rss.xml").exists():
            run(self._build(site), site.root, self._log, limit=_limit(site))
        os.sync()

    def forget(self, site: Site) -> None:
        """Make a site's folder new again, and let the disk come to rest."""
        site.put_away(".markwire", "feeds")

    def _let_go(self, site: Site, running: Running, drop: Drop) -> tuple[float, dict[Path, float]]:
        folders = feeds_of(site.corpus.written(drop.number))
        feeds = site.root / "feeds"
        wanted = {feeds / folder / name: drop.marker for folder in folders for name in FORMATS}
        sight = Sight(wanted)
        start = drop.let_go()
        return start, sight.wait(_DROP_LIMIT, alive=running.must_live)

    def _build(self, site: Site) -> list[str]:
        return [str(self.command), "--site", str(site.root), "build", "--json"]

    def _watch(self, site: Site) -> list[str]:
        return [str(self.command), "--site", str(site.root), "watch", "--json"]


def _feed_files(site: Site, newest: dict[str, int]) -> dict[Path, bytes]:
    """Give every feed file that a site must have, with the word for the newest article in it."""
    return {
        site.root / "feeds" / folder / name: site.corpus.slug(number).encode()
        for folder, number in newest.items()
        for name in FORMATS
    }


def _unless_failed(running: Running) -> Callable[[], None]:
    """Give a check that lets a command end, but not fail."""

    def check() -> None:
        if running.ended:
            running.finish(0)

    return check


def _expect(true: bool, what: str) -> None:
    if not true:
        raise CommandFailedError(f"markwire: expected that {what}")


def _limit(site: Site) -> float:
    """Give the seconds after which a run over all of a site has failed."""
    return 120 + site.size * 0.02


def _marks(folder: Path) -> dict[str, tuple[int, int]]:
    marks = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            stat = path.stat()
            marks[str(path)] = (stat.st_ino, stat.st_mtime_ns)
    return marks


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
