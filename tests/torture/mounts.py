"""The content folder unmounted, hidden, emptied, moved away and made anew under a running watch.

What is mounted lies in a mount namespace of its own, so that the machine's mounts stay as they
are. Whatever happens, nothing is withdrawn, the watch says so, and goes on by itself with all
that changed meanwhile, whether it is told of changes or has to poll. Rows 4, 6, 7 and 58 of the
failure table.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from torture import verdict
from torture.forks import Forks, forking
from torture.room import Room
from torture.torment import Outcome
from torture.weather import Weathered, unlike_clean, weathered

# The share is mounted beside the content as well: there it is reached whatever befalls the other.
_MOUNT: Final = "mount -t tmpfs share share && mv content/* share && mount --bind share content && "
_POLL: Final = "echo 1 >/proc/sys/user/max_inotify_watches && "


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the content is for the watch, and how to run a command there."""

    room: Room
    content: Path
    share: Path
    run: Callable[..., None]


_Undo = Callable[[], None]


def _unmounted(place: _Place) -> _Undo:
    """Give way as a share does whose server went."""
    place.run("umount", "-l", place.room.root / "content")
    return partial(_mount, place)


def _mount(place: _Place) -> None:
    place.run("mount", "--bind", place.room.root / "share", place.room.root / "content")


def _hidden(place: _Place) -> _Undo:
    """Lie below another, empty disk."""
    target = place.room.root / "content"
    place.run("mount", "-t", "tmpfs", "other", target)
    return lambda: place.run("umount", "-l", target)


def _emptied(place: _Place) -> _Undo:
    """Be there, but with nothing in it: half of a mount."""
    aside = place.share.with_name("aside")
    shutil.copytree(place.share, aside)
    for file in place.share.iterdir():
        file.unlink()

    def undo() -> None:
        shutil.copytree(aside, place.share, dirs_exist_ok=True)
        shutil.rmtree(aside)
        place.room.content = place.share

    place.room.content = aside
    return undo


def _moved_away(place: _Place) -> _Undo:
    """Lie under another name for a while."""
    aside = place.content.with_name("aside")
    place.content.rename(aside)
    place.room.content = aside

    def undo() -> None:
        aside.rename(place.content)
        place.room.content = place.content

    return undo


def _made_anew(place: _Place) -> _Undo:
    """Be removed, and restored from a copy."""
    copy = place.content.with_name("copy")
    shutil.copytree(place.content, copy)
    shutil.rmtree(place.content)
    place.room.content = copy

    def undo() -> None:
        shutil.copytree(copy, place.content)
        shutil.rmtree(copy)
        place.room.content = place.content

    return undo


def _replaced(place: _Place) -> _Undo:
    """Become another folder in the same moment, as when a release is switched."""
    copy, old = (place.content.with_name(name) for name in ("copy", "old"))
    shutil.copytree(place.content, copy)
    place.content.rename(old)
    copy.rename(place.content)
    return lambda: shutil.rmtree(old)


_MOUNTED: Final = (_unmounted, _hidden, _emptied)
_PLAIN: Final = (_moved_away, _made_anew, _replaced, _emptied)
_AWAY: Final = {_unmounted, _hidden, _moved_away, _made_anew}


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Have ``count`` calamities befall the content, each in its turn, in each way to watch."""
    broken: list[str] = []
    ran = 0
    places = [(way, where) for way in ("inotify", "polling") for where in ("mounted", "plain")]
    with forking() as forks:
        for number, (way, where) in enumerate(places):
            room = Room(folder / f"{where}-{way}", seed, articles=12)
            calamities = cycle(_MOUNTED if where == "mounted" else _PLAIN)
            share = count // len(places)
            with _watched(room, where, way) as (watch, place):
                ledger = verdict.Ledger()
                for calamity in islice(calamities, number // 2, number // 2 + share):
                    found = _befall(watch, place, calamity, ledger, forks, folder / "clean")
                    name = calamity.__name__.strip("_").replace("_", " ")
                    broken += [f"{name}, {where}, {way}: {each}" for each in found]
                    ran += 1
    what = "content unmounted, hidden, emptied, moved, replaced under the watch, two ways to watch"
    return Outcome(ran, what, tuple(broken))


@contextmanager
def _watched(room: Room, where: str, way: str) -> Iterator[tuple[Weathered, _Place]]:
    (room.root / "share").mkdir()
    spaces = ["--user", "--map-root-user"] * (way == "polling") + ["--mount"] * (where == "mounted")
    script = _POLL * (way == "polling") + _MOUNT * (where == "mounted") + 'exec "$@"'
    before = ("unshare", *spaces, "sh", "-c", f"cd {room.root} && {script}", "sh")
    with weathered(room.root, before=before if spaces else ()) as watch:
        seen = Path(f"/proc/{watch.pid}/root{room.root}") if where == "mounted" else room.root
        share = seen / ("share" if where == "mounted" else "content")
        enter = ["nsenter", f"--target={watch.pid}", *["--user"] * (way == "polling"), "--mount"]

        def run(*words: str | Path) -> None:
            subprocess.run((*enter, *words), check=True)

        room.content = share
        yield watch, _Place(room, seen / "content", share, run)


def _befall(
    watch: Weathered,
    place: _Place,
    calamity: Callable[[_Place], _Undo],
    ledger: verdict.Ledger,
    forks: Forks,
    target: Path,
) -> list[str]:
    room = place.room
    ledger.look(verdict.files(room.feeds))
    heard, removed = len(watch.said), len(watch.removed)
    undo = calamity(place)
    if calamity in _AWAY:
        found = watch.until_told("folder_went_away", since=heard)
    elif calamity is _emptied:
        found = watch.until_none(lambda: _not_told_held(place.share))
    else:
        found = watch.until_told("watch_started", since=heard)
    slugs = {piece.slug for piece in room.pieces.values()}
    found += verdict.lost(verdict.files(room.feeds), ledger, slugs)
    for _ in range(3):
        room.add()
        room.rewrite()
    undo()
    found += watch.until_none(unlike_clean(room, forks, target))
    published = verdict.files(room.feeds)
    found += verdict.torn(published) + ledger.look(published)
    gone = [path for path in watch.removed[removed:] if path.startswith("articles/")]
    return found + [f"{path} was withdrawn" for path in gone]


def _not_told_held(content: Path) -> list[str]:
    report = content / "_rapport.md"
    is_told = report.exists() and "markwire confirm" in report.read_text(encoding="utf-8")
    return [] if is_told else ["the report never told that articles are held"]
