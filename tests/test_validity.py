"""The sample newsroom, published: every feed is valid, and nothing in it leads nowhere or leaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree

import imagesize
import pytest
from lxml import etree

from conftest import CANARY, HIDDEN, Newspaper
from markwire.model import FORMATS, Article, Format
from oracles import findings

MAGIC = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/webp": rb"RIFF....WEBP",
}


def url_of(newspaper: Newspaper, key: str, form: Format) -> str:
    path = newspaper.path(key, form).relative_to(newspaper.feeds)
    return f"https://example.org/feeds/{path.as_posix()}"


def test_no_feed_has_an_error_or_a_warning(newspaper: Newspaper) -> None:
    """Partners switch off a feed that a validator finds fault with, and tell nobody."""
    judged = 0
    said = []
    for key, form, document in newspaper.documents():
        judged += 1
        found = findings(document, form=form, url=url_of(newspaper, key, form))
        said += [f"{key}/{form}: {finding}" for finding in found]
    assert said == []
    assert judged == len(newspaper.keys) * len(FORMATS)
    assert judged > 250


def test_every_feed_is_xml_to_two_parsers_and_json_to_one(newspaper: Newspaper) -> None:
    """They are expat and libxml2, which most readers use; neither needs its lenient mode."""
    for key, form, document in newspaper.documents():
        if form == "json":
            assert json.loads(document)["version"], key
        else:
            assert ElementTree.fromstring(document).tag == etree.fromstring(document).tag


def test_every_feed_has_its_three_formats_with_the_same_articles(newspaper: Newspaper) -> None:
    """A reader must not miss an article by the format that it prefers."""
    for key in newspaper.keys:
        rss, atom, feed = (newspaper.path(key, form).read_bytes() for form in FORMATS)
        guids = [guid.text for guid in ElementTree.fromstring(rss).iterfind("channel/item/guid")]
        ids = ElementTree.fromstring(atom).iterfind("{*}entry/{*}id")
        assert guids == [each.text for each in ids]
        assert guids == [item["id"] for item in json.loads(feed)["items"]]
        assert guids


# --- pictures ----------------------------------------------------------------------------


def pictures(article: Article) -> Iterator[dict[str, str]]:
    """The attributes of each picture that a body shows."""

    class Images(HTMLParser):
        found: list[dict[str, str]]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "img":
                self.found.append({name: value or "" for name, value in attrs})

    parser = Images()
    parser.found = []
    parser.feed(article.body)
    yield from parser.found


def test_every_picture_is_there_as_stated(newspaper: Newspaper) -> None:
    """Type, length and size: readers lay out the page, and partners choose, by them."""
    prefix = "https://example.org/feeds/"
    stated = set()
    for key in newspaper.keys:
        rss = etree.parse(newspaper.path(key, "rss"))
        for content in rss.iterfind(".//{http://search.yahoo.com/mrss/}content"):
            numbers = (content.get(name) for name in ("fileSize", "width", "height"))
            stated.add((content.get("url"), content.get("type"), *map(int, map(str, numbers))))
        enclosures = {
            (each.get("url"), each.get("type"), int(each.get("length", "0")))
            for each in rss.iterfind(".//enclosure")
        }
        atom = etree.parse(newspaper.path(key, "atom"))
        enclosures |= {
            (each.get("href"), each.get("type"), int(each.get("length", "0")))
            for each in atom.iterfind(".//{*}entry/{*}link[@rel='enclosure']")
        }
        assert enclosures <= {(url, kind, length) for url, kind, length, _, _ in stated}
    for url, kind, length, width, height in stated:
        path = newspaper.feeds / str(url).removeprefix(prefix)
        content = path.read_bytes()
        assert len(content) == length
        assert re.match(MAGIC[str(kind)], content, re.S)
        assert imagesize.get(path) == (width, height)
    assert len(stated) > 12


def test_every_picture_in_a_body_has_its_file_and_its_shape(newspaper: Newspaper) -> None:
    """A page that jumps when its pictures arrive is a page that is closed."""
    seen = 0
    for article in newspaper.articles.values():
        for image in pictures(article):
            path = newspaper.feeds / image["src"].removeprefix("https://example.org/feeds/")
            width, height = imagesize.get(path)
            assert int(image["width"]) / int(image["height"]) == pytest.approx(width / height, 0.01)
            seen += 1
    assert seen > 5


# --- links -------------------------------------------------------------------------------

_ADDRESS = re.compile(r'\s(?:href|src|poster|cite)="([^"]*)"')


def test_every_address_in_a_body_is_whole(newspaper: Newspaper) -> None:
    """In a reader a relative address leads to the reader's own site."""
    seen = 0
    for article in newspaper.articles.values():
        for address in _ADDRESS.findall(article.body):
            assert re.match(r"https?://[^/\s]+|mailto:|tel:", address), (article.slug, address)
            seen += 1
    assert seen > 40


def test_no_link_among_our_own_pages_is_dead(newspaper: Newspaper) -> None:
    """Articles link each other by file name, and move; what they link must be there."""
    prefix = "https://example.org/feeds/"
    pages = sorted((newspaper.feeds / "articles").glob("*.html"))
    linked = 0
    for page in pages:
        text = page.read_text("utf-8")
        for address in _ADDRESS.findall(text):
            if address.startswith(prefix):
                path, _, part = address.removeprefix(prefix).partition("#")
                target = newspaper.feeds / unquote(path)
                assert target.is_file(), (page.name, address)
                assert not part or f'id="{part}"' in target.read_text("utf-8"), (page.name, address)
                linked += 1
    assert len(pages) == len(newspaper.articles)
    assert linked > 3 * len(pages)


# --- what must not be there --------------------------------------------------------------


def test_nothing_private_is_in_any_byte_or_name(newspaper: Newspaper) -> None:
    """Drafts, embargoes, comments of the desk and unknown keys: not in a feed, nor beside it."""
    draft = (newspaper.site.folders.content / "politique" / "budget-regions.md").read_text("utf-8")
    secrets = [
        CANARY,
        "%%",
        "2999",
        "internal_note",
        "api_key",
        "Budgets régionaux",
        "NE PAS PUBLIER",
    ]
    assert "Budgets régionaux" in draft
    assert "NE PAS PUBLIER" in draft
    files = [path for path in newspaper.feeds.rglob("*") if path.is_file()]
    for path in files:
        name = path.relative_to(newspaper.feeds).as_posix()
        content = path.read_bytes()
        found = [word for word in secrets if word.encode() in content or word in name]
        # A picture is bytes: two of them may well be per cent signs.
        assert [word for word in found if word != "%%" or not name.startswith("media/")] == [], name
        assert "budget-regions" not in name
    assert len(files) > 300


def test_the_editors_learn_why_an_article_is_not_there(newspaper: Newspaper) -> None:
    """What is refused is told; what is only not due is no problem at all."""
    told = {(each.path, each.code) for each in newspaper.edition.problems}
    assert ("bureau/refuse.md", "MW206") in told
    assert not {path for path, _ in told} & {
        f"bureau/{name}" for name in HIDDEN if "refuse" not in name
    }


def test_a_link_to_a_draft_is_plain_text(newspaper: Newspaper) -> None:
    """Its address would tell that it exists, and what it is called."""
    shown = next(each for each in newspaper.articles.values() if each.slug == "ouvert")
    assert "<p>Un lien vers un brouillon, un autre.</p>" in shown.body
    assert "Un texte visible.  Et la suite." in shown.body.replace("\u00a0", " ")
