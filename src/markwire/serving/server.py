"""The server of HTTP, on uvicorn.

At the I/O rim. No request is logged: addresses of readers are kept nowhere.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

import uvicorn

from markwire.model import Site
from markwire.serving.app import make_app
from markwire.serving.listening import is_open
from markwire.serving.protocol import MOST, Protocol, sweep

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None  # type: ignore[assignment]

_LAST_ANSWERS: Final = 1  # seconds that answers under way are given when the server ends
_SPARE: Final = 256  # files besides connections


class Server(uvicorn.Server):
    """Serves a site on a socket until it is told to stop.

    Raises ConfigurationError as ``make_app``.
    """

    def __init__(self, site: Site, listener: socket.socket) -> None:
        app = make_app(site, is_open=is_open(listener))
        self._listener = listener
        self._wire = app.state.wire

        class Connection(Protocol):
            at_once = staticmethod(app.state.at_once)

        self._kind = Connection
        self._polls = app.state.polls
        app.state.meters.connections = lambda: len(self.server_state.connections)
        # What clients get wrong is no event of ours.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        super().__init__(
            uvicorn.Config(
                app,
                access_log=False,
                http=Connection,
                lifespan="off",
                limit_concurrency=MOST,
                log_config=None,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_LAST_ANSWERS,
                ws="none",
            )
        )

    def serve_on(self) -> None:
        """Serve until ``stop``, or until the process is told to end."""
        _allow_files(MOST + _SPARE)
        with self._polls.laying():
            self.run(sockets=[self._listener])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is never answered to the end first: the streams of open desks."""
        self._wire.end()
        await super().shutdown(sockets)

    def stop(self) -> None:
        """End soon; may be called from any thread."""
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Look after connections, ten times a second."""
        ends = await super().on_tick(counter)
        now = asyncio.get_running_loop().time()
        self._kind.now = now
        headers = self.server_state.default_headers
        lines = (name + b": " + value + b"\r\n" for name, value in headers)
        self._kind.date_line = b"".join((*lines, b"\r\n"))
        sweep(tuple(self.server_state.connections), now)
        return ends

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take Ctrl-C and SIGTERM for ``stop``; uvicorn would have them end the process, too."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def end(_signal: int, _frame: FrameType | None) -> None:
            self.stop()

        before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                with suppress(TypeError):  # of one that was not set from Python
                    signal.signal(each, handler)


def _allow_files(wanted: int) -> None:
    """Ask the system for as many open files as there may be connections."""
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            with suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
