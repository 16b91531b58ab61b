"""Files under the feeds folder: temp, fsync, rename, fsync of the folder.

At the I/O rim. Identical bytes are not written. What is put becomes visible only at
``publish``, all files of an edition together; until then, and after any crash, the old ones
stand whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
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

    def put_file(self, path: str, source: int) -> bool:
        """Stage a copy of an open file, unless a live one of this size is there already.

        For files whose name changes with their content. ``source`` is a descriptor, read from
        its start.
        """
        target = self._target(path)
        with suppress(OSError):
            if target.stat().st_size == os.fstat(source).st_size:
                self._unstage(path)
                return False
        self._stage(path, target, source)
        return True

    def publish(self) -> dict[str, tuple[int, int]]:
        """Make what was staged live, durably.

        Gives size in bytes and time of change in nanoseconds of each file. Raises
        PublicationError where the disk refuses; what is live then stays whole.
        """
        written = {}
        folders = set()
        try:
            for path, staged in self._staged.items():
                target = self._target(path)
                staged.replace(target)
                state = target.stat()
                written[path] = state.st_size, state.st_mtime_ns
                folders.add(target.parent)
            for folder in sorted(folders):
                _sync(folder)
        except OSError as fault:
            raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault
        self._staged.clear()
        return written

    def discard(self) -> None:
        """Drop what was staged and not published."""
        for path in tuple(self._staged):
            self._unstage(path)

    def remove(self, path: str) -> None:
        """Take a file away, and the folders that it leaves empty. It may be gone already."""
        target = self._target(path)
        try:
            target.unlink(missing_ok=True)
            for folder in target.parents:
                if folder == self._root or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()
        except OSError as fault:
            raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault

    def read(self, path: str) -> bytes | None:
        """Give the live bytes of a file, or None where there is none."""
        try:
            return self._target(path).read_bytes()
        except OSError:
            return None

    def files(self) -> dict[str, tuple[int, int]]:
        """Give all files with size and time of change; leftovers of a crash are taken away."""
        found = {}
        for entry, path in _walk(self._root, ""):
            if entry.name.endswith(_STAGED):
                Path(entry.path).unlink(missing_ok=True)
            else:
                state = entry.stat(follow_symlinks=False)
                found[path] = state.st_size, state.st_mtime_ns
        return found

    def _target(self, path: str) -> Path:
        parts = path.split("/")
        if not all(parts) or any(part.startswith(".") for part in parts):
            raise PublicationError(f"'{path}' is no place below {self._root}")
        return self._root.joinpath(*parts)

    def _stage(self, path: str, target: Path, content: bytes | int) -> None:
        staged = target.with_name(f".{target.name}{_STAGED}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(
                staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE
            )
            with os.fdopen(descriptor, "wb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    with os.fdopen(content, "rb", closefd=False) as original:
                        copyfileobj(original, file)
                file.flush()
                os.fsync(descriptor)
        except OSError as fault:
            with suppress(OSError):
                staged.unlink(missing_ok=True)
            raise PublicationError(f"{staged}: {fault.strerror}") from fault
        self._staged[path] = staged

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


def _sync(folder: Path) -> None:
    """A rename is durable only when the folder that holds the name is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
