"""Count what is answered: by kind and status, in bytes and seconds. Belongs to one event loop.

A few numbers in lists, for every request pays for them; ``metrics`` tells them, and ``exposition``
says why they are no library's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from time import perf_counter
from typing import Final, Literal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from markwire.serving.asked import Asked
from markwire.serving.replies import Reply

AtOnce = Callable[[bytes, bytes, Asked, str], Reply | None]
Kind = Literal["feed", "page", "media", "desk", "other"]
KINDS: Final[tuple[Kind, ...]] = ("feed", "page", "media", "desk", "other")
# What is not modified is counted by itself: it is most of what a newsroom answers.
CLASSES: Final = ("1xx", "2xx", "3xx", "4xx", "5xx", "304")
BOUNDS: Final = (
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.1,
    0.5,
    2.5,
)  # seconds
_NOT_MODIFIED: Final = CLASSES.index("304")
_PAGES: Final = (".html", ".css", ".js", ".opml", "/")


class Meters:
    """What one server has answered since it began, and what it is answering."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self.requests = {kind: [0] * len(CLASSES) for kind in KINDS}
        self.sent = dict.fromkeys(KINDS, 0)
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.in_flight = 0
        self.connections: Callable[[], int] = int
        """Gives how many connections are open."""

    def note(self, kind: Kind, status: int, sent: int, seconds: float) -> None:
        """Take note of an answer with ``sent`` bytes of body, begun ``seconds`` ago."""
        place = _NOT_MODIFIED if status == 304 else status // 100 - 1
        self.requests[kind][place] += 1
        self.sent[kind] += sent
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def noting(self, at_once: AtOnce) -> AtOnce:
        """Give what answers at once, and takes note of it."""
        clock = self._clock

        def noted(method: bytes, target: bytes, asked: Asked, client: str) -> Reply | None:
            begun = clock()
            answer = at_once(method, target, asked, client)
            if answer is not None:
                self.note(_kind_at(target), answer.status, len(answer.body), clock() - begun)
            return answer

        return noted

    def around(self, app: ASGIApp) -> ASGIApp:
        """Give an application that takes note of what another one answers.

        Of a stream without an end, the time until it began is taken.
        """

        async def metered(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            begun, told = self._clock(), False
            status, sent, took = 500, 0, 0.0

            async def counted(message: Message) -> None:
                nonlocal status, sent, took, told
                if message["type"] == "http.response.start":
                    status, took, told = message["status"], self._clock() - begun, True
                elif message["type"] == "http.response.body":
                    sent += len(message.get("body", b""))
                await send(message)

            self.in_flight += 1
            try:
                await app(scope, receive, counted)
            finally:
                self.in_flight -= 1
                seconds = took if told else self._clock() - begun
                self.note(kind_of(scope["path"]), status, sent, seconds)

        return metered


@lru_cache(maxsize=4096)  # Only what stands is answered at once: these are addresses of files.
def _kind_at(target: bytes) -> Kind:
    return kind_of(target.decode("latin-1"))


def kind_of(path: str) -> Kind:
    """Give of what kind an address is, with its leading ``/``."""
    if path.startswith("/desk"):
        return "desk"
    if not path.startswith("/feeds/"):
        return "other"
    if path.startswith("/feeds/media/"):
        return "media"
    if path.startswith("/feeds/articles/") or path.endswith(_PAGES):
        return "page"
    return "feed" if path.endswith((".xml", ".json")) else "other"
