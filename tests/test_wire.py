"""Over the wire: only to where it may go, for no longer than it may, whatever answers."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hubs import DEADLINE, Hub, closed_port, hub, raw
from markwire.errors import PushError
from markwire.push import hosts, wire
from markwire.push.hosts import addresses, is_public
from markwire.push.requests import Reply
from markwire.push.wire import send
from programs import needs

HERE = frozenset({"127.0.0.1"})


@pytest.fixture
def heard() -> Iterator[Hub]:
    with hub() as opened:
        yield opened


def post(port: int) -> Reply:
    return send(f"http://127.0.0.1:{port}/hub?x=1", b"hub.mode=publish", {}, private=HERE)


def _await_request(connection: socket.socket) -> None:
    seen = b""
    while b"publish" not in seen:
        seen += connection.recv(4096)


# --- where to --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 127.8.9.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0
    224.0.0.1 239.1.1.1 255.255.255.255 192.0.2.1 240.0.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1
    fd12::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1
    2002:7f00:1:: 2002:a00:1:: 2001:0:7f00:1:: nonsense""".split(),
)
def test_no_private_address_is_public_however_it_is_wrapped(address: str) -> None:
    """The machines behind the wall trust whoever is inside (OWASP: server-side request forgery)."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
)
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    """Or no hub could be told."""
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433"])
def test_a_private_address_is_not_gone_to_unless_it_is_named(heard: Hub, host: str) -> None:
    """A hub's name may come to mean a machine of ours; and some write numbers oddly."""
    with pytest.raises(PushError, match="private address"):
        send(f"http://{host}:{heard.port}/hub", b"", {})
    assert heard.all() == []


def test_a_name_is_asked_for_once_and_just_that_answer_is_gone_to(
    heard: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: a second answer would lead behind the wall."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *rest: int, **more: int) -> object:
        if host != "hub.example":
            return real(host, port, *rest, **more)
        asked.append(host)
        place = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    reply = send(f"http://hub.example:{heard.port}/hub", b"x", {}, private={"hub.example"})
    assert (reply.status, asked) == (202, ["hub.example"])
    assert heard.next().headers["Host"] == f"hub.example:{heard.port}"


def test_of_several_addresses_those_that_may_be_gone_to_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One bad record must neither lead inside, nor keep a hub from hearing."""

    def several(_host: str, port: int, **_: int) -> object:
        places = ("10.0.0.1", "93.184.215.14", "93.184.215.14", "2606:2800:21f::1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in places]

    monkeypatch.setattr(hosts.socket, "getaddrinfo", several)
    assert addresses("hub.example", 443, ()) == ("93.184.215.14", "2606:2800:21f::1")


def test_the_next_address_is_tried_where_one_is_dead(
    heard: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many a machine has an address of the sixth version and no way there."""
    monkeypatch.setattr(wire, "addresses", lambda *_: ("127.0.0.3", "127.0.0.1"))
    assert send(f"http://hub.example:{heard.port}/hub", b"x", {}).status == 202


def test_a_redirect_is_not_followed(heard: Hub) -> None:
    """Only the configuration says where to go: not what a hub answers."""
    with hub() as elsewhere:
        heard.status = 307
        heard.headers = {"Location": elsewhere.url}
        assert post(heard.port).status == 307
        assert elsewhere.all() == []


def test_no_proxy_of_the_environment_is_asked(heard: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would resolve names itself, and go where we would not."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}/")
    assert post(heard.port).status == 202


def test_a_name_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most often it is mistyped."""

    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(hosts.socket, "getaddrinfo", unknown)
    with pytest.raises(PushError, match="no such host"):
        send("http://hub.invalid/", b"", {})


# --- what answers ----------------------------------------------------------------------------


def test_the_status_and_the_wait_are_all_that_an_answer_says(heard: Hub) -> None:
    """What else a hub writes is neither kept nor shown."""
    heard.status = 429
    heard.headers = {"Retry-After": "120"}
    assert post(heard.port) == Reply(429, "120")
    assert heard.next().path == "/hub?x=1"


def test_nobody_there(heard: Hub) -> None:
    """A hub that is down is an everyday thing."""
    with pytest.raises(PushError, match="no connection"):
        post(closed_port())


def _silent(connection: socket.socket) -> None:
    with suppress(OSError):
        while connection.recv(4096):
            pass


def _silent_after_headers(connection: socket.socket) -> None:
    _await_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    _silent(connection)


def _garbage(connection: socket.socket) -> None:
    _await_request(connection)
    connection.sendall(b"\x00\xff\x16\x03" * 2000)


def _nothing(connection: socket.socket) -> None:
    _await_request(connection)


def _endless(head: bytes, more: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        _await_request(connection)
        connection.sendall(head)
        with suppress(OSError):
            while True:
                connection.sendall(more)

    return answer


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nobody longer than a test can."""
    monkeypatch.setattr(wire, "READ", 0.3)
    monkeypatch.setattr(wire, "TOTAL", 1.0)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(_silent, "no answer in time", id="accepts-and-never-answers"),
        pytest.param(_garbage, "no answer that is HTTP", id="garbage"),
        pytest.param(_nothing, "no answer that is HTTP", id="closes"),
        pytest.param(_endless(b"", b"x" * 65536), "no answer that is HTTP", id="endless-line"),
        pytest.param(
            _endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 4000),
            "no answer that is HTTP",
            id="endless-headers",
        ),
    ],
)
@pytest.mark.usefixtures("hasty")
def test_what_is_no_answer_is_told_in_our_words(
    answer: Callable[[socket.socket], None], told: str
) -> None:
    """Whatever a server does, its words stand in no status and in no log."""
    with raw(answer) as port, pytest.raises(PushError, match=f"^{told}$"):
        post(port)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(_silent_after_headers, id="a-body-that-never-comes"),
        pytest.param(
            _endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536), id="a-body-without-an-end"
        ),
        pytest.param(
            _endless(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"4\r\nzzzz\r\n",
            ),
            id="chunks-that-are-no-gzip",
        ),
    ],
)
@pytest.mark.usefixtures("hasty")
def test_of_a_body_no_more_is_read_than_a_few_kilobytes(
    answer: Callable[[socket.socket], None],
) -> None:
    """The status has said all; a hub must not fill our memory, or hold a thread."""
    with raw(answer) as port:
        assert post(port).status == 200


