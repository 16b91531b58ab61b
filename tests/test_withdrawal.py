"""What becomes of an article that is taken back: after a grace, with a marker, never by mistake."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from markwire.intake.watch import Batch
from markwire.model import Format
from markwire.pipeline import Edition, Press, Request, composing, reading
from markwire.problems import problem
from newsroom import EVERYTHING, NOON, PNG, Newsroom, codes, newsroom

__all__ = ["newsroom"]

GRACE = 60.0


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """Two articles, published."""
    newsroom.configure("[each]\ntag = true\n")
    newsroom.write("a.md", "Le texte.", title="Un", date="2026-05-01", tags=["rail"])
    newsroom.write("b.md", "Autre texte.", title="Deux", date="2026-05-02")
    newsroom.build()
    return newsroom


def watch(room: Newsroom, *paths: str, whole: bool = False, **time: float) -> Edition:
    """Let time pass, and make the edition of a watch, which grants the grace."""
    room.now += timedelta(**time)
    with room.press(grace=GRACE) as press:
        return room.edition(press, EVERYTHING if whole else Batch(frozenset(paths)))


def ask(room: Newsroom, kind: str, path: str = "", reason: str = "") -> str:
    """Have one request carried out; give the answer."""
    request = Request(kind, path, reason)  # type: ignore[arg-type]
    with room.press() as press:
        edition = press.edition(Batch(), room.now, {"x": request})
    answer = edition.answers["x"]
    assert kind == "confirm" or edition.changed == (answer == "done")
    return answer


# --- the grace ---------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [False, True])
def test_a_file_that_comes_back_within_the_grace_was_never_gone(
    room: Newsroom, whole: bool
) -> None:
    """Sync programs take files away and bring them back; no reader may notice."""
    before, text = room.files(), (room.content / "a.md").read_bytes()
    room.delete("a.md")
    watch(room, "a.md", whole=whole)
    watch(room, whole=whole, seconds=59)
    assert room.files() == before
    room.save("a.md", text)
    watch(room, "a.md", whole=whole)
    watch(room, whole=whole, seconds=600)
    assert room.files() == before


def test_a_file_that_comes_back_as_it_was_is_known_though_nobody_tells(room: Newsroom) -> None:
    """Moved out of the folder and in again, it has its old times: no event, no other stamp."""
    before = room.files()
    room.rename("a.md", "../aside.md")
    watch(room, "a.md")
    room.rename("../aside.md", "a.md")
    watch(room, seconds=61)
    watch(room, whole=True, seconds=600)
    assert room.files() == before


@pytest.mark.parametrize("whole", [False, True])
def test_a_deleted_article_goes_when_the_grace_is_over(room: Newsroom, whole: bool) -> None:
    """To the second, and without anybody telling again."""
    guid = room.guid("Un")
    room.delete("a.md")
    watch(room, "a.md", whole=whole)
    assert watch(room, seconds=59.9).changed == 0
    assert room.headlines() == ["Deux", "Un"]
    assert watch(room, seconds=0.1).changed == 1
    assert room.headlines() == ["Deux"]
    assert room.slugs() == ["b"]
    assert room.tombstones() == room.tombstones("tag/rail") == [(guid, room.now)]


def test_a_watch_wakes_when_a_grace_is_over(room: Newsroom) -> None:
    """What sleeps until the next save would leave a withdrawn article out for the night."""
    room.now = datetime.now(UTC)
    room.delete("a.md")
    with room.press(grace=GRACE) as press:
        room.edition(press, Batch(frozenset(["a.md"])))
        wait = press.seconds_until_due()
        assert wait is not None
        assert 55 < wait <= 60


def test_a_draft_of_a_published_article_shows_its_last_version_for_a_grace(
    room: Newsroom,
) -> None:
    """And not one word of the draft's, even if it is composed anew meanwhile."""
    before = room.files()
    room.write("a.md", "secret", title="Un", date="2026-05-01", tags=["rail"], draft=True)
    watch(room, "a.md")
    watch(room, whole=True, seconds=30)
    assert room.files() == before
    watch(room, seconds=30)
    assert room.headlines() == ["Deux"]
    assert room.holds(["secret"]) == []
    assert len(room.tombstones()) == 1


