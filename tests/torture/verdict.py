"""What readers see, what is left, and whether it is what a clean build would have made.

Parsers that know nothing of each other judge: expat (ElementTree) and libxml2 (lxml) for XML, and
where there is time what readers run, feedparser and feedsmith (which has a parser of its own);
Python's json, orjson and SQLite's for JSON. Each gives sentences; none means that all is well.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import feedparser
import orjson
from lxml import etree

from oracles.node import SCRIPTS
from oracles.readers import read_with_feedsmith
from torture.beside import bare, misled

FEED_FILES: Final = ("rss.xml", "atom.xml", "feed.json")
_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_TOMBSTONE: Final = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
_SLUG: Final = re.compile(r"/articles/([a-z0-9-]+)\.html\Z")
_db: Final = sqlite3.connect(":memory:", check_same_thread=False)
_whole: Final[set[bytes]] = set()


def files(feeds: Path) -> dict[str, bytes]:
    """Give every file below a feeds folder that readers may ask for."""
    found = {}
    for path in _paths(feeds):
        if not _is_hidden(path):
            with suppress(FileNotFoundError):  # It was removed since.
                found[path] = (feeds / path).read_bytes()
    return found


def leftovers(feeds: Path) -> list[str]:
    """Tell of each file that no reader is meant to see, and that should be gone."""
    return [f"left behind: {path}" for path in _paths(feeds) if _is_hidden(path)]


def _paths(feeds: Path) -> list[str]:
    found = (path for path in feeds.rglob("*") if path.is_file())
    return sorted(path.relative_to(feeds).as_posix() for path in found)


def _is_hidden(path: str) -> bool:
    parts = path.split("/")
    return path.endswith(".markwire-new") or any(part.startswith(".") for part in parts)


# --- whole -------------------------------------------------------------------------------


def torn(published: dict[str, bytes]) -> list[str]:
    """Tell of each file that a reader could not read, whatever else is wrong."""
    return [fault for path, content in published.items() for fault in _faults(path, content)]


def _faults(path: str, content: bytes) -> Iterator[str]:
    key = sha256(path.encode() + b"\0" + content).digest()
    if key in _whole:
        return
    found = list(_judge(path, content))
    if not found:
        _whole.add(key)
    yield from found


def _judge(path: str, content: bytes) -> Iterator[str]:
    suffix = path.rpartition(".")[2]
    if not content:
        yield f"{path} is empty"
    elif suffix in ("xml", "opml"):
        for name, parse in (("expat", ElementTree.fromstring), ("lxml", _lxml)):
            try:
                parse(content)
            except (ElementTree.ParseError, etree.XMLSyntaxError) as fault:
                yield f"{path} is torn: {name} says {fault}"
    elif suffix == "json":
        for name, read in (("json", json.loads), ("orjson", orjson.loads), ("sqlite", _sqlite)):
            try:
                read(content)
            except ValueError as fault:
                yield f"{path} is torn: {name} says {fault}"
    elif suffix == "html" and not content.rstrip().endswith(b"</html>"):
        yield f"{path} is torn: it does not end"


def _lxml(content: bytes) -> object:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _sqlite(content: bytes) -> None:
    (is_valid,) = _db.execute("SELECT json_valid(?)", (content.decode(),)).fetchone()
    if not is_valid:
        raise ValueError("it is no JSON")


def unread(published: dict[str, bytes], folder: Path) -> list[str]:
    """Tell of each feed that a reader's own software reads otherwise than Python's json does.

    feedparser is asked, and feedsmith where its packages are installed. ``folder`` is a place for
    copies.
    """
    broken, asked = [], []
    for path, content in published.items():
        if path.rpartition("/")[2] not in FEED_FILES:
            continue
        wanted = _guids(path, content)
        if path.endswith(".xml"):
            read = feedparser.parse(
                BytesIO(content), sanitize_html=False, resolve_relative_uris=False
            )
            found = [entry.get("id", "") for entry in read["entries"]]
            if read.get("bozo") or found != wanted:
                broken.append(f"{path}: feedparser says {read.get('bozo_exception', found)}")
        copy = folder / f"{len(asked)}-{path.rpartition('/')[2]}"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
        asked.append((path, copy, wanted))
    if asked and (SCRIPTS / "node_modules").is_dir():
        feeds = read_with_feedsmith(*(copy for _, copy, _ in asked))
        for (path, _, wanted), feed in zip(asked, feeds, strict=True):
            found = [item.id for item in feed.items]
            if found != wanted:
                broken.append(f"{path}: feedsmith reads {found}")
    return broken


# --- what readers have seen --------------------------------------------------------------


class Ledger:
    """What readers have once seen of each article: its GUID and its date, which never change."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, str]] = {}

    def guid(self, slug: str) -> str:
        """Give the GUID under which readers know an article; empty where they do not."""
        return self._seen.get(slug, ("", ""))[0]

    def look(self, published: dict[str, bytes]) -> list[str]:
        """Tell of each article that readers know under another GUID or date, or twice."""
        broken = []
        for path, content in published.items():
            if not path.endswith("feed.json"):
                continue
            items = json.loads(content)["items"]
            for guid, times in Counter(item["id"] for item in items).items():
                if times > 1:
                    broken.append(f"{path} holds {guid} {times} times")
            for item in items:
                match = _SLUG.search(item["url"])
                now = item["id"], item["date_published"]
                if match is None:
                    broken.append(f"{path}: {item['id']} has the address {item['url']}")
                elif (before := self._seen.setdefault(match[1], now)) != now:
                    broken.append(f"{path}: {match[1]} was {before} and is {now}")
        numbers = Counter(guid for guid, _ in self._seen.values())
        return broken + [f"two articles are {guid}" for guid, times in numbers.items() if times > 1]


