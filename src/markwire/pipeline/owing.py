"""Which feeds must be written again because of one article: those whose windows it touches.

Above the I/O floor by its neighbours. A feed is looked at where its window holds the article
before or after a change, or where the change alters how most articles spell the feed's name;
the feeds that carry it far below their windows are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from markwire.catalogue import Catalogue
from markwire.model import Site
from markwire.selection import limit_of


def held_by(number: int, *, catalogue: Catalogue, site: Site) -> frozenset[str]:
    """Give the keys of the feeds whose windows hold a live article."""
    return frozenset(
        key
        for key in catalogue.feeds_of(number)
        if catalogue.reaches(key, number, limit=limit_of(key, site))
    )


@contextmanager
def owing(number: int, *, catalogue: Catalogue, site: Site) -> Iterator[None]:
    """Owe the feeds that what happens to an article inside concerns."""
    feeds = catalogue.feeds_of(number)
    catalogue.owe(held_by(number, catalogue=catalogue, site=site))
    yield
    catalogue.owe(held_by(number, catalogue=catalogue, site=site))
    catalogue.owe(catalogue.relabelled(feeds | catalogue.feeds_of(number)))
