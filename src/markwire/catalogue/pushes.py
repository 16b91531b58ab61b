"""What is owed to hubs and partners, what they know, and what was lately sent to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from markwire.catalogue import Announced
from markwire.catalogue.store import Store, maybe, moment, seconds
from markwire.outbox import (
    GIVEN_UP,
    MOST_COUNTED,
    MOST_WAIT,
    Account,
    Attempt,
    Due,
    Event,
    Notice,
    Target,
    after,
)
from markwire.views import Delivery, OwedPush

KEPT: Final = 200  # deliveries
_BEGUN: Final = "announcing"

# What an article that readers see was made of: the file, the last declared change, the address.
_STATE: Final = (
    "coalesce((SELECT digest FROM files WHERE article = articles.id), '')"
    " || ' ' || updated || ' ' || permalink"
)
_NOTICE: Final = "SELECT topic, event, body, since, version, attempts FROM notices"


class Pushes(Store):
    """Tables ``topics``, ``announced``, ``targets``, ``notices`` and ``deliveries``."""

    def record_topic(self, path: str, digest: bytes) -> bytes | None:
        row = self._db.execute("SELECT digest FROM topics WHERE path = ?", (path,)).fetchone()
        if row is None or row[0] != digest:
            self._db.execute("INSERT OR REPLACE INTO topics VALUES (?, ?)", (path, digest))
        return row[0] if row else None

    def forget_topics(self, paths: Iterable[str]) -> None:
        self._db.executemany("DELETE FROM topics WHERE path = ?", [(path,) for path in paths])

    def begin_announcing(self) -> None:
        row = self._db.execute("SELECT 1 FROM settings WHERE name = ?", (_BEGUN,)).fetchone()
        if row is None:
            self._db.execute(
                "INSERT OR REPLACE INTO announced"
                f" SELECT id, permalink, {_STATE}, NULL FROM articles WHERE live"
            )
            self._db.execute("INSERT INTO settings VALUES (?, '1')", (_BEGUN,))

    def end_announcing(self) -> None:
        if self._db.execute("DELETE FROM settings WHERE name = ?", (_BEGUN,)).rowcount:
            self._db.execute("DELETE FROM announced")

    def announced(self, number: int) -> Announced | None:
        row = self._db.execute(
            "SELECT permalink, state, document FROM announced WHERE article = ?", (number,)
        ).fetchone()
        return Announced(*row) if row else None

    def state_of(self, number: int) -> str:
        row = self._db.execute(f"SELECT {_STATE} FROM articles WHERE id = ?", (number,)).fetchone()
        return str(row[0])

    def record_announced(self, number: int, announced: Announced) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO announced VALUES (?, ?, ?, ?)",
            (number, announced.permalink, announced.state, announced.document),
        )

    # --- the outbox ----------------------------------------------------------------------

    def keep_targets(self, targets: Collection[Target]) -> None:
        kept = {target.key for target in targets}
        for (key,) in self._db.execute("SELECT key FROM targets").fetchall():
            if key not in kept:
                self._db.execute("DELETE FROM notices WHERE target = ?", (key,))
                self._db.execute("DELETE FROM targets WHERE key = ?", (key,))
        self._db.executemany(
            "INSERT INTO targets (key, kind, shown) VALUES (?1, ?2, ?3)"
            " ON CONFLICT DO UPDATE SET shown = ?3 WHERE shown <> ?3",
            [(target.key, target.kind, target.shown) for target in targets],
        )

    def owe_push(
        self, target: Target, topic: str, now: datetime, *, event: Event = "", body: str = ""
    ) -> None:
        row = self._db.execute(
            "SELECT event FROM notices WHERE target = ? AND topic = ?", (target.key, topic)
        ).fetchone()
        if row is None:
            at = seconds(now)
            self._db.execute(
                "INSERT INTO notices VALUES (?, ?, ?, ?, ?, 1, 0, ?, '')",
                (target.key, topic, event, body, at, at),
            )
        else:
            self._db.execute(
                "UPDATE notices SET event = ?, body = ?, version = version + 1"
                " WHERE target = ? AND topic = ?",
                (after(row[0], event), body, target.key, topic),
            )

    def withdraw_push(self, topic: str) -> None:
        self._db.execute("DELETE FROM notices WHERE topic = ?", (topic,))

    def due_pushes(self, target: Target, now: datetime, *, limit: int) -> Due:
        row = self._db.execute(
            "SELECT failures, next FROM targets WHERE key = ?", (target.key,)
        ).fetchone()
        at, latest = seconds(now), seconds(now + MOST_WAIT)
        if row is None or at < row[1] <= latest:
            return Due()
        in_order = " ORDER BY next, length(topic), topic LIMIT ?"
        rows = self._db.execute(
            f"{_NOTICE} WHERE target = ? AND next <= ?{in_order}", (target.key, at, limit)
        ).fetchall()
        # No wait is so long: the clock was wrong.
        rows = (
            rows
            or self._db.execute(
                f"{_NOTICE} WHERE target = ? AND next > ?{in_order}", (target.key, latest, limit)
            ).fetchall()
        )
        notices = (
            Notice(topic, event, body, moment(since), version, attempts)
            for topic, event, body, since, version, attempts in rows
        )
        return Due(tuple(notices), row[0])

    def next_push(self, target: Target) -> datetime | None:
        row = self._db.execute(
            "SELECT max(targets.next, (SELECT min(next) FROM notices WHERE target = key))"
            " FROM targets WHERE key = ?",
            (target.key,),
        ).fetchone()
        return maybe(row[0]) if row else None

    def record_attempt(self, attempt: Attempt) -> None:
        match attempt.verdict:
            case "delivered":
                self._deliver(attempt)
            case "refused":
                self._refuse(attempt)
            case "failed":
                self._fail(attempt)
        self._note_delivery(attempt)

    def _deliver(self, attempt: Attempt) -> None:
        key, at = attempt.target.key, seconds(attempt.when)
        self._db.executemany(
            "DELETE FROM notices WHERE target = ? AND topic = ? AND version = ?",
            [(key, each.topic, each.version) for each in attempt.notices],
        )
        # What is left of them was owed again meanwhile: that is owed since now, and was not tried.
        self._db.executemany(
            "UPDATE notices SET since = ?1, next = ?1, attempts = 0, answer = ''"
            " WHERE target = ?2 AND topic = ?3",
            [(at, key, each.topic) for each in attempt.notices],
        )
        self._db.execute(
            "UPDATE targets SET failures = 0, failing = NULL, next = 0, answer = ?,"
            " given_up = NULL WHERE key = ?",
            (attempt.answer, key),
        )

    def _refuse(self, attempt: Attempt) -> None:
        """Note that a target that is well did not take these notices."""
        key = attempt.target.key
        self._try_again(attempt)
        self._db.execute(
            "UPDATE targets SET failures = 0, failing = NULL, next = 0, answer = ? WHERE key = ?",
            (attempt.answer, key),
        )
        oldest = seconds(attempt.when - GIVEN_UP)
        self._give_up(
            attempt, [(key, oldest, each.topic) for each in attempt.notices], " AND topic = ?"
        )

    def _fail(self, attempt: Attempt) -> None:
        """Note that a target is not well: it is left alone, and nothing else is tried."""
        key = attempt.target.key
        self._try_again(attempt)
        self._db.execute(
            "UPDATE targets SET failures = failures + 1, failing = coalesce(failing, ?),"
            " next = ?, answer = ? WHERE key = ?",
            (seconds(attempt.when), seconds(attempt.again), attempt.answer, key),
        )
        self._give_up(attempt, [(key, seconds(attempt.when - GIVEN_UP))], "")

    def _try_again(self, attempt: Attempt) -> None:
        again = seconds(attempt.again) if attempt.verdict == "refused" else None
        self._db.executemany(
            "UPDATE notices SET attempts = attempts + 1, answer = ?, next = coalesce(?, next)"
            " WHERE target = ? AND topic = ?",
            [(attempt.answer, again, attempt.target.key, each.topic) for each in attempt.notices],
        )

    def _give_up(self, attempt: Attempt, which: Iterable[tuple[object, ...]], more: str) -> None:
        query = f"DELETE FROM notices WHERE target = ? AND since <= ?{more}"
        if self._db.executemany(query, which).rowcount > 0:
            self._db.execute(
                "UPDATE targets SET given_up = ? WHERE key = ?",
                (seconds(attempt.when), attempt.target.key),
            )

    def _note_delivery(self, attempt: Attempt) -> None:
        first = attempt.notices[0].topic
        more = len(attempt.notices) - 1
        row = self._db.execute(
            "INSERT INTO deliveries (at, kind, target, topic, answer, milliseconds, delivered)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING seq",
            (
                seconds(attempt.when),
                attempt.target.kind,
                attempt.target.shown,
                f"{first} +{more}" if more else first,
                attempt.answer,
                attempt.milliseconds,
                attempt.verdict == "delivered",
            ),
        ).fetchone()
        self._db.execute("DELETE FROM deliveries WHERE seq <= ?", (row[0] - KEPT,))

    # --- what is told of it --------------------------------------------------------------

    def push_accounts(self) -> tuple[Account, ...]:
        rows = self._db.execute(
            "SELECT kind, shown,"
            # Of very many, to count them all would take as long as an edition.
            " (SELECT count(*) FROM (SELECT 1 FROM notices WHERE target = key LIMIT ?)),"
            " (SELECT min(since) FROM notices WHERE target = key),"
            " max(next, (SELECT min(next) FROM notices WHERE target = key)),"
            " failing, given_up, answer FROM targets ORDER BY kind, shown, key",
            (MOST_COUNTED,),
        )
        return tuple(
            Account(
                kind,
                shown,
                owed,
                maybe(since),
                maybe(again),
                maybe(failing),
                maybe(given_up),
                answer,
            )
            for kind, shown, owed, since, again, failing, given_up, answer in rows
        )

    def owed_pushes(self, limit: int) -> tuple[OwedPush, ...]:
        found = []
        # One after the other: then there is an index, however many are owed.
        for key, kind, shown, later, last in self._db.execute(
            "SELECT key, kind, shown, next, answer FROM targets"
        ).fetchall():
            rows = self._db.execute(
                "SELECT topic, since, attempts, next, answer FROM notices"
                " WHERE target = ? ORDER BY since, topic LIMIT ?",
                (key, limit),
            )
            found += [
                (since, kind, shown, topic, attempts, max(again, later), answer or last)
                for topic, since, attempts, again, answer in rows
            ]
        return tuple(
            OwedPush(kind, shown, topic, moment(since), attempts, moment(again), answer)
            for since, kind, shown, topic, attempts, again, answer in sorted(found)[:limit]
        )

    def deliveries(self, limit: int) -> tuple[Delivery, ...]:
        rows = self._db.execute(
            "SELECT at, kind, target, topic, answer, milliseconds, delivered FROM deliveries"
            " ORDER BY seq DESC LIMIT ?",
            (limit,),
        )
        return tuple(
            Delivery(moment(at), kind, target, topic, answer, taken, bool(delivered))
            for at, kind, target, topic, answer, taken, delivered in rows
        )
