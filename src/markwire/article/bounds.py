"""How much markup a text may hold: looked at before anything is converted.

Pure. Each sign costs the converter up to thirty microseconds and a kilobyte, wherever it stands;
ordinary prose costs a hundredth of that. Texts that cannot hold too much are not looked at.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from markwire.problems import Problem, problem

MAX_MARKS: Final = 50_000
"""Signs of markup: a book of 600 pages has a few thousand."""

MAX_LINES: Final = 100_000
"""Lines of a text: 4 MiB of prose have 60,000."""

MAX_RUN: Final = 100
"""Lists, quotations or other marks that open one within the other on one line."""

MAX_SPACES: Final = 1000
"""Spaces in a row: the tables that editors align have up to some hundred."""

_SPACES: Final = re.compile(rf"[ \t]{{{MAX_SPACES + 1}}}")
_SIGNS: Final = "[]<>*_`&|\\~=#^%{"
_ITEM: Final = r"(?:[-+:]|\d{1,9}[.)])(?=[ \t\n]|\Z)"
_ITEMS: Final = re.compile(rf"^[ \t]*{_ITEM}", re.MULTILINE)
_MARK: Final = re.compile(rf"[{re.escape(_SIGNS)}]|://|^[ \t]*{_ITEM}", re.MULTILINE)
_RUN: Final = re.compile(rf"^[ \t]*(?:(?:{_ITEM}|>)[ \t]*+){{{MAX_RUN}}}", re.MULTILINE)


def excess(text: str, path: str, *, first_line: int) -> Problem | None:
    """Say where an article's Markdown begins to be more than one may hold, if it does.

    ``first_line`` is the line of the file on which ``text`` starts.
    """
    if len(text) > MAX_LINES and (lines := text.count("\n")) > MAX_LINES:
        return problem("MW315", path, first_line + MAX_LINES, limit=MAX_LINES, count=lines)
    if len(text) <= MAX_RUN:
        return None
    if run := _RUN.search(text):
        return _at(run.start(), "MW304", text, path, first_line, reason="it is nested too deeply")
    if len(text) > MAX_SPACES and (spaces := _SPACES.search(text)):
        return _at(spaces.start(), "MW317", text, path, first_line, limit=MAX_SPACES)
    if len(text) <= MAX_MARKS:
        return None
    signs = sum(text.count(sign) for sign in _SIGNS) + text.count("://")
    if signs + sum(1 for _ in _ITEMS.finditer(text)) <= MAX_MARKS:
        return None
    mark = next(islice(_MARK.finditer(text), MAX_MARKS, None))
    return _at(mark.start(), "MW314", text, path, first_line, limit=MAX_MARKS)


def _at(
    start: int, code: str, text: str, path: str, first_line: int, **words: str | int
) -> Problem:
    line = first_line + text.count("\n", 0, start)
    return problem(code, path, line, start - text.rfind("\n", 0, start), **words)
