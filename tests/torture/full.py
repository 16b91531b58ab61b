"""A disk that is full, or read-only: told once, nothing torn, and on it goes when there is room.

The feeds folder, and then the state folder, is a file system in memory of 256 kB, content
elsewhere. A running watch meets its end; when there is room again it must publish what it owes
within ten seconds, without being started anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from torture import verdict
from torture.clean import clean_build
from torture.disks import apart, in_memory, remount, used
from torture.forks import Forks, forking
from torture.room import Room
from torture.torment import Outcome
from torture.watched import Watched, watched

_SMALL: Final = 256 * 1024  # bytes
_ROOM: Final = 64 * 1024 * 1024
_PAGE: Final = 4096
_RECOVERY: Final = 10.0  # seconds, as promised
_ENOUGH: Final = 8
_MOST: Final = 60  # articles, of which the smallest disk cannot hold so many
_FAULTS: Final = ("No space left", "Read-only", "is full", "disk I/O error", "readonly")


@apart
def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Fill a disk, or take the right to write, ``count`` times, each way in turn."""
    broken: list[str] = []
    seconds: list[float] = []
    ran = 0
    with forking() as forks:
        while ran < count and len(broken) < _ENOUGH:
            way = _WAYS[ran % len(_WAYS)]
            place = folder / str(ran)
            found = list(way(forks, seed + ran, place, seconds))
            broken += [f"{way.__name__.strip('_')} ({ran}): {each}" for each in found]
            ran += 1
    slowest = f"{max(seconds):.1f} s" if seconds else "never"
    what = "disk of feeds or of the catalogue full, or read-only, below a running watch"
    return Outcome(ran, what, tuple(broken), {"slowest recovery": slowest})


def _fill_feeds(forks: Forks, seed: int, place: Path, seconds: list[float]) -> Iterator[str]:
    room = Room(place, seed, articles=3)
    with in_memory(room.feeds, _SMALL), watched(room.root) as watch:
        yield from _through(
            forks,
            room,
            watch,
            seconds,
            break_it=lambda: _write_until(room, watch, lambda: bool(_faults(watch))),
            mend_it=lambda: remount(room.feeds, f"size={_ROOM}"),
        )


def _lock_feeds(forks: Forks, seed: int, place: Path, seconds: list[float]) -> Iterator[str]:
    room = Room(place, seed, articles=3)
    with in_memory(room.feeds, _ROOM), watched(room.root) as watch:

        def lock() -> None:
            remount(room.feeds, "ro")
            _write_until(room, watch, lambda: bool(_faults(watch)))

        yield from _through(
            forks,
            room,
            watch,
            seconds,
            break_it=lock,
            mend_it=lambda: remount(room.feeds, "rw"),
        )


def _fill_state(forks: Forks, seed: int, place: Path, seconds: list[float]) -> Iterator[str]:
    room = Room(place, seed, articles=3)
    with in_memory(room.state, _ROOM), watched(room.root) as watch:

        def fill() -> None:
            remount(room.state, f"size={used(room.state) + _PAGE}")
            _write_until(room, watch, lambda: bool(_faults(watch)))

        yield from _through(
            forks,
            room,
            watch,
            seconds,
            break_it=fill,
            mend_it=lambda: remount(room.state, f"size={_ROOM}"),
        )


_WAYS: Final = (_fill_feeds, _lock_feeds, _fill_state)


def _through(
    forks: Forks,
    room: Room,
    watch: Watched,
    seconds: list[float],
    *,
    break_it: Callable[[], None],
    mend_it: Callable[[], None],
) -> Iterator[str]:
    ledger = verdict.Ledger()
    yield from verdict.settled(room.feeds, ledger, room.slugs)
    stays = room.slugs
    break_it()
    if not _faults(watch):
        yield f"nothing was told of it: {watch.said[-3:]}"
    yield from verdict.seen(room.feeds, ledger, stays)
    clean = clean_build(forks, room, room.root.with_name(f"{room.root.name}-clean"))
    mend_it()
    took = watch.until(lambda: _is_over(room, ledger, clean), seconds=_RECOVERY)
    if took is None:
        yield f"did not go on within {_RECOVERY:.0f} s after there was room: {watch.said[-3:]}"
        return
    seconds.append(took)
    if len(_faults(watch)) != 1:
        yield f"was told {len(_faults(watch))} times: {_faults(watch)}"
    if watch.process.poll() is not None:
        yield f"the watch has ended: {watch.said[-3:]}"
    yield from verdict.settled(room.feeds, ledger, room.slugs)
    yield from verdict.differing(verdict.files(room.feeds), clean, room.gone)


def _is_over(room: Room, ledger: verdict.Ledger, clean: dict[str, bytes]) -> bool:
    """Say whether all that is owed is published; the main feed alone may have found room before."""
    published = verdict.files(room.feeds)
    return not (
        clean.keys() - published.keys()
        or verdict.settled(room.feeds, ledger, room.slugs)
        or verdict.differing(published, clean, room.gone)
    )


def _write_until(room: Room, watch: Watched, wanted: Callable[[], bool]) -> None:
    """Write articles, each when the one before is published or could not be, until it is so."""
    for _ in range(_MOST):
        editions = len(watch.editions)
        room.add()
        watch.until(lambda before=editions: wanted() or len(watch.editions) > before)
        if wanted():
            return


def _faults(watch: Watched) -> list[str]:
    return [line for line in watch.said if any(word in line for word in _FAULTS)]
