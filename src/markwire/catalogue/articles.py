"""Articles: who they are for ever, and what their files said when they were last read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from markwire.catalogue import Entry, Newcomer, Remembered
from markwire.catalogue.feeds import Feeds
from markwire.catalogue.files import Files
from markwire.catalogue.names import found_by
from markwire.catalogue.store import maybe, moment, seal, seconds, spoilt
from markwire.model import Identity
from markwire.selection import Release, visible

_REMEMBERED: Final = (
    "SELECT id, guid, slug, published, own_id, own_slug, page, path, permalink,"
    " updated, appears, expires, draft, embargoed, killed, live, present, seen, language,"
    " substance, asked, gone, reason, seal FROM articles"
)
NOTE: Final = "INSERT INTO ledger (at, event, guid, published) VALUES (?, ?, ?, ?)"
_COLUMNS: Final = """
    guid own_id slug own_slug published path fingerprint headline permalink updated appears expires
    draft embargoed language present composed seal section corrected folded
    """.split()
IS_REFUSED: Final = "EXISTS (SELECT 1 FROM files WHERE article = articles.id AND refused)"


class Articles(Feeds, Files):
    """Tables ``articles`` and ``mentions``: who articles are, as their files were last read."""

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
        # Of those that went from one path, what still stands published is nearest.
        order = "present DESC, page <> '' DESC, id DESC"
        return self._one(f"fingerprint = ? ORDER BY {order}", fingerprint)

    def at(self, path: str) -> Remembered | None:
        return self._one("id = (SELECT article FROM files WHERE path = ?)", path)

    def _one(self, condition: str, value: str | int) -> Remembered | None:
        row = self._db.execute(f"{_REMEMBERED} WHERE {condition} LIMIT 1", (value,)).fetchone()
        if row is None:
            return None
        number, guid, slug, published, own_id, own_slug, page, path, permalink, *when = row
        updated, *of_release, live, present, seen, language, substance, asked, gone, reason, own = (
            when
        )
        if seal(guid, own_id, slug, published) != own:
            raise spoilt(f"the identity of article {number}")
        return Remembered(
            number,
            Identity(guid, slug, moment(published), own_id),
            own_slug,
            page,
            path,
            permalink,
            moment(updated),
            release_of(*of_release),
            bool(live),
            bool(present),
            maybe(seen),
            language,
            substance,
            maybe(asked),
            maybe(gone),
            reason,
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
            articles.append((number, *_columns(entry), "", live, entry.substance, ""))
            events = ("minted", "published") if live else ("minted",)
            ledger += [(at, event, identity.guid, published) for event in events]
            for place in entry.memberships:
                feed = self._feed(place.key)
                memberships.append((feed, live, published, identity.guid, number, place.label))
                if live and place.label:
                    labels[feed, place.label] += 1
        self._db.executemany(
            f"INSERT INTO articles (id, {', '.join(_COLUMNS)}, page, live, substance, reason)"
            f" VALUES ({_marks(len(_COLUMNS) + 5)})",
            articles,
        )
        self._db.executemany(NOTE, ledger)
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
        self,
        identity: Identity,
        *,
        fingerprint: str,
        permalink: str,
        updated: datetime,
        feeds: Iterable[str],
    ) -> None:
        self._remember(identity, identity.slug, fingerprint, permalink, updated, feeds)

    def _remember(
        self,
        identity: Identity,
        page: str,
        fingerprint: str,
        permalink: str,
        updated: datetime,
        feeds: Iterable[str],
    ) -> int | None:
        published = seconds(identity.published)
        row = self._db.execute(
            "INSERT OR IGNORE INTO articles (guid, own_id, slug, page, published, path,"
            " fingerprint, headline, permalink, updated, appears, draft, embargoed, language,"
            " substance, reason, present, live, seen, composed, seal)"
            " VALUES"
            " (?1, ?2, ?3, ?4, ?5, '', ?6, '', ?7, ?8, ?5, 0, 0, '', '', '', 0, 0, ?5, 0, ?9)"
            " RETURNING id",
            (
                identity.guid,
                identity.own_id,
                identity.slug,
                page,
                published,
                fingerprint,
                permalink,
                seconds(updated),
                seal(identity.guid, identity.own_id, identity.slug, published),
            ),
        ).fetchone()
        if row is None:
            return None
        self._db.executemany(
            "INSERT INTO memberships VALUES (?, 0, ?, ?, ?, '')",
            [(self._feed(key), published, identity.guid, row[0]) for key in feeds],
        )
        return int(row[0])

    def move(self, number: int, *, path: str, fingerprint: str) -> None:
        (headline,) = self._db.execute(
            "SELECT headline FROM articles WHERE id = ?", (number,)
        ).fetchone()
        self._db.execute(
            "UPDATE articles SET path = ?, fingerprint = ?, folded = ? WHERE id = ?",
            (path, fingerprint, found_by(headline, path), number),
        )

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


def _columns(entry: Entry) -> tuple[object, ...]:
    """Give the values of ``_COLUMNS`` for an article that a file holds, to be composed."""
    identity, release = entry.identity, entry.release
    published = seconds(identity.published)
    return (
        identity.guid,
        identity.own_id,
        identity.slug,
        entry.own_slug,
        published,
        entry.path,
        entry.fingerprint,
        entry.headline,
        entry.permalink,
        seconds(entry.updated),
        seconds(release.appears),
        seconds(release.expires) if release.expires else None,
        release.draft,
        release.embargoed,
        entry.language,
        True,
        False,
        seal(identity.guid, identity.own_id, identity.slug, published),
        entry.section,
        seconds(entry.corrected) if entry.corrected else None,
        found_by(entry.headline, entry.path),
    )


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def release_of(
    appears: int, expires: int | None, draft: int, embargoed: int, killed: int | None
) -> Release:
    """Give a release back from its columns."""
    return Release(moment(appears), maybe(expires), bool(draft), bool(embargoed), maybe(killed))
