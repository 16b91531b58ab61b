"""The page of all feeds, which begins with the main one. Pure.

Well-formed as XML, readable without script and without style. What it says of the articles in a
feed is one text a feed, made when that feed is, and kept: a site may have a thousand feeds, and one
change concerns a few. A group of very many is a list of names, folded: the titles of each are one
step away, on the page of the feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from markwire.formats import addresses, landing
from markwire.formats.guidance import Guidance, guidance
from markwire.formats.jsonfeed import Teaser
from markwire.formats.landing import NAMES
from markwire.model import FORMATS, Feed, Site

MANY: Final = 24
"""Feeds of one group that are shown with their latest articles."""

_MAIN: Final = 5  # articles of the main feed
_EACH: Final = 3  # articles of another
_KINDS: Final = ("section", "tag", "language", "author")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the page says what is in the feed ``key``."""

    key: str


Arrangement = tuple[str | Slot, ...]


def fragment(feed: Feed, teasers: Sequence[Teaser], site: Site) -> str:
    """Give what the page says of the articles in one feed.

    An empty text where the feed stands for a value that no article has any more: it is kept for
    its readers, and recommended to nobody.
    """
    words = guidance(site.language)
    if feed.label and not teasers:
        return ""
    if feed.key:
        return landing.headlines(teasers[:_EACH], site, words)
    return landing.entries(teasers[:_MAIN], site, words)


def grouped(feeds: Iterable[Feed]) -> dict[str, tuple[Feed, ...]]:
    """Give feeds in the order of pages, by what they are for: the main feed's is the empty word.

    Then those that the configuration names, and one group for each property.
    """
    found: dict[str, list[Feed]] = {kind: [] for kind in ("", "feed", *_KINDS)}
    for feed in sorted(feeds, key=lambda feed: feed.key):
        found[_kind(feed)].append(feed)
    return {kind: tuple(feeds) for kind, feeds in found.items() if feeds}


def arrange(groups: Mapping[str, Sequence[Feed]], site: Site) -> Arrangement:
    """Give the page of these feeds without what is said of their articles."""
    words = guidance(site.language)
    main = site.feeds[0]
    lines: list[str | Slot] = [
        *_head(groups, site, words),
        *(f"<p>{escape(sentence)}</p>" for sentence in words.sentences),
        "</div>",
        *landing.described(main, site, words),
        *landing.addressed(main, site, words),
        f"<h2>{escape(words.latest)}</h2>",
        Slot(""),
    ]
    for kind, feeds in groups.items():
        if kind:
            lines += _group(kind, feeds, site, words)
    lines.append("</main>")
    own = landing.owner(site, words)
    return _joined((*lines, *landing.foot("", words, more=(own,))))


def assemble(arrangement: Arrangement, said: Mapping[str, str]) -> bytes:
    """Give the page; ``said`` is the fragment of each feed, by its key."""
    return "".join(
        said.get(part.key, "") if isinstance(part, Slot) else part for part in arrangement
    ).encode()


def _joined(lines: Iterable[str | Slot]) -> Arrangement:
    """Make one text of all lines between two slots: a page is made for each edition."""
    parts: list[str | Slot] = [""]
    for line in lines:
        if isinstance(line, Slot):
            parts += (line, "\n")
        else:
            parts[-1] = f"{parts[-1]}{line}\n"
    return tuple(parts)


def _kind(feed: Feed) -> str:
    kind = feed.key.partition("/")[0]
    if not feed.key:
        return ""
    return kind if feed.label and kind in _KINDS else "feed"


def _head(groups: Mapping[str, Sequence[Feed]], site: Site, words: Guidance) -> tuple[str, ...]:
    found = landing.alternates(site.feeds[0], site)
    for feed in groups.get("feed", ()):
        found += landing.alternates(feed, site)
    for kind in ("section", "language"):
        for feed in groups.get(kind, ())[:MANY]:
            found += landing.alternates(feed, site, ("rss",))
    title = f"{words.title} — {site.title}"
    return (
        *landing.head("", title, site, words, about=words.sentences[0]),
        *found,
        "</head>",
        landing.body("", site),
        "<header>",
        landing.owner(site, words),
        f"<h1>{escape(words.title)}</h1>",
        "</header>",
        "<main>",
        '<div class="lead">',
    )


def _group(kind: str, feeds: Sequence[Feed], site: Site, words: Guidance) -> list[str | Slot]:
    heading = f"<h2>{escape(words.groups[kind])}</h2>"
    if len(feeds) > MANY:
        return [
            "<details>",
            f"<summary>{heading} <span>{len(feeds)}</span></summary>",
            '<ul class="names">',
            *(_named(feed, site, words) for feed in feeds),
            "</ul>",
            "</details>",
        ]
    cards = [part for feed in feeds for part in _card(feed, site, words)]
    return ["<section>", heading, '<ul class="cards">', *cards, "</ul>", "</section>"]


def _card(feed: Feed, site: Site, words: Guidance) -> tuple[str | Slot, ...]:
    name, spoken = landing.spoken_name(feed, site, words)
    return (
        f'<li><h3{spoken}><a href="{addresses.page(feed.key)}">{name}</a></h3>',
        _forms(feed, name),
        Slot(feed.key),
        "</li>",
    )


def _named(feed: Feed, site: Site, words: Guidance) -> str:
    name, spoken = landing.spoken_name(feed, site, words)
    link = f'<a class="name" href="{addresses.page(feed.key)}"{spoken}>{name}</a>'
    return f"<li>{link}{_forms(feed, name)}</li>"


def _forms(feed: Feed, name: str) -> str:
    links = (
        f'<a href="{addresses.path(feed.key, form)}"'
        + (f' data-copy="{name}"' if form == "rss" else "")
        + f">{NAMES[form]}</a>"
        for form in FORMATS
    )
    return f'<p class="forms">{" ".join(links)}</p>'
