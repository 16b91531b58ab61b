"""One connection: what is ready is answered at once, and nobody may hold it for ever.

At the I/O rim. On uvicorn's protocol for httptools. An answer that is ready costs no task and no
scope of ASGI. Time is checked by ``sweep`` about once a second for all connections, instead of by a
timer for each request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from markwire.serving.asked import Asked, asked_of
from markwire.serving.replies import Reply, plain

AtOnce = Callable[[bytes, bytes, Asked, str], Reply | None]
"""Gives an answer that is ready, by method, target, headers, and the client's address."""

MOST: Final = 2048  # connections
_LONGEST_HEAD: Final = 32_768  # bytes of a request before its body
_TOGETHER: Final = 16_384  # bytes of a body that is not worth a write of its own

_TOO_LONG: Final = plain(431, "Request Header Fields Too Large", ("Connection", "close"))


_Known = tuple[bytes, bytes, Asked]
_MOST_KNOWN: Final = 8192  # requests
_LONGEST_KNOWN: Final = 1024  # bytes of one


class Waiting(Enum):
    """For what a connection waits; the value is for how many seconds it may."""

    IDLE = 20.0
    HEAD = 10.0
    BODY = 30.0
    ANSWER = float("inf")
    DRAIN = 60.0


class Protocol(HttpToolsProtocol):
    """A connection to the server."""

    at_once: ClassVar[AtOnce]
    known: ClassVar[dict[bytes, _Known]] = {}
    now: ClassVar[float] = 0.0
    date_line: ClassVar[bytes] = b"\r\n"

    _waiting = Waiting.HEAD
    _since = 0.0
    _head_size = 0
    _is_answered = False
    _is_between = True  # nothing of a request is read, and no answer is under way
    _known: _Known | None = None
    _begun = 0  # requests, in what was received last
    _is_last = False

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request: a client that connects has something to ask."""
        super().connection_made(transport)
        self._wait(Waiting.HEAD)

    def data_received(self, data: bytes) -> None:
        """Read on; a head without an end is refused (RFC 6585 5)."""
        if self._is_between and self._answer_again(data):
            return
        was_between, self._known, self._begun = self._is_between, None, 0
        super().data_received(data)
        is_one = was_between and self._is_between and self._begun == 1
        if is_one and len(data) <= _LONGEST_KNOWN:
            self._remember(data)
        if self._waiting is Waiting.HEAD:
            self._head_size += len(data)
            if self._head_size > _LONGEST_HEAD and not self.transport.is_closing():
                self._write(_TOO_LONG)
                self.transport.close()

    def _remember(self, data: bytes) -> None:
        """Remember what one whole request means: clients send the same, poll after poll."""
        known = type(self).known
        if self._known is not None:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            known[data] = self._known

    def _answer_again(self, data: bytes) -> bool:
        """Answer bytes that are known to be one whole request, without taking them apart again."""
        known = type(self).known.get(data)
        if known is None or self.flow.write_paused:
            return False
        method, target, asked = known
        answer = type(self).at_once(method, target, asked, self.client[0] if self.client else "")
        if answer is None:
            return False
        self._unset_keepalive_if_required()
        self._write(answer)
        self.server_state.total_requests += 1
        if self._waiting is not Waiting.DRAIN:
            self._wait(Waiting.IDLE)
        return True

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._is_between = False
        self._begun += 1
        super().on_message_begin()
        self._wait(Waiting.HEAD)

    def on_headers_complete(self) -> None:
        """Answer at once what can be, unless an answer before is under way."""
        self._head_size = 0
        is_free = self.cycle is None or self.cycle.response_complete
        if is_free and not self.pipeline and not self.flow.write_paused:
            method = self.parser.get_method()
            if method in (b"GET", b"HEAD") and not self.parser.should_upgrade():
                client = self.client[0] if self.client else ""
                asked = asked_of(self.headers)
                answer = type(self).at_once(method, self.url, asked, client)
                if answer is not None:
                    self._known = method, self.url, asked
                    self._is_answered = True
                    self._is_last = not self.parser.should_keep_alive()
                    self._write(answer)
                    return
        self._wait(Waiting.BODY)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take in what follows a head, where anybody wants it."""
        if not self._is_answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        if not self._is_answered:
            if self._waiting is Waiting.BODY:
                self._wait(Waiting.ANSWER)
            super().on_message_complete()
            return
        self._is_answered = False
        self.server_state.total_requests += 1
        if self._is_last:
            self.transport.close()
            return
        self._is_between = True
        if self._waiting is not Waiting.DRAIN:
            self._wait(Waiting.IDLE)

    def on_response_complete(self) -> None:
        """Go on to the next request."""
        super().on_response_complete()
        self._is_between = False  # The parser may hold a part of what comes next.
        if self._waiting is not Waiting.DRAIN:
            self._wait(Waiting.IDLE)

    def pause_writing(self) -> None:
        """Read no more from a client that does not take what it asked for."""
        super().pause_writing()
        self.flow.pause_reading()
        self._wait(Waiting.DRAIN)

    def resume_writing(self) -> None:
        """Go on with a client that has taken what it asked for."""
        super().resume_writing()
        self.flow.resume_reading()
        is_free = self.cycle is None or self.cycle.response_complete
        self._wait(Waiting.IDLE if is_free else Waiting.ANSWER)

    def has_waited(self) -> float:
        """Give for how many seconds the connection has waited for the same."""
        return type(self).now - self._since

    def end_if_late(self) -> None:
        """End the connection where it has waited for too long."""
        if self.has_waited() > self._waiting.value:
            # What is not taken is not waited for any more, either.
            self.transport.abort() if self._waiting is Waiting.DRAIN else self.transport.close()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is lost with the connection."""
        return self._waiting in (Waiting.IDLE, Waiting.HEAD, Waiting.DRAIN)

    def drop(self) -> None:
        """End the connection at once."""
        self.transport.abort()

    def _wait(self, what: Waiting) -> None:
        self._waiting = what
        self._since = type(self).now

    def _write(self, answer: Reply) -> None:
        kind = type(self)
        end = b"connection: close\r\n" + kind.date_line if self._is_last else kind.date_line
        if len(answer.body) <= _TOGETHER:
            self.transport.write(answer.head + end + answer.body)
        else:
            self.transport.writelines((answer.head + end, answer.body))


def sweep(connections: Iterable[Any], now: float) -> None:
    """End connections that have waited too long; of too many, those that have waited longest."""
    ours = [each for each in connections if isinstance(each, Protocol)]
    for each in ours:
        type(each).now = now
        each.end_if_late()
    if len(ours) > MOST * 3 // 4:
        idle = sorted((each for each in ours if each.is_idle), key=Protocol.has_waited)
        for each in idle[MOST // 2 :]:
            each.drop()