def lost(published: dict[str, bytes], ledger: Ledger, slugs: set[str]) -> list[str]:
    """Tell of each article of ``slugs`` that readers have seen, and the main feed lacks now."""
    broken = []
    for path in FEED_FILES:
        content = published.get(path)
        held = {*_guids(path, content)} if content else set()
        broken += [
            f"{path} has lost {slug}"
            for slug in sorted(slugs)
            if ledger.guid(slug) and ledger.guid(slug) not in held
        ]
    return broken


def _guids(path: str, content: bytes) -> list[str]:
    if path.endswith(".json"):
        return [item["id"] for item in json.loads(content)["items"]]
    root = ElementTree.fromstring(content)
    if path.endswith("rss.xml"):
        return [item.findtext("guid") or "" for item in root.iter("item")]
    return [entry.findtext(f"{_ATOM}id") or "" for entry in root.iter(f"{_ATOM}entry")]


def disagreeing(published: dict[str, bytes]) -> list[str]:
    """Tell of each feed that holds other articles in one format than in another."""
    broken = []
    for path, content in published.items():
        if path.rpartition("/")[2] == "feed.json":
            folder = path.removesuffix("feed.json")
            guids = _guids(path, content)
            broken += [
                f"{other} holds other articles than {path}"
                for other in (f"{folder}rss.xml", f"{folder}atom.xml")
                if other not in published or _guids(other, published[other]) != guids
            ]
    return broken


def seen(feeds: Path, ledger: Ledger, stays: set[str]) -> list[str]:
    """Tell what readers find broken right now, in the middle of anything.

    ``stays`` are the slugs of articles that stand whatever became of the last edition.
    """
    published = files(feeds)
    return (
        torn(published)
        + misled(published)
        + lost(published, ledger, stays)
        + ledger.look(published)
    )


def settled(feeds: Path, ledger: Ledger, slugs: set[str]) -> list[str]:
    """Tell what is not as it should be once an edition is done; ``slugs`` are all articles."""
    published = files(feeds)
    return (
        torn(published)
        + misled(published)
        + leftovers(feeds)
        + disagreeing(published)
        + ledger.look(published)
        + lost(published, ledger, slugs)
        + [f"{slug} was never published" for slug in sorted(slugs) if not ledger.guid(slug)]
    )


# --- the same as a clean build -----------------------------------------------------------


def differing(published: dict[str, bytes], clean: dict[str, bytes], gone: set[str]) -> list[str]:
    """Tell where what is published is not what a clean build makes.

    A clean build never knew the articles of ``gone``: of them there may be markers, tombstones,
    the moment they went, and feeds that stand empty; and nothing else.
    """
    published, clean = bare(published), bare(clean)  # What is beside them is judged by them.
    broken = [f"{path} is lost" for path in sorted(clean.keys() - published.keys())]
    for path, content in published.items():
        expected = clean.get(path)
        if expected is None:
            if not _stands_for_what_is_gone(path, content, gone):
                broken.append(f"{path} should not be there")
        elif content != expected and not (gone and _substance(path, content, expected)):
            broken.append(f"{path} is not what a clean build makes")
    return broken


def _stands_for_what_is_gone(path: str, content: bytes, gone: set[str]) -> bool:
    folder, _, name = path.rpartition("/")
    if folder == "articles":
        return name.endswith(".json") and name.removesuffix(".json") in gone
    if name == "index.html":
        return bool(gone) and bool(folder) and b"<ol" not in content
    return bool(gone) and name in FEED_FILES and not _guids(path, content)


def _substance(path: str, content: bytes, expected: bytes) -> bool:
    """Say whether two feeds are the same but for tombstones and when the feed last changed."""
    without = {"xml": _without_gone, "json": _without_moment}.get(path.rpartition(".")[2])
    is_feed = path.rpartition("/")[2] in FEED_FILES
    return is_feed and without is not None and without(content) == without(expected)


def _without_moment(content: bytes) -> bytes:
    read = json.loads(content)
    read["_markwire"].pop("updated", None)
    return json.dumps(read).encode()


def _without_gone(content: bytes) -> bytes:
    root: Any = etree.fromstring(content)
    for stone in root.findall(_TOMBSTONE):
        root.remove(stone)
    for name in (f"{_ATOM}updated", "channel/lastBuildDate", "channel/pubDate"):
        for element in root.findall(name):
            element.text = ""
    return etree.tostring(root, method="c14n")
