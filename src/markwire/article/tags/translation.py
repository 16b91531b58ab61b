"""Bodies of other tools as Markdown alone: their tags become what they mean, or are left out.

Pure. Works on the text before it is parsed, so that the scan for names and the conversion read
the same; every place in the outcome is known by its place in the text that the editor wrote.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from markwire.article.tags import enclosed, shortcodes
from markwire.article.tags.meanings import NOTHING, Meaning, Surroundings
from markwire.article.tags.scanner import may_hold
from markwire.article.tags.units import Codes, Unit, Units
from markwire.model import Manuscript
from markwire.problems import Problem, problem


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A tag that stands for nothing here: the code of the problem, its place, what it is called."""

    code: str
    position: int
    name: str


@dataclass(frozen=True, slots=True)
class Translation:
    """Markdown, what was left out of it, and where its parts come from.

    ``places`` are pairs of a position in ``text`` and one in the original. Up to the next pair
    the two texts are the same; where the second is negative, all of it stands for the tag at the
    position ``-second - 1``. ``apart`` is what tags in addresses would stand for elsewhere, each
    with the place of its tag: where code is not known, nor is what an address is.
    """

    text: str
    left_out: tuple[LeftOut, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    apart: tuple[tuple[str, int], ...] = ()

    def origin(self, position: int) -> int:
        """Give the position in the original text of a position in this one."""
        here, there = self._place(position)
        return there + position - here if there >= 0 else -there - 1

    def is_copied(self, position: int) -> bool:
        """Say whether what stands at a position is as the editor wrote it."""
        return self._place(position)[1] >= 0

    def _place(self, position: int) -> tuple[int, int]:
        if not self.places:
            return 0, 0
        return self.places[bisect_right(self.places, position, key=itemgetter(0)) - 1]


def problems(text: str, left_out: Iterable[LeftOut], manuscript: Manuscript) -> Iterator[Problem]:
    """Give the problem of each tag that was left out of ``text``, with its place in the file."""
    line = seen = 0
    for each in sorted(left_out, key=lambda one: one.position):
        line += text.count("\n", seen, each.position)
        seen = each.position
        column = seen - text.rfind("\n", 0, seen)
        path, first = manuscript.path, manuscript.first_line
        yield problem(each.code, path, first + line, column, name=each.name)


def translate(text: str, *, language: str = "", codes: Codes | None = None) -> Translation:
    """Write the tags of other tools as Markdown.

    ``text`` is as ``mentions.readable`` gives it. Where ``codes`` is given, what stands in code
    stays as it is, and what stands between tags as ``raw`` is not read. Without it nothing is
    taken for code, and the outcome only serves to find names: all that conversion may ask for.
    """
    if not may_hold(text):
        return Translation(text)
    units = Units(text, codes).units
    if not units:
        return Translation(text)
    return _Writer(text, units, Surroundings(language)).translation()


_UNKNOWN: Final = {
    "shortcode": "MW306",
    "block": "MW307",
    "expression": "MW308",
    "component": "MW309",
}
_LACKS: Final = "MW310"
_NEVER_CLOSED: Final = "MW311"

# --- what becomes of it ------------------------------------------------------------------

_CONTAINER: Final = re.compile(r"(?:[ \t>]+|[-*+][ \t]+|\d{1,9}[.)][ \t]+|\[\^[^\]\s]+\]:[ \t]*)*")
_MARKED: Final = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,9}[.)]|\[\^[^\]\s]+\]:|:)[ \t]", re.M)
_IN_ADDRESS: Final = re.compile(
    r"(?:\]\(|\]\(<[^<>\n]{0,600}|^ {0,3}\[[^\]\n]+\]:[ \t]*<?"
    r"|\b(?i:src|href|poster|srcset|cite|data-src)\s*=\s*[\"']?)[^\s\"'<>()]{0,600}\Z",
    re.M,
)
_REST_OF_ADDRESS: Final = re.compile(r"[^\s\"'<>)]*")
_ADDRESS_SO_FAR: Final = re.compile(r"[^\s\"'<>(]*\Z")
_TOC_ITEM: Final = re.compile(r"(?:\A|(?<=\n))[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t][^\n]*\n[ \t]*\Z")
_LINE: Final = 2000  # characters of a line that are looked at, its first and its last
_NEAR: Final = 50  # pieces above among which a list is looked for
_TOLD: Final = 50  # tags of one article that are told to have been left out
# Pelican's lists of articles; they are no file of the content folder.
_LISTING: Final = re.compile(r"\{(?:tag|category|author|index|archives)\}")
_NO_ADDRESS: Final = "none:"  # a scheme that no feed carries: the link becomes its text


