"""Whether a client has just what it asks for: conditional requests (RFC 9110 section 13). Pure.

An answer *not modified* that is not true costs readers an article, so whatever is odd asks for
the whole.
"""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime
from email.utils import formatdate, parsedate
from typing import Final, Literal

from markwire.compression import SUFFIXES, Coding

# RFC 9110 8.8.3: opaque-tag = DQUOTE *etagc DQUOTE; the W of a weak one is a capital.
_MEMBER: Final = re.compile(r'[\t ]*(?:(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"[\t ]*|)(?:,|\Z)')
# What proxies that compress put behind a tag: Apache, Caddy and Jetty write "-gzip" or "--gzip".
_PROXIED: Final = re.compile(r"(.*?)--?(gzip|br|zstd|deflate)")
_LONGEST: Final = 8192  # characters of a list of tags that are looked at
_DAY, _CLOCK = r"(?:0[1-9]|[12]\d|3[01])", r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)"
_DATES: Final = re.compile(  # RFC 9110 5.6.7: as it is written, and two forms of old
    rf"(?:[A-Z][a-z]{{2}}, {_DAY} [A-Z][a-z]{{2}} \d{{4}} {_CLOCK} GMT"
    rf"|[A-Z][a-z]{{5,8}}, {_DAY}-[A-Z][a-z]{{2}}-\d\d {_CLOCK} GMT"
    rf"|[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ \d]\d {_CLOCK} \d{{4}})"
)


Form = Coding | Literal["identity"]
"""A form of content that has an ETag: a coding, or the content as it is."""


def held(if_none_match: str, digest: str) -> Form | None:
    """Say in which form a client that sends ``If-None-Match`` has the content of ``digest``.

    Gives the form whose ETag it named first, None where it has none of them. Comparison is weak
    (RFC 9110 13.1.2), and a mark that a proxy set behind the tag for its own compression is passed
    over. A list that is malformed anywhere names nothing.
    """
    if if_none_match.strip(" \t") == "*":
        return "identity"
    if len(if_none_match) > _LONGEST:
        return None
    found: Form | None = None
    place = 0
    while place < len(if_none_match):
        member = _MEMBER.match(if_none_match, place)
        if member is None:
            return None
        place = member.end()
        tag = member[1]
        if tag is None or found:
            continue
        if tag == digest:
            found = "identity"
        elif tag.startswith(digest) and (marked := _PROXIED.fullmatch(tag)) and marked[1] == digest:
            found = _form(marked[2])
    return found


def _form(name: str) -> Form:
    return next((coding for coding in SUFFIXES if coding == name), "identity")


def is_unchanged_since(if_modified_since: str, last_modified: str | None) -> bool:
    """Say whether a client's date is just the one that this version is sent with.

    Not whether it is later: a clock that was set back, or a client that makes up its own date,
    would be told for ever that nothing has changed. What is no date of HTTP is passed over.
    """
    if last_modified is None:
        return False
    if if_modified_since == last_modified:
        return True
    moment = _moment(if_modified_since)
    return moment is not None and moment == _moment(last_modified)


def http_date(seconds: int) -> str:
    """Write a moment, in seconds since 1970, as HTTP does (RFC 9110 5.6.7)."""
    return formatdate(seconds, usegmt=True)


def _moment(text: str) -> int | None:
    """Read a date of HTTP; None where it is none."""
    if not _DATES.fullmatch(text):
        return None
    parts = parsedate(text)
    if parts is None:
        return None
    try:
        datetime(*parts[:5], min(parts[5], 59), tzinfo=UTC)  # the 31st of February is none
        return timegm(parts)
    except (ValueError, OverflowError):
        return None
