"""Feeds first, the archive in slices between changes, and what was written kept standing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from markwire import executors
from markwire.catalogue.recent import Recent
from markwire.catalogue.sqlite import FILE_NAME
from markwire.errors import CatalogueError
from markwire.executors import Workers
from markwire.intake.watch import Batch, watch
from markwire.pipeline import press as presses
from markwire.pipeline import publishing, recording, standing
from newsroom import EVERYTHING, Newsroom
from newsroom import newsroom as newsroom

NOTHING = Batch()
LIMIT = "[feeds.main]\nlimit = 3\n[each]\ntag = false\nsection = false\n"


@pytest.fixture
def archive(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """Twelve articles, of which a window holds three, and slices of two."""
    monkeypatch.setattr(publishing, "_SLICE", 2)
    monkeypatch.setattr(presses, "_SLICE", 0.0)
    newsroom.configure(LIMIT)
    for number in range(12):
        when = (newsroom.now - timedelta(days=1 + number)).isoformat()
        newsroom.write(f"a{number}.md", title=f"T{number}", date=when)
    return newsroom


def test_feeds_stand_before_the_archive_and_a_change_is_published_in_between(
    archive: Newsroom,
) -> None:
    """An editor must not wait for ten thousand pages."""
    with archive.press() as press:
        first = press.step(EVERYTHING, archive.now)
        assert first is not None
        assert archive.headlines() == ["T0", "T1", "T2"]
        assert press.is_behind()
        assert len(archive.slugs()) < 12
        archive.write("new.md", title="Neuf", date=(archive.now - timedelta(hours=1)).isoformat())
        change = press.step(Batch(frozenset(["new.md"])), archive.now)
        assert change is not None
        assert archive.headlines() == ["Neuf", "T0", "T1"]
        assert press.is_behind()
        told = [press.step(NOTHING, archive.now) for _ in range(40)]
        assert not press.is_behind()
        assert [edition for edition in told if edition and edition.written] != []
    assert len(archive.slugs()) == 13
    before = archive.files()
    archive.lose_catalogue()
    archive.build()
    assert archive.files() == before


def test_what_is_stale_when_it_comes_is_not_published(
    archive: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article is edited while its page is being composed from the text before."""
    monkeypatch.setattr(executors, "WORTH_PROCESSES", 1)
    with archive.press(workers=2) as press:
        press.step(EVERYTHING, archive.now)
        assert press.is_behind()  # What is left of the archive is being composed elsewhere.
        when = (archive.now - timedelta(days=12)).isoformat()
        archive.write("a11.md", "Le texte neuf.", title="T11", date=when)
        press.step(Batch(frozenset(["a11.md"])), archive.now)
        while press.is_behind():
            press.step(NOTHING, archive.now)
    assert "Le texte neuf." in archive.page("a11")


