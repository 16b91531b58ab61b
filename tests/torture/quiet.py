"""A day on which nobody edits: a look at everything each minute, and nothing is written.

Twice as well: a second build of the same content, in a new folder and over the first, is the same
to the byte. Rows 13 and 27 of the failure table; promise 8.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from newsroom import EVERYTHING, NOON, Newsroom
from torture import verdict
from torture.room import Room
from torture.torment import Outcome
from torture.weather import weathered

_MINUTE = timedelta(minutes=1)
_State = dict[str, tuple[int, int, int]]


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Let ``count`` minutes pass, each with a look at the whole folder."""
    room = Room(folder / "site", seed)
    broken = _restarted(room)
    newsroom = Newsroom.found(room.root, NOON)
    with newsroom.press(grace=60) as press:
        for minute in range(3):  # Times of files are trusted only when they are old enough.
            newsroom.now += _MINUTE * (minute + 1)
            newsroom.edition(press)
        before = states(room)
        for minute in range(count):
            newsroom.now += _MINUTE
            edition = press.step(EVERYTHING, newsroom.now)
            if edition is None or edition.written or edition.removed or edition.changed:
                broken.append(f"minute {minute}: {edition}")
    broken += [f"written without a reason: {path}" for path in _differing(before, states(room))]
    newsroom.build()
    broken += [f"built anew: {path}" for path in _differing(before, states(room))]
    broken += _twice(room, folder / "again")
    what = "minutes without an edit, each with a look at everything; then two builds compared"
    return Outcome(count, what, tuple(broken[:20]), {"files that were written": "0"})


def states(room: Room) -> _State:
    """Give inode, time of writing and time of change of all that readers and editors see."""
    found = {}
    for top in (room.feeds, room.content):
        for path in [top, *top.rglob("*")]:
            status = path.stat()
            where = path.relative_to(room.root).as_posix()
            found[where] = status.st_ino, status.st_mtime_ns, status.st_ctime_ns
    return found


def _differing(before: _State, after: _State) -> list[str]:
    return sorted(path for path in before | after if before.get(path) != after.get(path))


def _restarted(room: Room) -> list[str]:
    """Start a watch twice; the second time it has nothing to do, and must not touch a file."""
    with weathered(room.root):
        pass
    before = states(room)
    with weathered(room.root) as watch:
        written = [path for edition in watch.editions for path in edition["written"]]
    touched = _differing(before, states(room))
    return [f"a second watch wrote {path}" for path in sorted({*written, *touched})]


def _twice(room: Room, target: Path) -> list[str]:
    room.copy_for_clean_build(target)
    Newsroom.found(target, NOON).build()
    return verdict.differing(verdict.files(room.feeds), verdict.files(target / "feeds"), set())
