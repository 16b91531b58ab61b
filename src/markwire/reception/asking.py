"""Ask the watch that is at work on a site, from another process.

Cheap to import: nothing here publishes, or knows how.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from pathlib import Path
from time import monotonic
from typing import Final, overload

from markwire.errors import AtWorkError, InternalError, NoArticleError, NoWatchError
from markwire.reception import address, letters
from markwire.reception.letters import Letter, Refusal, Subscribe
from markwire.reception.meeting import Patient, enter
from markwire.views import (
    ArticleView,
    AskArticle,
    AskBoard,
    AskFeeds,
    AskPushes,
    AskTrends,
    BoardView,
    FeedsView,
    News,
    PushesView,
    Question,
    TrendsView,
    View,
)

PATIENCE: Final = 5.0  # seconds
SILENCE: Final = 5.0  # seconds between two signs of life
_MOST: Final = 256 * 1024 * 1024  # bytes of an answer: an article of the longest, in all its forms
_LOOK: Final = 0.5  # seconds between two looks whether news are still wanted

_NOBODY: Final = "no 'markwire watch' is at work on this site"


@overload
def ask(state: Path, question: AskBoard, *, patience: float = ...) -> BoardView: ...
@overload
def ask(state: Path, question: AskArticle, *, patience: float = ...) -> ArticleView: ...
@overload
def ask(state: Path, question: AskFeeds, *, patience: float = ...) -> FeedsView: ...
@overload
def ask(state: Path, question: AskPushes, *, patience: float = ...) -> PushesView: ...
@overload
def ask(state: Path, question: AskTrends, *, patience: float = ...) -> TrendsView: ...
def ask(state: Path, question: Question, *, patience: float = PATIENCE) -> View:
    """Ask the watch at work on a site, whose state folder this is, and wait ``patience`` seconds.

    Raises NoWatchError where there is none; AtWorkError where it is busy for longer than that;
    NoArticleError; and InternalError where it has met a fault of its own.
    """
    with _talking(state, patience) as connection:
        connection.send_bytes(letters.write(question))
        answer = _read(Patient(connection, patience).recv_bytes(_MOST))
    if isinstance(answer, Refusal):
        raise _fault(answer)
    if not letters.is_view(answer):
        raise InternalError("the watch gave an answer that is none")
    return answer  # type: ignore[return-value]  # As ``is_view`` has found.


def news(
    state: Path,
    *,
    stop: threading.Event | None = None,
    begun: Callable[[], None] = lambda: None,
) -> Iterator[News]:
    """Give news of a watch as they come, until it ends or ``stop`` is set.

    ``begun`` is called once nothing is missed any more: what was before is told by ``ask``. It also
    ends where the watch gives no sign of life, or news are taken so slowly that some had to be
    dropped: then begin anew, and ask how things are. Raises NoWatchError where there is no watch.
    """
    with _talking(state, PATIENCE) as connection:
        connection.send_bytes(letters.write(Subscribe()))
        if _next(connection, stop) is None:  # It says that it has heard.
            return
        begun()
        while (letter := _next(connection, stop)) is not None:
            if isinstance(letter, News):
                yield letter


def _next(connection: Connection, stop: threading.Event | None) -> Letter | None:
    """Give the next letter; None where none is wanted, or to be had, any more."""
    until = monotonic() + 3 * SILENCE
    while monotonic() < until:
        if stop is not None and stop.is_set():
            return None
        try:
            if connection.poll(_LOOK):
                return _read(connection.recv_bytes(_MOST))
        except (EOFError, OSError):
            return None
    return None


@contextmanager
def _talking(state: Path, patience: float) -> Iterator[Connection]:
    found = address.read(state)
    if found is None:
        raise NoWatchError(_NOBODY)
    try:
        with closing(Client(found.place)) as connection:
            enter(connection, found.key, patience)
            yield connection
    except TimeoutError as fault:
        raise AtWorkError from fault
    except (OSError, EOFError, AuthenticationError) as fault:
        # Whoever was killed has left an address where nobody listens.
        raise NoWatchError(_NOBODY) from fault


def _read(content: bytes) -> Letter:
    try:
        return letters.read(content)
    except ValueError as fault:
        raise InternalError(f"the watch does not speak as it should ({fault})") from fault


def _fault(refusal: Refusal) -> Exception:
    match refusal.reason:
        case "at work":
            return AtWorkError(refusal.done, refusal.total, refusal.work)
        case "no article":
            return NoArticleError(refusal.text)
        case _:
            return InternalError(refusal.text)
