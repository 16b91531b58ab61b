"""Atom 1.0 (RFC 4287). Pure."""

from __future__ import annotations

from markwire.model import Article, Feed, Site, Window


def fragment(article: Article, site: Site) -> bytes:
    """Give one ``<entry>``, which states its language itself."""
    from markwire.formats import _feedgen  # noqa: PLC0415  (slow to import)

    return _feedgen.entry(article)


def assemble(feed: Feed, window: Window, site: Site) -> bytes:
    """Give the whole feed: what feedgen would have written, and a line end."""
    from markwire.formats import _feedgen  # noqa: PLC0415  (slow to import)

    return _feedgen.splice(feed, window, site, "atom")
