"""Edits, faults of the clock and polls in any order: no answer *not modified* that is not true.

Feeds are replaced by the outlet, or by other hands in place, with bytes of one length; the clock
jumps and stands still; the server is started anew; clients come with ETags and dates of any version
they ever had. Chance decides by the seed alone, and time is what the torment says it is.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final
from unittest.mock import patch
from zoneinfo import ZoneInfo

from markwire.model import Folders, Site
from markwire.outlet import staging
from markwire.outlet.marker import FILE_NAME, EditionMarker
from markwire.serving import files, versions
from markwire.serving.asked import asked_of
from markwire.serving.feeds import Feeds
from markwire.serving.files import Mark
from markwire.serving.replies import Reply
from torture.torment import Outcome

_SECOND: Final = 1_000_000_000
_TICK: Final = 4_000_000  # nanoseconds: as coarse as times of files are
_PATHS: Final = ("rss.xml", "atom.xml", "feed.json")
_STEPS: Final = 10
_CODINGS: Final = ("", "gzip", "br", "gzip, br, zstd")


@dataclass(frozen=True, slots=True)
class _Copy:
    """What a client has of a path: its bytes' number, and by what it may ask for news."""

    number: int
    tag: str
    date: str


class _World:
    """A feeds folder, a clock, and a server; ``number`` counts versions, and is their content."""

    def __init__(self, folder: Path, chance: Random, *, by_outlet: bool) -> None:
        self.chance, self.by_outlet = chance, by_outlet
        self.wall = 1_800_000_000 * _SECOND
        self.steady = 0.0
        self.site = Site(
            title="Essai",
            url="https://example.org/",
            feeds_url="https://example.org/feeds/",
            time_zone=ZoneInfo("UTC"),
            folders=Folders(folder / "content", folder / "feeds", folder / "state"),
        )
        for place in (self.site.folders.feeds, self.site.folders.state):
            place.mkdir(parents=True, exist_ok=True)
        self.marker = EditionMarker(self.site.folders.state / FILE_NAME)
        self.changed: dict[int, int] = {}
        self.number = 0
        self.stands: dict[str, set[int]] = {}
        self.copies: dict[str, list[_Copy]] = {path: [] for path in _PATHS}
        self.start()

    def start(self) -> None:
        self.feeds = Feeds(self.site)

    def mark(self, status: os.stat_result) -> Mark:
        """The mark of a file, had the torment's clock been the system's."""
        return replace(_MARK_OF(status), changed=self.changed[status.st_ino])

    def pass_time(self) -> None:
        step = self.chance.choice((0.0, 0.001, 0.02, 0.4, 1.0, 2.5, 60.0)) * self.chance.random()
        self.steady += step
        self.wall += round(step * _SECOND)
        if self.chance.random() < 0.15:  # somebody sets the clock
            self.wall += self.chance.choice((-3600, -60, -5, -1, 1, 5, 60)) * _SECOND

    async def edit(self) -> None:
        paths = self.chance.sample(_PATHS, self.chance.randint(1, len(_PATHS)))
        if not self.by_outlet:
            for path in paths:
                self._write(path, self.wall)
            return
        with self.marker.going_live():
            for path in paths:
                before = self.stands.get(path, set())
                moment = staging._later(str(self.site.folders.feeds / path))
                self._write(path, self.wall if moment is None else moment)
                # Until all stands, either may be served.
                self.stands[path] |= before
                if self.chance.random() < 0.3:
                    await self.poll(wait=False)
        for path in paths:
            self.stands[path] = {max(self.stands[path])}

    def _write(self, path: str, moment: int) -> None:
        self.number += 1
        content = b"%09d" % self.number
        place = self.site.folders.feeds / path
        in_place = not self.by_outlet and self.chance.random() < 0.5
        aside = place if in_place else place.with_name(f"{path}~")
        aside.write_bytes(content)
        os.utime(aside, ns=(moment, moment))
        self.changed[aside.stat().st_ino] = self.wall // _TICK * _TICK
        if aside != place:
            aside.replace(place)
        self.stands[path] = {self.number}

    async def poll(self, *, wait: bool = True) -> str | None:
        """Poll once; give what is broken, if anything is."""
        path = self.chance.choice(_PATHS)
        had = self.chance.choice(self.copies[path]) if self.copies[path] else None
        headers = [(b"accept-encoding", self.chance.choice(_CODINGS).encode())]
        by = self.chance.choice(("tag", "date", "both", "list", "neither"))
        if had and by in ("tag", "both"):
            headers.append((b"if-none-match", had.tag.encode()))
        if had and by == "list":
            headers.append((b"if-none-match", f'"x", W/{had.tag}'.encode()))
        if had and had.date and by in ("date", "both"):
            headers.append((b"if-modified-since", had.date.encode()))
        asked = asked_of(headers)
        target = f"/feeds/{path}".encode()
        answer = self.feeds.at_once(b"GET", target, asked, "127.0.0.1")
        if answer is None:
            if not wait:
                return None
            found = await self.feeds._answer("GET", target, asked)
            assert isinstance(found, Reply)
            answer = found
        if answer.status == 304:
            if had is None or had.number not in self.stands[path]:
                return f"a client with version {had} of {path} was told that it stands"
            return None
        if answer.status != 200:
            return None
        named = {name: value.decode() for name, value in answer.raw}
        if b"content-encoding" not in named:
            copy = _Copy(int(answer.body), named[b"etag"], named.get(b"last-modified", ""))
            self.copies[path] = [*self.copies[path], copy][-5:]
            if copy.number not in self.stands[path]:
                return f"version {copy.number} of {path} was served when it stood no more"
        return None


_MARK_OF: Final = files.mark_of


def torment(times: int, seed: int, folder: Path) -> Outcome:
    """Interleave edits, faults and polls, ``times`` times."""
    return asyncio.run(_torment(times, Random(seed), folder))


async def _torment(times: int, chance: Random, folder: Path) -> Outcome:
    broken: list[str] = []
    polls = 0
    by_hand = _World(folder / "hand", chance, by_outlet=False)
    by_outlet = _World(folder / "outlet", chance, by_outlet=True)
    for number in range(times):
        world = (by_hand, by_outlet)[number % 2]
        with _time_of(world):
            if not world.stands:
                for path in _PATHS:
                    world._write(path, world.wall)
            for _ in range(_STEPS):
                match chance.randrange(8):
                    case 0 | 1:
                        await world.edit()
                    case 2 | 3:
                        world.pass_time()
                    case 4 if world.by_outlet and chance.random() < 0.1:
                        world.start()
                    case _:
                        polls += 1
                        await asyncio.sleep(0)  # requests that came together look once
                        if told := await world.poll():
                            broken.append(told)
            await asyncio.sleep(0)
    return Outcome(
        times,
        "edits, faults of the clock, restarts and polls interleaved",
        tuple(broken[:10]),
        {"polls": f"{polls:,}"},
    )


@contextmanager
def _time_of(world: _World) -> Iterator[None]:
    """Have server and outlet go by the torment's clocks."""
    with (
        patch.object(versions, "time_ns", lambda: world.wall),
        patch.object(versions, "monotonic", lambda: world.steady),
        patch.object(versions, "mark_of", world.mark),
        patch.object(staging, "time_ns", lambda: world.wall),
    ):
        yield
