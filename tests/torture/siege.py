"""Publication and reading while the server is held by slow clients, and flooded by fast ones.

Hundreds of connections that never end a request (a *slow loris*), and others that ask without a
pause for all there is. Each article that is dropped meanwhile goes live, and whoever asks is given
it. Row 38 of the failure table.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

from torture.clients import free_port, until_open
from torture.room import Room
from torture.torment import Outcome
from torture.watched import Watched, watched
from torture.wire import Line

_SLOW: Final = 400  # connections
_FAST: Final = 12
_DRIP: Final = 0.2  # seconds
_FEED: Final = "/feeds/feed.json"


class Siege:
    """What is done to a server, until it is ``over``."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.over = False
        self.asked = 0
        self.held = 0
        self.ended = 0
        self.refused = 0

    async def hold(self) -> None:
        """Hold one connection, a byte of a header at a time; take another when it is ended."""
        while not self.over:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                self.held += 1
                try:
                    writer.write(b"GET /feeds/rss.xml HTTP/1.1\r\nX-Slow: ")
                    while not (self.over or reader.at_eof()):
                        writer.write(b"a")
                        await writer.drain()
                        with suppress(TimeoutError):
                            await asyncio.wait_for(reader.read(1024), _DRIP)
                finally:
                    self.held -= 1
                    self.ended += not self.over
                    writer.close()
            await asyncio.sleep(0)

    async def flood(self) -> None:
        """Ask for all there is, again and again."""
        line = Line(self._port)
        while not self.over:
            with suppress(OSError, TimeoutError):
                answer = await line.ask("/feeds/rss.xml", {"Cache-Control": "no-cache"})
                self.asked += 1
                self.refused += answer.status != 200
        await line.close()


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Drop ``count`` articles under siege."""
    room = Room(folder / "site", seed, articles=12)
    port = free_port()
    broken: list[str] = []
    with watched(room.root, "--serve", f"127.0.0.1:{port}") as watch:
        asyncio.run(until_open(port))
        siege = Siege(port)
        asyncio.run(_besieged(siege, watch, room, port, count, broken))
        if watch.until(lambda: any("server_died" in line for line in watch.said), seconds=0):
            broken.append("the server died")
    what = "articles dropped while slow clients hold the server, and fast ones flood it; all served"
    figures = {
        "half-open connections": f"{_SLOW}",
        "of them ended by the server": f"{siege.ended:,}",
        "answers to the flood": f"{siege.asked:,}",
    }
    return Outcome(count, what, tuple(broken), figures)


async def _besieged(
    siege: Siege, watch: Watched, room: Room, port: int, count: int, broken: list[str]
) -> None:
    tasks = [asyncio.create_task(siege.hold()) for _ in range(_SLOW)]
    tasks += [asyncio.create_task(siege.flood()) for _ in range(_FAST)]
    while siege.held < _SLOW and not any(task.done() for task in tasks):
        await asyncio.sleep(_DRIP)
    for _ in range(count):
        before = len(watch.editions)
        room.add()
        slug = f"s{len(room.pieces) - 1}"

        def is_live(so_far: int = before) -> bool:
            return any("feed.json" in each["written"] for each in watch.editions[so_far:])

        if await asyncio.to_thread(watch.until, is_live) is None:
            broken.append(f"{slug} was not published")
            continue
        try:
            answer = await _ask_anew(port)
        except (OSError, TimeoutError) as fault:
            broken.append(f"nobody was answered after {slug} was live: {type(fault).__name__}")
            continue
        if f"/articles/{slug}.html".encode() not in answer:
            broken.append(f"{slug} was live, and not served")
    siege.over = True
    for task in tasks:
        await task


async def _ask_anew(port: int) -> bytes:
    """Ask as a reader does who has just come."""
    line = Line(port)
    try:
        return (await line.ask(_FEED, {})).content
    finally:
        await line.close()
