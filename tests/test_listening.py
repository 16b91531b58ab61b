"""Where a server listens, and what is said when it cannot."""

from __future__ import annotations

import socket

import pytest

from markwire.errors import ConfigurationError
from markwire.serving.listening import Address, listen, parse, url


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8000", Address("127.0.0.1", 8000)),
        ("8001", Address("127.0.0.1", 8001)),
        (":8001", Address("127.0.0.1", 8001)),
        ("[::1]:8000", Address("::1", 8000)),
        ("feeds.example.org:80", Address("feeds.example.org", 80)),
        ("127.0.0.1:0", Address("127.0.0.1", 0)),
    ],
)
def test_an_address_is_read(text: str, address: Address) -> None:
    """Without a host nobody beyond this machine may be let in."""
    assert parse(text) == address


@pytest.mark.parametrize(
    "text", ["", "localhost", "::1:8000", "127.0.0.1:", "127.0.0.1:http", "1.2.3.4:65536", "[::1]"]
)
def test_what_is_no_address_is_told(text: str) -> None:
    """A slip on the command line is worth a sentence."""
    with pytest.raises(ConfigurationError, match="is no address to serve on"):
        parse(text)


def test_a_port_that_is_taken_is_told_with_a_remedy() -> None:
    """The most common failure of a first start."""
    with listen(Address("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigurationError) as told:
            listen(Address("127.0.0.1", port))
    assert f"another program listens on 127.0.0.1:{port}" in str(told.value)
    assert f"127.0.0.1:{min(port + 1, 65535)}" in str(told.value)


def test_an_address_of_another_machine_is_told() -> None:
    """The host of a public name is often not the machine's own address."""
    with pytest.raises(ConfigurationError, match="not an address of this machine"):
        listen(Address("192.0.2.1", 8000))


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_a_url_has_brackets_around_a_host_of_ipv6() -> None:
    """RFC 3986 3.2.2."""
    try:
        listener = listen(Address("::1", 0))
    except ConfigurationError:
        pytest.skip("this machine has no IPv6")
    with listener:
        assert url(listener) == f"http://[::1]:{listener.getsockname()[1]}/"
