"""A day of a newsroom, one edit each ten seconds, as fast as one watch works them off.

What it takes of memory, descriptors and threads after a tenth of the day must do for all of it.
Promise 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from torture.desk import Desk
from torture.torment import Outcome
from torture.weather import Weathered, weathered

_MOST_GROWTH: Final = 0.05
_ENOUGH: Final = 2_000  # edits, before which growth is warming up
_AT_ONCE: Final = 10  # edits between two waits for the watch


@dataclass(frozen=True, slots=True)
class _Size:
    """What a process takes: kB of its own memory, open files, threads; kB of its state folder."""

    memory: int
    files: int
    threads: int
    state: int


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Do ``count`` edits."""
    room = Desk(folder / "site", seed)
    broken: list[str] = []
    with weathered(room.root) as watch:
        for number in range(count):
            room.edit()
            if number % _AT_ONCE == 0:
                _wait_for_news(watch)
            if number == count // 10:
                early = _size(watch, room)
        late = _size(watch, room)
    growth = late.memory / early.memory - 1
    if count >= _ENOUGH and growth > _MOST_GROWTH:
        broken.append(f"memory grew by {growth:.1%}, from {early.memory} kB to {late.memory} kB")
    if late.files > early.files + 2:
        broken.append(f"open files grew from {early.files} to {late.files}")
    # Flushing has up to eight threads, which come when they are first wanted.
    if late.threads > early.threads + 8:
        broken.append(f"threads grew from {early.threads} to {late.threads}")
    figures = {
        "memory": f"{early.memory / 1024:.1f} → {late.memory / 1024:.1f} MiB ({growth:+.1%})",
        "open files": f"{early.files} → {late.files}",
        "threads": f"{early.threads} → {late.threads}",
        "state folder": f"{early.state:,} → {late.state:,} kB",
    }
    what = "edits under one watch, from a tenth of them to the end"
    return Outcome(count, what, tuple(broken), figures)


def _wait_for_news(watch: Weathered) -> None:
    """Let it work off something, or two seconds pass."""
    seen = len(watch.editions)
    watch.until(lambda: len(watch.editions) > seen, seconds=2)


def _size(watch: Weathered, room: Desk) -> _Size:
    process = Path(f"/proc/{watch.pid}")
    told = dict(
        line.split(":", 1)
        for name in ("status", "smaps_rollup")
        for line in (process / name).read_text(encoding="ascii").splitlines()
        if ":" in line.split(" ")[0]
    )
    return _Size(
        memory=int(told["Pss"].split()[0]),
        files=sum(1 for _ in (process / "fd").iterdir()),
        threads=int(told["Threads"]),
        state=sum(file.stat().st_size for file in room.state.iterdir() if file.is_file()) // 1024,
    )
