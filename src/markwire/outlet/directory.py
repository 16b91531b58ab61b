"""Files under the feeds folder: temp, fsync, rename, fsync of the folder.

At the I/O rim. Identical bytes are not written. What is put becomes visible only at
``publish``, all files of an edition together; until then, and after any crash, the old ones
stand whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from shutil import copyfileobj
from typing import Final

from markwire.errors import PublicationError

_STAGED: Final = ".markwire-new"
_MODE: Final = 0o644


class Directory:
    """One feeds folder. Paths are relative to it, with ``/``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staged: dict[str, Path] = {}
        self._unsynced: set[Path] = set()

    def put(self, path: str, content: bytes) -> bool:
        """Stage a file; give whether its bytes differ from those that are live.

        Raises PublicationError where it cannot be written.
        """
        target = self._target(path)
        try:
            if target.stat().st_size == len(content) and target.read_bytes() == content:
                self._unstage(path)
                return False
        except OSError:
            pass  # There is none, or none that can be read: it is written anew.
        self._stage(path, target, content)
        return True

    def put_file(self, path: str, source: int, *, known: tuple[int, int] | None) -> bool:
        """Stage a copy of an open file; give whether its bytes differ from those that are live.

        For files whose name changes with their content: one that is in the state ``known``,
        the size and time of change with which it was written, is not read. ``source`` is a
        descriptor, read from its start.
        """
        target = self._target(path)
        is_known = known is not None and self.state(path) == known
        if is_known or _is_copy(target, source):
            self._unstage(path)
            return False
        self._stage(path, target, source)
        return True

    def state(self, path: str) -> tuple[int, int] | None:
        """Give size in bytes and time of change in nanoseconds of a live file, if it is there."""
        try:
            state = self._target(path).stat()
        except OSError:
            return None
        return state.st_size, state.st_mtime_ns

    def publish(self) -> dict[str, tuple[int, int]]:
        """Make what was staged live, durably.

        Gives size in bytes and time of change in nanoseconds of each file. Raises
        PublicationError where the disk refuses; what is live then stays whole.
        """
        written = {}
        try:
            for path, staged in self._staged.items():
                target = self._target(path)
                staged.replace(target)
                self._unsynced.add(target.parent)
                state = target.stat()
                written[path] = state.st_size, state.st_mtime_ns
        except OSError as fault:
            raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault
        self.sync()
        self._staged.clear()
        return written

    def sync(self) -> None:
        """Make durable which files there are. Raises PublicationError where the disk refuses."""
        try:
            for folder in sorted(self._unsynced):
                if folder.is_dir():
                    _sync(folder)
        except OSError as fault:
            raise PublicationError(f"{self._root}: {fault.strerror}") from fault
        self._unsynced.clear()

    def discard(self) -> None:
        """Drop what was staged and not published."""
        for path in tuple(self._staged):
            self._unstage(path)

    def remove(self, path: str) -> bool:
        """Take a file away, and the folders that it leaves empty; give whether it was there.

        Durable after ``sync``.
        """
        target = self._target(path)
        try:
            was_there = target.is_file()
            target.unlink(missing_ok=True)
            for folder in target.parents:
                if folder == self._root or (folder.is_dir() and any(folder.iterdir())):
                    self._unsynced.add(folder)
                    break
                if folder.is_dir():
                    folder.rmdir()
        except OSError as fault:
            raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault
        return was_there

    def read(self, path: str) -> bytes | None:
        """Give the live bytes of a file, or None where there is none."""
        try:
            return self._target(path).read_bytes()
        except OSError:
            return None

    def files(self) -> dict[str, tuple[int, int]]:
        """Give all files with size and time of change; leftovers of a crash are taken away.

        Raises PublicationError where the folder cannot be listed.
        """
        found = {}
        try:
            for entry, path in _walk(self._root, ""):
                if entry.name.endswith(_STAGED):
                    Path(entry.path).unlink(missing_ok=True)
                else:
                    with suppress(FileNotFoundError):
                        state = entry.stat(follow_symlinks=False)
                        found[path] = state.st_size, state.st_mtime_ns
        except OSError as fault:
            raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault
        return found

    def _target(self, path: str) -> Path:
        parts = path.split("/")
        if not all(parts) or any(part.startswith(".") for part in parts):
            raise PublicationError(f"'{path}' is no place below {self._root}")
        return self._root.joinpath(*parts)

    def _stage(self, path: str, target: Path, content: bytes | int) -> None:
        staged = target.with_name(f".{target.name}{_STAGED}")
        try:
            self._make(target.parent)
            descriptor = os.open(
                staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE
            )
            with os.fdopen(descriptor, "wb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    with os.fdopen(content, "rb", closefd=False) as original:
                        original.seek(0)
                        copyfileobj(original, file)
                file.flush()
                os.fsync(descriptor)
        except OSError as fault:
            with suppress(OSError):
                staged.unlink(missing_ok=True)
            raise PublicationError(f"{staged}: {fault.strerror}") from fault
        self._staged[path] = staged

    def _make(self, folder: Path) -> None:
        """Make a folder; a new one is durable only when the one that holds its name is."""
        if not folder.is_dir():
            self._make(folder.parent)
            folder.mkdir(exist_ok=True)
            self._unsynced.add(folder.parent)

    def _unstage(self, path: str) -> None:
        staged = self._staged.pop(path, None)
        if staged:
            with suppress(OSError):
                staged.unlink(missing_ok=True)


def _walk(folder: Path, prefix: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith("."):
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/")
        elif entry.is_file(follow_symlinks=False):
            yield entry, prefix + entry.name


def _is_copy(target: Path, source: int) -> bool:
    """Say whether a file holds the same bytes as an open one."""
    try:
        if target.stat().st_size != os.fstat(source).st_size:
            return False
        with target.open("rb") as live, os.fdopen(source, "rb", closefd=False) as original:
            return file_digest(live, "sha256").digest() == file_digest(original, "sha256").digest()
    except OSError:
        return False


def _sync(folder: Path) -> None:
    """A rename is durable only when the folder that holds the name is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
