"""Render once, splice many: a feed is the bytes that would have been written at once.

Laws, over articles with anything in them that a newsroom's text may hold.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from markwire.article.depth import TooLarge
from markwire.article.html import sanitise
from markwire.formats import ASSEMBLE, FRAGMENT, _feedgen, addresses, carried, jsonfeed
from markwire.model import (
    FORMATS,
    Article,
    Body,
    Correction,
    Feed,
    Format,
    Media,
    Person,
    Site,
    Window,
)
from oracles import findings

NOW: Final = datetime(2026, 12, 1, tzinfo=UTC)
FEED: Final = Feed("", "Rails & routes", "D’un bout < à l’autre", "fr")
SITE: Final = Site(
    title="Rails & routes",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
    rights="© A & B <C>",
    hubs=("https://hub.example.org/?a=1&b=2",),
    icon="https://example.org/icon.png",
    logo="https://example.org/logo.png",
    feeds=(FEED,),
)

# --- articles with anything in them ------------------------------------------------------

# What has broken somebody's feed: markup, ends of sections, scripts of all directions, signs
# of several code points, separators that only look like spaces, and our own closing tags.
NASTY: Final = (
    "<b>", "</b>", "</title>", "<title>R&D", "&amp;", "&amp;amp;", "&eacute;", "&#x3C;", "&", "<",
    "]]>", "<![CDATA[", "]]", ">", "<!--", "-->", "<?xml?>", '"', "'", "</item>", "<item>",
    "</channel></rss>", "</entry>", "<entry", "</feed>", "{}", "\\", "\\u0000", "\u00a0",
    "\u202f", "\u2028", "\u2029", "\u200d", "\u200b", "\ufeff", "\u202e",
    "שלום", "مرحبا", "e\u0301", "👩🏽‍🚀", "𝕏", "\U0010fffd",
    "Ұлытау", "Ёлки", "« oui »", "long " * 400,
)  # fmt: skip
# XML 1.0 2.2; what the front matter and the body are cleaned of before.
characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\ufffd")
pieces = st.one_of(st.sampled_from(NASTY), st.text(characters, max_size=12))
lines = st.lists(pieces, max_size=6).map(lambda found: " ".join("".join(found).split()))
names = lines.filter(bool)
moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001  (the zone is below)
    datetime(2026, 11, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
words = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
urls = st.builds("https://{}.example.org/{}?a={}&b=%C3%A9".format, words, words, words)
languages = st.sampled_from(["fr", "kk", "ru", "en-GB", "pt-BR", "uz-Cyrl"])
emails = st.builds("{}@{}.example.org".format, words, words)
some_urls = st.one_of(st.just(""), urls)
people = st.builds(Person, names, st.one_of(st.just(""), emails), some_urls, some_urls)
lengths = st.integers(0, 2**40)
media = st.builds(
    Media,
    urls,
    st.sampled_from(["", "image/png", "audio/mpeg", "video/mp4", "application/pdf"]),
    lengths,
    st.integers(0, 9999),
    st.integers(0, 9999),
    lines,
    lines,
    lines,
)
corrections = st.builds(
    Correction,
    moments,
    names,
    st.sampled_from(["typo", "correction", "update", "clarification"]),
)


def body_of(texts: list[str]) -> str:
    with suppress(TooLarge):
        return sanitise("".join(f"<p>{text}</p>\n" for text in texts))
    return ""


@st.composite
def articles(draw: st.DrawFn) -> Article:
    slug, published = draw(words), draw(moments)
    permalink = f"https://example.org/feeds/articles/{slug}.html"
    own = st.builds("tag:example.org,{:%Y-%m-%d}:{}".format, st.just(published), words)
    return Article(
        guid=draw(st.one_of(own, st.just(permalink), st.uuids().map(lambda name: name.urn))),
        slug=slug,
        permalink=permalink,
        headline=draw(names),
        standfirst=draw(lines),
        body=draw(st.lists(lines, max_size=3).map(body_of)),
        published=published,
        updated=min(published + draw(st.timedeltas(timedelta(), timedelta(365))), NOW).replace(
            microsecond=0
        ),
        language=draw(languages),
        authors=tuple(draw(st.lists(people, max_size=3))),
        section=draw(lines),
        tags=tuple(draw(st.lists(names, max_size=3, unique=True))),
        image=draw(st.none() | media),
        attachments=tuple(draw(st.lists(media, max_size=2))),
        canonical=draw(st.one_of(st.just(""), urls)),
        rights=draw(lines),
        corrections=tuple(draw(st.lists(corrections, max_size=2))),
    )


windows = st.lists(articles(), max_size=4, unique_by=lambda article: article.guid)
law = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def window_of(found: list[Article], form: Format) -> Window:
    updated = max((article.updated for article in found), default=None)
    return Window(tuple(FRAGMENT[form](article, SITE) for article in found), updated)


# --- laws --------------------------------------------------------------------------------


@law
@given(windows, st.sampled_from(["full", "summary"]))
def test_spliced_rss_is_what_feedgen_writes_at_once(found: list[Article], body: Body) -> None:
    """The fragments of years ago must fit into the feed of today, to the byte."""
    found = [carried(article, body) for article in found]
    window = window_of(found, "rss")
    whole = _feedgen.channel(FEED, window, SITE, "rss")
    for article in found:
        _feedgen.add(whole, article, "rss")
    written = _feedgen.plain_text(whole.rss_str()) + b"\n"
    assert ASSEMBLE["rss"](FEED, window, SITE) == written


@law
@given(windows, st.sampled_from(["full", "summary"]))
def test_spliced_atom_is_what_feedgen_writes_at_once(found: list[Article], body: Body) -> None:
    """As for RSS."""
    found = [carried(article, body) for article in found]
    window = window_of(found, "atom")
    whole = _feedgen.channel(FEED, window, SITE, "atom")
    for article in found:
        _feedgen.add(whole, article, "atom")
    assert ASSEMBLE["atom"](FEED, window, SITE) == whole.atom_str() + b"\n"


@law
@given(windows, st.sampled_from(["full", "summary"]))
def test_spliced_json_is_what_orjson_writes_at_once(found: list[Article], body: Body) -> None:
    """As for RSS; orjson takes a fragment for ready without looking into it."""
    found = [carried(article, body) for article in found]
    window = window_of(found, "json")
    head = json.loads(ASSEMBLE["json"](FEED, Window((), window.updated), SITE))
    items = [json.loads(fragment) for fragment in window.fragments]
    written = orjson.dumps({**head, "items": items}) + b"\n"
    assert ASSEMBLE["json"](FEED, window, SITE) == written


@law
@given(windows, st.sampled_from(FORMATS))
def test_a_feed_of_any_articles_is_valid(found: list[Article], form: Format) -> None:
    """Whatever an article holds, it cannot make the feed of all others unreadable."""
    document = ASSEMBLE[form](FEED, window_of(found, form), SITE)
    url = addresses.url(FEED, form, SITE)
    said = findings(document, form=form, url=url, now=NOW)
    assert [finding for finding in said if finding.level == "error"] == []


@law
@given(articles(), words, lines)
def test_the_json_of_an_article_gives_it_back(article: Article, source: str, own_id: str) -> None:
    """A lost catalogue is made again from it: what it does not hold is lost for ever."""
    document = jsonfeed.document(article, source=source, own_id=own_id)
    assert jsonfeed.read(document) == jsonfeed.Published(article, source, own_id)


@law
@given(articles(), st.sampled_from(["\x00", "\x08", "\x1b", "\ufffe", "\ud800"]))
def test_what_xml_forbids_never_reaches_the_other_articles(article: Article, bad: str) -> None:
    """Such an article fails by itself, where its fragment is made, and not in a whole feed."""
    broken = replace(article, headline=article.headline + bad)
    forms: tuple[Format, ...] = ("rss", "atom")
    for form in forms:
        with pytest.raises(ValueError, match=r"XML compatible|surrogates"):
            FRAGMENT[form](broken, SITE)
