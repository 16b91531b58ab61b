"""PNG: the chunks that make the picture. Pure.

PNG (Third Edition), 4 and 11: of chunks that nobody must understand, only those about colours,
size and animation stay, and how the picture is turned.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from markwire.cleaning.exif import LIMIT, minimal, orientation
from markwire.cleaning.walk import Piece, Span, UncleanError, Walk

_SIGNATURE: Final = 8  # bytes
_PICTURE: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"fdAT"})
# What stays besides, if it is no longer than it has to be.
_LONGEST: Final = {
    b"acTL": 8,
    b"bKGD": 6,
    b"cHRM": 32,
    b"cICP": 4,
    b"cLLI": 8,
    b"cLLi": 8,
    b"fcTL": 26,
    b"gAMA": 4,
    b"hIST": 512,
    b"iCCP": 16 * 1024 * 1024,
    b"mDCV": 24,
    b"mDCv": 24,
    b"pHYs": 9,
    b"sBIT": 4,
    b"sRGB": 1,
    b"tRNS": 256,
}


def clean(walk: Walk) -> Iterator[Piece]:
    """Give what is published of a PNG file."""
    pieces: list[Piece] = [Span(0, _SIGNATURE)]
    offset, turned, before_picture = _SIGNATURE, 1, 0
    while True:
        head = walk.at(offset, 8)
        length, kind = int.from_bytes(head[:4]), head[4:]
        stop = offset + 12 + length
        walk.at(stop - 4, 4)
        if kind == b"IEND":
            break
        if kind in _PICTURE or length <= _LONGEST.get(kind, -1):
            if kind == b"IDAT" and not before_picture:
                before_picture = len(pieces)
            pieces.append(Span(offset, stop))
        elif kind == b"eXIf" and turned == 1:
            turned = orientation(walk.at(offset + 8, min(length, LIMIT)))
        elif not kind.isalpha() or kind[:1].isupper():
            raise UncleanError("it has a part of an unknown kind")
        offset = stop
    if exif := minimal(turned):
        pieces.insert(before_picture or len(pieces), _chunk(b"eXIf", exif))
    yield from pieces
    yield _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(kind + content)
    return len(content).to_bytes(4) + kind + content + crc.to_bytes(4)
