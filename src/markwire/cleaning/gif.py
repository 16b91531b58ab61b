"""GIF: frames and how they follow each other. Pure.

GIF89a, 15 to 27. Of applications' blocks only the number of rounds stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markwire.cleaning.walk import Piece, Span, UncleanError, Walk

_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def clean(walk: Walk) -> Iterator[Piece]:
    """Give what is published of a GIF file."""
    offset = 13 + _colours(walk.at(10, 1)[0])
    walk.at(offset - 1, 1)
    yield Span(0, offset)
    control: Span | None = None  # it is about the next frame
    while (kind := walk.at(offset, 1)) != b";":
        if kind == b",":
            begin = offset + 10 + _colours(walk.at(offset + 9, 1)[0])
            stop = _end(walk, begin + 1)
            if control:
                yield control
            yield Span(offset, stop)
            control = None
        elif kind == b"!":
            label, stop = walk.at(offset + 1, 1)[0], _end(walk, offset + 2)
            if label == 0xF9:
                control = Span(offset, stop) if stop == offset + 8 else None
            elif label == 0xFF:
                yield _rounds(walk, offset)
            elif label == 0x01:
                control = None
        else:
            raise UncleanError("it has a part of an unknown kind")
        offset = stop
    yield b";"


def _colours(flags: int) -> int:
    """Give the bytes of a table of colours."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _end(walk: Walk, offset: int) -> int:
    """Give where a row of blocks ends."""
    while length := walk.at(offset, 1)[0]:
        offset += 1 + length
    return offset + 1


def _rounds(walk: Walk, offset: int) -> bytes:
    if walk.at(offset + 2, 1)[0] != 11 or walk.at(offset + 3, 11) not in _LOOPS:
        return b""
    if walk.at(offset + 14, 1)[0] != 3 or walk.at(offset + 15, 1)[0] != 1:
        return b""
    return walk.at(offset, 18) + b"\x00"
