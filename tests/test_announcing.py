"""Who is owed a notice after an edition: of just what changed, once it stands."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any

import pytest

from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.errors import PublicationError
from markwire.intake.watch import Batch
from markwire.model import FILE_NAMES
from markwire.outbox import Attempt, targets
from markwire.outlet.directory import Directory
from markwire.pipeline.clock import Clock, Reading
from markwire.pipeline.requests import Request
from markwire.pipeline.telling.teller import Teller
from markwire.push.requests import parcel
from markwire.views import AskPushes, Delivery, OwedPush, PushesView
from newsroom import NOON, SITE, UNCONVERTIBLE, UNREADABLE, Newsroom
from newsroom import newsroom as newsroom

HUBS = 'hubs = ["https://hub.example/", "https://other.example/"]\n'
PARTNER = '[[push.webhooks]]\nurl = "https://partner.example/x"\nsecret_env = "X"\n'
ENGINE = '[push]\nindexnow_key = "0123456789abcdef"\n'
LATER = NOON + timedelta(hours=1)
AT = "https://example.org/feeds/"


def documents(*keys: str) -> list[str]:
    return sorted(f"{AT}{key}{name}" for key in keys for name in FILE_NAMES.values())


def owed(room: Newsroom) -> list[OwedPush]:
    catalogue = SqliteCatalogue(room.state / FILE_NAME)
    with catalogue.batch():
        found = catalogue.owed_pushes(100_000)
    catalogue.close()
    return list(found)


def topics(room: Newsroom, kind: str = "websub") -> list[str]:
    """The topics that are owed, each once."""
    return sorted({each.topic for each in owed(room) if each.kind == kind})


def bodies(room: Newsroom) -> list[dict[str, Any]]:
    """What is owed to partners, as it will be sent."""
    catalogue = SqliteCatalogue(room.state / FILE_NAME)
    os.environ["X"] = "secret"
    target = next(each for each in targets(room.site) if each.kind == "webhook")
    with catalogue.batch():
        keys = [each.topic for each in catalogue.owed_pushes(1000) if each.kind == "webhook"]
        due = catalogue.due_pushes(target, room.now, limit=1000)
    catalogue.close()
    assert len(due.notices) == len(keys)
    sent = [parcel(target, [each], room.now, room.site.push).body for each in due.notices]
    return sorted((json.loads(each) for each in sent), key=lambda each: each["data"]["guid"])


def told(room: Newsroom) -> list[tuple[str, str]]:
    """Event and headline, or else address, of each notice that is owed to partners."""
    return [
        (each["type"], each["data"].get("headline", each["data"]["permalink"]))
        for each in bodies(room)
    ]


def deliver(room: Newsroom) -> None:
    """Have all that is owed be delivered."""
    catalogue = SqliteCatalogue(room.state / FILE_NAME)
    with catalogue.batch():
        catalogue._db.execute("DELETE FROM notices")
    catalogue.close()


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """A newsroom of two articles with two hubs, which know all that stands."""
    newsroom.configure(site=SITE + HUBS)
    newsroom.write("a.md", title="A", section="Rail", date="2026-05-01")
    newsroom.write("b.md", title="B", section="Route", date="2026-05-02")
    newsroom.build()
    deliver(newsroom)
    return newsroom


# --- hubs ------------------------------------------------------------------------------------


def test_hubs_hear_of_every_feed_that_is_new(newsroom: Newsroom) -> None:
    """Each of the three documents is a topic of its own: somebody may have subscribed to any."""
    newsroom.configure(site=SITE + HUBS)
    newsroom.write("a.md", title="A", section="Rail")
    newsroom.build()
    assert topics(newsroom) == documents("", "section/rail/")
    assert {each.target for each in owed(newsroom)} == {
        "https://hub.example/",
        "https://other.example/",
    }


def test_unchanged_input_tells_nobody_anything(room: Newsroom) -> None:
    """Not at the next build, nor at the next start, nor a month later, nor after a touch."""
    room.build()
    room.touch("a.md", room.now)
    room.build()
    with room.press() as press:
        room.edition(press)
        room.edition(press, Batch(frozenset(["a.md", "b.md"])))
    room.wait(days=29)
    for path in room.feeds.rglob("*.xml"):
        path.touch()
    room.build()
    assert owed(room) == []


def test_hubs_hear_of_just_those_feeds_that_changed(room: Newsroom) -> None:
    """A hub fetches what it is told of, and sends it to everybody."""
    room.write("b.md", "Autre texte.", title="B", section="Route", date="2026-05-02")
    room.change("b.md")
    assert topics(room) == documents("", "section/route/")


def test_a_document_that_stays_the_same_is_no_news(room: Newsroom) -> None:
    """The end of a tombstone changes a feed in one of its forms, and no other."""
    room.delete("a.md")
    room.build()
    deliver(room)
    before = room.files()
    room.wait(days=31)
    after = room.files()
    changed = {path for path in after if after[path] != before.get(path)}
    assert topics(room) == sorted(AT + path for path in changed if "articles/" not in path)
    assert "section/rail/atom.xml" in changed
    assert "section/rail/rss.xml" not in changed


@pytest.mark.parametrize("how", ["draft", "scheduled", "refused", "unconvertible"])
def test_what_no_reader_sees_is_no_news(room: Newsroom, how: str) -> None:
    """A ping at the moment of a draft tells of it."""
    if how == "draft":
        room.write("c.md", title="C", draft=True)
    elif how == "scheduled":
        room.write("c.md", title="C", date="2026-06-01")
    elif how == "refused":
        room.save("a.md", UNREADABLE)
    else:
        room.save("a.md", UNCONVERTIBLE)
    room.build()
    assert owed(room) == []


def test_a_scheduled_article_is_told_of_when_its_time_has_come(room: Newsroom) -> None:
    """Time alone makes news, too."""
    room.write("c.md", title="C", section="Rail", date="2026-05-04T18:00:00+05:00")
    room.build()
    assert owed(room) == []
    room.wait(hours=2)
    assert topics(room) == documents("", "section/rail/")


class Crash(BaseException):
    """The process is gone."""


class Crashing(Directory):
    """Dies at its n-th call that changes what is live or durable, before or after it."""

    def __init__(self, room: Newsroom, at: int, *, after: bool) -> None:
        super().__init__(room.feeds)
        self._left = at
        self._after = after

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise Crash

    def publish(self) -> dict[str, tuple[int, int]]:
        if not self._after:
            self._step()
        found = super().publish()
        if self._after:
            self._step()
        return found

    def sync(self) -> dict[str, tuple[int, int]]:
        if not self._after:
            self._step()
        found = super().sync()
        if self._after:
            self._step()
        return found


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_crash_anywhere_neither_loses_a_notice_nor_invents_one(
    room: Newsroom, at: int, after: bool
) -> None:
    """Between a file's going live and its record; the bytes are then those that are wanted."""
    room.write("b.md", "Autre texte.", title="B", section="Route", date="2026-05-02")
    crashed = False
    try:
        with room.press(Crashing(room, at, after=after)) as press:
            room.edition(press)
    except Crash:
        crashed = True
    at_once = topics(room)
    # Nothing is owed of what may be gone after a loss of power.
    assert at_once in ([], documents("", "section/route/"))
    room.build()
    assert topics(room) == documents("", "section/route/")
    assert crashed or at > 2
    deliver(room)
    room.build()
    assert owed(room) == []


