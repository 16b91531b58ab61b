"""Watch the content folder: a generator of batches of settled changes.

Above the I/O floor. Events are hints, never the truth: whatever is told, a batch only names
paths to look at, and from time to time the whole folder.
"""

from __future__ import annotations

import logging
import os
import posixpath
import stat
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from markwire.intake.health import Health, State
from markwire.intake.hearing import Hearing
from markwire.intake.lookout import Lookout
from markwire.intake.settle import (
    Delays,
    Settler,
    Stamp,
    delays_where_closing_is_not_told,
    delays_where_closing_is_told,
)
from markwire.intake.ways import Way

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
    health: Callable[[Health], None] = lambda _health: None,
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
    ``way`` forces the way to watch. ``health`` is told how the watch is, whenever that changes.

    ``rescan`` is the time from one look at the whole folder to the next; where a look takes long,
    it is longer, so that no more than about a hundredth of all time goes to looking.
    """
    vigil = _Vigil(root, stop, wake, busy, health, quiet, grace, patience, rescan, poll, way)
    try:
        yield from vigil.batches()
    finally:
        vigil.end()


class _Vigil:
    """What one watch has heard and not yet told on.

    A fault that nobody foresaw ends nothing: it is contained where one event or one path is
    dealt with, and the whole folder is looked at soon.
    """

    def __init__(
        self,
        root: Path,
        stop: threading.Event,
        wake: Callable[[], float | None],
        busy: Callable[[], bool],
        told: Callable[[Health], None],
        quiet: float,
        grace: float,
        patience: float,
        rescan: float,
        poll: float,
        way: Way | None,
    ) -> None:
        self._root = root
        self._stop = stop
        self._wake = wake
        self._busy = busy
        self._told = told
        self._quiet = quiet
        self._grace = grace
        self._patience = patience
        self._rescan = rescan
        self._poll = poll
        self._lookout = Lookout(root, way, poll=poll, found=self._found, began=self._began)
        self._health = Health()
        self._state: tuple[State, Way | None, str] = "starting", None, ""
        self._begin_hearing()
        self._whole_due = 0.0
        self._woken = -_WAKE_GAP
        self._mend_after = 0.0
        self._faults_at_look = 0
        self._last_fault = ""

    def batches(self) -> Iterator[Batch]:
        while not self._stop.is_set():
            batch, faults = None, self._health.faults
            with self._contained():
                batch = self._next()
            if batch is not None:
                yield batch
            elif self._health.faults > faults:
                self._stop.wait(_TICK)

    def end(self) -> None:
        self._lookout.end()

    def _next(self) -> Batch | None:
        try:
            observation = self._lookout.standing()
        except Exception:
            self._tell(state="failed", way=None, reason="fault")
            raise
        self._tell(state=self._state[0], way=self._state[1], reason=self._state[2])
        if observation is None:
            self._wake()
            self._stop.wait(_TICK)
            return None
        for told in observation.hear(self._wait()):
            if told.is_folder and told.change != "gone":
                self._lookout.expect_folders(self._quiet)
            with self._contained():
                self._hearing.take(told, time.monotonic())
        if observation.overflowed():
            _log.warning("events_lost folder=%s", self._root.name)
            self._tell(losses=self._health.losses + 1)
            # Not at once: a burst overflows more than once, and watches are being renewed.
            self._look_soon(self._quiet)
        return self._batch()

    # --- how the watch is -----------------------------------------------------------------

    def _began(self) -> None:
        self._begin_hearing()
        self._whole_due = time.monotonic()

    def _begin_hearing(self) -> None:
        self._settler = Settler(self._delays(self._lookout.way))
        self._hearing = Hearing(self._root, self._settler, quiet=self._quiet)

    def _found(self, state: State, way: Way | None, reason: str) -> None:
        self._state = state, way, reason

    def _tell(self, **changes: Any) -> None:
        health = replace(self._health, **changes)
        if health != self._health:
            self._health = health
            self._told(health)

    def _look_soon(self, seconds: float) -> None:
        self._whole_due = min(self._whole_due, time.monotonic() + seconds)

    @contextmanager
    def _contained(self) -> Iterator[None]:
        """Survive what is a bug, ours or another's, and make up for what it may have cost."""
        try:
            yield
        except Exception as fault:
            self._contain(fault)

    def _contain(self, fault: Exception) -> None:
        last = traceback.extract_tb(fault.__traceback__)[-1]
        word = f"error={type(fault).__name__} at={Path(last.filename).name}:{last.lineno}"
        if word != self._last_fault:  # One that comes back ten times a second is told once.
            _log.error("watch_met_fault folder=%s %s", self._root.name, word)
        self._last_fault = word
        # One that comes back with each look must not have us look without end.
        self._mend_after = min(max(self._quiet, 2 * self._mend_after), self._rescan)
        self._look_soon(self._mend_after)
        self._health = replace(self._health, faults=self._health.faults + 1)
        with suppress(Exception):  # The one whom we tell may be what is at fault.
            self._told(self._health)

    def _delays(self, way: Way) -> Delays:
        if way == "inotify":
            return delays_where_closing_is_told(
                quiet=self._quiet, grace=self._grace, patience=self._patience
            )
        # Between two listings nothing is seen: less than that proves no quiet.
        quiet = max(self._quiet, self._poll) if way == "polling" else self._quiet
        return delays_where_closing_is_not_told(quiet=quiet, grace=self._grace)

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
            with self._contained():
                self._hearing.take_unfinished(now)
            self._note_look(time.monotonic() - now)
        try:
            paths = self._settler.settled(now, self._stamp)
        except Exception:
            self._begin_hearing()  # What it held is found by the look that follows.
            raise
        if whole or paths:
            # Deletions told of a folder that is gone itself are none.
            if not self._lookout.stands_here():
                return None
            return Batch(paths, everything=whole, unsettled=self._settler.unsettled())
        scheduled = self._wake()
        if scheduled is not None and scheduled <= 0 and now >= self._woken + _WAKE_GAP:
            self._woken = now
            return Batch(unsettled=self._settler.unsettled())
        if self._busy():
            return Batch(unsettled=self._settler.unsettled())
        return None

    def _note_look(self, took: float) -> None:
        """Take note of a look at the whole folder, and of how long it took, in seconds."""
        if self._health.faults == self._faults_at_look:
            self._mend_after = 0.0
        self._faults_at_look = self._health.faults
        wait = self._mend_after or self._rescan
        self._whole_due = time.monotonic() + max(wait, _RARELY * took)
        self._tell(looks=self._health.looks + 1)

    def _stamp(self, path: str) -> Stamp | None:
        try:
            status = os.lstat(posixpath.join(self._root, path))
        except (OSError, ValueError):
            return None
        except Exception as fault:  # One path must not stand in the way of the others.
            self._contain(fault)
            return None
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            return None
        return Stamp(status.st_size, status.st_mtime_ns, status.st_ino)
