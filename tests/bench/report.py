"""Make tables, the page and the picture's bars from what was measured.

Pure but for the template of the page, ``page.md``, which holds the prose.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from bench.chart import Bars, duration, times
from bench.results import OURS, Figures, Results, high, middle, ratio

TITLES: Final = {
    OURS: "Markwire",
    "hugo": "Hugo",
    "eleventy": "Eleventy",
    "pelican": "Pelican",
    "script": "Script",
}
PEERS: Final = tuple(TITLES)[1:]
_TEMPLATE: Final = Path(__file__).parent / "page.md"
_NOTHING: Final = "Not measured yet."
NGINX: Final = "nginx"
_SERVED: Final = {
    "unchanged": "304, not modified",
    "whole": "the whole feed",
    "gzip": "the whole feed, gzip",
    "br": "the whole feed, Brotli",
    "zstd": "the whole feed, zstd",
}
_TROUBLES: Final = {
    "idle": "nobody asks",
    "slow": "{held:,.0f} connections that send a byte of a header now and then",
    "flooded": "64 connections that ask without a pause, {asked:,.0f} answers a second",
}


def page(results: Results) -> str:
    """Give the whole of ``docs/benchmarks.md``."""
    parts = {name: make(results) for name, make in _PARTS.items()}
    template = _TEMPLATE.read_text(encoding="utf-8")
    filled = re.sub(r"\{\{ (\w+) \}\}", lambda match: parts[match[1]], template)
    return re.sub(r"\n{3,}", "\n\n", filled)


def tables(results: Results) -> str:
    """Give the tables alone, for a terminal."""
    return "\n\n".join(
        f"{name.capitalize()}\n{make(results)}" for name, make in _PARTS.items() if name in _TABLES
    )


def bars(results: Results) -> list[Bars]:
    """Give the picture's groups: of the largest size at which other tools were measured too."""
    groups = []
    for part, key, title in (
        ("changes", "rss", "One change to a folder of {size}, until the main feed holds it"),
        ("cold", "feeds", "A new folder of {size}, until every feed stands"),
        ("cold", "wall", "A new folder of {size}, until every page stands, too"),
    ):
        sizes = [size for size in results.sizes(part) if len(_tools(results, part, size)) > 2]
        if not sizes or (ours := results.find(part, sizes[-1])) is None:
            continue
        found = [(TITLES[OURS], middle(ours[key]), 1.0)]
        for tool in PEERS:
            if theirs := results.find(part, sizes[-1], tool):
                like = theirs[key] if key in theirs else theirs["wall"]  # With all, its feeds.
                found.append((TITLES[tool], middle(like), ratio(like, ours[key])))
        groups.append(Bars(title.format(size=f"{sizes[-1]:,}"), found))
    return groups


def _drop(results: Results) -> str:
    rows = []
    for size, found in _each(results, "drop"):
        bare = middle(found["bare"])
        rows.append(
            [
                f"{size:,}",
                _both(found["main"]),
                _both(found["all"]),
                _both(found["bare"]),
                times(middle(found["all"]) / bare),
                times(high(found["all"]) / bare),
                f"{middle(found['files']):.0f}, {middle(found['bytes']) / 1e6:.1f} MB",
                _megabytes(middle(found["written"])),
                f"{len(found['all'])}",
            ]
        )
    head = (
        "articles", "main feed p50 / p99", "all its feeds p50 / p99", "bare loop p50 / p99",
        "all p50 ÷ bare p50", "all p99 ÷ bare p50", "feed files", "written to disk", "drops",
    )  # fmt: skip
    return _table(head, rows)


