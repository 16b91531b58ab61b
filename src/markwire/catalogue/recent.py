"""Fragments lately asked for, up to a number of bytes. Pure.

One article changes, and a feed is written with all the others of its window: what was read from
the disk for the last edition is at hand for the next.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from markwire.model import Body, Format

LIMIT: Final = 24_000_000  # bytes: the windows of some forty feeds

Fragments = Mapping[Format, bytes]


class Recent:
    """Remembers fragments by article and body; the longest unused are forgotten first."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[tuple[int, Body], Fragments] = OrderedDict()

    def get(self, number: int, body: Body) -> Fragments | None:
        """Give what is remembered, or None."""
        found = self._kept.get((number, body))
        if found is not None:
            self._kept.move_to_end((number, body))
        return found

    def put(self, number: int, body: Body, fragments: Fragments) -> None:
        """Remember fragments in place of those before."""
        self.drop(number, body)
        self._kept[number, body] = fragments
        self._size += _size(fragments)
        while self._size > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self._size -= _size(oldest)

    def drop(self, number: int, body: Body) -> None:
        """Forget the fragments of one article."""
        dropped = self._kept.pop((number, body), None)
        if dropped:
            self._size -= _size(dropped)


def _size(fragments: Fragments) -> int:
    return sum(map(len, fragments.values()))
