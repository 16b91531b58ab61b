"""Front matter: from a file's text to nodes that still know their line and column.

Pure. Finds the fences, and bounds what stands between them; ``lines`` reads it where it is plain
YAML, ``yaml_front`` where it is not, ``toml_front``, ``json_front`` and ``bare_front`` the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from markwire.article.front import bare_front, lines
from markwire.article.front.keys import canonical
from markwire.article.front.nodes import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_VALUES,
    Mapping,
    Scalar,
    excerpt,
    nodes,
)
from markwire.problems import Problem, problem

# gray-matter's way to name a language behind the fence; of others than these it is no fence.
_YAML: Final = frozenset(("", "yaml", "yml"))
_PROGRAMS: Final = frozenset(("js", "javascript", "coffee", "ts", "cson"))
_OPENING: Final = re.compile(
    rf"(---|\+\+\+|;;;)[^\S\n]*({'|'.join(sorted((_YAML | _PROGRAMS | {'json', 'toml'}) - {''}))}|)"
    r"[^\S\n]*(?:\n|\Z)"
)
_CLOSING: Final = {
    "---": re.compile(r"\n(?:---|\.\.\.)[^\S\n]*(?=\n|\Z)"),
    "+++": re.compile(r"\n\+\+\+[^\S\n]*(?=\n|\Z)"),
    ";;;": re.compile(r"\n;;;[^\S\n]*(?=\n|\Z)"),
}
_JSON: Final = re.compile(r'\{[^\S\n]*(?:"|\n\s*["}]|\}[^\S\n]*(?:\n|\Z))')
# Empty lines above a fence: what follows would be published as text, ``draft: true`` and all.
_LATE: Final = re.compile(
    r'(?:[^\S\n]*+\n)++(?=---[^\S\n]*(?:\n[\w-]+:|(?:json|toml|ya?ml)\s)|\+\+\+[^\S\n]*\n|\{[^\S\n]*\n?[^\S\n]*")'
)
# A space behind the sign makes it a note; without one it is a number or a word.
_COMMENT: Final = re.compile(r"[ \t]+(#[^\s#].*)")
_BRACKET: Final = re.compile(r"[\[\]{}]")
_DEEP_LINE: Final = re.compile(rf"^(?: {{100}}|(?:[ \t]*[-?][ \t]+){{{MAX_DEPTH},}})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parts:
    """One file, taken apart. ``first_line`` is the line on which ``text`` starts, from 1.

    ``problems`` are warnings.
    """

    front: Mapping
    text: str
    first_line: int
    problems: tuple[Problem, ...] = ()


def split(text: str, *, path: str) -> Parts | Problem:
    """Take a file apart into front matter and Markdown.

    ``text`` has line feeds as line ends and no byte order mark. Front matter is YAML between two
    lines ``---`` (``...`` may close it), TOML between ``+++``, JSON between ``;;;`` or in the
    braces that the file starts with, or a head of ``Key: value`` lines; a file that starts with
    none of these has an empty mapping and is Markdown from its first line. Gives a Problem where
    the front matter is never closed, cannot be read, or holds too much.
    """
    parts = _split(text, path)
    if isinstance(parts, Parts) and len(parts.front.entries) > 0:
        one_more = next(islice(nodes(parts.front), MAX_VALUES + 1, None), None)
        if one_more is not None:
            return problem("MW114", path, one_more.line, one_more.column, limit=MAX_VALUES)
    return parts


def _split(text: str, path: str) -> Parts | Problem:
    start = 0
    if text[:1] in " \t\n" and (late := _LATE.match(text)):
        start = late.end()
    match text[start : start + 1]:
        case "-" | "+" | ";":
            if opening := _OPENING.match(text, start):
                return _fenced(text, opening, path)
        case "{":
            if _JSON.match(text, start):
                return _json_head(text, start, path)
        case _:
            if bare_front.may_start(text) and (head := bare_front.find(text)):
                return _bare(text, head, path)
    return Parts(Mapping((), 1, 1), text, 1)


def _fenced(text: str, opening: re.Match[str], path: str) -> Parts | Problem:
    fence, language = opening.groups()
    first = text.count("\n", 0, opening.start()) + 2
    if language in _PROGRAMS:
        return problem("MW111", path, first - 1, 4, language=language)
    closing = _CLOSING[fence].search(text, opening.end() - 1)
    if closing is None:
        return problem("MW201", path, first - 1, 1, fence=fence)
    front = text[opening.end() : max(opening.end(), closing.start())]
    if _too_long(front) or _too_deep(front):
        return problem("MW204", path, first, 1, limit=MAX_BYTES)
    if fence == "---" and language in _YAML:
        mapping = lines.mapping(front, first=first) or _yaml(front, path, first)
    elif fence == ";;;" or language == "json":
        mapping = _json(front, path, first)
    else:
        mapping = _toml(front, path, first)
    if isinstance(mapping, Problem):
        return mapping
    first_line = text.count("\n", 0, closing.start()) + 3
    lost = _lost(front, mapping, path, first) if language in _YAML and " #" in front else ()
    return Parts(mapping, text[closing.end() + 1 :], first_line, lost)


def _json_head(text: str, start: int, path: str) -> Parts | Problem:
    from markwire.article.front import json_front  # noqa: PLC0415  (few newsrooms need it)

    first = text.count("\n", 0, start) + 1
    found = json_front.head(text[start:], path, first=first)
    if isinstance(found, Problem):
        return found
    mapping, below = found
    return Parts(mapping, text[start + below :], text.count("\n", 0, start + below) + 1)


def _bare(text: str, head: bare_front.Head, path: str) -> Parts | Problem:
    front = text[: head.end]
    if _too_long(front):
        return problem("MW204", path, 1, 1, limit=MAX_BYTES)
    if head.is_fenced and _too_deep(front):
        return problem("MW204", path, 1, 1, limit=MAX_BYTES)
    if head.is_fenced:
        mapping = lines.mapping(front, first=1) or _yaml(front, path, 1)
    else:
        mapping = bare_front.mapping(front, path)
    if isinstance(mapping, Problem):
        return mapping
    return Parts(mapping, text[head.below :], text.count("\n", 0, head.below) + 1)


def _yaml(front: str, path: str, first: int) -> Mapping | Problem:
    # Most newsrooms write nothing that needs it, and it takes long to import.
    from markwire.article.front import yaml_front  # noqa: PLC0415

    return yaml_front.mapping(front, path, first=first)


def _toml(front: str, path: str, first: int) -> Mapping | Problem:
    from markwire.article.front import toml_front  # noqa: PLC0415  (few newsrooms need it)

    return toml_front.mapping(front, path, first=first)


def _json(front: str, path: str, first: int) -> Mapping | Problem:
    from markwire.article.front import json_front  # noqa: PLC0415  (few newsrooms need it)

    return json_front.mapping(front, path, first=first)


def _lost(front: str, mapping: Mapping, path: str, first: int) -> tuple[Problem, ...]:
    """Warn of prose that YAML takes for a comment: ``title: C# #1`` is ``C#``."""
    rows = front.split("\n")
    found: list[Problem] = []
    for key, value in mapping:
        if canonical(key.text) in ("title", "summary") and isinstance(value, Scalar):
            row = rows[value.line - first]
            end = value.column - 1 + len(value.text)
            comment = _COMMENT.match(row, end)
            if value.text and comment and row[value.column - 1 : end] == value.text:
                words = comment[1]
                found.append(
                    problem(
                        "MW113",
                        path,
                        value.line,
                        comment.start(1) + 1,
                        key=key.text,
                        value=excerpt(words),
                    )
                )
    return tuple(found)


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
