"""Feeds, who belongs to them, their windows, and the files that were written."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from zlib import crc32

from markwire.catalogue import Entry, Loss, Row
from markwire.catalogue.store import Store, moment, seconds, spoilt
from markwire.model import FORMATS, Body, Format, FragmentKind, Tombstone
from markwire.selection import NOTICE, Membership

_ROW: Final = "SELECT m.article, m.guid, a.updated, a.composed AND f.article IS NOT NULL"
_FRAGMENTS: Final = " LEFT JOIN fragments AS f ON f.article = m.article AND f.body = ?1"
_NEWEST_FIRST: Final = " ORDER BY m.published DESC, m.guid DESC"
_WINDOW: Final = (
    f"{_ROW} FROM memberships AS m JOIN articles AS a ON a.id = m.article{_FRAGMENTS}"
    f" WHERE m.feed = ?2 AND m.live = 1{_NEWEST_FIRST}"
)
_WINDOW_OF_NOTICES: Final = (
    f"{_ROW} FROM articles AS a INDEXED BY articles_killed"
    f" CROSS JOIN memberships AS m ON m.article = a.id{_FRAGMENTS}"
    " WHERE a.live AND a.killed IS NOT NULL AND m.feed = ?2 AND m.live = 1"
)
# Why an article that a feed carries is no more in its window; NULL where somebody decided it, or
# newer ones took its place.
_FATE: Final = (
    "SELECT CASE WHEN killed IS NOT NULL OR draft OR NOT present OR expires <= ?3 THEN NULL"
    " WHEN NOT live THEN 'hidden'"
    " WHEN NOT EXISTS (SELECT 1 FROM memberships WHERE article = id AND feed = ?2)"
    " THEN 'elsewhere' END FROM articles WHERE guid = ?1"
)
_LAST_PATH: Final = "\U0010ffff"  # no path begins so


class Feeds(Store):
    """Tables ``feeds``, ``memberships``, ``labels``, ``tombstones`` and ``outputs``."""

    def _feed(self, key: str) -> int:
        number = self._feed_numbers.get(key)
        if number is None:
            self._db.execute(
                "INSERT OR IGNORE INTO feeds (key, label, stands, owed) VALUES (?, '', 0, 0)",
                (key,),
            )
            (number,) = self._db.execute("SELECT id FROM feeds WHERE key = ?", (key,)).fetchone()
            assert isinstance(number, int)
            self._feed_numbers[key] = number
        return number

    def feeds_of(self, number: int) -> frozenset[str]:
        return frozenset(
            str(key)
            for (key,) in self._db.execute(
                "SELECT key FROM memberships JOIN feeds ON feeds.id = feed"
                " WHERE article = ? AND live",
                (number,),
            )
        )

    def memberships(self, number: int) -> tuple[Membership, ...]:
        rows = self._db.execute(
            "SELECT key, memberships.label FROM memberships JOIN feeds ON feeds.id = feed"
            " WHERE article = ? ORDER BY key",
            (number,),
        )
        return tuple(Membership(key, label) for key, label in rows)

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

    def relabelled(self, keys: Collection[str]) -> tuple[str, ...]:
        rows = (
            self._db.execute("SELECT label FROM feeds WHERE key = ? AND stands", (key,)).fetchone()
            for key in keys
        )
        return tuple(
            key
            for key, row in zip(keys, rows, strict=True)
            if row is not None and row[0] and row[0] != self.label(key)
        )

    def window(self, key: str, *, limit: int, body: Body) -> tuple[Row, ...]:
        feed = self._feed(key)
        rows = self._db.execute(f"{_WINDOW} LIMIT ?3", (body, feed, limit)).fetchall()
        if len(rows) == limit:
            # Whoever read an article must read that it was killed, however old it is.
            notices = self._db.execute(
                f"{_WINDOW_OF_NOTICES} AND (m.published, m.guid)"
                " < (SELECT published, guid FROM memberships WHERE feed = ?2 AND article = ?3)"
                f"{_NEWEST_FIRST}",
                (body, feed, rows[-1][0]),
            )
            rows += notices
        return tuple(
            Row(number, guid, moment(updated), bool(current))
            for number, guid, updated, current in rows
        )

    def reaches(self, key: str, number: int, *, limit: int) -> bool:
        (newer,) = self._db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM memberships AS m, memberships AS n"
            " WHERE m.article = ?1 AND m.feed = ?2 AND m.live"
            " AND n.feed = ?2 AND n.live = 1 AND (n.published, n.guid) > (m.published, m.guid)"
            " LIMIT ?3)",
            (number, self._feed(key), limit),
        ).fetchone()
        if newer < limit:
            return True
        (killed,) = self._db.execute(
            "SELECT killed IS NOT NULL FROM articles WHERE id = ?", (number,)
        ).fetchone()
        return bool(killed)

    def fragments(self, number: int, body: Body) -> Mapping[Format, bytes] | None:
        found = self._recent.get(number, body)
        if found is None:
            row = self._db.execute(
                "SELECT rss, atom, json, checksum FROM fragments WHERE article = ? AND body = ?",
                (number, body),
            ).fetchone()
            if row is None:
                return None
            *parts, checksum = row
            if _checksum(parts) != checksum:
                raise spoilt(f"the fragments of article {number}")
            found = dict(zip(FORMATS, parts, strict=True))
            self._recent.put(number, body, found)
        return found

    def _keep_fragments(self, number: int, fragments: Mapping[FragmentKind, bytes]) -> None:
        """Replace the fragments of an article; each body has all formats, or none."""
        for (body,) in self._db.execute(
            "DELETE FROM fragments WHERE article = ? RETURNING body", (number,)
        ).fetchall():
            self._recent.drop(number, body)
        for body in sorted({body for _, body in fragments}):
            parts = [fragments[form, body] for form in FORMATS]
            self._db.execute(
                "INSERT INTO fragments VALUES (?, ?, ?, ?, ?, ?)",
                (number, body, *parts, _checksum(parts)),
            )
            self._recent.put(number, body, dict(zip(FORMATS, parts, strict=True)))

    def tombstones(self, key: str, *, limit: int) -> tuple[Tombstone, ...]:
        rows = self._db.execute(
            "SELECT guid, tombstones.gone FROM tombstones JOIN articles ON articles.id = article"
            " WHERE feed = ? ORDER BY tombstones.gone DESC, guid LIMIT ?",
            (self._feed(key), limit),
        )
        return tuple(Tombstone(guid, moment(gone)) for guid, gone in rows)

    def _mourn(self, number: int, gone: int) -> None:
        """Put a tombstone of an article into each feed that carried it."""
        self._db.execute(
            "INSERT OR REPLACE INTO tombstones"
            " SELECT feed, article, ? FROM memberships WHERE article = ?",
            (gone, number),
        )
        self._owe_mourning("article = ?", number)

    def _revive(self, number: int) -> None:
        """Take the tombstones of an article away."""
        self._owe_mourning("article = ?", number)
        self._db.execute("DELETE FROM tombstones WHERE article = ?", (number,))

    def _owe_mourning(self, which: str, value: int) -> None:
        self._db.execute(
            "UPDATE feeds SET owed = 1"
            f" WHERE stands AND id IN (SELECT feed FROM tombstones WHERE {which})",
            (value,),
        )

    def bury(self, now: datetime) -> None:
        oldest = seconds(now - NOTICE)
        self._owe_mourning("gone <= ?", oldest)
        self._db.execute("DELETE FROM tombstones WHERE gone <= ?", (oldest,))

    def feed_updated(self, key: str) -> datetime | None:
        row = self._db.execute("SELECT updated FROM feeds WHERE key = ?", (key,)).fetchone()
        return moment(row[0]) if row and row[0] is not None else None

    def record_feed(
        self, key: str, *, label: str, updated: datetime | None, carried: Sequence[str]
    ) -> None:
        self._db.execute(
            "UPDATE feeds SET label = ?, updated = ?, carried = ?, generation = ?,"
            " stands = 1, owed = 0 WHERE id = ?",
            (
                label,
                seconds(updated) if updated else None,
                json.dumps(carried, ensure_ascii=False, separators=(",", ":")),
                self._new_generation(),
                self._feed(key),
            ),
        )

    def list_feed(self, key: str, said: str) -> None:
        self._db.execute("UPDATE feeds SET listed = ? WHERE id = ?", (said, self._feed(key)))

    def listed(self) -> Iterator[tuple[str, str, str]]:
        rows = self._db.execute(
            "SELECT key, label, listed FROM feeds WHERE stands AND listed IS NOT NULL ORDER BY key"
        )
        return ((key, label, said) for key, label, said in rows)

    def generation(self) -> int:
        row = self._db.execute("SELECT value FROM settings WHERE name = 'generation'").fetchone()
        return int(row[0]) if row else 0

    def _new_generation(self) -> int:
        """Give the generation of this batch: the one after the last."""
        if self._generation is None:
            self._generation = self.generation() + 1
            self._db.execute(
                "INSERT OR REPLACE INTO settings VALUES ('generation', ?)", (str(self._generation),)
            )
        return self._generation

    def carried(self, key: str) -> tuple[str, ...]:
        row = self._db.execute("SELECT carried FROM feeds WHERE key = ?", (key,)).fetchone()
        return tuple(json.loads(row[0])) if row and row[0] else ()

    def lost(self, key: str, guids: Iterable[str], now: datetime) -> Mapping[str, Loss]:
        found: dict[str, Loss] = {}
        for guid in guids:
            row = self._db.execute(_FATE, (guid, self._feed(key), seconds(now))).fetchone()
            if row is None:
                found[guid] = "unknown"
            elif row[0]:
                found[guid] = row[0]
        return found

    def drop_feed(self, key: str) -> None:
        number = self._feed(key)
        for table in ("memberships", "labels", "tombstones"):
            self._db.execute(f"DELETE FROM {table} WHERE feed = ?", (number,))
        self._db.execute("DELETE FROM feeds WHERE id = ?", (number,))
        del self._feed_numbers[key]

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
        if live:
            rows = self._db.execute(
                "SELECT feed, label, ?1 FROM memberships WHERE article = ?2 AND label <> ''",
                (step, number),
            )
            self._count(rows.fetchall())

    def _count(self, labels: Iterable[tuple[int, str, int]]) -> None:
        """Count how many more, or fewer, live articles of a feed spell its value so."""
        self._db.executemany(
            "INSERT INTO labels VALUES (?1, ?2, ?3)"
            " ON CONFLICT DO UPDATE SET articles = articles + ?3",
            labels,
        )

    def outputs(
        self, *, after: str = "", before: str = "", limit: int = -1
    ) -> Iterator[tuple[str, tuple[int, int]]]:
        rows = self._db.execute(
            "SELECT path, size, modified FROM outputs WHERE path > ? AND path < ?"
            " ORDER BY path LIMIT ?",
            (after, before or _LAST_PATH, limit),
        )
        return ((path, (size, modified)) for path, size, modified in rows)

    def output(self, path: str) -> tuple[int, int] | None:
        row = self._db.execute(
            "SELECT size, modified FROM outputs WHERE path = ?", (path,)
        ).fetchone()
        return (int(row[0]), int(row[1])) if row else None

    def record_output(self, path: str, size: int, modified: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?)", (path, size, modified))

    def forget_output(self, path: str) -> None:
        self._db.execute("DELETE FROM outputs WHERE path = ?", (path,))


def _checksum(parts: Iterable[bytes]) -> int:
    total = 0
    for part in parts:
        total = crc32(part, total)
    return total
