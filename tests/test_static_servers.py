"""nginx and Caddy serve ``feeds/`` from disk, and answer as our own server does."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event
from time import time

import pytest

from commands import run
from http_suite import Case, cases, check, decoded, exceptions, make_site
from markwire.outlet.directory import Directory
from markwire.validators import etag
from programs import needs
from servers import ANY, Answer, ask, serving
from static_servers import PAGE, caddy, nginx

SIDECARS = '[static]\nsidecars = ["br", "etag", "gz", "zst"]\n'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_site(tmp_path_factory.mktemp("static"), SIDECARS)
    hour_ago = time() - 3600  # A file of this very second is sent without its date.
    for path in (root / "feeds").rglob("*"):
        os.utime(path, (hour_ago, hour_ago))
    return root


@pytest.fixture(scope="module")
def by_nginx(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    needs("nginx", "njs")
    with nginx(site / "feeds", tmp_path_factory.mktemp("nginx")) as url:
        yield url


@pytest.fixture(scope="module")
def by_caddy(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    needs("caddy")
    with caddy(site / "feeds", tmp_path_factory.mktemp("caddy")) as url:
        yield url


@pytest.mark.parametrize("case", cases("nginx"))
def test_nginx_answers_as_our_own_server_does(by_nginx: str, site: Path, case: Case) -> None:
    """Whoever serves from disk owes readers the same."""
    check(case, by_nginx, site / "feeds")


@pytest.mark.parametrize("case", cases("caddy"))
def test_caddy_answers_as_our_own_server_does(by_caddy: str, site: Path, case: Case) -> None:
    """Whoever serves from disk owes readers the same."""
    check(case, by_caddy, site / "feeds")


@pytest.mark.parametrize("case", exceptions("nginx"))
def test_nginx_differs_no_more_than_is_listed(by_nginx: str, site: Path, case: Case) -> None:
    """A difference that is none any more must leave the list, and the page on deployment."""
    with pytest.raises(AssertionError):
        check(case, by_nginx, site / "feeds")


@pytest.mark.parametrize("case", exceptions("caddy"))
def test_caddy_differs_no_more_than_is_listed(by_caddy: str, site: Path, case: Case) -> None:
    """A difference that is none any more must leave the list, and the page on deployment."""
    with pytest.raises(AssertionError):
        check(case, by_caddy, site / "feeds")


# What is of each connection and server, whoever answers.
OWN = ("connection", "date", "keep-alive", "server")
FILES = (
    "rss.xml",
    "section/transport/atom.xml",
    "feed.json",
    "index.html",
    "articles/depart.html",
    "articles/depart.json",
    "readers.css",
    "readers.js",
)


def headers(answer: Answer) -> dict[str, str]:
    kept = {name: value for name, value in answer.headers.items() if name not in OWN}
    kept["vary"] = ", ".join(sorted(re.split(", *", kept.get("vary", ""))))
    return kept


@pytest.fixture(scope="module")
def by_markwire(site: Path) -> Iterator[str]:
    with serving("serve", ANY, site=site) as server:
        yield server.url


@pytest.mark.parametrize("coding", ["", "br", "gzip", "zstd"])
@pytest.mark.parametrize("path", FILES)
def test_all_three_say_the_same_to_the_byte(
    path: str, coding: str, by_markwire: str, by_nginx: str, by_caddy: str
) -> None:
    """Whoever moves from one to another costs no poller a byte."""
    asked = [("Accept-Encoding", coding)]
    own, *others = (
        ask(url, f"/feeds/{path}", headers=asked) for url in (by_markwire, by_nginx, by_caddy)
    )
    for other in others:
        assert (other.status, headers(other), other.body) == (200, headers(own), own.body)


@pytest.mark.parametrize("path", FILES)
def test_nginx_says_the_same_of_what_has_not_changed(
    path: str, by_markwire: str, by_nginx: str, by_caddy: str
) -> None:
    """Caddy says more than it need, and nothing else."""
    own, by_njs, by_go = (
        ask(url, f"/feeds/{path}", headers=[("If-None-Match", "*")])
        for url in (by_markwire, by_nginx, by_caddy)
    )
    assert (by_njs.status, headers(by_njs), by_njs.body) == (304, headers(own), b"")
    assert (by_go.status, by_go.body) == (304, b"")
    assert headers(by_go).items() >= headers(own).items()


def test_feeds_that_moved_are_where_they_went(by_nginx: str, by_caddy: str) -> None:
    """Both pages of configuration show how: a line for each."""
    for url in (by_nginx, by_caddy):
        answer = ask(url, "/feeds/depeches/rss.xml")
        assert answer.status == 301
        assert answer.headers["location"].endswith("/feeds/rss.xml")


def test_a_new_edition_is_served_without_a_reload(by_nginx: str, by_caddy: str, site: Path) -> None:
    """An engineer who has to remember it forgets it."""
    before = {url: ask(url, "/feeds/rss.xml").headers["etag"] for url in (by_nginx, by_caddy)}
    note = site / "content" / "note.md"
    note.write_text("---\ntitle: Note\ndate: 2024-05-05\n---\n\nTexte.\n", encoding="utf-8")
    assert run("build", cwd=site).code == 0
    for url, tag in before.items():
        answer = ask(url, "/feeds/rss.xml", headers=[("If-None-Match", tag)])
        assert answer.status == 200
        assert b"Note" in answer.body
        assert answer.headers["etag"] == etag(answer.body)


def test_without_sidecars_nginx_computes_what_it_says(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whoever installs it need not touch Markwire's configuration."""
    needs("nginx", "njs")
    feeds = make_site(tmp_path / "site") / "feeds"
    with nginx(feeds, tmp_path_factory.mktemp("nginx")) as url:
        answer = ask(url, "/feeds/atom.xml", headers=[("Accept-Encoding", "gzip, br, zstd")])
        assert answer.status == 200
        assert answer.body == (feeds / "atom.xml").read_bytes()
        assert answer.headers["etag"] == etag(answer.body)
        again = ask(url, "/feeds/atom.xml", headers=[("If-None-Match", answer.headers["etag"])])
        assert again.status == 304


