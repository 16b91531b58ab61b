"""Publication while the server beside it is flooded, or held by clients that end no request."""

from __future__ import annotations

import os
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import sleep
from typing import Final

from bench.ours import WARM_UP, Figures, Markwire
from bench.running import Running
from bench.serving import Tell, free_port, wait_until_open, wrk
from bench.sites import Site

SLOW: Final = 500  # half-open connections
_DRIP: Final = 0.5  # seconds between two bytes of each
_AT_A_TIME: Final = 2.0  # seconds of one run of wrk


def flood(ours: Markwire, site: Site, *, drops: int, tell: Tell) -> Figures:
    """Time drops beside a server that idles, is flooded, and is held by slow clients, in turn."""
    ours.settle(site)
    figures: Figures = defaultdict(list, load=[os.getloadavg()[0]])
    port = free_port()
    words = [str(ours.command), "--site", str(site.root), "watch", "--json"]
    words += ["--serve", f"127.0.0.1:{port}"]
    with Running(words, site.root, ours.scratch / "logs" / "flood.log") as running:
        ours.rest(running)
        wait_until_open(port, running.must_live)
        _drop(ours, site, running, WARM_UP)
        for name, trouble in (("idle", _quiet), ("slow", _slow), ("flooded", _flooded)):
            with trouble(port, figures):
                sleep(1.0)
                took = _drop(ours, site, running, drops)
            figures[name] += took
            tell(f"flood: {name} {sorted(took)[len(took) // 2] * 1e3:.0f} ms a drop")
    return dict(figures)


def _drop(ours: Markwire, site: Site, running: Running, drops: int) -> list[float]:
    """Let changes go; give for each the seconds until all its feeds hold it."""
    found = []
    for _ in range(drops):
        start, seen = ours.publish(site, running, site.next_drop())
        found.append(max(seen.values()) - start)
    return found


@contextmanager
def _quiet(_port: int, _figures: Figures) -> Iterator[None]:
    yield


@contextmanager
def _flooded(port: int, figures: Figures) -> Iterator[None]:
    """Have wrk ask as fast as it can, unpinned, on the cores that the watch needs too."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            told = wrk(port, {}, _AT_A_TIME, connections=64, core=None)
            figures["asked"].append(told["requests"] / told["seconds"])

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _slow(port: int, figures: Figures) -> Iterator[None]:
    """Hold connections, each of which sends a byte of a header now and then (slow loris)."""
    over = threading.Event()
    clients: list[socket.socket] = []

    def renew() -> None:
        while not over.is_set():
            while len(clients) < SLOW:
                with suppress(OSError):
                    client = socket.create_connection(("127.0.0.1", port), timeout=1)
                    client.sendall(b"GET /feeds/rss.xml HTTP/1.1\r\nX-Slow: ")
                    clients.append(client)
            for client in tuple(clients):
                try:
                    client.sendall(os.urandom(1).hex().encode())
                except OSError:  # It was ended, as it should be; another takes its place.
                    client.close()
                    clients.remove(client)
            figures["held"].append(float(len(clients)))
            over.wait(_DRIP)

    thread = threading.Thread(target=renew)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for client in clients:
            client.close()
