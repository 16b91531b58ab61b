"""How problems look to people: one after the other, in the manner of compilers.

Pure: the lines of articles are given, and colour is the terminal's own affair.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import click

from markwire.problems import Problem, Severity
from markwire.wording.excerpt import excerpt, safe
from markwire.wording.voice import Told, Voice

_COLORS: Final[dict[Severity, str]] = {"error": "red", "warning": "yellow"}


class Finding(NamedTuple):
    """A problem as it is shown: in words, with the name of its file and its line as it stands.

    ``line`` is None where there is no such line, as for a file that cannot be read.
    """

    problem: Problem
    told: Told
    path: str
    line: str | None

    @property
    def place(self) -> str:
        """The place as terminals and editors turn into a link."""
        return f"{safe(self.path)}:{self.problem.line}:{self.problem.column}"


def full(findings: Iterable[Finding], voice: Voice, *, width: int = 100) -> str:
    """Give problems with place, line, cause and remedy, an empty line between them."""
    return "\n".join(_full(each, voice, width) for each in findings)


def concise(findings: Iterable[Finding], voice: Voice) -> str:
    """Give one line for each problem."""
    lines = (
        f"{click.style(each.place, bold=True)}: {_head(each.problem, voice)}"
        f"{safe(each.told.message)}\n"
        for each in findings
    )
    return "".join(lines)


def with_hints(findings: Iterable[Finding], voice: Voice) -> str:
    """Give two lines for each problem: where and what, and below what to do."""
    lines = (
        f"{click.style(each.place, bold=True)}: {_head(each.problem, voice)}"
        f"{safe(each.told.message)}\n    {_hint(each, voice)}\n"
        for each in findings
    )
    return "".join(lines)


def _full(finding: Finding, voice: Voice, width: int) -> str:
    problem = finding.problem
    color = _COLORS[problem.severity]
    number = str(problem.line)
    gutter = " " * len(number)
    bar = click.style("|", fg="blue", bold=True)
    arrow = click.style("-->", fg="blue", bold=True)
    lines = [
        f"{_head(problem, voice)}{click.style(safe(finding.told.message), bold=True)}",
        f"{gutter} {arrow} {finding.place}",
    ]
    if finding.line is not None:
        words = [word for _, word in problem.words if isinstance(word, str)]
        room = max(20, width - len(number) - 3)
        shown = excerpt(finding.line, problem.column, words=words, width=room)
        lines += [
            f"{gutter} {bar}",
            f"{click.style(number, fg='blue', bold=True)} {bar} {shown.line}".rstrip(),
            f"{gutter} {bar} {click.style(shown.mark, fg=color, bold=True)}",
        ]
    equals = click.style("=", fg="blue", bold=True)
    lines.append(f"{gutter} {equals} {_hint(finding, voice)}")
    return "\n".join((*lines, ""))


def _head(problem: Problem, voice: Voice) -> str:
    words = {"error": voice.say("error"), "warning": voice.say("warning")}
    what = click.style(
        f"{words[problem.severity]}[{problem.code}]", fg=_COLORS[problem.severity], bold=True
    )
    return what + voice.say(": ")


def _hint(finding: Finding, voice: Voice) -> str:
    return voice.say("help: {hint}", hint=safe(finding.told.hint))
