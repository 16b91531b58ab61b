"""Front matter as YAML has it: from its text to nodes that still know their line and column.

Pure, and the only import of PyYAML. Only its composer is used: what a scalar means is decided in
``fields``. Anchors, aliases and tags are not read: an editor never wants them, and they are the
way to make a small file cost seconds.
"""

from __future__ import annotations

from typing import Final

import yaml

from markwire.article.lines import NULLS
from markwire.article.nodes import MAX_BYTES, MAX_DEPTH, Mapping, Node, Scalar, Sequence
from markwire.problems import Problem, problem

# What libyaml notices only where it should have ended.
_BEGINS_BEFORE: Final = ("quoted scalar", "flow", "alias", "anchor")
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Unreadable(Exception):  # noqa: N818  (a way out of the recursion, never seen outside)
    def __init__(self, found: Problem) -> None:
        super().__init__(str(found))
        self.problem = found


def mapping(front: str, path: str) -> Mapping | Problem:
    """Give the nodes of a front matter, or why it cannot be read.

    ``front`` stands between the fences, and its first line is the file's second.
    """
    try:
        return _mapping(front, path)
    except _Unreadable as unreadable:
        return unreadable.problem


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
        plain_null = not raw.style and raw.value in NULLS
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
