"""The reception of a running watch, as the desk asks it, and waits for it where there is none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from markwire.errors import AtWorkError, MarkwireError
from markwire.reception import asking
from markwire.serving.desk.asking import Hearing
from markwire.views import News, Question, View

_AGAIN: Final = 1.0  # seconds between two looks whether a watch is there again
_log: Final = logging.getLogger("markwire")


class Reception:
    """Asks whoever publishes the site whose state folder this is."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def ask(self, question: Question) -> View:
        """See ``Asking``."""
        return asking.ask(self._state, question)

    def listen(
        self, told: Callable[[News], None], hearing: Callable[[Hearing], None]
    ) -> Callable[[], None]:
        """See ``Asking``: one thread, which blocks until there is something to tell."""
        stop = threading.Event()
        words = (stop, told, hearing)
        threading.Thread(target=self._listen, args=words, name="news", daemon=True).start()
        return stop.set

    def _listen(
        self,
        stop: threading.Event,
        told: Callable[[News], None],
        hearing: Callable[[Hearing], None],
    ) -> None:
        while not stop.is_set():
            state: Hearing = "silent"
            try:
                for news in asking.news(self._state, stop=stop, begun=lambda: hearing("heard")):
                    told(news)
            except AtWorkError:
                state = "heard"
            except MarkwireError:
                pass  # There is none, or it cannot be understood; pages say so.
            except Exception:
                # Without this thread no page would ever be told anything again.
                _log.exception("news_failed")
            if not stop.is_set():
                hearing(state)
                stop.wait(_AGAIN)
