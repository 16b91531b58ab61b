r"""Front matter as TOML has it (1.0): from its text to nodes that know line and column.

Pure. ``tomllib`` gives neither places nor what was typed, so this is read by hand; the tests
compare the two. It is the more lenient: a line break in an inline table, a key with accents and an
empty value do no harm, and a date is only judged where it is read as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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

_SPACE: Final = re.compile(r"[ \t]*+")
_BLANK: Final = re.compile(r"(?:[ \t\n]|#[^\n]*+)*+")
_REST: Final = re.compile(r"[ \t]*+(?:#[^\n]*+)?(?:\n|\Z)")
_KEY: Final = re.compile(r"""([\w-]++)|"((?:[^"\\\n]|\\[^\n])*+)"|'([^'\n]*+)'""")
_BASIC: Final = re.compile(r'"((?:[^"\\\n]|\\[^\n])*+)"')
_LITERAL: Final = re.compile(r"'([^'\n]*+)'")
# Up to two of its quotation marks may stand before the three that close a text.
_LONG_BASIC: Final = re.compile(r'"""\n?((?:[^"\\]|\\.|"{1,2}(?!"))*+"{0,2})"""', re.DOTALL)
_LONG_LITERAL: Final = re.compile(r"'''\n?((?:[^']|'{1,2}(?!'))*+'{0,2})'''")
_WORD: Final = re.compile(
    r"(?:\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{2}[\d:.]*(?:[Zz]|[+-][\d:]+)?)?"
    r"|true|false|[+-]?(?:inf|nan|\d[\w.+:-]*+))(?=[\s,\]}#]|\Z)",
    re.ASCII,
)
_BARE: Final = re.compile(r"[^\n#]*+")
_BARE_ITEM: Final = re.compile(r"[^\n#,\]}]*+")
_ESCAPE: Final = re.compile(
    r"\\(?:([btnfre\"\\])|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})"
    r"|([ \t]*\n\s*+)|(.?))",
    re.DOTALL,
)
_SIGNS: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b",
                 '"': '"', "\\": "\\"}  # fmt: skip


@dataclass(slots=True)
class _Table:
    """A table while it is filled; ``named`` once a header of its own has opened it."""

    line: int
    column: int
    entries: dict[str, tuple[Scalar, Node | _Table | list[_Table]]] = field(default_factory=dict)
    named: bool = False

    def frozen(self) -> Mapping:
        entries = tuple((key, _frozen(value)) for key, value in self.entries.values())
        return Mapping(entries, self.line, self.column)


def _frozen(value: Node | _Table | list[_Table]) -> Node:
    if isinstance(value, _Table):
        return value.frozen()
    if isinstance(value, list):
        items = tuple(table.frozen() for table in value)
        return Sequence(items, items[0].line, items[0].column)
    return value


def mapping(front: str, path: str, *, first: int = 2) -> Mapping | Problem:
    """Give the nodes of a front matter, or why it cannot be read.

    ``first`` is the line of the file on which ``front`` starts.
    """
    try:
        return _Reader(front, path, first=first).read().frozen()
    except Unreadable as unreadable:
        return unreadable.problem


