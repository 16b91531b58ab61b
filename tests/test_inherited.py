"""What a folder's own file says reaches the articles below it, and they change when it does."""

from __future__ import annotations

import pytest

from markwire.intake.watch import Batch
from newsroom import EVERYTHING, Newsroom, codes, newsroom

__all__ = ["newsroom"]

HUGO = "---\ntitle: Énergie et climat\ncascade:\n  tags: [{tag}]\n---\n"


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """One article below a folder that says something, one beside it."""
    newsroom.configure("[each]\nsection = true\ntag = true\n")
    newsroom.save("energie/_index.md", HUGO.format(tag="gaz"))
    newsroom.write("energie/2026/a.md", title="Un", date="2026-05-01")
    newsroom.write("autre/b.md", title="Deux", date="2026-05-02")
    newsroom.build()
    return newsroom


def tags(room: Newsroom) -> dict[str, list[str]]:
    return {slug: room.document(slug)["_markwire"].get("tags", []) for slug in room.slugs()}


def test_it_is_no_article_itself(room: Newsroom) -> None:
    """A page about a section is nothing to syndicate."""
    assert room.headlines() == ["Deux", "Un"]
    assert tags(room) == {"a": ["gaz"], "b": []}


@pytest.mark.parametrize("whole", [False, True])
def test_when_it_changes_the_articles_below_it_do(room: Newsroom, whole: bool) -> None:
    """Nobody must touch a thousand files for it; and only those below are read."""
    guids = room.feed().guids
    room.save("energie/_index.md", HUGO.format(tag="charbon"))
    batch = EVERYTHING if whole else Batch(frozenset(["energie/_index.md"]))
    edition = room.build(batch)
    assert tags(room) == {"a": ["charbon"], "b": []}
    assert room.headlines("tag/charbon") == ["Un"]
    assert room.headlines("tag/gaz") == []
    if not whole:
        assert edition.read == 1
    assert room.feed().guids == guids


@pytest.mark.parametrize("whole", [False, True])
def test_when_it_goes_what_it_said_is_said_no_more(room: Newsroom, whole: bool) -> None:
    """And that is no deletion of an article."""
    room.delete("energie/_index.md")
    room.build(EVERYTHING if whole else Batch(frozenset(["energie/_index.md"])))
    assert tags(room) == {"a": [], "b": []}
    assert room.markers() == {}


def test_a_draft_said_of_a_folder_keeps_all_below_it_back(room: Newsroom) -> None:
    """That is what it is for."""
    room.save("energie/_index.md", "---\ncascade:\n  draft: true\n---\n")
    room.build()
    assert room.headlines() == ["Deux"]


def test_a_broken_one_keeps_the_last_good_versions_and_is_told_once(room: Newsroom) -> None:
    """It might have said that they are drafts."""
    room.write("energie/c.md", title="Trois", date="2026-05-03")
    room.build()
    room.save("energie/_index.md", "---\ncascade: [never closed\n---\n")
    edition = room.build()
    assert {path for path, _ in codes(edition)} == {"energie/_index.md"}
    assert len(codes(edition)) == 1
    assert sorted(room.headlines()) == ["Deux", "Trois", "Un"]
    assert tags(room) == {"a": ["gaz"], "b": [], "c": ["gaz"]}


def test_directory_data_of_eleventy_passes_every_key_on(newsroom: Newsroom) -> None:
    """As its users have it: one JSON file that bears the folder's name."""
    newsroom.save("posts/posts.json", '{"tags": ["rail"], "author": "Aliya Sarsen"}')
    newsroom.write("posts/a.md", title="Un", tags=["fret"])
    newsroom.build()
    item = newsroom.document("a")
    assert sorted(item["_markwire"]["tags"]) == ["fret", "rail"]
    assert [each["name"] for each in item["authors"]] == ["Aliya Sarsen"]
