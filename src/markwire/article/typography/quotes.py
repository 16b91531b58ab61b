"""Straight quotation marks to a language's own, where it is plain which opens and which closes.

Pure. Marks pair within a block, across emphasis and links; where they do not come out even, all
of the block's stay as they were typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from markwire.article.typography.flat import THING, WORD, beside, blocks

_MARK = re.compile('["«»“”„‹›]')
OPENERS: Final = frozenset("«“„‹‘([{—–-/…'’\"")
"""What a mark that opens may stand behind, besides a space."""
_BRACKETS: Final = frozenset("«“„‹‘([{")
_ENDS: Final = frozenset(".,;:!?…)]}»”’›")
BEGINS: Final = frozenset("«“„‹‘([{—–-…'’#@$€£№" + THING + WORD)
"""What it may stand before, besides a letter or a figure."""
_TYPED_OPEN: Final = frozenset("«„‹")


@dataclass(frozen=True, slots=True)
class Marks:
    """A language's quotation marks, outer and inner; ``spaced`` where they have spaces inside."""

    outer: tuple[str, str]
    inner: tuple[str, str]
    spaced: bool = False


def pair(text: str, marks: Marks) -> str:
    """Give ``text`` with its straight quotation marks as the language has them."""
    become: dict[int, str] = {}
    for start, end in blocks(text, '"'):
        become |= _paired(text, start, end, marks)
    if not become:
        return text
    pieces: list[str] = []
    done = 0
    for position, mark in sorted(become.items()):
        pieces += (text[done:position], mark)
        done = position + 1
    pieces.append(text[done:])
    return "".join(pieces)


def _paired(text: str, start: int, end: int, marks: Marks) -> dict[int, str]:
    """Give what each straight mark of a block becomes; nothing where they do not come out even."""
    become: dict[int, str] = {}
    opened: list[int] = []  # where each straight mark stands that is open; typed ones are -1
    for found in _MARK.finditer(text, start, end):
        position, mark = found.start(), found[0]
        is_open = bool(opened) and opened[-1] >= 0
        if mark != '"':
            if mark in _TYPED_OPEN or (mark == "“" and "„" not in text[start:position]):
                opened.append(-1)
            elif is_open:
                return {}
            elif opened:
                opened.pop()
            continue
        match _role(text, position):
            case "opens":
                is_open = False
            case "closes" if not is_open:
                if beside(text, position, -1).isdigit():
                    continue  # inches, or seconds
                return {}
            case "apart" if not marks.spaced:
                return {}
            case "neither":
                return {}
        if is_open:
            became = marks.inner if len(opened) == 2 else marks.outer
            become[opened.pop()], become[position] = became
        elif len(opened) == 2:
            return {}
        else:
            opened.append(position)
    return {} if any(position >= 0 for position in opened) else become


def _role(text: str, position: int) -> Literal["opens", "closes", "either", "apart", "neither"]:
    """Say what a straight mark may be, by the characters at its sides."""
    before, after = beside(text, position, -1), beside(text, position, 1)
    is_start = before.isspace() or before in OPENERS
    is_end = after.isspace() or after in _ENDS
    opens = is_start and (after.isalnum() or after in BEGINS)
    is_free = before.isspace() or before in _BRACKETS  # they may get a space of their own
    closes = not is_free and not after.isalnum()
    if opens:
        return "either" if closes else "opens"
    if closes:
        return "closes"
    return "apart" if is_free and is_end else "neither"
