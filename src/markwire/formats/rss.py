"""RSS 2.0, with the Atom, Content, Dublin Core and Media RSS modules. Pure."""

from __future__ import annotations

from markwire.formats import _feedgen
from markwire.model import Article, Feed, Site, Window

_EMPTY = Window((), None)


def fragment(article: Article, site: Site) -> bytes:
    """Give one ``<item>``; its namespaces are declared by every feed's root."""
    fg = _feedgen.channel(site.feeds[0], _EMPTY, site, "rss")
    _feedgen.add(fg, article, "rss")
    return _feedgen.plain_text(_feedgen.cut(fg.rss_str(), b"<item>", b"</item>"))


def assemble(feed: Feed, window: Window, site: Site) -> bytes:
    """Give the whole feed: what feedgen would have written, and a line end."""
    head = _feedgen.plain_text(_feedgen.channel(feed, window, site, "rss").rss_str())
    return _feedgen.splice(head, window.fragments, b"</channel></rss>")