def _cold(results: Results) -> str:
    rows = []
    for size, ours in _each(results, "cold"):
        rows.append(
            _cold_row(f"**{TITLES[OURS]}**", size, ours, ours, duration(middle(ours["feeds"])))
        )
        for tool in PEERS:
            if theirs := results.find("cold", size, tool):
                name = TITLES[tool]
                over = ratio(theirs["wall"], ours["feeds"])
                rows.append(_cold_row(name, size, theirs, ours, f"with all, {times(over)}"))
            elif why := results.why_not("cold", size, tool):
                rows.append([f"{size:,}", TITLES[tool], f"not measured: {why}", *[""] * 5])
    head = ("articles", "tool", "every feed", "everything", "CPU", "peak memory", "written", "runs")
    return _table(head, rows)


def _cold_row(name: str, size: int, found: Figures, ours: Figures, feeds: str) -> list[str]:
    wall = duration(middle(found["wall"]))
    if found is not ours:
        wall += f", {times(ratio(found['wall'], ours['wall']))}"
    return [
        f"{size:,}",
        name,
        feeds,
        wall,
        duration(middle(found["cpu"])),
        f"{middle(found['peak']):,.0f} MB",
        _megabytes(middle(found["written"])),
        f"{len(found['wall'])}",
    ]


def _warm(results: Results) -> str:
    rows = [
        [
            f"{size:,}",
            duration(middle(found["wall"])),
            duration(max(found["wall"])),
            f"{sum(found['touched']):.0f}",
            f"{len(found['wall'])}",
        ]
        for size, found in _each(results, "warm")
    ]
    return _table(("articles", "median", "slowest", "files touched", "runs"), rows)


def _memory(results: Results) -> str:
    rows = []
    for size, found in _each(results, "drop"):
        cold = results.find("cold", size)
        rows.append(
            [
                f"{size:,}",
                f"{found['rest_main'][0]:.0f} MB",
                f"{found['after_main'][0]:.0f} MB",
                f"{found['after_all'][0]:.0f} MB",
                f"{max(cold['peak']):.0f} MB" if cold else "",
            ]
        )
    head = (
        "articles", "watching, at first", "after the drops", "with workers", "peak of a cold build",
    )  # fmt: skip
    return _table(head, rows)


def _busy(results: Results) -> str:
    rows = []
    for size, found in _each(results, "busy"):
        during = found["all"]
        rows.append(
            [
                f"{size:,}",
                duration(found["feeds"][0]),
                duration(found["wall"][0]),
                duration(middle(during)) if during else "none fell into that time",
                duration(max(during)) if during else "",
                f"{len(during)}",
            ]
        )
    head = (
        "articles",
        "feeds stand",
        "archive stands",
        "drop to all its feeds",
        "slowest",
        "drops",
    )
    return _table(head, rows)


def _changes(results: Results) -> str:
    rows = []
    for size, ours in _each(results, "changes"):
        count = f"{len(ours['rss'])}"
        rows.append(
            [f"{size:,}", f"**{TITLES[OURS]}**", duration(middle(ours["rss"])), "", "yes", count]
        )
        for tool in PEERS:
            if theirs := results.find("changes", size, tool):
                follows = "yes" if theirs["follows"][0] else "no"
                rows.append(
                    [
                        f"{size:,}",
                        TITLES[tool],
                        duration(middle(theirs["rss"])),
                        times(ratio(theirs["rss"], ours["rss"])),
                        "has none" if tool == "script" else follows,
                        f"{len(theirs['rss'])}",
                    ]
                )
            elif why := results.why_not("changes", size, tool):
                rows.append([f"{size:,}", TITLES[tool], f"not measured: {why}", "", "", ""])
    head = ("articles", "tool", "main feed", "÷ Markwire", "section's feed follows", "changes")
    return _table(head, rows)


