"""The page that people see of one feed: what it is, its addresses, its latest articles. Pure.

For whoever opens a feed in a browser. Well-formed as XML, too, so that it can be checked before
it is live; readable without script and without style. It says what the feed's documents carry, and
nothing else. The parts that the page of all feeds shares are here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from markwire.formats import addresses
from markwire.formats.guidance import Guidance, guidance
from markwire.formats.jsonfeed import Teaser
from markwire.formats.languages import day_in_words
from markwire.model import FORMATS, Feed, Format, Site

SHOWN: Final = 10
"""Articles on the page of a feed, at most."""

NAMES: Final[dict[Format, str]] = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


def assemble(feed: Feed, teasers: Sequence[Teaser], site: Site) -> bytes:
    """Give the page of a feed, not the main one; ``teasers`` are its articles, newest first."""
    words = guidance(feed.language)
    every = f'<a href="{_root(feed.key)}{addresses.INDEX}">{escape(words.every_feed)}</a>'
    return "\n".join(
        (
            *_head(feed, site, words),
            owner(site, words),
            f"<h1{_spoken(feed.language, words)}>{escape(name(feed, site))}</h1>",
            "</header>",
            "<main>",
            *described(feed, site, words),
            f'<p class="lead">{escape(words.here)} '
            f'<a href="{_root(feed.key)}{addresses.INDEX}">{escape(words.what)}</a></p>',
            *addressed(feed, site, words),
            f"<h2>{escape(words.latest)}</h2>",
            entries(teasers[:SHOWN], site, words),
            "</main>",
            *foot(feed.key, words, more=(every,)),
            "",
        )
    ).encode()


def name(feed: Feed, site: Site) -> str:
    """Give what a feed is called where it is plain whose it is."""
    return feed.title.removeprefix(f"{site.title} — ")


def foot(key: str, words: Guidance, *, more: Iterable[str]) -> tuple[str, ...]:
    """Give what a page ends with: its foot, with ``more`` links, and its script."""
    root = _root(key)
    return (
        "<footer>",
        "<p>",
        *more,
        f'<a href="{root}{addresses.OPML}">{escape(words.opml)}</a>',
        "</p>",
        "</footer>",
        f'<script src="{root}{addresses.SCRIPT}" data-copy="{escape(words.copy)}"'
        f' data-copied="{escape(words.copied)}"></script>',
        "</body>",
        "</html>",
    )


def head(key: str, title: str, site: Site, words: Guidance, *, about: str) -> tuple[str, ...]:
    """Give what a page begins with, before its own links."""
    return (
        "<!DOCTYPE html>",
        f'<html lang="{words.language}">',
        "<head>",
        '<meta charset="utf-8"/>',
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
        f"<title>{escape(title)}</title>",
        f'<meta name="description" content="{escape(about)}"/>',
        f'<link rel="canonical" href="{escape(site.feeds_url + addresses.page(key))}"/>',
        f'<link rel="stylesheet" href="{_root(key)}{addresses.STYLE}"/>',
    )


def alternates(feed: Feed, site: Site, forms: Iterable[Format] = FORMATS) -> list[str]:
    """Give the links by which readers find a feed by themselves."""
    return [
        f'<link rel="alternate" type="{addresses.MEDIA_TYPES[form]}" '
        f'title="{escape(feed.title)} ({NAMES[form]})" '
        f'href="{escape(addresses.url(feed, form, site))}"/>'
        for form in forms
    ]


def body(key: str, site: Site) -> str:
    """Give the tag from which the addresses that are copied are counted: those of the site."""
    folder = f"{site.feeds_url}{key}/" if key else site.feeds_url
    return f'<body data-base="{escape(folder)}">'


def owner(site: Site, words: Guidance) -> str:
    """Give whose feeds these are."""
    spoken = _spoken(site.language, words)
    return f'<a class="site" href="{escape(site.url)}"{spoken}>{escape(site.title)}</a>'


def described(feed: Feed, site: Site, words: Guidance) -> tuple[str, ...]:
    """Give what a feed says of itself, unless it says no more than its name."""
    if feed.description in ("", feed.title, site.title):
        return ()
    return (f"<p{_spoken(feed.language, words)}>{escape(feed.description)}</p>",)


def addressed(feed: Feed, site: Site, words: Guidance) -> tuple[str, ...]:
    """Give a feed's addresses as text, for whoever has no script."""
    return (
        f"<h2>{escape(words.addresses)}</h2>",
        '<ul class="addresses">',
        *(
            f'<li><a href="{addresses.path("", form)}" type="{addresses.MEDIA_TYPES[form]}"'
            f' data-copy="{NAMES[form]}">{NAMES[form]}</a>'
            f" <code>{escape(addresses.url(feed, form, site))}</code></li>"
            for form in FORMATS
        ),
        "</ul>",
        f'<p class="quiet">{escape(words.any_format)}</p>',
    )


def entries(teasers: Iterable[Teaser], site: Site, words: Guidance) -> str:
    """Give articles with what stands below their headlines, or say that there are none."""
    lines = [_entry(teaser, site.time_zone, words.language) for teaser in teasers]
    return _list("latest entries", lines, words)


def headlines(teasers: Iterable[Teaser], site: Site, words: Guidance) -> str:
    """Give articles by their headlines alone, or say that there are none."""
    lines = [f"<li>{_headline(teaser, site.time_zone, words.language)}</li>" for teaser in teasers]
    return _list("latest", lines, words)


def _list(kind: str, lines: Sequence[str], words: Guidance) -> str:
    if not lines:
        return f'<p class="quiet">{escape(words.nothing)}</p>'
    return "\n".join((f'<ol class="{kind}">', *lines, "</ol>"))


# The same articles stand in many feeds, and most were there before.
@lru_cache(maxsize=1024)
def _entry(teaser: Teaser, zone: ZoneInfo, language: str) -> str:
    spoken = _spoken(teaser.language, guidance(language))
    standfirst = f"<p{spoken}>{escape(teaser.standfirst)}</p>" if teaser.standfirst else ""
    return f"<li>{_headline(teaser, zone, language)}{standfirst}</li>"


@lru_cache(maxsize=1024)
def _headline(teaser: Teaser, zone: ZoneInfo, language: str) -> str:
    day = teaser.published.astimezone(zone).date()
    said = day_in_words(teaser.published, language=language, zone=zone)
    spoken = _spoken(teaser.language, guidance(language))
    return (
        f'<time datetime="{day.isoformat()}">{escape(said)}</time> '
        f'<a href="{escape(teaser.url)}"{spoken}>{escape(teaser.headline)}</a>'
    )


def _head(feed: Feed, site: Site, words: Guidance) -> tuple[str, ...]:
    return (
        *head(feed.key, feed.title, site, words, about=feed.description or feed.title),
        *alternates(feed, site),
        *alternates(site.feeds[0], site, ("rss",)),
        "</head>",
        body(feed.key, site),
        "<header>",
    )


def spoken_name(feed: Feed, site: Site, words: Guidance) -> tuple[str, str]:
    """Give what a feed is called, as HTML, and its language where the page speaks another."""
    return escape(name(feed, site)), _spoken(feed.language, words)


def _spoken(language: str, words: Guidance) -> str:
    return "" if language == words.language else f' lang="{escape(language)}"'


def _root(key: str) -> str:
    """Give the way from a feed's folder to that of all feeds."""
    return "../" * len(key.split("/")) if key else ""
