"""What readers make of the sample newsroom's feeds is what the editors wrote.

Each feed is read by every reader of ``oracles.readers``; each item must be, as a whole, what the
article's own JSON says, and the articles must be what an independent reading of the manuscripts
gives. Comparisons are counted, so that a loop over nothing cannot pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from conftest import CANARY, Newspaper
from markwire.model import FORMATS, Article, Format, Media
from oracles.read_model import Enclosure, Picture, ReadFeed, ReadItem
from oracles.readers import (
    read_with_feedparser,
    read_with_feedsmith,
    read_with_json,
    read_with_lxml,
)

COUNT = len(fields(ReadItem))
SUMMARIES = "breves"


def words(article: Article) -> tuple[str, ...]:
    """Section and tags, each once whatever its case."""
    found: dict[str, str] = {}
    for word in (article.section, *article.tags):
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


def in_atom(text: str) -> str:
    """A text construct as Atom writes it: HTML where it has characters of HTML."""
    return escape(text, quote=False) if "&" in text or "<" in text else text


def expected(article: Article, form: Format, key: str) -> ReadItem:
    """What a perfect reader sees of an article."""
    lead = article.image or Media("")
    picture = Picture(lead.url, lead.credit, lead.caption or lead.alt)
    body = None if key == SUMMARIES else article.body.strip()
    item = ReadItem(
        id=article.guid,
        title=article.headline,
        url=article.permalink,
        published=article.published,
        updated=article.updated,
        authors=tuple(person.name for person in article.authors),
        summary=article.standfirst,
        body=body,
        tags=words(article),
        enclosure=Enclosure(lead.url, lead.type, lead.length) if lead.url else None,
        pictures=(picture,) if lead.url else (),
    )
    if form == "atom":
        return replace(
            item, title=in_atom(article.headline), summary=in_atom(article.standfirst), pictures=()
        )
    if form == "json":
        return replace(item, body=body or article.standfirst, enclosure=None)
    return item


def names_its_only_author_by_mail(article: Article) -> bool:
    return len(article.authors) == 1 and bool(article.authors[0].email)


def without_author_element(article: Article, item: ReadItem, form: Format) -> ReadItem:
    """The item for readers that see ``dc:creator`` only, and no ``author`` of RSS."""
    if form == "rss" and names_its_only_author_by_mail(article):
        return replace(item, authors=())
    return item


def blank(item: ReadItem, *names: str) -> ReadItem:
    """The item without what a reader is known not to see of pictures."""
    gone = dict.fromkeys(names, "")
    return replace(item, pictures=tuple(picture._replace(**gone) for picture in item.pictures))


def compared(read: ReadFeed, articles: Iterable[ReadItem]) -> int:
    """Compare a feed's items, all values of each; give how many values that was."""
    wanted = list(articles)
    assert list(read.items) == wanted
    return len(wanted) * COUNT


def in_feed(newspaper: Newspaper, key: str) -> list[Article]:
    """The articles of a feed in its order, as lxml finds them in RSS: others are held to it."""
    read = read_with_lxml(newspaper.path(key, "rss").read_bytes(), "rss")
    return [newspaper.articles[str(item.id)] for item in read.items]


def test_lxml_reads_back_every_article(newspaper: Newspaper) -> None:
    """It sees what the bytes hold, no more and no less."""
    count = 0
    for key in newspaper.keys:
        articles = in_feed(newspaper, key)
        rss = read_with_lxml(newspaper.path(key, "rss").read_bytes(), "rss")
        count += compared(
            rss,
            (without_author_element(each, expected(each, "rss", key), "rss") for each in articles),
        )
        atom = read_with_lxml(newspaper.path(key, "atom").read_bytes(), "atom")
        count += compared(atom, (expected(each, "atom", key) for each in articles))
    assert count > 5000


def test_feedparser_reads_back_every_article(newspaper: Newspaper) -> None:
    """What most Python programs read with; it sees RSS authors, but no picture's description."""
    count = 0
    for key in newspaper.keys:
        articles = in_feed(newspaper, key)
        rss = read_with_feedparser(newspaper.path(key, "rss").read_bytes(), "rss")
        count += compared(
            rss, (blank(expected(each, "rss", key), "description") for each in articles)
        )
        atom = read_with_feedparser(newspaper.path(key, "atom").read_bytes(), "atom")
        count += compared(atom, (expected(each, "atom", key) for each in articles))
    assert count > 5000


def test_feedsmith_reads_back_every_article(newspaper: Newspaper) -> None:
    """What many JavaScript programs read with, all three formats; one run for all files."""
    files = [(key, form) for key in newspaper.keys for form in FORMATS]
    read = read_with_feedsmith(*(newspaper.path(key, form) for key, form in files))
    count = 0
    for (key, form), feed in zip(files, read, strict=True):
        count += compared(
            feed,
            (
                blank(item, "credit", "description") if form == "json" else item
                for item in (
                    without_author_element(each, expected(each, form, key), form)
                    for each in in_feed(newspaper, key)
                )
            ),
        )
    assert count > 7500


