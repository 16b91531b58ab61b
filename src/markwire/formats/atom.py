"""Atom 1.0 (RFC 4287), with the tombstones of articles that are gone (RFC 6721). Pure."""

from __future__ import annotations

from html import escape
from typing import Final

from markwire.model import Article, Feed, Site, Tombstone, Window

TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"


def fragment(article: Article, site: Site) -> bytes:
    """Give one ``<entry>``, which states its language itself."""
    from markwire.formats import _feedgen  # noqa: PLC0415  (slow to import)

    return _feedgen.entry(article)


def assemble(feed: Feed, window: Window, site: Site) -> bytes:
    """Give the whole feed: what feedgen would have written, tombstones, and a line end."""
    from markwire.formats import _feedgen  # noqa: PLC0415  (slow to import)

    return _feedgen.splice(feed, window, site, "atom", more=map(_deleted_entry, window.tombstones))


def _deleted_entry(stone: Tombstone) -> bytes:
    # RFC 6721 3. It says which and when, and no title: that is what was to go. The namespace is
    # declared here, so that a feed without tombstones knows nothing of them.
    return (
        f'<at:deleted-entry xmlns:at="{TOMBSTONES}" ref="{escape(stone.guid)}"'
        f' when="{stone.when.isoformat()}"/>'
    ).encode()
