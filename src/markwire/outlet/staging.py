"""Files written aside, which go live together.

At the I/O rim. Large files are flushed in threads while the next ones are made; small ones side
by side when they go live, or all at once where they are many.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future, wait
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import time_ns
from typing import Final, TypeVar

from markwire.outlet import disk
from markwire.outlet.disk import State

STAGED: Final = ".markwire-new"
_LARGE: Final = 32_768  # bytes: worth a flush of its own
_SECOND: Final = 1_000_000_000  # nanoseconds
_FEW: Final = 16  # files that are flushed one by one
# What feeds name must stand before they do.
_NAMED_BY_FEEDS: Final = ("articles/", "media/")
_NAMING_FEEDS: Final = frozenset({"index.html", "feeds.opml"})

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(slots=True, eq=False)
class _File:
    """A file written aside: open until it is flushed, or under way in a thread."""

    folder: str
    name: str
    descriptor: int = -1
    state: Future[State] | State | None = None

    @property
    def aside(self) -> str:
        return f"{self.folder}/.{self.name}{STAGED}"

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class Staging:
    """The files of one going live, by path below ``root``; raises OSError as the disk does.

    ``replacing`` is told, in any thread, of files of one folder that are about to get their names;
    ``going_live`` is entered while they get them.
    """

    def __init__(
        self,
        root: str,
        threads: Executor,
        *,
        replacing: Callable[[Iterable[str]], None] = lambda _paths: None,
        going_live: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._root = root
        self._replacing = replacing
        self._going_live = going_live
        self._threads = threads
        self._files: dict[str, _File] = {}
        self._open: list[_File] = []
        self._is_unflushed = False

    def folders(self) -> set[str]:
        """Give the folders in which something goes live."""
        return {file.folder for file in self._files.values()}

    def add(
        self, path: str, content: bytes | Iterable[bytes], *, moment: int | None = None
    ) -> None:
        """Write a file aside, all at once or as its bytes come; its folder must be there.

        Its time of change is ``moment``, in nanoseconds, else now; but of a later second than that
        of the file which it replaces.
        """
        if moment is None:
            moment = _later(f"{self._root}/{path}")
        folder, _, name = f"{self._root}/{path}".rpartition("/")
        file = _File(folder, name)
        self._files[path] = file
        if isinstance(content, bytes) and len(content) >= _LARGE:
            write = partial(disk.write_through, moment=moment)
            file.state = self._threads.submit(write, file.aside, content)
            return
        file.descriptor = disk.write(file.aside, content, moment=moment)
        self._open.append(file)
        if len(self._open) > _FEW:
            if disk.can_sync_all():
                self._is_unflushed = True
                self._close()
            else:
                self._flush_each()

    def drop(self, path: str) -> None:
        """Take a file away again, if there is one."""
        file = self._files.pop(path, None)
        if file is None:
            return
        if isinstance(file.state, Future):
            wait([file.state])
        if file in self._open:
            self._open.remove(file)
        file.close()
        with suppress(OSError):
            Path(file.aside).unlink(missing_ok=True)

    def drop_all(self) -> None:
        """Take all files away that did not go live."""
        for path in tuple(self._files):
            self.drop(path)

    def go_live(self) -> dict[str, State]:
        """Flush all files and give them their names; give size and time of change of each."""
        if self._is_unflushed:
            self._close()
            # Somebody may have mounted another disk below the feeds folder.
            for folder in {os.stat(each).st_dev: each for each in self.folders()}.values():
                disk.sync_all(folder)
        else:
            self._flush_each()
        states = {path: _settled(file) for path, file in self._files.items()}
        named: dict[str, dict[str, _File]] = {}
        feeds: dict[str, dict[str, _File]] = {}
        naming: dict[str, dict[str, _File]] = {}
        for path, file in self._files.items():
            kind = naming if path in _NAMING_FEEDS else feeds
            kind = named if path.startswith(_NAMED_BY_FEEDS) else kind
            kind.setdefault(file.folder, {})[path] = file
        with self._going_live() if feeds or naming else nullcontext():
            for folders in (named, feeds, naming):
                self._side_by_side(self._rename, folders.values())
        return states

    def _rename(self, files: Mapping[str, _File]) -> None:
        self._replacing(files)
        for file in files.values():
            os.replace(file.aside, f"{file.folder}/{file.name}")

    def _close(self) -> None:
        """Let go of open files, which are flushed later, with all others."""
        opened, self._open = self._open, []
        for file in opened:
            file.state = disk.state_of(file.descriptor)
            file.close()

    def _flush_each(self) -> None:
        opened, self._open = self._open, []
        descriptors = [file.descriptor for file in opened]
        for file in opened:
            file.descriptor = -1  # flushing closes it
        states = self._side_by_side(disk.flush, descriptors)
        for file, state in zip(opened, states, strict=True):
            file.state = state

    def _side_by_side(self, function: Callable[[_In], _Out], items: Iterable[_In]) -> list[_Out]:
        """Give ``function`` of each; nothing is under way any more when this returns or raises."""
        several = list(items)
        if len(several) < 2:
            return [function(each) for each in several]
        futures = [self._threads.submit(function, each) for each in several]
        wait(futures)
        return [future.result() for future in futures]


def _later(target: str) -> int | None:
    """Give a time of change for what replaces a file, where now is not later by a second.

    Web servers tell versions apart by it, and HTTP knows no fractions. A clock that was set back
    would else have an old and a new version be one.
    """
    try:
        before = os.stat(target).st_mtime_ns // _SECOND
    except OSError:
        return None
    return None if time_ns() // _SECOND > before else (before + 1) * _SECOND


def _settled(file: _File) -> State:
    state = file.state.result() if isinstance(file.state, Future) else file.state
    assert state is not None
    return state
