"""When readers see an article: from its release until it leaves them, and what it leaves behind."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from markwire.catalogue import Waiting
from markwire.catalogue.articles import IS_REFUSED, NOTE, Articles, release_of
from markwire.catalogue.store import maybe, moment, seconds
from markwire.formats.marker import Marker
from markwire.model import Identity
from markwire.selection import NOTICE, visible

_NOTICE: Final = int(NOTICE.total_seconds())


class Releases(Articles):
    """Tables ``articles``, ``tombstones`` and ``ledger``: what is live, and what is gone."""

    def release(self, number: int, now: datetime) -> bool:
        article = self.article(number)
        when = article.release
        # The notice of a killed article that readers had seen needs no file.
        is_there = article.present if when.killed is None else article.seen is not None
        live = is_there and visible(when, now)
        if live and not article.live:
            # What a refused file last held is gone: it can stay, but it cannot appear.
            query = f"SELECT 1 FROM articles WHERE id = ? AND {IS_REFUSED}"
            live = self._db.execute(query, (number,)).fetchone() is None
        self._set_live(number, live, now)
        return live

    def due(self, now: datetime) -> tuple[int, ...]:
        # One query each: for a UNION that is ordered, SQLite looks through the whole table.
        due = (
            "present AND NOT live AND NOT draft AND appears <= ?1 AND killed IS NULL"
            f" AND (expires IS NULL OR expires > ?1) AND NOT {IS_REFUSED}",
            "live AND expires IS NOT NULL AND expires <= ?1 AND killed IS NULL",
            "live AND appears > ?1 AND killed IS NULL",  # The clock went back.
            "live AND killed IS NOT NULL AND killed <= ?1 - ?2",
            "NOT live AND seen IS NOT NULL AND killed IS NOT NULL AND killed > ?1 - ?2",
        )
        numbers: set[int] = set()
        for condition in due:
            query = f"SELECT id FROM articles WHERE {condition}"
            rows = self._db.execute(query, (seconds(now), _NOTICE)[: condition.count("?2") + 1])
            numbers.update(number for (number,) in rows)
        return tuple(sorted(numbers))

    def next_due(self, now: datetime) -> datetime | None:
        (due,) = self._db.execute(
            "SELECT min(moment) FROM ("
            " SELECT min(appears) AS moment FROM articles"
            "  WHERE present AND NOT live AND NOT draft AND appears > ?1"
            " UNION ALL SELECT min(expires) FROM articles"
            "  WHERE live AND expires IS NOT NULL AND expires > ?1"
            " UNION ALL SELECT min(killed) + ?2 FROM articles WHERE live AND killed IS NOT NULL"
            " UNION ALL SELECT min(gone) + ?2 FROM tombstones"
            " UNION ALL SELECT min(leaves) FROM files WHERE leaves IS NOT NULL)",
            (seconds(now), _NOTICE),
        ).fetchone()
        return None if due is None else moment(due)

    def kill(self, number: int, now: datetime, *, reason: str) -> None:
        self._db.execute(
            "UPDATE articles SET killed = ?1, gone = ?1, reason = ?2, asked = NULL, composed = 0,"
            " updated = ?1 WHERE id = ?3",
            (seconds(now), reason, number),
        )
        self._note("killed", self.article(number).identity, now)
        self.release(number, now)
        self._mourn(number, seconds(now))

    def restore(self, number: int, now: datetime) -> None:
        self._db.execute(
            "UPDATE articles SET killed = NULL, reason = '', composed = 0 WHERE id = ?", (number,)
        )
        # What its file says has to be read again.
        self._db.execute("UPDATE files SET digest = '' WHERE article = ?", (number,))
        self._note("restored", self.article(number).identity, now)
        if self.release(number, now):
            self._come_back(number)

    def withdraw(self, number: int, now: datetime) -> None:
        self._db.execute("UPDATE articles SET present = 0 WHERE id = ?", (number,))
        if self.release(number, now):
            return  # The notice of a killed article stands without a file.
        self._db.execute("UPDATE articles SET page = '', asked = NULL WHERE id = ?", (number,))
        self._keep_fragments(number, {})
        for table in ("mentions", "shown"):
            self._db.execute(f"DELETE FROM {table} WHERE article = ?", (number,))

    def missing(self) -> tuple[int, int]:
        missing = "NOT present AND NOT live AND gone IS NULL AND seen IS NOT NULL"
        row = self._db.execute(
            f"SELECT count(*) FILTER (WHERE {missing}), count(*) FROM articles"
            f" WHERE live OR ({missing})"
        ).fetchone()
        return int(row[0]), int(row[1])

    def depart(self, now: datetime) -> None:
        gone = seconds(now)
        rows = self._db.execute(
            "UPDATE articles SET gone = ?"
            " WHERE NOT present AND NOT live AND gone IS NULL AND seen IS NOT NULL RETURNING id",
            (gone,),
        ).fetchall()
        for (number,) in rows:
            self._mourn(number, gone)

    def remember_departed(self, slug: str, marker: Marker) -> None:
        identity = Identity(marker.guid, slug, marker.published, marker.own_id)
        number = self._remember(
            identity, "", marker.source, marker.permalink, marker.gone, marker.feeds
        )
        if number is None:
            return
        gone = seconds(marker.gone)
        self._db.execute(
            "UPDATE articles SET gone = ?1, killed = iif(?2, ?1, NULL), reason = ?3, language = ?4,"
            " composed = NOT ?2 WHERE id = ?5",
            (gone, marker.killed, marker.reason, marker.language, number),
        )
        self._mourn(number, gone)

    def departed(self) -> tuple[int, ...]:
        rows = self._db.execute(
            "SELECT id FROM articles INDEXED BY articles_to_mark"
            " WHERE gone IS NOT NULL AND NOT composed AND NOT live ORDER BY id"
        )
        return tuple(number for (number,) in rows)

    def marker(self, number: int) -> Marker:
        columns = "guid, published, gone, fingerprint, own_id, killed IS NOT NULL, permalink"
        row = self._db.execute(
            f"SELECT {columns}, language, reason FROM articles WHERE id = ?", (number,)
        ).fetchone()
        guid, published, gone, source, own_id, killed, permalink, language, reason = row
        feeds = self._db.execute(
            "SELECT key FROM tombstones JOIN feeds ON feeds.id = feed WHERE article = ?"
            " ORDER BY key",
            (number,),
        )
        return Marker(
            guid,
            moment(published),
            moment(gone),
            source,
            own_id,
            tuple(str(key) for (key,) in feeds),
            *((True, permalink, language, reason) if killed else ()),
        )

    def mark_departed(self, number: int) -> None:
        self._db.execute("UPDATE articles SET composed = 1 WHERE id = ?", (number,))

    def kept_back(self, limit: int) -> tuple[Waiting, ...]:
        return self._waiting("present AND NOT live ORDER BY draft, appears, path LIMIT ?", limit)

    def asked_about(self, limit: int) -> tuple[Waiting, ...]:
        return self._waiting("asked IS NOT NULL ORDER BY asked DESC, path LIMIT ?", limit)

    def _waiting(self, which: str, limit: int) -> tuple[Waiting, ...]:
        rows = self._db.execute(
            "SELECT path, headline, asked, appears, expires, draft, embargoed, killed"
            f" FROM articles WHERE {which}",
            (limit,),
        )
        return tuple(
            Waiting(path, headline, release_of(*of_release), maybe(asked))
            for path, headline, asked, *of_release in rows
        )

    def ask(self, number: int, *, substance: str, since: datetime | None) -> None:
        self._db.execute(
            "UPDATE articles SET substance = ?, asked = ? WHERE id = ?",
            (substance, seconds(since) if since else None, number),
        )

    def _set_live(self, number: int, live: bool, now: datetime) -> None:
        article = self.article(number)
        if article.live == live:
            return
        if not live:
            self._count_labels(number, 1, -1)
        # Its page goes with it: should it come back, all of it is written again.
        self._db.execute(
            "UPDATE articles SET live = ?1, composed = composed AND ?1 WHERE id = ?2",
            (live, number),
        )
        self._db.execute("UPDATE memberships SET live = ? WHERE article = ?", (live, number))
        if live:
            self._count_labels(number, 1, 1)
        else:
            self._set_problems(article.path, "composed", ())
        if live and article.release.killed is None:
            self._come_back(number)
        elif article.seen is not None and article.release.killed is None:
            self._db.execute("UPDATE articles SET gone = ? WHERE id = ?", (seconds(now), number))
            self._mourn(number, seconds(now))
        self._note("published" if live else "withdrawn", article.identity, now)

    def _come_back(self, number: int) -> None:
        # Where its page and JSON stood, there is a marker now.
        self._db.execute(
            "UPDATE articles SET gone = NULL, composed = composed AND gone IS NULL WHERE id = ?",
            (number,),
        )
        self._revive(number)

    def _note(self, event: str, identity: Identity, now: datetime) -> None:
        self._db.execute(NOTE, (seconds(now), event, identity.guid, seconds(identity.published)))