def test_json_reads_back_every_article(newspaper: Newspaper) -> None:
    """The standard library; credits and captions come from our extension."""
    count = 0
    for key in newspaper.keys:
        read = read_with_json(newspaper.path(key, "json").read_bytes())
        wanted = []
        for article in in_feed(newspaper, key):
            item = expected(article, "json", key)
            caption = article.image.caption if article.image else ""
            pictures = tuple(picture._replace(description=caption) for picture in item.pictures)
            wanted.append(replace(item, pictures=pictures))
        count += compared(read, wanted)
    assert count > 2500


def test_every_feed_says_who_speaks_and_where_it_lives(newspaper: Newspaper) -> None:
    """Title, site, own address and language, alike in the three formats."""
    for key in newspaper.keys:
        rss = read_with_lxml(newspaper.path(key, "rss").read_bytes(), "rss")
        atom = read_with_lxml(newspaper.path(key, "atom").read_bytes(), "atom")
        feed = read_with_json(newspaper.path(key, "json").read_bytes())
        language = key.partition("language/")[2] or "fr"
        for read, name in ((rss, "rss.xml"), (atom, "atom.xml"), (feed, "feed.json")):
            place = "https://example.org/feeds/" + f"{key}/{name}".removeprefix("/")
            assert (read.home, read.self_url, read.language) == (
                "https://example.org/",
                place,
                language,
            )
            assert read.title == rss.title


def test_every_article_is_newest_first(newspaper: Newspaper) -> None:
    """In every feed: some readers never sort."""
    for key in newspaper.keys:
        moments = [article.published for article in in_feed(newspaper, key)]
        assert moments == sorted(moments, reverse=True)


# --- manuscripts -------------------------------------------------------------------------

ALMATY = ZoneInfo("Asia/Almaty")


def front_of(path: Path) -> dict[str, Any]:
    """The front matter by PyYAML's ordinary loader: another way than ours."""
    found = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
    assert isinstance(found, dict)
    return found


def first(front: dict[str, Any], *names: str) -> Any:
    return next((front[name] for name in names if name in front), None)


def as_typed(text: str) -> str:
    """Give a text without what typography makes of spaces and apostrophes."""
    return re.sub(r"[\u00a0\u202f]", " ", text).replace("’", "'").replace("…", "...")


def moment(value: object) -> datetime:
    if isinstance(value, str):
        return datetime.strptime(value, "%Y-%m-%d %H:%M").replace(tzinfo=ALMATY).astimezone(UTC)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    assert isinstance(value, date)
    return datetime(value.year, value.month, value.day, tzinfo=ALMATY).astimezone(UTC)


def test_every_article_is_what_its_manuscript_says(newspaper: Newspaper) -> None:
    """And every manuscript that may be seen is published: none vanishes in silence."""
    now = datetime.now(UTC)
    by_headline = {as_typed(article.headline): article for article in newspaper.articles.values()}
    seen = set()
    for path in sorted(newspaper.site.folders.content.rglob("*.md")):
        # One is refused; what starts with "_" is for editors, such as their report.
        if path.name == "refuse.md" or path.name.startswith("_"):
            continue
        front = front_of(path)
        title = as_typed(first(front, "title", "titre"))
        date_of = moment(front["date"]) if "date" in front else now
        if front.get("draft") or date_of > now or "expires" in front or "embargo" in front:
            assert title not in by_headline
            continue
        article = by_headline[title]
        seen.add(article.guid)
        authors = first(front, "authors", "author", "auteur") or []
        names = [authors] if isinstance(authors, str) else authors
        image = front.get("image") or {}
        assert (
            article.published,
            article.section,
            article.tags,
            [re.sub(r"\s*<.*", "", name) for name in names],
            article.language,
            article.canonical,
            as_typed(first(front, "summary", "chapo") or "") in ("", as_typed(article.standfirst)),
            as_typed(article.image.alt) if image and article.image else "",
            article.image.credit if image and article.image else "",
        ) == (
            date_of,
            first(front, "section", "rubrique") or path.parent.name.capitalize(),
            tuple(first(front, "tags", "étiquettes") or ()),
            [person.name for person in article.authors],
            first(front, "language", "langue") or "fr",
            front.get("canonical", ""),
            True,
            as_typed(image.get("alt", "")),
            first(image, "credit", "crédit") or "",
        )
        updated = moment(first(front, "updated", "mis_à_jour") or front["date"])
        notes = [moment(note["date"]) for note in front.get("corrections", ())]
        assert article.updated == max(updated, date_of, *notes)
    assert seen == newspaper.articles.keys()
    assert len(seen) > 25
    assert CANARY not in " ".join(by_headline)
