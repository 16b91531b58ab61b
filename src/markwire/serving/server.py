"""The server of HTTP: the only import of uvicorn.

At the I/O rim. No request is logged: addresses of readers are kept nowhere.
"""

from __future__ import annotations

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

_LAST_ANSWERS: Final = 1  # seconds that answers under way are given when the server ends


class Server(uvicorn.Server):
    """Serves a site on a socket until it is told to stop."""

    def __init__(self, site: Site) -> None:
        super().__init__(
            uvicorn.Config(
                make_app(site),
                access_log=False,
                lifespan="off",
                log_config=None,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_LAST_ANSWERS,
                ws="none",
            )
        )

    def serve_on(self, listener: socket.socket) -> None:
        """Serve until ``stop``, or until the process is told to end."""
        self.run(sockets=[listener])

    def stop(self) -> None:
        """End soon; may be called from any thread."""
        self.should_exit = True

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
