"""The desk's side of a watch: what is asked is answered, and editions are told as they stand.

At the I/O rim by its neighbours. Nothing here keeps an edition waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from markwire.intake.health import Health
from markwire.pipeline.clock import Clock
from markwire.pipeline.edition import Edition
from markwire.pipeline.press import Press, Progress
from markwire.pipeline.telling.news import news_of
from markwire.pipeline.telling.teller import Teller
from markwire.problems import Problem
from markwire.reception.listening import Reception


class Desk:
    """Tells the desk of one watch what it asks; within ``with``, its reception is open."""

    def __init__(self, state: Path, press: Callable[[], Press | None], clock: Clock) -> None:
        self._clock = clock
        self._teller = Teller(press, clock)
        self._reception = Reception(state, self._teller.answer)
        self._problems: tuple[Problem, ...] | None = None

    def __enter__(self) -> Desk:
        self._reception.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._reception.__exit__()
        self._teller.close()

    def publish(self, edition: Edition) -> None:
        """Tell an edition whose feeds stand, where something is different with it."""
        self._teller.forget()
        before, self._problems = self._problems, edition.problems
        is_news = edition.changed or edition.written or edition.removed
        if is_news or before != edition.problems:
            self._reception.tell(news_of(edition, before or (), self._clock.glance()))

    def minded(self, progress: Progress) -> Progress:
        """Give a ``progress`` that is also told to those whose questions have to wait."""

        def told(done: int, total: int) -> None:
            self._reception.note_progress(done, total)
            progress(done, total)

        return told

    def counted(self, health: Health) -> Health:
        """Give the health of a watch with the faults that were contained here."""
        return replace(health, faults=health.faults + self._reception.faults)
