"""Atom 1.0 (RFC 4287). Pure."""

from __future__ import annotations

from markwire.formats import _feedgen
from markwire.model import Article, Feed, Site, Window

_EMPTY = Window((), None)


def fragment(article: Article, site: Site) -> bytes:
    """Give one ``<entry>``, which states its language itself."""
    fg = _feedgen.channel(site.feeds[0], _EMPTY, site, "atom")
    _feedgen.add(fg, article, "atom")
    return _feedgen.cut(fg.atom_str(), b"<entry", b"</entry>")


def assemble(feed: Feed, window: Window, site: Site) -> bytes:
    """Give the whole feed: what feedgen would have written, and a line end."""
    head = _feedgen.channel(feed, window, site, "atom").atom_str()
    return _feedgen.splice(head, window.fragments, b"</feed>")
