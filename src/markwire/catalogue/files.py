"""What is known of the files of the content folder, and the problems that stand."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import astuple
from datetime import datetime
from typing import Any, Final

from markwire.catalogue import Defaults, KnownMedia
from markwire.catalogue.names import mention_key
from markwire.catalogue.store import Store, moment, seconds
from markwire.model import Found, Media
from markwire.planner import Known, Stamp
from markwire.problems import Problem

_KNOWN: Final = (
    "SELECT path, size, modified, inode, digest, seen, article,"
    " (SELECT headline FROM articles WHERE id = article), latest FROM files WHERE path = ?"
)
_MEDIA: Final = "path, size, modified, inode, digest, url, type, length, width, height, flaw"


class Files(Store):
    """Tables ``files``, ``media`` and ``problems``."""

    def stamps(self, paths: Collection[str] | None) -> Iterator[Stamp]:
        query = "SELECT path, size, modified, inode, seen FROM files"
        if paths is None:
            return map(Stamp._make, self._db.execute(f"{query} ORDER BY path"))
        return map(Stamp._make, sorted(set(self._under(query, paths))))

    def known(self, paths: Iterable[str]) -> Mapping[str, Known]:
        rows = (self._db.execute(_KNOWN, (path,)).fetchone() for path in paths)
        return {row[0]: _known(row) for row in rows if row}

    def known_media(self, paths: Collection[str] | None) -> Mapping[str, KnownMedia]:
        rows = self._under(f"SELECT {_MEDIA} FROM media", paths)
        return {row[0]: _known_media(row) for row in rows}

    def _under(self, query: str, paths: Collection[str] | None) -> list[Any]:
        """Give the rows at some paths, and in the folders that bear such a path."""
        if paths is None:
            return self._db.execute(query).fetchall()
        rows: list[Any] = []
        for path in sorted(paths):
            # '0' is the character after '/': a range, so that the primary key is used.
            rows += self._db.execute(
                f"{query} WHERE path = ?1 OR (path > ?1 || '/' AND path < ?1 || '0')", (path,)
            ).fetchall()
        return rows

    def record_file(self, known: Known, problems: Iterable[Problem]) -> None:
        found, told = known.found, tuple(problems)
        self._db.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, '')",
            (
                found.path,
                mention_key(found.path),
                found.size,
                found.modified,
                found.inode,
                known.digest,
                known.seen,
                known.article,
                any(each.severity == "error" for each in told),
            ),
        )
        self._forget_problems(found.path)
        self._set_problems(found.path, "read", told)

    def record_seen(self, known: Known) -> None:
        found = known.found
        self._db.execute(
            "UPDATE files SET size = ?, modified = ?, inode = ?, seen = ?, leaves = NULL,"
            " latest = '' WHERE path = ?",
            (found.size, found.modified, found.inode, known.seen, found.path),
        )

    def same_bytes(self, path: str, *, size: int, digest: str) -> str | None:
        row = self._db.execute(
            "SELECT path FROM files INDEXED BY files_by_bytes"
            " WHERE size = ?1 AND digest = ?2 AND path <> ?3 AND article IS NOT NULL"
            " UNION ALL SELECT path FROM files INDEXED BY files_leaving"
            " WHERE leaves IS NOT NULL AND latest = ?2 AND path <> ?3 ORDER BY path LIMIT 1",
            (size, digest, path),
        ).fetchone()
        return str(row[0]) if row else None

    def leaving(self) -> Mapping[str, datetime]:
        rows = self._db.execute("SELECT path, leaves FROM files WHERE leaves IS NOT NULL")
        return {path: moment(leaves) for path, leaves in rows}

    def leave(self, path: str, when: datetime) -> None:
        self._db.execute("UPDATE files SET leaves = ? WHERE path = ?", (seconds(when), path))

    def put_by(self, path: str, digest: str) -> None:
        self._db.execute("UPDATE files SET latest = ? WHERE path = ?", (digest, path))

    def stay(self, path: str) -> None:
        self._db.execute("UPDATE files SET leaves = NULL WHERE path = ?", (path,))

    def count_files(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM files").fetchone()
        return int(count)

    def defaults(self) -> Mapping[str, Defaults]:
        rows = self._db.execute("SELECT path, size, modified, inode, seen, content FROM defaults")
        return {
            path: Defaults(Found(path, size, modified, inode), seen, content)
            for path, size, modified, inode, seen, content in rows
        }

    def record_defaults(self, path: str, defaults: Defaults | None) -> None:
        if defaults is None:
            self._db.execute("DELETE FROM defaults WHERE path = ?", (path,))
            return
        found = defaults.found
        self._db.execute(
            "INSERT OR REPLACE INTO defaults VALUES (?, ?, ?, ?, ?, ?)",
            (path, found.size, found.modified, found.inode, defaults.seen, defaults.content),
        )

    def _set_problems(self, path: str, stage: str, problems: Iterable[Problem]) -> None:
        gone = self._db.execute("DELETE FROM problems WHERE path = ? AND stage = ?", (path, stage))
        rows = [(path, stage, json.dumps(astuple(each))) for each in problems]
        if rows:
            self._db.executemany("INSERT INTO problems VALUES (?, ?, ?)", rows)
        if rows or gone.rowcount:
            self._standing_problems = None

    def _forget_problems(self, path: str) -> None:
        if self._db.execute("DELETE FROM problems WHERE path = ?", (path,)).rowcount:
            self._standing_problems = None

    def record_media(self, known: KnownMedia) -> None:
        found, media = known.found, known.media
        self._db.execute(
            f"INSERT OR REPLACE INTO media (name, {_MEDIA})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                mention_key(found.path),
                found.path,
                found.size,
                found.modified,
                found.inode,
                known.digest,
                media.url,
                media.type,
                media.length,
                media.width,
                media.height,
                media.flaw,
            ),
        )

    def forget(self, path: str) -> None:
        for table in ("files", "media"):
            self._db.execute(f"DELETE FROM {table} WHERE path = ?", (path,))
        self._forget_problems(path)

    def problems(self) -> tuple[Problem, ...]:
        if self._standing_problems is None:
            # What is wrong in a folder's own file is told by each article below it.
            rows = self._db.execute("SELECT DISTINCT problem FROM problems")
            self._standing_problems = tuple(sorted(_problem(text) for (text,) in rows))
        return self._standing_problems

    def named(self, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        articles, media = (
            tuple(
                str(path)
                for (path,) in self._db.execute(
                    f"SELECT path FROM {table} WHERE name = ? ORDER BY path", (key,)
                )
            )
            for table in ("files", "media")
        )
        return articles, media

    def media_at(self, path: str) -> KnownMedia | None:
        row = self._db.execute(f"SELECT {_MEDIA} FROM media WHERE path = ?", (path,)).fetchone()
        return _known_media(row) if row else None

    def media_of(self, url: str) -> str | None:
        row = self._db.execute(
            "SELECT path FROM media WHERE url = ? ORDER BY path LIMIT 1", (url,)
        ).fetchone()
        return str(row[0]) if row else None


def _problem(text: str) -> Problem:
    path, line, column, code, words = json.loads(text)
    return Problem(path, line, column, code, tuple((name, word) for name, word in words))


def _known(row: Any) -> Known:
    path, size, modified, inode, digest, seen, article, headline, latest = row
    found = Found(path, size, modified, inode)
    return Known(found, digest, seen, article, headline or "", latest)


def _known_media(row: tuple[str, int, int, int, str, str, str, int, int, int, str]) -> KnownMedia:
    path, size, modified, inode, digest, url, kind, length, width, height, flaw = row
    media = Media(url, kind, length, width, height, flaw=flaw)
    return KnownMedia(Found(path, size, modified, inode), media, digest)
