"""What a reader makes of a feed: one neutral shape for every form and every reader.

Texts are stripped and dates are cut to the second, for some readers keep no more. Summaries are
plain text, though RSS says them in HTML. What a reader does not see is None, or an empty text in a
picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import NamedTuple


class Enclosure(NamedTuple):
    """A file that goes with an item; ``length`` in bytes."""

    url: str
    type: str
    length: int | None


class Picture(NamedTuple):
    """A picture of an item, whose it is, and what it shows."""

    url: str
    credit: str
    description: str


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One item or entry. ``authors`` are its own, never those of the feed."""

    id: str | None
    title: str | None
    url: str | None
    published: datetime | None
    updated: datetime | None
    authors: tuple[str, ...]
    summary: str | None
    body: str | None
    tags: tuple[str, ...]
    enclosure: Enclosure | None
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """One feed: who speaks, where it lives, and what it says."""

    title: str | None
    home: str | None
    self_url: str | None
    language: str | None
    items: tuple[ReadItem, ...]


def text(value: object) -> str | None:
    """A text without the space around it; None when there is none."""
    return value.strip() if isinstance(value, str) and value.strip() else None


def plain(html: str | None) -> str | None:
    """What an RSS description says, which readers take for HTML, as plain text."""
    return text(unescape(re.sub(r"</?[A-Za-z][^>]*>", "", html))) if html else None


def moment(value: object) -> datetime | None:
    """A date of RSS (RFC 822) or of Atom and JSON Feed (RFC 3339), in UTC, to the second."""
    if not isinstance(value, str) or not value.strip():
        return None
    written = value.strip()
    iso = written[:4].isdigit()
    read = datetime.fromisoformat(written) if iso else parsedate_to_datetime(written)
    return read.astimezone(UTC).replace(microsecond=0)


def number(value: object) -> int | None:
    """A whole number, whether a text or a number says it."""
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else None
