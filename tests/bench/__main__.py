"""The command line: choose sizes, parts and tools; measure; print, and write the page."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from platform import python_version
from time import perf_counter
from typing import Final

from bench import chart, report, rounds, serving
from bench.corpus import NEWEST
from bench.flood import flood
from bench.ours import Markwire
from bench.peers import Peer, find_peers
from bench.results import OURS, Figures, Result, Results, Setting, find_commit, find_machine, today
from bench.running import CommandFailedError
from bench.sites import Site

ROOT: Final = Path(__file__).parents[2]
PARTS: Final = ("cold", "warm", "changes", "drop", "busy", "serve", "flood")
QUICK: Final = ("cold", "warm", "changes", "drop", "serve", "flood")
QUICK_CHANGES: Final = ("hugo", "script")
FULL: Final = (1_000, 10_000, 100_000)
_BUSY_UP_TO: Final = 10_000
_ONCE_FROM: Final = 100_000
_MILLION: Final = 1_000_000
# What is served costs the same, whatever the archive: it is measured at one size.
_SERVED: Final = 1_000


def main() -> None:
    """Measure what is asked for."""
    asked = _arguments()
    if datetime.now(UTC) < NEWEST:
        sys.exit(f"bench: the articles are dated until {NEWEST:%Y-%m-%d}; set the clock right")
    scratch = _scratch(asked.scratch)
    kept = scratch / ("quick.json" if asked.quick else "results.json")
    if asked.quick:  # It is not joined with anything.
        kept.unlink(missing_ok=True)
    results = Results(kept)
    try:
        if not asked.render:
            _measure(asked, scratch, results)
    except CommandFailedError as fault:
        sys.exit(f"bench: {fault}")
    finally:
        if not asked.keep:
            shutil.rmtree(scratch / "sites", ignore_errors=True)
    print(report.tables(results))
    if asked.write or asked.render or not (asked.quick or asked.no_write):
        picture = ROOT / "docs" / "pictures" / "benchmarks.svg"
        picture.write_text(chart.draw(report.bars(results)), encoding="utf-8")
        (ROOT / "docs" / "benchmarks.md").write_text(report.page(results), encoding="utf-8")
        _tell("docs/benchmarks.md and its picture are written")


def _arguments() -> argparse.Namespace:
    numbers = _listed(int)
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="1 k articles, few rounds: two minutes, no page")
    add("--sizes", type=numbers, help="articles, such as 1000,10000 [1000,10000,100000]")
    add("--million", action="store_true", help="a million articles too: cold, warm and drop")
    add("--only", type=_listed(str), help=f"parts of {','.join(PARTS)} [all]")
    add("--peers", type=_listed(str), help="tools beside Markwire, or none [all]")
    add("--rounds", type=int, help="rounds of the cold builds and changes [3 and 6]")
    add("--drops", type=int, help="drops that are timed [200]")
    add("--render", action="store_true", help="measure nothing; write the page from what is kept")
    add("--write", action="store_true", help="write the page after --quick, too")
    add("--no-write", action="store_true", help="do not write the page")
    add("--keep", action="store_true", help="keep the folders of articles for the next run")
    add(
        "--scratch",
        type=Path,
        default=ROOT / "build" / "bench",
        help="where to work; the disk measured",
    )
    add("--markwire", type=Path, default=ROOT / ".venv" / "bin" / "markwire", help="the command")
    asked = parser.parse_args()
    asked.only = asked.only or list(QUICK if asked.quick else PARTS)
    unknown = set(asked.only) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if asked.sizes is None:
        asked.sizes = [FULL[0]] if asked.quick else list(FULL)
    if asked.million:
        asked.sizes.append(_MILLION)
    return asked


def _measure(asked: argparse.Namespace, scratch: Path, results: Results) -> None:
    found = find_peers(ROOT)
    names = list(found) if asked.peers is None else [n for n in asked.peers if n != "none"]
    peers = [found[name] for name in names]
    ours = Markwire(asked.markwire, scratch)
    results.setting = Setting(find_machine(scratch), results.setting.versions | _versions(peers))
    commit, began = find_commit(ROOT), perf_counter()
    for size in asked.sizes:
        sites = rounds.Sites(scratch, size, _tell)
        for part in PARTS:
            if part not in asked.only:
                continue
            for tool, figures in _part(part, asked, ours, peers, sites).items():
                results.add(Result(part, size, tool, figures, commit, today()))
            for peer in peers:
                if size > peer.up_to(part):
                    results.add(Result(part, size, peer.name, {}, commit, today(), peer.why))
    _tell(f"all is measured, in {perf_counter() - began:.0f} s")


def _part(
    part: str, asked: argparse.Namespace, ours: Markwire, peers: list[Peer], sites: rounds.Sites
) -> dict[str, Figures]:
    """Measure one part at one size."""
    size = sites.size
    once = asked.quick or size >= _ONCE_FROM
    _tell(f"{part} of {size:,}")
    if part == "cold":
        able = [peer for peer in peers if size <= peer.up_to(part)]
        turns = asked.rounds or (1 if once else 3)
        return rounds.cold(ours, able, sites, rounds=turns, tell=_tell)
    if part == "changes":
        able = [peer for peer in peers if size <= peer.up_to(part)]
        if asked.quick and asked.peers is None:
            able = [peer for peer in able if peer.name in QUICK_CHANGES]
        turns = asked.rounds or (3 if once else 6)
        return rounds.changes(ours, able, sites, rounds=turns, tell=_tell) if able else {}
    site = sites[OURS]
    if part in ("serve", "flood"):
        return _serve(part, asked, ours, site) if size == _SERVED else {}
    if part == "warm":
        return {OURS: ours.warm(site, 3 if asked.quick else 7)}
    if part == "drop":
        return {OURS: ours.drop(site, asked.drops or (40 if asked.quick else 200))}
    return {OURS: ours.busy(site)} if size <= _BUSY_UP_TO else {}


def _serve(part: str, asked: argparse.Namespace, ours: Markwire, site: Site) -> dict[str, Figures]:
    """Measure what is served, where the machine has wrk and nginx."""
    lacking = serving.missing()
    if lacking:
        _tell(f"{part} is left out: {lacking}")
        return {}
    if part == "flood":
        drops = asked.drops or (10 if asked.quick else 60)
        return {OURS: flood(ours, site, drops=drops, tell=_tell)}
    rounds, seconds = (1, 2) if asked.quick else (asked.rounds or 5, 5)
    return serving.compare(ours, site, rounds=rounds, seconds=seconds, tell=_tell)


def _versions(peers: Sequence[Peer]) -> dict[str, str]:
    ours = {"Markwire": metadata.version("markwire"), "Python": python_version()}
    found = {peer.title: peer.find_version() for peer in peers}
    return ours | found | {"nginx": serving.find_version()}


def _scratch(folder: Path) -> Path:
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder


def _listed(kind: Callable[[str], object]) -> Callable[[str], list[object]]:
    def words(text: str) -> list[object]:
        return [kind(word) for word in text.split(",")]

    return words


def _tell(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
