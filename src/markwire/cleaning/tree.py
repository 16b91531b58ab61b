"""Boxes within boxes. Pure.

ISO/IEC 14496-12, 4.2: a box says how long it is and of what kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markwire.cleaning.walk import Blank, UncleanError, Walk

Patch = tuple[int, bytes | Blank]
"""Where other bytes are to stand, and which."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its kind, and where it, its content and what follows it begin."""

    kind: bytes
    start: int
    body: int
    stop: int


def boxes(walk: Walk, start: int, stop: int) -> Iterator[Box]:
    """Give the boxes between two places. Raises UncleanError where they do not fill it."""
    while start < stop:
        head = walk.at(start, 8)
        size, body = int.from_bytes(head[:4]), start + 8
        if size == 1:
            size, body = walk.number(body, 8), body + 8
        elif size == 0 and stop == walk.size:
            size = stop - start
        if body > start + size or start + size > stop:
            raise UncleanError("its parts do not fit into each other")
        yield Box(head[4:], start, body, start + size)
        start += size


def box_at(walk: Walk, parent: Box, kind: bytes) -> Box:
    """Give the box of a kind within another. Raises UncleanError unless there is just one."""
    found = [box for box in boxes(walk, parent.body, parent.stop) if box.kind == kind]
    if len(found) != 1:
        raise UncleanError(
            f"it has {len(found)} parts '{kind.decode('latin-1')}' where it wants one"
        )
    return found[0]


def freed(box: Box) -> Iterator[Patch]:
    """Make a box free space, and what was in it blank."""
    yield box.start + 4, b"free"
    yield box.body, Blank(box.stop - box.body)
