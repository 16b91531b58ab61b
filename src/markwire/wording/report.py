"""The report that lies in the content folder: what editors should know, in Markdown.

Pure: the same report is the same text, and nothing in it moves with the clock; so that a file
that is kept up to date changes only when there is something to tell.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from markwire.model import Site
from markwire.problems import Problem
from markwire.selection import State
from markwire.wording.moments import moment
from markwire.wording.voice import Voice, voice

# What would be more than text in Markdown (CommonMark 2.4, 6), and in Obsidian.
_MARKS: Final = re.compile(r"([\\`*_\[\]<>#|~=$^%!&])")
_MOST: Final = 100  # of a kind
_ORDER: Final[Sequence[State]] = ("embargoed", "scheduled", "draft", "killed", "expired")


@dataclass(frozen=True, slots=True)
class Coming:
    """An article that readers do not see now; ``moment`` is when that changes, if it will."""

    path: str
    headline: str
    state: State
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A published article that reads otherwise since ``moment``, and says nothing of it."""

    path: str
    headline: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """All that editors should know, in any order; ``held`` are files that went too many at once.

    ``problems`` are errors and warnings.
    """

    problems: tuple[Problem, ...] = ()
    coming: tuple[Coming, ...] = ()
    questions: tuple[Question, ...] = ()
    held: tuple[str, ...] = ()


def text(report: Report, site: Site) -> str:
    """Write a report in the language of the site, for the file that ``site.report`` names."""
    return _Writer(site).written(report)


class _Writer:
    """Writes one report; knows where it will lie, for links are relative to it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._voice: Voice = voice(site.language)
        self._folder = posixpath.dirname(site.report)

    def written(self, report: Report) -> str:
        say = self._voice.say
        errors = sorted(each for each in report.problems if each.severity == "error")
        warnings = sorted(each for each in report.problems if each.severity == "warning")
        parts = [
            f"# {_plain(say('Report for {title}', title=self._site.title))}",
            say(
                "Markwire keeps this file up to date, and never publishes it."
                " What you write here is lost."
            ),
        ]
        if report.held:
            parts += self._held(report.held)
        if errors:
            parts += [f"## {say('Cannot be published')}", self._problems(errors)]
        if report.questions:
            parts += self._questions(report.questions)
        if warnings:
            parts += [f"## {say('Worth a look')}", self._problems(warnings)]
        if report.coming:
            parts += [f"## {say('Not seen by readers')}", self._coming(report.coming)]
        if not (errors or warnings or report.held or report.questions):
            parts.insert(2, say("All is in order."))
        return "\n\n".join(parts) + "\n"

    def _held(self, paths: Iterable[str]) -> list[str]:
        say = self._voice.say
        gone = sorted(paths)
        told = self._voice.say_many(
            "{number} file went, and its article is still published:",
            "{number} files went at once, and their articles are still published:",
            len(gone),
        )
        remedy = say(
            "If that was not meant, bring the files back: nothing is lost. If it was, confirm it"
            " with {command}.",
            command="`markwire confirm`",
        )
        names = self._listed([f"- {_plain(path)}" for path in gone], len(gone))
        return [f"## {say('Held back until you confirm')}", told, names, remedy]

    def _problems(self, problems: Sequence[Problem]) -> str:
        lines = []
        for each in problems[:_MOST]:
            told = self._voice.tell(each)
            place = ""
            if each.path != ".":  # What concerns the site as a whole stands in no file.
                place = self._link(f"{each.path}:{each.line}:{each.column}", each.path) + " "
            lines.append(f"- {place}({each.code}) — {_plain(told.message)}")
            lines.append(f"  - {_plain(self._voice.say('help: {hint}', hint=told.hint))}")
        return self._listed(lines, len(problems), most=2 * _MOST)

    def _listed(self, lines: Sequence[str], number: int, *, most: int = _MOST) -> str:
        """Give a list, cut where nobody reads on, with how many of ``number`` are left out."""
        kept = [*lines[:most]]
        if number > _MOST:
            left = number - _MOST
            kept.append(f"- {self._voice.say_many('… and one more', '… and {number} more', left)}")
        return "\n".join(kept)

    def _questions(self, questions: Sequence[Question]) -> list[str]:
        say = self._voice.say
        lines = []
        for each in sorted(questions, key=lambda one: (one.path, one.moment)):
            at = moment(each.moment, self._site, self._voice)
            changed = say("changed on {moment}", moment=at)
            lines.append(f"- {self._link(each.headline or each.path, each.path)} — {changed}")
        asked = say(
            "These articles read otherwise than when they were published. Was it a correction that"
            " readers should know of? Then add it to the front matter:"
        )
        example = "\n".join(
            (
                "```yaml",
                "corrections:",
                f"  - date: {self._day(questions)}",
                f"    text: {say('What was wrong, and what is right.')}",
                f"    kind: correction  # {say('or typo, update, clarification')}",
                "```",
            )
        )
        return [f"## {say('Was this a correction?')}", asked, "\n".join(lines), example]

    def _day(self, questions: Iterable[Question]) -> str:
        last = max(each.moment for each in questions)
        return f"{last.astimezone(self._site.time_zone):%Y-%m-%d}"

    def _coming(self, coming: Iterable[Coming]) -> str:
        def order(each: Coming) -> tuple[int, float, str]:
            rank = _ORDER.index(each.state) if each.state in _ORDER else len(_ORDER)
            return rank, each.moment.timestamp() if each.moment else 0.0, each.path

        return "\n".join(
            f"- {self._link(each.headline or each.path, each.path)} — {_plain(self._state(each))}"
            for each in sorted(coming, key=order)
        )

    def _state(self, coming: Coming) -> str:
        say, when = self._voice.say, coming.moment
        at = moment(when, self._site, self._voice) if when else ""
        match coming.state:
            case "scheduled":
                return say("scheduled for {moment}", moment=at) if at else say("scheduled")
            case "embargoed":
                return say("embargoed until {moment}", moment=at) if at else say("embargoed")
            case "expired":
                return say("expired on {moment}", moment=at) if at else say("expired")
            case "killed":
                return say("killed on {moment}", moment=at) if at else say("killed")
            case "draft":
                return say("draft")
            case _:
                return say("published")

    def _link(self, words: str, path: str) -> str:
        target = posixpath.relpath(path, self._folder or ".")
        return f"[{_plain(words)}]({quote(target)})"


def _plain(text: str) -> str:
    """Have text mean itself in Markdown, on one line."""
    return _MARKS.sub(r"\\\1", text.replace("\n", " "))
