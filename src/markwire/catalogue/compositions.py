"""What was composed of articles, and what has to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from markwire.catalogue.articles import IS_REFUSED
from markwire.catalogue.releases import Releases
from markwire.model import FragmentKind
from markwire.problems import Problem


class Compositions(Releases):
    """Tables ``fragments`` and ``shown``, and which articles they are out of date of."""

    def stale(self, limit: int) -> tuple[int, ...]:
        rows = self._db.execute(
            "SELECT id FROM articles WHERE live AND NOT composed"
            " ORDER BY published DESC, guid LIMIT ?",
            (limit,),
        )
        return tuple(number for (number,) in rows)

    def count_stale(self) -> int:
        (count,) = self._db.execute(
            # Left to itself, SQLite looks through all that are live.
            "SELECT count(*) FROM articles INDEXED BY articles_to_compose"
            " WHERE live AND NOT composed"
        ).fetchone()
        return int(count)

    def expire(self, numbers: Collection[int] | None) -> None:
        # What a refused file last published cannot be composed again: it stays as it is.
        query = f"UPDATE articles SET composed = 0 WHERE NOT {IS_REFUSED}"
        if numbers is None:
            # A marker shows nothing that could have changed.
            self._db.execute(f"{query} AND (live OR gone IS NULL)")
        else:
            self._db.executemany(f"{query} AND id = ?", [(number,) for number in numbers])

    def keep(
        self,
        number: int,
        *,
        fragments: Mapping[FragmentKind, bytes],
        shown: Collection[str],
        problems: Iterable[Problem],
    ) -> None:
        self._db.execute(
            "UPDATE articles SET composed = 1, page = slug, seen = published WHERE id = ?",
            (number,),
        )
        self._keep_fragments(number, fragments)
        self._db.execute("DELETE FROM shown WHERE article = ?", (number,))
        self._db.executemany(
            "INSERT INTO shown VALUES (?, ?)", [(number, url) for url in sorted(set(shown))]
        )
        self._set_problems(self.article(number).path, "composed", problems)

    def refuse(self, number: int, problems: Iterable[Problem]) -> None:
        self._db.execute("UPDATE articles SET composed = 1 WHERE id = ?", (number,))
        self._set_problems(self.article(number).path, "composed", problems)

    def hold_back(self, number: int, now: datetime) -> None:
        self._set_live(number, False, now)
        # As a draft, it is not due again before its file has changed.
        self._db.execute("UPDATE articles SET draft = 1 WHERE id = ?", (number,))

    def shown_by(self, number: int) -> frozenset[str]:
        rows = self._db.execute("SELECT url FROM shown WHERE article = ?", (number,))
        return frozenset(str(url) for (url,) in rows)

    def showing(self, url: str) -> tuple[int, ...]:
        rows = self._db.execute(
            "SELECT article FROM shown JOIN articles ON articles.id = article"
            " WHERE url = ? AND live ORDER BY article",
            (url,),
        )
        return tuple(number for (number,) in rows)
