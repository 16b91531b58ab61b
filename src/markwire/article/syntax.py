"""The parts of a Markdown parser that our own syntax uses, so that it need not import one.

Pure types. ``markdown`` joins them to the parser.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Protocol, TypedDict


class Attributes(TypedDict, total=False):
    """What a token says besides its text."""

    url: str
    title: str | None
    wiki: bool
    kind: str
    level: int
    ordered: bool
    start: int
    info: str
    align: str
    head: bool
    index: int
    count: int
    width: str
    height: str


class Token(TypedDict, total=False):
    """A piece of a parsed article: ``children`` or ``text`` (still Markdown) or ``raw``."""

    type: str
    raw: str
    text: str
    children: list[Token]
    attrs: Attributes
    style: str
    _autolink: str


class BlockState(Protocol):
    """Where the block parser stands; rules return the position to go on from, or None."""

    src: str
    cursor: int
    cursor_max: int
    tokens: list[Token]
    env: MutableMapping[str, object]

    def append_token(self, token: Token) -> None:
        """Add a token below the last."""

    def get_line(self, start_pos: int) -> str:
        """Give the rest of the line from a position, with its line break."""


class InlineState(Protocol):
    """Where the inline parser stands."""

    src: str
    in_link: bool
    depth: int
    env: MutableMapping[str, object]

    def append_token(self, token: Token) -> None:
        """Add a token after the last."""


def last_paragraph(state: BlockState) -> Token | None:
    """The paragraph that the next line would continue, if there is one."""
    if state.tokens and state.tokens[-1]["type"] == "paragraph":
        return state.tokens[-1]
    return None
