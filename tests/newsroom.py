"""A newsroom to test with: a folder of articles, a clock that only the test moves, and its feeds.

Editions are made by ``Press`` itself, with ``now`` as the test sets it; nothing here sleeps or
asks the machine's clock. What was published is read back as plain values, once it is certain
that RSS, Atom and JSON Feed tell the same.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from markwire.catalogue.lock import lock
from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.config import load_site
from markwire.executors import Workers
from markwire.formats.marker import Marker
from markwire.formats.marker import read as read_marker
from markwire.intake.watch import Batch
from markwire.model import Site
from markwire.outlet.directory import Directory
from markwire.pipeline import Edition, Press
from markwire.pipeline.clock import Timepiece

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SITE = """\
[site]
title = "La Route des steppes"
url = "https://example.org/"
language = "fr"
time_zone = "Asia/Almaty"
"""
EVERYTHING = Batch(everything=True)


def png(seed: bytes = b"") -> bytes:
    """A whole picture of 2 by 1 pixels; another seed gives other pixels, and nothing else."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(kind + content)
        return len(content).to_bytes(4) + kind + content + crc.to_bytes(4)

    header = bytes((0, 0, 0, 2, 0, 0, 0, 1, 8, 6, 0, 0, 0))
    pixels = zlib.compress(b"\0" + sha256(seed).digest()[:8], 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


PNG = png()
UNREADABLE = "---\ntitle: [never closed\n---\n\nTexte.\n"
UNCONVERTIBLE = "<div>" * 200 + "trop profond" + "</div>" * 200

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


@dataclass(frozen=True)
class Item:
    """One article as the readers of a feed see it."""

    guid: str
    headline: str
    url: str
    published: datetime
    body: str


@dataclass(frozen=True)
class ReadBack:
    """One feed as its readers see it, newest article first."""

    title: str
    items: tuple[Item, ...]

    @property
    def headlines(self) -> list[str]:
        return [item.headline for item in self.items]

    @property
    def guids(self) -> list[str]:
        return [item.guid for item in self.items]


class Newsroom:
    """One site in a folder of its own, and the moment that it is there."""

    def __init__(self, root: Path, config: str = "") -> None:
        self.root = root
        self.content = root / "content"
        self.feeds = root / "feeds"
        self.state = root / ".markwire"
        self.now = NOON
        self._saved = 0
        self.site: Site
        self.content.mkdir(parents=True, exist_ok=True)
        self.configure(config)

    @classmethod
    def found(cls, root: Path, now: datetime) -> Newsroom:
        """Take a newsroom as it stands, its configuration too."""
        config = (root / "markwire.toml").read_text(encoding="utf-8")
        room = cls(root)
        room.now = now
        room.configure(site=config)
        return room

    # --- what people do ------------------------------------------------------------------

    def configure(self, more: str = "", *, site: str = SITE) -> None:
        """Write the configuration anew: ``site``, and ``more`` below it."""
        (self.root / "markwire.toml").write_text(f"{site}\n{more}", encoding="utf-8")
        self.site = load_site(self.root)

    def write(self, path: str, body: str = "Texte.", /, **front: object) -> Path:
        """Save an article; ``front`` is its front matter, each value as JSON (and so YAML)."""
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items()]
        head = ["---", *lines, "---", ""] if lines else []
        return self.save(path, "\n".join((*head, body, "")))

    def save(self, path: str, content: str | bytes) -> Path:
        """Save a file as it is, a minute later than the one before, all within the hour."""
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        self._saved += 1
        self.touch(path, self.now - timedelta(hours=1) + timedelta(seconds=self._saved))
        return file

    def touch(self, path: str, when: datetime) -> None:
        seconds = when.timestamp()
        os.utime(self.content / path, (seconds, seconds))

    def delete(self, path: str) -> None:
        (self.content / path).unlink()

    def rename(self, path: str, target: str) -> None:
        (self.content / target).parent.mkdir(parents=True, exist_ok=True)
        (self.content / path).rename(self.content / target)

    def lose_catalogue(self) -> None:
        shutil.rmtree(self.state)

    # --- editions ------------------------------------------------------------------------

    @contextmanager
    def press(
        self,
        outlet: Directory | None = None,
        *,
        grace: float = 0,
        workers: int = 1,
        timepiece: Timepiece | None = None,
    ) -> Iterator[Press]:
        with lock(self.state):
            catalogue = SqliteCatalogue(self.state / FILE_NAME)
            pool = Workers(workers)
            try:
                yield Press(
                    self.site,
                    catalogue,
                    outlet or Directory(self.feeds, self.site.sidecars),
                    pool,
                    lambda _done, _all: None,
                    grace=timedelta(seconds=grace),
                    timepiece=timepiece,
                )
            finally:
                pool.close()
                catalogue.close()

    def build(self, batch: Batch = EVERYTHING) -> Edition:
        """Make one edition, as a process of its own would."""
        with self.press() as press:
            return self.edition(press, batch)

    def edition(self, press: Press, batch: Batch = EVERYTHING) -> Edition:
        """Make one edition with a press that goes on working, as a watch does."""
        return press.edition(batch, self.now)

    def change(self, *paths: str) -> Edition:
        """Make the edition of these paths only, as a watch does."""
        return self.build(Batch(frozenset(paths)))

    def wait(self, **time: float) -> Edition:
        """Let time pass, and make the edition for which nothing but the clock has changed."""
        self.now += timedelta(**time)
        return self.build(Batch())

    # --- what is published ---------------------------------------------------------------

    def files(self) -> dict[str, bytes]:
        """Every file below the feeds folder, hidden ones too."""
        return {
            path.relative_to(self.feeds).as_posix(): path.read_bytes()
            for path in sorted(self.feeds.rglob("*"))
            if path.is_file()
        }

    def states(self) -> dict[str, tuple[int, int]]:
        """Time of change and inode of each: another one shows that a file was written."""
        return {
            path.relative_to(self.feeds).as_posix(): (
                path.stat().st_mtime_ns,
                path.stat().st_ino,
            )
            for path in sorted(self.feeds.rglob("*"))
            if path.is_file()
        }

    def keys(self) -> list[str]:
        """The folders that hold a feed, the main one's as an empty text."""
        return sorted(
            path.parent.relative_to(self.feeds).as_posix().removeprefix(".")
            for path in self.feeds.rglob("rss.xml")
        )

    def feed(self, key: str = "") -> ReadBack:
        """Read one feed in all three formats, which must tell the same.

        But for notices of what was killed: there, Atom has tombstones.
        """
        folder = self.feeds / key
        read = {
            "rss": _rss((folder / "rss.xml").read_bytes()),
            "atom": _atom((folder / "atom.xml").read_bytes()),
            "json": _json((folder / "feed.json").read_bytes()),
        }
        assert read["rss"] == read["json"]
        killed = {gone.guid for gone in self.markers().values() if gone.killed}
        items = tuple(item for item in read["json"].items if item.guid not in killed)
        assert read["atom"] == replace(read["json"], items=items)
        assert {guid for guid, _ in self.tombstones(key)}.isdisjoint(item.guid for item in items)
        return read["json"]

    def headlines(self, key: str = "") -> list[str]:
        return self.feed(key).headlines

    def all_feeds(self) -> dict[str, ReadBack]:
        return {key: self.feed(key) for key in self.keys()}

    def guid(self, headline: str) -> str:
        """The GUID under which the main feed carries a headline."""
        (guid,) = [item.guid for item in self.feed().items if item.headline == headline]
        return guid

    def page(self, slug: str) -> str:
        return (self.feeds / "articles" / f"{slug}.html").read_text(encoding="utf-8")

    def document(self, slug: str) -> dict[str, Any]:
        """The JSON of one article."""
        read: dict[str, Any] = json.loads((self.feeds / "articles" / f"{slug}.json").read_bytes())
        return read

    def slugs(self) -> list[str]:
        """The articles that have a page; each must have its JSON too, and no other has more.

        What is gone has a marker, and what was killed has a page beside it: a notice.
        """
        pages = sorted(path.stem for path in (self.feeds / "articles").glob("*.html"))
        whole = [path.stem for path in (self.feeds / "articles").glob("*.json")]
        killed = [slug for slug, gone in self.markers().items() if gone.killed]
        alive = sorted({*whole} - self.markers().keys())
        assert sorted({*pages} - {*killed}) == alive
        return alive

    def markers(self) -> dict[str, Marker]:
        """What is kept of each article that is gone, by its slug."""
        found = {}
        for path in sorted((self.feeds / "articles").glob("*.json")):
            with suppress(ValueError):
                found[path.stem] = read_marker(path.read_bytes())
        return found

    def tombstones(self, key: str = "") -> list[tuple[str, datetime]]:
        """GUID and moment of each tombstone of a feed, in its order (RFC 6721)."""
        root = ElementTree.fromstring((self.feeds / key / "atom.xml").read_bytes())
        return [
            (stone.get("ref", ""), _moment(stone.get("when", "")))
            for stone in root.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
        ]

    def media(self) -> list[str]:
        return sorted(path.name for path in (self.feeds / "media").glob("*"))

    def holds(self, canaries: Collection[str]) -> list[str]:
        """Which of these texts stand anywhere below the feeds folder, in names or in bytes."""
        everything = b"\n".join(
            name.encode() + b"\n" + content for name, content in self.files().items()
        )
        return [canary for canary in canaries if canary.encode() in everything]

    def ledger(self) -> list[tuple[str, str]]:
        """Event and GUID of all that the catalogue noted."""
        with sqlite3.connect(self.state / FILE_NAME) as db:
            rows = db.execute("SELECT event, guid FROM ledger ORDER BY seq").fetchall()
        db.close()
        return rows


