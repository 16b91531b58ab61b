"""Four readers that know nothing of the product, or of each other, and one shape to compare.

``feedparser`` is what most Python programs read with, ``feedsmith`` what many JavaScript ones do;
lxml and json say what the bytes hold, without any reader's leniency.
"""

from __future__ import annotations

import json
from calendar import timegm
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import struct_time
from typing import Literal, cast

import feedparser
from lxml import etree

from .node import run
from .read_model import Enclosure, Picture, ReadFeed, ReadItem, moment, number, plain, text

XmlForm = Literal["rss", "atom"]
Members = Mapping[str, object]

# --- feedparser ------------------------------------------------------------------------------


def _members(value: object) -> Members:
    return cast("Members", value) if isinstance(value, Mapping) else {}


def _list(holder: Members, name: str) -> list[Members]:
    value = holder.get(name)
    return [_members(each) for each in value] if isinstance(value, list) else []


def _parsed(holder: Members, name: str) -> datetime | None:
    value = holder.get(name)
    return datetime.fromtimestamp(timegm(value), UTC) if isinstance(value, struct_time) else None


def _related(holder: Members, relation: str) -> Members:
    found = (each for each in _list(holder, "links") if each.get("rel") == relation)
    return next(found, {})


def _feedparser_item(entry: Members, form: XmlForm) -> ReadItem:
    # It takes the description of a picture for content, though never for content of type HTML.
    contents = [each for each in _list(entry, "content") if each.get("type") != "text/plain"]
    body = text(contents[0].get("value")) if contents else None
    summary = text(entry.get("summary"))
    file = _related(entry, "enclosure")
    named = [str(each.get("content", "")) for each in _list(entry, "media_credit")]
    urls = [str(each.get("url", "")) for each in _list(entry, "media_content")]
    paired = named if len(named) == len(urls) else [""] * len(urls)
    return ReadItem(
        id=text(entry.get("id")),
        title=text(entry.get("title")),
        url=text(_related(entry, "alternate").get("href")),
        published=_parsed(entry, "published_parsed"),
        updated=_parsed(entry, "updated_parsed"),
        authors=tuple(str(each["name"]) for each in _list(entry, "authors") if each.get("name")),
        # It offers the body as a summary where there is none.
        summary=None if summary == body else plain(summary) if form == "rss" else summary,
        body=body,
        tags=tuple(str(each.get("term")) for each in _list(entry, "tags")),
        enclosure=_enclosure(file.get("href"), file.get("type"), file.get("length")),
        pictures=tuple(Picture(url, credit, "") for url, credit in zip(urls, paired, strict=True)),
    )


def read_with_feedparser(data: bytes, form: XmlForm) -> ReadFeed:
    """Read RSS or Atom with feedparser, its cleaning of HTML and its guessing of addresses off.

    It drops the descriptions of pictures, and pairs credits with pictures only when there are as
    many of both. Raises ValueError when it finds the XML broken, or of another form.
    """
    parsed = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    result: Members = dict(dict.items(parsed))
    if result.get("bozo"):
        raise ValueError(f"feedparser: {result.get('bozo_exception')}")
    if not str(result.get("version", "")).startswith(form):
        raise ValueError(f"feedparser reads {result.get('version')}, not {form}")
    feed = dict(dict.items(parsed["feed"]))
    return ReadFeed(
        title=text(feed.get("title")),
        home=text(_related(feed, "alternate").get("href")),
        self_url=text(_related(feed, "self").get("href")),
        language=text(feed.get("language")),
        # As plain dictionaries: its own kind answers ``published`` where ``updated`` is asked for.
        items=tuple(_feedparser_item(dict(dict.items(each)), form) for each in parsed["entries"]),
    )


# --- lxml ------------------------------------------------------------------------------------

_NAMESPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
_PATHS: dict[XmlForm, dict[str, str]] = {
    "rss": {
        "feed": "/rss/channel",
        "feed title": "title",
        "home": "link",
        "self": "a:link[@rel='self']/@href",
        "language": "language",
        "items": "item",
        "id": "guid",
        "title": "title",
        "url": "link",
        "published": "pubDate",
        "updated": "a:updated",
        "authors": "dc:creator",
        "summary": "description",
        "body": "content:encoded",
        "tags": "category",
        "file": "enclosure/@url",
        "file type": "enclosure/@type",
        "file length": "enclosure/@length",
    },
    "atom": {
        "feed": "/a:feed",
        "feed title": "a:title",
        "home": "a:link[not(@rel) or @rel='alternate']/@href",
        "self": "a:link[@rel='self']/@href",
        "language": "@xml:lang",
        "items": "a:entry",
        "id": "a:id",
        "title": "a:title",
        "url": "a:link[not(@rel) or @rel='alternate']/@href",
        "published": "a:published",
        "updated": "a:updated",
        "authors": "a:author/a:name",
        "summary": "a:summary",
        "body": "a:content",
        "tags": "a:category/@term",
        "file": "a:link[@rel='enclosure']/@href",
        "file type": "a:link[@rel='enclosure']/@type",
        "file length": "a:link[@rel='enclosure']/@length",
    },
}
_PICTURES = ".//media:content[not(@medium) or @medium='image']"


