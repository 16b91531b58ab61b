"""Front matter: from a file's text to nodes that still know their line and column.

Pure. Finds the fences, and bounds what stands between them; ``lines`` reads it where it is plain,
and ``yaml_front`` where it is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from markwire.article import lines
from markwire.article.nodes import MAX_BYTES, MAX_DEPTH, Mapping
from markwire.problems import Problem, problem

_OPENING: Final = re.compile(r"---[^\S\n]*(?:\n|\Z)")
_CLOSING: Final = re.compile(r"\n(?:---|\.\.\.)[^\S\n]*(?=\n|\Z)")
_BRACKET: Final = re.compile(r"[\[\]{}]")
_DEEP_LINE: Final = re.compile(rf"^(?: {{100}}|(?:[ \t]*[-?][ \t]+){{{MAX_DEPTH},}})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parts:
    """One file, taken apart. ``first_line`` is the line on which ``text`` starts, from 1."""

    front: Mapping
    text: str
    first_line: int


def split(text: str, *, path: str) -> Parts | Problem:
    """Take a file apart into front matter and Markdown.

    ``text`` has line feeds as line ends and no byte order mark. A file that does not start with a
    fence (a line with just ``---``) has an empty mapping and is Markdown from its first line.
    Gives a Problem where the fence is never closed or the front matter cannot be read.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return Parts(Mapping((), 1, 1), text, 1)
    closing = _CLOSING.search(text, opening.end() - 1)
    if closing is None:
        return problem("MW201", path, 1, 1, fence="---")
    front = text[opening.end() : max(opening.end(), closing.start())]
    if _too_long(front) or _too_deep(front):
        return problem("MW204", path, 2, 1, limit=MAX_BYTES)
    mapping = lines.mapping(front) or _parsed(front, path)
    if isinstance(mapping, Problem):
        return mapping
    first_line = text.count("\n", 0, closing.start()) + 3
    return Parts(mapping, text[closing.end() + 1 :], first_line)


def _parsed(front: str, path: str) -> Mapping | Problem:
    # Most newsrooms write nothing that needs it, and it takes long to import.
    from markwire.article import yaml_front  # noqa: PLC0415

    return yaml_front.mapping(front, path)


def _too_long(front: str) -> bool:
    # No character takes more than four bytes.
    return len(front) > MAX_BYTES // 4 and len(front.encode("utf-8", "surrogatepass")) > MAX_BYTES


def _too_deep(front: str) -> bool:
    """See by a cheap look what would make a recursive parser overflow its stack."""
    if front.count("[") + front.count("{") > MAX_DEPTH:
        depth = 0
        for bracket in _BRACKET.findall(front):
            depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
            if depth > MAX_DEPTH:
                return True
    marks = front.count("-") + front.count("?")
    may_indent = marks >= MAX_DEPTH or " " * 100 in front
    return may_indent and _DEEP_LINE.search(front) is not None
