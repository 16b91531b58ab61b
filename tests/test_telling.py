"""What the desk is told of one article is what ``markwire why``, ``check`` and the feeds say."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from markwire.errors import NoArticleError
from markwire.intake.watch import Batch
from markwire.model import FILE_NAMES, FORMATS
from markwire.pipeline.checking import check
from markwire.pipeline.press import Press
from markwire.pipeline.requests import Request
from markwire.pipeline.telling.article import ArticleTeller
from markwire.pipeline.whereabouts import whereabouts
from markwire.views import ArticleView, AskArticle
from markwire.wording.voice import voice
from markwire.wording.whereabouts import THERE, presence_text, standing_text
from newsroom import EVERYTHING, UNCONVERTIBLE, UNREADABLE, Newsroom, newsroom, png
from torture.room import Room

__all__ = ["newsroom"]

SAMPLE = Path(__file__).parents[1]
FEEDS = """
[feeds.main]
limit = 3
[feeds.rail]
where = { section = "Transport", tag = ["rail", "train"] }
[feeds.court]
body = "summary"
where = { author = "Aliya Sarsen" }
"""


class Asked:
    """A press that has published a newsroom, and is asked of it."""

    def __init__(self, room: Newsroom, press: Press) -> None:
        self.room = room
        self.press = press
        self.teller = ArticleTeller()

    def ask(self, path: str, language: str = "") -> ArticleView:
        catalogue = self.press.catalogue
        question = AskArticle(path, language)
        return self.teller.tell(
            question, catalogue, catalogue.batch, self.press.site, self.room.now
        )


@contextmanager
def asked(room: Newsroom) -> Iterator[Asked]:
    with room.press() as press:
        room.edition(press)
        one = Asked(room, press)
        yield one
        one.teller.close()


def said_by_files(room: Newsroom, path: str, language: str) -> tuple[object, ...]:
    """All that ``markwire why`` says of an article."""
    found = whereabouts(room.site, path, room.now)
    said = voice(language)
    return (
        tuple(standing_text(found, room.site, said)),
        found.permalink,
        tuple(
            (
                each.feed.key,
                each.feed.title,
                each.reason in THERE,
                each.reason,
                presence_text(each, found, room.site, said),
                each.position,
                each.entries,
            )
            for each in found.presences
        ),
    )


def said_by_catalogue(view: ArticleView) -> tuple[object, ...]:
    return (
        view.standing,
        view.permalink,
        tuple(
            (p.key, p.title, p.is_carried, p.reason, p.why, p.position, p.entries)
            for p in view.places
        ),
    )


def assert_the_same_is_told(one: Asked, paths: list[str]) -> None:
    """As files tell it, and as the feeds carry it."""
    for path in paths:
        for language in ("fr", "en"):
            view = one.ask(path, language)
            assert said_by_catalogue(view) == said_by_files(one.room, path, language), path
        for place in view.places:
            folder = one.room.feeds / place.key
            guids = guids_of(folder / "feed.json") if folder.is_dir() else []
            assert (view.guid in guids) == place.is_carried, (path, place.key)
            if place.is_carried:
                assert (guids.index(view.guid) + 1, len(guids)) == (place.position, place.entries)
            # The main feed carries whole articles; what is shown is one of these.
            if place.is_carried and not place.key:
                for form, shown in view.forms.items():
                    assert shown in (folder / FILE_NAMES[form]).read_text("utf-8")


def guids_of(feed: Path) -> list[str]:
    return [item["id"] for item in json.loads(feed.read_bytes())["items"]]


def paths_of(room: Newsroom) -> list[str]:
    return sorted(
        path.relative_to(room.content).as_posix()
        for path in room.content.rglob("*.md")
        if not path.name.startswith("_")
    )


# --- as others say it --------------------------------------------------------------------


def test_of_the_sample_newsroom_the_same_is_told(tmp_path: Path) -> None:
    """An editor who asks twice must not get two answers."""
    shutil.copytree(SAMPLE / "content", tmp_path / "content")
    shutil.copy(SAMPLE / "markwire.toml", tmp_path)
    room = Newsroom.found(tmp_path, Newsroom(tmp_path / "other").now + timedelta(days=90))
    with asked(room) as one:
        paths = paths_of(room)
        assert len(paths) >= 10
        assert_the_same_is_told(one, paths)
        told = {problem for path in paths for problem in one.ask(path).card.problems}
    found = {each for each in check(room.site).problems if each.path in paths}
    assert told == found


def test_of_a_tormented_newsroom_the_same_is_told(tmp_path: Path) -> None:
    """After a day of edits what is remembered is still what stands."""
    torment = Room(tmp_path / "site", 7, articles=16, with_ids=False, config="")
    room = Newsroom.found(tmp_path / "site", Newsroom(tmp_path / "other").now + timedelta(days=90))
    with asked(room) as one:
        for _ in range(25):
            torment.edit()
            room.edition(one.press)
        assert torment.gone
        assert_the_same_is_told(one, paths_of(room))


@pytest.fixture
def mixed(newsroom: Newsroom) -> Newsroom:
    """Articles in every state, and feeds that want some of them."""
    newsroom.configure(FEEDS)
    front = {"section": "Transport", "tags": ["rail"], "author": "Aliya Sarsen"}
    note = {"date": "2026-05-03", "text": "Le train part à 6 h 40."}
    newsroom.save("carte.png", png())
    for day in range(1, 5):
        newsroom.write(f"p{day}.md", "![Carte](carte.png)", title=f"P{day}", date=f"2026-05-0{day}")
    newsroom.write("a.md", title="A", date="2026-05-02", **front)
    newsroom.write("b.md", title="B", date="2026-05-02", corrections=[note], **front)
    newsroom.write("c.md", title="C", date="2026-05-02", updated="2026-05-03")
    newsroom.write("d.md", "[[a]] ![x](carte.png)", title="D", draft=True, **front)
    newsroom.write("e.md", title="E", date="2026-05-09", **front)
    newsroom.write("f.md", title="F", date="2026-05-01", embargo="2026-05-08T06:00Z")
    newsroom.write("g.md", title="G", date="2026-05-01", expires="2026-05-03")
    newsroom.save("h.md", UNREADABLE)
    newsroom.write("j.md", title="J", date="2026-05-04")
    newsroom.write("k.md", title="K", date="2026-05-04")
    newsroom.write("m.md", title="M", date="2026-05-04")
    newsroom.build()
    return newsroom


def test_in_every_state_the_same_is_told(mixed: Newsroom) -> None:
    """Drafts and the dead, too."""
    with asked(mixed) as one:
        one.press.edition(Batch(), mixed.now, {"x": Request("kill", "j.md", "Erreur.")})
        mixed.delete("k.md")
        mixed.save("m.md", UNREADABLE)
        one.press.edition(EVERYTHING, mixed.now)
        assert_the_same_is_told(one, [*paths_of(mixed), "k.md"])


def test_what_an_edition_has_still_to_bring_is_told_the_same(mixed: Newsroom) -> None:
    """Between a save and its edition both tell what is to come."""
    with asked(mixed) as one:
        mixed.write("a.md", title="A", date="2026-05-02", section="Transport", tags=["rail"])
        mixed.write("b.md", title="B", draft=True)
        mixed.delete("c.md")
        mixed.write("d.md", title="D", date="2026-05-04", tags=["rail"], section="Transport")
        for path in ("a.md", "b.md", "c.md", "d.md"):
            view = one.ask(path, "fr")
            assert said_by_catalogue(view) == said_by_files(mixed, path, "fr"), path


# --- what only it says -------------------------------------------------------------------


def test_a_draft_is_shown_as_readers_would_see_it_and_stays_unpublished(mixed: Newsroom) -> None:
    """An editor reads it once more before it goes out."""
    with asked(mixed) as one:
        before, ledger = mixed.files(), mixed.ledger()
        view = one.ask("d.md")
        assert view.card.column == "draft"
        assert (view.card.slug, view.permalink) == ("", "")
        assert (view.authors, view.tags) == (("Aliya Sarsen",), ("rail",))
        assert set(view.forms) == {*FORMATS}
        assert "<img" in view.body
        assert 'href="https://example.org/feeds/articles/a.html"' in view.body
        assert json.loads(view.forms["json"])["content_html"] == view.body
        assert mixed.edition(one.press).written == ()
        assert mixed.files() == before
        assert mixed.ledger() == ledger
        mixed.write("d.md", "[[a]]", title="D", date="2026-05-04")
        mixed.edition(one.press)
        assert one.ask("d.md").forms["rss"] in (mixed.feeds / "rss.xml").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "column", "has_forms"),
    [
        ("p4.md", "published", True),
        ("b.md", "corrected", True),
        ("d.md", "draft", True),
        ("e.md", "scheduled", True),
        ("f.md", "embargoed", True),
        ("g.md", "expired", True),
        ("h.md", "refused", False),
    ],
)
def test_forms_are_shown_wherever_there_can_be_any(
    path: str, column: str, has_forms: bool, mixed: Newsroom
) -> None:
    """What cannot be read shows its problems instead."""
    with asked(mixed) as one:
        view = one.ask(path)
        assert (view.card.column, bool(view.forms)) == (column, has_forms)
        assert bool(view.card.problems) == (column == "refused")


def test_a_refused_article_shows_what_readers_still_see(mixed: Newsroom) -> None:
    """Its last good version is what is being read."""
    with asked(mixed) as one:
        mixed.save("a.md", UNREADABLE)
        mixed.edition(one.press)
        view = one.ask("a.md")
        assert (view.card.column, view.card.slug, view.card.headline) == ("refused", "a", "A")
        assert [each.code for each in view.card.problems] == ["MW218"]
        assert view.forms["rss"] in (mixed.feeds / "section/transport/rss.xml").read_text("utf-8")


def test_what_only_composing_an_article_shows_is_told(mixed: Newsroom) -> None:
    """Its file can be read, and still it cannot be published."""
    mixed.write("n.md", UNCONVERTIBLE, title="N", date="2026-05-04")
    with asked(mixed) as one:
        view = one.ask("n.md")
        assert (view.card.column, view.card.headline) == ("refused", "N")
        assert [each.code for each in view.card.problems] == ["MW304"]
        assert "cannot be published" in " ".join(one.ask("n.md", "en").standing)
        assert view.forms == {}


def test_a_killed_article_shows_its_notice(mixed: Newsroom) -> None:
    """That is what readers see of it."""
    with asked(mixed) as one:
        one.press.edition(Batch(), mixed.now, {"x": Request("kill", "a.md", "Erreur.")})
        view = one.ask("a.md")
        assert view.card.column == "killed"
        assert "Erreur" in view.forms["json"]
        assert view.forms["atom"] == ""


def test_a_deleted_article_is_told_until_another_lies_there(mixed: Newsroom) -> None:
    """Where it went is asked just after."""
    with asked(mixed) as one:
        mixed.delete("a.md")
        mixed.edition(one.press)
        view = one.ask("a.md")
        assert (view.card.column, view.card.headline, view.forms) == ("withdrawn", "A", {})
        mixed.write("a.md", title="Autre", date="2026-05-04")
        mixed.edition(one.press)
        assert one.ask("a.md").card.headline == "Autre"


def test_an_article_that_never_was_is_not_told(mixed: Newsroom) -> None:
    """Whatever path is asked for, nothing outside of the newsroom is read."""
    (mixed.root / "dehors.md").write_text("# Secret")
    with asked(mixed) as one:
        for path in ("z.md", "", ".", "../dehors.md", "../markwire.toml", "/etc/passwd", "a.md\0"):
            with pytest.raises(NoArticleError):
                one.ask(path)


def test_a_heavy_draft_is_composed_elsewhere_and_one_that_is_too_much_told(
    mixed: Newsroom,
) -> None:
    """What an article does to whoever reads it must not be done to a watch."""
    mixed.write("lourd.md", "Un long texte. " * 4000, title="Lourd", draft=True)
    with asked(mixed) as one:
        assert len(one.ask("lourd.md").body) > 50_000
        assert one.teller._workers._guard is not None


def test_the_reading_of_an_archive_can_be_followed(newsroom: Newsroom) -> None:
    """It is one transaction, and whoever asks has to wait for it."""
    for number in range(30):
        newsroom.write(f"{number}.md", title=f"T{number}", date="2026-05-01")
    followed: list[tuple[int, int]] = []
    with newsroom.press() as press:
        press._stages._pulse = lambda: followed.append(press.reading)
        newsroom.edition(press)
        assert press.reading == (0, 0)
    assert [each for each in dict.fromkeys(followed) if each[1]] == [
        (number, 30) for number in range(1, 30)
    ]