def _found(element: etree._Element, path: str) -> list[etree._Element]:
    return cast("list[etree._Element]", element.xpath(path, namespaces=_NAMESPACES))


def _string(element: etree._Element, path: str) -> str:
    return str(element.xpath(f"string({path})", namespaces=_NAMESPACES)).strip()


def _lxml_item(item: etree._Element, form: XmlForm) -> ReadItem:
    paths = _PATHS[form]

    def one(name: str) -> str | None:
        return text(_string(item, paths[name]))

    def all_of(name: str) -> tuple[str, ...]:
        nodes = cast("list[object]", _found(item, paths[name]))
        return tuple(
            _string(node, ".") if isinstance(node, etree._Element) else str(node) for node in nodes
        )

    return ReadItem(
        id=one("id"),
        title=one("title"),
        url=one("url"),
        published=moment(one("published")),
        updated=moment(one("updated")),
        authors=all_of("authors"),
        summary=plain(one("summary")) if form == "rss" else one("summary"),
        body=one("body"),
        tags=all_of("tags"),
        enclosure=_enclosure(one("file"), one("file type"), one("file length")),
        pictures=tuple(
            Picture(
                _string(each, "@url"),
                _string(each, "media:credit"),
                _string(each, "media:description"),
            )
            for each in _found(item, _PICTURES)
        ),
    )


def read_with_lxml(data: bytes, form: XmlForm) -> ReadFeed:
    """Read RSS or Atom by XPath, as the formats say and no more.

    Raises ValueError when the root is of another form, XMLSyntaxError when it is not XML.
    """
    paths = _PATHS[form]
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    found = _found(etree.fromstring(data, parser), paths["feed"])
    if not found:
        raise ValueError(f"no {paths['feed']} in it, so it is not {form}")
    return ReadFeed(
        title=text(_string(found[0], paths["feed title"])),
        home=text(_string(found[0], paths["home"])),
        self_url=text(_string(found[0], paths["self"])),
        language=text(_string(found[0], paths["language"])),
        items=tuple(_lxml_item(each, form) for each in _found(found[0], paths["items"])),
    )


# --- json ------------------------------------------------------------------------------------


def _json_pictures(item: Members) -> tuple[Picture, ...]:
    url = text(item.get("image"))
    ours = _members(_members(item.get("_markwire")).get("image"))
    if url is None:
        return ()
    return (Picture(url, text(ours.get("credit")) or "", text(ours.get("caption")) or ""),)


def _json_item(item: Members) -> ReadItem:
    file = next(iter(_list(item, "attachments")), {})
    tags = item.get("tags")
    return ReadItem(
        id=text(item.get("id")),
        title=text(item.get("title")),
        url=text(item.get("url")),
        published=moment(item.get("date_published")),
        updated=moment(item.get("date_modified")),
        authors=tuple(str(each["name"]) for each in _list(item, "authors") if "name" in each),
        summary=text(item.get("summary")),
        body=text(item.get("content_html")) or text(item.get("content_text")),
        tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
        enclosure=_enclosure(file.get("url"), file.get("mime_type"), file.get("size_in_bytes")),
        pictures=_json_pictures(item),
    )


def read_with_json(data: bytes) -> ReadFeed:
    """Read a JSON Feed with the standard library; credits of pictures come from ``_markwire``."""
    feed = _members(json.loads(data))
    return ReadFeed(
        title=text(feed.get("title")),
        home=text(feed.get("home_page_url")),
        self_url=text(feed.get("feed_url")),
        language=text(feed.get("language")),
        items=tuple(map(_json_item, _list(feed, "items"))),
    )


# --- feedsmith -------------------------------------------------------------------------------


def _feedsmith_item(item: Members, form: object) -> ReadItem:
    file, summary = _members(item.get("enclosure")), text(item.get("summary"))
    return ReadItem(
        id=text(item.get("id")),
        title=text(item.get("title")),
        url=text(item.get("url")),
        published=moment(item.get("published")),
        updated=moment(item.get("updated")),
        authors=tuple(map(str, cast("Iterable[object]", item["authors"]))),
        summary=plain(summary) if form == "rss" else summary,
        body=text(item.get("body")),
        tags=tuple(map(str, cast("Iterable[object]", item["tags"]))),
        enclosure=_enclosure(file.get("url"), file.get("type"), file.get("length")),
        pictures=tuple(
            Picture(str(each["url"]), str(each["credit"]).strip(), str(each["description"]).strip())
            for each in _list(item, "pictures")
        ),
    )


def read_with_feedsmith(*paths: Path) -> tuple[ReadFeed, ...]:
    """Read RSS, Atom and JSON Feed files with feedsmith, all in one run of Node, in their order.

    It knows no extensions of JSON Feed, so pictures there have no credit.
    """
    printed = cast("list[Members]", run("read.mjs", *map(str, paths)))
    return tuple(
        ReadFeed(
            title=text(feed.get("title")),
            home=text(feed.get("home")),
            self_url=text(feed.get("self_url")),
            language=text(feed.get("language")),
            items=tuple(_feedsmith_item(each, feed["form"]) for each in _list(feed, "items")),
        )
        for feed in printed
    )


def _enclosure(url: object, kind: object, length: object) -> Enclosure | None:
    place = text(url)
    return Enclosure(place, text(kind) or "", number(length)) if place else None
