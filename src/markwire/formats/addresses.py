"""Where a feed stands on the web, and what every format says of an article in the same words.

Pure; knows no format.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from markwire.model import FILE_NAMES, Article, Feed, Format, Media, Site, Window

MEDIA_TYPES: Final[dict[Format, str]] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
# What a feed that never carried an article states as ``updated``: Atom asks for a moment, and
# the clock's would make two builds differ.
NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
# What is for people: one page of all feeds, one of each, and what these pages load.
INDEX: Final = "index.html"
OPML: Final = "feeds.opml"
STYLE: Final = "readers.css"
SCRIPT: Final = "readers.js"
_PLAYED: Final = ("audio/", "video/")


def path(key: str, form: Format) -> str:
    """Give the place of the file of the feed ``key`` below the feeds folder."""
    return f"{key}/{FILE_NAMES[form]}" if key else FILE_NAMES[form]


def page(key: str) -> str:
    """Give the place of the page that people see of the feed ``key``, below the feeds folder.

    The main feed's is the page of all feeds.
    """
    return f"{key}/{INDEX}" if key else INDEX


def files(key: str) -> tuple[str, ...]:
    """Give the places of all files of the feed ``key``; the main feed has those of all feeds."""
    shared = () if key else (OPML, STYLE, SCRIPT)
    return (*(path(key, form) for form in FILE_NAMES), page(key), *shared)


def url(feed: Feed, form: Format, site: Site) -> str:
    """Give the full URL of a feed's file."""
    return site.feeds_url + path(feed.key, form)


def updated(window: Window) -> datetime:
    """Give the moment that a feed states as its last significant change."""
    return window.updated or NEVER


def categories(article: Article) -> tuple[str, ...]:
    """Give section and tags, each once, without regard to case."""
    words = (article.section, *article.tags)
    return tuple({word.casefold(): word for word in reversed(words) if word}.values())[::-1]


def enclosure(article: Article) -> Media | None:
    """Give the one file that RSS lets an item carry: what is heard or watched, else the picture.

    A paper is carried where there is neither. Only a file whose type and length are known can be
    one (RSS 2.0, ``enclosure``).
    """
    played = [file for file in article.attachments if file.type.startswith(_PLAYED)]
    files = [*played, *([article.image] if article.image else []), *article.attachments]
    return next((file for file in files if file.type and file.length), None)
