"""How often one address is answered in full. Generous, and in memory only.

At the I/O rim by its clock. What is *not modified* is never counted, nor refused: a client that
polls as it should may poll as often as it likes. Addresses are kept as keyed hashes, of which
nothing is left when the process ends.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil
from time import monotonic
from typing import Final

BURST: Final = 600.0
"""Full answers that an address is given at once."""

A_SECOND: Final = 10.0
"""Full answers in a second that it is given on and on."""

_MOST: Final = 20_000  # addresses
_SITE: Final = 64  # bits of an IPv6 address that one household or machine room has

_Address = IPv4Address | IPv6Address


class Moderation:
    """Counts full answers by address.

    ``proxies`` are networks whose ``X-Forwarded-For`` is believed. Who asks from this machine is
    not counted: a proxy that nobody told us of would be everybody.
    """

    def __init__(self, proxies: Sequence[str] = (), clock: Callable[[], float] = monotonic) -> None:
        self._proxies = tuple(map(ip_network, proxies))
        self._clock = clock
        self._key = os.urandom(16)
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, client: str, forwarded: str) -> int:
        """Count a full answer; give after how many seconds to ask again, 0 where it is given."""
        if not self._proxies and (client.startswith("127.") or client == "::1"):
            return 0
        whom = self._whom(client, forwarded)
        if whom is None or whom.is_loopback:
            return 0
        number = int(whom) >> (128 - _SITE) if whom.version == 6 else int(whom)
        name = blake2b(f"{whom.version} {number}".encode(), key=self._key, digest_size=12).digest()
        now = self._clock()
        left, then = self._left.pop(name, (BURST, now))
        left = min(BURST, left + max(now - then, 0.0) * A_SECOND)
        allowed = left >= 1.0
        self._left[name] = (left - 1.0 if allowed else left), now
        if len(self._left) > _MOST:
            self._left.popitem(last=False)
        return 0 if allowed else max(1, ceil((1.0 - left) / A_SECOND))

    def _whom(self, client: str, forwarded: str) -> _Address | None:
        """Give the address that asks: the last one that no proxy of ours has."""
        whom = _address(client)
        for text in reversed(forwarded.split(",")):
            if whom is None or not self._is_ours(whom):
                break
            before = _address(text.strip())
            if before is None:
                break
            whom = before
        return whom

    def _is_ours(self, address: _Address) -> bool:
        return any(address in network for network in self._proxies)


def _address(text: str) -> _Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
