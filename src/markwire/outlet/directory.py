"""Files under the feeds folder: temp, flush, rename, flush of the folder.

At the I/O rim. Identical bytes are not written. What is put becomes visible only at
``publish``, all files of an edition together; until then, and after any crash, the old ones
stand whole. Large files are flushed in threads while the next ones are made; small ones side by
side when they go live, or all at once where they are many.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Final, TypeVar

from markwire.errors import PublicationError
from markwire.outlet import disk
from markwire.outlet.disk import State

_STAGED: Final = ".markwire-new"
_THREADS: Final = 8
_LARGE: Final = 32_768  # bytes: worth a flush of its own
_FEW: Final = 16  # files that are flushed one by one

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(slots=True, eq=False)
class _Staged:
    """A file written aside: open until it is flushed, or under way in a thread."""

    place: str
    target: str
    descriptor: int = -1
    state: Future[State] | State | None = None

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class Directory:
    """One feeds folder. Paths are relative to it, with ``/``."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._staged: dict[str, _Staged] = {}
        self._open: list[_Staged] = []
        self._is_unflushed = False
        self._folders: set[str] = set()
        self._unsynced: set[str] = set()
        self._syncing: list[tuple[str, Future[None]]] = []
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="outlet")

    def put(self, path: str, content: bytes) -> bool:
        """Stage a file; give whether its bytes differ from those that are live.

        Raises PublicationError where it cannot be written.
        """
        target = self._target(path)
        if disk.holds(target, content):
            self._unstage(path)
            return False
        self._stage(path, target, content)
        return True

    def put_file(self, path: str, source: int, *, known: State | None) -> bool:
        """Stage a copy of an open file; give whether its bytes differ from those that are live.

        For files whose name changes with their content: one that is in the state ``known``,
        the size and time of change with which it was written, is not read. ``source`` is a
        descriptor, read from its start.
        """
        target = self._target(path)
        is_known = known is not None and disk.state_at(target) == known
        if is_known or _is_copy(target, source):
            self._unstage(path)
            return False
        self._stage(path, target, source)
        return True

    def state(self, path: str) -> State | None:
        """Give size in bytes and time of change in nanoseconds of a live file, if it is there."""
        return disk.state_at(self._target(path))

    def folder_time(self, path: str) -> int:
        """Give when a file last came to a folder or left it, in nanoseconds; 0 where none is."""
        state = self.state(path)
        return state[1] if state else 0

    def publish(self) -> dict[str, State]:
        """Make what was staged live; articles and media before the feeds that name them.

        Each file is durable before it is live, and its name soon after: at the latest when
        ``sync`` returns. Gives size and time of change of each file. Raises PublicationError
        where the disk refuses; what is live then stays whole.
        """
        if not self._staged:
            return {}
        try:
            self._flush()
            written = {path: _known_state(staged) for path, staged in self._staged.items()}
            groups: dict[bool, dict[str, list[_Staged]]] = {False: {}, True: {}}
            for path, staged in self._staged.items():
                is_feed = not path.startswith(("articles/", "media/"))
                folder = staged.target.rpartition("/")[0]
                groups[is_feed].setdefault(folder, []).append(staged)
            for folders in groups.values():
                self._in_threads(_rename, folders.values())
                self._unsynced.update(folders)
        except OSError as fault:
            raise _refusal(fault) from fault
        self._begin_sync()
        self._staged.clear()
        return written

    def sync(self) -> None:
        """Make durable which files there are. Raises PublicationError where the disk refuses."""
        self._begin_sync()
        syncing, self._syncing = self._syncing, []
        wait([future for _, future in syncing])
        self._unsynced.update(folder for folder, future in syncing if future.exception())
        try:
            for _, future in syncing:
                future.result()
        except OSError as fault:
            raise PublicationError(f"{self._root}: {fault.strerror}") from fault

    def _begin_sync(self) -> None:
        for folder in sorted(self._unsynced):
            if os.path.isdir(folder):  # noqa: PTH112
                self._syncing.append((folder, self._threads.submit(disk.sync_folder, folder)))
        self._unsynced.clear()

    def discard(self) -> None:
        """Drop what was staged and not published."""
        for path in tuple(self._staged):
            self._unstage(path)

    def remove(self, path: str) -> bool:
        """Take a file away, and the folders that it leaves empty; give whether it was there.

        Durable after ``sync``.
        """
        target = Path(self._target(path))
        root = Path(self._root)
        self._folders.clear()
        try:
            was_there = target.is_file()
            target.unlink(missing_ok=True)
            for folder in target.parents:
                if folder == root or (folder.is_dir() and any(folder.iterdir())):
                    self._unsynced.add(str(folder))
                    break
                if folder.is_dir():
                    folder.rmdir()
        except OSError as fault:
            raise _refusal(fault) from fault
        return was_there

    def read(self, path: str) -> bytes | None:
        """Give the live bytes of a file, or None where there is none."""
        try:
            return Path(self._target(path)).read_bytes()
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
            raise _refusal(fault) from fault
        return found

    # --- staging -------------------------------------------------------------------------

    def _target(self, path: str) -> str:
        parts = path.split("/")
        if not all(parts) or any(part.startswith(".") for part in parts):
            raise PublicationError(f"'{path}' is no place below {self._root}")
        return f"{self._root}/{path}"

    def _stage(self, path: str, target: str, content: bytes | int) -> None:
        self._unstage(path)
        folder, _, name = target.rpartition("/")
        staged = _Staged(f"{folder}/.{name}{_STAGED}", target)
        self._staged[path] = staged
        try:
            self._make(folder)
            if isinstance(content, bytes) and len(content) >= _LARGE:
                staged.state = self._threads.submit(disk.write_through, staged.place, content)
            else:
                staged.descriptor = disk.write(staged.place, content)
                self._open.append(staged)
                if len(self._open) > _FEW:
                    self._close_some()
        except OSError as fault:
            self._unstage(path)
            raise _refusal(fault) from fault

    def _close_some(self) -> None:
        """Let go of open files: they are flushed now, or all at once later."""
        if not disk.can_sync_all():
            self._flush_some()
            return
        self._is_unflushed = True
        waiting, self._open = self._open, []
        for staged in waiting:
            staged.state = disk.state_of(staged.descriptor)
            staged.close()

    def _flush(self) -> None:
        """Make durable all that was written and not yet flushed."""
        if self._is_unflushed:
            self._close_some()
            disk.sync_all(self._root)
            self._is_unflushed = False
        else:
            self._flush_some()

    def _flush_some(self) -> None:
        waiting, self._open = self._open, []
        descriptors = [staged.descriptor for staged in waiting]
        for staged in waiting:
            staged.descriptor = -1  # flushing closes it
        states = self._in_threads(disk.flush, descriptors)
        for staged, state in zip(waiting, states, strict=True):
            staged.state = state

    def _in_threads(self, function: Callable[[_In], _Out], items: Iterable[_In]) -> list[_Out]:
        """Give ``function`` of each; nothing is under way any more when this returns or raises."""
        several = list(items)
        if len(several) < 2:
            return [function(each) for each in several]
        futures = [self._threads.submit(function, each) for each in several]
        wait(futures)
        return [future.result() for future in futures]

    def _make(self, folder: str) -> None:
        """Make a folder; a new one is durable only when the one that holds its name is."""
        if folder in self._folders:
            return
        if not os.path.isdir(folder):  # noqa: PTH112
            above = folder.rpartition("/")[0]
            self._make(above)
            Path(folder).mkdir(exist_ok=True)
            self._unsynced.add(above)
        self._folders.add(folder)

    def _unstage(self, path: str) -> None:
        staged = self._staged.pop(path, None)
        if staged is None:
            return
        if isinstance(staged.state, Future):
            wait([staged.state])
        if staged in self._open:
            self._open.remove(staged)
        staged.close()
        with suppress(OSError):
            Path(staged.place).unlink(missing_ok=True)


def _known_state(staged: _Staged) -> State:
    state = staged.state.result() if isinstance(staged.state, Future) else staged.state
    assert state is not None
    return state


def _rename(several: Iterable[_Staged]) -> None:
    for staged in several:
        os.replace(staged.place, staged.target)  # noqa: PTH105


def _refusal(fault: OSError) -> PublicationError:
    return PublicationError(f"{fault.filename}: {fault.strerror}")


def _walk(folder: str, prefix: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith("."):
                yield from _walk(entry.path, f"{prefix}{entry.name}/")
        elif entry.is_file(follow_symlinks=False):
            yield entry, prefix + entry.name


def _is_copy(target: str, source: int) -> bool:
    """Say whether a file holds the same bytes as an open one."""
    try:
        if os.stat(target).st_size != os.fstat(source).st_size:  # noqa: PTH116
            return False
        with Path(target).open("rb") as live, os.fdopen(source, "rb", closefd=False) as original:
            return file_digest(live, "sha256").digest() == file_digest(original, "sha256").digest()
    except OSError:
        return False
