"""Real commands, real hubs: what an editor drops arrives at subscribers, whatever hubs do."""

from __future__ import annotations

import hmac
import json
import queue
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest
from flask import Flask
from flask_websub.hub import Hub as FlaskHub
from flask_websub.hub import SQLite3HubStorage
from werkzeug.serving import make_server

from commands import DEADLINE, run, watching
from hubs import Heard, Hub, hub, raw
from markwire.push.requests import sign
from newsroom import SITE

DOCUMENTS = ["atom.xml", "feed.json", "rss.xml"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "content").mkdir(parents=True)
    return root


def configure(site: Path, *hubs: str, feeds_url: str = "https://example.org/feeds/") -> None:
    (site / "markwire.toml").write_text(
        f'{SITE}feeds_url = "{feeds_url}"\nhubs = {json.dumps(hubs)}\n'
        '[push]\nprivate = ["127.0.0.1"]\n',
        encoding="utf-8",
    )


def drop(site: Path, name: str) -> None:
    (site / "content" / f"{name}.md").write_text(f"# {name}\n\nTexte.\n", encoding="utf-8")


def names(heard: list[Heard]) -> list[str]:
    return sorted(each.topic.rpartition("/")[2] for each in heard)


def stands(site: Path) -> dict[str, Any]:
    """Give how the one target stands, as a watch last told; it tells once a second."""
    pushes: list[dict[str, Any]] = run("status", "--json", cwd=site).json["pushes"]
    return pushes[0] if pushes else {}


# --- a hub and a subscriber ------------------------------------------------------------------


@contextmanager
def serving(answering: Any) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(DEADLINE)