def test_a_draft_taken_back_within_the_grace_was_never_one(room: Newsroom) -> None:
    """A template applied to the wrong file is a matter of seconds."""
    before, text = room.files(), (room.content / "a.md").read_bytes()
    room.write("a.md", "secret", title="Un", draft=True)
    watch(room, "a.md")
    room.save("a.md", text)
    watch(room, "a.md", seconds=30)
    watch(room, seconds=60)
    assert room.files() == before


def test_a_draft_that_is_renamed_within_the_grace_is_the_same_article(room: Newsroom) -> None:
    """Its bytes are known under no name yet: those of the version that readers see are."""
    guid = room.guid("Un")
    room.write("a.md", "secret", title="Autre", draft=True)
    watch(room, "a.md")
    room.rename("a.md", "c/d.md")
    watch(room, "a.md", "c/d.md", seconds=5)
    assert room.headlines() == ["Deux"]
    room.write("c/d.md", "Le texte, enfin.", title="Autre", date="2026-05-01")
    watch(room, "c/d.md", seconds=5)
    watch(room, whole=True, minutes=5)
    assert (sorted(room.headlines()), room.guid("Autre")) == (["Autre", "Deux"], guid)


def test_an_embargo_and_an_end_know_no_grace(room: Newsroom) -> None:
    """They are moments that somebody promised."""
    room.write("a.md", title="Un", date="2026-05-01", embargo="2026-05-05T00:00Z")
    watch(room, "a.md")
    assert room.headlines() == ["Deux"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(None, id="same bytes"),
        pytest.param({"title": "Un", "date": "2026-05-01", "tags": ["fret"]}, id="headline"),
    ],
)
def test_a_file_that_comes_back_under_another_name_is_the_same_article(
    room: Newsroom, text: dict[str, object] | None
) -> None:
    """Renaming by deleting and copying, with seconds between, is still renaming."""
    guid, content = room.guid("Un"), (room.content / "a.md").read_bytes()
    room.delete("a.md")
    watch(room, "a.md")
    if text is None:
        room.save("c/d.md", content)
    else:
        room.write("c/d.md", "Un autre texte.", **text)
    watch(room, "c/d.md", seconds=30)
    watch(room, seconds=60)
    assert room.guid("Un") == guid
    assert room.slugs() == ["a", "b"]
    assert room.tombstones() == []


def test_an_id_finds_its_article_again_while_its_old_file_is_waited_for(
    newsroom: Newsroom,
) -> None:
    """It must not be refused because the id belongs to a file that is no more."""
    newsroom.write("a.md", title="Un", id="42")
    newsroom.build()
    guid = newsroom.guid("Un")
    newsroom.delete("a.md")
    watch(newsroom, "a.md")
    newsroom.write("c.md", "Tout autre chose.", title="Autrement", id="42")
    edition = watch(newsroom, "c.md", seconds=10)
    assert codes(edition) == []
    watch(newsroom, whole=True, seconds=90)
    assert (newsroom.headlines(), newsroom.guid("Autrement")) == (["Autrement"], guid)


def test_a_file_that_is_renamed_by_copying_first_is_the_same_article(room: Newsroom) -> None:
    """The copy must not be out before the first is gone: readers would get the article twice."""
    guid, before = room.guid("Un"), room.headlines()
    room.save("c/d.md", (room.content / "a.md").read_bytes())
    assert codes(watch(room, "c/d.md")) == [("c/d.md", "MW403")]
    assert room.headlines() == before
    room.delete("a.md")
    assert codes(watch(room, "a.md", seconds=20)) == []
    watch(room, whole=True, minutes=5)
    assert (room.headlines(), room.guid("Un")) == (before, guid)
    assert room.tombstones() == []
    assert room.slugs() == ["a", "b"]


