"""Hear from the system what changed in a folder, in words of ours.

Above the I/O floor; the only import of watchdog. The threads that watchdog starts do nothing
here but put events into a queue: an exception in one of them would end the watch in silence.
"""

from __future__ import annotations

import logging
import os
import queue
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final, Literal

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserverVFS

from markwire.intake.names import is_left_alone
from markwire.intake.settle import Change
from markwire.intake.ways import Way

# Where watchdog says that the kernel's queue ran over; it replays nothing, and has no event
# for it.
_OVERFLOW_LOGGER: Final = "watchdog.observers.inotify_c"
_OVERFLOW_WORD: Final = "overflowed"

_CHANGES: Final[dict[str, Change]] = {
    "created": "changed",
    "modified": "written",
    "closed": "closed",
    "attrib": "changed",
    "deleted": "gone",
}
# Not "opened" and "closed_no_write": our own reading is told so, and we would go in circles.
_HEARD: Final = frozenset({*_CHANGES, "moved"})
# That a folder's entries changed says less than word of the entries.
_HEARD_OF_FOLDERS: Final = _HEARD - {"modified", "attrib"}

# Watchdog holds the first half of a rename back for this long (seconds) while it waits for the
# other, and everything behind it too. The kernel writes both in one go: half a second is long.
_RENAME_DELAY: Final = 0.05


@dataclass(frozen=True, slots=True)
class Told:
    """One change as the system told it; the file may look different by now.

    Paths are relative to the folder with ``/``. A ``moved`` has its old place in ``path`` and its
    new one in ``target``; either is empty where that is outside the folder.
    """

    change: Change | Literal["moved"]
    path: str
    target: str = ""
    is_folder: bool = False


class Observation:
    """The watch over one folder, from ``start`` to ``stop``."""

    def __init__(self, root: Path, way: Way, *, poll: float) -> None:
        """Prepare to watch ``root``, absolute and without links; ``poll`` is in seconds."""
        self._root = root
        self._way = way
        self._poll = poll
        # Not a SimpleQueue: where a signal comes as its timeout ends, CPython's waits for ever.
        self._events: queue.Queue[FileSystemEvent | None] = queue.Queue()
        self._overflow = _OverflowListener(self._events)
        self._observer: BaseObserver | None = None

    def start(self) -> None:
        """Start to watch; when this returns, every folder is watched.

        Raises OSError where the system refuses, and RuntimeError where it has no more threads.
        """
        self._overflow.attach()
        try:
            observer = _observer(self._way, self._poll)
        except OSError:
            self._overflow.detach()
            raise
        self._observer = observer
        try:
            observer.schedule(_Enqueue(self._events), str(self._root), recursive=True)
            observer.start()
        except BaseException:  # RuntimeError where the system has no more threads.
            self.stop()
            raise

    def stop(self) -> None:
        """End the watch and its threads."""
        observer, self._observer = self._observer, None
        self._overflow.detach()
        if observer is None:
            return
        observer.stop()
        if observer.is_alive():
            observer.join()

    def stands(self) -> bool:
        """Say whether every thread of the watch is alive.

        The one that watchdog offers for this lives on when those that feed it have died.
        """
        observer = self._observer
        if observer is None or not observer.is_alive():
            return False
        reader: object = getattr(observer, "_inotify_fd", None)
        if isinstance(reader, Thread) and not reader.is_alive():
            return False
        emitters = list(observer.emitters)
        return bool(emitters) and all(emitter.is_alive() for emitter in emitters)

    def hear(self, timeout: float) -> list[Told]:
        """Give what was told since last time, in order; wait at most ``timeout`` seconds for it."""
        told: list[Told] = []
        try:
            event = self._events.get(timeout=timeout) if timeout > 0 else self._events.get_nowait()
            told.extend(self._translate(event))
            for _ in range(self._events.qsize()):
                told.extend(self._translate(self._events.get_nowait()))
        except queue.Empty:
            pass
        return told

    def overflowed(self) -> bool:
        """Say, once, whether events were lost since last time."""
        return self._overflow.happened()

    def _translate(self, event: FileSystemEvent | None) -> Iterator[Told]:
        if event is None:
            return
        path = self._relative(event.src_path)
        if event.event_type == "moved":
            target = self._relative(event.dest_path)
            if path or target:
                yield Told("moved", path, target, event.is_directory)
        elif path:
            yield Told(_CHANGES[event.event_type], path, is_folder=event.is_directory)

    def _relative(self, path: bytes | str) -> str:
        """Give a path below the folder; empty for the folder itself and what is outside."""
        text = os.fsdecode(path)
        root = str(self._root).rstrip(os.sep) + os.sep
        return text[len(root) :].replace(os.sep, "/") if text.startswith(root) else ""


class _Enqueue(FileSystemEventHandler):
    def __init__(self, events: queue.Queue[FileSystemEvent | None]) -> None:
        self._events = events

    def dispatch(self, event: FileSystemEvent) -> None:
        # A folder is listed by us when it comes or moves, at once and whole: what watchdog
        # makes up for the files in it is not needed.
        heard = _HEARD_OF_FOLDERS if event.is_directory else _HEARD
        if event.event_type in heard and not event.is_synthetic:
            self._events.put(event)


class _OverflowListener(logging.Handler):
    """Hears from watchdog's log that the kernel's queue ran over."""

    def __init__(self, events: queue.Queue[FileSystemEvent | None]) -> None:
        super().__init__(logging.WARNING)
        self._events = events
        self._happened = Event()

    def attach(self) -> None:
        logger = logging.getLogger(_OVERFLOW_LOGGER)
        # A log that someone turned down to errors must not make us deaf.
        if not logger.isEnabledFor(logging.WARNING):
            logger.setLevel(logging.WARNING)
        logger.addHandler(self)

    def detach(self) -> None:
        logging.getLogger(_OVERFLOW_LOGGER).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if _OVERFLOW_WORD in str(record.msg):
            self._happened.set()
            self._events.put(None)

    def happened(self) -> bool:
        if not self._happened.is_set():
            return False
        self._happened.clear()
        return True


def _observer(way: Way, poll: float) -> BaseObserver:
    """Make an observer. Raises OSError where the system grants no more of them."""
    if way == "polling":
        # lstat, so that a link to a folder above is not followed round and round.
        return PollingObserverVFS(os.lstat, _entries, polling_interval=poll)
    if way == "native":
        return Observer()
    from watchdog.observers.inotify import InotifyObserver  # noqa: PLC0415  # Linux only
    from watchdog.observers.inotify_move_event_grouper import (  # noqa: PLC0415
        InotifyMoveEventGrouper,
    )

    InotifyMoveEventGrouper.delay = _RENAME_DELAY
    # A folder that was moved out and comes back is watched twice for a moment; watchdog warns.
    warnings.filterwarnings("ignore", r"Callback with id '.*' already exists", RuntimeWarning)
    # Full events: a file moved in from elsewhere is told as moved, not as created.
    return InotifyObserver(generate_full_events=True)


def _entries(folder: str | None) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not is_left_alone(entry.name):
                yield entry
