"""Decide when a changed file has settled: its writer has finished, and readers may have it.

Pure: no clock and no disk; ``now`` and ``look`` are arguments. Times are seconds of one clock
that never goes back.

What it guards against: an article published half-written; a deletion shown for the blink in
which an editor swaps two files; a renamed article taken for a new one.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

# closed: a writer has closed it. arrived: a rename or a move put it there, whole.
# written: bytes were written, by a writer who may go on. changed: it is new, or may differ, and
# no writer is known. gone: deleted, or moved away.
Change = Literal["closed", "arrived", "written", "changed", "gone"]

# How long (seconds) a path must stay as it is after each change. Zero: it is complete.
Delays = Mapping[Change, float]


def delays_where_closing_is_told(*, quiet: float, grace: float, patience: float) -> Delays:
    """Give the delays for a system that tells when a writer closes a file, as Linux does.

    There a writer may pause for as long as ``patience``, as an upload over a slow line does.
    """
    return {"closed": 0.0, "arrived": 0.0, "written": patience, "changed": quiet, "gone": grace}


def delays_where_closing_is_not_told(*, quiet: float, grace: float) -> Delays:
    """Give the delays for a system that only tells that something changed."""
    return {
        "closed": quiet,
        "arrived": quiet,
        "written": quiet,
        "changed": quiet,
        "gone": grace,
    }


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what two looks at a path tell whether it was written to in between."""

    size: int
    modified: int
    inode: int


Look = Callable[[str], Stamp | None]


@dataclass(slots=True)
class _Pending:
    """One path that waits: why, until when, how it looked last, and which paths became it."""

    change: Change
    due: float
    stamp: Stamp | None = None
    sources: frozenset[str] = frozenset()


class Settler:
    """Holds each changed path back until it has settled; loses none."""

    def __init__(self, delays: Delays) -> None:
        self._delays = delays
        self._pending: dict[str, _Pending] = {}
        self._unlooked: set[str] = set()
        # A heap with one entry for each time a path was put off; all but the last are void.
        self._dues: list[tuple[float, str]] = []

    def note(self, path: str, change: Change, now: float) -> None:
        """Take note of one change. The latest one decides when the path is due."""
        pending = self._pending.get(path)
        # Editors set rights after the last write, and a new folder's files are told twice: that
        # must neither delay a finished file nor hurry one that is being written.
        if change == "changed" and pending is not None and pending.change != "gone":
            return
        sources = pending.sources if pending is not None else frozenset[str]()
        self._wait(path, _Pending(change, now + self._delays[change], sources=sources))

    def move(self, source: str, target: str, now: float) -> None:
        """Take note of a rename. Both paths come out together, so that it shows as a rename.

        A file that was being written when it was renamed is still being written.
        """
        self._unlooked.discard(source)
        moved = self._pending.pop(source, None)
        replaced = self._pending.get(target)
        sources = frozenset({source})
        sources |= moved.sources if moved is not None else frozenset()
        sources |= replaced.sources if replaced is not None else frozenset()
        change: Change = "arrived"
        if moved is not None and moved.change in ("written", "changed"):
            change = moved.change
        due = now + self._delays[change]
        self._wait(target, _Pending(change, due, sources=sources - {target}))

    def settled(self, now: float, look: Look) -> frozenset[str]:
        """Give out, once, the paths that have settled by ``now``.

        ``look`` gives the present stamp of a path, or None where there is nothing.
        """
        for path in self._unlooked:
            pending = self._pending[path]
            if pending.due > now:
                pending.stamp = look(path)
        self._unlooked.clear()
        out: set[str] = set()
        while (due := self.due()) is not None and due <= now:
            path = heapq.heappop(self._dues)[1]
            pending = self._pending[path]
            stamp = look(path)
            if self._has_settled(pending, stamp):
                del self._pending[path]
                out.add(path)
                out |= pending.sources
            else:
                if stamp is None:
                    pending.change = "gone"
                elif pending.change != "written":
                    pending.change = "changed"
                pending.stamp = stamp
                pending.due = now + self._delays[pending.change]
                heapq.heappush(self._dues, (pending.due, path))
        # A new file may be in the making where a renamed one was.
        return frozenset(out - self._pending.keys())

    def due(self) -> float | None:
        """Give the moment at which a path may have settled; None where none waits."""
        while self._dues:
            due, path = self._dues[0]
            pending = self._pending.get(path)
            if pending is not None and pending.due == due:
                return due
            heapq.heappop(self._dues)
        return None

    def unsettled(self) -> frozenset[str]:
        """Give the paths held back, with those that were renamed to one of them."""
        waiting = set(self._pending)
        for pending in self._pending.values():
            waiting |= pending.sources
        return frozenset(waiting)

    def _wait(self, path: str, pending: _Pending) -> None:
        self._pending[path] = pending
        heapq.heappush(self._dues, (pending.due, path))
        # What must stay as it is, is looked at twice: when it is told, and when it is due.
        self._unlooked.add(path)

    def _has_settled(self, pending: _Pending, stamp: Stamp | None) -> bool:
        if pending.change == "gone":
            return stamp is None
        if stamp is None:
            return False
        if not self._delays[pending.change]:
            # Some editors empty a file and close it before they write it anew.
            return stamp.size > 0
        return stamp == pending.stamp
