"""Ogg: Opus, Vorbis, FLAC, Speex and Theora, each page where it was. Pure.

RFC 3533 (Ogg), RFC 7845 5.2 (Opus), Vorbis I 5. Comments are made blank in place, so that no page
has to move; streams of other kinds (skeletons, subtitles' and other words) are left out whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from markwire.cleaning.comments import blank_flac, blank_vorbis, no_comments
from markwire.cleaning.walk import Piece, Span, UncleanError, Walk

_HEAD: Final = 27  # bytes of a page before its table
_CONTINUED, _FIRST = 1, 2
_LIMIT: Final = 32 * 1024 * 1024  # bytes of headers, pictures among them
_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))

Blanking = Callable[[int, bytes], bytes]
"""The number of a packet and what it holds → what is published, of the same length."""


@dataclass(slots=True)
class _Page:
    start: int
    body: int
    content: bytearray
    changed: bool = False


@dataclass(slots=True)
class _Stream:
    """One stream while its headers are read; ``left`` is how many packets of these come yet."""

    blanked: Blanking
    left: int
    number: int = 0
    packet: list[tuple[_Page, int, int]] = field(default_factory=list)
    held: int = 0


def clean(walk: Walk) -> Iterator[Piece]:
    """Give what is published of an Ogg file."""
    streams: dict[bytes, _Stream | None] = {}
    waiting: list[_Page | Span] = []  # pages, in order, from the first whose headers are not whole
    offset = 0
    while offset < walk.size:
        head = walk.at(offset, _HEAD)
        if head[:5] != b"OggS\x00":
            raise UncleanError("it has something between its pages")
        table = walk.at(offset + _HEAD, head[26])
        body = offset + _HEAD + len(table)
        stop = body + sum(table)
        walk.at(stop - 1, 1)
        serial = head[14:18]
        if head[5] & _FIRST:
            streams[serial] = _stream(walk.at(body, stop - body))
        stream = streams.get(serial)
        if stream is not None:
            if stream.left:
                page = _Page(offset, body - offset, bytearray(walk.at(offset, stop - offset)))
                _read(stream, page, table, is_continued=bool(head[5] & _CONTINUED))
                waiting.append(page)
            else:
                waiting.append(Span(offset, stop))
        if not any(each.left for each in streams.values() if each):
            yield from map(_piece, waiting)
            waiting.clear()
        offset = stop
    if waiting or not any(streams.values()):
        raise UncleanError("it ends too early")


def _piece(page: _Page | Span) -> Piece:
    if isinstance(page, Span):
        return page
    if not page.changed:
        return Span(page.start, page.start + len(page.content))
    page.content[22:26] = bytes(4)
    page.content[22:26] = checksum(page.content).to_bytes(4, "little")
    return bytes(page.content)


def _read(stream: _Stream, page: _Page, table: bytes, *, is_continued: bool) -> None:
    """Take in a page of headers, and make blank those that are whole now."""
    if is_continued != bool(stream.packet):
        raise UncleanError("its pages are not in order")
    at = page.body
    for length in table:
        if not stream.left:
            return
        stream.packet.append((page, at, at + length))
        stream.held += length
        at += length
        if stream.held > _LIMIT:
            raise UncleanError("its comments are too long")
        if length < 255:
            _blank(stream)


def _blank(stream: _Stream) -> None:
    parts, stream.packet = stream.packet, []
    before = b"".join(bytes(page.content[start:stop]) for page, start, stop in parts)
    after = stream.blanked(stream.number, before)
    position = 0
    for page, start, stop in parts:
        part = after[position : position + stop - start]
        position += stop - start
        if page.content[start:stop] != part:
            page.content[start:stop] = part
            page.changed = True
    stream.number += 1
    stream.left -= 1


def _stream(first: bytes) -> _Stream | None:
    """Say by its first packet what a stream is; None where it is neither sound nor picture."""
    if first.startswith(b"OpusHead"):
        return _Stream(_comments(b"OpusTags"), 2)
    if first.startswith(b"\x01vorbis"):
        return _Stream(_vorbis, 3)
    if first.startswith(b"\x80theora"):
        return _Stream(_comments(b"\x81theora"), 3)
    if first.startswith(b"Speex   ") and len(first) >= 72:
        return _Stream(_comments(b""), 2 + min(int.from_bytes(first[68:72], "little"), 8))
    if first.startswith(b"\x7fFLAC") and len(first) >= 9:
        if headers := int.from_bytes(first[7:9]):
            return _Stream(_flac, 1 + headers)
        raise UncleanError("it does not say where its headers end")
    return None


def _comments(head: bytes) -> Blanking:
    def blanked(number: int, packet: bytes) -> bytes:
        if number != 1:
            return packet
        if not packet.startswith(head):
            raise UncleanError("its headers are not in order")
        return head + no_comments(len(packet) - len(head))

    return blanked


def _vorbis(number: int, packet: bytes) -> bytes:
    return blank_vorbis(packet) if number == 1 else packet


def _flac(number: int, packet: bytes) -> bytes:
    """Make blank one block of FLAC's (RFC 9639 10.1), each of which is a packet."""
    return blank_flac(packet) if number else packet


def checksum(page: bytes | bytearray) -> int:
    """Give the CRC-32 of a page as RFC 3533 wants it: zlib's, but for the order of bits."""
    crc = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{crc:032b}"[::-1], 2)
