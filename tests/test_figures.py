"""Figures for the desk: feeds as they lie on disk, editions as they went."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.intake.watch import Batch
from markwire.model import FILE_NAMES, FORMATS
from markwire.outbox import Attempt, Target
from markwire.pipeline.listing import list_feeds
from markwire.pipeline.press import Press
from markwire.pipeline.telling.figures import tell_feeds, tell_pushes, tell_trends
from markwire.polls import Counts, Group, Polled, Tally
from markwire.views import EditionPoint, FeedsView, TrendsView
from newsroom import NOON, UNREADABLE, Newsroom, newsroom

__all__ = ["newsroom"]


def feeds(room: Newsroom, press: Press) -> FeedsView:
    with press.catalogue.batch():
        return tell_feeds(press.catalogue, press.site, room.now)


def trends(room: Newsroom, press: Press) -> TrendsView:
    with press.catalogue.batch():
        return tell_trends(press.catalogue, press.site, room.now)


def test_feeds_are_told_as_they_lie_on_disk(newsroom: Newsroom) -> None:
    """A size that is not the file's is worse than none."""
    newsroom.configure('[feeds.vide]\nwhere = { tag = "rien" }\n')
    for number in range(3):
        newsroom.write(f"{number}.md", title=f"T{number}", section="Économie", tags=["rail"])
    newsroom.write("d.md", title="D", section="Secret", draft=True)
    with newsroom.press() as press:
        newsroom.edition(press)
        rows = feeds(newsroom, press).rows
    listed = list_feeds(newsroom.site)
    assert [(row.key, row.title, row.entries) for row in rows] == [
        (feed.key, feed.title, entries) for feed, entries in listed
    ]
    assert [row.key for row in rows] == ["", "vide", "section/economie", "tag/rail"]
    for row in rows:
        for form in FORMATS:
            file = newsroom.feeds / row.key / FILE_NAMES[form]
            assert row.sizes[form] == file.stat().st_size
            assert row.addresses[form].endswith(f"/{FILE_NAMES[form]}")
        assert row.changed is not None
        assert row.entries == len(json.loads(file.read_bytes())["items"])


def test_a_feed_tells_who_asked_for_it(newsroom: Newsroom) -> None:
    """Its requests of the newsroom's day, and its subscribers as aggregators last stated them."""
    newsroom.write("a.md", title="A", section="Rail")
    today, before = "2026-05-04", "2026-05-02"
    main, rail = Polled(today, "", "rss"), Polled(before, "section/rail", "atom")
    tally = Tally(
        counts={main: Counts(unchanged=3, whole=2), rail: Counts(whole=7, sent=70)},
        stated={
            Group(main, "Feedly", 0): (1, 120),
            Group(Polled(today, "", "atom"), "Inoreader", 1): (1, 30),
            Group(rail, "Feedly", 0): (1, 4),
        },
        agents={(main, "Feedly"): 5, (rail, "Inoreader"): 4, (rail, "Feedly"): 3},
    )
    with newsroom.press() as press:
        newsroom.edition(press)
        with press.catalogue.batch():
            press.catalogue.take_polls("one", tally)
        rows = {row.key: (row.requests, row.subscribers) for row in feeds(newsroom, press).rows}
        told = trends(newsroom, press)
        days = [(each.day, each.requests) for each in told.polls]
    assert rows == {"": (5, 150), "section/rail": (0, 4)}
    assert days == [(before, 7), (today, 5)]
    assert [*told.clients.items()] == [("Feedly", 8), ("Inoreader", 4)]


def test_what_is_owed_and_what_was_sent_is_told_without_secrets(newsroom: Newsroom) -> None:
    """Whoever looks why a partner heard nothing sees it here."""
    away = Target("webhook", "https://p.example/secret?token=abc", "https://p.example/…")
    with newsroom.press() as press:
        catalogue, now = press.catalogue, newsroom.now
        with catalogue.batch():
            catalogue.keep_targets([away])
            catalogue.owe_push(away, "https://example.org/feeds/rss.xml", now)
            due = catalogue.due_pushes(away, now + timedelta(hours=1), limit=5)
            assert due.notices
            again = now + timedelta(minutes=1)
            attempt = Attempt(away, due.notices, now, "failed", "it answered 503", 12.5, again)
            catalogue.record_attempt(attempt)
        with catalogue.batch():
            view = tell_pushes(catalogue)
    assert [(each.target, each.attempts, each.last_answer) for each in view.owed] == [
        ("https://p.example/…", 1, "it answered 503")
    ]
    assert [(each.answer, each.is_delivered) for each in view.deliveries] == [
        ("it answered 503", False)
    ]
    assert "secret" not in repr(view)


def test_editions_that_changed_something_are_told_in_their_order(newsroom: Newsroom) -> None:
    """A chart of looks at an unchanged folder would show nothing else."""
    with newsroom.press() as press:
        newsroom.write("a.md", title="A")
        newsroom.edition(press)
        newsroom.now += timedelta(minutes=1)
        newsroom.edition(press)
        newsroom.write("b.md", title="B")
        newsroom.save("c.md", UNREADABLE)
        newsroom.now += timedelta(minutes=1)
        newsroom.edition(press, Batch(frozenset(["b.md", "c.md"])))
        found = trends(newsroom, press).editions
    told = [(each.when, each.changed, each.refused) for each in found]
    assert told == [(NOON, 1, 0), (NOON + timedelta(minutes=2), 1, 1)]
    assert all(each.milliseconds > 0 and each.written >= 5 for each in found)


def test_no_more_editions_are_kept_than_are_shown(tmp_path: Path) -> None:
    """A watch of years must not fill a disk with what nobody looks at."""
    catalogue = SqliteCatalogue(tmp_path / FILE_NAME)
    with catalogue.batch():
        for number in range(520):
            catalogue.record_edition(EditionPoint(NOON, float(number), 1, 1, 0))
    with catalogue.batch():
        kept = [each.milliseconds for each in catalogue.editions()]
        (rows,) = catalogue._db.execute("SELECT count(*) FROM editions").fetchone()
    catalogue.close()
    assert kept == [float(number) for number in range(20, 520)]
    assert rows == 500
