"""What the real server answers is counted, and the watch beside it takes it in."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

import pytest

from commands import DEADLINE, run
from markwire.catalogue.sqlite import FILE_NAME
from newsroom import SITE
from servers import ANY, Server, serving

ARTICLE = "---\ntitle: Départ\ndate: 2024-05-04T12:00+05:00\ntags: [rail]\n---\n\nLe train part.\n"
FEEDLY = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers; )"
COUNTED = "SELECT feed, format, unchanged, whole, refused, sent FROM polls ORDER BY feed, format"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "content").mkdir(parents=True)
    (root / "content" / "depart.md").write_text(ARTICLE, encoding="utf-8")
    (root / "markwire.toml").write_text(f"{SITE}[each]\ntag = true\n", encoding="utf-8")
    assert run("build", cwd=root).code == 0
    return root


def counted(site: Path) -> list[tuple[object, ...]]:
    """Build once more, which takes in what lies there; give what is counted."""
    assert run("build", cwd=site).code == 0
    assert list((site / ".markwire" / "polls").iterdir()) == []
    with sqlite3.connect(site / ".markwire" / FILE_NAME) as db:
        rows = db.execute(COUNTED).fetchall()
    db.close()
    return rows


def poll(server: Server, path: str, agent: str = "x", **headers: str) -> tuple[int, int, str]:
    answer = server.get(path, User_Agent=agent, **headers)
    return answer.status, len(answer.body), answer.headers.get("etag", "")


def test_each_poll_is_counted_once_whichever_way_it_is_answered(site: Path) -> None:
    """Some answers are ready, others are looked for; none may be missed, or counted twice."""
    with serving("serve", ANY, site=site) as server:
        _, size, tag = poll(server, "/feeds/rss.xml", FEEDLY)
        for _ in range(3):
            assert poll(server, "/feeds/rss.xml", FEEDLY)[:2] == (200, size)
            assert poll(server, "/feeds/rss.xml", FEEDLY, If_None_Match=tag)[0] == 304
        _, packed, _ = poll(server, "/feeds/rss.xml", Accept_Encoding="gzip")
        assert server.get("/feeds/rss.xml", method="HEAD").status == 200
        _, json_size, _ = poll(server, "/feeds/tag/rail/feed.json")
        for path in ("/feeds/nothing/rss.xml", "/feeds/articles/depart.json", "/feeds/"):
            poll(server, path, FEEDLY)
        server.stop()
    assert counted(site) == [
        ("", "rss", 3, 6, 0, 4 * size + packed),
        ("tag/rail", "json", 0, 1, 0, json_size),
    ]
    assert counted(site)[0][2] == 3


def test_health_and_counts_of_a_watch_that_serves(site: Path) -> None:
    """What a load balancer asks, in the arrangement that most will have."""
    with serving("watch", "--serve", ANY, site=site) as server:
        end = time.monotonic() + DEADLINE
        while True:
            try:
                answer = server.get("/healthz")
            except OSError:  # The server is still coming up.
                assert time.monotonic() < end
                time.sleep(0.01)
                continue
            break
        told = json.loads(answer.body)
        assert answer.status == 200
        assert (told["well"], told["running"], told["answers"]) == (True, True, True)
        assert answer.headers["cache-control"] == "no-store"
        poll(server, "/feeds/rss.xml", FEEDLY)
        server.stop()
    with sqlite3.connect(site / ".markwire" / FILE_NAME) as db:
        (rows,) = db.execute("SELECT count(*) FROM polls").fetchall()
    db.close()
    lying = len(list((site / ".markwire" / "polls").glob("*.json")))
    assert rows[0] + lying == 1
