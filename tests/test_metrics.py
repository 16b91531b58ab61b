"""Figures of operation, and whether all is well: as monitoring reads them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from asgi import ask as ask_app
from markwire.catalogue.lock import lock
from markwire.outbox import Account
from markwire.pipeline.assessing import Seen
from markwire.pipeline.clock import Clock
from markwire.pipeline.status import Board, Fault, LastEdition, Status
from markwire.serving.app import make_app
from markwire.serving.exposition import Family, Sample, histogram, single, written
from markwire.serving.health import Lookout
from markwire.serving.meters import BOUNDS, Meters, kind_of
from markwire.serving.metrics import Load, Metrics
from newsroom import Newsroom
from newsroom import newsroom as newsroom

NOW = datetime.now(UTC)
SCOPE: Scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}


def read(text: bytes) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Read an exposition with Prometheus' own parser; each value by its name and labels."""
    found = {}
    for family in text_string_to_metric_families(text.decode()):
        assert family.documentation
        assert family.type in ("counter", "gauge", "histogram")
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def status(**changes: object) -> Status:
    told: dict[str, object] = {
        "pid": 1,
        "command": "watch",
        "started": NOW,
        "work": "idle",
        "work_since": NOW,
        "edition": LastEdition(NOW - timedelta(minutes=5), 18, 0, 2, generation=7),
        "owed": 3,
        "pushes": (
            Account("websub", "https://hub.example/", 6, NOW, NOW, None, None, "HTTP 202"),
            Account("webhook", "partner", 1, NOW, NOW, NOW, None, "HTTP 500"),
        ),
    }
    return Status(**told | changes)  # type: ignore[arg-type]


def seen(**changes: object) -> Seen:
    """What is seen of a watch that is well, but for the changes."""
    told: dict[str, object] = {"status": status(), "holder": 1, "beat": NOW}
    return Seen(**told | changes)  # type: ignore[arg-type]


def ask(answer: Callable[[Request], Awaitable[Response]]) -> Response:
    return asyncio.run(_ask(answer))


async def _ask(answer: Callable[[Request], Awaitable[Response]]) -> Response:
    return await answer(Request(SCOPE))


def health(state: Path, found: Seen) -> tuple[int, dict[str, object]]:
    response = ask(Lookout(state, lambda _: found).answer)
    return response.status_code, json.loads(bytes(response.body))


# --- the text format -------------------------------------------------------------------------


def test_prometheus_reads_what_is_written() -> None:
    """Its parser is the judge of escapes and of numbers."""
    odd = 'a "quoted" \\ key\nof two lines, é'
    families = (
        Family("markwire_odd", "gauge", "Odd.", (Sample(1.5, {"feed": odd}), Sample(-2, {}))),
        single("markwire_total", "counter", "Large.", 2**60),
        Family("markwire_none", "gauge", "Nothing.", ()),
        histogram("markwire_seconds", "Times.", (0.1, 1), (3, 0, 2), 12.25),
    )
    assert read(written(families)) == {
        ("markwire_odd", frozenset([("feed", odd)])): 1.5,
        ("markwire_odd", frozenset()): -2,
        ("markwire_total", frozenset()): 2**60,
        ("markwire_seconds_bucket", frozenset([("le", "0.1")])): 3,
        ("markwire_seconds_bucket", frozenset([("le", "1")])): 3,
        ("markwire_seconds_bucket", frozenset([("le", "+Inf")])): 5,
        ("markwire_seconds_sum", frozenset()): 12.25,
        ("markwire_seconds_count", frozenset()): 5,
    }


# --- metrics ---------------------------------------------------------------------------------


