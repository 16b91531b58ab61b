"""What front matter is made of: texts, lists and keys, each with its place in the file.

Pure. Every scalar stays the text that the editor typed (``NO``, ``12:30``, ``1.10``), whatever
syntax it was typed in; what it means is decided in ``fields``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markwire.problems import Problem, Word, problem

MAX_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 12
MAX_VALUES: Final = 1000
"""Keys and values in one front matter: the fullest template that was met has eighty."""
MAX_TEXT: Final = 2000
"""Characters of one value: as many as browsers and servers allow an address."""
MAX_PROSE: Final = 10_000
"""Characters of a summary, or of the text of a correction."""
MAX_WORD: Final = 200
"""Characters of a tag, a section or a name, which become folders and feeds."""
MAX_LIST: Final = 200
"""Tags, people or corrections of one article."""


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


def nodes(node: Node) -> Iterator[Node]:
    """Give a node and all below it, keys too, in the order of the file."""
    yield node
    if isinstance(node, Sequence):
        for item in node.items:
            yield from nodes(item)
    elif isinstance(node, Mapping):
        for key, value in node:
            yield key
            yield from nodes(value)


class Unreadable(Exception):  # noqa: N818  (a way out of a recursion, never seen outside)
    """Why a front matter cannot be read."""

    def __init__(self, found: Problem) -> None:
        super().__init__(str(found))
        self.problem = found


class Places:
    """Where in the file an offset of a text is that starts on line ``first`` of it."""

    def __init__(self, text: str, path: str, *, first: int) -> None:
        self.path = path
        self._first = first
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Give line and column, from 1."""
        row = bisect_right(self._starts, offset) - 1
        return row + self._first, offset - self._starts[row] + 1

    def scalar(self, text: str, offset: int) -> Scalar:
        """Give a scalar that starts at an offset."""
        return Scalar(text, *self.at(offset))

    def fault(self, code: str, offset: int, **words: Word) -> Unreadable:
        """Give the exception to raise for what stands at an offset."""
        line, column = self.at(offset)
        return Unreadable(problem(code, self.path, line, column, **words))

    def twice(self, key: Scalar, first: Scalar) -> Unreadable:
        """Give the exception to raise for a key that stands a second time."""
        found = problem("MW203", self.path, key.line, key.column, key=key.text, first=first.line)
        return Unreadable(found)


def excerpt(text: str, limit: int = 60) -> str:
    """Give so much of a value as a message can quote."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
