"""A wall clock that jumps under a running watch, before a start, and before a build.

libfaketime moves the time of day alone: the clocks that count from the start of the machine are
left as they are. No embargo is broken, nothing that readers have is taken away, no feed carries
a date that is still to come, and what is scheduled comes at the true pace. Rows 32, 36 and 44 of
the failure table; promise 10.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from time import time
from typing import Final

from commands import COMMAND
from torture import verdict
from torture.room import Room
from torture.torment import Outcome
from torture.weather import Weathered, weathered

_STEPS: Final = ("+2h", "-2h", "+1y", "-1y", "@1970-01-02 03:04:05", "+26h")
_TRUE: Final = "+0"
_CANARY: Final = "kanarienvogel"
_SOON: Final = 3  # seconds
_WRONG: Final = 3  # exit code of ``status`` where something is wrong


class _Time:
    """The time of day as processes with its ``env`` see it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        self.env: Mapping[str, str] = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }
        self.step(_TRUE)

    def step(self, to: str) -> None:
        """Set it, in one moment."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{to}\n", encoding="ascii")
        new.replace(self._file)


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Have the clock jump ``count`` times."""
    room = Room(folder / "site", seed)
    for hours in (1, 30, 24 * 200):
        _write(room, f"{_CANARY}-{hours}", datetime.now(UTC) + timedelta(hours=hours))
    _write(room, "rights-end", expires=datetime.now(UTC) + timedelta(hours=1))
    clock = _Time(folder / "clock")
    ledger = verdict.Ledger()
    broken: list[str] = []
    with weathered(room.root, env=clock.env) as watch:
        for number, step in zip(range(count), cycle(_STEPS), strict=False):
            ledger.look(verdict.files(room.feeds))
            found = _jump(watch, room, clock, step, f"soon-{number}")
            found += _seen(room, ledger)
            broken += [f"{step}: {each}" for each in found]
        broken += [f"{path} was withdrawn" for path in watch.removed]
    for step in ("-2h", "-1y"):
        clock.step(step)
        broken += [f"started at {step}: {each}" for each in _started(room, clock, ledger)]
    clock.step("@1970-01-02 03:04:05")
    words = (*COMMAND, "--site", str(room.root), "build")
    done = subprocess.run(words, env=os.environ | clock.env, capture_output=True, check=False)
    found = [] if done.returncode == 0 else [f"it ended with {done.returncode}: {done.stderr!r}"]
    broken += [f"built in 1970: {each}" for each in (*found, *_seen(room, ledger))]
    what = "jumps of the wall clock under a watch, then two starts and a build behind the last"
    return Outcome(count, what, tuple(broken[:20]))


def _write(
    room: Room, slug: str, date: datetime | None = None, *, expires: datetime | None = None
) -> None:
    """Save an article with a moment that matters."""
    moment = date or datetime(2026, 1, 2, tzinfo=UTC)
    end = f"expires: {expires.isoformat()}\n" if expires else ""
    front = f"title: {slug}\nslug: {slug}\ntags: [{slug}]\ndate: {moment.isoformat()}\n{end}"
    (room.content / f"{slug}.md").write_text(f"---\n{front}---\n\n{slug}\n", encoding="utf-8")


def _jump(watch: Weathered, room: Room, clock: _Time, step: str, soon: str) -> list[str]:
    """Set the clock, see that it is not believed and told, and set it right again."""
    heard = len(watch.said)
    clock.step(step)
    found = watch.until_told("clock_stepped", since=heard)
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=_SOON)
    _write(room, soon, due)
    page = room.feeds / "articles" / f"{soon}.html"
    room.rewrite()  # Something to publish, so that whatever has leaked is out.
    found += watch.until_none(lambda: [] if page.exists() else [f"{soon} never came"])
    # The clock of files is coarse: it may be some milliseconds behind the one that is asked here.
    if page.exists() and page.stat().st_mtime < due.timestamp() - 0.1:
        found.append(f"{soon} was out {due.timestamp() - page.stat().st_mtime:.1f} s early")
    words = (*COMMAND, "--site", str(room.root), "status", "--json")
    status = subprocess.run(words, capture_output=True, check=False)
    if status.returncode != _WRONG:
        found.append(f"status ended with {status.returncode}: {status.stdout!r}")
    clock.step(_TRUE)
    return found + watch.until_told("clock_believed", since=heard)


def _started(room: Room, clock: _Time, ledger: verdict.Ledger) -> list[str]:
    """Watch with a clock behind the last edition."""
    ledger.look(verdict.files(room.feeds))
    slug = f"after-{time():.0f}"
    with weathered(room.root, env=clock.env) as watch:
        _write(room, slug)
        page = room.feeds / "articles" / f"{slug}.html"
        found = watch.until_none(lambda: [] if page.exists() else [f"{slug} never came"])
        found += [] if watch.tells("clock_stepped") else ["it never told"]
        return found + _seen(room, ledger) + [f"{path} was withdrawn" for path in watch.removed]


def _seen(room: Room, ledger: verdict.Ledger) -> list[str]:
    """Give what readers find that they should not find, and what they miss."""
    published = verdict.files(room.feeds)
    found = verdict.torn(published) + ledger.look(published)
    found += verdict.lost(published, ledger, {*room.slugs, "rights-end"})
    canary = _CANARY.encode()
    found += [f"{path} tells" for path, text in published.items() if canary in path.encode() + text]
    now = datetime.now(UTC)
    for path, content in published.items():
        if path.endswith("feed.json"):
            for item in json.loads(content)["items"]:
                date = datetime.fromisoformat(item["date_published"])
                if date > now:
                    found.append(f"{path} has a date to come: {date}")
    return found
