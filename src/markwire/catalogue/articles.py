"""Articles: who they are for ever, when they may be seen, and what was composed of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from markwire.catalogue import Entry, Newcomer, Remembered
from markwire.catalogue.feeds import Feeds
from markwire.catalogue.files import Files
from markwire.catalogue.store import moment, seconds
from markwire.model import FragmentKind, Identity
from markwire.problems import Problem
from markwire.selection import Release, visible

_REMEMBERED: Final = (
    "SELECT id, guid, slug, published, own_id, own_slug, page, path, permalink,"
    " updated, appears, expires, draft, live, present, seen FROM articles"
)


_NOTE: Final = "INSERT INTO ledger (at, event, guid, published) VALUES (?, ?, ?, ?)"
_COLUMNS: Final = """
    guid own_id slug own_slug published path fingerprint headline permalink updated appears expires
    draft present composed
    """.split()
_IS_REFUSED: Final = "EXISTS (SELECT 1 FROM files WHERE article = articles.id AND refused)"


class Articles(Feeds, Files):
    """Tables ``articles``, ``ledger``, ``mentions``, ``fragments`` and ``shown``."""

    def is_empty(self) -> bool:
        return self._db.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is None

    def article(self, number: int) -> Remembered:
        found = self._one("id = ?", number)
        if found is None:
            raise KeyError(number)
        return found

    def find(self, *, own_id: str = "", guid: str = "", fingerprint: str = "") -> Remembered | None:
        if own_id:
            return self._one("own_id = ? AND own_id <> '' ORDER BY present DESC, id", own_id)
        if guid:
            return self._one("guid = ?", guid)
        return self._one("fingerprint = ? ORDER BY present DESC, id DESC", fingerprint)

    def at(self, path: str) -> Remembered | None:
        return self._one("id = (SELECT article FROM files WHERE path = ?)", path)

    def _one(self, condition: str, value: str | int) -> Remembered | None:
        row = self._db.execute(f"{_REMEMBERED} WHERE {condition} LIMIT 1", (value,)).fetchone()
        if row is None:
            return None
        number, guid, slug, published, own_id, own_slug, page, path, permalink, *when = row
        updated, appears, expires, draft, live, present, seen = when
        return Remembered(
            number,
            Identity(guid, slug, moment(published), own_id),
            own_slug,
            page,
            path,
            permalink,
            moment(updated),
            _release(appears, expires, draft),
            bool(live),
            bool(present),
            None if seen is None else moment(seen),
        )

    def guid_taken(self, guid: str) -> bool:
        return (
            self._db.execute("SELECT 1 FROM articles WHERE guid = ?", (guid,)).fetchone()
            is not None
        )

    def slug_holder(self, slug: str) -> int | None:
        row = self._db.execute("SELECT id FROM articles WHERE slug = ?", (slug,)).fetchone()
        return int(row[0]) if row else None

    def add(self, newcomers: Sequence[Newcomer], now: datetime) -> tuple[int, ...]:
        (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
        numbers = tuple(range(last + 1, last + 1 + len(newcomers)))
        articles, ledger, memberships, labels = [], [], [], Counter[tuple[int, str]]()
        for number, newcomer in zip(numbers, newcomers, strict=True):
            entry = newcomer.entry
            identity, at = entry.identity, seconds(now)
            live = visible(entry.release, now)
            published = seconds(identity.published)
            articles.append((number, *_columns(entry), "", live, None))
            events = ("minted", "published") if live else ("minted",)
            ledger += [(at, event, identity.guid, published) for event in events]
            for place in entry.memberships:
                feed = self._feed(place.key)
                memberships.append((feed, live, published, identity.guid, number, place.label))
                if live and place.label:
                    labels[feed, place.label] += 1
        self._db.executemany(
            f"INSERT INTO articles (id, {', '.join(_COLUMNS)}, page, live, seen)"
            f" VALUES ({_marks(len(_COLUMNS) + 4)})",
            articles,
        )
        self._db.executemany(_NOTE, ledger)
        self._db.executemany("INSERT INTO memberships VALUES (?, ?, ?, ?, ?, ?)", memberships)
        self._count([(feed, label, count) for (feed, label), count in labels.items()])
        self._db.executemany(
            "INSERT OR IGNORE INTO mentions VALUES (?, ?)",
            [
                (name, number)
                for number, newcomer in zip(numbers, newcomers, strict=True)
                for name in newcomer.entry.mentions
            ],
        )
        for number, newcomer in zip(numbers, newcomers, strict=True):
            self.record_file(replace(newcomer.file, article=number), newcomer.problems)
        return numbers

    def record(self, entry: Entry, number: int) -> None:
        self._db.execute(
            f"UPDATE articles SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE id = ?",
            (*_columns(entry), number),
        )
        self._set_memberships(number, entry)
        self._db.execute("DELETE FROM mentions WHERE article = ?", (number,))
        self._db.executemany(
            "INSERT OR IGNORE INTO mentions VALUES (?, ?)",
            [(name, number) for name in entry.mentions],
        )

    def remember(
        self, identity: Identity, *, fingerprint: str, permalink: str, updated: datetime
    ) -> None:
        published = seconds(identity.published)
        self._db.execute(
            "INSERT OR IGNORE INTO articles (guid, own_id, slug, page, published, path,"
            " fingerprint, headline, permalink, updated, appears, draft, present, live, seen,"
            " composed) VALUES (?, ?, ?, ?, ?, '', ?, '', ?, ?, ?, 0, 0, 0, ?, 0)",
            (
                identity.guid,
                identity.own_id,
                identity.slug,
                identity.slug,
                published,
                fingerprint,
                permalink,
                seconds(updated),
                published,
                published,
            ),
        )

    def move(self, number: int, *, path: str, fingerprint: str) -> None:
        self._db.execute(
            "UPDATE articles SET path = ?, fingerprint = ? WHERE id = ?",
            (path, fingerprint, number),
        )

    def withdraw(self, number: int, now: datetime) -> None:
        self._set_live(number, False, now)
        self._db.execute(
            "UPDATE articles SET present = 0, page = '', composed = 0 WHERE id = ?", (number,)
        )
        self._keep_fragments(number, {})
        for table in ("mentions", "shown"):
            self._db.execute(f"DELETE FROM {table} WHERE article = ?", (number,))

    def mentioned_by(self, number: int) -> tuple[str, ...]:
        rows = self._db.execute("SELECT name FROM mentions WHERE article = ?", (number,))
        return tuple(name for (name,) in rows)

    def mentioning(self, keys: Collection[str]) -> tuple[int, ...]:
        numbers: set[int] = set()
        for key in keys:
            numbers.update(
                number
                for (number,) in self._db.execute(
                    "SELECT article FROM mentions WHERE name = ?", (key,)
                )
            )
        return tuple(sorted(numbers))

    def due(self, now: datetime) -> tuple[int, ...]:
        # One query each: for a UNION that is ordered, SQLite looks through the whole table.
        due = (
            "present AND NOT live AND NOT draft AND appears <= ?1"
            f" AND (expires IS NULL OR expires > ?1) AND NOT {_IS_REFUSED}",
            "live AND expires IS NOT NULL AND expires <= ?1",
            "live AND appears > ?1",  # The clock went back.
        )
        numbers: set[int] = set()
        for condition in due:
            rows = self._db.execute(f"SELECT id FROM articles WHERE {condition}", (seconds(now),))
            numbers.update(number for (number,) in rows)
        return tuple(sorted(numbers))

    def next_due(self, now: datetime) -> datetime | None:
        (due,) = self._db.execute(
            "SELECT min(moment) FROM ("
            " SELECT min(appears) AS moment FROM articles"
            "  WHERE present AND NOT live AND NOT draft AND appears > ?1"
            " UNION ALL SELECT min(expires) FROM articles"
            "  WHERE live AND expires IS NOT NULL AND expires > ?1)",
            (seconds(now),),
        ).fetchone()
        return None if due is None else moment(due)

    def release(self, number: int, now: datetime) -> bool:
        article = self.article(number)
        live = article.present and visible(article.release, now)
        if live and not article.live:
            # What a refused file last held is gone: it can stay, but it cannot appear.
            query = f"SELECT 1 FROM articles WHERE id = ? AND {_IS_REFUSED}"
            live = self._db.execute(query, (number,)).fetchone() is None
        self._set_live(number, live, now)
        return live

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
        self._note("published" if live else "withdrawn", article.identity, now)

    def _note(self, event: str, identity: Identity, now: datetime) -> None:
        self._db.execute(_NOTE, (seconds(now), event, identity.guid, seconds(identity.published)))

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
        query = f"UPDATE articles SET composed = 0 WHERE NOT {_IS_REFUSED}"
        if numbers is None:
            self._db.execute(query)
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


def _columns(entry: Entry) -> tuple[object, ...]:
    """Give the values of ``_COLUMNS`` for an article that a file holds, to be composed."""
    identity, release = entry.identity, entry.release
    return (
        identity.guid,
        identity.own_id,
        identity.slug,
        entry.own_slug,
        seconds(identity.published),
        entry.path,
        entry.fingerprint,
        entry.headline,
        entry.permalink,
        seconds(entry.updated),
        seconds(release.appears),
        seconds(release.expires) if release.expires else None,
        release.draft,
        True,
        False,
    )


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _release(appears: int, expires: int | None, draft: int) -> Release:
    return Release(moment(appears), None if expires is None else moment(expires), bool(draft))
