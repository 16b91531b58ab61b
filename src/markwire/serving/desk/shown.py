"""What the board shows of an article, in words. At the I/O rim: reads the lines that are wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from markwire.errors import FolderError
from markwire.formats.languages import language_name
from markwire.model import Site
from markwire.pipeline.sources import Sources
from markwire.problems import Problem, Severity
from markwire.serving.desk.speaking import Speech
from markwire.views import Card, Column
from markwire.wording.excerpt import Parts, parts
from markwire.wording.voice import Told


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem in words; ``excerpt`` is its line taken apart, None where there is none."""

    code: str
    severity: Severity
    line: int
    column: int
    told: Told
    excerpt: Parts | None


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One article on the board; ``key`` names it in the page, and is the same on every page.

    ``path`` is empty where only readers' copies are left of it.

    ``waits`` says that time alone will show it to readers.
    """

    key: str
    path: str
    column: Column
    headline: str
    moment: datetime | None
    language: str
    language_name: str
    section: str
    waits: bool
    problems: tuple[ShownProblem, ...]

    @classmethod
    def of(cls, card: Card, site: Site, speech: Speech) -> ShownCard:
        """Give a card as it is shown. Of those that are not refused, no line is read."""
        name = (card.path or f"/{card.slug}").encode("utf-8", "surrogatepass")
        return cls(
            key=f"card-{sha256(name).hexdigest()[:16]}",
            path=card.path,
            column=card.column,
            headline=card.headline or card.path or card.slug,
            moment=card.moment,
            language=card.language or site.language,
            language_name=language_name(card.language or site.language),
            section=card.section,
            waits=card.column in ("scheduled", "embargoed") and card.moment is not None,
            problems=tuple(shown_problems(card.problems, site, speech)),
        )


def shown_problems(found: Iterable[Problem], site: Site, speech: Speech) -> list[ShownProblem]:
    """Give problems in words, with the lines that they are about."""
    sources = Sources(site)
    return [
        ShownProblem(
            each.code,
            each.severity,
            each.line,
            each.column,
            speech.tell(each),
            _excerpt(each, sources),
        )
        for each in found
    ]


def _excerpt(problem: Problem, sources: Sources) -> Parts | None:
    try:
        line = sources.line(problem)
    except (OSError, FolderError):  # gone since, or not for us to read
        return None
    words = [str(word) for _, word in problem.words]
    return None if line is None else parts(line, problem.column, words=words)
