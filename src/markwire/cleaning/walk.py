"""Walk through a file's container, and say what of it is published: ranges, bytes, blanks.

Pure: reads only by the content that it is given. A film of two gigabytes is never held.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Protocol

_BLOCK: Final = 262_144  # bytes that are read at once
_STEPS: Final = 2_000_000  # looks at one file, about as many seconds as millions
_HELD: Final = 64 * 1024 * 1024  # bytes of one part that are looked into as a whole


class UncleanError(ValueError):
    """What a file tells of its makers cannot be taken out: its container leads nowhere."""


class Content(Protocol):
    """The bytes of a file, wherever they are."""

    @property
    def size(self) -> int:
        """How many bytes there are."""

    def at(self, offset: int, size: int) -> bytes:
        """Give the bytes from ``offset`` on, as many as there are of ``size``."""


@dataclass(frozen=True, slots=True)
class Held:
    """Content that is in memory."""

    content: bytes

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.content)

    def at(self, offset: int, size: int) -> bytes:
        """Give the bytes from ``offset`` on, as many as there are of ``size``."""
        return self.content[offset : offset + size]


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes that stay as they are: from ``start`` to before ``stop``."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Blank:
    """So many bytes of zero."""

    length: int


Piece = Span | Blank | bytes


def length_of(piece: Piece) -> int:
    """Give how many bytes a piece is."""
    if isinstance(piece, bytes):
        return len(piece)
    return piece.length if isinstance(piece, Blank) else piece.stop - piece.start


class Walk:
    """Content, looked at from part to part: each look is whole, and there are only so many."""

    def __init__(self, content: Content) -> None:
        self.size = content.size
        self._content = content
        self._steps = _STEPS
        self._start = 0
        self._block = b""

    def at(self, offset: int, size: int) -> bytes:
        """Give ``size`` bytes from ``offset`` on. Raises UncleanError where there are too few."""
        self._steps -= 1
        if self._steps < 0:
            raise UncleanError("it has too many parts")
        start = offset - self._start
        if start >= 0 and start + size <= len(self._block):
            return self._block[start : start + size]
        if offset < 0 or size < 0 or offset + size > self.size:
            raise UncleanError("it ends too early")
        if size > _HELD:
            raise UncleanError("it has a part that is too long")
        self._start, self._block = offset, self._content.at(offset, max(size, _BLOCK))
        if len(self._block) < size:
            raise UncleanError("it ends too early")
        return self._block[:size]

    def number(self, offset: int, size: int) -> int:
        """Give the number, its highest byte first, that stands at ``offset``."""
        return int.from_bytes(self.at(offset, size))

    def block(self, offset: int) -> bytes:
        """Give many bytes from ``offset`` on, at the end those that are left."""
        return self.at(offset, min(_BLOCK, self.size - offset))


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What of a file is published, piece by piece."""

    pieces: tuple[Piece, ...]

    @property
    def length(self) -> int:
        """How many bytes are published."""
        return sum(map(length_of, self.pieces))

    def chunks(self, content: Content) -> Iterator[bytes]:
        """Give the published bytes. Raises UncleanError where the file has become shorter."""
        for piece in self.pieces:
            for start in range(0, length_of(piece), _BLOCK):
                yield _part(piece, start, _BLOCK, content)


def _part(piece: Piece, start: int, size: int, content: Content) -> bytes:
    size = min(size, length_of(piece) - start)
    if isinstance(piece, bytes):
        return piece[start : start + size]
    if isinstance(piece, Blank):
        return bytes(size)
    found = content.at(piece.start + start, size)
    if len(found) < size:
        raise UncleanError("it ends too early")
    return found


class View:
    """The published bytes as an open file, for who looks at headers."""

    def __init__(self, cleaned: Cleaned, content: Content) -> None:
        self._pieces = cleaned.pieces
        self._content = content
        self._ends = tuple(accumulate(map(length_of, cleaned.pieces)))
        self._size = self._ends[-1] if self._ends else 0
        self._at = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to an offset as files do. Raises ValueError for one before the start."""
        self._at = offset + (0, self._at, self._size)[whence]
        if self._at < 0:
            raise ValueError("no such place")
        return self._at

    def read(self, size: int) -> bytes:
        """Give the next ``size`` bytes, or what there is of them."""
        found = []
        while size > 0 and self._at < self._size:
            index = bisect_right(self._ends, self._at)
            start = self._at - (self._ends[index - 1] if index else 0)
            found.append(_part(self._pieces[index], start, size, self._content))
            self._at += len(found[-1])
            size -= len(found[-1])
        return b"".join(found)


def joined(pieces: Iterable[Piece]) -> Cleaned:
    """Put pieces in a row, those that touch each other as one."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if not length_of(piece):
            continue
        if isinstance(piece, Span) and isinstance(last, Span) and last.stop == piece.start:
            found[-1] = Span(last.start, piece.stop)
        elif isinstance(piece, Blank) and isinstance(last, Blank):
            found[-1] = Blank(last.length + piece.length)
        else:
            found.append(piece)
    return Cleaned(tuple(found))


def overlaid(size: int, patches: Iterable[tuple[int, bytes | Blank]]) -> Iterator[Piece]:
    """Give a file of ``size`` bytes with other bytes in some places; of two, the first counts.

    So every other byte stays where it was.
    """
    position = 0
    for start, patch in sorted(patches, key=lambda each: each[0]):
        stop = start + length_of(patch)
        begin = max(position, start)
        if begin >= stop:
            continue
        yield Span(position, begin)
        yield Blank(stop - begin) if isinstance(patch, Blank) else patch[begin - start :]
        position = stop
    yield Span(position, size)