def test_a_batch_that_could_not_be_recorded_is_not_forgotten(
    archive: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watcher names a file once; a full disk at that moment must not lose it."""
    with archive.press() as press:
        archive.edition(press)
        archive.write("new.md", title="Neuf", date=archive.now.isoformat())
        with monkeypatch.context() as broken:
            broken.setattr(recording.Recorder, "record", failing)
            with pytest.raises(CatalogueError):
                press.step(Batch(frozenset(["new.md"])), archive.now)
        press.step(NOTHING, archive.now)
    assert archive.headlines()[0] == "Neuf"


def failing(*_: object, **__: object) -> None:
    raise CatalogueError("the disk is full")


def test_a_folder_deleted_while_watching_is_written_again(newsroom: Newsroom) -> None:
    """Somebody tidies up on the server; the next change must not fail for ever."""
    newsroom.configure("[each]\ntag = true\n")
    newsroom.write("a.md", "Un.", title="Un", tags=["rail"])
    with newsroom.press() as press:
        newsroom.edition(press)
        before = newsroom.files()
        shutil.rmtree(newsroom.feeds / "tag")
        shutil.rmtree(newsroom.feeds / "articles")
        newsroom.write("a.md", "Un, deux.", title="Un", tags=["rail"])
        newsroom.edition(press, Batch(frozenset(["a.md"])))
    assert newsroom.files().keys() == before.keys()


def test_an_archive_that_was_cut_short_is_finished_by_the_next_build(archive: Newsroom) -> None:
    """The power may fail at any page."""
    with archive.press() as press:
        press.step(EVERYTHING, archive.now)
    assert len(archive.slugs()) < 12
    archive.build()
    assert len(archive.slugs()) == 12


def test_a_folder_of_many_is_read_by_processes_to_the_same_bytes(
    archive: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many processes there are is the machine's business, not the readers'."""
    archive.write("copie.md", title="T0", id="un-id")
    archive.write("double.md", title="Double", id="un-id")
    archive.write("mauvais.md", title=["pas", "un", "titre"])
    archive.build()
    expected = archive.files()
    monkeypatch.setattr(recording, "_WORTH_WORKERS", 1)
    monkeypatch.setattr(recording, "_TOGETHER", 2)
    other = Newsroom(tmp_path / "other", LIMIT)
    for path in sorted(archive.content.iterdir()):
        other.save(path.name, path.read_bytes())
        os.utime(other.content / path.name, ns=(path.stat().st_mtime_ns,) * 2)
    with monkeypatch.context() as patch:
        patch.setattr("newsroom.Workers", lambda _count: Workers(2))
        other.build()
    assert other.files() == expected


def test_pages_altered_in_place_are_mended_by_and_by(
    archive: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look takes some of the archive; going round, none is forgotten."""
    archive.build()
    before = archive.files()
    monkeypatch.setattr(standing, "_ROUND", 5)
    for slug in archive.slugs():
        (archive.feeds / "articles" / f"{slug}.html").write_bytes(b"")
    looks = [len(archive.build().written) for _ in range(8)]
    assert max(looks) < 12
    assert archive.files() == before


def test_pages_that_came_or_went_are_seen_at_once(
    archive: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder's own time tells."""
    archive.build()
    before = archive.files()
    monkeypatch.setattr(standing, "_ROUND", 1)
    (archive.feeds / "articles" / "a7.html").unlink()
    assert archive.build().written == ("articles/a7.html",)
    assert archive.files() == before


def test_a_fragment_that_the_disk_spoilt_does_not_go_live(archive: Newsroom) -> None:
    """It was judged when it was made; what is read back must be what was judged."""
    archive.build()
    before = archive.files()
    with sqlite3.connect(archive.state / FILE_NAME) as db:
        db.execute("UPDATE fragments SET rss = CAST(replace(rss, '<item>', '<itm>') AS BLOB)")
    db.close()
    archive.write("new.md", title="Neuf")
    with pytest.raises(CatalogueError, match="not as they were written"):
        archive.build()
    assert (archive.feeds / "rss.xml").read_bytes() == before["rss.xml"]


def test_what_was_longest_unused_is_forgotten_first() -> None:
    """Memory is bounded, whatever the number of feeds."""
    recent = Recent(limit=30)
    for number in range(3):
        recent.put(number, "full", {"rss": b"0123456789"})
    assert recent.get(0, "full") is not None
    recent.put(3, "full", {"rss": b"0123456789"})
    assert [recent.get(number, "full") is None for number in range(4)] == [
        False, True, False, False,
    ]  # fmt: skip
    recent.put(9, "full", {"rss": b"0" * 40})
    assert all(recent.get(number, "full") is None for number in (0, 2, 3, 9))


def test_a_watch_with_other_work_yields_batches_of_nothing(tmp_path: Path) -> None:
    """Between two changes there is an archive to go on with."""
    stop = threading.Event()
    batches = watch(tmp_path, stop=stop, busy=lambda: True)
    first, *others = [next(batches) for _ in range(4)]
    stop.set()
    batches.close()  # type: ignore[attr-defined]
    assert first.everything
    assert others == [NOTHING] * 3
