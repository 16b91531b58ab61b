"""What a request asks for, read once of its headers. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from markwire.compression import Coding
from markwire.serving.negotiation import choose_coding, wants_news_only, wants_page

# What is read of a request; all else is passed over, ``Range`` among it.
_READ: Final = frozenset(
    {
        b"a-im",
        b"accept",
        b"accept-encoding",
        b"content-length",
        b"if-modified-since",
        b"if-none-match",
        b"sec-fetch-dest",
        b"transfer-encoding",
        b"user-agent",
        b"x-forwarded-for",
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What headers say that is of any matter here.

    ``tags`` and ``since`` are ``If-None-Match`` and ``If-Modified-Since``; ``coding`` is what suits
    the client best; ``forwarded`` is for whom a proxy asks, as it says.
    """

    tags: bytes | None
    since: str | None
    coding: Coding | None
    is_for_a_person: bool
    wants_news_only: bool
    has_body: bool
    agent: bytes
    forwarded: str


def asked_of(headers: Iterable[tuple[bytes, bytes]]) -> Asked:
    """Read headers, named in lower case; several of one name are one list (RFC 9110 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _READ:
            found[name] = found[name] + b", " + value if name in found else value

    def text(name: bytes) -> str:
        return found.get(name, b"").decode("latin-1")

    accept, destination = text(b"accept"), text(b"sec-fetch-dest")
    return Asked(
        tags=found.get(b"if-none-match"),
        since=text(b"if-modified-since") if b"if-modified-since" in found else None,
        coding=choose_coding(text(b"accept-encoding")) if b"accept-encoding" in found else None,
        is_for_a_person=wants_page(accept, destination),
        wants_news_only=b"a-im" in found and wants_news_only(text(b"a-im")),
        has_body=b"transfer-encoding" in found or found.get(b"content-length", b"0") != b"0",
        agent=found.get(b"user-agent", b""),
        forwarded=text(b"x-forwarded-for"),
    )
