r"""Front matter as JSON has it (RFC 8259): from its text to nodes that know line and column.

Pure. Numbers, ``true`` and ``false`` stay as typed, ``null`` is an empty text; a tab may stand in a
string. It is read by hand for the places, which no JSON reader at hand gives.
"""

from __future__ import annotations

import re
from json import loads
from typing import Final

from markwire.article.front.nodes import (
    MAX_BYTES,
    MAX_DEPTH,
    Mapping,
    Node,
    Places,
    Scalar,
    Sequence,
    Unreadable,
    excerpt,
)
from markwire.article.html import clean_text
from markwire.problems import Problem

_BLANK: Final = re.compile(r"\s*+")
_STRING: Final = re.compile(r'"((?:[^"\\\n]|\\[^\n])*+)"')
_ESCAPE: Final = re.compile(r"\\(?:[\"\\/bfnrt]|u[0-9A-Fa-f]{4}|(.?))", re.DOTALL)
_WORD: Final = re.compile(
    r"(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])", re.ASCII
)
_START: Final = re.compile(r"[\"'{\[\d-]|true|false|null")
_BARE: Final = re.compile(r"""'[^'\n]*'?|[^\s,:\]}"]*""")


def mapping(front: str, path: str, *, first: int = 2) -> Mapping | Problem:
    """Give the nodes of a front matter between fences, with braces around it or without (Hexo).

    ``first`` is the line of the file on which ``front`` starts.
    """
    reader = _Reader(front, path, first=first)
    try:
        start = _end(_BLANK, front, 0)
        if front.startswith("[", start):
            raise reader.places.fault("MW220", start)
        if not front.startswith("{", start):
            return reader.members("", 0, 0)[0]
        node, end = reader.members("}", start, 0)
        reader.expect_nothing(_end(_BLANK, front, end))
    except Unreadable as unreadable:
        return unreadable.problem
    return node


def head(text: str, path: str, *, first: int) -> tuple[Mapping, int] | Problem:
    """Give the nodes of the JSON that a file starts with, and the offset of the line below it."""
    limited = text[: MAX_BYTES + 1]
    reader = _Reader(limited, path, first=first)
    try:
        node, end = reader.members("}", 0, 0)
        line_end = text.find("\n", end)
        reader.expect_nothing(end, limited[end : None if line_end < 0 else line_end])
    except Unreadable as unreadable:
        if len(text) > MAX_BYTES and unreadable.problem.code in ("MW213", "MW218"):
            return reader.places.fault("MW204", 0, limit=MAX_BYTES).problem
        return unreadable.problem
    if len(text[:end].encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return reader.places.fault("MW204", 0, limit=MAX_BYTES).problem
    return node, len(text) if line_end < 0 else line_end + 1


class _Reader:
    """Reads one text; every method takes an offset and gives the one behind what it read."""

    def __init__(self, text: str, path: str, *, first: int) -> None:
        self._text = text
        self.places = Places(text, path, first=first)

    def expect_nothing(self, at: int, rest: str | None = None) -> None:
        """Refuse what stands behind the last brace."""
        if (self._text[at:] if rest is None else rest).strip():
            raise self.places.fault("MW229", _end(_BLANK, self._text, at))

    def members(self, close: str, start: int, depth: int) -> tuple[Mapping, int]:
        """Read keys and values up to ``close``, or to the end of the text where it is empty."""
        entries: dict[str, tuple[Scalar, Node]] = {}
        at = self._next(start + len(close), start, close)
        while not self._closes(at, close):
            key = self._key(at)
            if key[0].text in entries:
                raise self.places.twice(key[0], entries[key[0].text][0])
            value, end = self._value(key[1], depth + 1)
            entries[key[0].text] = key[0], value
            at = self._after(end, start, close)
        return Mapping(tuple(entries.values()), *self.places.at(start)), at + len(close)

    def _items(self, start: int, depth: int) -> tuple[Sequence, int]:
        items: list[Node] = []
        at = self._next(start + 1, start, "]")
        while not self._closes(at, "]"):
            item, end = self._value(at, depth + 1)
            items.append(item)
            at = self._after(end, start, "]")
        return Sequence(tuple(items), *self.places.at(start)), at + 1

    def _closes(self, at: int, close: str) -> bool:
        return self._text.startswith(close, at) if close else at >= len(self._text)

    def _next(self, at: int, opened: int, close: str) -> int:
        """Go to the next sign; what was opened may not end with the text."""
        at = _end(_BLANK, self._text, at)
        if at >= len(self._text) and close:
            raise self.places.fault("MW218", opened)
        return at

    def _after(self, end: int, opened: int, close: str) -> int:
        """Go over the comma behind a value, to the next value or to what closes."""
        at = self._next(end, opened, close)
        if self._closes(at, close):
            return at
        if self._text[at] != ",":
            if _START.match(self._text, at):
                raise self.places.fault("MW227", end)
            raise self.places.fault("MW218", opened)
        following = self._next(at + 1, opened, close)
        if self._closes(following, close):
            raise self.places.fault("MW228", at)
        return following

    def _key(self, at: int) -> tuple[Scalar, int]:
        if self._text[at] != '"':
            raise self._unquoted(at)
        key, end = self._string(at)
        colon = _end(_BLANK, self._text, end)
        if not self._text.startswith(":", colon):
            raise self.places.fault("MW215", at, sign=":")
        return key, _end(_BLANK, self._text, colon + 1)

    def _value(self, at: int, depth: int) -> tuple[Node, int]:
        if depth > MAX_DEPTH:
            raise self.places.fault("MW204", at, limit=MAX_BYTES)
        match self._text[at : at + 1]:
            case '"':
                return self._string(at)
            case "{":
                return self.members("}", at, depth)
            case "[":
                return self._items(at, depth)
        word = _WORD.match(self._text, at)
        if word is None:
            raise self._unquoted(at)
        return self.places.scalar("" if word[0] == "null" else word[0], at), word.end()

    def _string(self, at: int) -> tuple[Scalar, int]:
        found = _STRING.match(self._text, at)
        if found is None:
            raise self.places.fault("MW213", at)
        if "\\" not in found[1]:
            return self.places.scalar(found[1], at), found.end()
        for escape in _ESCAPE.finditer(found[1]):
            if escape[1] is not None:
                sign = "\\" + escape[1]
                raise self.places.fault("MW226", at + 1 + escape.start(), sign=sign)
        text = str(loads(found[0], strict=False))
        return self.places.scalar(clean_text(text), at), found.end()

    def _unquoted(self, at: int) -> Unreadable:
        word = _BARE.match(self._text, at)
        if word is None or not word[0]:
            # A colon, comma or bracket where a value should be, or nothing at all.
            return self.places.fault("MW202", min(at, len(self._text)))
        return self.places.fault("MW223", at, value=excerpt(word[0].strip("'")))


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