def test_all_figures_are_told(newsroom: Newsroom) -> None:
    """Those by which an operator sees what a newsroom's server does, in one answer."""
    newsroom.configure("[feeds.rail]\nwhere = { tag = 'rail' }\n[each]\ntag = true\n")
    newsroom.write("a.md", title="A", tags=["rail", "énergie"])
    newsroom.write("b.md", title="B", tags=["rail"])
    newsroom.build()
    meters = Meters()
    meters.connections = lambda: 5
    meters.note("feed", 304, 0, 0.00005)
    meters.note("feed", 200, 500, 0.003)
    meters.note("page", 404, 20, 9.0)
    lookout = Lookout(newsroom.state, lambda _: seen())
    metrics = Metrics(newsroom.site, meters, lookout, lambda: Load(12, 34_567))
    found = read(bytes(ask(metrics.answer).body))

    def value(name: str, **labels: str) -> float:
        return found[name, frozenset(labels.items())]

    assert value("markwire_requests_total", kind="feed", status="304") == 1
    assert value("markwire_requests_total", kind="feed", status="2xx") == 1
    assert value("markwire_requests_total", kind="page", status="4xx") == 1
    assert value("markwire_requests_total", kind="desk", status="5xx") == 0
    assert value("markwire_sent_bytes_total", kind="feed") == 500
    assert value("markwire_answer_seconds_bucket", le="0.0001") == 1
    assert value("markwire_answer_seconds_bucket", le="0.005") == 2
    assert value("markwire_answer_seconds_bucket", le="2.5") == 2
    assert value("markwire_answer_seconds_count") == 3
    assert value("markwire_connections") == 5
    assert value("markwire_versions") == 12
    assert value("markwire_versions_bytes") == 34_567
    assert value("markwire_in_flight") == 0
    assert value("markwire_well") == 1
    assert value("markwire_publisher_running") == 1
    assert value("markwire_owed_feeds") == 3
    hub = "https://hub.example/"
    assert value("markwire_owed_pushes", kind="websub", target=hub) == 6
    assert value("markwire_owed_pushes", kind="webhook", target="partner") == 1
    assert value("markwire_refused_articles") == 2
    assert value("markwire_heartbeat_timestamp_seconds") == NOW.timestamp()
    edition = (NOW - timedelta(minutes=5)).timestamp()
    assert value("markwire_last_edition_timestamp_seconds") == edition
    assert value("markwire_feed_entries", feed="main") == 2
    assert value("markwire_feed_entries", feed="rail") == 2
    rss = (newsroom.feeds / "rss.xml").stat().st_size
    assert value("markwire_feed_bytes", feed="main", format="rss") == rss
    assert value("markwire_each_feeds", each="tag") == 2
    sizes = [file.stat().st_size for file in (newsroom.feeds / "tag").rglob("*") if _feeds(file)]
    assert value("markwire_each_feed_bytes", each="tag") == sum(sizes)
    assert value("process_cpu_seconds_total") > 0


def _feeds(file: Path) -> bool:
    return file.name in ("rss.xml", "atom.xml", "feed.json")


def test_no_number_of_tags_makes_a_label(newsroom: Newsroom) -> None:
    """A monitor that keeps a series for each tag of an archive falls over."""
    newsroom.write("a.md", title="A", tags=[f"mot {number}" for number in range(9)])
    newsroom.configure("[each]\ntag = true\n")
    before = _series(newsroom)
    newsroom.build()
    assert len(list(newsroom.feeds.glob("tag/*/rss.xml"))) == 9
    new = {key for key in _series(newsroom) - before if not key[0].startswith("markwire_feed_")}
    # One article has one section at the most, and one language.
    assert sorted(name for name, _ in new) == sorted(
        ["markwire_each_feed_bytes", "markwire_each_feeds"] * len(list(_dimensions(newsroom)))
    )


def _dimensions(newsroom: Newsroom) -> list[str]:
    return [
        each
        for each in ("author", "language", "section", "tag")
        if list(newsroom.feeds.glob(f"{each}/*/rss.xml"))
    ]


def _series(newsroom: Newsroom) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    lookout = Lookout(newsroom.state, lambda _: seen())
    return {*read(bytes(ask(Metrics(newsroom.site, Meters(), lookout).answer).body))}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "other"),
        ("/feeds", "other"),
        ("/feeds/", "page"),
        ("/feeds/rss.xml", "feed"),
        ("/feeds/tag/é/feed.json", "feed"),
        ("/feeds/tag/rail/", "page"),
        ("/feeds/articles/a.json", "page"),
        ("/feeds/media/x.png", "media"),
        ("/feeds/wp-login.php", "other"),
        ("/desk/", "desk"),
        ("/healthz", "other"),
    ],
)
def test_addresses_are_of_few_kinds(path: str, kind: str) -> None:
    """What scanners ask for must not each make a series."""
    assert kind_of(path) == kind


def test_what_asgi_answers_is_metered() -> None:
    """Also what fails, and what is sent in parts."""
    meters = Meters(iter([0.0, 0.002, 1.0, 1.5]).__next__)

    async def in_parts(_scope: Scope, _receive: Receive, send: Send) -> None:
        assert meters.in_flight == 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"abc", "more_body": True})
        await send({"type": "http.response.body", "body": b"de"})

    async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError

    async def nothing(_message: object) -> None:
        pass

    scope = SCOPE | {"path": "/feeds/rss.xml"}
    asyncio.run(meters.around(in_parts)(scope, nothing, nothing))  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        asyncio.run(meters.around(failing)(scope, nothing, nothing))  # type: ignore[arg-type]
    assert meters.requests["feed"] == [0, 1, 0, 0, 1, 0]
    assert meters.sent["feed"] == 5
    assert meters.buckets[BOUNDS.index(0.0025)] == 1
    assert meters.buckets[BOUNDS.index(0.5)] == 1
    assert meters.in_flight == 0


