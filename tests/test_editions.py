"""Files that go live together are served together, and each with its own ETag."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from markwire.model import Site
from markwire.outlet.directory import Directory
from markwire.outlet.marker import FILE_NAME, EditionMarker
from markwire.serving.editions import Editions
from markwire.serving.versions import Versions
from newsroom import Newsroom
from newsroom import newsroom as newsroom

FEEDS = ("rss.xml", "atom.xml", "feed.json")


class Stand:
    """A feeds folder, whoever publishes there, and whoever serves from there."""

    def __init__(self, site: Site) -> None:
        self.root = site.folders.feeds
        self.root.mkdir(parents=True, exist_ok=True)
        site.folders.state.mkdir(parents=True, exist_ok=True)
        place = site.folders.state / FILE_NAME
        self.marker = EditionMarker(place)
        self.outlet = Directory(self.root, marker=self.marker)
        self.now = 0.0
        self.versions = Versions(site, Editions(str(place), lambda: self.now))

    def publish(self, word: str) -> None:
        for path in FEEDS:
            self.outlet.put(path, f"{path} {word}".encode())
        self.outlet.publish()
        self.outlet.sync()

    async def served(self, path: str) -> str:
        version = await self.versions.find(path)
        assert version is not None
        assert version.content is not None
        return version.content.decode().split()[1]


@pytest.fixture
def stand(newsroom: Newsroom) -> Stand:
    return Stand(newsroom.site)


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


def test_while_files_are_replaced_what_stood_is_served(stand: Stand) -> None:
    """RSS, Atom and JSON of two editions would tell readers two things."""

    async def work() -> None:
        stand.publish("one")
        assert [await stand.served(path) for path in FEEDS] == ["one"] * 3
        with stand.marker.going_live():
            (stand.root / "new").write_bytes(b"rss.xml two")
            (stand.root / "new").replace(stand.root / "rss.xml")
            assert [await stand.served(path) for path in FEEDS] == ["one"] * 3
            for path in FEEDS[1:]:
                (stand.root / path).write_bytes(f"{path} two".encode())
        assert [await stand.served(path) for path in FEEDS] == ["two"] * 3

    run(work)


def test_what_is_not_kept_waits_until_all_stands(stand: Stand) -> None:
    """A first request in just that moment must not get half an edition."""

    async def work() -> None:
        stand.publish("one")
        with stand.marker.going_live():
            asked = asyncio.create_task(stand.served("atom.xml"))
            await asyncio.sleep(0)
            (stand.root / "atom.xml").write_bytes(b"atom.xml two")
        assert await asked == "two"

    run(work)


def test_a_word_that_a_crash_left_holds_nothing_for_long(stand: Stand) -> None:
    """Feeds go on being served, each file as it is, until the next start puts things right."""

    async def work() -> None:
        stand.publish("one")
        assert await stand.served("rss.xml") == "one"
        going = stand.marker.going_live()
        going.__enter__()
        (stand.root / "rss.xml").write_bytes(b"rss.xml two")
        assert await stand.served("rss.xml") == "one"
        stand.now += 60
        assert await stand.served("rss.xml") == "two"

    run(work)


def test_without_a_word_each_file_is_looked_at(stand: Stand) -> None:
    """Feeds that were copied here are served, too, and what changes is seen at once."""

    async def work() -> None:
        for word in ("one", "two", "six"):  # of one length
            (stand.root / "rss.xml").write_bytes(f"rss.xml {word}".encode())
            os.utime(stand.root / "rss.xml", (1_000_000, 1_000_000))
            assert await stand.served("rss.xml") == word

    run(work)


def test_an_edition_that_comes_is_seen_by_the_next_request(stand: Stand) -> None:
    """A hub that is told of news fetches it at once."""

    async def work() -> None:
        for number in range(20):
            stand.publish(f"n{number}")
            assert [await stand.served(path) for path in FEEDS] == [f"n{number}"] * 3

    run(work)


def test_a_file_that_goes_is_gone(stand: Stand) -> None:
    """What is withdrawn must not live on in the server's memory."""

    async def work() -> None:
        stand.publish("one")
        assert await stand.served("rss.xml") == "one"
        stand.outlet.remove("rss.xml")
        stand.outlet.publish()
        stand.now += 60
        found = await stand.versions.find("rss.xml")
        while found is not None:  # believed for a second, while its edition stands
            await asyncio.sleep(0.05)
            found = await stand.versions.find("rss.xml")

    run(work)


def test_a_date_is_stated_once_no_other_version_can_get_it(stand: Stand) -> None:
    """RFC 9110 8.8.2.2; and two changes of one second have two dates all the same."""

    async def work() -> None:
        stand.publish("one")
        first = await stand.versions.find("rss.xml")
        stand.publish("two")
        second = await stand.versions.find("rss.xml")
        assert first is not None
        assert second is not None
        assert first.last_modified is None
        assert second.last_modified is None
        for version in (first, second):
            version.ripen()
        assert first.last_modified != second.last_modified

    run(work)


def test_no_date_lies_in_the_future(stand: Stand) -> None:
    """A client would believe it, and ask for nothing until then."""

    async def work() -> None:
        stand.publish("one")
        ahead = time.time() + 3600
        os.utime(stand.root / "rss.xml", (ahead, ahead))
        version = await stand.versions.find("rss.xml")
        assert version is not None
        version.ripen()
        assert version.last_modified is None

    run(work)


def test_several_that_wait_for_a_form_have_it_made_once(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand polls after an edition must not compress it ten thousand times."""
    made = []

    def compress(coding: str, content: bytes) -> bytes:
        made.append(coding)
        return content[:10]

    monkeypatch.setattr("markwire.serving.versions.compress", compress)

    async def work() -> None:
        (stand.root / "rss.xml").write_bytes(b"x" * 5000)
        found = await asyncio.gather(*(stand.versions.find("rss.xml") for _ in range(50)))
        version = found[0]
        assert version is not None
        assert {id(each) for each in found} == {id(version)}
        await asyncio.gather(*(stand.versions.whole(version, "gzip") for _ in range(50)))

    run(work)
    assert made == ["gzip"]


def test_memory_is_bounded(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of a hundred thousand pages is larger than a server."""
    monkeypatch.setattr("markwire.serving.versions._ROOM", 100_000)
    stand = Stand(newsroom.site)
    stand.marker.stand()

    async def work() -> None:
        for number in range(40):
            (stand.root / f"p{number}.html").write_bytes(bytes(10_000))
            assert await stand.versions.find(f"p{number}.html") is not None
        kept = [number for number in range(40) if stand.versions.kept(f"p{number}.html")]
        assert 3 <= len(kept) <= 10
        assert kept[-1] == 39

    run(work)
