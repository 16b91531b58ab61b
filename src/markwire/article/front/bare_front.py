"""Front matter without fences: ``Key: value`` lines up to an empty one (Pelican, MultiMarkdown).

Pure. Ordinary text may start so too (``Note: …``): it is a head only where its keys are known.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from markwire.article.front.keys import canonical, folded, is_known
from markwire.article.front.nodes import MAX_BYTES, Mapping, Node, Scalar, Sequence
from markwire.problems import Problem, problem

may_start: Final = re.compile(r"[^\W\d_][\w '’-]{0,40}:(?=[ \t\n]|\Z)").match
_ROW: Final = re.compile(r"([^\W\d_][\w '’-]{0,40}?)[ \t]*:(?:[ \t]+(\S.*?))?[ \t]*\Z")
_MORE: Final = re.compile(r"(?: {4,}|\t[ \t]*)(\S.*?)[ \t]*\Z")
_FENCE: Final = re.compile(r"(?:---+|\.\.\.)[ \t]*\Z")
_TITLES: Final = frozenset(("title", "titre"))
_LISTS: Final = frozenset(("tags", "section", "authors"))


class Head(NamedTuple):
    """Where a head ends: the offset of its last line's end, and that of what stands below."""

    end: int
    below: int
    is_fenced: bool


def find(text: str) -> Head | None:
    """Say where the head of a file ends, or None where it starts with ordinary text.

    A head has a title, or two keys that are known; a line with just ``---`` may end it (Hexo).
    """
    keys: set[str] = set()
    start = 0
    while start < len(text) and start <= MAX_BYTES:
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        line = text[start:stop]
        if not line.strip() or _FENCE.match(line):
            if not _is_sure(keys):
                return None
            return Head(max(0, start - 1), min(stop + 1, len(text)), bool(line.strip()))
        row = _ROW.match(line)
        if row:
            keys.add(folded(row[1]))
        elif not line.startswith((" ", "\t", "- ")):
            return None
        start = stop + 1
    return Head(min(start, len(text)), len(text), is_fenced=False) if _is_sure(keys) else None


def _is_sure(keys: set[str]) -> bool:
    return bool(keys & _TITLES) or sum(map(is_known, keys)) >= 2


def mapping(front: str, path: str) -> Mapping | Problem:
    """Give the nodes of a head that starts with the file; its values are text as it stands."""
    entries: dict[str, tuple[Scalar, Node]] = {}
    key, values = Scalar("", 1, 1), list[Scalar]()
    for number, line in enumerate(front.split("\n"), 1):
        row = _ROW.match(line)
        if row and not line[:1].isspace():
            key, values = Scalar(row[1], number, 1), []
            if key.text in entries:
                first = entries[key.text][0].line
                return problem("MW203", path, number, 1, key=key.text, first=first)
            # An empty value stands behind the colon.
            at = row.start(2) if row[2] else row.end(1) + line[row.end(1) :].index(":") + 1
            values.append(Scalar(row[2] or "", number, at + 1))
        elif more := _MORE.match(line):
            values.append(Scalar(more[1], number, more.start(1) + 1))
        else:
            return problem("MW215", path, number, 1, sign=":")
        entries[key.text] = key, _value(key, values)
    return Mapping(tuple(entries.values()), 1, 1)


def _value(key: Scalar, values: list[Scalar]) -> Node:
    """Give the value of a key that goes on below, on lines that are indented."""
    first = values[0]
    if canonical(key.text) in _LISTS:
        items = [value for value in values if value.text]
        if canonical(key.text) == "authors" and len(items) == 1:
            items = _names(items[0])
        if len(items) > 1:
            return Sequence(tuple(items), first.line, first.column)
    text = " ".join(value.text for value in values if value.text)
    return Scalar(text, first.line, first.column)


def _names(written: Scalar) -> list[Scalar]:
    """Part names by commas where each is of two words: « Sarsen, Aliya » is one person."""
    if ";" in written.text:
        return [written]
    parts = [(found.start(), found[0].strip()) for found in re.finditer(r"[^,]+", written.text)]
    if any(" " not in part for _, part in parts):
        return [written]
    return [
        Scalar(part, written.line, written.column + start + (1 if start else 0))
        for start, part in parts
    ]
