"""RSS 2.0, with the Atom, Content, Dublin Core and Media RSS modules. Pure."""

from __future__ import annotations

from markwire.model import Article, Feed, Site, Window


def fragment(article: Article, site: Site) -> bytes:
    """Give one ``<item>``; its namespaces are declared by every feed's root."""
    from markwire.formats import _feedgen  # noqa: PLC0415  (slow to import)

    return _feedgen.plain_text(_feedgen.item(article))


def assemble(feed: Feed, window: Window, site: Site) -> bytes:
    """Give the whole feed: what feedgen would have written, and a line end."""
    from markwire.formats import _feedgen  # noqa: PLC0415  (slow to import)

    return _feedgen.splice(feed, window, site, "rss")
