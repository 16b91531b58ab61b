"""Owe hubs and partners what became of feeds and articles, as it becomes durable.

At the I/O rim by the catalogue; nothing is sent here. What is owed is recorded in the transaction
in which a file that went live is recorded, after it is durable: a crash before it leaves both to
the next edition, and none after it can lose either.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from markwire.catalogue import Announced, Catalogue, Remembered
from markwire.formats import addresses
from markwire.formats.jsonfeed import read as read_document
from markwire.model import FORMATS, Article, Site
from markwire.outbox import Event, Target, targets

_GONE: Final = "gone"
_KILLED: Final = "killed"


class Announcer:
    """Records whom an edition concerns. ``begin`` comes first, inside the edition's first batch."""

    def __init__(self, site: Site, catalogue: Catalogue, wake: Callable[[], None]) -> None:
        """``wake`` is called when something new is owed and the batch that owes it has ended."""
        self._site = site
        self._catalogue = catalogue
        self._wake = wake
        self._targets = targets(site)
        self._hubs = self._of("websub")
        self._partners = self._of("webhook")
        self._engines = self._of("indexnow")
        self._has_news = False
        self._now: datetime

    def _of(self, kind: str) -> tuple[Target, ...]:
        return tuple(target for target in self._targets if target.kind == kind)

    def begin(self, now: datetime) -> None:
        """Take in who there is to tell; what readers see before there is anybody is no news."""
        self._now = now
        self._catalogue.keep_targets(self._targets)
        if self._partners or self._engines:
            self._catalogue.begin_announcing()
        else:
            self._catalogue.end_announcing()

    def end(self) -> None:
        """Have what is owed be paid: it is durable now, and so is what it is about."""
        if self._has_news:
            self._has_news = False
            self._wake()

    def key_file(self) -> tuple[str, bytes] | None:
        """Give the file by which IndexNow knows whose addresses are told, and what is in it."""
        push = self._site.push
        name = push.indexnow_key_url.removeprefix(self._site.feeds_url)
        if push.indexnow_key and name == f"{push.indexnow_key}.txt":
            return name, push.indexnow_key.encode()
        return None

    # --- feeds ---------------------------------------------------------------------------

    def feed(self, path: str, document: bytes, *, is_written: bool) -> None:
        """Owe the hubs a document of a feed, if its bytes are others than were last recorded.

        Where none were, those on disk decide: ``is_written`` says whether they differ.
        """
        if not self._hubs:
            return
        digest = _digest(document)
        before = self._catalogue.record_topic(path, digest)
        if before != digest if before is not None else is_written:
            for hub in self._hubs:
                self._owe(hub, self._site.feeds_url + path)

    def drop_feed(self, key: str) -> None:
        """Owe nothing of a feed that is no more."""
        paths = [addresses.path(key, form) for form in FORMATS]
        self._catalogue.forget_topics(paths)
        for path in paths:
            self._catalogue.withdraw_push(self._site.feeds_url + path)

    # --- articles ------------------------------------------------------------------------

    def article(self, number: int, document: bytes) -> None:
        """Owe partners an article that goes live, or reads otherwise than they know it."""
        if not (self._partners or self._engines):
            return
        article = self._catalogue.article(number)
        known = self._catalogue.announced(number)
        if article.release.killed is not None:
            if known is None or known.state != _KILLED:
                self._announce(article, known, _KILLED, None)
            return
        now = Announced(article.permalink, self._catalogue.state_of(number), _digest(document))
        if known is None or known.state in (_GONE, _KILLED):
            is_news = True
        else:
            is_news = known.state != now.state and known.document != now.document
        if is_news:
            self._announce(article, known, now.state, document)
        elif known != now:
            self._catalogue.record_announced(number, now)

    def gone(self, number: int) -> None:
        """Owe partners that an article that they know has left its readers."""
        known = self._catalogue.announced(number)
        if known is not None and known.state not in (_GONE, _KILLED):
            self._announce(self._catalogue.article(number), known, _GONE, None)

    def _announce(
        self, article: Remembered, known: Announced | None, state: str, document: bytes | None
    ) -> None:
        # Of what has gone, the address that was told: the one it has now may be of a draft.
        before = known.permalink if known else ""
        permalink = article.permalink if document is not None else before or article.permalink
        event = self._event(known, state, document)
        if document is None:
            told = self._farewell(article, permalink, state)
        else:
            told = self._news(article.number, read_document(document).article)
        body = json.dumps({"timestamp": _text(self._now), "data": told}, ensure_ascii=False)
        for partner in self._partners:
            self._owe(partner, article.identity.guid, event=event, body=body)
        for engine in self._engines:
            for url in dict.fromkeys(filter(None, (permalink, before))):
                if url.startswith(self._site.push.indexnow_key_url.rpartition("/")[0] + "/"):
                    self._owe(engine, url)
        digest = None if document is None else _digest(document)
        self._catalogue.record_announced(article.number, Announced(permalink, state, digest))

    def _event(self, known: Announced | None, state: str, document: bytes | None) -> Event:
        if document is None:
            return "killed" if state == _KILLED else "withdrawn"
        if known is None or known.state in (_GONE, _KILLED):
            return "published"
        article = read_document(document).article
        dates = {each.date for each in article.corrections if each.kind != "typo"}
        return "corrected" if article.updated in dates else "updated"

    def _news(self, number: int, article: Article) -> dict[str, object]:
        """Tell of an article what everybody can read of it."""
        feeds = sorted(self._catalogue.feeds_of(number))
        return {
            "guid": article.guid,
            "permalink": article.permalink,
            "headline": article.headline,
            "published": _text(article.published),
            "updated": _text(article.updated),
            "language": article.language,
            "feeds": [self._site.feeds_url + addresses.path(key, "json") for key in feeds],
            "document": f"{self._site.feeds_url}articles/{article.slug}.json",
        }

    def _farewell(self, article: Remembered, permalink: str, state: str) -> dict[str, object]:
        """Tell that an article is gone, and nothing of what it said."""
        told: dict[str, object] = {
            "guid": article.identity.guid,
            "permalink": permalink,
            "published": _text(article.identity.published),
            "gone": _text(article.gone or self._now),
        }
        if state == _KILLED and article.reason:
            told["reason"] = article.reason
        return told

    def _owe(self, target: Target, topic: str, *, event: Event = "", body: str = "") -> None:
        self._catalogue.owe_push(target, topic, self._now, event=event, body=body)
        self._has_news = True


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=16).digest()


def _text(when: datetime) -> str:
    """RFC 3339, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
