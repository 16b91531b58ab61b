"""What is new, told to every open page: one subscription, fanned out as server-sent events.

A page that nothing is told to costs a line every quarter of a minute, which shows the browser and
whatever stands between that the connection is alive. What pages are told is only *that* something
has changed: they ask for it anew, and so it is never told to whoever may not see it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from markwire.serving.desk.asking import Asking, Hearing
from markwire.views import News

_Told = TypeVar("_Told")

MOST: Final = 100  # streams that are open at once
HEARTBEAT: Final = 15.0  # seconds
_RETRY: Final = 2000  # milliseconds after which a browser connects again
_NAMED: Final = 20  # paths that a piece of news names; a page only says how many
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Accel-Buffering": "no",  # nginx would keep what is told until there is more of it
}


class Wire:
    """Tells open pages what is new.

    Listens to the newsroom from the first page on, until ``end``. All but ``_told`` and
    ``_heard``, which come from a thread of the newsroom's, is of the server's loop.
    """

    def __init__(self, asking: Asking, *, most: int = MOST, heartbeat: float = HEARTBEAT) -> None:
        self._asking = asking
        self._most = most
        self._heartbeat = heartbeat
        self._streams: set[asyncio.Queue[str]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: Callable[[], None] | None = None
        self._is_ended = False
        # An id of another run of the server is never taken for one of this.
        self._run = secrets.token_hex(4)
        self._number = 0
        self._hearing: Hearing = "heard"

    @property
    def streams(self) -> int:
        """How many pages are listening."""
        return len(self._streams)

    async def stream(self, request: Request) -> Response:
        """Answer with what is new, for as long as the page is open."""
        if self._is_ended:
            return _busy("The server is ending.")
        if len(self._streams) >= self._most:
            return _busy("Too many pages are open.")
        self._listen()
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=64)
        self._streams.add(queue)
        lines = self._lines(queue, request.headers.get("last-event-id", ""))
        return _Stream(lines, lambda: self._streams.discard(queue))

    def end(self) -> None:
        """End every stream and listen no longer. To be called on the loop of the server."""
        if self._stop is not None:
            self._stop()
            self._stop = None
        self._is_ended = True
        for queue in self._streams:
            _put(queue, "")

    async def _lines(self, queue: asyncio.Queue[str], last: str) -> AsyncIterator[str]:
        yield f"retry: {_RETRY}\n\n"
        yield self._event("hearing", {"state": self._hearing})
        # A page that has missed something is told at once; what it was, it asks.
        if last and last != self._id:
            yield self._event("news", {"changed": [], "more": 0})
        while not self._is_ended:
            try:
                line = await asyncio.wait_for(queue.get(), self._heartbeat)
            except TimeoutError:
                line = ": still here\n\n"
            if line:
                yield line

    def _listen(self) -> None:
        if self._stop is not None:
            return
        loop = self._loop = asyncio.get_running_loop()
        self._stop = self._asking.listen(
            lambda news: _on(loop, self._tell, news), lambda state: _on(loop, self._hear, state)
        )

    def _tell(self, news: News) -> None:
        self._number += 1
        named = list(news.changed[:_NAMED])
        more = len(news.changed) - len(named)
        self._spread(self._event("news", {"changed": named, "more": more}))

    def _hear(self, state: Hearing) -> None:
        if state != self._hearing:
            self._hearing = state
            self._number += 1
            self._spread(self._event("hearing", {"state": state}))

    def _spread(self, line: str) -> None:
        for queue in self._streams:
            _put(queue, line)

    @property
    def _id(self) -> str:
        return f"{self._run}-{self._number}"

    def _event(self, name: str, told: dict[str, object]) -> str:
        # JSON has no line ends of its own, so that nothing told can end the event.
        return f"id: {self._id}\nevent: {name}\ndata: {json.dumps(told)}\n\n"


class _Stream(StreamingResponse):
    """What is sent for as long as somebody listens; ``gone`` is called whatever ends it."""

    def __init__(self, lines: AsyncIterator[str], gone: Callable[[], None]) -> None:
        super().__init__(lines, media_type="text/event-stream", headers=_HEADERS)
        self._gone = gone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._gone()


def _on(loop: asyncio.AbstractEventLoop, call: Callable[[_Told], None], told: _Told) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, told)


def _put(queue: asyncio.Queue[str], line: str) -> None:
    # A page that takes nothing for so long has missed something; whatever it gets tells it so.
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(line)


def _busy(why: str) -> Response:
    return PlainTextResponse(f"{why}\n", 503, headers={"Retry-After": "5", **_HEADERS})
