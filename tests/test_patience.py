"""Clients that are slow, greedy or many: each costs itself, and nobody else."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from http_suite import make_site
from markwire.serving import protocol
from markwire.serving.protocol import Protocol, Waiting, sweep
from servers import ANY, Server, serving

GET = b"GET /feeds/rss.xml HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    site = make_site(tmp_path_factory.mktemp("patience"))
    with serving("serve", ANY, site=site) as server:
        yield server


def connect(server: Server) -> socket.socket:
    place = urlsplit(server.url)
    return socket.create_connection((place.hostname, place.port), timeout=30)


def answer(line: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    parts = []
    while part := line.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_a_head_without_an_end_is_ended(server: Server) -> None:
    """A slow loris keeps connections open, a line at a time: ten seconds, and it is over."""
    with connect(server) as line:
        line.sendall(GET)
        assert answer(line) == b""


def test_a_head_that_is_endless_is_refused(server: Server) -> None:
    """Memory is not for whoever sends most."""
    with connect(server) as line:
        line.sendall(GET)
        line.sendall(b"X-Long: " + b"a" * 40_000)
        assert answer(line).startswith(b"HTTP/1.1 431 ")


def test_requests_sent_together_are_answered_in_their_order(server: Server) -> None:
    """RFC 9112 9.3.2: also where some are answered at once, and others are looked for."""
    paths = [b"/feeds/rss.xml", b"/feeds/nothing", b"/feeds/atom.xml", b"/feeds/rss.xml"]
    sent = b"".join(b"HEAD " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths)
    last = b"HEAD /feeds/rss.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    for _ in range(3):  # known by their bytes from the second time on
        with connect(server) as line:
            line.sendall(sent + last)
            heads = answer(line).split(b"\r\n\r\n")[:-1]
        assert [head.split()[1] for head in heads] == [b"200", b"404", b"200", b"200", b"200"]
        fields = [line for head in heads for line in head.lower().split(b"\r\n")]
        kinds = [field for field in fields if field.startswith(b"content-type:")]
        assert [b"atom" in kind for kind in kinds] == [False, False, True, False, False]


def test_a_request_that_is_known_is_answered_anew(server: Server) -> None:
    """The same bytes ask for what stands now, not for what stood when they first came."""
    request = GET + b"Accept: */*\r\n\r\n"
    file = server.site / "feeds" / "rss.xml"
    before = file.read_bytes()

    def body() -> bytes:
        with connect(server) as line:
            for _ in range(2):
                line.sendall(request)
                got = b""
                while not got.endswith(b"</rss>") and not got.rstrip().endswith(b"</rss>"):
                    got += line.recv(65536)
        return got.partition(b"\r\n\r\n")[2]

    assert body() == before
    new = before.replace(b"Carte", b"Plan!")
    (server.site / "feeds" / "new").write_bytes(new)
    (server.site / "feeds" / "new").replace(file)
    seen = body()
    while seen != new:  # a file that others replace is looked at once a second
        assert seen == before
        seen = body()
    file.write_bytes(before)


def test_a_request_in_two_parts_is_one(server: Server) -> None:
    """Networks cut where they like."""
    request = GET + b"Connection: close\r\n\r\n"
    for place in (1, 20, len(request) - 2):
        with connect(server) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sendall(request[:place])
            line.sendall(request[place:])
            assert answer(line).startswith(b"HTTP/1.1 200 ")


def test_many_that_hold_connections_keep_nobody_out(server: Server) -> None:
    """Hundreds of connections that say nothing, and a reader is answered all the same."""
    lines = [connect(server) for _ in range(300)]
    try:
        for line in lines:
            line.sendall(GET)
        assert server.get("/feeds/rss.xml").status == 200
    finally:
        for line in lines:
            line.close()


def test_what_is_no_http_is_refused(server: Server) -> None:
    """Not logged, either: it would fill a disk."""
    with connect(server) as line:
        line.sendall(b"\x16\x03\x01 TLS?\r\n\r\n")
        assert answer(line).startswith(b"HTTP/1.1 400 ")
    assert not any("Invalid" in line for line in server.said)


class Line:
    def __init__(self) -> None:
        self.ended = ""

    def close(self) -> None:
        self.ended = self.ended or "closed"

    def abort(self) -> None:
        self.ended = "aborted"


def connection(waiting: Waiting, since: float) -> Protocol:
    made = Protocol.__new__(Protocol)
    made.transport = Line()  # type: ignore[assignment]  (all of a transport that is asked for)
    made._waiting, made._since = waiting, since
    return made


@pytest.mark.parametrize("waiting", Waiting)
def test_each_wait_has_an_end_but_that_for_our_answer(waiting: Waiting) -> None:
    """What a client waits for takes as long as it takes; what we wait for does not."""
    line = connection(waiting, since=0.0)
    sweep([line], now=min(waiting.value, 1e9))
    assert line.transport.ended == ""
    sweep([line], now=min(waiting.value, 1e9) + 0.1)
    ended = {Waiting.ANSWER: "", Waiting.DRAIN: "aborted"}
    assert line.transport.ended == ended.get(waiting, "closed")


def test_of_too_many_the_longest_idle_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is just being answered stays."""
    monkeypatch.setattr(protocol, "MOST", 8)
    busy = [connection(Waiting.ANSWER, 0.0) for _ in range(2)]
    idle = [connection(Waiting.IDLE, float(number)) for number in range(6)]
    sweep([*busy, *idle], now=9.0)
    assert [each.transport.ended for each in busy] == ["", ""]
    assert [each.transport.ended for each in idle] == ["aborted"] * 2 + [""] * 4
