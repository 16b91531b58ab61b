"""What is remembered: by version, whole or not at all, and found by index."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import sqlite3
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from markwire.catalogue.lock import lock
from markwire.catalogue.schema import APPLICATION, VERSION
from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.errors import CatalogueError
from markwire.intake.watch import Batch
from markwire.pipeline import Edition
from newsroom import Newsroom
from newsroom import newsroom as newsroom

# What is small, or looked through only when everything is.
_MAY_BE_SCANNED = {"settings", "feeds", "problems", "defaults", "targets"}


def test_a_new_catalogue_bears_our_mark_and_version(tmp_path: Path) -> None:
    """Another program, and another Markwire, must know it for what it is."""
    SqliteCatalogue(tmp_path / FILE_NAME).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        found = [
            db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "journal_mode")
        ]
    db.close()
    assert found == [APPLICATION, VERSION, "wal"]


def test_a_batch_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    """Half a batch would be feeds that nobody owes."""
    catalogue = SqliteCatalogue(tmp_path / FILE_NAME)

    with catalogue.batch():
        catalogue.set("kept", "1")
    with suppress(KeyboardInterrupt), catalogue.batch():
        catalogue.set("kept", "2")
        catalogue.set("lost", "3")
        raise KeyboardInterrupt
    assert (catalogue.setting("kept"), catalogue.setting("lost")) == ("1", "")
    catalogue.close()


def test_faults_of_the_file_are_told_as_ours(tmp_path: Path) -> None:
    """A command must end with a sentence, whatever SQLite says."""
    (tmp_path / "state").write_text("a file, where a folder should be")
    with pytest.raises(CatalogueError, match="state"):
        SqliteCatalogue(tmp_path / "state" / FILE_NAME)


def test_no_query_on_the_way_of_a_change_looks_through_a_whole_table(
    newsroom: Newsroom,
) -> None:
    """The cost of a change must not grow with the archive."""
    newsroom.configure("[each]\nauthor = true\n")
    for number in range(3):
        newsroom.write(f"{number}.md", "Voir [1](1.md).", title=f"T{number}", tags=["rail"])
    newsroom.build()
    asked: list[str] = []
    with newsroom.press() as press:
        db = press._catalogue._db  # type: ignore[attr-defined]
        db.set_trace_callback(asked.append)
        newsroom.write("1.md", "Autre texte.", title="T1", tags=["rail", "fret"])
        newsroom.edition(press, Batch(frozenset(["1.md"])))
        press.seconds_until_due()
        db.set_trace_callback(None)
        queries = {query for query in asked if re.match(r"\s*(SELECT|UPDATE|DELETE)", query)}
        plans = {
            (query, step[3])
            for query in queries
            for step in db.execute(f"EXPLAIN QUERY PLAN {query}")
        }
    assert len(queries) > 20
    scans = {
        (query, step)
        for query, step in plans
        if (match := re.match(r"SCAN (\w+)", step))
        and match[1] not in _MAY_BE_SCANNED
        # A partial index holds only the rows that the query is after.
        and "USING" not in step
        and match[1] != "CONSTANT"
    }
    assert scans == set()


def _asked(newsroom: Newsroom, *paths: str) -> tuple[list[str], int, Edition]:
    """Make the edition of these paths; give its statements, and the steps that SQLite took."""
    asked: list[str] = []
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    with newsroom.press() as press:
        db = press._catalogue._db  # type: ignore[attr-defined]
        db.set_trace_callback(asked.append)
        db.set_progress_handler(step, 10)
        edition = newsroom.edition(press, Batch(frozenset(paths)))
        press.seconds_until_due()
    return asked, steps, edition


WINDOW_QUERY = "FROM memberships AS m JOIN articles"


@pytest.mark.parametrize(
    ("path", "headline", "feeds"),
    [
        pytest.param("0.md", "Autre titre", {"", "section/transport", "tag/rail"}, id="newest"),
        pytest.param("new.md", "Neuf", {"", "section/transport", "tag/rail"}, id="new"),
        pytest.param("30.md", "Autre titre", set(), id="below every window"),
    ],
)
def test_a_change_asks_as_much_of_a_large_archive_as_of_a_small_one(
    path: str, headline: str, feeds: set[str], tmp_path: Path
) -> None:
    """Rows are touched in proportion to the windows, and the rest of the archive is not."""
    found = []
    for size in (40, 400):
        room = Newsroom(tmp_path / str(size), "[feeds.main]\nlimit = 10\n")

        def write(name: str, title: str, minutes: int, room: Newsroom = room) -> None:
            when = (room.now - timedelta(days=1, minutes=minutes)).isoformat()
            room.write(name, title=title, date=when, section="Transport", tags=["rail"])

        for number in range(size):
            write(f"{number}.md", f"T{number}", number)
        room.build()
        write(path, headline, 30 if path == "30.md" else 0)
        asked, steps, edition = _asked(room, path)
        looked_at = sum(WINDOW_QUERY in query for query in asked)
        pages = {name for name in edition.written if name.startswith("articles/")}
        written = {name.rpartition("/")[0] for name in edition.written} - {"articles"}
        assert (written, len(pages)) == (feeds, 2)
        found.append((len(asked), looked_at, steps))
    (few, windows, steps), (many, same, more) = found
    assert (few, windows) == (many, same)
    assert windows == len(feeds)
    assert more <= 1.1 * steps


def test_a_disk_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network file systems refuse them: two Markwires would then tear the catalogue."""

    def refusing(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refusing)
    with pytest.raises(CatalogueError, match="No locks available; put"), lock(tmp_path):
        pass
