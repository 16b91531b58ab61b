"""Answers questions of the desk from the catalogue of a press that is at work.

At the I/O rim by its neighbours. Called in threads of the reception, one question at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from markwire.errors import OccupiedError
from markwire.pipeline.clock import Clock
from markwire.pipeline.press import Press
from markwire.pipeline.telling.article import ArticleTeller
from markwire.pipeline.telling.board import BoardTeller
from markwire.pipeline.telling.figures import tell_feeds, tell_pushes, tell_trends
from markwire.views import (
    AskArticle,
    AskBoard,
    AskFeeds,
    AskPushes,
    AskTrends,
    Question,
    View,
)

PATIENCE = 2.0  # seconds that a question waits for an edition


class Teller:
    """Answers for one watch; ``press`` gives what it works with, None while it rests."""

    def __init__(self, press: Callable[[], Press | None], clock: Clock) -> None:
        self._press = press
        self._clock = clock
        self._board = BoardTeller()
        self._article = ArticleTeller()

    def answer(self, question: Question) -> View:
        """Answer a question. Raises OccupiedError where an edition takes too long, or none can be
        made; and CatalogueError.
        """
        press = self._press()
        if press is None:
            raise OccupiedError("the catalogue is not open")
        now = self._clock.glance()
        batch = partial(press.catalogue.batch, PATIENCE)
        if isinstance(question, AskBoard):
            return self._board.tell(question, press.catalogue, batch, now)
        if isinstance(question, AskArticle):
            return self._article.tell(question, press.catalogue, batch, press.site, now)
        with batch():
            match question:
                case AskFeeds():
                    return tell_feeds(press.catalogue, press.site, now)
                case AskTrends():
                    return tell_trends(press.catalogue, press.site, now)
                case AskPushes():
                    return tell_pushes(press.catalogue)

    def close(self) -> None:
        """End what was begun for answers."""
        self._article.close()

    def forget(self) -> None:
        """Note that something has changed, and what was counted before may be wrong."""
        self._board.forget()
