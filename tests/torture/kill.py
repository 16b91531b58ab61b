"""SIGKILL at any moment: most of them by the clock, others at some call of a function.

Each round, editors do something, a build of it is killed (some twice), readers look, one more
build repairs, and all is compared with a clean build.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

from torture import verdict
from torture.beside import CONFIG, misled, unaccompanied
from torture.clean import clean_build
from torture.forks import End, Forks, forking
from torture.room import Room
from torture.torment import Outcome
from torture.watched import Watched, watched

_ENOUGH: Final = 5  # broken promises, after which more of the same tell nothing
_CATALOGUE: Final = "catalogue.sqlite"
_CHECKED_EACH: Final = 100
_CLEAN_EACH: Final = 10
_LOST_EACH: Final = 40
_COLD: Final = 3
_PATIENCE: Final = 20.0  # seconds


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Kill ``count`` builds."""
    what = "build killed with SIGKILL, by the clock and at the n-th call; repaired by the next"
    return _torment(count, Room(folder / "site", seed), folder, what, lambda _published: [])


def beside(count: int, seed: int, folder: Path) -> Outcome:
    """Kill ``count`` builds that also make what static servers serve."""
    what = "the same, with compressed forms and ETags beside each file: never those of another"
    room = Room(folder / "site", seed, config=CONFIG)
    return _torment(count, room, folder, what, unaccompanied)


def _torment(
    count: int,
    room: Room,
    folder: Path,
    what: str,
    missing: Callable[[dict[str, bytes]], list[str]],
) -> Outcome:
    ledger = verdict.Ledger()
    broken: list[str] = []
    killed = 0
    rounds = 0
    with forking() as forks:
        for _ in range(_COLD):  # Of the very first build readers see nothing, or whole files.
            killed += bool(forks.run(room.root, after=room.chance.uniform(0.01, 0.2)).signal)
            broken += verdict.torn(verdict.files(room.feeds)) + misled(verdict.files(room.feeds))
        first = forks.run(room.root, at_call=-1)
        broken += [first.said] if first.code else []
        seconds, calls = [first.seconds], [first.calls]
        ledger.look(verdict.files(room.feeds))
        while killed < count and len(broken) < _ENOUGH:
            rounds += 1
            before = room.slugs
            deeds = [room.edit() for _ in range(room.chance.randint(1, 3))]
            stays = before & room.slugs
            if rounds % _LOST_EACH == 0:  # The catalogue is lost, and making it again is killed.
                shutil.rmtree(room.state)
            found: list[str] = []
            for _ in range(1 + (rounds % 3 == 0)):  # Some die again as they repair.
                end = _kill(forks, room, median(seconds), median(calls))
                killed += bool(end.signal)
                found += verdict.seen(room.feeds, ledger, stays)
                if end.is_done:  # What was told as done stands without more ado.
                    found += verdict.disagreeing(verdict.files(room.feeds))
                elif not end.signal:
                    found.append(f"a build ended with {end.code}: {end.said}")
            repair = forks.run(room.root, at_call=-1 if rounds % 50 == 0 else 0)
            if not repair.is_done:
                found.append(f"the next build ended with {repair.code}: {repair.said}")
            (calls if repair.calls else seconds).append(repair.calls or repair.seconds)
            found += verdict.settled(room.feeds, ledger, room.slugs)
            found += missing(verdict.files(room.feeds))
            if rounds % _CLEAN_EACH == 0 or killed >= count:
                found += _as_clean(forks, room, folder / "clean")
            if rounds % _CHECKED_EACH == 0 or killed >= count:
                found += _catalogue_faults(room)
                found += verdict.unread(verdict.files(room.feeds), folder / "copies")
            broken += [f"round {rounds} ({', '.join(deeds)}): {each}" for each in found]
    return Outcome(killed, what, tuple(broken[: 4 * _ENOUGH]), {"rounds": f"{rounds:,}"})


def watch(count: int, seed: int, folder: Path) -> Outcome:
    """Kill ``count`` watches, each soon after editors did something; the next one repairs."""
    room = Room(folder / "site", seed)
    ledger = verdict.Ledger()
    broken: list[str] = []
    killed = 0
    with forking() as forks:
        while killed < count and len(broken) < _ENOUGH:
            with watched(room.root) as watch:
                found = _caught_up(room, ledger, watch)
                if not found and (killed % _CLEAN_EACH == 0 or killed + 1 == count):
                    found += _as_clean(forks, room, folder / "clean")
                before = room.slugs
                deeds = [room.edit() for _ in range(room.chance.randint(1, 4))]
                # Around the half of a second after which a file counts as wholly written.
                time.sleep(room.chance.uniform(0.0, 1.0))
                watch.process.kill()
                watch.process.wait()
                killed += 1
                found += verdict.seen(room.feeds, ledger, before & room.slugs)
            broken += [f"watch {killed} ({', '.join(deeds)}): {each}" for each in found]
        with watched(room.root) as last:
            broken += [f"the last watch: {each}" for each in _caught_up(room, ledger, last)]
        broken += _as_clean(forks, room, folder / "clean") + _catalogue_faults(room)
    what = "watch killed with SIGKILL, soon after editors did something; repaired by the next"
    return Outcome(killed, what, tuple(broken))


def _caught_up(room: Room, ledger: verdict.Ledger, watch: Watched) -> list[str]:
    """Wait until what stands in the content folder is published, and nothing else; tell if not."""
    found: list[str] = []

    def is_right() -> bool:
        published = verdict.files(room.feeds)
        found[:] = verdict.settled(room.feeds, ledger, room.slugs) + [
            f"{slug} is not withdrawn"
            for slug in sorted(room.gone)
            if f"articles/{slug}.html" in published
        ]
        return not found

    watch.until(is_right, seconds=_PATIENCE)
    return found


def _kill(forks: Forks, room: Room, seconds: float, calls: float) -> End:
    if room.chance.random() < 0.8:  # The other is slower: each call is counted.
        return forks.run(room.root, after=room.chance.uniform(0.001, seconds))
    return forks.run(room.root, at_call=room.chance.randint(1, int(calls)))


def _as_clean(forks: Forks, room: Room, target: Path) -> list[str]:
    published = verdict.files(room.feeds)
    return verdict.differing(published, clean_build(forks, room, target), room.gone)


def _catalogue_faults(room: Room) -> list[str]:
    with sqlite3.connect(room.state / _CATALOGUE) as db:
        rows = db.execute("PRAGMA integrity_check").fetchall()
    db.close()
    return [f"the catalogue: {fault}" for (fault,) in rows if fault != "ok"]
