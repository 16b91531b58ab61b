"""Feeds, who belongs to them, their windows, and the files that were written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from markwire.catalogue import Entry, Row
from markwire.catalogue.store import Store, moment, seconds
from markwire.model import FORMATS, Body


class Feeds(Store):
    """Tables ``feeds``, ``memberships``, ``labels`` and ``outputs``."""

    def _feed(self, key: str) -> int:
        self._db.execute(
            "INSERT OR IGNORE INTO feeds (key, label, stands, owed) VALUES (?, '', 0, 0)", (key,)
        )
        (number,) = self._db.execute("SELECT id FROM feeds WHERE key = ?", (key,)).fetchone()
        return int(number)

    def feeds_of(self, number: int) -> frozenset[str]:
        return frozenset(
            str(key)
            for (key,) in self._db.execute(
                "SELECT key FROM memberships JOIN feeds ON feeds.id = feed"
                " WHERE article = ? AND live",
                (number,),
            )
        )

    def owe(self, keys: Iterable[str] | None) -> None:
        if keys is None:
            self._db.execute("UPDATE feeds SET owed = stands")
            return
        for key in keys:
            self._db.execute(
                "UPDATE feeds SET owed = 1, stands = 1 WHERE id = ?", (self._feed(key),)
            )

    def owed(self) -> tuple[str, ...]:
        rows = self._db.execute("SELECT key FROM feeds WHERE owed ORDER BY key")
        return tuple(str(key) for (key,) in rows)

    def paid(self, keys: Iterable[str]) -> None:
        self._db.executemany("UPDATE feeds SET owed = 0 WHERE key = ?", [(key,) for key in keys])

    def forgive(self, key: str) -> None:
        self._db.execute("UPDATE feeds SET owed = 0, stands = 0 WHERE key = ?", (key,))

    def feed_keys(self) -> tuple[str, ...]:
        return tuple(
            str(key)
            for (key,) in self._db.execute("SELECT key FROM feeds WHERE stands ORDER BY key")
        )

    def label(self, key: str) -> str:
        row = self._db.execute(
            "SELECT labels.label FROM labels JOIN feeds ON feeds.id = feed"
            " WHERE key = ? AND articles > 0 ORDER BY articles DESC, labels.label LIMIT 1",
            (key,),
        ).fetchone()
        row = row or self._db.execute("SELECT label FROM feeds WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def window(self, key: str, *, limit: int, body: Body) -> tuple[Row, ...]:
        newest = self._db.execute(
            "SELECT article, updated, composed FROM memberships AS m"
            " JOIN articles ON articles.id = article"
            " WHERE feed = ? AND m.live = 1 ORDER BY m.published DESC, m.guid DESC LIMIT ?",
            (self._feed(key), limit),
        ).fetchall()
        rows = []
        for number, updated, composed in newest:
            found = dict(
                self._db.execute(
                    "SELECT format, bytes FROM fragments WHERE article = ? AND body = ?",
                    (number, body),
                ).fetchall()
            )
            fragments = {form: found.get(form) for form in FORMATS}
            current = bool(composed) and None not in fragments.values()
            rows.append(Row(int(number), moment(updated), current, fragments))
        return tuple(rows)

    def feed_updated(self, key: str) -> datetime | None:
        row = self._db.execute("SELECT updated FROM feeds WHERE key = ?", (key,)).fetchone()
        return moment(row[0]) if row and row[0] is not None else None

    def record_feed(self, key: str, *, label: str, updated: datetime | None) -> None:
        self._db.execute(
            "UPDATE feeds SET label = ?, updated = ?, stands = 1 WHERE id = ?",
            (label, seconds(updated) if updated else None, self._feed(key)),
        )

    def drop_feed(self, key: str) -> None:
        number = self._feed(key)
        for table in ("memberships", "labels"):
            self._db.execute(f"DELETE FROM {table} WHERE feed = ?", (number,))
        self._db.execute("DELETE FROM feeds WHERE id = ?", (number,))

    def _set_memberships(self, number: int, entry: Entry) -> None:
        """Replace an article's places in feeds; its ``live`` column says whether they count."""
        (live,) = self._db.execute("SELECT live FROM articles WHERE id = ?", (number,)).fetchone()
        self._count_labels(number, live, -1)
        self._db.execute("DELETE FROM memberships WHERE article = ?", (number,))
        published, guid = seconds(entry.identity.published), entry.identity.guid
        self._db.executemany(
            "INSERT INTO memberships VALUES (?, ?, ?, ?, ?, ?)",
            [
                (self._feed(m.key), live, published, guid, number, m.label)
                for m in entry.memberships
            ],
        )
        self._count_labels(number, live, 1)

    def _count_labels(self, number: int, live: int, step: int) -> None:
        if not live:
            return
        self._db.execute(
            "INSERT INTO labels SELECT feed, label, ?1 FROM memberships"
            " WHERE article = ?2 AND label <> ''"
            " ON CONFLICT DO UPDATE SET articles = articles + ?1",
            (step, number),
        )

    def outputs(self) -> Mapping[str, tuple[int, int]]:
        rows = self._db.execute("SELECT path, size, modified FROM outputs")
        return {path: (size, modified) for path, size, modified in rows}

    def output(self, path: str) -> tuple[int, int] | None:
        row = self._db.execute(
            "SELECT size, modified FROM outputs WHERE path = ?", (path,)
        ).fetchone()
        return (int(row[0]), int(row[1])) if row else None

    def record_output(self, path: str, size: int, modified: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?)", (path, size, modified))

    def forget_output(self, path: str) -> None:
        self._db.execute("DELETE FROM outputs WHERE path = ?", (path,))
