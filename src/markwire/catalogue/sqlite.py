"""The catalogue in one SQLite file: one connection, one transaction a batch.

At the I/O rim. Only one process opens it (see ``lock``): the SQLite that many Pythons link can
corrupt a write-ahead log that two connections write. The schema has a version: the one before is
renewed, a later one refused, never guessed at. What a disk has spoilt is found when it is opened,
or when it is read; ``opening`` says what becomes of it.

Threads of that process share the connection, one batch at a time: what is asked outside of a batch
may be another thread's, half done.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

from markwire.catalogue import closing
from markwire.catalogue.cards import Cards
from markwire.catalogue.figures import Figures
from markwire.catalogue.polls import Polls
from markwire.catalogue.pushes import Pushes
from markwire.catalogue.schema import APPLICATION, OLDER, RENEWAL, TABLES, VERSION
from markwire.catalogue.store import spoilt
from markwire.errors import CatalogueError, OccupiedError, SpoiltCatalogueError

FILE_NAME: Final = "catalogue.sqlite"
# By far the largest; each row has a checksum of its own, and can be made again.
_NOT_CHECKED: Final = "fragments"
# What every version had: a file with these is ours, whatever its header says.
_OURS: Final = frozenset({"settings", "articles", "ledger", "files", "feeds", "outputs"})
_LATEST: Final = 1000  # a version above is no version


class SqliteCatalogue(Cards, Figures, Polls, Pushes):
    """The catalogue of one site; see ``Catalogue`` for what each method promises."""

    def __init__(self, path: Path) -> None:
        """Open the catalogue, or make it where there is none.

        Raises SpoiltCatalogueError where it is damaged, or older than can be renewed;
        CatalogueError where the file is none of ours, or of a later version.
        """
        self._path = path
        self._lock = threading.RLock()  # a batch in a batch is to fail, not to wait for itself
        self._turn = threading.Lock()  # held by the thread that is next
        self._owner: int | None = None
        self._is_closed = False
        self._is_sound = False
        self._forget_memory()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise CatalogueError(f"{fault.filename}: {fault.strerror}") from fault
        self._unchecked = closing.take(path)
        with self._told():
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            with self._told():
                self._open()
        except BaseException:
            self.close()
            raise
        self._is_sound = True

    def _open(self) -> None:
        rows = self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = sorted(name for (name,) in rows)
        if tables:
            self._check_header(tables)
            for table in tables:
                if table != _NOT_CHECKED and not self._unchecked:
                    self._check(f"PRAGMA quick_check('{table}')")
        self._db.execute("PRAGMA journal_mode = WAL")
        # Durable at each commit: what a feed says must not outrun what is remembered.
        self._db.execute("PRAGMA synchronous = FULL")
        if not tables:
            self._db.executescript(
                f"BEGIN; {TABLES} PRAGMA application_id = {APPLICATION};"
                f" PRAGMA user_version = {VERSION}; COMMIT;"
            )
        elif self._db.execute("PRAGMA user_version").fetchone() == (OLDER,):
            self._renew()

    def _check_header(self, tables: list[str]) -> None:
        """Let a catalogue pass that is ours, of this version or the one before."""
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION:
            if _OURS.issubset(tables):
                raise spoilt("its first bytes")
            raise CatalogueError(
                f"{self._path} is no catalogue of Markwire; move it away, or correct"
                " [folders] state in markwire.toml"
            )
        if VERSION < version < _LATEST:
            raise CatalogueError(
                f"{self._path} is of version {version}, and this Markwire reads version {VERSION};"
                " update Markwire, or move the file away to have it made again"
            )
        if version not in (OLDER, VERSION):
            raise SpoiltCatalogueError(
                f"{self._path} is of version {version}, which no Markwire reads any more"
            )

    def _check(self, question: str) -> None:
        (answer,) = self._db.execute(question).fetchone()
        if answer != "ok":
            raise spoilt(f"its pages ({answer.splitlines()[-1]})")

    def _renew(self) -> None:
        """Make a catalogue of the version before one of this version."""
        with self.batch():
            for statement in _statements(RENEWAL):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        with self._lock:
            was_open, self._is_closed = not self._is_closed, True
            self._db.close()
            if was_open and self._is_sound:
                closing.note(self._path, self._unchecked)

    @contextmanager
    def batch(self, patience: float = -1) -> Iterator[None]:
        with self._alone(patience), self._told():
            if self._is_closed:
                raise CatalogueError(f"{self._path} is closed")
            self._db.execute("BEGIN IMMEDIATE")
            self._generation = None
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
    def _alone(self, patience: float) -> Iterator[None]:
        """Have the connection to oneself; who has just had it comes after those who wait."""
        if self._owner != threading.get_ident():
            until = monotonic() + patience
            if not self._turn.acquire(timeout=patience):
                raise OccupiedError(f"{self._path} is at work")
            try:
                left = patience if patience < 0 else max(until - monotonic(), 0.0)
                has_come = self._lock.acquire(timeout=left)
            finally:
                self._turn.release()
            if not has_come:
                raise OccupiedError(f"{self._path} is at work")
        else:
            self._lock.acquire()
        before, self._owner = self._owner, threading.get_ident()
        try:
            yield
        finally:
            self._owner = before
            self._lock.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell faults of the file as what they mean to an engineer."""
        try:
            try:
                yield
            except sqlite3.Error:
                self._is_sound = False  # The next to open it is to look.
                raise
        except sqlite3.OperationalError as fault:  # a full disk, or no right to write
            raise CatalogueError(f"{self._path}: {fault}") from fault
        except sqlite3.IntegrityError as fault:
            (answer,) = self._db.execute("PRAGMA integrity_check(1)").fetchone()
            if answer == "ok":
                raise  # A bug of ours.
            raise SpoiltCatalogueError(f"{self._path} is damaged: {answer}") from fault
        except sqlite3.DatabaseError as fault:
            raise SpoiltCatalogueError(f"{self._path} is damaged: {fault}") from fault

    def setting(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))


def _statements(script: str) -> Iterator[str]:
    """Give the statements of a script; those of a trigger are one with it."""
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def sqlite_version() -> tuple[int, int, int]:
    """Give the version of the SQLite that this Python links."""
    return sqlite3.sqlite_version_info


def examine(path: Path) -> str:
    """Say what is wrong with a catalogue that nobody has open; nothing where it is sound.

    Changes nothing of it, and opens none that is not there.
    """
    # Without a log beside it none is made, as it would be for a file that may change.
    has_log = path.with_name(f"{path.name}-wal").exists()
    how = "mode=ro" if has_log else "mode=ro&immutable=1"
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)
    except sqlite3.Error as fault:
        return str(fault)
    try:
        (answer,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as fault:
        return str(fault)
    finally:
        db.close()
    return "" if answer == "ok" else str(answer).splitlines()[-1]
