"""What an article mentions comes, changes and goes: the article is renewed, and only it."""

from __future__ import annotations

import pytest

from markwire.model import FILE_NAMES
from newsroom import PNG, Newsroom, codes, newsroom, png

__all__ = ["newsroom"]

OTHER_PNG = png(b"other bytes")


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """A newsroom in which one article shows a picture and links to another that is not there."""
    newsroom.write("rail/a.md", "![Carte](images/carte.png) Voir [la suite](suite.md).", title="Un")
    newsroom.write("b.md", "Rien de tout cela.", title="Deux", tags=["autre"])
    newsroom.build()
    return newsroom


FEEDS = [f"{folder}{name}" for folder in ("", "section/rail/") for name in FILE_NAMES.values()]
ARTICLE = ["articles/a.html", "articles/a.json", *FEEDS]


def test_a_picture_that_comes_after_its_article_is_shown(room: Newsroom) -> None:
    """Sync programs bring the small file first."""
    assert ("rail/a.md", "MW301") in codes(room.build())
    assert "media/" not in room.feed().items[1].body
    room.save("rail/images/carte.png", PNG)
    edition = room.change("rail/images/carte.png")
    (picture,) = room.media()
    assert sorted(edition.written) == sorted([*ARTICLE, f"media/{picture}"])
    assert f"https://example.org/feeds/media/{picture}" in room.feed().items[1].body
    assert ("rail/a.md", "MW301") not in codes(edition)


def test_a_picture_that_changes_has_a_new_name_and_the_old_one_goes(room: Newsroom) -> None:
    """Caches keep pictures for a year; only another address shows another picture."""
    room.save("rail/images/carte.png", PNG)
    room.build()
    before = room.media()
    room.save("rail/images/carte.png", OTHER_PNG)
    edition = room.change("rail/images/carte.png")
    (after,) = room.media()
    assert after not in before
    assert (room.feeds / "media" / after).read_bytes() == OTHER_PNG
    assert edition.removed == (f"media/{before[0]}",)
    assert sorted(edition.written) == sorted([*ARTICLE, f"media/{after}"])


def test_a_picture_that_goes_is_told_and_taken_from_the_article(room: Newsroom) -> None:
    """An editor must learn of it before a reader does."""
    room.save("rail/images/carte.png", PNG)
    room.build()
    room.delete("rail/images/carte.png")
    edition = room.change("rail/images/carte.png")
    assert ("rail/a.md", "MW301") in codes(edition)
    assert room.media() == []
    assert "media/" not in room.feed().items[1].body
    assert not (room.feeds / "media").exists()


def test_a_picture_of_the_archive_is_renewed_too(newsroom: Newsroom) -> None:
    """What no feed shows any more still has its page."""
    newsroom.configure("[feeds.main]\nlimit = 1\n")
    newsroom.save("carte.png", PNG)
    newsroom.write("a.md", "![Carte](carte.png)", title="Ancien", date="2026-05-01")
    newsroom.write("b.md", title="Récent", date="2026-05-02")
    newsroom.build()
    before = newsroom.media()
    newsroom.save("carte.png", OTHER_PNG)
    newsroom.build()
    (after,) = newsroom.media()
    assert after not in before
    assert after in newsroom.page("a")


def test_a_picture_that_two_show_stays_until_the_last_lets_go(newsroom: Newsroom) -> None:
    """The one that is left would show a hole."""
    newsroom.save("carte.png", PNG)
    newsroom.write("a.md", "![Carte](carte.png)", title="Un")
    newsroom.write("b.md", "![Carte](carte.png)", title="Deux")
    newsroom.build()
    newsroom.delete("a.md")
    newsroom.build()
    assert len(newsroom.media()) == 1
    newsroom.write("b.md", "Sans image.", title="Deux")
    newsroom.build()
    assert newsroom.media() == []


def test_a_picture_that_nobody_shows_is_not_published(newsroom: Newsroom) -> None:
    """It lies beside the articles for a reason of its own, or for tomorrow."""
    newsroom.save("carte.png", PNG)
    newsroom.write("a.md", title="Un")
    newsroom.build()
    assert newsroom.media() == []


def test_the_picture_of_another_server_may_be_exchanged(newsroom: Newsroom) -> None:
    """It is none of our files: there is nothing to remove."""
    newsroom.write("a.md", title="Un", image="https://images.example/un.jpg")
    newsroom.build()
    newsroom.write("a.md", title="Un", image="https://images.example/deux.jpg")
    edition = newsroom.build()
    assert edition.removed == ()
    assert newsroom.document("a")["image"] == "https://images.example/deux.jpg"