def test_nothing_is_owed_of_what_could_not_be_flushed(room: Newsroom) -> None:
    """A hub that is told too early fetches what a loss of power takes back."""

    class Failing(Directory):
        def sync(self) -> dict[str, tuple[int, int]]:
            raise PublicationError("full")

    room.write("b.md", "Autre texte.", title="B", section="Route", date="2026-05-02")
    with pytest.raises(PublicationError), room.press(Failing(room.feeds)) as press:
        room.edition(press)
    assert owed(room) == []
    room.build()
    assert topics(room) == documents("", "section/route/")


def test_a_lost_catalogue_is_no_news(room: Newsroom) -> None:
    """What readers have has not changed; the whole archive must not be told of again."""
    room.configure(PARTNER, site=SITE + HUBS)
    room.lose_catalogue()
    room.build()
    assert owed(room) == []


def test_of_a_feed_that_is_no_more_nothing_is_owed(room: Newsroom) -> None:
    """A hub would fetch what is not there."""
    room.write("c.md", title="C", section="Rail")
    room.change("c.md")
    assert f"{AT}section/rail/rss.xml" in topics(room)
    room.configure("[each]\nsection = false\n", site=SITE + HUBS)
    room.build()
    assert not [topic for topic in topics(room) if "section/" in topic]


