"""Nothing that is not to be seen yet, or any more, stands in any byte below ``feeds/``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from markwire.errors import FolderError
from markwire.intake.watch import Batch
from markwire.model import Site
from markwire.pipeline import clock as clocks
from markwire.pipeline import composing, pages
from markwire.pipeline.composing import Order
from newsroom import EVERYTHING, PNG, SITE, Newsroom, newsroom

__all__ = ["newsroom"]

CANARIES = (
    "canari-titre",
    "canari-chapo",
    "canari-corps",
    "canari-slug",
    "canari-tag",
    "canari-section",
    "canari-auteur",
    "canari-image",
    "canari-fichier",
    "canari-id",
    "canari-droits",
    "canari-legende",
)
HIDDEN: dict[str, dict[str, object]] = {
    "draft": {"draft": True},
    "future date": {"date": "2026-05-04T12:00:01Z"},
    "embargo": {"date": "2026-05-01", "embargo": "2026-05-04T12:00:01Z"},
    "expired": {"date": "2026-05-01", "expires": "2026-05-04T12:00:00Z"},
}
hidden = pytest.mark.parametrize("front", HIDDEN.values(), ids=HIDDEN.keys())


def write_canary(newsroom: Newsroom, **front: object) -> None:
    newsroom.save("canari-image.png", PNG)
    newsroom.write(
        "canari-fichier.md",
        "canari-corps ![canari-legende](canari-image.png)",
        title="canari-titre",
        summary="canari-chapo",
        slug="canari-slug",
        tags=["canari-tag"],
        section="canari-section",
        authors=["canari-auteur"],
        rights="canari-droits",
        id="canari-id",
        image={"src": "canari-image.png", "caption": "canari-legende"},
        **front,
    )


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """A newsroom with every kind of feed, where one article is out and links to the canary."""
    newsroom.configure(
        "[each]\nsection = true\ntag = true\nauthor = true\nlanguage = true\n"
        "[feeds.choix]\nwhere = { tag = 'canari-tag' }\n"
    )
    newsroom.write("b.md", "Lire [la suite](canari-fichier.md).", title="Deux", date="2026-05-01")
    return newsroom


@hidden
def test_no_byte_below_feeds_tells_of_an_article_that_is_not_to_be_seen(
    room: Newsroom, front: dict[str, object]
) -> None:
    """One leaked word breaks an embargo."""
    write_canary(room, **front)
    room.build()
    assert room.holds(CANARIES) == []
    assert room.headlines() == ["Deux"]
    assert room.media() == []
    # The canaries can be found: this is the same article, to be seen.
    write_canary(room, date="2026-05-01")
    room.build()
    assert set(CANARIES) - set(room.holds(CANARIES)) == {"canari-fichier"}


@hidden
def test_an_article_taken_back_leaves_nothing_but_its_feeds(
    room: Newsroom, front: dict[str, object]
) -> None:
    """Pages and pictures go at once; a feed that people may read stays, without the article.

    What readers knew it by stays too, for it must be known again: its address and its GUID.
    """
    write_canary(room, date="2026-05-01")
    room.build()
    write_canary(room, **front)
    room.change("canari-fichier.md")
    assert room.headlines() == ["Deux"]
    assert room.slugs() == ["b"]
    assert room.media() == []
    titles_of_feeds = {"canari-tag", "canari-section", "canari-auteur"}
    assert set(room.holds(CANARIES)) == {*titles_of_feeds, "canari-slug", "canari-id"}
    # … and nothing of it comes back with a clean build.
    files = room.files()
    room.lose_catalogue()
    room.build()
    assert room.files() == files


@hidden
def test_an_article_taken_back_and_released_again_is_whole_again(
    room: Newsroom, front: dict[str, object]
) -> None:
    """It is the same article, with its page, its picture and its GUID."""
    write_canary(room, date="2026-05-01")
    room.build()
    before = room.files()
    write_canary(room, **front)
    room.build()
    write_canary(room, date="2026-05-01")
    room.build()
    assert room.files() == before


@pytest.mark.parametrize("front", [HIDDEN["future date"], HIDDEN["embargo"]])
def test_a_scheduled_article_appears_when_its_time_has_come(
    room: Newsroom, front: dict[str, object]
) -> None:
    """Without anybody saving a file; early never."""
    write_canary(room, **front)
    room.build()
    assert room.wait(seconds=0.999).changed == 0
    assert room.holds(CANARIES) == []
    edition = room.wait(seconds=0.001)
    assert (edition.read, edition.changed) == (0, 1)
    assert room.headlines() == ["canari-titre", "Deux"]
    assert room.feed().items[0].published == datetime(2026, 5, 4, 12, 0, 1, tzinfo=UTC)
    assert len(room.media()) == 1
    assert "canari-slug.html" in room.page("b")


def test_an_expired_article_disappears_when_its_time_is_over(room: Newsroom) -> None:
    """Rights in a picture or an agency's text end at an hour, not when somebody is in."""
    write_canary(room, date="2026-05-01", expires="2026-05-04T13:00:00Z")
    room.build()
    assert room.wait(minutes=59, seconds=59).changed == 0
    assert room.headlines() == ["canari-titre", "Deux"]
    edition = room.wait(seconds=1)
    assert (edition.read, edition.changed) == (0, 1)
    assert room.headlines() == ["Deux"]
    assert room.slugs() == ["b"]
    assert room.media() == []


