"""``markwire why``: where an article is, and the reason wherever it is not."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from markwire.catalogue.lock import lock
from markwire.cli import main
from markwire.intake.watch import Batch
from markwire.pipeline import Request
from markwire.pipeline.whereabouts import whereabouts
from markwire.wording.voice import voice
from markwire.wording.whereabouts import Presence, Whereabouts, presence_text, standing_text
from newsroom import UNREADABLE, Newsroom, newsroom

__all__ = ["newsroom"]

FEEDS = """
[feeds.main]
limit = 2
[feeds.rail]
where = { section = "Transport", tag = ["rail", "train"] }
[feeds.nord]
where = { path = "nord/*" }
[feeds.russe]
where = { language = "ru" }
[feeds.aliya]
where = { author = "Aliya Sarsen" }
"""


def run(room: Newsroom, *words: str) -> Result:
    return CliRunner().invoke(main, ["--site", str(room.root), "why", *words])


def ask(room: Newsroom, path: str) -> Whereabouts:
    """Where an article is at the newsroom's moment."""
    return whereabouts(room.site, path, room.now)


def reasons(found: Whereabouts) -> dict[str, str]:
    return {each.feed.key: each.reason for each in found.presences}


def feed(found: Whereabouts, key: str) -> Presence:
    (one,) = [each for each in found.presences if each.feed.key == key]
    return one


def said(room: Newsroom, path: str, key: str, language: str = "en") -> str:
    """Why an article is, or is not, in a feed, in words."""
    found = ask(room, path)
    return presence_text(feed(found, key), found, room.site, voice(language))


def standing(room: Newsroom, path: str, language: str = "en") -> str:
    return " ".join(standing_text(ask(room, path), room.site, voice(language)))


# --- reasons -----------------------------------------------------------------------------


def test_a_published_article_is_in_the_feeds_that_select_it(newsroom: Newsroom) -> None:
    """With its place in each, counted from the newest."""
    newsroom.configure(FEEDS)
    newsroom.write("a.md", title="A", date="2026-05-01", section="Transport", tags=["rail"])
    newsroom.write("b.md", title="B", date="2026-05-02")
    newsroom.build()
    found = ask(newsroom, "a.md")
    assert found.standing == "published"
    assert found.permalink == "https://example.org/feeds/articles/a.html"
    assert found.guid == newsroom.guid("A")
    assert reasons(found) == {
        "": "carried", "rail": "carried", "nord": "unmet", "russe": "unmet", "aliya": "unmet",
        "section/transport": "carried", "tag/rail": "carried",
    }  # fmt: skip
    assert (feed(found, "").position, feed(found, "").entries) == (2, 2)
    assert said(newsroom, "a.md", "") == "number 2 of 2"


def test_a_feed_that_wants_others_says_what_it_wants(newsroom: Newsroom) -> None:
    """Each condition that is not met, with what the article has instead."""
    newsroom.configure(FEEDS)
    newsroom.write("a.md", title="A", section="Culture", authors=["Dana", "Timur"])
    newsroom.build()
    assert said(newsroom, "a.md", "rail") == (
        "the feed wants the section 'Transport'; the article is in 'Culture';"
        " the feed wants the tag 'rail' or 'train'; the article has no tags"
    )
    assert said(newsroom, "a.md", "nord") == "the feed wants files such as 'nord/*'"
    assert said(newsroom, "a.md", "russe") == (
        "the feed wants the language 'ru'; the article is in 'fr'"
    )
    assert said(newsroom, "a.md", "aliya", "fr") == (
        "le flux ne prend que les articles de «\u00a0Aliya Sarsen\u00a0»\u202f;"
        " celui-ci est de «\u00a0Dana\u00a0», «\u00a0Timur\u00a0»"
    )


def test_an_old_article_is_below_a_full_window(newsroom: Newsroom) -> None:
    """Readers find it by its address; the feed holds newer ones."""
    newsroom.configure(FEEDS)
    for day in (1, 2, 3):
        newsroom.write(f"a{day}.md", title=f"A{day}", date=f"2026-05-0{day}")
    newsroom.build()
    assert reasons(ask(newsroom, "a1.md"))[""] == "below"
    assert said(newsroom, "a1.md", "").startswith(
        "the feed holds 2 articles, all newer: the oldest is of May 2, 2026"
    )
    assert reasons(ask(newsroom, "a2.md"))[""] == "carried"