def test_a_site_that_moves_takes_its_pictures_along(room: Newsroom) -> None:
    """An address that is given up must not stay in any article."""
    room.save("rail/images/carte.png", PNG)
    room.build()
    room.configure(site=(room.root / "markwire.toml").read_text().replace(
        'language = "fr"', 'language = "fr"\nfeeds_url = "https://flux.example/f/"'
    ))  # fmt: skip
    room.build()
    (picture,) = room.media()
    assert room.holds(["example.org/feeds"]) == []
    assert f"https://flux.example/f/media/{picture}" in room.feed().items[1].body


def test_a_link_to_an_article_that_comes_later_becomes_a_link(room: Newsroom) -> None:
    """Two editors write two parts, and the second is done first."""
    assert ("rail/a.md", "MW302") in codes(room.build())
    room.write("rail/suite.md", title="Suite", tags=["suite"])
    edition = room.change("rail/suite.md")
    assert '<a href="https://example.org/feeds/articles/suite.html">la suite</a>' in room.page("a")
    assert ("rail/a.md", "MW302") not in codes(edition)
    assert not [path for path in edition.written if "b." in path or "autre" in path]


@pytest.mark.parametrize("how", ["draft", "scheduled", "deleted"])
def test_a_link_to_an_article_that_is_withdrawn_becomes_text(room: Newsroom, how: str) -> None:
    """A link that leads nowhere is worse than none; and a draft's address tells of it."""
    room.write("rail/suite.md", title="Suite")
    room.build()
    if how == "draft":
        room.write("rail/suite.md", title="Suite", draft=True)
    elif how == "scheduled":
        room.write("rail/suite.md", title="Suite", date="2026-06-01")
    else:
        room.delete("rail/suite.md")
    edition = room.change("rail/suite.md")
    assert ("rail/a.md", "MW302") in codes(edition)
    assert "suite.html" not in room.page("a")
    assert "la suite" in room.page("a")


def test_a_link_follows_a_new_slug(room: Newsroom) -> None:
    """The editor corrects a word in the address; nobody searches all articles for links."""
    room.write("rail/suite.md", title="Suite")
    room.build()
    room.write("rail/suite.md", title="Suite", slug="la-fin")
    room.change("rail/suite.md")
    assert "articles/la-fin.html" in room.page("a")
    assert room.slugs() == ["a", "b", "la-fin"]


def test_a_link_to_a_name_that_was_given_up_is_told(room: Newsroom) -> None:
    """A renamed file is another name; the one who links must correct it."""
    room.write("rail/suite.md", title="Suite")
    room.build()
    room.rename("rail/suite.md", "rail/fin.md")
    edition = room.change("rail/suite.md", "rail/fin.md")
    assert ("rail/a.md", "MW302") in codes(edition)
    room.rename("rail/fin.md", "rail/suite.md")
    edition = room.change("rail/suite.md", "rail/fin.md")
    assert ("rail/a.md", "MW302") not in codes(edition)
    assert "articles/suite.html" in room.page("a")


def test_links_follow_names_that_were_swapped(newsroom: Newsroom) -> None:
    """A link names a file: it leads to the article that is there now."""
    newsroom.write("a.md", "Texte d’Alma.", title="Alma")
    newsroom.write("b.md", "Texte de Baya.", title="Baya")
    newsroom.write("c.md", "Voir [elle](a.md).", title="Lien")
    newsroom.build()
    assert "articles/a.html" in newsroom.page("c")
    newsroom.rename("a.md", "x.md")
    newsroom.rename("b.md", "a.md")
    newsroom.rename("x.md", "b.md")
    newsroom.build()
    assert "articles/b.html" in newsroom.page("c")


def test_only_the_referring_article_is_renewed(newsroom: Newsroom) -> None:
    """A thousand articles must not be converted again for one picture."""
    newsroom.write("a.md", "![x](x.png)", title="Un", section="A")
    for number in range(5):
        newsroom.write(f"n{number}.md", title=f"N{number}", section="N")
    newsroom.build()
    before = newsroom.states()
    newsroom.save("x.png", PNG)
    newsroom.change("x.png")
    after = newsroom.states()
    assert sorted(path for path in before if before[path] != after[path]) == sorted(
        [
            "articles/a.html",
            "articles/a.json",
            *FILE_NAMES.values(),
            "section/a/atom.xml",
            "section/a/feed.json",
            "section/a/rss.xml",
        ]
    )
