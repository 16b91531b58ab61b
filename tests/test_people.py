"""What people see who open a feed, and what is answered while there is nothing, or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import run
from http_suite import SITE, make_site
from servers import ANY, Server, serving

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MOVED = '[serve.moved]\n"tag/train" = "section/transport"\nvieux = "main"\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    site = make_site(tmp_path_factory.mktemp("people"))
    (site / "markwire.toml").write_text(SITE + MOVED, encoding="utf-8")
    with serving("serve", ANY, site=site) as server:
        yield server


def test_the_root_leads_to_the_page_of_all_feeds(server: Server) -> None:
    """The address that ``make run`` says is what people open first."""
    assert server.get("/").headers["location"] == "/feeds/"
    page = server.get("/feeds/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.body == (server.site / "feeds" / "index.html").read_bytes()


@pytest.mark.parametrize("path", ["rss.xml", "section/transport/atom.xml", "feed.json"])
def test_who_opens_a_feed_in_a_browser_gets_its_page(server: Server, path: str) -> None:
    """Browsers show XML raw; partners must get it plain all the same."""
    page = server.site / "feeds" / Path(path).with_name("index.html")
    opened = server.get(f"/feeds/{path}", Accept=FIREFOX, Sec_Fetch_Dest="document")
    assert opened.body == page.read_bytes()
    assert opened.headers["content-type"] == "text/html; charset=utf-8"
    plain = server.get(f"/feeds/{path}", Accept="*/*")
    assert plain.body == (server.site / "feeds" / path).read_bytes()
    for answer in (opened, plain):
        varies = {each.strip() for each in answer.headers["vary"].split(",")}
        assert varies == {"Accept", "Accept-Encoding", "Sec-Fetch-Dest"}
    again = server.get(f"/feeds/{path}", Accept=FIREFOX, If_None_Match=opened.headers["etag"])
    assert again.status == 304
    other = server.get(f"/feeds/{path}", Accept=FIREFOX, If_None_Match=plain.headers["etag"])
    assert (other.status, other.body) == (200, opened.body)


def test_a_feed_that_moved_says_where_to(server: Server) -> None:
    """Subscribers follow by themselves, and for good."""
    for old, new in (
        ("tag/train/rss.xml", "section/transport/rss.xml"),
        ("tag/train/feed.json", "section/transport/feed.json"),
        ("vieux/atom.xml", "atom.xml"),
    ):
        answer = server.get(f"/feeds/{old}")
        place = f"https://example.org/feeds/{new}"
        assert (answer.status, answer.headers["location"]) == (301, place)
    assert server.get("/feeds/tag/train/autre.xml").status == 404


def test_a_folder_without_its_slash_leads_to_its_page(server: Server) -> None:
    """People cut addresses short."""
    answer = server.get("/feeds/section/transport")
    assert (answer.status, answer.headers["location"]) == (301, "/feeds/section/transport/")


def test_until_there_is_an_edition_clients_are_told_to_come_back(tmp_path: Path) -> None:
    """A 404 would have aggregators give the feed up."""
    (tmp_path / "content").mkdir()
    (tmp_path / "markwire.toml").write_text(SITE, encoding="utf-8")
    with serving("serve", ANY, site=tmp_path) as server:
        answer = server.get("/feeds/rss.xml")
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert answer.headers["cache-control"] == "no-store"
        assert run("build", cwd=tmp_path).code == 0
        assert server.get("/feeds/rss.xml").status == 200
