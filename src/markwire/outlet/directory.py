"""Files under the feeds folder: temp, flush, rename, flush of the folder.

At the I/O rim. Identical bytes are not written. What is put becomes visible only at
``publish``, all files of an edition together; until then, and after any crash, the old ones
stand whole. What is live and recorded nowhere is not taken for durable: a crash may have come
between its name and the flush of its folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Final

from markwire.errors import PublicationError
from markwire.model import Sidecar
from markwire.outlet import disk
from markwire.outlet.disk import State
from markwire.outlet.marker import EditionMarker
from markwire.outlet.sidecars import Sidecars
from markwire.outlet.staging import STAGED, Staging

_THREADS: Final = 8
_MAKERS: Final = 2  # of sidecars: more would take the processors from those who make feeds
_FEW: Final = 16  # files that are flushed one by one


class Directory:
    """One feeds folder. Paths are relative to it, with ``/``.

    ``sidecars`` are the kinds of what is to stand beside its files; ``marker`` has the word for
    servers on whether they stand.
    """

    def __init__(
        self,
        root: Path,
        sidecars: Collection[Sidecar] = (),
        *,
        marker: EditionMarker | None = None,
    ) -> None:
        self._marker = marker
        self._root = str(root)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="outlet")
        makers = ThreadPoolExecutor(_MAKERS, thread_name_prefix="sidecars")
        self._sidecars = Sidecars(self._root, sidecars, makers, self._threads)
        self._contents: dict[str, bytes] = {}
        self._laid: dict[str, State] = {}
        self._staged = self._new_staging()
        self._unsynced: set[str] = set()
        self._unproven: set[str] = set()
        self._suspect: set[str] = set()
        self._syncing: list[tuple[str, Future[None]]] = []

    def put(self, path: str, content: bytes, *, known: State | None = None) -> bool:
        """Stage a file; give whether its bytes differ from those that are live.

        ``known`` is the state in which it is recorded to be durable. Raises PublicationError
        where it cannot be written.
        """
        target = self._target(path)
        if not self._is_suspect(target) and disk.holds(target, content):
            self._staged.drop(path)
            self._prove(target, known)
            return False
        self._stage(path, content)
        if self._sidecars.of(path):
            self._contents[path] = content
        return True

    def beside(self, path: str) -> tuple[str, ...]:
        """Give where the sidecars of a file stand, or would."""
        return self._sidecars.of(path)

    def accompany(self, path: str, content: bytes, *, known: Callable[[str], State | None]) -> None:
        """Have all sidecars stand beside a live file with these bytes, at ``sync``.

        ``known`` gives the state in which one is recorded: one in any other is not trusted.
        Raises PublicationError where one cannot be taken away.
        """
        state = self.state(path)
        recorded = {each: known(each) for each in self._sidecars.of(path)}
        if state is None or all(
            was is not None and self.state(each) == was for each, was in recorded.items()
        ):
            return
        with _refused():
            self._sidecars.withdraw((path,))
        self._sidecars.prepare(path, content, moment=state[1])

    def put_file(
        self, path: str, chunks: Iterable[bytes], *, digest: str, known: State | None
    ) -> bool:
        """Stage a large file as its bytes come; give whether they differ from those that are live.

        For files whose name changes with their content: one that is in the state ``known``,
        the size and time of change with which it was written, is not read. ``digest`` is the
        SHA-256 of all bytes in hexadecimal. What ``chunks`` raise ends it, and nothing is staged.
        """
        target = self._target(path)
        is_known = known is not None and disk.state_at(target) == known
        if not self._is_suspect(target) and (is_known or disk.has_digest(target, digest)):
            self._staged.drop(path)
            self._prove(target, known)
            return False
        self._stage(path, chunks)
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
        self._unsynced |= self._staged.folders()
        with _refused():
            written = self._staged.go_live()
        self._staged = self._new_staging()
        self._begin_sync()
        for path, content in self._contents.items():
            if path in written:
                self._sidecars.prepare(path, content, moment=written[path][1])
        self._contents.clear()
        if self._sidecars.are_many:
            self._lay_sidecars()
        return written

    def sync(self) -> dict[str, State]:
        """Make durable which files there are; then have sidecars stand beside them.

        Gives size and time of change of each sidecar that is new. Raises PublicationError where
        the disk refuses. A folder that could not be flushed is not just flushed again, for the
        system may have dropped what it could not write: its files are written anew when they are
        put next.
        """
        with _refused():
            self._flush_unproven()
        self._begin_sync()
        self._lay_sidecars()
        self._end_sync()
        if self._marker is not None:
            self._marker.stand()
        laid, self._laid = self._laid, {}
        return laid

    def _lay_sidecars(self) -> None:
        """Have sidecars come after their files, by as long as a flush of their folder takes.

        A server that opens a file, and then looks for its ETag, would else have read the old one
        in the moment between.
        """
        folders = self._sidecars.folders
        if folders:
            self._end_sync()
            with _refused():
                self._laid |= self._sidecars.lay()
            self._unsynced |= folders
            self._begin_sync()

    def _end_sync(self) -> None:
        syncing, self._syncing = self._syncing, []
        wait([future for _, future in syncing])
        for folder, future in syncing:
            if future.exception():
                self._suspect.add(folder)
            else:
                self._suspect.discard(folder)
        try:
            for _, future in syncing:
                future.result()
        except OSError as fault:
            raise PublicationError(f"{self._root}: {fault.strerror}") from fault

    def _is_suspect(self, target: str) -> bool:
        return bool(self._suspect) and target.rpartition("/")[0] in self._suspect

    def _prove(self, target: str, known: State | None) -> None:
        """Have a live file that is not recorded as it is be flushed, and its folder with it."""
        if known is None or disk.state_at(target) != known:
            self._unproven.add(target)
            self._unsynced.add(target.rpartition("/")[0])

    def _flush_unproven(self) -> None:
        unproven, self._unproven = self._unproven, set()
        if len(unproven) > _FEW and disk.can_sync_all():
            disk.sync_all(self._root)
            return
        for target in sorted(unproven):
            with suppress(FileNotFoundError):
                disk.flush(os.open(target, os.O_RDONLY | os.O_CLOEXEC))

    def _begin_sync(self) -> None:
        for folder in sorted(self._unsynced):
            if os.path.isdir(folder):
                self._syncing.append((folder, self._threads.submit(disk.sync_folder, folder)))
        self._unsynced.clear()

    def discard(self) -> None:
        """Drop what was staged and not published, and sidecars that were to come."""
        self._staged.drop_all()
        self._contents.clear()
        self._sidecars.drop_all()
        self._laid.clear()

    def remove(self, path: str) -> bool:
        """Take a file away, its sidecars first, and the folders that it leaves empty.

        Gives whether it was there. Durable after ``sync``.
        """
        target = Path(self._target(path))
        root = Path(self._root)
        try:
            self._sidecars.drop(path)
            self._sidecars.withdraw((path,))
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

    def files(self, below: str = "") -> dict[str, State]:
        """Give all files, or those below a folder, with size and time of change.

        Raises PublicationError where the folder cannot be listed.
        """
        found = {}
        with _refused():
            for entry, path in self._walk(below):
                if not entry.name.endswith(STAGED):
                    with suppress(FileNotFoundError):
                        state = entry.stat(follow_symlinks=False)
                        found[path] = state.st_size, state.st_mtime_ns
        return found

    def tidy(self) -> None:
        """Take away what a crash left. Raises PublicationError as ``files`` does."""
        with _refused():
            for entry, _ in self._walk(""):
                if entry.name.endswith(STAGED):
                    Path(entry.path).unlink(missing_ok=True)

    def _walk(self, below: str) -> Iterator[tuple[os.DirEntry[str], str]]:
        folder = f"{self._root}/{below}" if below else self._root
        return disk.walk(folder, f"{below}/" if below else "")

    # --- staging -------------------------------------------------------------------------

    def _new_staging(self) -> Staging:
        going_live = self._marker.going_live if self._marker else nullcontext
        return Staging(
            self._root,
            self._threads,
            replacing=self._sidecars.withdraw,
            going_live=going_live,
        )

    def _target(self, path: str) -> str:
        parts = path.split("/")
        if not all(parts) or any(part.startswith(".") for part in parts):
            raise PublicationError(f"'{path}' is no place below {self._root}")
        return f"{self._root}/{path}"

    def _stage(self, path: str, content: bytes | Iterable[bytes]) -> None:
        self._staged.drop(path)
        try:
            self._make(self._target(path).rpartition("/")[0])
            self._staged.add(path, content)
        except BaseException as fault:
            self._staged.drop(path)
            if isinstance(fault, OSError):
                raise _refusal(fault) from fault
            raise

    def _make(self, folder: str) -> None:
        """Make a folder; a new one is durable only when the one that holds its name is."""
        if not os.path.isdir(folder):
            above = folder.rpartition("/")[0]
            self._make(above)
            Path(folder).mkdir(exist_ok=True)
            self._unsynced.add(above)


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise _refusal(fault) from fault


def _refusal(fault: OSError) -> PublicationError:
    return PublicationError(f"{fault.filename}: {fault.strerror}")