def test_the_page_tells_each_difference() -> None:
    """Whoever chooses a server reads it there, not in the tests."""
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    named = {param.values[0].why for kind in ("nginx", "caddy") for param in exceptions(kind)}
    assert [why for why in sorted(named) if why not in page] == []


@pytest.mark.parametrize("server", [nginx, caddy], ids=["nginx", "caddy"])
def test_while_editions_come_no_etag_promises_more_than_its_answer_holds(
    server: Callable[[Path, Path], AbstractContextManager[str]], tmp_path: Path
) -> None:
    """An old feed under the ETag of a new one stays old for its reader until the next change."""
    needs(*(("nginx", "njs") if server is nginx else ("caddy",)))
    (tmp_path / "server").mkdir()
    outlet = Directory(tmp_path / "feeds", ("br", "etag", "gz", "zst"))
    editions = [f"<rss>{number:04}{chr(65 + number % 26) * 50_000}</rss>" for number in range(120)]
    numbers = {etag(text.encode()).strip('"'): at for at, text in enumerate(editions)}
    told: list[tuple[int, int]] = []

    def put(text: str) -> None:
        outlet.put("rss.xml", text.encode())
        outlet.publish()
        outlet.sync()

    def poll(coding: str) -> None:
        while not is_done.is_set():
            answer = ask(url, "/feeds/rss.xml", headers=[("Accept-Encoding", coding)])
            assert answer.status == 200
            held = int(decoded(answer)[5:9])
            # Where no ETag is laid yet, Caddy makes its own, of the file that it looked at.
            tag = answer.headers["etag"].strip('"').partition("-")[0]
            told.append((held, numbers.get(tag, held)))

    put(editions[0])
    is_done = Event()
    with server(tmp_path / "feeds", tmp_path / "server") as url, ThreadPoolExecutor(2) as pollers:
        polls = [pollers.submit(poll, coding) for coding in ("gzip", "")]
        for text in editions[1:]:
            put(text)
        is_done.set()
        for each in polls:
            each.result()
    assert len({held for held, _ in told}) > 10
    assert [(held, promised) for held, promised in told if held < promised] == []