class _Reader:
    """Reads one text; most methods take an offset and give the one behind what they read."""

    def __init__(self, text: str, path: str, *, first: int) -> None:
        self._text = text
        self._places = Places(text, path, first=first)

    def read(self) -> _Table:
        root = table = _Table(*self._places.at(0))
        at = self._skip(_BLANK, 0)
        while at < len(self._text):
            if self._text[at] == "[":
                table, at = self._header(root, at)
            else:
                at = self._entry(table, at, 0)
            rest = _REST.match(self._text, at)
            if rest is None:
                raise self._places.fault("MW225", self._skip(_SPACE, at))
            at = self._skip(_BLANK, rest.end())
        return root

    def _header(self, root: _Table, start: int) -> tuple[_Table, int]:
        close = "]]" if self._text.startswith("[[", start) else "]"
        keys, at = self._keys(self._skip(_SPACE, start + len(close)))
        if not self._text.startswith(close, at):
            raise self._places.fault("MW218", start)
        *above, last = keys
        table = self._inside(root, above)
        made = _Table(last.line, last.column, named=True)
        known = table.entries.get(last.text)
        if close == "]]":
            if known is None:
                table.entries[last.text] = last, [made]
            elif isinstance(known[1], list):
                known[1].append(made)
            else:
                raise self._places.twice(last, known[0])
        elif known is None:
            table.entries[last.text] = last, made
        elif isinstance(known[1], _Table) and not known[1].named:
            made = known[1]
            made.named = True
        else:
            raise self._places.twice(last, known[0])
        return made, at + len(close)

    def _inside(self, table: _Table, keys: list[Scalar]) -> _Table:
        """Give the table that dotted keys lead to, made where it is not there yet."""
        for key in keys:
            known = table.entries.get(key.text)
            if known is None:
                made = _Table(key.line, key.column)
                table.entries[key.text] = key, made
                table = made
            elif isinstance(known[1], _Table):
                table = known[1]
            elif isinstance(known[1], list):
                table = known[1][-1]
            else:
                raise self._places.twice(key, known[0])
        return table

    def _entry(self, table: _Table, start: int, depth: int) -> int:
        keys, at = self._keys(start)
        if not self._text.startswith("=", at):
            raise self._places.fault("MW215", start, sign="=")
        value, at = self._value(self._skip(_SPACE, at + 1), depth + 1)
        *above, last = keys
        table = self._inside(table, above)
        if last.text in table.entries:
            raise self._places.twice(last, table.entries[last.text][0])
        table.entries[last.text] = last, value
        return at

    def _keys(self, at: int) -> tuple[list[Scalar], int]:
        keys: list[Scalar] = []
        while True:
            found = _KEY.match(self._text, at)
            if found is None:
                code = "MW213" if self._text[at : at + 1] in ('"', "'") else "MW202"
                raise self._places.fault(code, min(at, len(self._text)))
            plain = found[2] is None
            text = (found[1] or found[3] or "") if plain else self._plain(found[2], at + 1)
            keys.append(self._places.scalar(clean_text(text), at))
            if len(keys) > MAX_DEPTH:
                raise self._places.fault("MW204", at, limit=MAX_BYTES)
            at = self._skip(_SPACE, found.end())
            if not self._text.startswith(".", at):
                return keys, at
            at = self._skip(_SPACE, at + 1)

    def _value(self, at: int, depth: int) -> tuple[Node, int]:
        if depth > MAX_DEPTH:
            raise self._places.fault("MW204", at, limit=MAX_BYTES)
        match self._text[at : at + 1]:
            case '"' | "'":
                return self._string(at)
            case "[":
                return self._list(at, depth)
            case "{":
                return self._inline(at, depth)
            case "" | "\n" | "#":
                return self._places.scalar("", at), at
            case "," | "]" | "}":
                raise self._places.fault("MW202", at)
        word = _WORD.match(self._text, at)
        if word is None or (depth == 1 and not _REST.match(self._text, word.end())):
            found = (_BARE if depth == 1 else _BARE_ITEM).match(self._text, at)
            value = found[0].strip() if found else ""
            raise self._places.fault("MW223", at, value=excerpt(value))
        return self._places.scalar(word[0], at), word.end()

    def _string(self, at: int) -> tuple[Scalar, int]:
        quote = self._text[at]
        is_long = self._text.startswith(quote * 3, at)
        if quote == '"':
            found = (_LONG_BASIC if is_long else _BASIC).match(self._text, at)
        else:
            found = (_LONG_LITERAL if is_long else _LITERAL).match(self._text, at)
        if found is None:
            raise self._places.fault("MW213", at)
        text = self._plain(found[1], found.start(1)) if quote == '"' else found[1]
        return self._places.scalar(clean_text(text), at), found.end()

    def _plain(self, written: str, start: int) -> str:
        """Give what is meant by a text with escapes; ``start`` is where it stands."""
        if "\\" not in written:
            return written

        def meant(found: re.Match[str]) -> str:
            sign, *codes, line_end, other = found.groups()
            number = int(next(filter(None, codes), "-1"), 16)
            if sign:
                return _SIGNS[sign]
            if line_end:
                return ""
            if other is None and number < 0x110000:
                return chr(number)
            raise self._places.fault("MW226", start + found.start(), sign=found[0])

        return _ESCAPE.sub(meant, written)

    def _list(self, start: int, depth: int) -> tuple[Sequence, int]:
        items: list[Node] = []
        at = self._within(start + 1, start)
        while self._text[at] != "]":
            item, end = self._value(at, depth + 1)
            items.append(item)
            at = self._after(end, start, "]")
        return Sequence(tuple(items), *self._places.at(start)), at + 1

    def _inline(self, start: int, depth: int) -> tuple[Mapping, int]:
        table = _Table(*self._places.at(start))
        at = self._within(start + 1, start)
        while self._text[at] != "}":
            at = self._after(self._entry(table, at, depth), start, "}")
        return table.frozen(), at + 1

    def _after(self, end: int, opened: int, close: str) -> int:
        """Go over the comma behind a value, to the next value or to what closes."""
        at = self._within(end, opened)
        if self._text[at] == close:
            return at
        if self._text[at] != ",":
            code = "MW218" if self._text[at] in "]}" else "MW227"
            raise self._places.fault(code, opened if code == "MW218" else end)
        following = self._within(at + 1, opened)
        if self._text[following] == ",":
            raise self._places.fault("MW228", following)
        return following

    def _within(self, at: int, opened: int) -> int:
        """Go to the next sign; what was opened may not end with the text."""
        at = self._skip(_BLANK, at)
        if at >= len(self._text):
            raise self._places.fault("MW218", opened)
        return at

    def _skip(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self._text, at)
        return found.end() if found else at
