"""A day of ten thousand clients, each with its habits, while editors go on writing.

They ask more by day than by night, most of them with what they hold, in every way in which that is
done; some always want it all, and some send nonsense. At no time may one be told that nothing has
changed when something has; in the evening each has seen every article, once; and each poll is in
the newsroom's counts. Rows 36, 37, 38 and 57 of the failure table.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Final

import feedparser

from commands import COMMAND
from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.outlet import marker
from torture.room import Room
from torture.torment import Outcome
from torture.watched import Watched, watched
from torture.wire import Answer, Line

HOURS: Final = 24
_LINES: Final = 48  # connections, which clients share as they would those of a proxy
_POLLS: Final = 10  # of a client in a day, about
# How many ask in each hour of the day, of those who ask in the busiest.
_CURVE: Final = (
    *(0.3, 0.2, 0.2, 0.2, 0.2, 0.3, 0.5, 0.8, 1, 1, 0.9, 0.8),
    *(0.8, 0.8, 0.9, 0.9, 0.9, 0.8, 0.8, 0.9, 0.9, 0.8, 0.6, 0.4),
)  # fmt: skip
_FEEDS: Final = ("", "", "", "section/transport", "section/economie", "tag/rail")
_FORMS: Final = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
_CODINGS: Final = ("gzip", "gzip, br", "br;q=1, gzip;q=0.5", "gzip, br, zstd", "", "identity")
_HABITS: Final = ("tag", "tag", "both", "both", "weak", "list", "suffix", "date", "none")
_JUNK: Final = (
    b"GET /feeds/rss.xml HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /feeds/%2e%2e/markwire.toml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /" + b"a" * 40_000,
    b"\r\n" * 50,
)
_AGGREGATORS: Final = (
    ("Feedly", "Feedly/1.0 (+http://www.feedly.com/fetcher.html; {} subscribers; )"),
    ("Inoreader", "Mozilla/5.0 (compatible; inoreader.com; {} subscribers)"),
    ("Feedbin", "Feedbin feed-id:{id} - {} subscribers"),
    ("The Old Reader", "Mozilla/5.0 (compatible; theoldreader.com; {} subscribers; feed-id={id})"),
)
_ALWAYS: Final = "0001-01-01"


@dataclass
class Client:
    """Somebody who asks for one document of one feed, and what it holds of it."""

    number: int
    feed: str
    form: str
    coding: str
    habit: str
    agent: str
    digest: str = ""
    tag: str = ""
    date: str = ""
    seen: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        return f"/feeds/{self.feed}/{_FORMS[self.form]}" if self.feed else f"/feeds/{self.place}"

    @property
    def place(self) -> str:
        return f"{self.feed}/{_FORMS[self.form]}" if self.feed else _FORMS[self.form]

    def headers(self) -> dict[str, str]:
        """Give what it sends: who it is, what it takes, and what it holds."""
        octets = divmod(self.number, 250)
        sent = {"User-Agent": self.agent, "X-Forwarded-For": f"198.18.{octets[0]}.{octets[1]}"}
        if self.coding:
            sent["Accept-Encoding"] = self.coding
        if self.tag and self.habit in ("tag", "both", "weak", "list", "suffix"):
            bare = self.tag.removeprefix("W/")
            sent["If-None-Match"] = {
                "weak": f"W/{bare}",
                "list": f'"other", {bare}',
                "suffix": f'{bare[:-1]}-gzip"',
            }.get(self.habit, self.tag)
        if self.date and self.habit in ("both", "date"):
            sent["If-Modified-Since"] = self.date
        return sent


class Truth:
    """What stands: of each document, all its versions in their order, as they went live."""

    def __init__(self, room: Room, places: Iterable[str]) -> None:
        self._feeds = room.feeds
        self._marker = room.state / marker.FILE_NAME
        self.versions: dict[str, list[str]] = {place: [] for place in places}
        self.look()

    def look(self) -> None:
        """Note what stands now; what is just being replaced is not live before all of it is."""
        while True:
            word = self._marker.read_bytes()
            found = {place: (self._feeds / place).read_bytes() for place in self.versions}
            if json.loads(word)["stands"] and self._marker.read_bytes() == word:
                break
            time.sleep(0.001)
        for place, content in found.items():
            digest = sha256(content).hexdigest()
            if digest not in self.versions[place][-1:]:
                self.versions[place].append(digest)


class Day:
    """One day: clients, editors, and what was found amiss."""

    def __init__(self, room: Room, watch: Watched, port: int, count: int, chance: Random) -> None:
        self._room = room
        self._watch = watch
        self._chance = chance
        self.clients = [_client(number, chance) for number in range(count)]
        self._truth = Truth(room, {client.place for client in self.clients})
        self.lines = [Line(port) for _ in range(_LINES)]
        self.broken: list[str] = []
        self.strange: dict[tuple[str, str], int] = {}
        self.counted: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.polls = self.unchanged = self.sent = self.whole = 0

    async def pass_by(self, edits: int) -> None:
        """Let the day pass, with ``edits`` of the editors; then have each client ask once more."""
        per_hour = len(self.clients) * _POLLS / sum(_CURVE)
        for hour in range(HOURS):
            asking = self._chance.choices(self.clients, k=round(per_hour * _CURVE[hour]))
            several = edits * (hour + 1) // HOURS - edits * hour // HOURS
            await asyncio.gather(self._ask_all(asking), self._edit(several))
        await self._ask_all(self.clients)
        for line in self.lines:
            await line.close()

    async def _ask_all(self, asking: list[Client]) -> None:
        waiting = iter(asking)

        async def work(line: Line) -> None:
            for client in waiting:
                try:
                    await self._ask(line, client)
                except (OSError, TimeoutError, ValueError) as fault:
                    self.broken.append(f"{client.path}: {type(fault).__name__} {fault}")
                    await line.close()

        await asyncio.gather(*(work(line) for line in self.lines))

    async def _ask(self, line: Line, client: Client) -> None:
        if self._chance.random() < 0.01:
            await line.send(self._chance.choice(_JUNK))
        floor = len(self._truth.versions[client.place]) - 1
        answer = await line.ask(client.path, client.headers())
        self._count(client, answer)
        if answer.status == 200:
            content = answer.content
            client.digest = sha256(content).hexdigest()
            client.tag = answer.headers.get("etag", "")
            client.date = answer.headers.get("last-modified", "")
            client.seen |= _guids(client.form, content)
        elif answer.status != 304:
            self.broken.append(f"{client.path} was answered {answer.status}")
            return
        elif client.habit == "none":
            self.broken.append(f"{client.path}: 304 to whoever holds nothing")
        versions = self._truth.versions[client.place]
        if client.digest in versions[:floor] and client.digest not in versions[floor:]:
            what = "a false 304" if answer.status == 304 else "an old version"
            self.broken.append(f"{client.path}: {what} to {client.habit} {client.coding}")
        elif client.digest not in versions:
            self.strange[client.place, client.digest] = answer.status

    def _count(self, client: Client, answer: Answer) -> None:
        counted = self.counted[client.feed, client.form]
        self.polls += 1
        if answer.status == 304:
            counted["unchanged"] += 1
            self.unchanged += 1
        else:
            counted["whole"] += 1
            counted["sent"] += len(answer.body)
            self.sent += len(answer.body)
            self.whole += len(answer.content)

    async def _edit(self, several: int) -> None:
        for _ in range(several):
            before = len(self._watch.editions)
            (self._room.add if self._chance.random() < 0.6 else self._room.rewrite)()
            is_told = await asyncio.to_thread(self._watch.until, lambda b=before: self._is_live(b))
            if is_told is None:
                self.broken.append("an edit was not published")
            self._truth.look()

    def _is_live(self, before: int) -> bool:
        return any("rss.xml" in each["written"] for each in self._watch.editions[before:])

    def verdict(self) -> list[str]:
        """Give what is amiss when the day is over."""
        self._truth.look()
        found = list(dict.fromkeys(self.broken))[:10]
        found += [
            f"/{place} was served as it never stood"
            for (place, digest) in self.strange
            if digest not in self._truth.versions[place]
        ][:5]
        expected = {place: _standing(self._room.feeds, place) for place in self._truth.versions}
        unlike = [client for client in self.clients if client.seen != expected[client.place]]
        for client in unlike[:5]:
            missed = expected[client.place] - client.seen
            found.append(
                f"client {client.number} ({client.habit}, {client.path}) missed {len(missed)}"
                f" articles, and saw {len(client.seen - expected[client.place])} that are not there"
            )
        return found


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Have ``count`` clients ask through a day."""
    chance = Random(seed)
    room = Room(folder / "site", seed, articles=12)
    port = free_port()
    with watched(room.root, "--serve", f"127.0.0.1:{port}") as watch:
        asyncio.run(until_open(port))
        day = Day(room, watch, port, count, chance)
        asyncio.run(day.pass_by(max(6, min(48, count // 100))))
        broken = day.verdict()
    lost = sum(line.lost for line in day.lines)
    broken += _miscounted(room, day, lost)
    what = "clients through a day, while editors write: no false 304, every article seen once"
    figures = {
        "polls": f"{day.polls:,}",
        "304": f"{day.unchanged / day.polls:.0%}",
        "sent": f"{day.sent / 1e6:,.0f} MB",
        "of which compression spared": f"{1 - day.sent / max(1, day.whole):.0%}",
    }
    return Outcome(count, what, tuple(broken), figures)


def _miscounted(room: Room, day: Day, lost: int) -> list[str]:
    """Give where the newsroom's counts are not what the clients know; ``lost`` may be on top."""
    # What the server laid when it ended is taken in by whoever publishes next.
    command = (*COMMAND, "--site", str(room.root), "build", "--workers", "1")
    subprocess.run(command, capture_output=True, check=True)
    catalogue = SqliteCatalogue(room.state / FILE_NAME)
    try:
        with catalogue.batch():
            rows = catalogue._db.execute(
                "SELECT feed, format, sum(unchanged), sum(whole), sum(sent), sum(refused + failed)"
                " FROM polls GROUP BY feed, format"
            ).fetchall()
            subscribers = catalogue.subscribers(since=_ALWAYS)
    finally:
        catalogue.close()
    found = []
    spare = lost
    kept = {(feed, form): numbers for feed, form, *numbers in rows}
    for which in kept.keys() | day.counted.keys():
        mine = day.counted[which]
        known = [mine["unchanged"], mine["whole"], mine["sent"], 0]
        theirs = kept.get(which, [0, 0, 0, 0])
        beyond = sum(theirs[:2]) - sum(known[:2])
        spare -= max(beyond, 0)
        if theirs != known and (spare < 0 or beyond <= 0):
            found.append(f"polls of {which}: {theirs} are counted, and {known} were made")
    expected: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for client in day.clients:
        name, number, _ = _statement(client.number)
        if name:
            expected[client.feed][name] += number
    if {feed: dict(each) for feed, each in expected.items()} != subscribers:
        found.append(f"subscribers: {subscribers} are counted, and {dict(expected)} were stated")
    return found


# --- clients ---------------------------------------------------------------------------------


def _client(number: int, chance: Random) -> Client:
    name, _, agent = _statement(number)
    feed, form = chance.choice(_FEEDS), chance.choice(tuple(_FORMS))
    if name:  # Each aggregator asks for one address once: two of the same would be one group.
        place = number // len(_AGGREGATORS)
        feed, form = ("", "tag/rail")[place % 2], tuple(_FORMS)[place // 2]
    return Client(
        number, feed, form, chance.choice(_CODINGS), chance.choice(_HABITS), agent or "FreshRSS/1"
    )


def _statement(number: int) -> tuple[str, int, str]:
    """Give name, subscribers and User-Agent of a client that is an aggregator; the first are."""
    if number >= len(_AGGREGATORS) * 6:
        return "", 0, ""
    name, text = _AGGREGATORS[number % len(_AGGREGATORS)]
    subscribers = 10 + 7 * number
    return name, subscribers, text.format(subscribers, id=1000 + number)


@lru_cache(maxsize=512)  # Ten thousand clients read the same few versions.
def _guids(form: str, content: bytes) -> frozenset[str]:
    if form == "json":
        return frozenset(item["id"] for item in json.loads(content)["items"])
    return frozenset(entry["id"] for entry in feedparser.parse(content)["entries"])


def _standing(feeds: Path, place: str) -> frozenset[str]:
    form = next(form for form, name in _FORMS.items() if place.endswith(name))
    return _guids(form, (feeds / place).read_bytes())


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def until_open(port: int) -> None:
    """Wait until the server beside the watch answers."""
    line = Line(port)
    async with asyncio.timeout(60):
        while True:
            try:
                if (await line.ask("/healthz", {})).status in (200, 503):
                    return await line.close()
            except OSError:
                await asyncio.sleep(0.05)