def test_without_anybody_to_tell_nothing_is_kept(newsroom: Newsroom) -> None:
    """A site without hubs pays nothing for them."""
    newsroom.write("a.md", title="A")
    newsroom.build()
    catalogue = SqliteCatalogue(newsroom.state / FILE_NAME)
    tables = ("topics", "announced", "targets", "notices", "deliveries")
    counts = {
        table: catalogue._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in tables
    }
    catalogue.close()
    assert counts == dict.fromkeys(tables, 0)


# --- partners --------------------------------------------------------------------------------


@pytest.fixture
def partnered(newsroom: Newsroom) -> Newsroom:
    """A newsroom of two articles with a partner, who knows all that stands."""
    newsroom.configure(PARTNER)
    newsroom.write("a.md", title="A", section="Rail", date="2026-05-01")
    newsroom.write("b.md", title="B", section="Route", date="2026-05-02")
    newsroom.build()
    return newsroom


def test_what_stood_when_a_partner_came_is_no_news(partnered: Newsroom) -> None:
    """An archive of a hundred thousand articles would be as many messages."""
    assert owed(partnered) == []


def test_a_partner_hears_what_everybody_can_read_of_a_new_article(partnered: Newsroom) -> None:
    """All of it, exactly: what is added here is told to the outside."""
    partnered.write("c.md", "Corps.", title="C", section="Rail", date="2026-05-03", tags=["fret"])
    partnered.build()
    assert bodies(partnered) == [
        {
            "type": "article.published",
            "timestamp": "2026-05-04T12:00:00Z",
            "data": {
                "guid": partnered.guid("C"),
                "permalink": f"{AT}articles/c.html",
                "headline": "C",
                "published": "2026-05-02T19:00:00Z",
                "updated": "2026-05-02T19:00:00Z",
                "language": "fr",
                "feeds": [
                    f"{AT}feed.json",
                    f"{AT}section/rail/feed.json",
                    f"{AT}tag/fret/feed.json",
                ],
                "document": f"{AT}articles/c.json",
            },
        }
    ]


def test_a_partner_hears_what_became_of_an_article(partnered: Newsroom) -> None:
    """Published, updated, corrected, withdrawn, killed: each by its own name."""
    partnered.write("a.md", "Autre.", title="A", section="Rail", date="2026-05-01")
    partnered.build()
    assert told(partnered) == [("article.updated", "A")]
    deliver(partnered)
    note = {"date": "2026-05-04", "text": "Faux.", "kind": "correction"}
    partnered.write(
        "a.md", "Autre.", title="A", section="Rail", date="2026-05-01", corrections=[note]
    )
    partnered.build()
    assert told(partnered) == [("article.corrected", "A")]
    deliver(partnered)
    partnered.delete("a.md")
    partnered.build()
    assert told(partnered) == [("article.withdrawn", f"{AT}articles/a.html")]
    deliver(partnered)
    partnered.write("a.md", "Autre.", title="A", section="Rail", date="2026-05-01")
    partnered.build()
    assert told(partnered) == [("article.published", "A")]


def test_a_partner_hears_no_more_of_what_is_gone_than_that(partnered: Newsroom) -> None:
    """Whoever withdraws an article takes its words back."""
    guid = partnered.guid("A")
    partnered.write("a.md", "Secret.", title="Tout autre", slug="tout-autre", draft=True)
    partnered.build()
    assert bodies(partnered) == [
        {
            "type": "article.withdrawn",
            "timestamp": "2026-05-04T12:00:00Z",
            "data": {
                "guid": guid,
                "permalink": f"{AT}articles/a.html",
                "published": "2026-04-30T19:00:00Z",
                "gone": "2026-05-04T12:00:00Z",
            },
        }
    ]


@pytest.mark.parametrize(
    "front", [{"draft": True}, {"date": "2026-06-01"}, {"embargo": "2026-06-01T06:00+01:00"}]
)
def test_a_partner_never_hears_of_what_no_reader_sees(
    partnered: Newsroom, front: dict[str, object]
) -> None:
    """Nor what an article that stands would become."""
    partnered.write("c.md", "CANARI", title="CANARI", **front)
    partnered.save("a.md", UNREADABLE)
    partnered.build()
    catalogue = (partnered.state / FILE_NAME).with_suffix(".sqlite")
    assert owed(partnered) == []
    assert catalogue.is_file()


