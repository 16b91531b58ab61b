"""One article as a page: complete, valid, and the same words as its feeds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Newspaper
from markwire.formats.page import page
from markwire.model import Article, Feed, Media, Person, Site

SITE = Site(
    title="La Route & les steppes",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
    rights="© A & B",
    feeds=(Feed("", "La Route & les steppes", "Des nouvelles", "fr"),),
)
ARTICLE = Article(
    guid="tag:example.org,2026-05-01:essai",
    slug="essai",
    permalink="https://example.org/feeds/articles/essai.html",
    headline="Blé & farine : 5 < 6",
    standfirst="En bref & en clair.",
    body="<p>Un texte.</p>",
    published=datetime(2026, 5, 1, 20, 30, tzinfo=UTC),
    updated=datetime(2026, 5, 1, 20, 30, tzinfo=UTC),
    language="fr",
)
PICTURE = Media(
    "https://example.org/feeds/media/vue.png", "image/png", 99, 40, 30, "Une vue", "En mai", "Rosa"
)


def text(article: Article, standfirst: str = "") -> str:
    return page(article, SITE, standfirst=standfirst).decode()


def tree(html: str) -> Any:
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    root = parser.parse(html)
    assert parser.errors == []
    return root


def words(element: Any) -> str:
    return "".join(element.itertext())


def test_the_page_says_all_that_the_article_says() -> None:
    """Title, language, canonical address, description, author, date, body, rights."""
    article = replace(ARTICLE, authors=(Person("Aliya"), Person("Émile", "", "https://e.example/")))
    root = tree(text(article))
    assert root.get("lang") == "fr"
    assert words(root.find("head/title")) == "Blé & farine : 5 < 6 — La Route & les steppes"
    assert words(root.find(".//h1")) == "Blé & farine : 5 < 6"
    assert root.find("head/link[@rel='canonical']").get("href") == article.permalink
    assert root.find("head/meta[@name='description']").get("content") == article.standfirst
    assert words(root.find(".//p[@class='byline']")) == (
        "Par Aliya, Émile · Publié le 2 mai 2026, 01:30"
    )
    assert root.find(".//a[@rel='author']").get("href") == "https://e.example/"
    assert words(root.find(".//article/p")) == "Un texte."
    assert "© A & B" in words(root.find(".//footer"))


def test_the_page_offers_the_main_feed_in_its_three_formats() -> None:
    """A reader that is given the page's address finds the feed."""
    links = tree(text(ARTICLE)).findall("head/link[@rel='alternate']")
    assert [(link.get("type"), link.get("href")) for link in links] == [
        ("application/rss+xml", "https://example.org/feeds/rss.xml"),
        ("application/atom+xml", "https://example.org/feeds/atom.xml"),
        ("application/feed+json", "https://example.org/feeds/feed.json"),
    ]


def test_the_canonical_address_is_the_first_publishers() -> None:
    """Where the article appeared elsewhere before, search engines must know."""
    root = tree(text(replace(ARTICLE, canonical="https://example.com/a?b=1&c=2")))
    assert root.find("head/link[@rel='canonical']").get("href") == "https://example.com/a?b=1&c=2"


def test_a_change_is_shown_where_there_was_one() -> None:
    """And not on the pages that were never touched."""
    changed = replace(ARTICLE, updated=datetime(2026, 5, 3, 4, tzinfo=UTC))
    assert "Mis à jour le" not in text(ARTICLE)
    assert "Mis à jour le <time" in text(changed)
    assert '<time datetime="2026-05-03T09:00:00+05:00">3 mai 2026, 09:00</time>' in text(changed)


