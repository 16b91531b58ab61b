"""What is new, told to every open page: once, to all of them, and until the last one is closed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from asgi import scope
from desk_sample import Sample
from markwire.serving.desk.live import Wire

PATIENCE = 20.0  # seconds after which something never came


@dataclass
class Page:
    """One open page: what it was told, and what closes it."""

    came: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    async def line(self) -> str:
        return (await asyncio.wait_for(self.came.get(), PATIENCE)).decode()

    async def event(self, name: str) -> dict[str, Any]:
        """The next event of a name; what comes before it is passed over."""
        while True:
            fields = dict(line.split(": ", 1) for line in (await self.line()).splitlines() if line)
            if fields.get("event") == name:
                return json.loads(fields["data"]) | {"id": fields["id"]}

    async def opened(self) -> dict[str, Any]:
        """What a page is told as it begins to listen."""
        assert await self.line() == "retry: 2000\n\n"
        return await self.event("hearing")


@asynccontextmanager
async def page(wire: Wire, last: str = "") -> AsyncIterator[Page]:
    """Open a page, and close it as a browser does: without a word."""
    app = Starlette(routes=[Route("/desk/events", wire.stream)])
    headers = [("accept", "text/event-stream"), *([("last-event-id", last)] if last else [])]
    opened = Page()

    async def receive() -> dict[str, Any]:
        await opened.closed.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            opened.status = message["status"]
            opened.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif message.get("body"):
            opened.came.put_nowait(message["body"])

    task = asyncio.create_task(app(scope("/desk/events", headers=headers), receive, send))
    try:
        yield opened
    finally:
        opened.closed.set()
        await asyncio.wait_for(task, PATIENCE)


def run(talk: Callable[[], Awaitable[None]]) -> None:
    """Let it happen; afterwards nothing may be left that still runs."""

    async def whole() -> None:
        before = asyncio.all_tasks()
        await talk()
        assert asyncio.all_tasks() == before

    asyncio.run(whole())


def test_every_open_page_is_told_of_each_edition_once() -> None:
    """Two editors side by side see the same, and the newsroom is asked by one of them only."""
    sample = Sample()
    wire = Wire(sample)

    async def talk() -> None:
        async with page(wire) as one, page(wire) as other:
            await one.opened()
            await other.opened()
            assert (sample.listening, wire.streams) == (1, 2)
            sample.tell("transport/ferry.md", "a.md")
            sample.tell()
            for each in (one, other):
                first = await each.event("news")
                assert first["changed"] == ["transport/ferry.md", "a.md"]
                second = await each.event("news")
                assert (second["changed"], second["id"] != first["id"]) == ([], True)
                assert each.came.empty()

    run(talk)
    assert wire.streams == 0


def test_a_page_is_told_nothing_that_is_not_for_everybody_on_it() -> None:
    """That a thousand files changed is no reason to name a thousand."""
    sample = Sample()
    wire = Wire(sample)

    async def talk() -> None:
        async with page(wire) as opened:
            await opened.opened()
            sample.tell(*(f"{number}.md" for number in range(1_000)))
            news = await opened.event("news")
            assert (len(news["changed"]), news["more"]) == (20, 980)

    run(talk)


def test_no_path_can_end_an_event_and_begin_another() -> None:
    """A file may be called anything, line ends and all."""
    sample = Sample()
    wire = Wire(sample)
    path = "a\n\nevent: hearing\ndata: {}\n\r\u2028.md"

    async def talk() -> None:
        async with page(wire) as opened:
            await opened.opened()
            sample.tell(path)
            line = await opened.line()
            assert line.count("\n") == 4
            assert "\r" not in line
            assert json.loads(line.splitlines()[2].removeprefix("data: "))["changed"] == [path]

    run(talk)


def test_a_page_that_comes_back_is_told_what_it_has_missed_and_no_more() -> None:
    """A laptop that was shut for an hour must not show the morning's board."""
    sample = Sample()
    wire = Wire(sample)

    async def talk() -> None:
        async with page(wire) as opened:
            await opened.opened()
            sample.tell("a.md")
            seen = (await opened.event("news"))["id"]
        async with page(wire, last=seen) as again:
            await again.opened()
            sample.tell("b.md")
            assert (await again.event("news"))["changed"] == ["b.md"]
        for stale in (seen, "another-7"):
            async with page(wire, last=stale) as late:
                await late.opened()
                assert (await late.event("news"))["changed"] == []

    run(talk)


def test_a_watch_that_goes_and_comes_back_is_told() -> None:
    """The page should not look alive where nothing is noticed any more."""
    sample = Sample()
    wire = Wire(sample)

    async def talk() -> None:
        async with page(wire) as opened:
            assert (await opened.opened())["state"] == "heard"
            sample.fall_silent()
            assert (await opened.event("hearing"))["state"] == "silent"
            async with page(wire) as other:
                assert (await other.opened())["state"] == "silent"
            sample.come_back()
            assert (await opened.event("hearing"))["state"] == "heard"

    run(talk)


def test_a_connection_with_nothing_to_say_shows_that_it_is_alive() -> None:
    """Proxies cut what is silent, and a browser notices no cable that was pulled."""
    wire = Wire(Sample(), heartbeat=0.01)

    async def talk() -> None:
        async with page(wire) as opened:
            await opened.opened()
            assert await opened.line() == ": still here\n\n"

    run(talk)


def test_no_more_pages_are_kept_open_than_can_be() -> None:
    """A reload in a loop must not hold the server's last connection."""
    wire = Wire(Sample(), most=2)

    async def talk() -> None:
        async with page(wire) as one, page(wire) as two:
            await one.opened()
            await two.opened()
            async with page(wire) as third:
                await third.line()
                assert (third.status, third.headers["retry-after"]) == (503, "5")
        async with page(wire) as later:
            await later.opened()
            assert later.status == 200

    run(talk)


def test_a_page_that_takes_nothing_costs_a_bounded_memory() -> None:
    """A phone in a tunnel holds its connection for minutes."""
    sample = Sample()
    wire = Wire(sample)

    async def talk() -> None:
        async with page(wire) as opened:
            await opened.opened()
            for number in range(1_000):  # all at once, before the loop gives the page its turn
                sample.tell(f"{number}.md")
            told = [(await opened.event("news"))["changed"][0]]
            while told[-1] != "999.md":
                told.append((await opened.event("news"))["changed"][0])
            assert len(told) < 100

    run(talk)


def test_every_stream_ends_with_the_server() -> None:
    """A server that waits for its editors to close their browsers never ends."""
    sample = Sample()
    wire = Wire(sample)

    async def talk() -> None:
        app = Starlette(routes=[Route("/desk/events", wire.stream)])
        waiting = asyncio.Event()
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            await waiting.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)
            if b"hearing" in message.get("body", b""):
                wire.end()

        await asyncio.wait_for(app(scope("/desk/events"), receive, send), PATIENCE)
        assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
        async with page(wire) as late:
            await late.line()
            assert late.status == 503

    run(talk)
    assert (sample.listening, wire.streams) == (0, 0)


@pytest.mark.parametrize("name", ["Cache-Control", "X-Accel-Buffering", "Content-Type"])
def test_a_stream_is_not_kept_back_on_its_way(name: str) -> None:
    """Nginx would collect 4 kB of news before it hands them on."""
    wanted = {"cache-control": "no-store", "x-accel-buffering": "no"}
    wanted["content-type"] = "text/event-stream; charset=utf-8"
    wire = Wire(Sample())

    async def talk() -> None:
        async with page(wire) as opened:
            await opened.opened()
            assert opened.headers[name.lower()] == wanted[name.lower()]

    run(talk)
