"""What front matter is made of: texts, lists and keys, each with its place in the file.

Pure. Every scalar stays the text that the editor typed (``NO``, ``12:30``, ``1.10``); what it
means is decided in ``fields``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 12


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as typed, without its quotes. ``line`` and ``column`` count from 1 in the file."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file; a key stands once."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)


Node = Scalar | Sequence | Mapping
