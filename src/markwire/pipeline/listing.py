"""The feeds of a site as they stand on disk.

At the I/O rim. Reads what is published, and no catalogue.
"""

from __future__ import annotations

from contextlib import suppress

from markwire.errors import FolderError
from markwire.intake.profiles import furnish
from markwire.model import Feed, Site
from markwire.outlet.directory import Directory
from markwire.pipeline.recovery import published_feeds
from markwire.selection import configured, feed_of


def list_feeds(site: Site) -> tuple[tuple[Feed, int], ...]:
    """Give the site's feeds as they stand on disk, each with its number of entries.

    Reads published files and what sections are called, so that it never meets a running watch.
    """
    with suppress(FolderError):  # Its feeds stand all the same.
        site, _ = furnish(site)
    found = [
        (feed_of(key, feed.label, site), len(feed.carried))
        for key, feed in published_feeds(Directory(site.folders.feeds))
        if configured(key, site)
    ]
    return tuple(sorted(found, key=lambda each: ("/" in each[0].key, each[0].key)))
