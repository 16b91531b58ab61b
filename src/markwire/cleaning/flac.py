"""FLAC: what a decoder needs, and the frames. Pure.

RFC 9639, 8: of the blocks before the frames, only the stream's own and the table for seeking stay.
Where frames end cannot be told without decoding them; tags that stand after them are known by
their form.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markwire.cleaning.mp3 import tagged
from markwire.cleaning.walk import Piece, Span, UncleanError, Walk

_STREAM: Final = 0
_SEEKING: Final = 3
_LAST: Final = 0x80


def clean(walk: Walk) -> Iterator[Piece]:
    """Give what is published of a FLAC file."""
    begin, end = tagged(walk)
    if walk.at(begin, 4) != b"fLaC":
        raise UncleanError("it has no sound")
    offset, kept, is_last = begin + 4, list[tuple[int, int, int]](), False
    while not is_last:
        head = walk.at(offset, 4)
        kind, is_last = head[0] & 0x7F, head[0] >= _LAST
        stop = offset + 4 + int.from_bytes(head[1:])
        if stop > end:
            raise UncleanError("it ends too early")
        if kind in (_STREAM, _SEEKING):
            kept.append((kind, offset, stop))
        offset = stop
    if not kept or kept[0][0] != _STREAM or end - offset < 2:
        raise UncleanError("it has no sound")
    if walk.at(offset, 2)[0] != 0xFF or walk.at(offset + 1, 1)[0] & 0xFC != 0xF8:
        raise UncleanError("its sound does not begin where it says")
    yield b"fLaC"
    for index, (kind, start, stop) in enumerate(kept, start=1):
        yield bytes((kind | (_LAST if index == len(kept) else 0),))
        yield Span(start + 1, stop)
    yield Span(offset, end)
