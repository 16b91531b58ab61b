"""Thousands of files written, renamed and deleted while the watch stands still.

The kernel's queue of events runs over (16,384 of them by default), so that nothing of the rest
is ever told. Rows 1 and 2 of the failure table.
"""

from __future__ import annotations

import os
from itertools import cycle
from pathlib import Path
from typing import Final

from torture import verdict
from torture.forks import forking
from torture.room import Room
from torture.torment import Outcome
from torture.weather import Weathered, unlike_clean, weathered

_QUEUE: Final = Path("/proc/sys/fs/inotify/max_queued_events")
_ROUNDS: Final = 2


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Have ``count`` files come in two bursts, of which the watch hears next to nothing."""
    room = Room(folder / "site", seed, articles=40)
    ledger = verdict.Ledger()
    broken: list[str] = []
    with forking() as forks, weathered(room.root) as watch:
        for round_ in range(_ROUNDS):
            ledger.look(verdict.files(room.feeds))
            heard = len(watch.said)
            _burst(watch, room, count // _ROUNDS)
            differences = unlike_clean(room, forks, folder / "clean")
            found = watch.until_told("events_lost", since=heard) + watch.until_none(differences)
            published = verdict.files(room.feeds)
            found += verdict.torn(published) + ledger.look(published)
            broken += [f"burst {round_ + 1}: {each}" for each in found]
    what = "files in a burst while the watch is stopped, the kernel's queue run over"
    return Outcome(count, what, tuple(broken), {"articles at the end": f"{len(room.pieces):,}"})


def _burst(watch: Weathered, room: Room, count: int) -> None:
    watch.freeze()
    try:
        overflow(room.content)
        for _ in range(4):  # As many as one person may delete.
            room.delete()
        for number in range(count):
            room.add()
            if number % 12 == 0:
                room.rename()
            if number % 5 == 0:
                room.rewrite()
    finally:
        watch.thaw()


def overflow(content: Path) -> None:
    """Fill the queue with what is no news; equal events in a row would be told as one."""
    several = [content / f"remplissage-{number}.txt" for number in range(2)]
    for file in several:
        file.touch()
    for file, _ in zip(cycle(several), range(int(_QUEUE.read_text()) + 2), strict=False):
        os.utime(file)
    for file in several:
        file.unlink()
