"""Power cuts: whatever was told as done is there when the power is back, and nothing is torn.

Feeds lie on a disk that is cut off at a random moment of a build, or right after; every third time
a build was killed before, so that the one that tells it is done builds on files that nobody has
flushed. The catalogue lies beside them, or where nothing is ever lost, which is worse: on one disk
its commits flush the folders of the feeds as well. The content folder has power all along.

A file that is written beside it and not flushed must be lost now and then, or the cuts do not cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from torture import verdict
from torture.beside import CONFIG
from torture.clean import clean_build
from torture.disks import Disk, apart, cut
from torture.forks import Forks, forking
from torture.room import Room
from torture.torment import Outcome

_A_DISK: Final = 50  # cuts, after which there is a new one
_CLEAN_EACH: Final = 10
_ENOUGH: Final = 8


def _torment(kind: str, count: int, seed: int, folder: Path) -> Outcome:
    broken: list[str] = []
    tally = _Tally()
    with forking() as forks:
        while tally.cuts < count and len(broken) < _ENOUGH:
            number = tally.cuts // _A_DISK
            place = folder / str(number)
            disk = Disk(kind, place)
            try:
                room = Room(
                    place,
                    seed + number,
                    with_ids=_is_comparable(number),
                    disk=disk.place,
                    state=disk.place if number % 2 else None,
                    config=CONFIG if number % 3 == 0 else "",
                )
                until = min(count, tally.cuts + _A_DISK)
                for found in _cut_again_and_again(forks, room, disk, tally, until):
                    broken.append(f"cut {tally.cuts}: {found}")
                    if len(broken) >= _ENOUGH:
                        break
            finally:
                disk.close()
    if not tally.unflushed_lost:
        broken.append("no cut has lost what was not flushed, so that none was one")
    figures = {
        "told as done before the cut": str(tally.acknowledged),
        "of those after a kill": str(tally.after_a_kill),
        "unflushed files lost": str(tally.unflushed_lost),
    }
    return Outcome(tally.cuts, f"power cut on {kind} while a build runs", tuple(broken), figures)


def _is_comparable(number: int) -> bool:
    """Say whether a clean build is the same: without ids, only the catalogue knows the GUIDs."""
    return number % 4 < 2


@apart
def ext4(count: int, seed: int, folder: Path) -> Outcome:
    """Cut the power of an ext4 disk ``count`` times."""
    return _torment("ext4", count, seed, folder)


@apart
def xfs(count: int, seed: int, folder: Path) -> Outcome:
    """Cut the power of an XFS disk ``count`` times."""
    return _torment("xfs", count, seed, folder)


class _Tally:
    def __init__(self) -> None:
        self.cuts = 0
        self.acknowledged = 0
        self.after_a_kill = 0
        self.unflushed_lost = 0


def _cut_again_and_again(
    forks: Forks, room: Room, disk: Disk, tally: _Tally, until: int
) -> Iterator[str]:
    ledger = verdict.Ledger()
    first = forks.run(room.root)
    if not first.is_done:
        yield f"the first build ended with {first.code}: {first.said}"
    ledger.look(verdict.files(room.feeds))
    seconds = [first.seconds]
    while tally.cuts < until:
        tally.cuts += 1
        before = room.slugs
        deeds = [room.edit() for _ in range(room.chance.randint(1, 3))]
        stays = before & room.slugs
        killed = tally.cuts % 3 == 0
        if killed:
            forks.run(room.root, after=room.chance.uniform(0.001, median(seconds)))
            end = forks.run(room.root)
            cut(disk.place)
        else:
            moment = room.chance.uniform(0.001, 1.3 * median(seconds))
            end = forks.run(room.root, after=moment, cut=disk.place)
            control = disk.place / "unflushed"
        disk.come_back()
        if not killed:
            tally.unflushed_lost += not (control.exists() and control.stat().st_size)
            control.unlink(missing_ok=True)
        tally.acknowledged += end.is_done
        tally.after_a_kill += end.is_done and killed
        found = verdict.seen(room.feeds, ledger, stays)
        if end.is_done:  # It was told: it is there, before anybody repairs anything.
            found += verdict.settled(room.feeds, ledger, room.slugs)
        elif end.signal or "Traceback" in end.said:
            found.append(f"the build ended with {end.signal or end.code}: {end.said[-400:]}")
        repair = forks.run(room.root)
        seconds.append(repair.seconds)
        if not repair.is_done:
            found.append(f"the next build ended with {repair.code}: {repair.said}")
        found += verdict.settled(room.feeds, ledger, room.slugs)
        if tally.cuts % _CLEAN_EACH == 0 and _is_comparable((tally.cuts - 1) // _A_DISK):
            clean = clean_build(forks, room, room.root / "clean")
            found += verdict.differing(verdict.files(room.feeds), clean, room.gone)
        state = "told as done" if end.is_done else f"ended with {end.code}"
        yield from (f"({', '.join(deeds)}; {state}) {each}" for each in found)
