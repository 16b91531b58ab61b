"""Files under the feeds folder: temp, fsync, rename, fsync of the folder.

At the I/O rim. Identical bytes are not written. What is put becomes visible only at
``publish``, all files of an edition together; until then, and after any crash, the old ones
stand whole.

A disk answers many requests at once sooner than one after the other: large files are flushed in
threads while the next ones are made, and where many small ones are put, the system is asked once
to flush all before each is asked for by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from shutil import copyfileobj
from typing import Final, TypeVar

from markwire.errors import PublicationError

_STAGED: Final = ".markwire-new"
_MODE: Final = 0o644
_THREADS: Final = 8
_LARGE: Final = 32_768  # bytes: worth a flush of its own
_FEW: Final = 16  # files: below that, one by one is sooner
_OPEN: Final = 192  # files that may wait for their flush, each with an open descriptor

State = tuple[int, int]
"""Size in bytes and time of change in nanoseconds."""

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(slots=True, eq=False)
class _Staged:
    """A file written aside: its ``state`` once it is durable, else its open ``descriptor``."""

    place: Path
    state: Future[State] | State | None = None
    descriptor: int = -1


class Directory:
    """One feeds folder. Paths are relative to it, with ``/``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staged: dict[str, _Staged] = {}
        self._open: list[_Staged] = []
        self._unsynced: set[Path] = set()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="outlet")

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

    def put_file(self, path: str, source: int, *, known: State | None) -> bool:
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

    def state(self, path: str) -> State | None:
        """Give size in bytes and time of change in nanoseconds of a live file, if it is there."""
        try:
            state = self._target(path).stat()
        except OSError:
            return None
        return state.st_size, state.st_mtime_ns

    def folder_time(self, path: str) -> int:
        """Give when a file last came to a folder or left it, in nanoseconds; 0 where none is."""
        try:
            return self._target(path).stat().st_mtime_ns
        except OSError:
            return 0

    def publish(self) -> dict[str, State]:
        """Make what was staged live, durably; articles and media before the feeds that name them.

        Gives size and time of change of each file. Raises PublicationError where the disk
        refuses; what is live then stays whole.
        """
        written = {}
        try:
            self._flush()
            for path, staged in self._staged.items():
                state = staged.state
                written[path] = state.result() if isinstance(state, Future) else state
            places: dict[bool, dict[Path, list[Path]]] = {False: {}, True: {}}
            for path in self._staged:
                is_feed = not path.startswith(("articles/", "media/"))
                target = self._target(path)
                places[is_feed].setdefault(target.parent, []).append(target)
            for folders in places.values():
                self._in_threads(_rename_staged, folders.values())
                self._unsynced.update(folders)
        except OSError as fault:
            raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault
        self.sync()
        self._staged.clear()
        return {path: state for path, state in written.items() if state}

    def sync(self) -> None:
        """Make durable which files there are. Raises PublicationError where the disk refuses."""
        try:
            self._in_threads(_sync, (each for each in sorted(self._unsynced) if each.is_dir()))
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

    def files(self) -> dict[str, State]:
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
        self._unstage(path)
        staged = _Staged(_aside(target))
        self._staged[path] = staged
        try:
            self._make(target.parent)
            if isinstance(content, bytes) and len(content) >= _LARGE:
                staged.state = self._threads.submit(_write_through, staged.place, content)
            else:
                staged.descriptor = _write(staged.place, content)
                self._open.append(staged)
                if len(self._open) >= _OPEN:
                    self._flush()
        except OSError as fault:
            self._unstage(path)
            raise PublicationError(f"{staged.place}: {fault.strerror}") from fault

    def _flush(self) -> None:
        """Make durable what was written and not yet flushed."""
        waiting, self._open = self._open, []
        try:
            if len(waiting) > _FEW:
                os.sync()  # All in one go; what it cannot tell, each file tells by itself.
                for staged in waiting:
                    staged.state = _finish(staged)
            else:
                states = self._in_threads(_finish, waiting)
                for staged, state in zip(waiting, states, strict=True):
                    staged.state = state
        finally:
            for staged in waiting:
                _close(staged)

    def _in_threads(self, function: Callable[[_In], _Out], items: Iterable[_In]) -> list[_Out]:
        """Give ``function`` of each; nothing is under way any more when this returns or raises."""
        several = list(items)
        if len(several) < 2:
            return [function(each) for each in several]
        futures = [self._threads.submit(function, each) for each in several]
        wait(futures)
        return [future.result() for future in futures]

    def _make(self, folder: Path) -> None:
        """Make a folder; a new one is durable only when the one that holds its name is."""
        if not folder.is_dir():
            self._make(folder.parent)
            folder.mkdir(exist_ok=True)
            self._unsynced.add(folder.parent)

    def _unstage(self, path: str) -> None:
        staged = self._staged.pop(path, None)
        if staged is None:
            return
        if isinstance(staged.state, Future):
            wait([staged.state])
        if staged in self._open:
            self._open.remove(staged)
        _close(staged)
        with suppress(OSError):
            staged.place.unlink(missing_ok=True)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}{_STAGED}")


def _write(place: Path, content: bytes | int) -> int:
    """Write a new file of bytes, or of those of an open file; give its descriptor, still open."""
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                with os.fdopen(content, "rb", closefd=False) as original:
                    original.seek(0)
                    copyfileobj(original, file)
            file.flush()
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _write_through(place: Path, content: bytes) -> State:
    """Write a new file, durably."""
    staged = _Staged(place, descriptor=_write(place, content))
    try:
        return _finish(staged)
    finally:
        _close(staged)


def _finish(staged: _Staged) -> State:
    """Make a written file durable; one that refused once is never asked again."""
    os.fsync(staged.descriptor)
    state = os.fstat(staged.descriptor)
    return state.st_size, state.st_mtime_ns


def _close(staged: _Staged) -> None:
    if staged.descriptor >= 0:
        os.close(staged.descriptor)
        staged.descriptor = -1


def _rename_staged(targets: Iterable[Path]) -> None:
    for target in targets:
        _aside(target).replace(target)


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
