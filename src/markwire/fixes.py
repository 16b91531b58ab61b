"""Mend what can be mended without knowing what its editor meant.

Pure: a file's bytes go in, and come out with fewer problems or not at all. Each fix changes one
line, or how the file is stored; it is kept only where the file, read again, lacks the problem
and has gained none.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from markwire.article.decoding import decoded
from markwire.article.front.keys import FIELDS, UNDERSTOOD, folded
from markwire.article.read import read
from markwire.model import Site
from markwire.problems import Problem

_MOST: Final = 100  # fixes of one file
_ENTRY: Final = re.compile(r"([ ]*(?:- +)?[^\s:#\"'\[{][^:#\"'\[{]*:[ ]+)(.*?)([ ]*)\Z")
_WHOLE: Final = re.compile(r"\s*[^\s\[{][^\[{]*[:=]\s*[^\s|>\[{].*\Z")
_INDENT: Final = re.compile(r"[ \t]*")

Lines = tuple[str, ...]
Fix = Callable[[Problem, Lines], Lines | None]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A file without the problems ``fixed``, in the order in which they were mended."""

    content: bytes
    fixed: tuple[Problem, ...]


def repair(content: bytes, *, path: str, site: Site) -> Repaired | None:
    """Mend all that is safe to mend in an article; None where nothing is."""
    fixed: list[Problem] = []
    text = content
    for _ in range(_MOST):
        step = _step(text, path, site)
        if step is None:
            break
        problem, text = step
        fixed.append(problem)
    return Repaired(text, tuple(fixed)) if fixed else None


def _step(content: bytes, path: str, site: Site) -> tuple[Problem, bytes] | None:
    """Mend the first problem that can be."""
    before = read(content, path=path, site=site).problems
    for problem in before:
        mended = _mended(problem, content)
        if mended is None or mended == content:
            continue
        after = read(mended, path=path, site=site).problems
        if _is_better(problem, before, after):
            return problem, mended
    return None


def _mended(problem: Problem, content: bytes) -> bytes | None:
    if problem.code in ENCODINGS:
        return _as_utf8(problem, content)
    fix = FIXES.get(problem.code)
    if fix is None:
        return None
    found = decoded(content, problem.path)
    # Places count lines and columns in this text; it has to be the file's, line ends aside.
    if isinstance(found, Problem) or found.problems or problem.line > found.raw.count("\n") + 1:
        return None
    mark = BOM_UTF8 if content.startswith(BOM_UTF8) else b""
    end = "\r\n" if b"\r\n" in content else "\n"
    if mark + found.raw.replace("\n", end).encode() != content:
        return None
    mended = fix(problem, tuple(found.raw.split("\n")))
    return None if mended is None else mark + end.join(mended).encode()


def _is_better(problem: Problem, before: tuple[Problem, ...], after: tuple[Problem, ...]) -> bool:
    """Say whether a problem went, and nothing came but what it had hidden.

    What makes front matter unreadable hides all else that is wrong in it; where a warning goes,
    no error may come in its place, for it would refuse what readers see.
    """
    if problem in after:
        return False
    if problem.severity == "error":
        return (problem.code, problem.line) not in {(each.code, each.line) for each in after}
    errors = [sum(each.severity == "error" for each in problems) for problems in (before, after)]
    return errors[1] <= errors[0]


# --- how a file is stored ----------------------------------------------------------------


def _as_utf8(problem: Problem, content: bytes) -> bytes | None:
    """Store as UTF-8 what says of itself in which encoding it is."""
    found = decoded(content, problem.path)
    return None if isinstance(found, Problem) else found.raw.encode()


# --- one line ----------------------------------------------------------------------------


def _quote(problem: Problem, lines: Lines) -> Lines | None:
    """Put the value of a ``key: value`` line between quotes."""
    entry = _ENTRY.match(lines[problem.line - 1])
    if entry is None or not entry[2] or " #" in entry[2] or entry[2][0] in "\"'|>":
        return None
    value = entry[2]
    # YAML 1.2, 7.3: between double quotes, both of these would have to be escaped.
    is_plain = '"' not in value and "\\" not in value
    quoted = f'"{value}"' if is_plain else "'{}'".format(value.replace("'", "''"))
    return _with(lines, problem.line, entry[1] + quoted + entry[3])


def _spaces(problem: Problem, lines: Lines) -> Lines | None:
    """Indent with two spaces for each tab."""
    line = lines[problem.line - 1]
    indent = _INDENT.match(line)
    if indent is None or "\t" not in indent[0]:
        return None
    return _with(lines, problem.line, indent[0].replace("\t", "  ") + line[indent.end() :])


def _rename(problem: Problem, lines: Lines) -> Lines | None:
    """Write a key as the one that it is nearly."""
    line, start = lines[problem.line - 1], problem.column - 1
    words = dict(problem.words)
    key, near = str(words["key"]), str(words["near"])
    behind = line[start + len(key) :]
    if len(_near(key)) != 1 or not line.startswith(key, start) or behind.lstrip()[:1] not in ":=":
        return None
    return _with(lines, problem.line, line[:start] + near + behind)


def _near(key: str) -> set[str]:
    """Give the keys that one may have been meant for: a second is a reason to ask."""
    known = {
        folded(word): name
        for name, field in (FIELDS | UNDERSTOOD).items()
        for word in (name, *field.synonyms)
    }
    return {known[word] for word in get_close_matches(folded(key), known, n=3, cutoff=0.75)}


def _drop_twin(problem: Problem, lines: Lines) -> Lines | None:
    """Take a line away that stands there twice, to the letter."""
    first, last = int(dict(problem.words)["first"]), problem.line
    line = lines[last - 1]
    behind = lines[last] if last < len(lines) else ""
    # What stands further in belongs to it, and would belong to another without it.
    is_whole = _WHOLE.match(line) and _indent(behind) <= _indent(line)
    if not is_whole or not 0 < first < last or lines[first - 1] != line:
        return None
    return lines[: problem.line - 1] + lines[problem.line :]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 0


def _with(lines: Lines, number: int, line: str) -> Lines:
    return (*lines[: number - 1], line, *lines[number:])


# Codes that say how the file is stored, and what mends each other one.
ENCODINGS: Final = frozenset({"MW107"})
FIXES: Final[Mapping[str, Fix]] = {
    "MW203": _drop_twin,
    "MW212": _quote,
    "MW214": _spaces,
    "MW216": _quote,
    "MW217": _quote,
    "MW224": _rename,
}
