"""Hubs and partners to push to: on loopback, in a thread, honest or not."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

DEADLINE = 10.0  # seconds; a test that waits so long has failed


@dataclass(frozen=True)
class Heard:
    """One POST as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode())

    @property
    def topic(self) -> str:
        return self.form["hub.url"][0]


class Hub:
    """Hears POSTs, and answers each as ``status`` and ``headers`` say at that moment."""

    def __init__(self) -> None:
        self.status = 202
        self.headers: dict[str, str] = {}
        self.heard: queue.Queue[Heard] = queue.Queue()
        self.before: Callable[[Heard], None] = lambda _heard: None
        hub = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                heard = Heard(self.path, dict(self.headers), self.rfile.read(length))
                hub.before(heard)
                hub.heard.put(heard)
                # Whoever was killed meanwhile hears no answer.
                with suppress(OSError):
                    self.send_response(hub.status)
                    for name, value in hub.headers.items():
                        self.send_header(name, value)
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Answering)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hub"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    def next(self) -> Heard:
        return self.heard.get(timeout=DEADLINE)

    def topics(self) -> list[str]:
        """Give the topics of all that was heard until now, and forget them."""
        return [each.topic for each in self.all()]

    def all(self) -> list[Heard]:
        found = []
        with suppress(queue.Empty):
            while True:
                found.append(self.heard.get_nowait())
        return found

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(DEADLINE)


@contextmanager
def hub() -> Iterator[Hub]:
    """Give a hub, for as long as it is wanted."""
    opened = Hub()
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def raw(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Give the port of a server that answers each connection as a test says, in a thread each."""
    listener = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def answered(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            answer(connection)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            threading.Thread(target=answered, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        # A thread that waits in accept() is not woken by a close alone.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(DEADLINE)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


def closed_port() -> int:
    """Give a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
