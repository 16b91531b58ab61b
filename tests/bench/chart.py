"""Draw groups of bars as SVG: light and dark, with words for those who cannot see it.

The scale is logarithmic, since a change may take one tool a thousand times another's time; every
bar has its time and its ratio to the first of its group beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 760
_LEFT: Final = 96  # of the bars; names end before it
_RIGHT: Final = 150  # for what stands beside the longest bar
_ROW: Final = 26
_HEAD: Final = 34
_LETTER: Final = 7.6  # the widest that a letter of the labels gets, on average
_STYLE: Final = """
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.value, .note { fill: #59636e }
.note { font-size: 12px }
.ours { fill: #b3541e }
.theirs { fill: #a9b4c0 }
.paper { fill: #ffffff }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc }
  .value, .note { fill: #9198a1 }
  .ours { fill: #f0883e }
  .theirs { fill: #58616d }
  .paper { fill: #0d1117 }
}
"""


@dataclass(frozen=True, slots=True)
class Bars:
    """A group: a title, and names with seconds and the ratio to the first, which is ours."""

    title: str
    bars: Sequence[tuple[str, float, float]]


def draw(groups: Sequence[Bars]) -> str:
    """Give the picture of some groups, one below the other."""
    every = [seconds for group in groups for _, seconds, _ in group.bars]
    least, most = (min(every, default=1.0), max(every, default=1.0))
    shapes: list[str] = []
    top = 16.0
    for group in groups:
        shapes.append(_text(16, top + 14, group.title, "title"))
        top += _HEAD
        for rank, (name, seconds, factor) in enumerate(group.bars):
            value = f"{duration(seconds)}, {times(factor)}" if rank else duration(seconds)
            kind = "theirs" if rank else "ours"
            shapes += _bar(top, name, value, _length(seconds, least, most), kind)
            top += _ROW
        top += 14
    shapes.append(_text(16, top + 4, "Shorter is faster. The scale is logarithmic.", "note"))
    height = math.ceil(top + 20)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
            f' width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc">',
            '<title id="title">Markwire beside other tools, in time</title>',
            f'<desc id="desc">{escape(_in_words(groups))}</desc>',
            f"<style>{_STYLE}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{height}" rx="6"/>',
            *shapes,
            "</svg>",
            "",
        ]
    )


def duration(seconds: float) -> str:
    """Give a time with two or three digits: 840 µs, 8.4 ms, 84 ms, 8.4 s, 84 s."""
    for limit, factor, unit in ((0.001, 1e6, "µs"), (1.0, 1e3, "ms"), (math.inf, 1.0, "s")):
        if seconds < limit:
            value = seconds * factor
            return f"{value:.1f} {unit}" if value < 10 else f"{value:,.0f} {unit}"
    return "not known"


def times(factor: float) -> str:
    """Give a ratio with two or three digits: 0.52 ×, 1.3 ×, 24 ×, 1,240 ×."""
    if factor < 1:
        return f"{factor:.2f} ×"
    return f"{factor:.1f} ×" if factor < 10 else f"{factor:,.0f} ×"


def _bar(top: float, name: str, value: str, length: float, kind: str) -> list[str]:
    end = _LEFT + length
    if end + 8 + len(value) * _LETTER > WIDTH or 16 + len(name) * _LETTER > _LEFT:
        raise ValueError(f"no room for {name!r} or {value!r}")
    return [
        _text(16, top + 13, name, "name"),
        f'<rect class="{kind}" x="{_LEFT}" y="{top:.0f}" width="{length:.1f}" height="18" rx="2"/>',
        _text(end + 8, top + 13, value, "value"),
    ]


def _length(seconds: float, least: float, most: float) -> float:
    """Give a bar's length; the scale begins at half of the least of all."""
    room = WIDTH - _LEFT - _RIGHT
    return room * math.log(2 * seconds / least) / math.log(2 * most / least)


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _in_words(groups: Sequence[Bars]) -> str:
    return " ".join(
        f"{group.title}: "
        + ", ".join(f"{name} {duration(seconds)}" for name, seconds, _ in group.bars)
        + "."
        for group in groups
    )
