"""A fault at each system call that changes something: SIGKILL, EIO, ENOSPC; by ``strace``.

One edition of many edits is made again and again, from the same start; each time another call
meets a fault, from the first on, until an edition comes through untouched. ``strace`` counts the
calls of each thread by itself: the n-th is that of the thread that comes first to its n-th.

After SIGKILL, readers look and one more build repairs. After an error in a build, it must say so
in one sentence, with the exit code of a failed publication; what readers see is whole; and no
file is flushed again through a descriptor that refused once (its pages may be gone by then).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from torture import verdict
from torture.clean import clean_build
from torture.forks import End, Forks, forking
from torture.room import Room
from torture.torment import Outcome

_CALLS: Final = (
    "openat",
    "write",
    "pwrite64",
    "writev",
    "fsync",
    "fdatasync",
    "syncfs",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
    "ftruncate",
    "fallocate",
    "link",
    "symlink",
    "utimensat",
    "flock",
    "sendfile",
    "copy_file_range",
)
_FAULTS: Final = ("signal=SIGKILL", "error=EIO", "error=ENOSPC")
_FAILED: Final = 3
_WRITES: Final = re.compile(r"O_CREAT|O_WRONLY|O_RDWR")
_EVENT: Final = re.compile(r"(?:(\d+) +)?(fsync|fdatasync|close)\((\d+)<([^>]*)>\) += (-?\d+)")
_ENOUGH: Final = 8


@dataclass(slots=True)
class _Bench:
    """What every try starts from, and is compared with."""

    room: Room
    victim: Path
    log: Path
    ledger: verdict.Ledger
    stays: set[str]
    clean: dict[str, bytes]
    forks: Forks
    met: dict[str, int] = field(default_factory=dict)


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Meet a fault at up to ``count`` system calls, spread over all; a large count meets each."""
    broken: list[str] = []
    ran = 0
    with forking() as forks:
        bench = _set_up(forks, seed, folder)
        tries = ((fault, call) for fault in _FAULTS for call in _CALLS)
        if count < len(_FAULTS) * len(_CALLS) * 4:
            broken += _spread(bench, count)
            ran = sum(bench.met.values())
        else:
            for fault, call in tries:
                number = 1
                while len(broken) < _ENOUGH and ran < count:
                    found = _try(bench, call, fault, number)
                    if found is None:
                        break
                    broken += found
                    ran += 1
                    number += 1
    figures = {name: f"{met}" for name, met in sorted(bench.met.items())}
    what = "a fault at each system call that changes something"
    return Outcome(ran, what, tuple(broken), figures)


def _set_up(forks: Forks, seed: int, folder: Path) -> _Bench:
    room = Room(folder / "site", seed, articles=10)
    ledger = verdict.Ledger()
    first = forks.run(room.root)
    if not first.is_done:
        raise RuntimeError(first.said)
    ledger.look(verdict.files(room.feeds))
    before = room.slugs
    for edit in (room.rewrite, room.add, room.rename, room.delete, room.retag, room.repaint):
        edit()
    clean = clean_build(forks, room, folder / "clean")
    victim = folder / "victim"
    return _Bench(room, victim, folder / "strace.log", ledger, before & room.slugs, clean, forks)


