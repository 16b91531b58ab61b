"""One article as a page: plain, readable, complete, and without script. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Final

from markwire.formats import addresses
from markwire.formats.labels import Labels, labels
from markwire.formats.languages import date_in_words
from markwire.model import FORMATS, Article, Feed, Person, Site

# Feeds carry players without controls, for validators' sake.
_PLAYER: Final = re.compile(r"<(audio|video)\b")
_NAMES: Final = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
_STYLE: Final = (
    "body{max-width:42rem;margin:0 auto;padding:1.5rem;color:#222;background:#fff;"
    "font:1.125rem/1.6 Georgia,'Times New Roman',serif}"
    "h1,h2,h3{line-height:1.25;text-wrap:balance}"
    "a{color:#8a3b12}"
    "img,video{max-width:100%;height:auto}"
    "figure{margin:1.5rem 0}"
    "figcaption,.byline,footer{color:#555;font:.9rem/1.5 system-ui,sans-serif}"
    ".standfirst{font-size:1.2rem;font-weight:bold}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}"
    "th,td{border-bottom:1px solid #ccc;padding:.3rem .7rem;vertical-align:top}"
    "th:not([align]){text-align:left}"
    "blockquote,aside{margin:1.5rem 0;padding:.1rem 1.2rem;border-left:4px solid #c9a27c}"
    "pre{overflow-x:auto;background:#f5f2ee;padding:1rem}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1a19}a{color:#e7a977}"
    "figcaption,.byline,footer{color:#aaa}pre{background:#2a2826}th,td{border-color:#444}}"
)


def page(article: Article, site: Site, *, standfirst: str) -> bytes:
    """Give the whole HTML page of an article, with its canonical address and its feeds.

    ``standfirst`` is shown above the body; empty where the body itself starts with it. Dates
    are written in the article's language and the site's time zone.
    """
    words = labels(article.language)
    lines = [
        *_start(article, site),
        f'<link rel="canonical" href="{escape(article.canonical or article.permalink)}">',
        _alternates(site.feeds[0], site),
        *_descriptions(article),
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        "<article>",
        "<header>",
        f"<h1>{escape(article.headline)}</h1>",
    ]
    if standfirst:
        lines.append(f'<p class="standfirst">{escape(standfirst)}</p>')
    lines += [
        f'<p class="byline">{_byline(article, site, words)}</p>',
        *_lead(article),
        "</header>",
        _PLAYER.sub(r"<\1 controls", article.body),
        "</article>",
        _foot(words, site),
    ]
    if article.rights or site.rights:
        lines.append(f"<p>{escape(article.rights or site.rights)}</p>")
    return _finished(lines)


def notice_page(article: Article, site: Site) -> bytes:
    """Give the page of a killed article: its notice alone, which search engines are to drop."""
    return _finished(
        (
            *_start(article, site),
            '<meta name="robots" content="noindex">',
            _alternates(site.feeds[0], site),
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            "<article>",
            f"<h1>{escape(article.headline)}</h1>",
            f'<p class="standfirst">{escape(article.standfirst)}</p>',
            "</article>",
            _foot(labels(article.language), site),
        )
    )


def _start(article: Article, site: Site) -> tuple[str, ...]:
    return (
        "<!doctype html>",
        f'<html lang="{escape(article.language)}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(article.headline)} — {escape(site.title)}</title>",
    )


def _foot(words: Labels, site: Site) -> str:
    return (
        f'<footer><p><a href="{escape(site.url)}">{escape(site.title)}</a> · '
        f"{escape(words.feeds)} : {_links(site.feeds[0], site)}</p>"
    )


def _finished(lines: Iterable[str]) -> bytes:
    return "\n".join((*lines, "</footer>", "</body>", "</html>", "")).encode()


# Every page of a site has the same; a process seldom sees a second site.
@lru_cache(maxsize=8)
def _alternates(feed: Feed, site: Site) -> str:
    return "\n".join(
        f'<link rel="alternate" type="{addresses.MEDIA_TYPES[form]}" '
        f'title="{escape(feed.title)} ({_NAMES[form]})" '
        f'href="{escape(addresses.url(feed, form, site))}">'
        for form in FORMATS
    )


@lru_cache(maxsize=8)
def _links(feed: Feed, site: Site) -> str:
    return ", ".join(
        f'<a href="{escape(addresses.url(feed, form, site))}">{_NAMES[form]}</a>'
        for form in FORMATS
    )


def _descriptions(article: Article) -> list[str]:
    lines = []
    if article.standfirst:
        lines.append(f'<meta name="description" content="{escape(article.standfirst)}">')
    if article.image:
        lines.append(f'<meta property="og:image" content="{escape(article.image.url)}">')
    return lines


def _lead(article: Article) -> list[str]:
    """Show the lead picture, unless the body shows it anyway."""
    image = article.image
    if image is None or image.url in article.body:
        return []
    size = f' width="{image.width}" height="{image.height}"' if image.width else ""
    credit = f' <span class="credit">{escape(image.credit)}</span>' if image.credit else ""
    caption = f"<figcaption>{escape(image.caption)}{credit}</figcaption>"
    return [
        f'<figure><img src="{escape(image.url)}" alt="{escape(image.alt)}"{size}>'
        f"{caption if image.caption or image.credit else ''}</figure>"
    ]


def _byline(article: Article, site: Site, words: Labels) -> str:
    parts = []
    if article.authors:
        parts.append(f"{words.by} {', '.join(_name(person) for person in article.authors)}")
    parts.append(f"{words.published} {_time(article.published, article, site)}")
    if article.updated != article.published:
        parts.append(f"{words.updated} {_time(article.updated, article, site)}")
    return " · ".join(parts)


def _name(person: Person) -> str:
    name = escape(person.name)
    return f'<a rel="author" href="{escape(person.url)}">{name}</a>' if person.url else name


def _time(when: datetime, article: Article, site: Site) -> str:
    said = date_in_words(when, language=article.language, zone=site.time_zone)
    local = when.astimezone(site.time_zone)
    return f'<time datetime="{local.isoformat()}">{escape(said)}</time>'