def test_a_fresh_draft_that_is_renamed_by_copying_is_the_same_article(room: Newsroom) -> None:
    """What it is a copy of is not recorded yet, for its last version still stands."""
    guid = room.guid("Un")
    room.write("a.md", "secret", title="Autre", draft=True)
    watch(room, "a.md")
    room.save("c/d.md", (room.content / "a.md").read_bytes())
    assert codes(watch(room, "c/d.md", seconds=1)) == [("c/d.md", "MW403")]
    room.delete("a.md")
    watch(room, "a.md", seconds=1)
    room.write("c/d.md", "Le texte, enfin.", title="Autre", date="2026-05-01")
    watch(room, "c/d.md", seconds=1)
    watch(room, whole=True, minutes=5)
    assert (sorted(room.headlines()), room.guid("Autre")) == (["Autre", "Deux"], guid)


@pytest.mark.parametrize("whole", [False, True])
def test_a_copy_that_stays_beside_the_first_is_published_after_the_grace(
    room: Newsroom, whole: bool
) -> None:
    """Somebody wants it twice, it seems."""
    room.save("c/d.md", (room.content / "a.md").read_bytes())
    watch(room, "c/d.md", whole=whole)
    watch(room, whole=whole, seconds=59)
    assert len(room.headlines()) == 2
    edition = watch(room, seconds=1)
    assert (codes(edition), len(room.headlines())) == ([], 3)


def test_a_copy_that_is_changed_is_a_new_article_at_once(room: Newsroom) -> None:
    """Many begin an article from the last one."""
    room.save("c.md", (room.content / "a.md").read_bytes())
    watch(room, "c.md")
    room.write("c.md", "Le texte.", title="Trois", date="2026-05-01", tags=["rail"])
    assert codes(watch(room, "c.md", seconds=5)) == []
    assert sorted(room.headlines()) == ["Deux", "Trois", "Un"]
    watch(room, whole=True, minutes=5)
    assert sorted(room.headlines()) == ["Deux", "Trois", "Un"]


def test_a_build_grants_no_grace(room: Newsroom) -> None:
    """Whoever builds by hand has looked."""
    room.delete("a.md")
    room.build()
    assert room.headlines() == ["Deux"]


# --- many at once ------------------------------------------------------------------------