class Subscriber:
    """Says yes to the one topic that it asked for, and takes only what is signed."""

    secret = "between the hub and me"

    def __init__(self) -> None:
        self.topic = ""
        self.content: queue.Queue[tuple[bool, bytes]] = queue.Queue()

    def answering(self) -> type[BaseHTTPRequestHandler]:
        me = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = parse_qs(urlsplit(self.path).query)
                is_ours = asked["hub.topic"] == [me.topic] and asked["hub.mode"] == ["subscribe"]
                self.send_response(200 if is_ours else 404)
                self.end_headers()
                if is_ours:
                    self.wfile.write(asked["hub.challenge"][0].encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                how, _, found = self.headers.get("X-Hub-Signature", "").partition("=")
                wanted = hmac.new(me.secret.encode(), body, how or "sha1").hexdigest()
                me.content.put((hmac.compare_digest(found, wanted), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Answering


class Tasks:
    """Stands for Celery, which Flask-WebSub gives its work to: each piece in a thread, at once."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def task(self, *, bind: bool = False, max_retries: int = 0) -> Any:  # Celery's
        def named(work: Any) -> Any:
            self_and = partial(work, None) if bind else work

            def delay(*words: Any) -> None:
                thread = threading.Thread(target=self_and, args=words)
                self.threads.append(thread)
                thread.start()

            work.delay = delay
            return work

        return named


@contextmanager
def flask_websub(folder: Path) -> Iterator[tuple[str, SQLite3HubStorage]]:
    """A hub of the W3C's recommendation that we did not write."""
    tasks = Tasks()
    app = Flask(__name__)
    app.config["PUBLISH_SUPPORTED"] = True
    real = FlaskHub(SQLite3HubStorage(str(folder / "hub.sqlite")), tasks)
    app.register_blueprint(real.build_blueprint(url_prefix="/hub"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hub", real.storage
    finally:
        server.shutdown()
        thread.join(DEADLINE)
        server.server_close()
        for task in tasks.threads:
            task.join(DEADLINE)


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds, which nobody tells of."""
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def feeds_of(site: Path, hub_url: str) -> Any:
    """Serve the feeds folder as a web server does that says where the hub is (WebSub 4)."""

    class Feeds(SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            port = self.server.server_address[1]
            own = f"http://127.0.0.1:{port}{self.path}"
            self.send_header("Link", f'<{hub_url}>; rel="hub", <{own}>; rel="self"')
            super().end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return partial(Feeds, directory=str(site / "feeds"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_dropped_arrives_at_a_subscriber(site: Path, tmp_path: Path, document: str) -> None:
    """Through a hub that somebody else wrote: told, fetched, signed, delivered, byte for byte."""
    subscriber = Subscriber()
    with (
        flask_websub(tmp_path) as (hub_url, storage),
        serving(feeds_of(site, hub_url)) as server,
        serving(subscriber.answering()) as callback,
    ):
        configure(site, hub_url, feeds_url=f"{server}/")
        drop(site, "premier")
        with watching(site) as watch:
            subscriber.topic = f"{server}/{document}"
            request = {
                "hub.mode": "subscribe",
                "hub.topic": subscriber.topic,
                "hub.callback": f"{callback}/x",
                "hub.secret": subscriber.secret,
            }
            with urlopen(hub_url, urlencode(request).encode()) as answer:
                assert answer.status == 202
            until(lambda: list(storage.get_callbacks(subscriber.topic)))
            drop(site, "suivant")
            body = b""
            while b"suivant" not in body:  # What the first edition told may come late.
                is_signed, body = subscriber.content.get(timeout=DEADLINE)
                assert is_signed
            watch.stop()
        assert body == (site / "feeds" / document).read_bytes()


# --- hubs that are not as they should be -----------------------------------------------------


@pytest.fixture
def heard() -> Iterator[Hub]:
    with hub() as opened:
        yield opened


def test_a_build_tells_what_it_published_and_the_next_nothing(site: Path, heard: Hub) -> None:
    """Promise 8: unchanged input, no ping."""
    configure(site, heard.url)
    drop(site, "un")
    assert run("build", cwd=site).code == 0
    assert names(heard.all()) == DOCUMENTS
    assert run("build", cwd=site).code == 0
    assert run("build", cwd=site).code == 0
    assert heard.all() == []


def test_a_hub_that_never_answers_slows_no_edition(site: Path) -> None:
    """All editions are out while the first request still waits for its answer."""
    asked, release = threading.Semaphore(0), threading.Event()

    def silent(connection: Any) -> None:
        connection.recv(4096)
        asked.release()
        release.wait(DEADLINE)

    with raw(silent) as port:
        configure(site, f"http://127.0.0.1:{port}/hub")
        drop(site, "un")
        with watching(site) as watch:
            assert asked.acquire(timeout=DEADLINE)
            for name in ("deux", "trois", "quatre"):
                drop(site, name)
                watch.until(f"articles/{name}.html")
            # One hub, one request at a time: it has not been asked again meanwhile.
            assert not asked.acquire(blocking=False)
            assert "rss.xml" in {path.name for path in watch.feeds.iterdir()}
            release.set()
            watch.stop()


def test_a_build_ends_though_a_hub_never_answers_and_says_what_is_owed(site: Path) -> None:
    """A timer that builds every minute must not pile up builds."""
    with raw(lambda connection: connection.recv(4096) and threading.Event().wait(60)) as port:
        configure(site, f"http://127.0.0.1:{port}/hub")
        drop(site, "un")
        assert run("build", cwd=site).code == 0
    told = run("status", "--json", cwd=site)
    (account,) = told.json["pushes"]
    assert (account["kind"], account["owed"]) == ("websub", 3)
    assert account["target"] == f"http://127.0.0.1:{port}/hub"
    assert account["since"] <= account["next"]
    (owed,) = [each for each in told.json["findings"] if each["code"] == "push_owed"]
    assert owed["verdict"] == "ok"
    assert "avis dus" in owed["message"]


@pytest.mark.parametrize("status", [500, 429, 301, 404])
def test_a_hub_that_will_not_hear_is_told_later_and_publication_goes_on(
    site: Path, heard: Hub, status: int
) -> None:
    """And whoever asks for the status is told what is owed, to whom, and why."""
    configure(site, heard.url)
    heard.status = status
    heard.headers = {"Location": "http://127.0.0.1:1/", "Retry-After": "3600"}
    drop(site, "un")
    with watching(site) as watch:
        heard.next()
        drop(site, "deux")
        watch.until("articles/deux.html")

        until(lambda: stands(site).get("answer") == f"HTTP {status}" and stands(site)["owed"] == 3)
        watch.stop()
    if status != 404:  # One that is not well is not asked again before its time.
        assert heard.all() == []


def test_killed_while_it_pays_nothing_is_lost_and_one_notice_comes_twice_at_most(
    site: Path, heard: Hub
) -> None:
    """Kill -9 between a delivery and its record, again and again."""
    kills = 3
    configure(site, heard.url)
    blocked, release = threading.Semaphore(0), threading.Event()

    def before(_heard: Heard) -> None:
        blocked.release()
        release.wait(DEADLINE)

    heard.before = before
    drop(site, "un")
    for _ in range(kills):
        release.clear()
        with watching(site) as watch:
            assert blocked.acquire(timeout=DEADLINE)
            watch.stop(signal.SIGKILL)
        release.set()
    heard.before = lambda _heard: None
    with watching(site) as watch:
        until(lambda: stands(site).get("owed") == 0)
        watch.stop()
    counts = Counter(names(heard.all()))
    assert sorted(counts) == DOCUMENTS
    assert counts.total() == len(DOCUMENTS) + kills


def test_what_is_owed_is_paid_by_the_next_to_start(site: Path, heard: Hub) -> None:
    """The hub was down; the next Markwire tells it, once for all editions."""
    configure(site, heard.url)
    heard.status = 503
    drop(site, "un")
    for name in ("deux", "trois"):
        assert run("build", cwd=site).code == 0
        drop(site, name)
    assert len(heard.all()) <= 2  # One a build, and not one a topic.
    heard.status = 202
    assert run("build", cwd=site).code == 0
    with watching(site) as watch:
        until(lambda: stands(site).get("owed") == 0)
        watch.stop()
    assert names(heard.all()) == DOCUMENTS


def test_a_partner_is_told_with_a_signature_and_no_secret_is_said(
    site: Path, heard: Hub, tmp_path: Path
) -> None:
    """Neither the key nor the address stands in the log, the status, or the state folder."""
    secret = tmp_path / "secret"
    secret.write_text("tops3cret\n")
    (site / "markwire.toml").write_text(
        f'{SITE}[push]\nprivate = ["127.0.0.1"]\n[[push.webhooks]]\n'
        f'url = "http://127.0.0.1:{heard.port}/hiddenpath?token=t0ken"\n'
        f'secret_file = "{secret}"\n',
        encoding="utf-8",
    )
    with watching(site) as watch:
        drop(site, "un")
        sent = heard.next()
        until(lambda: stands(site).get("owed") == 0)
        said = run("status", cwd=site).out + run("status", "--json", cwd=site).out
        said += watch.stop()[1]
    assert sent.path == "/hiddenpath?token=t0ken"
    signed = sign(
        b"tops3cret", sent.headers["webhook-id"], sent.headers["webhook-timestamp"], sent.body
    )
    assert sent.headers["webhook-signature"] == signed
    assert json.loads(sent.body)["data"]["headline"] == "un"
    kept = b"".join(path.read_bytes() for path in (site / ".markwire").rglob("*") if path.is_file())
    kept += b"".join(path.read_bytes() for path in (site / "feeds").rglob("*") if path.is_file())
    for word in ("tops3cret", "hiddenpath", "t0ken"):
        assert word not in said
        assert word.encode() not in kept
