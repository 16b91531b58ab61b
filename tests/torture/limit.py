"""Fewer inotify watches than the content has folders: from the start, and later.

The limits are those of a user namespace of its own; the machine's stay as they are. Row 5 of the
failure table: watchdog leaves folders out without a word.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from torture import verdict
from torture.forks import Forks, forking
from torture.room import Room
from torture.torment import Outcome
from torture.weather import Weathered, unlike_clean, weathered

_SPACE: Final = ("unshare", "--user", "--map-root-user", "sh", "-c")
_LIMIT: Final = 'echo {number} >/proc/sys/user/max_inotify_{what} && exec "$@"'


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Watch ``count`` folders where a few more, a few less, and none can be watched."""
    broken: list[str] = []
    with forking() as forks:
        for name, what, number, told in (
            ("too few", "watches", count // 2, "watch_limit"),
            ("soon too few", "watches", count + 10, "watch_limit"),
            ("none", "instances", 0, "watch_refused"),
        ):
            room = _room(folder / name.replace(" ", "-"), seed, count)
            limit = _LIMIT.format(number=number, what=what)
            with weathered(room.root, before=(*_SPACE, limit, "sh")) as watch:
                found = _work(watch, room, forks, folder / "clean", count, told)
            broken += [f"{name}: {each}" for each in found]
    return Outcome(3 * count, "folders watched with too few inotify watches", tuple(broken))


def _room(root: Path, seed: int, count: int) -> Room:
    room = Room(root, seed, articles=8)
    for number in range(count - 1):
        (room.content / f"dossier-{number}").mkdir()
    return room


def _work(
    watch: Weathered, room: Room, forks: Forks, target: Path, count: int, told: str
) -> list[str]:
    """Let folders and files come; all must be seen, and the fallback told."""
    for number in range(count, count + 20):
        (room.content / f"dossier-{number}").mkdir()
    for number, name in enumerate(sorted(room.pieces)):
        room.move(name, f"dossier-{count + 19 - number}/{name}")
    found = watch.until_told("watch_started", "way=polling", f"reason={told}")
    found += watch.until_none(unlike_clean(room, forks, target))
    for _ in range(10):
        room.edit()
    found += watch.until_none(unlike_clean(room, forks, target))
    return found + verdict.torn(verdict.files(room.feeds))