def test_an_article_that_waits_is_not_due_before(room: Newsroom) -> None:
    """What is asked ten times a second must know that there is nothing to do, and when there is."""
    room.now = datetime.now(UTC).replace(microsecond=0)
    write_canary(room, date=(room.now + timedelta(hours=1)).isoformat())
    with room.press() as press:
        room.edition(press)
        wait = press.seconds_until_due()
        assert wait is not None
        assert 3500 < wait <= 3600
        room.now += timedelta(hours=1)
        room.edition(press)
        # By the machine's clock it is out too early: it is taken back.
        assert press.seconds_until_due() == 0


def test_what_cannot_be_read_when_it_is_due_is_published_once_it_can_be(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share hangs at six o'clock; at seven no file has changed, and the article must be out."""
    write_canary(room, date="2026-05-04T13:00:00Z")
    with room.press() as press:
        room.edition(press)
        room.now += timedelta(hours=1)
        with monkeypatch.context() as patch:
            patch.setattr(composing.folder, "read", unreadable)
            press.edition(Batch(), room.now)
            assert room.headlines() == ["Deux"]
        press.edition(EVERYTHING, room.now)
        assert room.headlines() == ["canari-titre", "Deux"]
        before = room.states()
        press.edition(EVERYTHING, room.now)
        assert room.states() == before


def test_what_cannot_be_read_for_a_moment_is_in_its_feeds_as_it_is_on_its_page(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive came to it a moment later; its feed named a picture that was removed by then."""
    room.save("carte.png", PNG)
    room.write("b.md", "![Carte](carte.png)", title="Deux")
    room.build()
    room.save("carte.png", PNG + b"new")
    times, compose = iter(range(1)), pages.compose_file

    def hangs_once(order: Order, *, site: Site) -> object:
        return compose(order, site=site) if next(times, None) is None else None

    monkeypatch.setattr(pages, "compose_file", hangs_once)
    room.build()
    (picture,) = room.media()
    assert f"media/{picture}" in room.page("b")
    assert f"media/{picture}" in room.feed().items[0].body


def unreadable(*_given: object) -> None:
    raise FolderError("the share hangs")


def test_a_clock_that_goes_back_hides_again_and_forward_shows_whole(room: Newsroom) -> None:
    """A machine without a battery starts in 1970; what it shows must be right at each moment."""
    write_canary(room, date="2026-05-04T11:00:00Z")
    room.build()
    before = room.files()
    room.wait(hours=-2)
    assert room.headlines() == ["Deux"]
    assert room.slugs() == ["b"]
    room.wait(hours=2)
    assert room.files() == before


def test_an_undated_draft_is_published_as_of_its_release(newsroom: Newsroom) -> None:
    """It lay for a week; no reader would find it below what is a week old."""
    newsroom.write("a.md", title="Un", draft=True)
    newsroom.build()
    newsroom.now += timedelta(days=7)
    newsroom.write("a.md", title="Un")
    newsroom.build()
    (item,) = newsroom.feed().items
    assert newsroom.now - item.published < timedelta(hours=1)


def test_a_bare_date_is_midnight_in_the_newsroom(newsroom: Newsroom) -> None:
    """In Almaty the fifth of May begins at 19:00 UTC on the fourth."""
    newsroom.write("a.md", title="Demain", date="2026-05-05")
    newsroom.build()
    assert newsroom.headlines() == []
    newsroom.wait(hours=6, minutes=59, seconds=59)
    assert newsroom.headlines() == []
    newsroom.wait(seconds=1)
    assert newsroom.headlines() == ["Demain"]


def test_embargo_outlasts_an_early_date(newsroom: Newsroom) -> None:
    """Of two moments the later one counts; readers see that one as the date."""
    newsroom.write("a.md", title="Un", date="2026-05-01", embargo="2026-05-04T15:00:00Z")
    newsroom.build()
    newsroom.wait(hours=2, minutes=59)
    assert newsroom.headlines() == []
    newsroom.wait(minutes=1)
    assert [item.published for item in newsroom.feed().items] == [
        datetime(2026, 5, 4, 15, tzinfo=UTC)
    ]


def test_a_draft_of_a_name_does_not_push_a_published_slug_aside(newsroom: Newsroom) -> None:
    """The suffix of the public article would tell that there is another."""
    newsroom.write("a/accord.md", title="Un", date="2026-05-01")
    newsroom.build()
    newsroom.write("b/accord.md", title="Deux", draft=True)
    newsroom.build()
    assert newsroom.slugs() == ["accord"]


class Clock:
    """Stands where a module asks for the machine's clock."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self, _zone: object = None) -> datetime:
        return self.moment


def test_a_watch_knows_how_long_to_sleep_whatever_the_clock_does(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop sleeps through the hour, a server's clock is set right: late rather than never."""
    clock = Clock(room.now)
    monkeypatch.setattr(clocks, "datetime", clock)
    write_canary(room, date="2026-05-04T13:00:00Z")
    with room.press() as press:
        room.edition(press)
        assert press.seconds_until_due() == 3600
        clock.moment += timedelta(minutes=59, seconds=59)
        assert press.seconds_until_due() == 1
        clock.moment -= timedelta(hours=2)
        assert press.seconds_until_due() == 7201
        clock.moment += timedelta(days=2)
        wait = press.seconds_until_due()
        assert wait is not None
        assert wait <= 0
        edition = press.step(Batch(), clock.moment)
        assert edition is not None
        assert room.headlines() == ["canari-titre", "Deux"]
        assert press.seconds_until_due() is None


@pytest.mark.parametrize(
    ("zone", "local", "appears"),
    [
        ("Europe/Paris", "2026-10-25 02:30", "2026-10-25T01:30Z"),  # twice: the later
        ("Europe/Paris", "2027-03-28 02:30", "2027-03-28T01:30Z"),  # never: the later
        ("Asia/Almaty", "2026-10-25 02:30", "2026-10-24T21:30Z"),
        ("America/St_Johns", "2026-11-01 01:15", "2026-11-01T04:45Z"),
        ("Pacific/Kiritimati", "2026-10-25", "2026-10-24T10:00Z"),
    ],
)
def test_a_local_hour_is_kept_to_the_second_across_changes_of_the_clocks(
    newsroom: Newsroom, zone: str, local: str, appears: str
) -> None:
    """Early would break an embargo; which of two half past twos is meant nobody wrote."""
    newsroom.configure(site=SITE.replace("Asia/Almaty", zone))
    newsroom.write("a.md", title="Un", date=local)
    newsroom.build()
    newsroom.now = datetime.fromisoformat(appears) - timedelta(seconds=1)
    newsroom.wait()
    assert newsroom.headlines() == []
    newsroom.wait(seconds=1)
    assert newsroom.headlines() == ["Un"]