def _serve(results: Results) -> str:
    rows = []
    for size, ours in _each(results, "serve"):
        theirs = results.find("serve", size, NGINX) or {}
        for case, title in _SERVED.items():
            if f"{case}_rate" not in ours:
                continue
            has_peer = f"{case}_rate" in theirs
            rows.append(
                [
                    title,
                    _size(middle(ours[f"{case}_size"])),
                    f"{middle(ours[f'{case}_rate']):,.0f}",
                    f"{middle(theirs[f'{case}_rate']):,.0f}" if has_peer else "",
                    f"**{ratio(ours[f'{case}_rate'], theirs[f'{case}_rate']):.2f}**"
                    if has_peer
                    else "",
                    f"{ratio(theirs[f'{case}_cpu'], ours[f'{case}_cpu']):.2f}" if has_peer else "",
                    _latency(ours, case),
                    _latency(theirs, case) if has_peer else "",
                    f"{len(ours[f'{case}_rate'])}",
                ]
            )
    head = (
        "answer", "bytes", "a second", "nginx", "Markwire ÷ nginx", "of one core's work",
        "p50 / p99", "nginx p50 / p99", "rounds",
    )  # fmt: skip
    return _table(head, rows) + _load(results, "serve")


def _load(results: Results, part: str) -> str:
    """Say how busy the machine was before it began, where that is known."""
    loads = [found["load"][0] for _, found in _each(results, part) if "load" in found]
    return f"\n\nThe machine's load before it began: {max(loads):.1f}." if loads else ""


def _latency(found: Figures, case: str) -> str:
    return f"{duration(middle(found[f'{case}_p50']))} / {duration(middle(found[f'{case}_p99']))}"


def _size(size: float) -> str:
    return f"{size / 1e3:,.0f} kB" if size else "none"


def _flood(results: Results) -> str:
    rows = []
    for _, found in _each(results, "flood"):
        idle = middle(found["idle"])
        for name, title in _TROUBLES.items():
            took = found[name]
            what = title.format(
                asked=middle(found.get("asked", [0])), held=middle(found.get("held", [0]))
            )
            rows.append([what, _both(took), times(middle(took) / idle), f"{len(took)}"])
    head = ("beside it", "all its feeds p50 / p99", "÷ idle", "drops")
    return _table(head, rows) + _load(results, "flood")


def _setting(results: Results) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in results.setting.versions.items())
    lines = [f"{results.setting.machine}.", f"{versions}."]
    days = results.days()
    if days:
        lines.append(f"Measured on {' to '.join(days)}, in UTC.")
    commits = results.commits()
    if len(commits) == 1:
        lines.append(f"Markwire's source is that of commit {next(iter(commits))}.")
    elif commits:
        lines.append("**The parts are of several commits of Markwire's source:**")
        lines += [f"- {commit}: {', '.join(parts)}" for commit, parts in commits.items()]
    return "\n".join(lines)


def _growth(results: Results) -> str:
    sizes = [size for size in results.sizes("drop") if size >= 10_000]
    if len(sizes) < 2:
        return ""
    first, last = (results.find("drop", size) for size in (sizes[0], sizes[-1]))
    if first is None or last is None:
        return ""
    grown = times(middle(last["all"]) / middle(first["all"]))
    return f"From {sizes[0]:,} to {sizes[-1]:,} articles, the median for all feeds is {grown}."


def _each(results: Results, part: str) -> Iterable[tuple[int, Figures]]:
    for size in results.sizes(part):
        if found := results.find(part, size):
            yield size, found


def _tools(results: Results, part: str, size: int) -> list[str]:
    return [tool for tool in TITLES if results.find(part, size, tool)]


def _both(samples: Sequence[float]) -> str:
    return f"{duration(middle(samples))} / {duration(high(samples))}"


def _megabytes(size: float) -> str:
    if math.isnan(size):
        return "not told"
    return f"{size / 1e6:.1f} MB" if size < 1e7 else f"{size / 1e6:,.0f} MB"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return _NOTHING
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_TABLES: Final = {
    "drop": _drop,
    "cold": _cold,
    "warm": _warm,
    "memory": _memory,
    "busy": _busy,
    "changes": _changes,
    "serve": _serve,
    "flood": _flood,
}
_PARTS: Final = {**_TABLES, "setting": _setting, "growth": _growth}
