"""The result of one pass, for whoever asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markwire.pipeline.requests import Answer
from markwire.problems import Problem

MOST_PATHS: Final = 100  # of an edition's articles whose files are named


@dataclass(frozen=True, slots=True)
class Edition:
    """The result of one pass.

    ``read`` counts the files read, ``changed`` the articles that came, changed or went;
    ``written`` and ``removed`` are paths below the feeds folder; ``problems`` are all that
    stand; ``stages`` are milliseconds by stage (see ``stages.STAGES``); ``answers`` are to the
    requests that were carried out, by their names. ``due`` is when time alone changes something,
    ``owed`` the number of feeds still to be written, ``held`` of files that went at once;
    ``generation`` numbers the feeds that stand whole. ``paths`` are files of changed articles, for
    the desk alone: at most ``MOST_PATHS``.
    """

    read: int
    changed: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]
    stages: Mapping[str, float]
    answers: Mapping[str, Answer]
    due: datetime | None = None
    owed: int = 0
    held: int = 0
    generation: int = 0
    paths: tuple[str, ...] = ()

    @property
    def refused(self) -> tuple[str, ...]:
        """The paths of the articles that cannot be published as they stand."""
        return tuple(dict.fromkeys(each.path for each in self.problems if each.severity == "error"))
