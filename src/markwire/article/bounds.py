"""How much markup a text may hold: looked at before anything is converted.

Pure. Each sign costs the converter up to thirty microseconds and a kilobyte, wherever it stands;
ordinary prose costs a hundredth of that. Texts that cannot hold too much are not looked at.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from markwire.problems import Problem, problem

MAX_MARKS: Final = 30_000
"""Signs of markup: a book of 600 pages has a few thousand."""

MAX_LINES: Final = 100_000
"""Lines of a text: 4 MiB of prose have 60,000."""

MAX_RUN: Final = 100
"""Lists, quotations or other marks that open one within the other on one line."""

MAX_SPACES: Final = 1000
"""Spaces in a row: the tables that editors align have up to some hundred."""

MAX_SIGNS: Final = 10_000
"""Dashes or the like in a row, with or without spaces: a line below the head of a wide table."""

MAX_WORD: Final = 1_000_000
"""Characters without a space: a picture that a program pasted into the text may have 500,000."""

_SIGNS: Final = "[]<>*_`&|\\~=#^%{"
_ITEM: Final = r"(?:[-+:]|\d{1,9}[.)])(?=[ \t\n]|\Z)"
_ITEMS: Final = re.compile(rf"^[ \t]*{_ITEM}", re.MULTILINE)
_MARK: Final = re.compile(rf"[{re.escape(_SIGNS)}]|://|^[ \t]*{_ITEM}", re.MULTILINE)
_RUN: Final = re.compile(rf"(?:(?:{_ITEM}|>)[ \t]*+){{{MAX_RUN}}}")
_SPACES: Final = re.compile(rf"[ \t]{{{MAX_SPACES + 1}}}")
_SAME: Final = re.compile(rf"(?:[-=_*][ \t]*+){{{MAX_SIGNS + 1}}}")
_WORD: Final = re.compile(r"\S++")


def excess(text: str, path: str, *, first_line: int) -> Problem | None:
    """Say where an article's Markdown begins to be more than one may hold, if it does.

    ``first_line`` is the line of the file on which ``text`` starts.
    """
    if len(text) <= MAX_RUN:
        return None
    if len(text) > MAX_LINES and (lines := text.count("\n")) > MAX_LINES:
        return problem("MW315", path, first_line + MAX_LINES, limit=MAX_LINES, count=lines)
    found = _row(text)
    if found is None and len(text) > MAX_MARKS:
        found = _crowd(text)
    if found is None:
        return None
    at, code, words = found
    line = first_line + text.count("\n", 0, at)
    return problem(code, path, line, at - text.rfind("\n", 0, at), **words)


Found = tuple[int, str, dict[str, str | int]]


def _row(text: str) -> Found | None:
    """Find what stands in a row without end, which parsers try again from each of its signs."""
    # To count is many times faster than to search.
    if _count(text, "-+:>.)") >= MAX_RUN and (run := _run(text)) is not None:
        return run, "MW304", {"reason": "it is nested too deeply"}
    if _count(text, " \t") > MAX_SPACES and (row := _SPACES.search(text)):
        return row.start(), "MW317", {"limit": MAX_SPACES}
    if _count(text, "-=_*") > MAX_SIGNS and (row := _SAME.search(text)):
        return row.start(), "MW317", {"limit": MAX_SIGNS}
    return None


def _run(text: str) -> int | None:
    start = 0
    for line in text.split("\n"):
        # Each item of such a row has at least one of these signs.
        if len(line) >= MAX_RUN and _count(line, "-+:>.)") >= MAX_RUN:
            run = _RUN.search(line)
            if run is not None:
                return start + run.start()
        start += len(line) + 1
    return None


def _count(text: str, signs: str) -> int:
    return sum(map(text.count, signs))


def _crowd(text: str) -> Found | None:
    """Find the sign that is one too many, or a word without end."""
    if len(text) > MAX_WORD and (word := next(filter(_is_long, _WORD.finditer(text)), None)):
        reason = f"one of its words has more than {MAX_WORD} characters"
        return word.start(), "MW304", {"reason": reason}
    signs = _count(text, _SIGNS) + text.count("://")
    if signs + sum(1 for _ in _ITEMS.finditer(text)) <= MAX_MARKS:
        return None
    mark = next(islice(_MARK.finditer(text), MAX_MARKS, None))
    return mark.start(), "MW314", {"limit": MAX_MARKS}


def _is_long(word: re.Match[str]) -> bool:
    return word.end() - word.start() > MAX_WORD
