"""Addresses as feeds can carry them: whole, in ASCII, and of machines that readers can reach.

Pure. Looks nothing up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

READY = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?](?:[A-Za-z0-9/?:@!$&'()*+,;=._~-]|%[0-9A-Fa-f]{2})*"
    r"(?:\#(?:[A-Za-z0-9/?:@!$&'()*+,;=._~-]|%[0-9A-Fa-f]{2})*)?)?"
)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
NO_ADDRESS = re.compile("[\x00-\x1f\x7f]")
_PATH: Final = "/:@!$&'()*+,;=~%"
_CANDIDATE = re.compile(r"[^\s,]\S*")
_DESCRIPTOR = re.compile(r"\s+([^\s,(]+)")


def absolute(url: str, base: str) -> str:
    """``url`` resolved against ``base`` (RFC 3986 section 5) and written in ASCII.

    The name and password before a host are left out: readers take them for the host, or they
    are a secret (RFC 3986 section 7.5, 7.6). A host in another alphabet is written in Punycode
    (RFC 3490); one that cannot be, and all else that is not ASCII, percent-encoded. Empty where no
    address can be made of it.
    """
    if READY.fullmatch(url):
        return url
    url = NO_ADDRESS.sub("", url).strip()
    try:
        parts = urlsplit(urljoin(base, url))
    except ValueError:  # an IPv6 host without its bracket, or one that imitates a delimiter
        return ""
    host = _host(parts.netloc)
    if not parts.scheme or (parts.scheme in ("http", "https") and not host):
        return ""
    path = parts.path.replace(" ", "") if parts.scheme == "tel" else parts.path
    return urlunsplit(
        (
            parts.scheme,
            host,
            _quoted(path, _PATH),
            _quoted(parts.query, _PATH + "?"),
            _quoted(parts.fragment, _PATH + "?"),
        )
    )


def _quoted(part: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=safe, errors="replace")


def _host(netloc: str) -> str:
    host = netloc.rpartition("@")[2]
    if "%" in host:  # Markdown encodes what it does not know to be a host
        host = unquote(host)
    if not host.isascii():
        name, colon, port = host.partition(":")
        with suppress(UnicodeError):
            host = name.encode("idna").decode("ascii") + colon + port
    return _quoted(host, ":[]%!$&'()*+,;=")


_NETWORK: Final = r"(?:localhost|localdomain|local|internal|lan|home|home\.arpa)\.?"
_MAY_BE_PRIVATE = re.compile(rf"https?://(?:\[|[^/?#]*(?:[0-9]|{_NETWORK}))", re.I)
_PRIVATE_NAME = re.compile(rf"(?:.*\.)?{_NETWORK}", re.I)


def is_private(url: str) -> bool:
    """Say whether a whole address leads to the machine or the network of whoever asks for it.

    A picture from there is seen by nobody else, and shown to a reader it has his own router or
    printer asked for something (RFC 1918, RFC 4193, RFC 6761, RFC 6762). A number that is no
    dotted quad (``0x7f.1``) is taken for such: browsers read it, and nobody writes it.
    """
    if not _MAY_BE_PRIVATE.match(url):
        return False
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return True
    if _PRIVATE_NAME.fullmatch(host):
        return True
    if not _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) and ":" not in host:
        return False
    from ipaddress import ip_address  # noqa: PLC0415  (seldom needed)

    try:
        return not ip_address(host).is_global
    except ValueError:
        return True


_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.I)
_PART = re.compile(r"(?:0x(?P<hex>[0-9a-f]*)|0(?P<octal>[0-7]*)|(?P<decimal>[1-9]\d*))", re.I)


def leads_nowhere(url: str) -> bool:
    """Say whether the host of a whole address is a number that is no address of any machine.

    ``http://999.1.1.1/``: browsers ask nobody for it (URL Standard, "IPv4 parser").
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return True
    parts = host.split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return False
    numbers = [_number(part) for part in parts]
    *first, last = [256**4 if number is None else number for number in numbers]
    return len(parts) > 4 or any(each > 255 for each in first) or last >= 256 ** (5 - len(parts))


def _number(part: str) -> int | None:
    match = _PART.fullmatch(part)
    if match is None:
        return None
    if match["decimal"]:
        return int(match["decimal"])
    return int(match["octal"] or "0", 8) if match["hex"] is None else int(match["hex"] or "0", 16)


def srcset(value: str) -> Iterator[tuple[str, str]]:
    """The addresses of a ``srcset`` with their descriptors (HTML section 2.5.8.4)."""
    position = 0
    while candidate := _CANDIDATE.search(value, position):
        url = candidate[0].rstrip(",")
        if url != candidate[0]:
            yield url, ""
            position = candidate.end()
            continue
        descriptor = _DESCRIPTOR.match(value, candidate.end())
        yield url, descriptor[1] if descriptor else ""
        comma = value.find(",", candidate.end())
        position = comma if comma >= 0 else len(value)