def codes(edition: Edition) -> list[tuple[str, str]]:
    """Path and code of each problem that stands."""
    return [(each.path, each.code) for each in edition.problems]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)


def _rss(document: bytes) -> ReadBack:
    channel = ElementTree.fromstring(document).find("channel")
    assert channel is not None
    return ReadBack(
        channel.findtext("title") or "",
        tuple(
            Item(
                item.findtext("guid") or "",
                item.findtext("title") or "",
                item.findtext("link") or "",
                parsedate_to_datetime(item.findtext("pubDate") or "").astimezone(UTC),
                item.findtext(_CONTENT) or "",
            )
            for item in channel.findall("item")
        ),
    )


def _atom(document: bytes) -> ReadBack:
    root = ElementTree.fromstring(document)
    return ReadBack(
        root.findtext(f"{_ATOM}title") or "",
        tuple(
            Item(
                entry.findtext(f"{_ATOM}id") or "",
                entry.findtext(f"{_ATOM}title") or "",
                next(
                    link.get("href", "")
                    for link in entry.findall(f"{_ATOM}link")
                    if link.get("rel", "alternate") == "alternate"
                ),
                _moment(entry.findtext(f"{_ATOM}published") or ""),
                entry.findtext(f"{_ATOM}content") or "",
            )
            for entry in root.findall(f"{_ATOM}entry")
        ),
    )


def _json(document: bytes) -> ReadBack:
    read = json.loads(document)
    return ReadBack(
        read["title"],
        tuple(
            Item(
                item["id"],
                item["title"],
                item["url"],
                _moment(item["date_published"]),
                item.get("content_html", ""),
            )
            for item in read["items"]
        ),
    )


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """An empty newsroom at noon on a Monday."""
    return Newsroom(tmp_path / "site")
