"""The page of promises is true: what it names is there, and it names all that can go wrong."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hubs import hub
from newsroom import SITE, Newsroom
from newsroom import newsroom as newsroom
from torture.table import TORMENTS

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "promises.md").read_text(encoding="utf-8")
ROWS = {
    int(match[1]): match[0] for match in re.finditer(r"^\| (\d+) \|.*$", PAGE, flags=re.MULTILINE)
}
FAILURES = 60

# Builds, and gives each connection that was opened, to whatever.
AUDITED = """
import json, sys
from pathlib import Path
seen = []
def hear(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "sqlite3.connect"):
        seen.append([event, str(arguments[-1] if "socket" in event else arguments[0])])
sys.addaudithook(hear)
from markwire import build, load_site
build(load_site(Path(sys.argv[1])), workers=2)
print(json.dumps(seen))
"""


def audited(room: Newsroom) -> list[list[str]]:
    done = subprocess.run(
        (sys.executable, "-c", AUDITED, str(room.root)), capture_output=True, text=True, check=True
    )
    seen: list[list[str]] = json.loads(done.stdout)
    return seen


def test_every_failure_has_a_row() -> None:
    """What is left out of the table is what will happen."""
    assert sorted(ROWS) == list(range(1, FAILURES + 1))


def test_every_row_names_a_test_a_torment_or_a_reason() -> None:
    """A row that names nothing promises nothing."""
    for number, row in ROWS.items():
        *_, torments, tests = [cell.strip() for cell in row.strip("|").split("|")]
        assert "`" in torments + tests or "not here" in tests, number


def test_every_test_that_is_named_is_there() -> None:
    """A test that is renamed takes its promise along."""
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)
    files = {path.name: path for path in (*TESTS.glob("*.py"), *TESTS.glob("e2e/*.py"))}
    written = {
        (name, node.name)
        for name in {name for name, _ in named}
        for node in ast.parse(files[name].read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert sorted(set(named) - written) == []


def test_torments_and_rows_name_each_other() -> None:
    """Neither the table of torments nor the page can forget the other."""
    known = {torment.name: set(torment.rows) for torment in TORMENTS}
    named: dict[str, set[int]] = {name: set() for name in known}
    for number, row in ROWS.items():
        for name in re.findall(r"`([a-z0-9-]+)`", row.strip("|").split("|")[-2]):
            named[name].add(number)
    assert named == known


ARTICLE = "![P](http://127.0.0.1:9/p.png) [l](http://localhost:9/)"


def connections(room: Newsroom) -> list[str]:
    """What a build connects to; processes are started through sockets that are files."""
    sockets = [address for event, address in audited(room) if event.startswith("socket")]
    return [address for address in sockets if address.startswith("(")]


def test_nothing_opens_a_connection(newsroom: Newsroom) -> None:
    """Not to a picture's server, not to whatever an article names, and no hub is there to tell."""
    newsroom.write("a.md", ARTICLE, title="A")
    assert connections(newsroom) == []
    assert newsroom.headlines() == ["A"]


@pytest.mark.parametrize("private", [True, False])
def test_only_what_the_configuration_names_is_gone_to(newsroom: Newsroom, private: bool) -> None:
    """A hub, and no other; nor even that where it would lead behind the wall."""
    with hub() as opened:
        newsroom.configure(
            '[push]\nprivate = ["127.0.0.1"]\n' if private else "",
            site=f'{SITE}hubs = ["{opened.url}"]\n',
        )
        newsroom.write("a.md", ARTICLE, title="A")
        found = {address for event, address in audited(newsroom) if event == "socket.connect"}
        found = {address for address in found if address.startswith("(")}
        assert found == ({f"('127.0.0.1', {opened.port})"} if private else set())
        assert len(opened.all()) == (3 if private else 0)
    assert newsroom.headlines() == ["A"]


def test_one_room_opens_the_catalogue(newsroom: Newsroom) -> None:
    """SQLite up to 3.51.2 may corrupt a log that two connections write."""
    newsroom.write("a.md", title="A")
    opened = [address for event, address in audited(newsroom) if event == "sqlite3.connect"]
    assert opened == [str(newsroom.state / "catalogue.sqlite")]
