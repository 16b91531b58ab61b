"""RIFF: WebP pictures and WAVE sound. Pure.

RFC 9649 (WebP); Multimedia Programming Interface and Data Specifications 1.0 (RIFF, WAVE).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from markwire.cleaning.exif import LIMIT, minimal, orientation
from markwire.cleaning.walk import Piece, Span, UncleanError, Walk, length_of

_FRAME: Final = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_WEBP: Final = _FRAME | {b"ICCP", b"ANIM"}
_WAVE: Final = frozenset({b"fmt ", b"fact", b"data"})
_HAS_EXIF: Final = 0x08
_OTHER_FLAGS: Final = 0x32  # colours, transparency, animation

Chunk = tuple[bytes, int, int]
"""Its name, and where its content begins and ends."""


def clean_webp(walk: Walk) -> Iterator[Piece]:
    """Give what is published of a WebP file."""
    chunks = list(_chunks(walk, 12, _end(walk)))
    turned = 1
    for name, start, stop in chunks:
        if name == b"EXIF" and turned == 1:
            content = walk.at(start, min(stop - start, LIMIT))
            turned = orientation(content.removeprefix(b"Exif\x00\x00"))
    exif = minimal(turned) if any(name == b"VP8X" for name, _, _ in chunks) else b""
    yield from _file(b"WEBP", _webp(walk, chunks, exif))


def _webp(walk: Walk, chunks: Iterable[Chunk], exif: bytes) -> Iterator[Piece]:
    for name, start, stop in chunks:
        if name == b"VP8X" and stop - start == 10:
            content = walk.at(start, 10)
            flags = content[0] & _OTHER_FLAGS | (_HAS_EXIF if exif else 0)
            yield name + (10).to_bytes(4, "little") + bytes((flags, 0, 0, 0)) + content[4:]
        elif name == b"ANMF" and stop - start >= 16:
            inside = [walk.at(start, 16), *_kept(_chunks(walk, start + 16, stop), _FRAME)]
            yield from _chunk(name, inside)
        else:
            yield from _kept([(name, start, stop)], _WEBP)
    if exif:
        yield from _chunk(b"EXIF", [exif])


def clean_wave(walk: Walk) -> Iterator[Piece]:
    """Give what is published of a WAVE file."""
    chunks = list(_chunks(walk, 12, _end(walk)))
    if not {b"fmt ", b"data"} <= {name for name, _, _ in chunks}:
        raise UncleanError("it has no sound")
    yield from _file(b"WAVE", _kept(chunks, _WAVE))


def _end(walk: Walk) -> int:
    end = 8 + int.from_bytes(walk.at(4, 4), "little")
    if end < 12:
        raise UncleanError("it has no parts")
    walk.at(end - 1, 1)
    return end


def _chunks(walk: Walk, offset: int, end: int) -> Iterator[Chunk]:
    while offset + 8 <= end:
        head = walk.at(offset, 8)
        stop = offset + 8 + int.from_bytes(head[4:], "little")
        if stop > end:
            raise UncleanError("it ends too early")
        yield head[:4], offset + 8, stop
        offset = stop + stop % 2  # the start of each is even: that of the file is


def _kept(chunks: Iterable[Chunk], names: frozenset[bytes]) -> Iterator[Piece]:
    for name, start, stop in chunks:
        if name in names:
            yield Span(start - 8, stop)
            yield bytes((stop - start) % 2)


def _chunk(name: bytes, content: Iterable[Piece]) -> Iterator[Piece]:
    pieces = list(content)
    length = sum(map(length_of, pieces))
    yield name + length.to_bytes(4, "little")
    yield from pieces
    yield bytes(length % 2)


def _file(form: bytes, content: Iterable[Piece]) -> Iterator[Piece]:
    return _chunk(b"RIFF", [form, *content])
