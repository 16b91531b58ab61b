"""How large the feeds are: for figures of operation, which may look a little behind.

At the I/O rim. Feeds that the configuration names are told one by one; those that ``[each]`` makes,
which may be thousands, only together.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markwire.formats import addresses
from markwire.model import FORMATS, Format, Site

_DIMENSIONS: Final = ("author", "language", "section", "tag")


@dataclass(frozen=True, slots=True)
class FeedSize:
    """One feed: bytes by format, and entries; ``key`` is empty for the main one."""

    key: str
    sizes: dict[Format, int]
    entries: int


@dataclass(frozen=True, slots=True)
class EachSize:
    """All feeds that ``[each]`` makes of one dimension: how many, and their bytes."""

    dimension: str
    feeds: int
    size: int


class Sizes:
    """Looks at the feeds of one site. Called in one thread at a time."""

    def __init__(self, site: Site) -> None:
        self._root = site.folders.feeds
        self._keys = tuple(sorted({"", *(feed.key for feed in site.feeds)}))
        self._counted: dict[str, tuple[tuple[int, int], int]] = {}

    def feeds(self) -> tuple[FeedSize, ...]:
        """Give the sizes of the feeds that are configured, and stand."""
        found = (FeedSize(key, self._sizes(key), self._entries(key)) for key in self._keys)
        return tuple(feed for feed in found if feed.sizes)

    def each(self) -> tuple[EachSize, ...]:
        """Give the sizes of those that are made of each value, by dimension."""
        found = []
        for dimension in _DIMENSIONS:
            sizes = [self._sizes(f"{dimension}/{name}") for name in self._folders(dimension)]
            standing = [each for each in sizes if each]
            if standing:
                total = sum(sum(each.values()) for each in standing)
                found.append(EachSize(dimension, len(standing), total))
        return tuple(found)

    def _sizes(self, key: str) -> dict[Format, int]:
        found: dict[Format, int] = {}
        for form in FORMATS:
            status = _state(self._root / addresses.path(key, form))
            if status is not None:
                found[form] = status[0]
        return found

    def _entries(self, key: str) -> int:
        """Count the entries of a feed; its JSON is read again only when it has changed."""
        file = self._root / addresses.path(key, "json")
        status = _state(file)
        if status is None:
            return 0
        known = self._counted.get(key)
        if known is None or known[0] != status:
            try:
                known = status, len(json.loads(file.read_bytes())["items"])
            except (OSError, ValueError, KeyError, TypeError):
                return 0
            self._counted[key] = known
        return known[1]

    def _folders(self, dimension: str) -> Iterator[str]:
        try:
            with os.scandir(self._root / dimension) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        yield entry.name
        except OSError:
            return


def _state(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
