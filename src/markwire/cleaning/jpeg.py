"""JPEG: segments up to the end of the first picture. Pure.

ITU-T T.81, annex B; JFIF 1.02. Of what applications put in, colours stay (JFIF's density, Adobe's
transform, the ICC profile). What follows the first picture goes: previews, films, depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markwire.cleaning.exif import minimal, orientation
from markwire.cleaning.walk import Piece, Span, UncleanError, Walk

_MARKER: Final = re.compile(rb"\xff+([^\x00\xff])")
_IN_SCAN: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")  # not the restarts of a scan
_EOI: Final = 0xD9
_SOS: Final = 0xDA
# Frames, tables, restart intervals, lines.
_DRAWS: Final = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, _SOS})
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_TOLD: Final = frozenset({*range(0xE0, 0xF0), 0xFE})
_JFIF: Final = b"JFIF\x00"
_ADOBE: Final = b"Adobe"
_EXIF: Final = b"Exif\x00\x00"
_ICC: Final = b"ICC_PROFILE\x00"


def clean(walk: Walk) -> Iterator[Piece]:
    """Give what is published of a JPEG file."""
    pieces: list[Piece] = []
    turned, head, scan, offset = 1, b"", False, 2
    while True:
        start, marker, after = _next(walk, offset, _IN_SCAN if scan else _MARKER)
        if scan:
            pieces.append(Span(offset, start))
            scan = False
        if marker == _EOI:
            break
        if marker in _ALONE:
            offset = after
            continue
        length = walk.number(after, 2)
        if length < 2 or marker not in _DRAWS | _TOLD:
            raise UncleanError(f"it has a part of an unknown kind ({marker:02X})")
        offset = after + length
        walk.at(offset - 1, 1)
        if marker in _DRAWS:
            pieces.append(Span(after - 2, offset))
            scan = marker == _SOS
            continue
        content = walk.at(after + 2, length - 2)
        if marker == 0xE0 and content.startswith(_JFIF) and len(content) >= 12 and not head:
            # Without its thumbnail.
            head = _segment(0xE0, content[:12] + b"\x00\x00")
        elif marker == 0xE1 and content.startswith(_EXIF) and turned == 1:
            turned = orientation(content[len(_EXIF) :])
        elif marker == 0xE2 and content.startswith(_ICC):
            pieces.append(Span(after - 2, offset))
        elif marker == 0xEE and content.startswith(_ADOBE) and len(content) >= 12:
            pieces.append(_segment(0xEE, content[:12]))
    yield walk.at(0, 2) + head
    if exif := minimal(turned):
        yield _segment(0xE1, _EXIF + exif)
    yield from pieces
    yield b"\xff\xd9"


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2) + content


def _next(walk: Walk, offset: int, pattern: re.Pattern[bytes]) -> tuple[int, int, int]:
    """Give where the next marker begins, which it is, and what offset follows it."""
    while offset < walk.size:
        block = walk.block(offset)
        if found := pattern.search(block):
            return offset + found.start(), found[1][0], offset + found.end()
        # A marker may lie across two blocks.
        offset += len(block.rstrip(b"\xff")) or len(block)
    raise UncleanError("it ends too early")
