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
from markwire.reception.letters import Refusal
from markwire.reception.listening import Reception


class Desk:
    """Tells the desk of one watch what it asks; within ``with``, its reception is open."""

    def __init__(self, state: Path, press: Callable[[], Press | None], clock: Clock) -> None:
        self._press = press
        self._clock = clock
        self._composed = (0, 0)
        self._teller = Teller(press, clock)
        self._reception = Reception(state, self._teller.answer, self._work)
        self._problems: tuple[Problem, ...] | None = None

    def __enter__(self) -> Desk:
        self._reception.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._reception.__exit__()
        self._teller.close()

    def publish(self, edition: Edition) -> None:
        """Tell an edition whose feeds stand, where something is different with it."""
        try:
            self._tell(edition)
        except Exception as fault:
            self._reception.contain(fault)

    def _tell(self, edition: Edition) -> None:
        self._teller.forget()
        before, self._problems = self._problems, edition.problems
        is_news = edition.changed or edition.written or edition.removed
        if is_news or before != edition.problems:
            self._reception.tell(news_of(edition, before or (), self._clock.glance()))

    def minded(self, progress: Progress) -> Progress:
        """Give a ``progress`` that is also told to those whose questions have to wait."""

        def told(done: int, total: int) -> None:
            self._composed = (done, total) if done < total else (0, 0)
            progress(done, total)

        return told

    def counted(self, health: Health) -> Health:
        """Give the health of a watch with the faults that were contained here."""
        return replace(health, faults=health.faults + self._reception.faults)

    def _work(self) -> Refusal:
        """Say what a question has to wait for."""
        press = self._press()
        done, total = press.reading if press else (0, 0)
        if total:
            return Refusal("at work", done=done, total=total, work="reading")
        done, total = self._composed
        return Refusal("at work", done=done, total=total)
