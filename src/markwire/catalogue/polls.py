"""Who polled, by day and feed; and which files of the process that serves were taken in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from markwire.catalogue.store import Store
from markwire.model import Format
from markwire.polls import KEPT_DAYS, Tally
from markwire.views import PollPoint

_COUNT: Final = (
    "INSERT INTO polls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
    " unchanged = unchanged + excluded.unchanged, whole = whole + excluded.whole,"
    " moved = moved + excluded.moved, refused = refused + excluded.refused,"
    " failed = failed + excluded.failed, sent = sent + excluded.sent"
)
_AGENT: Final = (
    "INSERT INTO pollers VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET requests = requests + excluded.requests"
)
# The newest; of two at one moment the greater, so that no order of files tells.
_STATE: Final = (
    "INSERT INTO subscribers VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
    " SET at = excluded.at, subscribers = excluded.subscribers"
    " WHERE (excluded.at, excluded.subscribers) > (at, subscribers)"
)
# The first day that is too old, found from day to day, whatever number of feeds each has.
_OLDEST: Final = (
    "WITH RECURSIVE days(day) AS (SELECT max(day) FROM polls UNION ALL"
    " SELECT (SELECT max(day) FROM polls WHERE polls.day < days.day) FROM days"
    " WHERE days.day IS NOT NULL)"
    " SELECT day FROM days WHERE day IS NOT NULL LIMIT 1 OFFSET ?"
)
_REQUESTS: Final = "unchanged + whole + moved + refused + failed"


class Polls(Store):
    """Tables ``polls``, ``pollers``, ``subscribers`` and ``taken_polls``."""

    def take_polls(self, name: str, tally: Tally) -> None:
        self._db.execute("INSERT INTO taken_polls VALUES (?)", (name,))
        self._db.executemany(_COUNT, ((*polled, *n) for polled, n in tally.counts.items()))
        self._db.executemany(
            _AGENT, ((*polled, agent, n) for (polled, agent), n in tally.agents.items())
        )
        self._db.executemany(
            _STATE,
            (
                (*group.polled, group.agent, group.number, *stated)
                for group, stated in tally.stated.items()
            ),
        )

    def taken_polls(self) -> frozenset[str]:
        return frozenset(name for (name,) in self._db.execute("SELECT name FROM taken_polls"))

    def forget_taken_polls(self, names: Collection[str]) -> None:
        self._db.executemany("DELETE FROM taken_polls WHERE name = ?", ((name,) for name in names))

    def drop_polls(self) -> None:
        row = self._db.execute(_OLDEST, (KEPT_DAYS,)).fetchone()
        if row is not None:
            for table in ("polls", "pollers", "subscribers"):
                self._db.execute(f"DELETE FROM {table} WHERE day <= ?", row)

    def polls(self, *, since: str, feed: str | None = None) -> tuple[PollPoint, ...]:
        which = "day >= ?1 AND (?2 IS NULL OR feed = ?2)"
        rows = self._db.execute(
            f"SELECT day, sum({_REQUESTS}), sum(unchanged), sum(sent),"
            " (SELECT coalesce(sum(subscribers), 0) FROM subscribers AS s"
            "  WHERE s.day = polls.day AND (?2 IS NULL OR s.feed = ?2))"
            f" FROM polls WHERE {which} GROUP BY day ORDER BY day",
            (since, feed),
        )
        return tuple(PollPoint(*row) for row in rows)

    def polled(self, *, since: str) -> Mapping[tuple[str, Format], int]:
        rows = self._db.execute(
            f"SELECT feed, format, sum({_REQUESTS}) FROM polls WHERE day >= ?"
            " GROUP BY feed, format ORDER BY feed, format",
            (since,),
        )
        return {(feed, form): requests for feed, form, requests in rows}

    def pollers(self, *, since: str) -> Mapping[str, int]:
        rows = self._db.execute(
            "SELECT agent, sum(requests) AS n FROM pollers WHERE day >= ?"
            " GROUP BY agent ORDER BY n DESC, agent",
            (since,),
        )
        return dict(rows.fetchall())

    def subscribers(self, *, since: str) -> Mapping[str, Mapping[str, int]]:
        # SQLite gives the columns beside max() of the row that has it.
        rows = self._db.execute(
            "SELECT feed, agent, sum(subscribers) FROM"
            " (SELECT feed, agent, subscribers, max(at) FROM subscribers WHERE day >= ?"
            "  GROUP BY feed, format, agent, number)"
            " GROUP BY feed, agent ORDER BY feed, agent",
            (since,),
        )
        found: dict[str, dict[str, int]] = {}
        for feed, agent, subscribers in rows:
            found.setdefault(feed, {})[agent] = subscribers
        return found
