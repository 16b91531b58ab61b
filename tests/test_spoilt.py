"""A catalogue that a disk has spoilt, or that is not ours: what becomes of it and of GUIDs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from commands import run, watching
from markwire.catalogue.schema import APPLICATION, VERSION
from markwire.catalogue.sqlite import FILE_NAME
from newsroom import Newsroom
from newsroom import newsroom as newsroom

CASES = Path(__file__).parent / "cases" / "catalogue"
Spoiling = Callable[[Newsroom], None]


@pytest.fixture
def published(newsroom: Newsroom) -> Newsroom:
    """A newsroom with one article out, whose file has had another name and date since."""
    newsroom.write("before.md", title="A")
    newsroom.build()
    newsroom.rename("before.md", "a.md")
    newsroom.touch("a.md", newsroom.now)
    newsroom.now += timedelta(days=1)
    newsroom.build()
    return newsroom


def change(room: Newsroom, *statements: str) -> None:
    with sqlite3.connect(room.state / FILE_NAME) as db:
        for each in statements:
            db.execute(each)
    db.close()


def anothers(room: Newsroom) -> None:
    (room.state / FILE_NAME).unlink()
    change(room, "PRAGMA application_id = 7", "CREATE TABLE books (title)")


def of_the_future(room: Newsroom) -> None:
    change(room, "PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (of_the_future, "is of version 99, and this Markwire reads version"),
        (anothers, "is no catalogue of Markwire"),
    ],
)
def test_a_catalogue_that_we_do_not_know_is_left_as_it_is(
    make: Spoiling, said: str, published: Newsroom
) -> None:
    """It may be all that another program, or a later Markwire, knows."""
    make(published)
    before = (published.state / FILE_NAME).read_bytes()
    result = run("build", cwd=published.root)
    assert (result.code, said in result.err) == (3, True)
    assert (published.state / FILE_NAME).read_bytes() == before
    assert published.headlines() == ["A"]


def overwritten(room: Newsroom) -> None:
    (room.state / FILE_NAME).write_bytes(b"this was never a database" * 400)


def cut_off(room: Newsroom) -> None:
    path = room.state / FILE_NAME
    path.write_bytes(path.read_bytes()[:9000])


def with_another_header(room: Newsroom) -> None:
    change(room, "PRAGMA application_id = 7")


def with_an_empty_page(room: Newsroom) -> None:
    """The one that says which articles there are."""
    with sqlite3.connect(room.state / FILE_NAME) as db:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'articles'"
        (number,) = db.execute(query).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    db.close()
    with (room.state / FILE_NAME).open("r+b") as file:
        file.seek((number - 1) * size)
        file.write(bytes(size))


def with_another_guid(room: Newsroom) -> None:
    """No page is broken: only the seal tells."""
    change(room, "UPDATE articles SET guid = 'tag:example.org,2026:other', composed = 0")


def with_other_fragments(room: Newsroom) -> None:
    spoilt = "UPDATE fragments SET rss = CAST(replace(rss, 'Texte', 'Autre') AS BLOB)"
    change(room, spoilt, "UPDATE feeds SET owed = 1")


def of_an_early_version(room: Newsroom) -> None:
    change(room, "PRAGMA user_version = 2")


SPOILT = (
    overwritten,
    cut_off,
    with_another_header,
    with_an_empty_page,
    with_another_guid,
    with_other_fragments,
    of_an_early_version,
)


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_spoilt_catalogue_is_set_aside_by_name_and_made_again(
    spoil: Spoiling, published: Newsroom
) -> None:
    """With every GUID and date as readers know them, and without anybody's hand."""
    before = published.feed().items
    spoil(published)
    published.write("b.md", title="B", date="2026-05-01")
    result = run("build", cwd=published.root)
    (aside,) = published.state.glob("catalogue-spoilt-*.sqlite")
    assert (result.code, result.err.count(aside.name)) == (0, 1)
    assert [item for item in published.feed().items if item.headline == "A"] == list(before)
    assert sorted(published.headlines()) == ["A", "B"]
    assert run("build", cwd=published.root).err == ""


def test_a_watch_goes_on_with_a_new_catalogue(published: Newsroom) -> None:
    """The disk is found bad in the middle of the day, with the watch running since Monday."""
    with watching(published.root) as watch:
        with_other_fragments(published)
        published.write("b.md", title="B", date="2026-05-01")
        watch.until("articles/b.html")
        guids = {item.headline: item.guid for item in published.feed().items}
        code, said = watch.stop()
    assert (code, said.count("catalogue-spoilt-")) == (0, 1)
    assert (guids["A"], sorted(guids)) == ("tag:example.org,2026-05-04:before", ["A", "B"])


def make_older(path: Path) -> None:
    """Put all that a catalogue holds into one of version 5."""
    path.rename(path.with_name("now.sqlite"))
    db = sqlite3.connect(path)
    db.execute("ATTACH ? AS now", (str(path.with_name("now.sqlite")),))
    db.executescript((CASES / "version-5.sql").read_text(encoding="utf-8"))
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute("PRAGMA user_version = 5")
    tables = db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
        db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")
    db.commit()
    db.close()


def test_a_catalogue_of_the_version_before_is_renewed(published: Newsroom) -> None:
    """An upgrade must not cost a newsroom what only its catalogue knows."""
    before = published.files()
    ledger = published.ledger()
    make_older(published.state / FILE_NAME)
    result = run("build", cwd=published.root)
    assert (result.code, result.err) == (0, "")
    assert published.files() == before
    assert published.ledger() == ledger
    with sqlite3.connect(published.state / FILE_NAME) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
    db.close()
    assert not list(published.state.glob("catalogue-spoilt-*"))


def test_a_lost_catalogue_and_an_empty_folder_together_withdraw_nothing(
    newsroom: Newsroom,
) -> None:
    """The machine was set up anew, and its share is not mounted yet."""
    for number in range(6):
        newsroom.write(f"d/{number}.md", title=f"Le {number}", date=f"2026-04-0{number + 1}")
    newsroom.build()
    before = newsroom.files()
    newsroom.lose_catalogue()
    away = newsroom.root / "away"
    (newsroom.content / "d").rename(away)
    result = run("build", cwd=newsroom.root)
    assert (result.code, "6 of the 6 published articles have no file" in result.err) == (3, True)
    assert newsroom.files() == before
    away.rename(newsroom.content / "d")
    assert run("build", cwd=newsroom.root).code == 0
    assert newsroom.files() == before
    newsroom.lose_catalogue()
    (newsroom.content / "d").rename(away)
    assert run("confirm", cwd=newsroom.root).code == 0
    assert newsroom.headlines() == []
    assert len(newsroom.tombstones()) == 6
