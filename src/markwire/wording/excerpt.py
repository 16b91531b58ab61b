"""One line of an article with a mark at the place, for a terminal or a page. Pure.

What an editor typed is shown, never obeyed: characters that would move the cursor, colour the
terminal or turn the direction of the text are written out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

_TAB: Final = 4
_ELLIPSIS: Final = "…"
_BEFORE: Final = 3  # of a line that is cut, this share (a third) stands before the place
# What turns the direction of text (Unicode 15, UAX 9): it would show another line than there is.
_TURNS: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
# A link or a picture as Markdown, Obsidian and HTML write it, up to its end.
_LINK: Final = re.compile(r"!?\[\[.*?\]\]|!?\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])|<[^>]*>")


class Excerpt(NamedTuple):
    """A line as shown, and the mark that stands below it."""

    line: str
    mark: str


class Parts(NamedTuple):
    """A line as shown: what is meant of it, and what stands around that."""

    before: str
    marked: str
    after: str


class _Cell(NamedTuple):
    text: str
    width: int


def excerpt(line: str, column: int, *, words: Sequence[str] = (), width: int = 100) -> Excerpt:
    """Show a line of text with carets under what stands at ``column`` (characters, from 1).

    The mark covers the longest of ``words`` that stands there, else the key, else the rest of the
    line. A line wider than ``width`` columns is cut around the place.
    """
    line = line.rstrip()
    start = min(column - 1, len(line))
    end = start + max(1, _length(line[start:], words))
    cells = _cells(line)
    before, marked = cells[:start], cells[start:end]
    space = sum(cell.width for cell in before)
    carets = max(1, sum(cell.width for cell in marked))
    if sum(cell.width for cell in cells) <= width:
        return Excerpt(_shown(cells), " " * space + "^" * carets)
    room = max(8, width - 2)
    left = len(before)
    kept = 0
    while left and kept + cells[left - 1].width <= room // _BEFORE:
        left -= 1
        kept += cells[left].width
    right, used = start, kept
    while right < len(cells) and used + cells[right].width <= room:
        used += cells[right].width
        right += 1
    # What is free behind the place serves what stands before it.
    while right == len(cells) and left and used + cells[left - 1].width <= room:
        left -= 1
        kept += cells[left].width
        used += cells[left].width
    first = _ELLIPSIS if left else ""
    last = _ELLIPSIS if right < len(cells) else ""
    carets = max(1, min(carets, used - kept))
    return Excerpt(
        first + _shown(cells[left:right]) + last, " " * (len(first) + kept) + "^" * carets
    )


def parts(line: str, column: int, *, words: Sequence[str] = (), width: int = 160) -> Parts:
    """Take a line of text apart at ``column`` (characters, from 1), for a page.

    What is meant there is as in :func:`excerpt`. A line longer than ``width`` characters is cut
    around the place.
    """
    line = line.rstrip()
    start = min(column - 1, len(line))
    end = min(start + max(1, _length(line[start:], words)), start + width, max(len(line), start))
    left = 0 if len(line) <= width else max(0, min(start - width // _BEFORE, len(line) - width))
    right = len(line) if len(line) <= width else max(end, left + width)
    return Parts(
        (_ELLIPSIS if left else "") + safe(line[left:start]),
        safe(line[start:end]) or "\N{NO-BREAK SPACE}",
        safe(line[end:right]) + (_ELLIPSIS if right < len(line) else ""),
    )


def safe(text: str) -> str:
    """Write out what a terminal or a page would obey instead of showing it."""
    return "".join(map(_visible, text))


def columns(text: str) -> int:
    """Give how many columns of a terminal a text takes."""
    return sum(cell.width for cell in _cells(text))


def _visible(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # a byte that is no text (PEP 383)
        return f"\\x{ord(character) - 0xDC00:02x}"
    if character in _TURNS or unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs"):
        code = ord(character)
        return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    return character


def _cells(line: str) -> list[_Cell]:
    """Take a line apart into what each of its characters takes on a terminal."""
    cells: list[_Cell] = []
    column = 0
    for character in line:
        if character == "\t":
            text = " " * (_TAB - column % _TAB)
            cell = _Cell(text, len(text))
        elif unicodedata.category(character) in ("Mn", "Me") or character in "\u200b\u200c\u200d":
            cell = _Cell(character, 0)
        else:
            text = _visible(character)
            is_wide = text == character and unicodedata.east_asian_width(character) in "WF"
            cell = _Cell(text, 2 if is_wide else len(text))
        cells.append(cell)
        column += cell.width
    return cells


def _shown(cells: Sequence[_Cell]) -> str:
    return "".join(cell.text for cell in cells)


def _length(rest: str, words: Sequence[str]) -> int:
    """Say how many characters of what stands at a place are meant."""
    met = [len(word) for word in words if word and rest.startswith(word)]
    if met:
        return max(met)
    if link := _LINK.match(rest):
        return link.end()
    quote = rest[:1]
    if quote.isspace():
        return len(rest) - len(rest.lstrip())
    if quote and quote in "\"'":
        closing = rest.find(quote, 1)
        return closing + 1 if closing > 0 else len(rest)
    key, colon, _ = rest.partition(":")
    if colon and key and " " not in key.strip():
        return len(key)
    return len(rest)
