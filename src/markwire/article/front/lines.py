r"""Front matter of the plainest kind, which is most of it: read line by line, without YAML.

Pure. Knows ``key: value`` with a bare or quoted value, ``[a, b]``, and one level of ``- item`` or
``key: value`` lines below a key; whatever else stands there is for the YAML parser to judge. What
is read here is, to the column, what that parser reads: ``tests/test_lines.py`` compares them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from markwire.article.front.nodes import Mapping, Node, Scalar, Sequence
from markwire.article.html import clean_text

NULLS: Final = frozenset(("~", "null", "Null", "NULL"))

# What YAML takes for the end of a line, or for no character, beyond what a clean text holds.
_ODD: Final = re.compile("[\t\r\u2028\u2029\ufeff]")
# A bare value ends at ": " and " #", and begins with nothing that has a meaning of its own.
_BARE: Final = r"(?:[^\W_]|[«/(])(?:[^\n:#]|:(?! |\n|\Z)|(?<! )#)*+"
_WORD: Final = r"[^\W_][\w '()+./«»–—’-]*+"
_LINE: Final = re.compile(
    r"( *)(?:(-) +|([^\W\d_][\w-]{0,60}):(?: +|(?=\n|\Z)))"
    r"(?:(\"[^\"\\\n]*+\") *|('[^'\n]*+') *"
    rf"|(\[ *(?:{_WORD}(?:, *{_WORD})*+)?\]) *|({_BARE}))?(?:\n|\Z)"
)
_ITEM: Final = re.compile(_WORD)


class _Row(NamedTuple):
    indent: int
    key: Scalar | None  # None for an item of a list
    value: Scalar | Sequence | None
    line: int
    after: int  # the column behind what introduces the value


def mapping(front: str, *, first: int = 2) -> Mapping | None:
    """Give the nodes of a front matter, or None where it takes the YAML parser to read it.

    ``front`` stands between the fences, ``first`` is the line of the file on which it starts.
    """
    if _ODD.search(front) or clean_text(front) is not front or not (rows := _rows(front, first)):
        return None
    entries: dict[str, tuple[Scalar, Node]] = {}
    index = 0
    while index < len(rows):
        row = rows[index]
        index += 1
        below = index
        while index < len(rows) and (rows[index].indent or rows[index].key is None):
            index += 1
        value = _value(row, rows[below:index])
        if row.indent or row.key is None or value is None or row.key.text in entries:
            return None
        entries[row.key.text] = row.key, value
    return Mapping(tuple(entries.values()), first, 1)


def _rows(front: str, first: int) -> list[_Row]:
    """Read each line by itself; empty where one is beyond us."""
    rows: list[_Row] = []
    start, line = 0, first - 1
    while start < len(front):
        found = _LINE.match(front, start)
        if found is None:
            return []
        line += 1
        indent, dash, word, double, single, flow, bare = found.groups()
        after = found.end(2 if dash else 3) - start + (1 if dash else 2)
        value: Scalar | Sequence | None = None
        if bare is not None:
            text = bare.rstrip(" ")
            value = Scalar("" if text in NULLS else text, line, found.start(7) - start + 1)
        elif double is not None:
            value = Scalar(double[1:-1], line, found.start(4) - start + 1)
        elif single is not None:
            value = Scalar(single[1:-1], line, found.start(5) - start + 1)
        elif flow is not None:
            value = _flow(flow, line, found.start(6) - start + 1)
        key = None
        if not dash:
            if word in NULLS:
                return []
            key = Scalar(word, line, len(indent) + 1)
        rows.append(_Row(len(indent), key, value, line, after))
        start = found.end()
    return rows


def _flow(written: str, line: int, column: int) -> Sequence:
    items = []
    for found in _ITEM.finditer(written):
        text = found[0].rstrip(" ")
        items.append(Scalar("" if text in NULLS else text, line, column + found.start()))
    return Sequence(tuple(items), line, column)


def _value(row: _Row, below: list[_Row]) -> Node | None:
    """Give the value of a key, which stands beside or below it."""
    if not below:
        return row.value or Scalar("", row.line, row.after)
    if row.value is not None:
        return None
    first = below[0]
    if any(each.indent != first.indent for each in below):
        return None
    if first.key is None:
        items = [each.value for each in below if each.key is None]
        scalars = tuple(item for item in items if isinstance(item, Scalar))
        whole = len(scalars) == len(below)
        return Sequence(scalars, first.line, first.indent + 1) if whole else None
    entries: dict[str, tuple[Scalar, Node]] = {}
    for each in below:
        if each.key:
            entries[each.key.text] = each.key, each.value or Scalar("", each.line, each.after)
    whole = len(entries) == len(below)
    return Mapping(tuple(entries.values()), first.line, first.indent + 1) if whole else None
