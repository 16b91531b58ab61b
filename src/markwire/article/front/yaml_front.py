"""Front matter as YAML has it: from its text to nodes that still know their line and column.

Pure, and the only import of PyYAML. Only its composer is used: what a scalar means is decided in
``fields``. Anchors, aliases and tags are not read: an editor never wants them, and they are the
way to make a small file cost seconds.
"""

from __future__ import annotations

import re
from typing import Final

import yaml

from markwire.article.front.lines import NULLS
from markwire.article.front.nodes import (
    MAX_BYTES,
    MAX_DEPTH,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Unreadable,
    excerpt,
)
from markwire.article.html import clean_text
from markwire.problems import Problem, problem

# What libyaml notices only where it should have ended.
_BEGINS_BEFORE: Final = ("quoted scalar", "flow", "alias", "anchor", "expected ':'")
_BEFORE_VALUE: Final = re.compile(r"[ -]*(?:[^:]*:[ ]+)?")
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
IS_FAST: Final = _LOADER is not yaml.BaseLoader  # whether libyaml does it


def mapping(front: str, path: str, *, first: int = 2) -> Mapping | Problem:
    """Give the nodes of a front matter, or why it cannot be read.

    ``first`` is the line of the file on which ``front`` starts.
    """
    try:
        return _mapping(front, path, first)
    except Unreadable as unreadable:
        return unreadable.problem


def _mapping(front: str, path: str, first: int) -> Mapping:
    try:
        root = yaml.compose(front, Loader=_LOADER)
    except yaml.MarkedYAMLError as fault:
        raise Unreadable(_explain(fault, front, path, first)) from fault
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        # A reader error: a character that YAML forbids; it carries no line.
        raise Unreadable(problem("MW202", path, first)) from fault
    if root is None:
        return Mapping((), first, 1)
    node = _node(root, path, set(), 0, first)
    if isinstance(node, Mapping):
        return node
    raise Unreadable(problem("MW220", path, node.line, node.column))


def _node(raw: yaml.Node, path: str, seen: set[int], depth: int, first: int) -> Node:
    line, column = raw.start_mark.line + first, raw.start_mark.column + 1
    if id(raw) in seen and not isinstance(raw, yaml.ScalarNode):
        raise Unreadable(problem("MW216", path, line, column))
    seen.add(id(raw))
    if depth > MAX_DEPTH:
        raise Unreadable(problem("MW204", path, line, column, limit=MAX_BYTES))
    if isinstance(raw, yaml.ScalarNode):
        # libyaml says '' where PyYAML's own parser says None: no quotes.
        plain_null = not raw.style and raw.value in NULLS
        return Scalar("" if plain_null else clean_text(str(raw.value)), line, column)
    if isinstance(raw, yaml.SequenceNode):
        items = (_node(item, path, seen, depth + 1, first) for item in raw.value)
        return Sequence(tuple(items), line, column)
    entries: dict[str, tuple[Scalar, Node]] = {}
    for raw_key, raw_value in raw.value:
        key = _node(raw_key, path, seen, depth + 1, first)
        if not isinstance(key, Scalar):
            raise Unreadable(problem("MW221", path, key.line, key.column))
        if key.text in entries:
            before = entries[key.text][0].line
            raise Unreadable(
                problem("MW203", path, key.line, key.column, key=key.text, first=before)
            )
        entries[key.text] = key, _node(raw_value, path, seen, depth + 1, first)
    return Mapping(tuple(entries.values()), line, column)


def _explain(fault: yaml.MarkedYAMLError, front: str, path: str, first: int) -> Problem:
    """Say in an editor's words what the YAML parser stumbled over, and where."""
    said = f"{fault.context or ''} {fault.problem or ''}"
    mark = fault.problem_mark or fault.context_mark
    if mark and "escape character" in said:
        sign = front.split("\n")[mark.line][mark.column : mark.column + 2]
        return problem("MW226", path, mark.line + first, mark.column + 1, sign=sign)
    if fault.context_mark and any(word in said for word in _BEGINS_BEFORE):
        mark = fault.context_mark
    row, column = (mark.line, mark.column + 1) if mark else (0, 1)
    lines = front.split("\n")
    line = lines[row] if row < len(lines) else ""
    key, _, value = line.partition(":")
    # The colon of the line's own key is not the one too many.
    if "mapping values are not allowed" in said and len(key) < column - 1:
        words = {"key": key.strip(" -"), "value": _quoted(value.strip())}
        return problem("MW212", path, row + first, column, **words)
    words = {}
    if "quoted scalar" in said:
        code = "MW213"
    elif line[column - 1 : column] == "\t":
        code = "MW214"
    elif "could not find expected ':'" in said:
        code, words = "MW215", {"sign": ":"}
    elif "alias" in said or "anchor" in said:
        code = "MW216"
    elif "cannot start any token" in said or "tag" in said or "directive" in said:
        start = _value_start(line)
        code, column, words = "MW217", start + 1, {"sign": line[start : start + 1]}
    elif "flow" in said:
        code = "MW218"
    elif column > len(key) + 1 and line[_value_start(line) :][:1] in ("'", '"', "[", "{"):
        # A quotation mark in the middle of a text ends it for YAML.
        code = "MW225"
    else:
        code = "MW219"
    return problem(code, path, row + first, column, **words)


def _value_start(line: str) -> int:
    """Give the offset at which the value of a line starts, behind its key or dash."""
    found = _BEFORE_VALUE.match(line)
    return found.end() if found else 0


def _quoted(value: str) -> str:
    """Give a value as it is to be typed: between quotes that it does not hold itself."""
    shown = excerpt(value)
    return f"'{shown}'" if '"' in shown and "'" not in shown else f'"{shown}"'
