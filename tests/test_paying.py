"""What is owed is paid: once, in its order, later where it must be, and never as a storm."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from markwire.catalogue.pushes import KEPT
from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.errors import PushError
from markwire.model import Push
from markwire.outbox import GIVEN_UP, Kind, Target
from markwire.push.paying import Paying
from markwire.push.requests import Reply
from newsroom import NOON

HUB = Target("websub", "https://hub.example/", "https://hub.example/")
OTHER = Target("websub", "https://other.example/", "https://other.example/")
NONE: Mapping[Kind, float] = {"websub": 0.0, "webhook": 0.0, "indexnow": 0.0}
TOPICS = [f"https://example.org/feeds/{name}" for name in ("rss.xml", "atom.xml", "feed.json")]
DOWN = PushError("no connection")


class Payments:
    """An outbox, hubs that answer as they are told, and a clock that only the test moves."""

    def __init__(self, folder: Path, *targets: Target) -> None:
        self.path = folder / FILE_NAME
        self.targets = targets
        self.now = NOON
        self.answers: dict[str, Reply | Exception] = {}
        self.sent: list[tuple[str, str]] = []
        self.during: Callable[[], None] = lambda: None
        self.catalogue = SqliteCatalogue(self.path)
        with self.catalogue.batch():
            self.catalogue.keep_targets(targets)

    def owe(self, *topics: str) -> None:
        with self.catalogue.batch():
            for topic in topics or TOPICS:
                for target in self.targets:
                    self.catalogue.owe_push(target, topic, self.now)

    def pay(self) -> list[str]:
        """Pay all that is due; give the topics that were sent, in their order."""
        before = len(self.sent)
        paying = Paying(
            self.catalogue,
            self.targets,
            Push(),
            lambda: self.now,
            send=self._send,
            chance=lambda: 0.5,
            pauses=NONE,
        )
        paying.pay_once(10)
        return [topic for _, topic in self.sent[before:]]

    def _send(
        self, url: str, body: bytes, _headers: Mapping[str, str], *, private: object
    ) -> Reply:
        topic = unquote(body.decode().rpartition("hub.topic=")[2])
        self.sent.append((url, topic))
        self.during()
        answer = self.answers.get(topic) or self.answers.get(url) or Reply(204, "")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def pass_time(self, **time: float) -> None:
        self.now += timedelta(**time)

    def owed(self) -> list[str]:
        with self.catalogue.batch():
            return sorted({each.topic for each in self.catalogue.owed_pushes(1000)})

    def next(self, target: Target = HUB) -> datetime | None:
        with self.catalogue.batch():
            return self.catalogue.next_push(target)

    def restart(self) -> None:
        self.catalogue.close()
        self.catalogue = SqliteCatalogue(self.path)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Payments]:
    payments = Payments(tmp_path, HUB)
    yield payments
    payments.catalogue.close()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Payments]:
    payments = Payments(tmp_path, HUB, OTHER)
    yield payments
    payments.catalogue.close()


def test_what_is_owed_is_paid_once_the_nearest_first(room: Payments) -> None:
    """The main feed has most readers; and a hub that hears twice fetches twice."""
    room.owe("https://example.org/feeds/tag/rail/rss.xml", *TOPICS)
    assert room.pay() == [
        "https://example.org/feeds/rss.xml",
        "https://example.org/feeds/atom.xml",
        "https://example.org/feeds/feed.json",
        "https://example.org/feeds/tag/rail/rss.xml",
    ]
    assert (room.owed(), room.next(), room.pay()) == ([], None, [])


def test_however_many_editions_one_notice_is_owed(room: Payments) -> None:
    """A hub fetches what stands now; the editions before are nothing to it."""
    for _ in range(50):
        room.owe()
    assert room.pay() == [TOPICS[0], TOPICS[1], TOPICS[2]]


def test_what_changes_while_it_is_told_is_told_again(room: Payments) -> None:
    """The hub may have fetched the version before."""
    room.owe(TOPICS[0])
    twice = iter([True])
    room.during = lambda: room.owe(TOPICS[0]) if next(twice, False) else None
    assert room.pay() == [TOPICS[0], TOPICS[0]]
    assert room.owed() == []


def test_one_that_is_down_is_asked_once_and_left_alone(two: Payments) -> None:
    """Not once a topic: it may have a thousand. And the other must not wait for it."""
    two.answers[HUB.url] = DOWN
    two.owe()
    two.pay()
    assert [url for url, _ in two.sent].count(HUB.url) == 1
    assert [url for url, _ in two.sent].count(OTHER.url) == 3
    assert two.next(HUB) == NOON + timedelta(seconds=5)
    two.pass_time(seconds=4)
    assert two.pay() == []
    two.pass_time(seconds=1)
    del two.answers[HUB.url]
    assert two.pay() == [TOPICS[0], TOPICS[1], TOPICS[2]]


@pytest.mark.parametrize(
    "answer",
    [
        DOWN,
        Reply(500, ""),
        Reply(503, ""),
        Reply(429, ""),
        Reply(408, ""),
        Reply(301, ""),
        Reply(307, ""),
    ],
    ids=lambda answer: str(getattr(answer, "status", "down")),
)
def test_one_that_is_away_for_a_day_hears_of_each_topic_once(
    room: Payments, answer: Reply | PushError
) -> None:
    """Some forty questions, whatever editions there are; and no flood when it is back."""
    room.answers[HUB.url] = answer
    for _ in range(int(timedelta(hours=23.5) / timedelta(minutes=5))):
        room.owe()
        room.pay()
        room.pass_time(minutes=5)
    assert 20 <= len(room.sent) <= 60
    room.sent.clear()
    del room.answers[HUB.url]
    room.pass_time(minutes=90)
    assert sorted(room.pay()) == sorted(TOPICS)
    assert (room.owed(), room.pay()) == ([], [])


def test_after_a_day_it_is_given_up_and_said_so(room: Payments) -> None:
    """A hub that is no more must not be asked for ever; what comes then is told of again."""
    room.answers[HUB.url] = DOWN
    room.owe()
    while room.owed():
        room.pay()
        room.now = room.next() or room.now
        assert room.now < NOON + timedelta(days=1, hours=2)
    assert room.now >= NOON + GIVEN_UP
    with room.catalogue.batch():
        (account,) = room.catalogue.push_accounts()
    assert (account.owed, account.given_up, account.answer) == (0, room.now, "no connection")
    tried = len(room.sent)
    room.pass_time(hours=10)
    room.pay()
    assert len(room.sent) == tried
    room.owe(TOPICS[0])
    del room.answers[HUB.url]
    assert room.pay() == [TOPICS[0]]
    with room.catalogue.batch():
        (account,) = room.catalogue.push_accounts()
    assert (account.owed, account.given_up, account.failing) == (0, None, None)


def test_one_that_stays_dead_is_not_asked_more_by_every_edition(room: Payments) -> None:
    """What is owed anew after a day must not begin with a wait of five seconds again."""
    room.answers[HUB.url] = DOWN
    for _ in range(int(timedelta(days=5) / timedelta(minutes=10))):
        room.owe()
        room.pay()
        room.pass_time(minutes=10)
    assert len(room.sent) <= 5 * 40


def test_whoever_names_a_time_is_left_alone_until_then(room: Payments) -> None:
    """RFC 9110 10.2.3, in seconds and as a date; RFC 6585 4."""
    room.answers[HUB.url] = Reply(429, "600")
    room.owe(TOPICS[0])
    room.pay()
    assert room.next() == NOON + timedelta(minutes=10)
    room.pass_time(minutes=10)
    room.answers[HUB.url] = Reply(503, "Mon, 04 May 2026 13:00:00 GMT")
    room.pay()
    assert room.next() == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    "said", ["", "soon", "-5", "1e9", "٣٠", "9" * 4000, "Mon, 99 Foo 2026", "0"]
)
def test_what_is_no_time_is_no_time(room: Payments, said: str) -> None:
    """A lying hub must neither end the thread that pays, nor stop it for a year."""
    room.answers[HUB.url] = Reply(503, said)
    room.owe(TOPICS[0])
    room.pay()
    later = room.next()
    assert later is not None
    assert timedelta(seconds=5) <= later - NOON <= timedelta(hours=12)


def test_a_topic_that_is_refused_holds_up_no_other(room: Payments) -> None:
    """A hub may not want one feed; the others are not to blame."""
    room.answers[TOPICS[0]] = Reply(400, "")
    room.owe()
    assert sorted(room.pay()) == sorted(TOPICS)
    assert room.owed() == [TOPICS[0]]
    room.pass_time(seconds=5)
    assert room.pay() == [TOPICS[0]]
    with room.catalogue.batch():
        (account,) = room.catalogue.push_accounts()
        (owed,) = room.catalogue.owed_pushes(10)
    assert (account.failing, account.owed) == (None, 1)
    assert (owed.attempts, owed.last_answer, owed.since) == (2, "HTTP 400", NOON)
    assert owed.next_attempt == NOON + timedelta(seconds=5 + 10)


def test_what_is_owed_outlasts_the_process(room: Payments) -> None:
    """So do the waits: a Markwire that is started every minute must not ask every minute."""
    room.answers[HUB.url] = DOWN
    room.owe()
    room.pay()
    room.restart()
    assert (room.owed(), room.pay()) == (sorted(TOPICS), [])
    room.pass_time(seconds=5)
    del room.answers[HUB.url]
    room.restart()
    assert sorted(room.pay()) == sorted(TOPICS)
    room.restart()
    assert (room.owed(), room.pay()) == ([], [])


@pytest.mark.parametrize("when", [timedelta(days=-3), timedelta(days=3000)])
def test_a_clock_that_was_wrong_silences_nobody(room: Payments, when: timedelta) -> None:
    """A moment that no wait leads to has come; one that is long past, too."""
    right, room.now = room.now, room.now + when
    room.answers[HUB.url] = DOWN
    room.owe(TOPICS[0])
    room.pay()
    room.now = right
    del room.answers[HUB.url]
    assert room.pay() == [TOPICS[0]]


def test_a_bug_holds_up_one_target_and_ends_no_thread(two: Payments) -> None:
    """Else nobody would hear of anything until the next start, and nothing would say so."""
    two.answers[HUB.url] = ZeroDivisionError()
    two.owe()
    two.pay()
    assert {url for url, _ in two.sent if url != HUB.url} == {OTHER.url}
    two.pass_time(seconds=5)
    del two.answers[HUB.url]
    assert len(two.pay()) == 3


def test_a_catalogue_at_fault_is_asked_again_only_after_a_rest(room: Payments) -> None:
    """Each edition says that something is owed; a log would fill with the same words."""
    room.owe()
    room.catalogue.close()
    asked, asked_again = threading.Event(), threading.Event()

    def now() -> datetime:
        raise AssertionError("a catalogue that is closed has no batch")

    paying = Paying(room.catalogue, room.targets, Push(), now, pauses=NONE)
    batch = room.catalogue.batch

    def counted() -> AbstractContextManager[None]:
        (asked_again if asked.is_set() else asked).set()
        return batch()

    room.catalogue.batch = counted  # type: ignore[method-assign]
    paying.start()
    assert asked.wait(10)
    for _ in range(100):
        paying.wake()
    assert not asked_again.wait(0.5)
    paying.stop()


def test_what_the_configuration_no_longer_names_is_owed_nothing(two: Payments) -> None:
    """A hub that was taken out must never hear from us again."""
    two.owe()
    with two.catalogue.batch():
        two.catalogue.keep_targets([OTHER])
        assert [each.target for each in two.catalogue.owed_pushes(100)] == [OTHER.shown] * 3
        two.catalogue.keep_targets([HUB, OTHER])
    two.pay()
    assert {url for url, _ in two.sent} == {OTHER.url}


def test_the_latest_deliveries_are_kept_and_no_more(room: Payments) -> None:
    """The desk shows them; a year of them would be a large table for nothing."""
    for number in range(KEPT + 30):
        room.owe(f"https://example.org/{number}")
    room.answers["https://example.org/3"] = Reply(404, "")
    room.pay()
    with room.catalogue.batch():
        found = room.catalogue.deliveries(1000)
        latest = room.catalogue.deliveries(2)
    assert len(found) == KEPT
    assert latest == found[:2]
    assert {(each.kind, each.target, each.answer) for each in found} == {
        ("websub", HUB.shown, "HTTP 204")
    }
    assert {each.is_delivered for each in found} == {True}


def test_addresses_for_a_search_engine_go_together(tmp_path: Path) -> None:
    """IndexNow: up to ten thousand in one request, and too many requests are taken for spam."""
    engine = Target("indexnow", "https://api.example/indexnow", "https://api.example/indexnow")
    payments = Payments(tmp_path, engine)
    payments.owe(*(f"https://example.org/feeds/articles/{number}.html" for number in range(10_001)))
    payments.pay()
    payments.catalogue.close()
    assert [len(json.loads(body)["urlList"]) for _, body in payments.sent] == [10_000, 1]


def test_hosts_are_paid_side_by_side_and_each_one_at_a_time(tmp_path: Path) -> None:
    """A slow hub must hold up no other, and none is asked twice at once."""
    same = replace(HUB, url="https://hub.example/second", shown="https://hub.example/second")
    payments = Payments(tmp_path, HUB, same, OTHER)
    payments.owe()
    together, counting = threading.Barrier(2), threading.Lock()
    busy: dict[str, int] = {}
    most: dict[str, int] = {}
    met = threading.Event()

    def during() -> None:
        host = threading.current_thread().name
        with counting:
            busy[host] = busy.get(host, 0) + 1
            most[host] = max(most.get(host, 0), busy[host])
        if not met.is_set():  # The first of each host wait for each other.
            together.wait(10)
            met.set()
        with counting:
            busy[host] -= 1

    payments.during = during
    payments.pay()
    payments.catalogue.close()
    assert most == {"push hub.example": 1, "push other.example": 1}
    assert len(payments.sent) == 9
