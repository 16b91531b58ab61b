"""A real server in a process of its own, for tests: started on a port that the system chooses."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from commands import COMMAND, DEADLINE

ANY: Final = "127.0.0.1:0"


class Answer:
    """What was answered: header names are in lower case; of several alike, joined by commas."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers: dict[str, str] = {}
        for name, value in response.getheaders():
            known = self.headers.get(name.lower())
            self.headers[name.lower()] = f"{known}, {value}" if known else value
        self.body = response.read()


class Server:
    """A ``markwire`` that serves at ``url``; ``said`` holds what it says on stderr."""

    def __init__(self, *words: str, site: Path) -> None:
        self.site = site
        self.process = subprocess.Popen(
            (*COMMAND, "--site", str(site), *words),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.url = ""
        self._heard = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._heard.wait(DEADLINE)
        assert self.url, "".join(self.said)

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if not self.url and (found := re.search(r"http://\S+/", line)):
                self.url = found[0]
                self._heard.set()
        self._heard.set()

    def get(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        """Ask once, on a connection of its own."""
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return ask(self.url, path, method=method, headers=named)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it; give its exit code."""
        with suppress(ProcessLookupError):
            self.process.send_signal(how)
        code = self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


def ask(
    base: str, path: str, *, method: str = "GET", headers: Iterable[tuple[str, str]] = ()
) -> Answer:
    """Send one request to a server and give its answer; ``path`` goes as it is."""
    place = urlsplit(base)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=DEADLINE)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        return Answer(connection.getresponse())
    finally:
        connection.close()


@contextmanager
def serving(*words: str, site: Path) -> Iterator[Server]:
    """Have ``markwire WORDS`` serve a site meanwhile."""
    server = Server(*words, site=site)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
