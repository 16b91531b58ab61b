"""Where the sound and the pictures of a track stand in a file. Pure.

ISO/IEC 14496-12, 8.7: sizes of samples, samples of chunks, offsets of chunks.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from markwire.cleaning.tree import Box, box_at, boxes
from markwire.cleaning.walk import UncleanError, Walk


class Ranges:
    """Parts of a file that something refers to."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []

    def add(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Take in more of them, each from its start to before its end."""
        self._ranges += ranges

    def others(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Give the parts between two places to which nothing refers."""
        for begin, end in sorted(self._ranges):
            if begin >= stop:
                break
            if begin > start:
                yield start, begin
            start = max(start, end)
        if start < stop:
            yield start, stop


def sample_ranges(walk: Walk, table: Box) -> Iterator[tuple[int, int]]:
    """Give where each chunk of a track stands."""
    kinds = {box.kind for box in boxes(walk, table.body, table.stop)}
    offsets = (
        _numbers(walk, box_at(walk, table, b"co64"), 8, "Q")
        if b"co64" in kinds
        else _numbers(walk, box_at(walk, table, b"stco"), 4, "I")
    )
    sizes = _sizes(walk, table, kinds)
    runs = _numbers(walk, box_at(walk, table, b"stsc"), 12, "I")
    firsts, counts = runs[::3], runs[1::3]
    if offsets and (not runs or firsts[0] != 1 or list(firsts) != sorted(firsts)):
        raise UncleanError("it does not say where its sound and pictures are")
    sample = 0
    for chunk, offset in enumerate(offsets, start=1):
        count = counts[bisect_right(firsts, chunk) - 1]
        here = slice(sample, sample + count)
        length = count * sizes if isinstance(sizes, int) else sum(sizes[here])
        sample += count
        yield offset, offset + length


def _sizes(walk: Walk, table: Box, kinds: set[bytes]) -> int | array[int]:
    """Give the size that all samples have, or that of each."""
    if b"stz2" in kinds:
        box = box_at(walk, table, b"stz2")
        width, count = walk.number(box.body + 7, 1), walk.number(box.body + 8, 4)
        if width not in (4, 8, 16) or (count * width + 7) // 8 > box.stop - box.body - 12:
            raise UncleanError("it does not say how long its sound and pictures are")
        content = walk.at(box.body + 12, (count * width + 7) // 8)
        if width == 4:
            halves = (half for byte in content for half in (byte >> 4, byte & 15))
            return array("I", halves)[:count]
        return array("I", content if width == 8 else _array("H", content))
    box = box_at(walk, table, b"stsz")
    if size := walk.number(box.body + 4, 4):
        if size == 1:  # In QuickTime's old files this says nothing of their length.
            raise UncleanError("it does not say how long its sound and pictures are")
        return size
    return _numbers(walk, box, 4, "I", at=8)


def _numbers(walk: Walk, box: Box, width: int, kind: str, *, at: int = 4) -> array[int]:
    """Give the numbers of a table of which each row has ``width`` bytes, and its count stands
    ``at`` so many bytes.
    """
    length = walk.number(box.body + at, 4) * width
    if length > box.stop - box.body - at - 4:
        raise UncleanError("it ends too early")
    return _array(kind, walk.at(box.body + at + 4, length))


def _array(kind: str, content: bytes) -> array[int]:
    numbers = array(kind, content)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