def test_however_often_it_changes_a_partner_hears_once_and_the_latest(partnered: Newsroom) -> None:
    """Who was away is told what stands, as news where it is news to him."""
    for number in range(5):
        partnered.write("c.md", f"Texte {number}.", title=f"C{number}", date="2026-05-03")
        partnered.change("c.md")
    assert told(partnered) == [("article.published", "C4")]
    partnered.delete("c.md")
    partnered.build()
    assert [event for event, _ in told(partnered)] == ["article.withdrawn"]


def test_what_markwire_itself_changes_is_no_news_of_an_article(partnered: Newsroom) -> None:
    """An upgrade, or a site's new name, would be a message for each article of the archive."""
    partnered.configure(PARTNER, site=SITE.replace("La Route", "Une route"))
    partnered.build()
    assert owed(partnered) == []


def test_an_article_that_is_killed_is_told_with_its_reason(partnered: Newsroom) -> None:
    """A partner must take it away at once; and hear of it once only."""
    with partnered.press() as press:
        press.edition(
            Batch(),
            partnered.now,
            {"k": Request("kill", "a.md", "Source désavouée")},
        )
    (body,) = bodies(partnered)
    assert body["type"] == "article.killed"
    assert body["data"]["reason"] == "Source désavouée"
    assert "headline" not in body["data"]
    deliver(partnered)
    partnered.build()
    partnered.wait(days=31)
    assert owed(partnered) == []


# --- search engines --------------------------------------------------------------------------


def test_a_search_engine_hears_of_addresses_that_came_changed_and_went(newsroom: Newsroom) -> None:
    """Of a new slug, both: the old address leads nowhere now."""
    newsroom.configure(ENGINE)
    for name in "abcd":
        newsroom.write(f"{name}.md", title=name.upper(), date="2026-05-01")
    newsroom.build()
    assert topics(newsroom, "indexnow") == []
    assert (newsroom.feeds / "0123456789abcdef.txt").read_text() == "0123456789abcdef"
    newsroom.write("a.md", "Autre.", title="A", date="2026-05-01")
    newsroom.write("b.md", title="B", date="2026-05-01", slug="bis")
    newsroom.delete("c.md")
    newsroom.write("e.md", title="E")
    newsroom.build()
    assert topics(newsroom, "indexnow") == [
        f"{AT}articles/{name}.html" for name in ("a", "b", "bis", "c", "e")
    ]


def test_a_key_that_is_given_up_is_taken_away(newsroom: Newsroom) -> None:
    """It speaks for the site as long as it lies there."""
    newsroom.configure(ENGINE)
    newsroom.write("a.md", title="A")
    newsroom.build()
    newsroom.configure()
    newsroom.build()
    newsroom.configure("", site=SITE.replace("La Route", "Une route"))
    newsroom.build()
    assert not list(newsroom.feeds.glob("*.txt"))


def test_the_time_of_a_notice_is_that_of_its_edition(partnered: Newsroom) -> None:
    """It decides when it is given up."""
    partnered.now += timedelta(hours=3)
    partnered.write("c.md", title="C")
    partnered.build()
    assert [each.since for each in owed(partnered)] == [partnered.now]


# --- the desk --------------------------------------------------------------------------------


def test_the_desk_is_told_what_is_owed_and_what_was_tried(room: Newsroom) -> None:
    """An editor asks why nobody has it yet."""
    room.write("b.md", "Autre texte.", title="B", section="Route", date="2026-05-02")
    clock = Clock(lambda: Reading(room.now, 0.0))
    hub_of = targets(room.site)[0]
    with room.press() as press:
        room.edition(press)
        with press.catalogue.batch():
            due = press.catalogue.due_pushes(hub_of, room.now, limit=1)
            press.catalogue.record_attempt(
                Attempt(hub_of, due.notices, room.now, "failed", "HTTP 503", 12.5, LATER)
            )
        teller = Teller(lambda: press, clock)
        view = teller.answer(AskPushes())
        teller.close()
    assert isinstance(view, PushesView)
    assert {each.topic for each in view.owed} == {*documents("", "section/route/")}
    tried = [each for each in view.owed if each.attempts]
    assert tried == [
        OwedPush("websub", hub_of.shown, f"{AT}rss.xml", room.now, 1, LATER, "HTTP 503")
    ]
    assert view.deliveries == (
        Delivery(room.now, "websub", hub_of.shown, f"{AT}rss.xml", "HTTP 503", 12.5, False),
    )
