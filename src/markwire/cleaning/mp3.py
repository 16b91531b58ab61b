"""MPEG audio: its frames, and nothing between, before or after them. Pure.

ISO/IEC 11172-3, 2.4.1. Tags (ID3, APE, Lyrics3) have no place in the standard: players go over them
to the next frame, and so does this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markwire.cleaning.walk import Piece, Span, UncleanError, Walk

_SYNC: Final = re.compile(rb"\xff[\xe2-\xff]")
_RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_V1_L1: Final = (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448)
_V1_L2: Final = (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_V1_L3: Final = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_V2_L1: Final = (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256)
_V2_L23: Final = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# By whether it is MPEG-1, and the two bits of the layer.
_BITS: Final = {
    (True, 3): _V1_L1,
    (True, 2): _V1_L2,
    (True, 1): _V1_L3,
    (False, 3): _V2_L1,
    (False, 2): _V2_L23,
    (False, 1): _V2_L23,
}


def clean(walk: Walk) -> Iterator[Piece]:
    """Give what is published of an MP3 file."""
    start, stop = tagged(walk)
    offset = _first(walk, start, stop)
    if offset is None:
        raise UncleanError("it has no sound")
    while offset is not None:
        begin = offset
        while length := _length(walk, offset, stop):
            offset += length
        yield Span(begin, offset)
        offset = _first(walk, offset, stop)


def tagged(walk: Walk) -> tuple[int, int]:
    """Give where sound begins and ends, between the tags that stand before and after it."""
    start, stop = 0, walk.size
    while stop - start >= 10 and walk.at(start, 3) == b"ID3":
        head = walk.at(start, 10)
        start += 10 + _id3_size(head[6:]) + (10 if head[5] & 0x10 else 0)
    while (before := _before(walk, start, stop)) != stop:
        stop = max(before, start)
    return start, stop


def _before(walk: Walk, start: int, stop: int) -> int:
    """Give where the tag begins that stands last; ``stop`` where there is none."""
    length = stop - start
    if length >= 128 and walk.at(stop - 128, 3) == b"TAG":
        return stop - 128
    if length >= 227 and walk.at(stop - 227, 4) == b"TAG+":
        return stop - 227
    if length >= 32 and (foot := walk.at(stop - 32, 32)).startswith(b"APETAGEX"):
        size = int.from_bytes(foot[12:16], "little")
        has_head = foot[23] & 0x80
        return stop - max(size, 32) - (32 if has_head else 0)
    if length >= 15 and (foot := walk.at(stop - 15, 15)).endswith(b"LYRICS200"):
        return stop - 15 - (int(foot[:6]) if foot[:6].isdigit() else 0)
    if length >= 10 and (foot := walk.at(stop - 10, 10)).startswith(b"3DI"):
        return stop - 20 - _id3_size(foot[6:])
    return stop


def _id3_size(four: bytes) -> int:
    size = 0
    for byte in four:
        size = size << 7 | byte & 0x7F
    return size


def _first(walk: Walk, offset: int, stop: int) -> int | None:
    """Give where the next frame begins: one that another follows, or the end."""
    while offset < stop:
        block = walk.block(offset)
        for found in _SYNC.finditer(block):
            at = offset + found.start()
            length = _length(walk, at, stop)
            if length and (at + length == stop or _length(walk, at + length, stop)):
                return at
        offset += len(block) - 1 if len(block) > 1 else 1
    return None


def _length(walk: Walk, offset: int, stop: int) -> int:
    """Give the bytes of the frame at ``offset``; 0 where there is none, or none that is whole."""
    if offset + 4 > stop:
        return 0
    head = walk.at(offset, 4)
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bits, rate = head[2] >> 4, head[2] >> 2 & 3
    if head[0] != 0xFF or head[1] < 0xE0 or version == 1 or not layer or rate == 3:
        return 0
    if not 1 <= bits <= 14:  # 0 is a rate that only the next frame tells
        return 0
    bit_rate = _BITS[version == 3, layer][bits - 1] * 1000
    padding, sampling = head[2] >> 1 & 1, _RATES[version][rate]
    if layer == 3:
        length = (12 * bit_rate // sampling + padding) * 4
    else:
        length = (72 if layer == 1 and version != 3 else 144) * bit_rate // sampling + padding
    return length if offset + length <= stop else 0
