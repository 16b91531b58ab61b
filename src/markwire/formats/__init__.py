"""One module a format, all of one shape; pure.

A format of feeds has ``fragment(article, site) -> bytes``, one item or entry, and
``assemble(feed, window, site) -> bytes``, the document that splices fragments between head and
tail. ``page`` and ``jsonfeed.document`` are the formats of one article by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from markwire.formats import atom, jsonfeed, rss
from markwire.model import Article, Body, Feed, Format, Site, Window

FRAGMENT: Final[Mapping[Format, Callable[[Article, Site], bytes]]] = {
    "rss": rss.fragment,
    "atom": atom.fragment,
    "json": jsonfeed.fragment,
}
ASSEMBLE: Final[Mapping[Format, Callable[[Feed, Window, Site], bytes]]] = {
    "rss": rss.assemble,
    "atom": atom.assemble,
    "json": jsonfeed.assemble,
}


def carried(article: Article, body: Body) -> Article:
    """Give an article as a feed of full texts, or of summaries, carries it."""
    return article if body.startswith("full") else replace(article, body="")
