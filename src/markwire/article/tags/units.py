"""The tags of a text that are to be read, those that belong together paired, code left out.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from markwire.article.tags import enclosed
from markwire.article.tags.scanner import Finder, Tag

Codes = Callable[[str], frozenset[int]]
"""Tells which numbered places of a text stand in code: ``verbatim.in_code``."""


@dataclass(slots=True)
class Unit:
    """A tag, or one with all up to its end tag where that is not to be read (``inside``).

    ``mate`` is the number of the tag that ends or begins it, or -1.
    """

    tag: Tag
    end: int
    inside: str | None = None
    mate: int = -1
    is_end: bool = False


# Code of any kind, and comments.
_MAY_HOLD_CODE: Final = re.compile(
    r"`|~~~|%%|<!--|<(?i:pre|code|kbd|samp)\b"
    r"|^(?: {4}|[ >]*\t| {0,3}>[ >]{4}|(?:[-*+]|\d+[.)]) {4})",
    re.M,
)
_ROUNDS: Final = 4
_MARKS: Final = "\ufdd1{}\ufdd2"


class Units:
    """The tags of a text that are to be read, those that belong together paired."""

    def __init__(self, text: str, codes: Codes | None) -> None:
        self._text = text
        self._finder = Finder(text)
        self._is_read = codes is not None
        self._transparent: set[int] = set()
        self._unclosed: dict[re.Pattern[str], int] = {}
        self.units = self._found()
        if codes and self.units and _MAY_HOLD_CODE.search(text):
            self._take_code_out(codes)
        self._pair()

    def _found(self) -> list[Unit]:
        units: list[Unit] = []
        position = 0
        while tag := self._finder.next(position):
            unit = Unit(tag, tag.end)
            end = enclosed.ends_verbatim(tag) if self._is_read else None
            if end and tag.start not in self._transparent and (closed := self._search(end, tag)):
                unit = Unit(tag, closed.end(), self._text[tag.end : closed.start()])
            units.append(unit)
            position = unit.end
        return units

    def _search(self, end: re.Pattern[str], tag: Tag) -> re.Match[str] | None:
        if self._unclosed.get(end, len(self._text) + 1) <= tag.end:
            return None
        found = end.search(self._text, tag.end)
        if found is None:
            self._unclosed[end] = tag.end
        return found

    def _take_code_out(self, codes: Codes) -> None:
        """Leave alone what stands in code; what begins in code does not swallow what follows."""
        for _ in range(_ROUNDS):
            numbers = codes(self._marked())
            swallowing = [
                self.units[number].tag.start
                for number in numbers
                if self.units[number].inside is not None
            ]
            if not swallowing:
                break
            self._transparent.update(swallowing)
            self.units = self._found()
        self.units = [unit for number, unit in enumerate(self.units) if number not in numbers]

    def _marked(self) -> str:
        pieces: list[str] = []
        position = 0
        for number, unit in enumerate(self.units):
            pieces += (self._text[position : unit.tag.start], _MARKS.format(number))
            position = unit.end
        pieces.append(self._text[position:])
        # An editor's own marks would forge places.
        return "".join(
            piece if index % 2 else piece.replace("\ufdd1", "")
            for index, piece in enumerate(pieces)
        )

    def _pair(self) -> None:
        open_by_name: dict[tuple[str, str], list[int]] = {}
        calls: list[int] = []
        for number, unit in enumerate(self.units):
            tag = unit.tag
            if unit.inside is not None or tag.alone or tag.family not in _PAIRED:
                continue
            if not tag.closes:
                if tag.call and tag.family == "block":
                    calls.append(number)
                open_by_name.setdefault((tag.family, tag.name.lower()), []).append(number)
                continue
            unit.is_end = True
            name = tag.name.lower()
            if tag.family == "block":
                name = name.removeprefix("end")
                waiting = calls if not name else open_by_name.get((tag.family, name))
            else:
                waiting = open_by_name.get((tag.family, name))
            if waiting:
                unit.mate = waiting.pop()
                self.units[unit.mate].mate = number


_PAIRED: Final = ("shortcode", "block", "component", "attributes")
