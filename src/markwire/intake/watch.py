"""Watch the content folder: a generator of batches of settled changes.

Above the I/O floor. Events are hints, never the truth: whatever is told, a batch only names
paths to look at, and from time to time the whole folder.
"""

from __future__ import annotations

import errno
import logging
import math
import os
import posixpath
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from markwire.errors import FolderError
from markwire.intake.folder import Listing, Scan, look
from markwire.intake.names import is_file_of_ours, is_folder_of_ours
from markwire.intake.notices import Observation, Told
from markwire.intake.settle import (
    Delays,
    Settler,
    Stamp,
    delays_where_closing_is_not_told,
    delays_where_closing_is_told,
)
from markwire.intake.ways import Choice, Way, choose, count_folders, count_watches
from markwire.model import Found

_TICK: Final = 0.1  # seconds: how long a stop, or a folder's return, may go unseen
_RARELY: Final = 300  # times as long as a look at the whole folder takes: the time to the next
_WAKE_GAP: Final = 0.1  # seconds between two wakings, so that an overdue one does not spin

_log: Final = logging.getLogger("markwire.intake")


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that have settled, to be worked off as one.

    ``paths`` are files and folders that may have changed, come or gone, relative to the content
    folder with ``/``. With ``everything``, the whole folder is to be looked at. ``unsettled``
    are files that are being written at this moment: they are to be left as they are known,
    even where a look shows them changed or gone; a later batch brings each of them. A batch
    with neither paths nor ``everything`` says that something scheduled is due.
    """

    paths: frozenset[str] = frozenset()
    everything: bool = False
    unsettled: frozenset[str] = frozenset()


def watch(
    root: Path,
    *,
    stop: threading.Event,
    wake: Callable[[], float | None] = lambda: None,
    busy: Callable[[], bool] = lambda: False,
    quiet: float = 0.5,
    grace: float = 0.3,
    patience: float = 10.0,
    rescan: float = 60.0,
    poll: float = 1.0,
    way: Way | None = None,
) -> Iterator[Batch]:
    """Yield batches of settled changes below ``root`` until ``stop`` is set.

    The first one has ``everything``, once every folder is watched; another follows whenever
    events were lost, the folder was replaced, or ``rescan`` has passed. While the folder is
    away, as an unmounted share is, nothing is yielded.

    Times are in seconds: ``quiet`` is how long a file must lie still where the system did not
    tell that its writer closed it, ``patience`` how long one must that was written to and has
    not been closed, ``grace`` how long one must be gone to count as deleted, ``poll`` the
    interval where only comparing listings works. ``wake`` gives the time until something
    scheduled is due, or None; it is asked at least ten times a second. While ``busy`` says that
    there is other work to go on with, a batch of nothing is yielded whenever there is no news.
    ``way`` forces the way to watch.

    ``rescan`` is the time from one look at the whole folder to the next; where a look takes long,
    it is longer, so that no more than about a hundredth of all time goes to looking.
    """
    vigil = _Vigil(root, stop, wake, busy, quiet, grace, patience, rescan, poll, way)
    try:
        yield from vigil.batches()
    finally:
        vigil.end()


@dataclass(slots=True)
class _Vigil:
    _root: Path
    _stop: threading.Event
    _wake: Callable[[], float | None]
    _busy: Callable[[], bool]
    _quiet: float
    _grace: float
    _patience: float
    _rescan: float
    _poll: float
    _way: Way | None
    _observation: Observation | None = None
    _identity: tuple[int, int] | None = None
    _is_away: bool = False
    _settler: Settler = field(default_factory=lambda: Settler({}))
    _watched_by: Way = "polling"
    _other_watches: int = 0
    _whole_due: float = 0.0
    _count_due: float = math.inf
    _woken: float = -_WAKE_GAP

    def batches(self) -> Iterator[Batch]:
        while not self._stop.is_set():
            observation = self._standing()
            if observation is None:
                self._stop.wait(_TICK)
                continue
            for told in observation.hear(self._wait()):
                self._take(told)
            if observation.overflowed():
                _log.warning("events_lost folder=%s", self._root.name)
                # Not at once: a burst overflows more than once, and watches are being renewed.
                self._whole_due = min(self._whole_due, time.monotonic() + self._quiet)
            batch = self._batch()
            if batch is not None:
                yield batch

    def end(self) -> None:
        if self._observation is not None:
            self._observation.stop()
            self._observation = None
            _log.info("watch_ended folder=%s", self._root.name)

    # --- the watch itself ----------------------------------------------------------------

    def _standing(self) -> Observation | None:
        """Give the watch, begun anew where it died or the folder is another; None meanwhile."""
        identity = _identity(self._root)
        if self._observation is not None:
            if identity == self._identity and self._observation.stands() and not self._has_holes():
                return self._observation
            self._observation.stop()
            self._observation = None
            _log.warning("watch_broke folder=%s", self._root.name)
        if identity is None or self._is_left_empty(identity):
            self._be_away("folder_went_away", "not_there")
            return None
        try:
            self._begin(identity)
        except OSError as fault:
            self._be_away("watch_failed", errno.errorcode.get(fault.errno or 0, "unknown"))
        return self._observation

    def _has_holes(self) -> bool:
        """Say whether folders that came since are not watched, for want of watches."""
        if self._watched_by != "inotify" or time.monotonic() < self._count_due:
            return False
        self._count_due = math.inf
        return count_watches() - self._other_watches < count_folders(self._root)

    def _be_away(self, event: str, reason: str) -> None:
        """Tell once that there is nothing to watch, not ten times a second."""
        if not self._is_away:
            _log.warning("%s folder=%s reason=%s", event, self._root.name, reason)
        self._is_away = True

    def _is_left_empty(self, identity: tuple[int, int]) -> bool:
        """Say whether this is only the place where another disk was mounted before."""
        if self._identity is None or identity[0] == self._identity[0]:
            return False
        try:
            return not any(self._root.iterdir())
        except OSError:
            return True

    def _begin(self, identity: tuple[int, int]) -> None:
        root = self._root.resolve(strict=True)
        choice = Choice(self._way, "configured") if self._way else choose(root)
        choice, self._observation = self._observe(root, choice)
        self._watched_by = choice.way
        self._is_away = False
        self._identity = identity
        self._settler = Settler(self._delays(choice.way))
        self._whole_due = time.monotonic()
        self._count_due = math.inf
        _log.info(
            "watch_started folder=%s way=%s reason=%s", self._root.name, choice.way, choice.reason
        )

    def _delays(self, way: Way) -> Delays:
        if way == "inotify":
            return delays_where_closing_is_told(
                quiet=self._quiet, grace=self._grace, patience=self._patience
            )
        # Between two listings nothing is seen: less than that proves no quiet.
        quiet = max(self._quiet, self._poll) if way == "polling" else self._quiet
        return delays_where_closing_is_not_told(quiet=quiet, grace=self._grace)

    def _observe(self, root: Path, choice: Choice) -> tuple[Choice, Observation]:
        """Start a watch; fall back to polling where the system refuses, or grants only a part."""
        self._other_watches = count_watches()
        observation = Observation(root, choice.way, poll=self._poll)
        try:
            observation.start()
        except OSError:
            if choice.way == "polling":
                raise
            return self._observe(root, Choice("polling", "watch_refused"))
        # Past the limit on watches, watchdog leaves folders out without a word.
        if choice.way == "inotify" and count_watches() - self._other_watches < count_folders(root):
            observation.stop()
            return self._observe(root, Choice("polling", "watch_limit"))
        return choice, observation

    # --- what was told --------------------------------------------------------------------

    def _take(self, told: Told) -> None:
        is_ours = is_folder_of_ours if told.is_folder else is_file_of_ours
        path = told.path if told.path and is_ours(told.path) else ""
        target = told.target if told.target and is_ours(told.target) else ""
        now = time.monotonic()
        if told.is_folder and told.change != "gone":
            self._count_due = now + self._quiet
        if told.change != "moved":
            if path and told.is_folder and told.change != "gone":
                self._take_folder(path, now)
            elif path:
                self._settler.note(path, told.change, now)
        elif not target:
            if path:
                self._settler.note(path, "gone", now)
        elif told.is_folder:
            self._take_moved_folder(path, target, now)
        elif path:
            self._settler.move(path, target, now)
        else:
            self._settler.note(target, "arrived", now)

    def _take_folder(self, folder: str, now: float) -> None:
        """Take note of what a new folder holds: its files may have come before its watch."""
        for path in self._files(self._listing(folder)):
            self._settler.note(path, "changed", now)

    def _take_moved_folder(self, source: str, target: str, now: float) -> None:
        """Take note of every file of a moved folder at once, so that none looks deleted."""
        listing = self._listing(target)
        unfinished = self._unfinished(listing)
        for path in self._files(listing):
            if source:
                self._settler.move(source + path[len(target) :], path, now)
            else:
                self._settler.note(path, "changed" if path in unfinished else "arrived", now)

    def _listing(self, folder: str) -> Listing:
        try:
            return look(self._root, (folder,))
        except FolderError:
            return Listing({}, {})

    @staticmethod
    def _files(listing: Listing) -> Iterator[str]:
        yield from listing.articles
        yield from listing.media
        yield from (each.path for each in listing.problems if each.code == "MW104")

    def _unfinished(self, listing: Listing) -> frozenset[str]:
        """Give the files written to a moment ago: their writer may not have finished."""
        return frozenset(
            found.path
            for part in (listing.articles, listing.media)
            for found in part.values()
            if self._is_fresh(found)
        )

    def _unfinished_anywhere(self) -> Iterator[str]:
        """Give the same of the whole folder."""
        try:
            scan = Scan(self._root)
            yield from (found.path for found in scan if self._is_fresh(found))
            yield from self._unfinished(scan.rest())
        except FolderError:
            return

    def _is_fresh(self, found: Found) -> bool:
        return abs(time.time_ns() - found.modified) < int(self._quiet * 1e9)

    # --- what to yield --------------------------------------------------------------------

    def _wait(self) -> float:
        """Give the seconds to wait for news: until the next thing to do, or a tick."""
        if self._busy():
            return 0.0
        now = time.monotonic()
        wait = min(_TICK, self._whole_due - now)
        due = self._settler.due()
        if due is not None:
            wait = min(wait, due - now)
        scheduled = self._wake()
        if scheduled is not None:
            wait = min(wait, max(scheduled, self._woken + _WAKE_GAP - now))
        return max(wait, 0.0)

    def _batch(self) -> Batch | None:
        now = time.monotonic()
        whole = now >= self._whole_due
        if whole:
            for path in self._unfinished_anywhere():
                self._settler.note(path, "changed", now)
            took = time.monotonic() - now
            self._whole_due = now + max(self._rescan, _RARELY * took)
        paths = self._settler.settled(now, self._stamp)
        if whole or paths:
            # Deletions told of a folder that is gone itself are none.
            if _identity(self._root) != self._identity:
                return None
            return Batch(paths, everything=whole, unsettled=self._settler.unsettled())
        scheduled = self._wake()
        if scheduled is not None and scheduled <= 0 and now >= self._woken + _WAKE_GAP:
            self._woken = now
            return Batch(unsettled=self._settler.unsettled())
        if self._busy():
            return Batch(unsettled=self._settler.unsettled())
        return None

    def _stamp(self, path: str) -> Stamp | None:
        try:
            status = os.lstat(posixpath.join(self._root, path))
        except (OSError, ValueError):
            return None
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            return None
        return Stamp(status.st_size, status.st_mtime_ns, status.st_ino)


def _identity(root: Path) -> tuple[int, int] | None:
    """Tell the folder from another of the same name; None where there is no folder."""
    try:
        status = root.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None