def _spread(bench: _Bench, count: int) -> list[str]:
    """Try ``count`` faults at calls that chance takes, each kind of call as often."""
    broken: list[str] = []
    chance = bench.room.chance
    counts = _count_calls(bench)
    calls = sorted(counts)
    for number in range(count):
        call = calls[number % len(calls)]
        fault = _FAULTS[(number + number // len(calls)) % len(_FAULTS)]
        broken += _try(bench, call, fault, chance.randint(1, counts[call])) or []
    return broken


def _count_calls(bench: _Bench) -> dict[str, int]:
    """Give how often an undisturbed edition makes each call, in the thread that does so most."""
    _begin(bench)
    options = ("-e", f"trace={_known()}", "-o", str(bench.log))
    bench.forks.run(bench.victim, strace=options)
    each: dict[tuple[str, str], int] = {}
    for line in bench.log.read_text(errors="replace").splitlines():
        match = re.match(r"(\d+) +(\w+)\(", line)
        if match:
            each[match[1], match[2]] = each.get((match[1], match[2]), 0) + 1
    calls = {call for _, call in each}
    return {
        call: max(n for (_, name), n in each.items() if name == call) for call in calls & {*_CALLS}
    }


def _known() -> str:
    """Give the calls as strace takes them: a ``?`` lets it pass over those of other machines."""
    return ",".join(f"?{call}" for call in (*_CALLS, "close"))


def _begin(bench: _Bench) -> None:
    shutil.rmtree(bench.victim, ignore_errors=True)
    shutil.copytree(bench.room.root, bench.victim)


def _try(bench: _Bench, call: str, fault: str, number: int) -> list[str] | None:
    """Meet one fault; give what broke, or None where there is no such call any more."""
    _begin(bench)
    inject = f"inject=?{call}:{fault}:when={number}"
    options = ("-y", "-s", "0", "-e", f"trace={_known()}", "-e", inject, "-o", str(bench.log))
    end = bench.forks.run(bench.victim, strace=options)
    log = bench.log.read_text(errors="replace")
    if not end.signal and "(INJECTED)" not in log:
        return None
    word = fault.partition("=")[2]
    bench.met[word] = bench.met.get(word, 0) + 1
    feeds = bench.victim / "feeds"
    found = verdict.seen(feeds, bench.ledger, bench.stays)
    found += _told(end, log, bench) if not end.signal else []
    found += list(flushed_again(log))
    repair = bench.forks.run(bench.victim)
    if not repair.is_done:
        found.append(f"the next build ended with {repair.code}: {repair.said}")
    found += verdict.settled(feeds, bench.ledger, bench.room.slugs)
    found += verdict.differing(verdict.files(feeds), bench.clean, bench.room.gone)
    return [f"{word} at {call} number {number}: {each}" for each in found]


def _told(end: End, log: str, bench: _Bench) -> Iterator[str]:
    """Tell what is wrong with how a build ended that met an error."""
    if "Traceback" in end.said or end.code not in {0, 1, 2, _FAILED}:
        yield f"ended with {end.code} and said {end.said[-400:]!r}"
    elif any("openat(" in line and not _WRITES.search(line) for line in _injected(log)):
        return  # What cannot be read is told of its article, and read the next time.
    elif end.code == _FAILED:
        if end.said.count("\n") != 1:
            yield f"said more than a sentence: {end.said!r}"
    elif end.code == 0:
        # An error that mattered to nothing: then all is done as told.
        feeds = bench.victim / "feeds"
        yield from verdict.settled(feeds, bench.ledger, bench.room.slugs)
        yield from verdict.differing(verdict.files(feeds), bench.clean, bench.room.gone)
        if any("sync(" in line and f"{feeds}/" in line for line in _injected(log)):
            yield "said nothing, and is not on the disk"


def _injected(log: str) -> list[str]:
    return [line for line in log.splitlines() if "(INJECTED)" in line]


def flushed_again(log: str) -> Iterator[str]:
    """Tell of each descriptor in a log of strace that was flushed after it had refused.

    But for SQLite's log: what its commits had flushed before is safe, and of what it could not
    flush it takes nothing into the database, which has a descriptor of its own.
    """
    refused: set[str] = set()
    for line in log.splitlines():
        match = _EVENT.search(line)
        if match is None:
            continue
        _, call, descriptor, path, result = match.groups()
        if call == "close":
            refused.discard(descriptor)
        elif descriptor in refused and not path.endswith("-wal"):
            yield f"{path} was flushed again through the descriptor that had refused"
        elif result != "0":
            refused.add(descriptor)
