"""A day of a newsroom, one edit each ten seconds, as fast as one watch works them off.

Its first half warms up: caches fill that have a bound, and the C library finds out how large its
heap has to be. What is taken then must do for the other half: of memory to a twentieth, of
descriptors and inotify watches exactly. Promise 15.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markwire.pipeline.status import beaten, read
from torture.desk import Desk
from torture.torment import Outcome
from torture.weather import Weathered, weathered

_MOST_GROWTH: Final = 0.05
_ENOUGH: Final = 2_000  # edits, before which growth is warming up
_AT_ONCE: Final = 10  # edits between two waits for the watch
_THREADS: Final = 8  # that flush come when they are first wanted


@dataclass(frozen=True, slots=True)
class _Size:
    """What a process takes: kB of its own memory, open files, folders watched, threads; kB of
    its state folder.
    """

    memory: int
    files: tuple[str, ...]
    watches: int
    threads: int
    state: int


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Do ``count`` edits."""
    room = Desk(folder / "site", seed)
    sizes: list[_Size] = []
    with weathered(room.root) as watch:
        for number in range(count):
            room.edit()
            room.clear_away()  # A folder that nobody needs is there for no half of the day.
            if number % _AT_ONCE == 0:
                _wait_for_news(watch)
            if number in (count // 10, count // 2):
                sizes.append(_rest(watch, room))
        sizes.append(_rest(watch, room))
    early, half, late = sizes
    growth = late.memory / half.memory - 1
    broken: list[str] = []
    if count >= _ENOUGH and growth > _MOST_GROWTH:
        broken.append(f"memory grew by {growth:.1%}, from {half.memory} kB to {late.memory} kB")
    if len(late.files) > len(early.files):
        broken.append(f"open files grew from {early.files} to {late.files}")
    if late.watches > 1 + room.folders:
        broken.append(f"{late.watches} folders are watched, and there are {1 + room.folders}")
    if late.threads > early.threads + _THREADS:
        broken.append(f"threads grew from {early.threads} to {late.threads}")
    mebibytes = _row(sizes, lambda size: f"{size.memory / 1024:.1f}")
    figures = {
        "memory": f"{mebibytes} MiB ({growth:+.1%} in the second half)",
        "open files": _row(sizes, lambda size: str(len(size.files))),
        "threads": _row(sizes, lambda size: str(size.threads)),
        "state folder": _row(sizes, lambda size: f"{size.state:,}") + " kB",
    }
    what = "edits under one watch, after a tenth, half and all of them"
    return Outcome(count, what, tuple(broken), figures)


def _row(sizes: list[_Size], told: Callable[[_Size], str]) -> str:
    return " → ".join(map(told, sizes))


def _wait_for_news(watch: Weathered) -> None:
    """Let it work off something, or two seconds pass."""
    seen = len(watch.editions)
    watch.until(lambda: len(watch.editions) > seen, seconds=2)


def _rest(watch: Weathered, room: Desk) -> _Size:
    """Let all be worked off, so that nothing is open that is about to be closed; take the size.

    Raises RuntimeError where it never comes to rest.
    """
    text = room.sign()
    page = room.feeds / "rss.xml"
    faults = watch.until_none(lambda: [] if text in page.read_text("utf-8") else ["not published"])
    if faults:
        raise RuntimeError("; ".join(faults))
    published = time.time()

    def is_idle() -> bool:
        status = read(room.state)
        return (
            (beaten(room.state) or 0) > published and status is not None and status.work == "idle"
        )

    if watch.until(is_idle) is None:
        raise RuntimeError("the watch came to no rest")
    return _size(watch, room)


def _size(watch: Weathered, room: Desk) -> _Size:
    process = Path(f"/proc/{watch.pid}")
    told = dict(
        line.split(":", 1)
        for line in (process / "status").read_text(encoding="ascii").splitlines()
        if ":" in line
    )
    watches = sum(
        each.read_text("ascii", "replace").count("inotify wd:")
        for each in (process / "fdinfo").iterdir()
    )
    return _Size(
        # Not what is mapped from files: other programs that map them, too, come and go, and the
        # share of each changes with their number.
        memory=int(told["RssAnon"].split()[0]) + int(told["VmSwap"].split()[0]),
        files=tuple(sorted(str(each.readlink()) for each in (process / "fd").iterdir())),
        watches=watches,
        threads=int(told["Threads"]),
        state=sum(file.stat().st_size for file in room.state.iterdir() if file.is_file()) // 1024,
    )
