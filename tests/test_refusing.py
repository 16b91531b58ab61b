"""Who asks too often through our proxy is told to wait, by the server itself."""

from __future__ import annotations

from pathlib import Path

from http_suite import SITE, make_site
from markwire.serving.moderation import BURST
from servers import ANY, serving

PROXY = '[serve]\nproxies = ["127.0.0.0/8", "::1"]\n'


def test_what_would_be_a_304_is_never_refused(tmp_path: Path) -> None:
    """A reader that is refused has its feeds given up, with all of its host's."""
    site = make_site(tmp_path / "site")
    (site / "markwire.toml").write_text(SITE + PROXY, encoding="utf-8")
    with serving("serve", ANY, site=site) as server:
        far = {"X_Forwarded_For": "203.0.113.7"}
        first = server.get("/feeds/rss.xml", **far)
        statuses = [server.get("/feeds/rss.xml", **far).status for _ in range(int(BURST) * 2)]
        assert 429 in statuses
        for _ in range(20):
            refused = server.get("/feeds/rss.xml", **far)
            if refused.status == 429:
                break
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["cache-control"] == "no-store"
        poll = server.get("/feeds/rss.xml", If_None_Match=first.headers["etag"], **far)
        assert poll.status == 304
        assert server.get("/feeds/rss.xml", X_Forwarded_For="203.0.113.8").status == 200
