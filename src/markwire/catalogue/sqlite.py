"""The catalogue in one SQLite file: one connection, one transaction a batch.

At the I/O rim. Only one process opens it (see ``lock``): the SQLite that many Pythons link can
corrupt a write-ahead log that two connections write. The schema has a version; a catalogue of
another version is refused, never guessed at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from markwire.catalogue.compositions import Compositions
from markwire.catalogue.schema import APPLICATION, TABLES, VERSION
from markwire.errors import CatalogueError

FILE_NAME: Final = "catalogue.sqlite"


class SqliteCatalogue(Compositions):
    """The catalogue of one site; see ``Catalogue`` for what each method promises."""

    def __init__(self, path: Path) -> None:
        """Open the catalogue, or make it where there is none.

        Raises CatalogueError where the file is none of ours, damaged, or of another version.
        """
        self._path = path
        self._forget_memory()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise CatalogueError(f"{fault.filename}: {fault.strerror}") from fault
        with self._told():
            self._db = sqlite3.connect(path, isolation_level=None)
        try:
            with self._told():
                self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != APPLICATION:
            raise CatalogueError(
                f"{self._path} is no catalogue of Markwire; move it away, or correct"
                " [folders] state in markwire.toml"
            )
        if tables and version != VERSION:
            raise CatalogueError(
                f"{self._path} is of version {version}, and this Markwire reads version {VERSION};"
                " update Markwire, or move the file away to have it made again"
            )
        self._db.execute("PRAGMA journal_mode = WAL")
        # Durable at each commit: what a feed says must not outrun what is remembered.
        self._db.execute("PRAGMA synchronous = FULL")
        if not tables:
            self._db.executescript(
                f"BEGIN; {TABLES} PRAGMA application_id = {APPLICATION};"
                f" PRAGMA user_version = {VERSION}; COMMIT;"
            )

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                # After some faults, a full disk for one, SQLite has done so itself.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                self._forget_memory()
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell faults of the file as what they mean to an engineer."""
        try:
            yield
        except sqlite3.OperationalError as fault:  # a full disk, or no right to write
            raise CatalogueError(f"{self._path}: {fault}") from fault
        except sqlite3.IntegrityError:
            raise  # A bug of ours.
        except sqlite3.DatabaseError as fault:
            raise CatalogueError(
                f"{self._path} cannot be read ({fault}); move it away, and the next build makes it"
                " again from the content folder and the published JSON"
            ) from fault

    def setting(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
