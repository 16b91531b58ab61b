"""What an editor's board asks: how many articles stand where, and which they are.

Counts and pages come from one index that covers them (see ``standings``); only the articles of a
page are looked at themselves. Those that are refused are known by their problems, and so are
given by whoever asks.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, Literal

from markwire.catalogue.compositions import Compositions
from markwire.catalogue.names import fold, found_by
from markwire.catalogue.seeking import CardRow, Sought
from markwire.catalogue.store import maybe, seconds
from markwire.views import Standing

_NANOSECONDS: Final = 1_000_000_000
# Which of what is kept stands where; ``?1`` is now.
_WHICH: Final[dict[str, str]] = {
    "expired": "standing = 'kept' AND expires IS NOT NULL AND expires <= ?1",
    "embargoed": "standing = 'kept' AND NOT (expires IS NOT NULL AND expires <= ?1) AND embargoed",
    "scheduled": (
        "standing = 'kept' AND NOT (expires IS NOT NULL AND expires <= ?1) AND NOT embargoed"
    ),
}
_MOMENT: Final = {
    "draft": f"modified / {_NANOSECONDS}",
    "scheduled": "appears",
    "embargoed": "appears",
    "published": "published",
    "corrected": "corrected",
    "withdrawn": "gone",
    "killed": "killed",
    "expired": "expires",
}
# As the index has them: of one moment, by their headlines.
_ORDER: Final = "rank, language, section, embargoed, expires, folded, articles.id"
_MOST: Final = 200  # sections and languages that are offered to choose from


class Cards(Compositions):
    """Table ``articles`` as editors look at it."""

    def count_standings(self, sought: Sought, now: datetime) -> dict[Standing, int]:
        condition, values = self._condition(sought)
        counts: dict[Standing, int] = {}
        rows = self._db.execute(
            "SELECT standing, count(*) FROM articles INDEXED BY articles_on_board"
            f" WHERE standing IS NOT NULL{condition} GROUP BY standing",
            (seconds(now), *values),
        )
        for standing, count in rows.fetchall():
            if standing != "kept":
                counts[standing] = count
                continue
            ended = "count(*) FILTER (WHERE expires IS NOT NULL AND expires <= ?1)"
            waits = "count(*) FILTER (WHERE embargoed AND (expires IS NULL OR expires > ?1))"
            expired, embargoed = self._db.execute(
                f"SELECT {ended}, {waits} FROM articles INDEXED BY articles_on_board"
                f" WHERE standing = 'kept'{condition}",
                (seconds(now), *values),
            ).fetchone()
            counts["expired"], counts["embargoed"] = expired, embargoed
            counts["scheduled"] = count - expired - embargoed
        return {standing: count for standing, count in counts.items() if count}

    def cards(
        self, standing: Standing, sought: Sought, now: datetime, *, first: int, most: int
    ) -> tuple[CardRow, ...]:
        condition, values = self._condition(sought)
        which = _WHICH.get(standing, f"standing = '{standing}'")
        order, joined = _ORDER, ""
        if standing == "expired":
            order = f"expires DESC, {_ORDER}"
        elif standing == "draft":  # No date says when it was written, but its file's.
            order = f"modified DESC, {_ORDER}"
            joined = " CROSS JOIN files ON files.article = articles.id"
        # What comes before the page is passed over in the index, and not looked at.
        rows = self._db.execute(
            f"SELECT articles.id FROM articles INDEXED BY articles_on_board{joined}"
            f" WHERE {which}{condition} ORDER BY {order} LIMIT {int(most)} OFFSET {int(first)}",
            (seconds(now), *values),
        )
        return tuple(self._card(number, _MOMENT[standing]) for (number,) in rows.fetchall())

    def card(self, number: int, now: datetime) -> tuple[Standing, CardRow] | None:
        row = self._db.execute(
            "SELECT CASE WHEN standing <> 'kept' THEN standing WHEN expires <= ?1 THEN 'expired'"
            " WHEN embargoed THEN 'embargoed' ELSE 'scheduled' END"
            " FROM articles WHERE id = ?2 AND standing IS NOT NULL",
            (seconds(now), number),
        ).fetchone()
        if row is None:
            return None
        standing: Standing = row[0]
        return standing, self._card(number, _MOMENT[standing])

    def _card(self, number: int, moment: str) -> CardRow:
        path, headline, language, section, page, live, when = self._db.execute(
            f"SELECT articles.path, headline, language, section, page, live, {moment}"
            " FROM articles LEFT JOIN files ON files.article = articles.id"
            " WHERE articles.id = ? LIMIT 1",
            (number,),
        ).fetchone()
        return CardRow(path, headline, language, section, page if live else "", maybe(when))

    def refused_cards(self, sought: Sought) -> tuple[CardRow, ...]:
        rows = self._db.execute(
            "SELECT files.path, headline, language, section, page, live, modified, files.seen,"
            " folded FROM json_each(?) JOIN files ON files.path = value"
            " LEFT JOIN articles ON articles.id = files.article"
            " ORDER BY modified DESC, files.path",
            (json.dumps(sorted(sought.refused)),),
        )
        words = fold(sought.words).split()
        return tuple(
            CardRow(
                path,
                headline or "",
                language or "",
                section or "",
                page if live else "",
                # A file that cannot be read has no time.
                datetime.fromtimestamp((modified or when) // _NANOSECONDS, UTC),
            )
            for path, headline, language, section, page, live, modified, when, folded in rows
            if (not sought.section or section == sought.section)
            and (not sought.language or language == sought.language)
            and all(word in (folded or found_by("", path)) for word in words)
        )

    def said_of(self, what: Literal["section", "language"]) -> tuple[str, ...]:
        first = f"SELECT min({what}) FROM articles WHERE standing IS NOT NULL AND {what} >"
        rows = self._db.execute(
            f"WITH RECURSIVE found(value) AS ({first} '' UNION ALL"
            f" SELECT ({first} found.value) FROM found WHERE found.value IS NOT NULL)"
            f" SELECT value FROM found WHERE value IS NOT NULL LIMIT {_MOST}"
        )
        return tuple(sorted(value for (value,) in rows))

    def _condition(self, sought: Sought) -> tuple[str, tuple[str, ...]]:
        """Give what narrows a question down, and its values from ``?2`` on; ``?1`` is now."""
        parts, values = ["?1"], list[str]()
        for word in fold(sought.words).split():
            values.append(word)
            parts.append(f"instr(folded, ?{len(values) + 1})")
        for name, value in (("section", sought.section), ("language", sought.language)):
            if value:
                values.append(value)
                parts.append(f"{name} = ?{len(values) + 1}")
        held = [*self._held_by(sought.refused)]
        if held:
            values.append(json.dumps(held))
            parts.append(f"articles.id NOT IN (SELECT value FROM json_each(?{len(values) + 1}))")
        return "".join(f" AND {part}" for part in parts), tuple(values)

    def _held_by(self, paths: Collection[str]) -> Iterable[int]:
        if not paths:
            return ()
        rows: Iterator[tuple[int]] = self._db.execute(
            "SELECT article FROM json_each(?) JOIN files ON files.path = value"
            " WHERE article IS NOT NULL",
            (json.dumps(sorted(paths)),),
        )
        return (number for (number,) in rows)