def test_figures_are_for_this_machine_and_for_who_has_the_token(newsroom: Newsroom) -> None:
    """They tell what a newsroom has not published yet: how much is refused, and when it works."""
    app = make_app(newsroom.site)
    assert ask_app(app, "/metrics").status == 200
    assert ask_app(app, "/metrics", host="evil.example").status == 421
    assert ask_app(app, "/metrics", client=("192.0.2.7", 1)).status == 403
    assert ask_app(app, "/metrics", headers=[("X-Forwarded-For", "192.0.2.7")]).status == 403
    (newsroom.root / "token").write_text("a token of more than sixteen signs\n")
    newsroom.configure("[serve]\ntoken_file = 'token'\n")
    app = make_app(newsroom.site)
    bearer = [("Authorization", "Bearer a token of more than sixteen signs")]
    assert ask_app(app, "/metrics").status == 401
    answer = ask_app(app, "/metrics", headers=bearer, client=("192.0.2.7", 1))
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert ("markwire_well", frozenset()) in read(answer.body)


def test_health_is_for_everybody(newsroom: Newsroom) -> None:
    """A load balancer asks by a number, from another machine, and has no token."""
    answer = ask_app(make_app(newsroom.site), "/healthz", host="10.0.0.7", client=("10.0.0.1", 1))
    assert answer.status == 200


# --- health ----------------------------------------------------------------------------------


def test_health_is_what_status_says(tmp_path: Path) -> None:
    """One place decides what is well; load balancers and people must not be told otherwise."""
    code, told = health(tmp_path, seen())
    assert (code, told["well"], told["answers"], told["owed_feeds"]) == (200, True, True, 3)
    assert (told["refused"], told["owed_pushes"]) == (2, 7)
    assert told["generation"] == 7
    age = told["last_edition_age"]
    assert isinstance(age, float)
    assert age >= 300
    code, told = health(tmp_path, seen(is_silent=True))
    assert (code, told["well"], told["running"], told["answers"]) == (503, False, True, False)
    code, told = health(tmp_path, seen(holder=None))
    assert (code, told["running"]) == (503, False)  # It ended without a word.
    code, told = health(tmp_path, Seen(None, None, None))
    assert (code, told["heartbeat"], told["last_edition"]) == (200, None, None)


def test_health_names_no_file(tmp_path: Path) -> None:
    """Everybody may ask."""
    fault = Fault("/srv/canary/feeds/x.md: no space", NOW)
    code, told = health(tmp_path, seen(status=status(fault=fault)))
    assert code == 503
    assert "canary" not in json.dumps(told)
    assert {"check": "edition", "verdict": "wrong", "code": "fault"} in told["findings"]  # type: ignore[operator]


def test_health_of_a_watch_that_runs(tmp_path: Path) -> None:
    """The real look, at a lock that is held and a status that is written."""
    with lock(tmp_path, "watch"), Board(tmp_path, "watch", Clock()):
        response = ask(Lookout(tmp_path).answer)
    told = json.loads(bytes(response.body))
    assert (response.status_code, told["running"], told["answers"]) == (200, True, True)


def test_however_many_ask_one_looks(tmp_path: Path) -> None:
    """A look may take seconds, and a thread each would be a way to end the server."""
    looks: list[int] = []
    enough = threading.Event()

    def slow(_state: Path) -> Seen:
        looks.append(threading.get_ident())
        assert enough.wait(10)
        return seen()

    async def ask_all() -> list[int]:
        lookout = Lookout(tmp_path, slow)
        asked = [asyncio.create_task(lookout.answer(Request(SCOPE))) for _ in range(50)]
        for _ in range(5):
            await asyncio.sleep(0)  # Each has asked; the loop is not held up by the look.
        enough.set()
        answers = [await each for each in asked]
        answers.append(await lookout.answer(Request(SCOPE)))
        return [answer.status_code for answer in answers]

    assert asyncio.run(ask_all()) == [200] * 51
    assert len(looks) == 1
    assert looks[0] != threading.get_ident()


def test_a_plain_answer_is_of_the_other_kind() -> None:
    """The wrapper leaves what it stands around as it is."""
    meters = Meters()
    sent: list[object] = []

    async def run() -> None:
        async def receive() -> dict[str, object]:
            return {"type": "http.request"}

        async def send(message: object) -> None:
            sent.append(message)

        await meters.around(PlainTextResponse("ok"))(SCOPE, receive, send)  # type: ignore[arg-type]

    asyncio.run(run())
    assert [each["type"] for each in sent] == ["http.response.start", "http.response.body"]  # type: ignore[index]
    assert meters.requests["other"][1] == 1
