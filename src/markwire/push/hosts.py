"""Which machines may be gone to: none of a private network, unless the configuration names it.

At the I/O rim: asks the resolver. What it answers is judged, and gone to: it is not asked again,
for another answer could lead elsewhere (DNS rebinding).
"""

from __future__ import annotations

import socket
from collections.abc import Container
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from markwire.errors import PushError

# RFC 6052 2.1: the last four bytes are an IPv4 address, which a translator goes to.
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
_UNKNOWN: Final = "no such host"
_PRIVATE: Final = "a private address, which [push] private does not name"


def addresses(host: str, port: int, private: Container[str]) -> tuple[str, ...]:
    """Give the addresses of a host that may be gone to, in the resolver's order.

    ``private`` are the hosts that may lie in a private network. Raises PushError where the host is
    not known, or no address of it may be gone to.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise PushError(_UNKNOWN) from fault
    every = tuple(dict.fromkeys(str(place[0]) for *_, place in found))
    if host in private:
        return every
    public = tuple(address for address in every if is_public(address))
    if not public:
        raise PushError(_PRIVATE)
    return public


def is_public(address: str) -> bool:
    """Say whether an address is one of the open internet, whatever it is wrapped in."""
    try:
        found: IPv4Address | IPv6Address | None = ip_address(address)
    except ValueError:  # with the zone of a link
        return False
    while isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _TRANSLATED:
            inner = IPv4Address(found.packed[-4:])
        if inner is None:
            break
        found = inner
    return found is not None and found.is_global and not found.is_multicast