@pytest.mark.usefixtures("hasty")
def test_a_server_that_drips_is_cut_off() -> None:
    """A byte now and then is never late for any single one."""
    cut = threading.Event()

    def dripping(connection: socket.socket) -> None:
        _await_request(connection)
        try:
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: " + b"y" * 10_000:
                connection.sendall(bytes([byte]))
                threading.Event().wait(0.05)
        except OSError:
            cut.set()

    with raw(dripping) as port:
        with pytest.raises(PushError):
            post(port)
        assert cut.wait(DEADLINE)


# --- certificates ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of hub.example, and its key, in one file."""
    needs("openssl")
    folder = tmp_path_factory.mktemp("certificate")
    words = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=hub.example"
        " -addext subjectAltName=DNS:hub.example -keyout key.pem -out certificate.pem"
    )
    subprocess.run(
        ["openssl", *words.split()],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both


@pytest.fixture
def secure(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a hub that speaks TLS; every name leads there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            _await_request(wrapped)
            wrapped.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")

    monkeypatch.setattr(wire, "addresses", lambda *_: ("127.0.0.1",))
    with raw(answer) as port:
        yield port


def test_the_name_is_what_a_certificate_must_be_of(
    secure: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to an address that was judged; what answers must still be the hub."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert send(f"https://hub.example:{secure}/", b"publish", {}).status == 202
    for other in ("other.example", "127.0.0.1"):
        with pytest.raises(PushError, match="certificate"):
            send(f"https://{other}:{secure}/", b"publish", {})


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(secure: int) -> None:
    """Whoever took over the name's address must not hear in its place."""
    with pytest.raises(PushError, match="certificate"):
        send(f"https://hub.example:{secure}/", b"publish", {})