def test_what_was_saved_after_the_last_edition_waits_for_the_next(newsroom: Newsroom) -> None:
    """The most frequent reason of all: nobody started the watch."""
    newsroom.write("a.md", title="A")
    assert reasons(ask(newsroom, "a.md")) == {"": "no feed"}
    newsroom.build()
    newsroom.write("b.md", title="B")
    found = ask(newsroom, "b.md")
    assert (found.standing, found.is_published, reasons(found)) == (
        "published", False, {"": "waiting"},
    )  # fmt: skip
    assert said(newsroom, "b.md", "") == "the next edition brings it"
    assert run(newsroom, "b.md").stdout.count("markwire watch") == 1
    assert standing(newsroom, "b.md").startswith("It may be published, but readers do not see it")
    newsroom.build()
    assert reasons(ask(newsroom, "b.md")) == {"": "carried"}


@pytest.mark.parametrize(
    ("front", "state", "words"),
    [
        ({"draft": True}, "draft", "C’est un brouillon."),
        ({"date": "2026-05-04T20:00"}, "scheduled", "Il est programmé pour le 4 mai 2026, 20:00"),
        ({"embargo": "2026-05-05T06:00+05:00"}, "embargoed",
         "Il est sous embargo jusqu’au 5 mai 2026, 06:00 (Asia/Almaty)."),
        ({"date": "2026-01-01", "expires": "2026-02-01"}, "expired",
         "Il a expiré le 1er février 2026, 00:00"),
    ],
)  # fmt: skip
def test_a_state_that_keeps_it_back_is_the_reason_everywhere(
    newsroom: Newsroom, front: dict[str, object], state: str, words: str
) -> None:
    """With the moment at which it changes, in the newsroom's time and language."""
    newsroom.write("a.md", title="A", **front)
    newsroom.write("b.md", title="B")
    newsroom.build()
    found = ask(newsroom, "a.md")
    assert (found.standing, found.is_published) == (state, False)
    assert reasons(found) == {"": "state"}
    assert standing(newsroom, "a.md", "fr").startswith(words)


def test_what_is_due_since_then_waits_for_an_edition(newsroom: Newsroom) -> None:
    """The moment has come, but nobody was there to publish it."""
    newsroom.write("a.md", title="A", date="2026-05-04T20:00")
    newsroom.build()
    newsroom.now += timedelta(hours=12)
    assert reasons(ask(newsroom, "a.md")) == {"": "waiting"}


def test_what_became_a_draft_is_told_to_be_still_there(newsroom: Newsroom) -> None:
    """It has left readers only when the feed has been written."""
    newsroom.write("a.md", title="A")
    newsroom.build()
    newsroom.write("a.md", title="A", draft=True)
    found = ask(newsroom, "a.md")
    assert (found.standing, found.is_published, reasons(found)) == (
        "draft", True, {"": "leaving"},
    )  # fmt: skip
    assert "Readers still see an earlier version" in standing(newsroom, "a.md")


def test_a_refused_article_tells_its_problems_and_what_readers_see(newsroom: Newsroom) -> None:
    """Its last good version is where it was."""
    newsroom.write("a.md", title="A")
    newsroom.build()
    newsroom.save("a.md", UNREADABLE)
    newsroom.save("b.md", UNREADABLE)
    found = ask(newsroom, "a.md")
    assert (found.standing, found.is_published, reasons(found)) == (
        "refused", True, {"": "carried"},
    )  # fmt: skip
    assert standing(newsroom, "a.md").endswith("Readers see its last good version.")
    assert reasons(ask(newsroom, "b.md")) == {"": "state"}
    result = run(newsroom, "b.md", "--language", "en")
    assert result.exit_code == 1
    assert "title: [never closed" in result.stdout


@pytest.mark.parametrize(
    "path",
    ["_plan.md", ".cache/a.md", "a (conflicted copy 2026-05-04 101500).md", "carte.png"],
)
def test_what_is_no_article_by_its_name_is_told_so(newsroom: Newsroom, path: str) -> None:
    """An editor who set it aside has forgotten it since."""
    newsroom.write(path, title="A")
    newsroom.build()
    found = ask(newsroom, path)
    assert found.standing == "left alone"
    assert standing(newsroom, path).startswith("Its name, or where it lies")


