"""The catalogue is lost or spoilt: what readers know comes back from what was published.

Articles here have no ``id``, and many had other names once, so that no GUID could be guessed. What
is spoilt must be set aside under its name and told in the same run; either way the files below
``feeds/`` stay, to the byte, what they would have been. With the content folder emptied as well,
nothing is withdrawn: no catalogue is left to say how many there were, so what is published must.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

from torture import verdict
from torture.forks import Forks, forking
from torture.room import Room
from torture.torment import Outcome

_CATALOGUE: Final = "catalogue.sqlite"
_LOG: Final = f"{_CATALOGUE}-wal"
_OURS: Final = {_CATALOGUE, _LOG, f"{_CATALOGUE}-shm"}
_ENOUGH: Final = 12
_TRIES: Final = 60


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Lose or spoil ``count`` catalogues, in each way in turn."""
    broken: list[str] = []
    ran = noticed = 0
    with forking() as forks:
        room, ledger = _history(forks, seed, folder)
        quiet, expected = folder / "quiet", verdict.files(room.feeds)
        shutil.copytree(room.root, quiet)
        interrupted, expected_then = _interrupted(forks, room, folder)
        victim = folder / "victim"
        while ran < count and len(broken) < _ENOUGH:
            way = _WAYS[ran % len(_WAYS)]
            from_log = way is _flip_log
            shutil.rmtree(victim, ignore_errors=True)
            shutil.copytree(interrupted if from_log else quiet, victim)
            way(victim / ".markwire", room.chance)
            empty = ran // len(_WAYS) % 3 == 2 and not from_log
            if empty:
                shutil.rmtree(victim / "content")
                (victim / "content").mkdir()
            end = forks.run(victim)
            aside = _set_aside(victim / ".markwire")
            noticed += bool(aside)
            found = []
            if empty and (end.code not in {1, 3} or "markwire confirm" not in end.said):
                found.append(f"did not ask before it withdraws: {end.code}: {end.said}")
            elif not empty and not end.is_done:
                found.append(f"ended with {end.code}: {end.said}")
            if aside and not any(name in end.said for name in aside):
                found.append(f"{', '.join(aside)} is set aside and not told: {end.said}")
            if way in _MUST_BE_SET_ASIDE and not aside:
                found.append("is not set aside")
            found += verdict.settled(victim / "feeds", ledger, room.slugs)
            wanted = expected_then if from_log else expected
            found += _changed(verdict.files(victim / "feeds"), wanted)
            name = f"{way.__name__.strip('_')}{', and no content' if empty else ''}"
            broken += [f"{name} ({ran}): {each}" for each in found]
            ran += 1
    what = "catalogue deleted, truncated, emptied, bytes flipped in it or in its log, another file"
    return Outcome(ran, what, tuple(broken), {"set aside": str(noticed)})


def _history(forks: Forks, seed: int, folder: Path) -> tuple[Room, verdict.Ledger]:
    room = Room(folder / "site", seed, with_ids=False)
    ledger = verdict.Ledger()
    _build(forks, room.root)
    ledger.look(verdict.files(room.feeds))
    for deed in (room.rename, room.rename, room.rename, room.delete, room.retitle, room.rename):
        deed()
        _build(forks, room.root)
    return room, ledger


def _interrupted(forks: Forks, room: Room, folder: Path) -> tuple[Path, dict[str, bytes]]:
    """Give a site whose last build was killed and left a log, and what repairing it gives."""
    for deed in (room.rewrite, room.rename, room.retag, room.repaint):
        deed()
    calls = forks.run(_copy(room.root, folder / "counted"), at_call=-1).calls
    for number in range(_TRIES // 2, _TRIES):
        site = _copy(room.root, folder / "interrupted")
        forks.run(site, at_call=calls * (number + 1) // _TRIES)
        log = site / ".markwire" / _LOG
        if log.exists() and log.stat().st_size:
            repaired = _copy(site, folder / "repaired")
            _build(forks, repaired)
            return site, verdict.files(repaired / "feeds")
    raise RuntimeError("no killed build has left a log")


def _build(forks: Forks, root: Path) -> None:
    end = forks.run(root)
    if not end.is_done:
        raise RuntimeError(f"a build ended with {end.signal or end.code}: {end.said}")


def _copy(root: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(root, target))


def _set_aside(state: Path) -> list[str]:
    return sorted(
        each.name
        for each in state.iterdir()
        if each.name.startswith(_CATALOGUE.partition(".")[0]) and each.name not in _OURS
    )


def _changed(published: dict[str, bytes], expected: dict[str, bytes]) -> list[str]:
    paths = sorted(published.keys() | expected.keys())
    return [
        f"{path} is not what it was" for path in paths if published.get(path) != expected.get(path)
    ]


# --- the ways ----------------------------------------------------------------------------


def _delete(state: Path, _chance: Random) -> None:
    shutil.rmtree(state)


def _delete_file(state: Path, _chance: Random) -> None:
    for name in _OURS:
        (state / name).unlink(missing_ok=True)


def _truncate(state: Path, chance: Random) -> None:
    size = (state / _CATALOGUE).stat().st_size
    os.truncate(state / _CATALOGUE, chance.randrange(1, size))


def _empty(state: Path, _chance: Random) -> None:
    os.truncate(state / _CATALOGUE, 0)


def _replace_by_text(state: Path, _chance: Random) -> None:
    (state / _CATALOGUE).write_text("Ceci n’est pas un catalogue.\n" * 200, encoding="utf-8")


def _make_old(state: Path, _chance: Random) -> None:
    with sqlite3.connect(state / _CATALOGUE) as db:
        db.execute("PRAGMA user_version = 1")
    db.close()


def _flip(state: Path, chance: Random) -> None:
    _flip_bytes(state / _CATALOGUE, chance)


def _flip_header(state: Path, chance: Random) -> None:
    _flip_bytes(state / _CATALOGUE, chance, below=100)


def _flip_log(state: Path, chance: Random) -> None:
    _flip_bytes(state / _LOG, chance)


def _flip_bytes(file: Path, chance: Random, *, below: int | None = None) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(chance.randint(1, 8)):
        content[chance.randrange(below or len(content))] ^= chance.randint(1, 255)
    file.write_bytes(content)


_WAYS: Final[tuple[Callable[[Path, Random], None], ...]] = (
    _flip,
    _delete,
    _truncate,
    _flip_log,
    _replace_by_text,
    _flip_header,
    _make_old,
    _empty,
    _delete_file,
)
_MUST_BE_SET_ASIDE: Final = (_replace_by_text, _make_old)
