"""Where a server listens: the address as it is typed, and the socket.

At the I/O rim. The socket is opened before anything else is done, so that a port which is taken is
told at once.
"""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from markwire.errors import ConfigurationError

DEFAULT: Final = "127.0.0.1:8000"
_WAITING: Final = 2048  # connections that the system keeps until they are taken


@dataclass(frozen=True, slots=True)
class Address:
    """A host, by name or number, and a port; 0 lets the system choose one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse(text: str) -> Address:
    """Read ``HOST:PORT``, ``:PORT`` or ``PORT``; without a host it is this machine alone.

    An IPv6 host stands in brackets. Raises ConfigurationError where it is none of these.
    """
    host, _, port = text.strip().rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        host = "["  # no host at all
    if not (port.isascii() and port.isdecimal() and int(port) < 65536) or "[" in host:
        raise ConfigurationError(f"'{text}' is no address to serve on; write one as {DEFAULT}")
    return Address(host or "127.0.0.1", int(port))


def listen(address: Address) -> socket.socket:
    """Give a socket that listens there. Raises ConfigurationError where that cannot be."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as fault:
        raise ConfigurationError(
            f"no machine is called '{address.host}': {fault.strerror}; write {DEFAULT}, say"
        ) from fault
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # On Windows it would let two servers have one port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(_WAITING)
    except OSError as fault:
        listener.close()
        raise ConfigurationError(_refusal(address, fault)) from fault
    return listener


def is_open(listener: socket.socket) -> bool:
    """Say whether other machines reach it."""
    return not ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback


def url(listener: socket.socket) -> str:
    """Give the address of what is served there, as a browser takes it."""
    host, port = listener.getsockname()[:2]
    return f"http://{Address(host, port)}/"


def _refusal(address: Address, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        other = Address(address.host, min(address.port + 1, 65535))
        return f"another program listens on {address}; stop it, or serve on another port: {other}"
    if fault.errno == errno.EACCES:
        other = Address(address.host, 8000)
        return f"ports below 1024, as in {address}, are for root; serve on another one: {other}"
    if fault.errno == errno.EADDRNOTAVAIL:
        return f"{address.host} is not an address of this machine; write {DEFAULT}, say"
    return f"{address} cannot be listened on: {fault.strerror}"
