"""An article that cannot be published as it stands stops nothing, and takes nothing away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsroom import PNG, SITE, UNCONVERTIBLE, UNREADABLE, Newsroom, codes, newsroom

__all__ = ["newsroom"]

# What an editor may save: each is refused for a reason of its own, by the reader or later.
BROKEN: dict[str, tuple[str | bytes, str]] = {
    "front matter": (UNREADABLE, "MW218"),
    "no end": ("---\ntitle: Un\n", "MW201"),
    "not UTF-8": (b"---\ntitle: Un\n---\n\n\xe9t\xe9\n", "MW101"),
    "embargo without a zone": ("---\ntitle: Un\nembargo: 2026-05-01T06:00\n---\n\nx\n", "MW208"),
    "body": (f"---\ntitle: Neuf\ntags: [neuf]\n---\n\n{UNCONVERTIBLE}\n", "MW304"),
    "body and slug": (f"---\ntitle: Neuf\nslug: neuf\n---\n\n{UNCONVERTIBLE}\n", "MW304"),
    "body and date": (f"---\ntitle: Neuf\ndate: 2020-01-01\n---\n\n{UNCONVERTIBLE}\n", "MW304"),
}
broken = pytest.mark.parametrize(("content", "code"), BROKEN.values(), ids=BROKEN.keys())


@pytest.fixture
def published(newsroom: Newsroom) -> Newsroom:
    """A newsroom whose article ``a.md`` is out, with a picture, beside another one."""
    newsroom.save("carte.png", PNG)
    newsroom.write(
        "a.md", "Le bon texte. ![Carte](carte.png)", title="Un", tags=["rail"], authors=["Aliya"]
    )
    newsroom.write("b.md", "Suite : [Un](a.md).", title="Deux")
    newsroom.build()
    return newsroom


@broken
def test_the_last_good_version_stays_in_feeds_page_and_json(
    published: Newsroom, content: str | bytes, code: str
) -> None:
    """A slip of the keyboard must not take an article from its readers."""
    before = published.files()
    published.save("a.md", content)
    edition = published.change("a.md")
    assert codes(edition) == [("a.md", code)]
    assert edition.refused == ("a.md",)
    assert published.files() == before
    # … and nothing is owed: nothing is written, ever after.
    states = published.states()
    assert published.build().written == ()
    assert published.states() == states


@broken
def test_the_last_good_version_stays_when_the_catalogue_is_lost(
    published: Newsroom, content: str | bytes, code: str
) -> None:
    """Two misfortunes on one day; the published JSON holds all that is needed."""
    before = published.files()
    published.save("a.md", content)
    published.build()
    published.lose_catalogue()
    edition = published.build()
    assert codes(edition) == [("a.md", code)]
    assert edition.written == edition.removed == ()
    assert published.files() == before


@broken
def test_the_last_good_version_takes_part_in_a_new_configuration(
    published: Newsroom, content: str | bytes, code: str
) -> None:
    """A feed that is added must not lack an article that the others carry."""
    published.save("a.md", content)
    published.build()
    published.configure(
        "[feeds.breves]\nbody = 'summary'\n"
        "[feeds.rail]\nwhere = { tag = 'rail' }\n"
        "[feeds.chemin]\nwhere = { path = 'a.*' }\n"
        "[each]\nauthor = true\ntag = false\n"
    )
    assert codes(published.build()) == [("a.md", code)]
    assert {key: feed.headlines for key, feed in published.all_feeds().items()} == {
        "": ["Deux", "Un"],
        "author/aliya": ["Un"],
        "breves": ["Deux", "Un"],
        "chemin": ["Un"],
        "rail": ["Un"],
    }
    assert "Le bon texte." in published.page("a")
    # What a clean build of the same makes is the same.
    files = published.files()
    published.lose_catalogue()
    published.build()
    assert published.files() == files


@broken
def test_a_moved_site_keeps_the_last_good_version_and_its_picture(
    published: Newsroom, content: str | bytes, code: str
) -> None:
    """The move is not the day on which everybody looks after old articles."""
    (picture,) = published.media()
    published.save("a.md", content)
    published.build()
    published.configure(site=SITE.replace("example.org", "nouveau.example"))
    assert codes(published.build()) == [("a.md", code)]
    assert published.headlines() == ["Deux", "Un"]
    assert published.media() == [picture]
    published.lose_catalogue()
    published.build()
    assert published.headlines() == ["Deux", "Un"]
    assert published.media() == [picture]


@broken
def test_correcting_the_file_publishes_it(
    published: Newsroom, content: str | bytes, code: str
) -> None:
    """That is all that an editor should have to do."""
    guid = published.guid("Un")
    published.save("a.md", content)
    published.build()
    published.write("a.md", "Le texte corrigé.", title="Un, corrigé", tags=["rail", "route"])
    edition = published.change("a.md")
    assert codes(edition) == []
    assert published.guid("Un, corrigé") == guid
    assert published.headlines("tag/rail") == published.headlines("tag/route") == ["Un, corrigé"]
    assert "Le texte corrigé." in published.page("a")
    assert published.media() == []


@broken
def test_an_article_never_published_stays_so_until_it_is_correct(
    newsroom: Newsroom, content: str | bytes, code: str
) -> None:
    """Half an article is worse than none."""
    newsroom.write("b.md", title="Deux")
    newsroom.save("a.md", content)
    edition = newsroom.build()
    assert codes(edition) == [("a.md", code)]
    assert newsroom.headlines() == ["Deux"]
    assert newsroom.slugs() == ["b"]
    assert newsroom.keys() == [""]
    assert newsroom.wait(days=1).written == ()
    newsroom.write("a.md", title="Un", date="2026-05-04")
    newsroom.build()
    assert sorted(newsroom.headlines()) == ["Deux", "Un"]


@broken
def test_a_refused_article_does_not_shorten_a_window(
    newsroom: Newsroom, content: str | bytes, code: str
) -> None:
    """A feed of two articles carries two, whatever the newest file is like."""
    newsroom.configure("[feeds.main]\nlimit = 2\n")
    newsroom.write("b.md", title="Deux", date="2026-05-02")
    newsroom.write("c.md", title="Trois", date="2026-05-01")
    newsroom.save("a.md", content)
    newsroom.build()
    assert newsroom.headlines() == ["Deux", "Trois"]


def test_an_undated_article_takes_its_date_when_readers_first_see_it(newsroom: Newsroom) -> None:
    """It was refused for three days; it is no news of three days ago."""
    newsroom.write("a.md", UNCONVERTIBLE, title="Un")
    newsroom.build()
    newsroom.now += timedelta(days=3)
    newsroom.write("a.md", title="Un")
    newsroom.build()
    (item,) = newsroom.feed().items
    assert newsroom.now - item.published < timedelta(hours=1)


def test_a_problem_says_where_why_and_what_to_do(newsroom: Newsroom) -> None:
    """An editor must not need an engineer."""
    newsroom.save("dossier/a.md", "---\ntitle: Un\nembargo: 2026-05-01T06:00\n---\n\nTexte.\n")
    (problem,) = newsroom.build().problems
    assert (problem.path, problem.line, problem.column, problem.code, problem.severity) == (
        "dossier/a.md",
        3,
        10,
        "MW208",
        "error",
    )
    assert str(problem) == (
        "dossier/a.md:3:10: MW208 'embargo' has no time zone, and an embargo must say to the"
        " minute when it ends; write it as 2026-05-01T06:00+01:00"
    )


def test_one_refused_article_stops_no_other(newsroom: Newsroom) -> None:
    """The wire goes on while one editor looks for a quotation mark."""
    for number, (content, _) in enumerate(BROKEN.values()):
        newsroom.save(f"faux-{number}.md", content)
    newsroom.write("a.md", title="Un")
    edition = newsroom.build()
    assert newsroom.headlines() == ["Un"]
    assert len(edition.refused) == len(BROKEN)


def test_a_refused_article_that_is_deleted_is_withdrawn(published: Newsroom) -> None:
    """That its last good version stays is no way to keep it for ever."""
    published.save("a.md", UNREADABLE)
    published.build()
    published.delete("a.md")
    edition = published.change("a.md")
    assert published.headlines() == ["Deux"]
    assert published.slugs() == ["b"]
    assert published.media() == []
    assert codes(edition) == [("b.md", "MW302")]


def test_a_problem_of_a_text_that_is_no_more_is_not_told(published: Newsroom) -> None:
    """A warning about line 9 of a file of three lines sends an editor searching."""
    published.write("b.md", "\n\n![x](manque.png)", title="Deux")
    assert codes(published.change("b.md")) == [("b.md", "MW301")]
    published.save("b.md", UNREADABLE)
    assert codes(published.change("b.md")) == [("b.md", "MW218")]
    published.write("b.md", title="Deux")
    assert codes(published.change("b.md")) == []


def test_a_slug_that_came_with_an_unconvertible_body_comes_with_the_corrected_one(
    published: Newsroom,
) -> None:
    """Links of others lead to where the article is, at each moment."""
    published.write("a.md", UNCONVERTIBLE, title="Un", slug="neuf")
    published.build()
    assert published.slugs() == ["a", "b"]
    assert "articles/a.html" in published.page("b")
    published.write("a.md", title="Un", slug="neuf")
    published.change("a.md")
    assert published.slugs() == ["b", "neuf"]
    assert "articles/neuf.html" in published.page("b")


def test_a_draft_with_an_unconvertible_body_is_withdrawn(published: Newsroom) -> None:
    """That it shall go can be read, whatever else cannot."""
    published.write("a.md", UNCONVERTIBLE, title="Un", draft=True)
    published.change("a.md")
    assert published.headlines() == ["Deux"]
    assert published.slugs() == ["b"]


def test_a_scheduled_article_that_is_refused_does_not_appear(published: Newsroom) -> None:
    """Its good text is in no file any more, and what it was before was taken back."""
    published.write("a.md", title="Demain", date="2026-05-04T13:00Z")
    published.change("a.md")
    published.save("a.md", UNREADABLE)
    published.change("a.md")
    published.wait(hours=2)
    assert published.headlines() == ["Deux"]
    assert published.slugs() == ["b"]
    published.wait(days=31)  # Its tombstone has been buried.
    with published.press() as press:
        assert press.seconds_until_due() is None
    published.write("a.md", title="Enfin", date="2026-05-04T13:00Z")
    published.change("a.md")
    assert published.headlines() == ["Enfin", "Deux"]


def test_an_article_whose_new_file_cannot_be_read_yet_stays_published(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build grants no grace; but the file that came may be the one that went."""
    from markwire.intake import folder, inside  # noqa: PLC0415

    newsroom.write("a.md", title="Un")
    newsroom.build()
    before = newsroom.feed()
    newsroom.rename("a.md", "b.md")

    opening = inside.open_inside

    def failing(root: object, path: str) -> object:
        if path == "b.md":
            raise OSError(5, "Input/output error")
        return opening(root, path)  # type: ignore[arg-type]

    with monkeypatch.context() as bad:
        bad.setattr(folder, "open_inside", failing)
        assert codes(newsroom.build()) == [("b.md", "MW103")]
    assert newsroom.feed() == before
    assert codes(newsroom.build()) == []
    assert newsroom.feed() == before


def test_a_file_whose_rights_were_mended_is_published(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``chmod`` changes neither size nor time: only the reading itself can tell."""
    from markwire.intake import folder, inside  # noqa: PLC0415

    newsroom.write("a.md", title="Un")
    newsroom.write("b.md", title="Deux")
    newsroom.build()
    newsroom.now += timedelta(days=1)
    newsroom.write("a.md", title="Un, encore")
    newsroom.now += timedelta(days=1)
    opening = inside.open_inside

    def forbidding(root: object, path: str) -> object:
        if path == "a.md":
            raise PermissionError(13, "Permission denied")
        return opening(root, path)  # type: ignore[arg-type]

    monkeypatch.setattr(folder, "open_inside", forbidding)
    assert codes(newsroom.build()) == [("a.md", "MW103")]
    assert sorted(newsroom.headlines()) == ["Deux", "Un"]
    monkeypatch.undo()
    assert codes(newsroom.build()) == []
    assert sorted(newsroom.headlines()) == ["Deux", "Un, encore"]