def test_a_renamed_file_that_cannot_be_read_withdraws_nothing(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails once must not take an article from its readers."""
    before = room.files()
    room.rename("a.md", "z.md")
    with monkeypatch.context() as patch:
        patch.setattr(reading.folder, "read", lambda _root, path: problem("MW103", path, reason=""))
        edition = room.build()
    assert ("z.md", "MW103") in codes(edition)
    assert room.files() == before
    room.build()
    assert room.headlines() == ["Deux", "Un"]
    assert room.tombstones() == []
    room.delete("z.md")
    room.build()
    assert room.headlines() == ["Deux"]


@pytest.fixture
def ten(newsroom: Newsroom) -> Newsroom:
    """Ten articles, published."""
    for number in range(10):
        newsroom.write(f"d/{number}.md", f"Texte {number}.", title=f"N° {number}")
    newsroom.build()
    return newsroom


@pytest.mark.parametrize("grace", [0, GRACE])
def test_many_files_that_vanish_at_once_stay_published_until_confirmed(
    ten: Newsroom, grace: float
) -> None:
    """An unmounted share is an empty folder to all who look."""
    before = ten.files()
    ten.rename("d", "../away")
    for hours in range(3):
        ten.now += timedelta(hours=hours)
        with ten.press(grace=grace) as press:
            edition = ten.edition(press)
        assert ten.files() == before
        assert codes(edition) == [("d/0.md", "MW402")]
        assert edition.problems[0].message.startswith("10 files")
    assert ask(ten, "confirm") == "done"
    assert ten.headlines() == []
    assert len(ten.tombstones()) == 10
    assert codes(ten.build()) == []


def test_files_that_are_held_and_come_back_were_never_gone(ten: Newsroom) -> None:
    """The share is mounted again: nothing is to be confirmed, nothing was to be noticed."""
    before = ten.files()
    ten.rename("d", "../away")
    watch(ten, whole=True)
    ten.rename("../away", "d")
    edition = watch(ten, whole=True, hours=1)
    assert codes(edition) == []
    watch(ten, whole=True, hours=1)
    assert ten.files() == before


def test_a_part_that_comes_back_leaves_the_rest_its_grace(ten: Newsroom) -> None:
    """What few are left may have been deleted by somebody, and goes like any other."""
    ten.rename("d", "../away")
    watch(ten, whole=True)
    for number in range(8):
        ten.rename(f"../away/{number}.md", f"d/{number}.md")
    assert codes(watch(ten, whole=True, minutes=1)) == []
    assert len(ten.headlines()) == 10
    watch(ten, seconds=60)
    assert len(ten.headlines()) == 8


def test_many_that_are_told_one_by_one_are_held_too(ten: Newsroom) -> None:
    """A slow unmount, or a sync program at work, takes longer than one look."""
    for number in range(6):
        ten.delete(f"d/{number}.md")
        watch(ten, f"d/{number}.md", seconds=5)
    edition = watch(ten, minutes=5)
    assert len(ten.headlines()) == 10
    assert [code for _, code in codes(edition)] == ["MW402"]


@pytest.mark.parametrize(("deleted", "of"), [(4, 4), (5, 30)])
def test_few_files_or_a_small_part_of_them_may_go(
    newsroom: Newsroom, deleted: int, of: int
) -> None:
    """Otherwise every tidy newsroom would have to confirm."""
    for number in range(of):
        newsroom.write(f"{number}.md", f"Texte {number}.", title=f"N° {number}")
    newsroom.build()
    for number in range(deleted):
        newsroom.delete(f"{number}.md")
    newsroom.build()
    assert len(newsroom.headlines()) == of - deleted
    assert len(newsroom.slugs()) == of - deleted


def test_a_folder_that_is_renamed_is_no_mass_deletion(ten: Newsroom) -> None:
    """Its files are all there."""
    before = {slug: ten.document(slug)["id"] for slug in ten.slugs()}
    ten.rename("d", "e")
    assert codes(watch(ten, "d", "e")) == []
    watch(ten, whole=True, minutes=5)
    assert {slug: ten.document(slug)["id"] for slug in ten.slugs()} == before


# --- markers -----------------------------------------------------------------------------


def test_an_article_that_comes_back_is_the_same_and_its_tombstone_goes(room: Newsroom) -> None:
    """An aggregator that has deleted it takes it in again under its GUID."""
    before = room.files()
    text = (room.content / "a.md").read_bytes()
    room.delete("a.md")
    room.build()
    assert list(room.markers()) == ["a"]
    room.save("a.md", text)
    room.build()
    assert room.files() == before


def test_a_tombstone_stands_thirty_days_and_outlasts_the_catalogue(room: Newsroom) -> None:
    """Those who poll once a week must meet it, too."""
    guid = room.guid("Un")
    room.delete("a.md")
    room.build()
    stones = [(guid, NOON)]
    room.wait(days=20)
    assert room.tombstones() == stones
    files = room.files()
    room.lose_catalogue()
    room.build()
    assert room.files() == files
    room.wait(days=9, hours=23, minutes=59)
    assert room.tombstones("tag/rail") == stones
    room.wait(minutes=1)
    assert room.tombstones() == room.tombstones("tag/rail") == []
    room.write("a.md", "Le texte.", title="Un", date="2026-05-01")
    room.build()
    assert room.guid("Un") == guid


def test_a_marker_tells_nothing_of_what_the_article_said(room: Newsroom) -> None:
    """It was withdrawn for a reason."""
    room.delete("a.md")
    room.build()
    told = json.loads((room.feeds / "articles/a.json").read_bytes())
    assert set(told) == {"id", "date_published", "_markwire"}
    assert set(told["_markwire"]) == {"gone", "source", "feeds"}
    assert room.holds(["Le texte", 'Un"']) == []


def test_an_article_that_no_reader_saw_leaves_no_marker(newsroom: Newsroom) -> None:
    """A draft's GUID is nobody's business."""
    newsroom.write("a.md", title="Un", draft=True)
    newsroom.write("b.md", title="Deux", date="2026-06-01")
    newsroom.build()
    newsroom.delete("a.md")
    newsroom.delete("b.md")
    newsroom.build()
    assert newsroom.markers() == {}
    assert newsroom.tombstones() == []


def test_a_marker_that_somebody_removed_is_written_again(room: Newsroom) -> None:
    """Like every other file of ours."""
    room.delete("a.md")
    room.build()
    path = room.feeds / "articles/a.json"
    content = path.read_bytes()
    path.unlink()
    room.build()
    assert path.read_bytes() == content


# --- killing -----------------------------------------------------------------------------

SECRETS = ["Le texte", "canari-chapo", "canari.png", "Aliya"]


@pytest.fixture
def killed(room: Newsroom) -> Newsroom:
    """One of three articles killed at noon; it had all that an article can have."""
    room.save("canari.png", PNG)
    room.write(
        "c.md",
        "Le texte. ![](canari.png)",
        title="Trois",
        date="2026-05-03",
        summary="canari-chapo",
        authors=["Aliya"],
        tags=["rail"],
    )
    room.delete("a.md")
    room.build()
    assert set(room.holds(SECRETS)) >= {"Le texte", "canari-chapo", "Aliya"}
    assert ask(room, "kill", "c.md", "Décision de justice.") == "done"
    return room


def test_a_killed_article_leaves_a_notice_and_a_tombstone(killed: Newsroom) -> None:
    """Readers that cannot forget an item show the notice in its place."""
    guid = killed.markers()["c"].guid
    items = {item.guid: item for item in killed.feed().items}
    assert killed.headlines() == ["Article retiré", "Deux"]
    assert (items[guid].body, items[guid].published) == ("", datetime(2026, 5, 2, 19, tzinfo=UTC))
    assert guid in dict(killed.tombstones())
    assert guid in dict(killed.tombstones("tag/rail"))
    assert killed.holds(SECRETS) == []
    assert killed.holds(["Décision de justice"]) == ["Décision de justice"]
    assert killed.media() == []
    assert "noindex" in killed.page("c")


def test_a_killed_article_stays_killed_whatever_becomes_of_its_file(killed: Newsroom) -> None:
    """An editor who has not heard of it saves the file once more, or deletes it."""
    before = killed.files()
    front = {"date": "2026-05-01", "tags": ["fret"], "slug": "autre", "language": "ru"}
    killed.write("c.md", "Le texte, corrigé.", title="Trois", **front)
    killed.change("c.md")
    assert killed.holds(SECRETS) == []
    assert killed.files() == before
    killed.delete("c.md")
    killed.change("c.md")
    assert killed.files() == before
    killed.wait(minutes=5)
    assert killed.files() == before


@pytest.mark.parametrize("deleted", [False, True])
def test_a_killed_article_stays_killed_when_the_catalogue_is_lost(
    killed: Newsroom, deleted: bool
) -> None:
    """A court does not ask for backups."""
    before = killed.files()
    if deleted:
        killed.delete("c.md")
        killed.build()
    killed.lose_catalogue()
    killed.build()
    assert killed.files() == before
    killed.wait(days=30)
    assert killed.headlines() == ["Deux"]
    assert killed.slugs() == ["b"]
    killed.lose_catalogue()
    killed.build()
    assert killed.headlines() == ["Deux"]
    assert killed.holds(SECRETS) == []


def test_a_notice_passes_the_gate_like_any_article(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a feed is spliced of was judged, each part once."""
    judged: list[tuple[str, str]] = []
    judge = composing.judge

    def noting(fragment: bytes, form: Format, *, guid: str) -> None:
        judged.append((form, guid))
        judge(fragment, form, guid=guid)

    monkeypatch.setattr(composing, "judge", noting)
    guid = room.guid("Un")
    assert ask(room, "kill", "a.md", "Un \x08 <b> & ]]>") == "done"
    assert judged == [("rss", guid), ("json", guid)]
    assert room.headlines() == ["Deux", "Article retiré"]


def test_a_notice_ends_after_thirty_days(killed: Newsroom) -> None:
    """Then the address is empty, and the article is known all the same."""
    killed.wait(days=29, hours=23)
    assert killed.headlines() == ["Article retiré", "Deux"]
    killed.wait(hours=1)
    assert killed.headlines() == ["Deux"]
    assert killed.tombstones() == []
    assert not (killed.feeds / "articles/c.html").exists()
    assert killed.markers()["c"].killed


@pytest.mark.parametrize("days", [0, 29, 31])
def test_a_restored_article_is_the_same_again(killed: Newsroom, days: int) -> None:
    """The same GUID, date and address, and what its file says now."""
    guid = killed.markers()["c"].guid
    killed.wait(days=days)
    assert ask(killed, "restore", "c.md") == "done"
    assert killed.headlines() == ["Trois", "Deux"]
    assert killed.guid("Trois") == guid
    assert guid not in dict(killed.tombstones())
    assert killed.slugs() == ["b", "c"]
    assert killed.feed().items[0].body.startswith("<p>Le texte.")
    assert killed.document("c")["date_modified"] == "2026-05-02T19:00:00Z"


def test_a_notice_reaches_those_who_read_the_article_long_ago(newsroom: Newsroom) -> None:
    """What has left the window is in readers' memories still."""
    newsroom.configure("[feeds.main]\nlimit = 2\n")
    for number in range(5):
        newsroom.write(f"{number}.md", title=f"N° {number}", date=f"2026-05-0{number % 4 + 1}")
    newsroom.build()
    newest = newsroom.headlines()
    assert ask(newsroom, "kill", "0.md") == "done"
    assert newsroom.headlines() == [*newest, "Article retiré"]
    newsroom.wait(days=30)
    assert newsroom.headlines() == newest


@pytest.mark.parametrize(
    ("kind", "path", "answer"),
    [
        ("kill", "nowhere.md", "unknown"),
        ("kill", "draft.md", "unseen"),
        ("restore", "a.md", "not killed"),
        ("restore", "nowhere.md", "unknown"),
        ("confirm", "", "done"),
    ],
)
def test_a_request_that_makes_no_sense_changes_nothing(
    room: Newsroom, kind: str, path: str, answer: str
) -> None:
    """Its answer says why."""
    room.write("draft.md", title="Brouillon", draft=True)
    room.build()
    before = room.files()
    assert ask(room, kind, path) == answer
    assert room.files() == before


# --- changes that nobody declared ---------------------------------------------------------


def asked(press: Press) -> list[str]:
    with press._catalogue.batch():
        return [each.path for each in press._catalogue.asked_about(9)]


FRONT: dict[str, object] = {"title": "Un", "date": "2026-05-01", "tags": ["rail"]}
NOTE = {"date": "2026-05-04", "text": "Une faute."}


@pytest.mark.parametrize(
    ("text", "front", "is_asked"),
    [
        pytest.param("Un autre texte.", {}, True, id="another text"),
        pytest.param("Le texte.", {"title": "Autre"}, True, id="another headline"),
        pytest.param("Le texte.", {"tags": ["fret"]}, False, id="another tag"),
        pytest.param("Un autre texte.", {"updated": "2026-05-04"}, False, id="updated"),
        pytest.param("Un autre.", {"corrections": [NOTE]}, False, id="correction"),
        pytest.param("Un autre.", {"corrections": [{**NOTE, "kind": "typo"}]}, False, id="typo"),
    ],
)
def test_a_change_that_nobody_declared_is_asked_about(
    room: Newsroom, text: str, front: dict[str, object], is_asked: bool
) -> None:
    """It is published all the same, as no update; but readers may be owed a word."""
    room.write("a.md", text, **(FRONT | front))
    with room.press() as press:
        room.edition(press)
        assert asked(press) == (["a.md"] if is_asked else [])
        # Asked about until declared, or undone.
        room.edition(press)
        assert asked(press) == (["a.md"] if is_asked else [])
        room.write("a.md", "Le texte.", **FRONT)
        room.edition(press)
        if is_asked:
            assert asked(press) == []


def test_a_change_before_publication_is_nobodys_business(newsroom: Newsroom) -> None:
    """Drafts are there to be changed."""
    newsroom.write("a.md", "Un.", title="Un", draft=True)
    newsroom.build()
    newsroom.write("a.md", "Deux.", title="Un", draft=True)
    newsroom.build()
    newsroom.write("a.md", "Trois.", title="Un")
    with newsroom.press() as press:
        newsroom.edition(press)
        assert asked(press) == []
