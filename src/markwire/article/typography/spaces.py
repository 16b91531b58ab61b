"""Spaces that hold together: figures with their units, dates, titles with names.

Pure. Only spaces that stand are changed, save those that French wants before its signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from markwire.article.typography.flat import BLOCK, INLINE, OPEN, THING, WORD, beside

NBSP: Final = "\xa0"
NARROW: Final = "\u202f"
ANY: Final = "[ \n\xa0\u202f]"

UNITS: Final = """
    km cm mm km² m² cm² km³ m³ km/h m/s kg mg ha kW MW GW TW kV Wh kWh MWh GWh TWh Hz kHz MHz GHz
    min °C °F
    """.split()
"""Signs that are units in every language that has figures before them."""

_SPACES: Final = frozenset(" \n\xa0\u202f")
_EDGES: Final = frozenset((BLOCK, "(", "[", "{", "«", "“", "„", "‹", "‘"))
_CLOSERS: Final = frozenset((*"…)]»›”’%€°.!?", THING, WORD))


def bind(text: str, pattern: re.Pattern[str]) -> str:
    """Make the spaces within each match of a pattern no-break spaces."""
    return pattern.sub(_bound, text)


def _bound(found: re.Match[str]) -> str:
    return found[0].replace(" ", NBSP).replace("\n", NBSP)


def before(text: str, pattern: re.Pattern[str], space: str, *, insert: bool) -> str:
    """Have ``space`` stand before each match of ``pattern``, in place of any other space.

    Where none stands it is put in after words and closing signs, if ``insert`` says so.
    """
    pieces: list[str] = []
    done = 0
    for found in pattern.finditer(text):
        end = found.start()
        start = end
        while start > done and text[start - 1] in _SPACES:
            start -= 1
        if start == end:
            if not insert or not _wants_space(text, end):
                continue
        elif text[start:end] == space or start == 0 or text[start - 1] in _EDGES:
            continue
        pieces += (text[done:start], space)
        done = end
    if not pieces:
        return text
    pieces.append(text[done:])
    return "".join(pieces)


def _wants_space(text: str, position: int) -> bool:
    last = beside(text, position, -1)
    return last.isalnum() or last in _CLOSERS


def hold(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    """Make a no-break space of each space that patterns find."""
    for pattern in patterns:
        text = pattern.sub(NBSP, text)
    return text


# Thousands. What begins with a zero, or goes on in groups of another length, is no number: it may
# be a telephone's or an account's.
_GROUPS: Final = rf"[0-9]{{3}}(?:{ANY}[0-9]{{3}})*+(?!\w|[-/.:][0-9]|{ANY}[0-9])"


def _behind_figures(space: str) -> str:
    """Behind the one to three figures that begin a number, or behind those that go on with it."""
    return "|".join(
        rf"(?<=[1-9]{rest}{groups}{space})(?<![\w+/.,-][1-9]{rest}{groups}{space})"
        rf"(?<![0-9]{ANY}[1-9]{rest}{groups}{space})"
        for groups in ("", rf"{ANY}[0-9][0-9][0-9]")
        for rest in ("", "[0-9]", "[0-9][0-9]")
    )


def holding(units: Iterable[str], months: Iterable[str] = ()) -> tuple[re.Pattern[str], ...]:
    """Give what finds a space that holds something to a figure: units, months, and thousands.

    There is one pattern for each space that a line may have: ``re`` looks for one character
    faster than for any of two.
    """
    unit = "|".join(re.escape(each) for each in sorted(units, key=len, reverse=True))
    month = "|".join(months) or "(?!)"
    held = rf"(?={OPEN}?(?:(?:{unit})(?![\w'’])|(?:{month})(?!\w)))"
    ends = "|".join(f"(?<=[0-9]</{name}> )" for name in ("a", "b", "em", "i", "strong"))

    def behind(space: str) -> str:
        return (
            rf"(?<=[0-9]{space})"
            rf"(?:(?=[0-9]{{3}})(?:{_behind_figures(space)})(?={_GROUPS})|{held})"
        )

    return (
        re.compile(rf" (?<=[0-9>] )(?:{behind(' ')}|(?:{ends}){held})"),
        # At the end of a line, tags are mostly of blocks.
        re.compile("\n" + behind("\n")),
    )


def going_on(months: Iterable[str], *, hour: str) -> re.Pattern[str]:
    """The pattern of what goes on behind a figure and what it holds: a year, or minutes."""
    return re.compile(
        rf"{NBSP}(?<=[0-9r>{INLINE}]{NBSP})(?:"
        rf"(?:{'|'.join(months)})[ \n](?=[0-9]{{4}}(?![0-9]))|{hour}[ \n](?=[0-9]{{2}}(?![0-9])))"
    )


_NARROWED = re.compile(rf"{NBSP}(?<=[0-9]{NBSP})(?=[0-9]{{3}})(?:{_behind_figures(NBSP)}){_GROUPS}")


def narrow_thousands(text: str) -> str:
    """Give narrow no-break spaces to the thousands that have plain ones."""
    return _NARROWED.sub(lambda found: NARROW + NARROW.join(found[0].split()), text)