@pytest.mark.parametrize(
    ("language", "byline"),
    [
        ("fr-CA", "Par Rosa · Publié le 2 mai 2026,"),
        ("ru", "Автор: Rosa · Опубликовано 2 мая 2026"),
        ("kk", "Авторы: Rosa · Жарияланды 2026"),
        ("en-GB", "By Rosa · Published 2 May 2026"),
        ("xx", "By Rosa · Published May 2, 2026"),
    ],
)
def test_the_page_speaks_the_articles_language(language: str, byline: str) -> None:
    """Words and dates; in English where we know no better."""
    article = replace(ARTICLE, language=language, authors=(Person("Rosa"),))
    shown = words(tree(text(article)).find(".//p[@class='byline']"))
    assert shown.replace("\u202f", " ").startswith(byline)


def test_the_standfirst_is_shown_where_the_body_does_not_start_with_it() -> None:
    """One that was taken from the body would be read twice."""
    assert tree(text(ARTICLE)).find(".//p[@class='standfirst']") is None
    shown = tree(text(ARTICLE, "En bref & en clair.")).find(".//p[@class='standfirst']")
    assert words(shown) == "En bref & en clair."


def test_the_lead_picture_is_shown_once() -> None:
    """With its size, caption and credit; not above a body that shows it."""
    root = tree(text(replace(ARTICLE, image=PICTURE)))
    image = root.find(".//header/figure/img")
    assert dict(image.attrib) == {
        "src": PICTURE.url,
        "alt": "Une vue",
        "width": "40",
        "height": "30",
    }
    assert words(root.find(".//figcaption")) == "En mai Rosa"
    assert root.find("head/meta[@property='og:image']").get("content") == PICTURE.url
    shows_it = replace(ARTICLE, image=PICTURE, body=f'<p><img src="{PICTURE.url}" alt=""></p>')
    assert len(tree(text(shows_it)).findall(".//img")) == 1


def test_a_picture_without_words_has_no_empty_caption() -> None:
    """And one of unknown size states none."""
    bare = tree(text(replace(ARTICLE, image=Media("https://photos.example.org/a.jpg"))))
    assert bare.find(".//figcaption") is None
    assert dict(bare.find(".//img").attrib) == {
        "src": "https://photos.example.org/a.jpg",
        "alt": "",
    }


nasty = st.one_of(
    st.sampled_from(
        ["<script>alert(1)</script>", '" onload="x', "</title>", "&lt;b&gt;", "'>", "-->"]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=20),
).filter(lambda found: bool(found.strip()))


@given(nasty, nasty, nasty, nasty)
def test_nothing_that_an_editor_types_becomes_markup(
    headline: str, standfirst: str, name: str, credit: str
) -> None:
    """Only the body is HTML, and it is sanitised; all else is text on the page."""
    article = replace(
        ARTICLE,
        headline=headline,
        standfirst=standfirst,
        authors=(Person(name, "", "https://example.org/?a=1&b='\""),),
        image=replace(PICTURE, alt=name, caption=headline, credit=credit),
        rights=credit,
    )
    root = tree(text(article, standfirst))
    assert words(root.find(".//h1")) == headline
    assert words(root.find(".//p[@class='standfirst']")) == standfirst
    assert words(root.find(".//a[@rel='author']")) == name
    assert words(root.find(".//figcaption/span")) == credit
    assert root.find(".//img").get("alt") == name
    assert root.find(".//script") is None
    assert all(not key.startswith("on") for each in root.iter() for key in each.attrib)


def test_every_page_of_the_newspaper_is_valid_and_without_script(newspaper: Newspaper) -> None:
    """They are what feeds link to, and what search engines read."""
    pages = sorted((newspaper.feeds / "articles").glob("*.html"))
    by_slug = {article.slug: article for article in newspaper.articles.values()}
    for path in pages:
        html = path.read_text("utf-8")
        root = tree(html)
        article = by_slug[path.stem]
        assert words(root.find(".//h1")) == article.headline
        assert article.body in html
        assert escape(article.headline) in html
        assert root.find(".//script") is None
        ids = [each.get("id") for each in root.iter() if each.get("id")]
        assert len(set(ids)) == len(ids)
    assert len(pages) > 25
