"""Front matter: from a file's text to nodes that still know their line and column.

Pure. Every scalar stays the text that the editor typed (``NO``, ``12:30``, ``1.10``); what it
means is decided in ``fields``. Anchors, aliases and tags of YAML are not read: an editor never
wants them, and they are the way to make a small file cost seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from markwire.problems import Problem, problem

MAX_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 12

# What libyaml notices only where it should have ended.
_BEGINS_BEFORE: Final = ("quoted scalar", "flow", "alias", "anchor")
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEEP_LINE: Final = re.compile(rf"^(?: {{100}}|(?:[ \t]*[-?][ \t]+){{{MAX_DEPTH},}})", re.MULTILINE)


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


@dataclass(frozen=True, slots=True)
class Parts:
    """One file, taken apart. ``first_line`` is the line on which ``text`` starts, from 1."""

    front: Mapping
    text: str
    first_line: int


class _Unreadable(Exception):  # noqa: N818  (a way out of the recursion, never seen outside)
    def __init__(self, found: Problem) -> None:
        super().__init__(str(found))
        self.problem = found


def split(text: str, *, path: str) -> Parts | Problem:
    """Take a file apart into front matter and Markdown.

    ``text`` has line feeds as line ends and no byte order mark. A file that does not start with a
    fence (a line with just ``---``) has an empty mapping and is Markdown from its first line.
    Gives a Problem where the fence is never closed or the front matter cannot be read.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return Parts(Mapping((), 1, 1), text, 1)
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), 0)
    if not end:
        return problem("MW201", path, 1, 1, fence="---")
    front = "\n".join(lines[1:end])
    if len(front.encode("utf-8", "surrogatepass")) > MAX_BYTES or _too_deep(front):
        return problem("MW204", path, 2, 1, limit=MAX_BYTES)
    try:
        mapping = _mapping(front, path)
    except _Unreadable as unreadable:
        return unreadable.problem
    return Parts(mapping, "\n".join(lines[end + 1 :]), end + 2)


def _too_deep(front: str) -> bool:
    """See by a cheap look what would make a recursive parser overflow its stack."""
    depth = deepest = 0
    for character in front:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth = max(0, depth - 1)
    return deepest > MAX_DEPTH or _DEEP_LINE.search(front) is not None


def _mapping(front: str, path: str) -> Mapping:
    try:
        root = yaml.compose(front, Loader=_LOADER)
    except yaml.MarkedYAMLError as fault:
        raise _Unreadable(_explain(fault, front, path)) from fault
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        # A reader error: a character that YAML forbids; it carries no line.
        reason = "it holds a character that no text may hold"
        remedy = "retype the line in a plain text editor"
        raise _Unreadable(problem("MW202", path, 2, 1, reason=reason, remedy=remedy)) from fault
    if root is None:
        return Mapping((), 2, 1)
    node = _node(root, path, set(), 0)
    if isinstance(node, Mapping):
        return node
    raise _Unreadable(
        problem(
            "MW202",
            path,
            node.line,
            node.column,
            reason="it holds text where 'key: value' lines are expected",
            remedy="write one 'key: value' a line, such as 'title: The headline'",
        )
    )


def _node(raw: yaml.Node, path: str, seen: set[int], depth: int) -> Node:
    # Line 1 is the fence, so the parser's line 0 is line 2 of the file.
    line, column = raw.start_mark.line + 2, raw.start_mark.column + 1
    if id(raw) in seen and not isinstance(raw, yaml.ScalarNode):
        reason = "'*name' repeats another part"
        remedy = "write the value out"
        raise _Unreadable(problem("MW202", path, line, column, reason=reason, remedy=remedy))
    seen.add(id(raw))
    if depth > MAX_DEPTH:
        raise _Unreadable(problem("MW204", path, line, column, limit=MAX_BYTES))
    if isinstance(raw, yaml.ScalarNode):
        # libyaml says '' where PyYAML's own parser says None: no quotes.
        plain_null = not raw.style and raw.value in ("~", "null", "Null", "NULL")
        return Scalar("" if plain_null else str(raw.value), line, column)
    if isinstance(raw, yaml.SequenceNode):
        return Sequence(
            tuple(_node(item, path, seen, depth + 1) for item in raw.value), line, column
        )
    entries: dict[str, tuple[Scalar, Node]] = {}
    for raw_key, raw_value in raw.value:
        key = _node(raw_key, path, seen, depth + 1)
        if not isinstance(key, Scalar):
            reason = "a key is a list"
            raise _Unreadable(
                problem("MW202", path, key.line, key.column, reason=reason, remedy="name the key")
            )
        if key.text in entries:
            first = entries[key.text][0].line
            raise _Unreadable(
                problem("MW203", path, key.line, key.column, key=key.text, first=first)
            )
        entries[key.text] = key, _node(raw_value, path, seen, depth + 1)
    return Mapping(tuple(entries.values()), line, column)


def _explain(fault: yaml.MarkedYAMLError, front: str, path: str) -> Problem:
    """Say in an editor's words what the YAML parser stumbled over, and where."""
    said = f"{fault.context or ''} {fault.problem or ''}"
    mark = fault.problem_mark or fault.context_mark
    if fault.context_mark and any(word in said for word in _BEGINS_BEFORE):
        mark = fault.context_mark
    row, column = (mark.line, mark.column + 1) if mark else (0, 1)
    lines = front.split("\n")
    line = lines[row] if row < len(lines) else ""
    key, _, value = line.partition(":")
    # The colon of the line's own key is not the one too many.
    if "mapping values are not allowed" in said and len(key) < column - 1:
        reason = "the value holds ': ', which starts a new key"
        remedy = f'put the value between quotes: {key.strip()}: "{value.strip()}"'
    elif "quoted scalar" in said:
        reason, remedy = "a quotation mark is never closed", "close it at the end of the value"
    elif line[column - 1 : column] == "\t":
        reason, remedy = "a line is indented with a tab", "use spaces"
    elif "could not find expected ':'" in said:
        reason, remedy = "a line has no ':' after its key", "write 'key: value'"
    elif "alias" in said or "anchor" in said:
        reason, remedy = (
            "a value starts with '*' or '&', which has a meaning of its own",
            "put the value between quotes",
        )
    elif "cannot start any token" in said or "tag" in said or "directive" in said:
        reason, remedy = (
            "a value starts with a character that has a meaning of its own",
            "put the value between quotes",
        )
    elif "flow" in said:
        reason, remedy = "a '[' or '{' is never closed", "close it, or put the value between quotes"
    else:
        reason, remedy = (
            "the lines do not line up",
            "start every key at the beginning of its line, and indent lists with two spaces",
        )
    return problem("MW202", path, row + 2, column, reason=reason, remedy=remedy)
