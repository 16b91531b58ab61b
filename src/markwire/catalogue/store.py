"""What the tables have in common: one connection, and moments as whole seconds."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from functools import lru_cache
from zlib import crc32

from markwire.catalogue.recent import Recent
from markwire.problems import Problem


class Store:
    """A part of the catalogue: methods over the one connection that all parts share.

    What is at hand in memory is only ever what the file holds too; ``_forget_memory`` drops it,
    for when a batch was not kept.
    """

    _db: sqlite3.Connection
    _recent: Recent
    _feed_numbers: dict[str, int]
    _standing_problems: tuple[Problem, ...] | None
    _generation: int | None

    def _forget_memory(self) -> None:
        self._recent = Recent()
        self._feed_numbers = {}
        self._standing_problems = None
        self._generation = None


def spoilt(what: str) -> sqlite3.DatabaseError:
    """Give the fault of a file that holds other bytes than were written."""
    return sqlite3.DatabaseError(f"{what} are not as they were written")


def seal(guid: str, own_id: str, slug: str, published: int) -> int:
    """Give the checksum of who an article is, ``published`` being in seconds since 1970."""
    return crc32(f"{guid}\0{own_id}\0{slug}\0{published}".encode())


def seconds(when: datetime) -> int:
    """Give a moment as the catalogue keeps it: seconds since 1970."""
    return int(when.timestamp())


@lru_cache(maxsize=4096)  # The windows of one edition hold the same articles again and again.
def moment(seconds_since_1970: int) -> datetime:
    """Give back a moment, in UTC."""
    return datetime.fromtimestamp(seconds_since_1970, UTC)


def maybe(when: int | None) -> datetime | None:
    """Give back a moment, where there is one."""
    return None if when is None else moment(when)
