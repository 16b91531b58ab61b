"""Matroska and WebM: tracks and what they play, each element where it was. Pure.

RFC 8794 (EBML), RFC 9559 (Matroska). What does not play becomes a Void element of the same length,
so that no offset moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markwire.cleaning.comments import blank_private
from markwire.cleaning.tree import Patch
from markwire.cleaning.walk import Blank, Piece, UncleanError, Walk, overlaid

_EBML, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_INFO, _TRACKS, _TRACK, _GROUP = 0x1549A966, 0x1654AE6B, 0xAE, 0xA0
_TRACK_TYPE, _CODEC, _PRIVATE = 0x83, 0x86, 0x63A2
_PLAYS: Final = frozenset({1, 2, 3, 17, 18})  # pictures, sound, both, subtitles, buttons
_APPLICATIONS: Final = frozenset({0x4D80, 0x5741})  # wanted, but blank: by what it was made
# What stays in an element that is gone into, by its number.
_INSIDE: Final = {
    _SEGMENT: frozenset({0x114D9B74, _INFO, _TRACKS, _CLUSTER, 0x1C53BB6B}),  # SeekHead, Cues
    _INFO: frozenset({0x2AD7B1, 0x4489} | _APPLICATIONS),  # scale of time, duration
    _TRACKS: frozenset({_TRACK}),
    _TRACK: frozenset(
        {0xD7, 0x73C5, _TRACK_TYPE, 0xB9, 0x88, 0x55AA, 0x9C, 0x6DE7, 0x6DF8, 0x23E383}
        | {0x234E7A, 0x23314F, 0x55EE, 0x41E4, 0x22B59C, 0x22B59D, 0x86, 0x63A2, 0xAA, 0x56AA}
        | {0x56BB, 0x6FAB, 0x6624, 0xE0, 0xE1, 0xE2, 0x6D80, 0x55AB, 0x55AC, 0x55AD, 0x55AE, 0x55AF}
    ),
    # Times, positions, blocks.
    _CLUSTER: frozenset({0xE7, 0xA7, 0xAB, 0xA3, _GROUP}),
    _GROUP: frozenset({0xA1, 0x9B, 0xFA, 0xFB, 0x75A1, 0x75A2, 0xA4}),
}
_VOID: Final = 0xEC


@dataclass(frozen=True, slots=True)
class _Element:
    number: int
    start: int
    body: int
    stop: int


def clean(walk: Walk) -> Iterator[Piece]:
    """Give what is published of a WebM file."""
    patches: list[Patch] = []
    offset, segments = 0, 0
    while offset < walk.size:
        element = _element(walk, offset, walk.size)
        if element.number == _SEGMENT:
            segments += 1
            _go_into(walk, element, patches)
        elif element.number != _EBML:
            patches += _void(element)
        offset = element.stop
    if not segments:
        raise UncleanError("it has neither sound nor picture")
    yield from overlaid(walk.size, patches)


def _go_into(walk: Walk, parent: _Element, patches: list[Patch]) -> None:
    offset, kind, codec = parent.body, None, b""
    private: _Element | None = None
    while offset < parent.stop:
        element = _element(walk, offset, parent.stop)
        offset = element.stop
        if element.number not in _INSIDE[parent.number]:
            patches += _void(element)
        elif element.number in _INSIDE:
            _go_into(walk, element, patches)
        elif element.number in _APPLICATIONS:
            patches.append((element.body, Blank(element.stop - element.body)))
        elif element.number == _TRACK_TYPE:
            kind = walk.number(element.body, min(element.stop - element.body, 8))
        elif element.number == _CODEC:
            codec = walk.at(element.body, min(element.stop - element.body, 32))
        elif element.number == _PRIVATE:
            private = element
    if parent.number == _TRACK and kind not in _PLAYS:
        raise UncleanError("it has a track that is neither sound nor picture")
    if private is not None:
        content = walk.at(private.body, private.stop - private.body)
        patches.append((private.body, blank_private(codec, content)))


def _element(walk: Walk, offset: int, end: int) -> _Element:
    """Look at one element. One of unknown length (RFC 8794 6.2) ends where a cluster must."""
    number, body = _number(walk, offset, longest=4, marked=True)
    size, body = _number(walk, body, longest=8, marked=False)
    if size is None or number is None:
        if number not in (_SEGMENT, _CLUSTER):
            raise UncleanError("it does not say where its parts end")
        stop = end if number == _SEGMENT else _end_of_cluster(walk, body, end)
    else:
        stop = body + size
    if stop > end:
        raise UncleanError("its parts do not fit into each other")
    return _Element(number, offset, body, stop)


def _end_of_cluster(walk: Walk, offset: int, end: int) -> int:
    while offset < end:
        number, _ = _number(walk, offset, longest=4, marked=True)
        if number in _INSIDE[_SEGMENT]:
            break
        offset = _element(walk, offset, end).stop
    return offset


def _number(walk: Walk, offset: int, *, longest: int, marked: bool) -> tuple[int | None, int]:
    """Give a number of a length that it tells itself, and what offset follows it.

    ``marked`` keeps the bit that tells the length. None stands for "unknown": all bits set.
    """
    first = walk.at(offset, 1)[0]
    length = 9 - first.bit_length()
    if length > longest:
        raise UncleanError("its parts do not fit into each other")
    value = walk.number(offset, length)
    mask = (1 << 7 * length) - 1
    if value & mask == mask and not marked:
        return None, offset + length
    return (value if marked else value & mask), offset + length


def _void(element: _Element) -> Iterator[Patch]:
    """Make an element void, of the same length."""
    length = element.stop - element.start
    width = 1 if length < 129 else 8
    size = length - 1 - width
    yield element.start, bytes((_VOID,)) + (1 << 7 * width | size).to_bytes(width)
    yield element.start + 1 + width, Blank(size)