class _Writer:
    """One translation on its way."""

    def __init__(self, text: str, units: Sequence[Unit], around: Surroundings) -> None:
        self._text = text
        self._units = units
        self._around = around
        self._pieces: list[str] = []
        self._length = 0
        self._places: list[tuple[int, int]] = []
        self._left_out: list[LeftOut] = []
        self._apart: list[tuple[str, int]] = []
        self._after: dict[int, tuple[str, bool]] = {}
        self._position = 0
        self._line = ""  # what the line that is being written holds so far

    def translation(self) -> Translation:
        for unit in self._units:
            tag = unit.tag
            if tag.family == "module" and tag.name and tag.values:
                self._around.imports.setdefault(tag.name, tag.values[0])
        for number, unit in enumerate(self._units):
            if unit.tag.start < self._position:
                continue  # part of an address that was left out
            self._copy(unit.tag.start)
            self._position = unit.end
            self._write(number, unit)
        self._copy(len(self._text))
        return Translation(
            "".join(self._pieces), tuple(self._left_out), tuple(self._places), tuple(self._apart)
        )

    def _copy(self, end: int) -> None:
        if end > self._position:
            self._places.append((self._length, self._position))
            self._put(self._text[self._position : end])
            self._position = end

    def _put(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
        line = text.rpartition("\n")
        self._line = line[2] if line[1] else self._line + text
        if len(self._line) > _LINE:
            self._line = self._line[: _LINE // 4] + self._line[-_LINE // 2 :]

    def _say(self, text: str, unit: Unit) -> None:
        if text:
            self._places.append((self._length, -unit.tag.start - 1))
            self._put(text)

    # one tag

    def _write(self, number: int, unit: Unit) -> None:
        tag = unit.tag
        is_address = self._is_in_address()
        if tag.family == "address":
            self._write_address(unit) if is_address else self._say(tag.name, unit)
            return
        if unit.is_end:
            self._write_end(unit)
            return
        if unit.inside is not None:
            meant: Meaning | None = enclosed.verbatim(tag, unit.inside)
        else:
            meant = shortcodes.meaning(tag, self._around)
        if meant is None:
            self._leave_out(_UNKNOWN[tag.family], unit)
        elif meant.lacks:
            self._leave_out(_LACKS, unit)
        elif is_address and meant is not NOTHING:
            said = "\n".join((meant.text, meant.block, *(meant.pair or ())))
            self._apart.append((said, tag.start))
            if meant.address is None:
                self._leave_out(_UNKNOWN.get(tag.family, _LACKS), unit)
            else:
                self._say(meant.address, unit)
            return
        elif meant.pair:
            if unit.mate < 0:
                self._leave_out(_NEVER_CLOSED, unit)
            else:
                is_block = meant.block == "pair"
                self._after[unit.mate] = (meant.pair[1], is_block)
                self._element(meant.pair[0], unit) if is_block else self._say(meant.pair[0], unit)
            return
        elif tag.family == "attributes":
            self._write_attributes(unit)
            return
        elif meant.block and self._is_alone(unit):
            self._element(meant.block, unit)
            return
        else:
            self._say(meant.text, unit)
            return
        if is_address:
            self._drop_address(unit)

    def _write_end(self, unit: Unit) -> None:
        if unit.mate < 0:
            if unit.tag.family in _UNKNOWN:
                self._leave_out(_UNKNOWN[unit.tag.family], unit)
            return
        after, is_block = self._after.get(self._number_of(unit), ("", False))
        self._element(after, unit) if is_block else self._say(after, unit)

    def _number_of(self, unit: Unit) -> int:
        return self._units[unit.mate].mate

    def _write_attributes(self, unit: Unit) -> None:
        tag = unit.tag
        if tag.name == "toc" and self._pieces:
            # kramdown puts the list of headings in the place of this item.
            last = self._pieces[-1]
            if found := _TOC_ITEM.search(last):
                self._pieces[-1] = last[: found.start()]
                self._length -= len(last) - found.start()
        if tag.body and f"#{tag.body})" in self._text:
            self._say(f'<span id="{tag.body}"></span>', unit)

    def _leave_out(self, code: str, unit: Unit) -> None:
        tag = unit.tag
        is_whole = not tag.name or tag.family == "expression" or tag.name.startswith("include")
        name = tag.body if is_whole else tag.name
        name = " ".join(name.split())
        shown = ("/" if tag.closes and tag.family != "block" else "") + name
        if len(shown) > 60:
            shown = shown[:59] + "…"
        if len(self._left_out) < _TOLD:
            self._left_out.append(LeftOut(code, tag.start, shown))

    # addresses

    def _write_address(self, unit: Unit) -> None:
        name = unit.tag.name
        if _LISTING.match(name):
            rest = _REST_OF_ADDRESS.match(self._text, unit.end)
            self._left_out.append(
                LeftOut("MW302", unit.tag.start, name + (rest[0] if rest else ""))
            )
            self._drop_address(unit)
        else:
            # From the content folder's root where a "/" is behind it, else from the article.
            self._say("/" if name.endswith("/") else "", unit)

    def _is_in_address(self) -> bool:
        line = self._line
        return ("](" in line or "=" in line or "]:" in line) and bool(_IN_ADDRESS.search(line))

    def _drop_address(self, unit: Unit) -> None:
        """Make an address nothing of which a part is not known."""
        if self._pieces:
            last = self._pieces[-1]
            begun = _ADDRESS_SO_FAR.search(last)
            if begun and begun[0]:
                self._pieces[-1] = last[: begun.start()]
                self._length -= len(begun[0])
        rest = _REST_OF_ADDRESS.match(self._text, self._position)
        if rest:
            self._position = rest.end()
        self._say(_NO_ADDRESS, unit)

    # blocks

    def _is_alone(self, unit: Unit) -> bool:
        line = self._line
        container = _CONTAINER.match(line)
        if container is None or line[container.end() :].strip():
            return False
        end = self._text.find("\n", unit.end)
        return not self._text[unit.end : end if end >= 0 else None].strip()

    def _element(self, block: str, unit: Unit) -> None:
        """Write a block between empty lines, within the quote or list in which the tag stands."""
        line = self._line
        container = _CONTAINER.match(line)
        begun = container[0] if container else ""
        prefix = re.sub(r"[^>\s]", " ", begun)
        if not prefix.strip() and len(prefix.expandtabs(4)) >= 4 and not self._is_in_list():
            prefix = ""
        is_empty = not line[len(begun) :].strip()
        has_marker = begun.strip(" \t>") != ""
        lines = block.split("\n")
        if prefix and all(each.startswith(prefix) or not each.strip() for each in lines[1:-1]):
            lines[1:-1] = [each[len(prefix) :] for each in lines[1:-1]]
        written = f"\n{prefix}".join(lines)
        if not (is_empty and has_marker):
            written = f"\n{prefix}\n{prefix}{written}"
        self._say(f"{written}\n{prefix}\n{prefix}", unit)

    def _is_in_list(self) -> bool:
        return any(_MARKED.search(piece) for piece in self._pieces[-_NEAR:])
