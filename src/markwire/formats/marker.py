"""The marker of an article that has left its readers: who it was, not what it said. Pure.

It stands where the article's JSON stood, so that identity, and the will to withdraw, outlast the
catalogue. It names what readers knew already: GUID, dates, and the feeds that carried the article.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Marker:
    """What is kept of an article that is gone.

    ``source`` is the fingerprint of its path, ``own_id`` the editor's ``id`` as typed; ``feeds``
    are the keys of those that carried it. ``killed`` tells it from one that was withdrawn; only
    then is there a notice, with ``permalink``, ``language`` and the public ``reason``.
    """

    guid: str
    published: datetime
    gone: datetime
    source: str
    own_id: str = ""
    feeds: tuple[str, ...] = ()
    killed: bool = False
    permalink: str = ""
    language: str = ""
    reason: str = ""


def marker(gone: Marker) -> bytes:
    """Give the JSON of a marker."""
    own = {
        "gone": _text(gone.gone),
        "killed": gone.killed,
        "source": gone.source,
        "id": gone.own_id,
        "feeds": list(gone.feeds),
        "reason": gone.reason,
    }
    members = {
        "id": gone.guid,
        "url": gone.permalink,
        "date_published": _text(gone.published),
        "language": gone.language,
        "_markwire": {name: value for name, value in own.items() if value},
    }
    filled = {name: value for name, value in members.items() if value}
    return (json.dumps(filled, ensure_ascii=False, indent=2) + "\n").encode()


def read(content: bytes) -> Marker:
    """Give back what ``marker`` was given. Raises ValueError where it is no marker."""
    try:
        members = json.loads(content)
        own = members["_markwire"]
        return Marker(
            guid=members["id"],
            published=_moment(members["date_published"]),
            gone=_moment(own["gone"]),
            source=own.get("source", ""),
            own_id=own.get("id", ""),
            feeds=tuple(own.get("feeds", ())),
            killed=own.get("killed", False),
            permalink=members.get("url", ""),
            language=members.get("language", ""),
            reason=own.get("reason", ""),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"not the marker of an article: {fault}") from fault


def _text(when: datetime) -> str:
    """RFC 3339, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
