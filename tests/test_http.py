"""Our own server answers the suite of requests; ``http_suite`` says what the cases are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from http_suite import Case, cases, check, make_site
from servers import ANY, Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    site = make_site(tmp_path_factory.mktemp("http"))
    with serving("serve", ANY, site=site) as server:
        yield server


@pytest.mark.parametrize("case", cases("markwire"))
def test_the_suite_of_requests(server: Server, case: Case) -> None:
    """Whoever polls finds on our server what RFC 9110 promises, and the same as on any other."""
    check(case, server.url, server.site / "feeds")
