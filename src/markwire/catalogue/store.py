"""What the tables have in common: one connection, and moments as whole seconds."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime


class Store:
    """A part of the catalogue: methods over the one connection that all parts share."""

    _db: sqlite3.Connection


def seconds(when: datetime) -> int:
    """Give a moment as the catalogue keeps it: seconds since 1970."""
    return int(when.timestamp())


def moment(seconds_since_1970: int) -> datetime:
    """Give back a moment, in UTC."""
    return datetime.fromtimestamp(seconds_since_1970, UTC)