@pytest.mark.parametrize(
    ("more", "state", "words"),
    [
        ({"updated": "2026-05-03"}, "updated", "It was updated on May 3, 2026"),
        ({"corrections": [{"date": "2026-05-03", "text": "Une erreur."}]}, "corrected",
         "It was corrected on May 3, 2026"),
        ({"corrections": [{"date": "2026-05-03", "text": "Une faute.", "kind": "typo"}]},
         "published", "It is published since May 1, 2026"),
    ],
)  # fmt: skip
def test_a_published_article_says_how_it_changed(
    newsroom: Newsroom, more: dict[str, object], state: str, words: str
) -> None:
    """A reader calls, and asks whether the figure was corrected."""
    newsroom.write("a.md", title="A", date="2026-05-01", **more)
    newsroom.build()
    assert ask(newsroom, "a.md").standing == state
    assert words in standing(newsroom, "a.md")


@pytest.mark.parametrize("deleted", [False, True])
def test_a_killed_article_says_since_when(newsroom: Newsroom, deleted: bool) -> None:
    """Whoever wonders why the file does nothing must learn that somebody decided it."""
    newsroom.write("a.md", title="A", date="2026-05-01")
    newsroom.build()
    with newsroom.press() as press:
        press.edition(Batch(), newsroom.now, {"x": Request("kill", "a.md")})
    if deleted:
        newsroom.delete("a.md")
        newsroom.build()
    found = ask(newsroom, "a.md")
    assert (found.standing, found.is_published) == ("killed", False)
    assert standing(newsroom, "a.md").startswith("It was killed on May 4, 2026")
    told = [presence_text(each, found, newsroom.site, voice("en")) for each in found.presences]
    assert told[0] == "a notice stands in its place"


def test_a_file_that_went_is_told_by_what_readers_see(newsroom: Newsroom) -> None:
    """Its article stays for a while; a file that never was is a slip of the keyboard."""
    newsroom.write("a.md", title="A")
    newsroom.build()
    newsroom.delete("a.md")
    assert (ask(newsroom, "a.md").standing, run(newsroom, "a.md").exit_code) == ("absent", 0)
    newsroom.build()
    assert (ask(newsroom, "a.md").standing, run(newsroom, "a.md").exit_code) == ("withdrawn", 0)
    assert standing(newsroom, "a.md").startswith("It was withdrawn on May 4, 2026")
    assert run(newsroom, "rien.md").exit_code == 2


# --- the command -------------------------------------------------------------------------


def test_it_is_told_line_by_line(newsroom: Newsroom) -> None:
    """As an editor reads it."""
    newsroom.configure(FEEDS)
    newsroom.write("a.md", title="Le rail", section="Transport", tags=["rail"], date="2026-05-01")
    newsroom.build()
    result = run(newsroom, "a.md", "--language", "fr")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].endswith("a.md\u00a0: Le rail")
    assert lines[1] == "Il est publié depuis le 1er mai 2026, 00:00 (Asia/Almaty)."
    assert lines[2] == "https://example.org/feeds/articles/a.html"
    assert lines[4] == "dans       La Route des steppes\u00a0: numéro 1 sur 1"
    assert lines[6].startswith("absent de  La Route des steppes — nord\u00a0: le flux ne prend")


def test_json_holds_every_feed_and_its_reason(newsroom: Newsroom) -> None:
    """For the desk, and for scripts."""
    newsroom.configure(FEEDS)
    newsroom.write("a.md", title="A", section="Transport", date="2026-05-01")
    newsroom.build()
    data: dict[str, Any] = json.loads(run(newsroom, "a.md", "--json").stdout)
    assert (data["path"], data["state"], data["headline"]) == ("content/a.md", "published", "A")
    main_feed, rail = data["feeds"][0], next(one for one in data["feeds"] if one["key"] == "rail")
    assert (main_feed["key"], main_feed["carries"], main_feed["position"]) == ("main", True, 1)
    assert (rail["carries"], rail["reason"], rail["unmet"]) == (False, "unmet", ["tag"])
    assert rail["text"]


def test_it_may_be_asked_beside_a_watch_and_leaves_no_trace(newsroom: Newsroom) -> None:
    """The catalogue is the watch's own; only what is published is read."""
    newsroom.write("a.md", title="A", date="2026-05-01")
    newsroom.build()
    before = _states(newsroom.root)
    with lock(newsroom.state):
        assert run(newsroom, "a.md").exit_code == 0
    assert _states(newsroom.root) == before


def _states(root: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in root.rglob("*") if path.name != "lock"}
