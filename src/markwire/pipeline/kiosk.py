"""The pages for readers: one of each feed, that of all feeds, and their OPML.

At the I/O rim, beside publishing. They are made last, while the feeds are being flushed, and go
live with them. What is said of each feed is kept in the catalogue, in the transaction that records
the feed, and here between editions: it is read once, in one statement, however many feeds there
are. What does not change with every article is put together once, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markwire.catalogue import Catalogue
from markwire.errors import PublicationError
from markwire.formats import addresses, appearance, jsonfeed, landing, listing, opml
from markwire.formats.listing import Arrangement
from markwire.model import Feed, Site
from markwire.outlet.gate import check_page
from markwire.pipeline.written import Written
from markwire.selection import configured, feed_of

_FIXED: Final = {addresses.STYLE: appearance.STYLE, addresses.SCRIPT: appearance.SCRIPT}


@dataclass(frozen=True, slots=True)
class _Arranged:
    """The list of feeds, which changes more seldom than what is in them."""

    page: Arrangement
    opml: bytes


class Kiosk:
    """What readers find where they look for feeds.

    ``show`` takes in what became of a feed; ``put`` stages the pages once the feeds are staged.
    """

    def __init__(self, site: Site, catalogue: Catalogue, written: Written) -> None:
        self._site = site
        self._catalogue = catalogue
        self._written = written
        self._shown: dict[str, tuple[Feed, Sequence[bytes]]] = {}
        self._feeds: dict[str, Feed] | None = None
        self._said: dict[str, str] = {}
        self._arranged: _Arranged | None = None

    def furnish(self, site: Site) -> None:
        """Take the site in as it is now."""
        self._site = site
        self.forget()

    def forget(self) -> None:
        """Forget all that may not have been recorded after all."""
        self._shown.clear()
        self._feeds = self._arranged = None

    def show(self, feed: Feed, fragments: Sequence[bytes]) -> None:
        """Take in a feed that is recorded, and whose JSON carries these fragments."""
        self._shown[feed.key] = feed, fragments[: landing.SHOWN]

    def put(self) -> list[PublicationError]:
        """Stage the page of each feed shown since the last time, and then that of all feeds.

        They say what the feeds carry, and nothing else. Gives the faults of those that the gate
        held back; their feeds are owed again.
        """
        if not self._shown:
            return []
        faults = []
        for feed, fragments in self._shown.values():
            page, said, fault = self._leaf(feed, fragments)
            if fault:
                self._catalogue.owe([feed.key])
                faults.append(fault)
            else:
                self._put_feed(feed, page, said)
        self._shown.clear()
        try:
            arranged = self._arranged or self._arrange()
        except PublicationError as fault:
            self._catalogue.owe([""])
            return [*faults, fault]
        self._put_all(arranged)
        return faults

    def _leaf(
        self, feed: Feed, fragments: Sequence[bytes]
    ) -> tuple[bytes, str, PublicationError | None]:
        """Give what is said of one feed, on a page of its own and on that of all."""
        teasers = [jsonfeed.teaser(fragment) for fragment in fragments]
        said = listing.fragment(feed, teasers, self._site)
        # The main feed's page is that of all.
        page = landing.assemble(feed, teasers, self._site) if feed.key else b""
        try:
            for text in filter(None, (f"<body>{said}</body>".encode(), page)):
                check_page(text, addresses.page(feed.key))
        except PublicationError as fault:
            return b"", "", fault
        return page, said, None

    def _put_feed(self, feed: Feed, page: bytes, said: str) -> None:
        key = feed.key
        if page:
            self._written.put(addresses.page(key), page)
        self._catalogue.list_feed(key, said)
        if self._feeds is not None:  # Else it is read, soon, with all others.
            if self._feeds.get(key) != feed or bool(self._said[key]) != bool(said):
                self._arranged = None
            self._feeds[key], self._said[key] = feed, said

    def _put_all(self, arranged: _Arranged) -> None:
        is_new = arranged is not self._arranged
        self._arranged = arranged
        self._written.put(addresses.INDEX, listing.assemble(arranged.page, self._said))
        for path, content in (_FIXED | {addresses.OPML: arranged.opml}).items():
            if is_new or not self._written.stands(path):
                self._written.put(path, content)

    def _arrange(self) -> _Arranged:
        """Put feeds in order. One that was made for a value, and is empty now, is not shown."""
        if self._feeds is None:
            self._feeds, self._said = {}, {}
            for key, label, said in self._catalogue.listed():
                if configured(key, self._site):
                    self._feeds[key], self._said[key] = feed_of(key, label, self._site), said
        groups = listing.grouped(feed for key, feed in self._feeds.items() if self._said[key])
        arranged = _Arranged(listing.arrange(groups, self._site), opml.assemble(groups, self._site))
        # What is said of each feed was checked by itself, and stands where elements may.
        check_page(listing.assemble(arranged.page, {}), addresses.INDEX)
        check_page(arranged.opml, addresses.OPML)
        return arranged
