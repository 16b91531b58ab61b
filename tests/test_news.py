"""Just what is new in a feed, for clients that ask for no more (RFC 3229)."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from commands import run
from http_suite import make_site
from servers import ANY, Answer, Server, serving

ARTICLE = "---\ntitle: {title}\ndate: {date}\n---\n\n<item> & ]]> {title}\n"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def server(tmp_path: Path):
    site = make_site(tmp_path / "site")
    with serving("serve", ANY, site=site) as server:
        yield server


def titles(answer: Answer) -> list[str | None]:
    root = ElementTree.fromstring(answer.body)
    return [each.findtext("title") for each in root.iter("item")] + [
        each.findtext(f"{ATOM}title") for each in root.iter(f"{ATOM}entry")
    ]


def publish(server: Server, title: str, date: str = "2024-06-01") -> None:
    file = server.site / "content" / f"{title.lower()}.md"
    file.write_text(ARTICLE.format(title=title, date=date), encoding="utf-8")
    assert run("build", cwd=server.site).code == 0


@pytest.mark.parametrize("path", ["/feeds/rss.xml", "/feeds/atom.xml"])
def test_a_client_that_names_its_version_gets_what_is_new(server: Server, path: str) -> None:
    """A feed of fifty articles need not be sent for one."""
    first = server.get(path, A_IM="feed", If_None_Match='"none"')
    assert first.status == 200
    publish(server, "Neuf")
    news = server.get(path, A_IM="feed", If_None_Match=first.headers["etag"])
    whole = server.get(path)
    assert (news.status, news.headers["im"]) == (226, "feed")
    assert titles(news) == ["Neuf"]
    assert news.headers["etag"] == whole.headers["etag"]
    assert news.headers["delta-base"] == first.headers["etag"]
    assert news.headers["cache-control"] == "no-store, im"
    again = server.get(path, A_IM="feed", If_None_Match=news.headers["etag"])
    assert again.status == 304
    plain = server.get(path, If_None_Match=first.headers["etag"])
    assert (plain.status, plain.body) == (200, whole.body)


def test_an_entry_that_changed_is_new(server: Server) -> None:
    """A correction must reach those who have the article already."""
    publish(server, "Neuf")
    first = server.get("/feeds/rss.xml", A_IM="feed", If_None_Match='"none"')
    publish(server, "Neuf", "2024-06-02")
    news = server.get("/feeds/rss.xml", A_IM="feed", If_None_Match=first.headers["etag"])
    assert (news.status, titles(news)) == (226, ["Neuf"])


def test_a_version_that_nobody_knows_gets_everything(server: Server) -> None:
    """After a restart, for one: what a client lacks cannot be told."""
    publish(server, "Neuf")
    answer = server.get("/feeds/rss.xml", A_IM="feed", If_None_Match='"unknown"')
    assert answer.status == 200
    assert "im" not in answer.headers
    assert answer.body == (server.site / "feeds" / "rss.xml").read_bytes()
