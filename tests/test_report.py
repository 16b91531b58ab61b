"""The report that editors find in their folder is true, quiet, and nobody's article."""

from __future__ import annotations

import pytest

from markwire.intake.watch import Batch
from newsroom import EVERYTHING, SITE, UNREADABLE, Newsroom, newsroom

__all__ = ["newsroom"]


def report(room: Newsroom) -> str:
    return (room.content / room.site.report).read_text(encoding="utf-8")


def test_it_tells_what_editors_should_know_and_readers_must_not(newsroom: Newsroom) -> None:
    """In their language, and never below the feeds folder."""
    newsroom.write("a.md", title="Paru", date="2026-05-01")
    newsroom.save("b.md", UNREADABLE)
    newsroom.write("c.md", title="Demain", date="2026-05-05T08:00+05:00")
    newsroom.write("d.md", title="Sous embargo", embargo="2026-05-06T08:00+05:00")
    newsroom.write("e.md", title="Brouillon-canari", draft=True)
    newsroom.build()
    told = report(newsroom)
    assert newsroom.site.report == "_rapport.md"
    for part in (
        "b.md:2",
        "Demain",
        "5 mai 2026",
        "Sous embargo",
        "6 mai 2026",
        "Brouillon-canari",
    ):
        assert part in told
    assert "Paru" not in told
    assert newsroom.headlines() == ["Paru"]
    assert newsroom.holds(["Brouillon-canari", "rapport"]) == []


def test_it_asks_about_a_change_that_nobody_declared(newsroom: Newsroom) -> None:
    """And no longer, once somebody has."""
    newsroom.write("a.md", "Dix wagons.", title="Le train", date="2026-05-01")
    newsroom.build()
    assert "Le train" not in report(newsroom)
    newsroom.write("a.md", "Vingt wagons.", title="Le train", date="2026-05-01")
    newsroom.build()
    assert "Le train" in report(newsroom)
    note = {"date": "2026-05-04T11:00Z", "text": "Vingt wagons, non dix."}
    newsroom.write("a.md", "Vingt wagons.", title="Le train", date="2026-05-01", corrections=[note])
    newsroom.build()
    assert "Le train" not in report(newsroom)


def test_it_says_how_to_confirm_a_mass_deletion(newsroom: Newsroom) -> None:
    """An editor who has emptied the folder on purpose must find the way."""
    for number in range(5):
        newsroom.write(f"d/{number}.md", title=f"N° {number}")
    newsroom.build()
    newsroom.rename("d", "../away")
    newsroom.build()
    assert "markwire confirm" in report(newsroom)
    assert "d/4.md" in report(newsroom)


def test_it_is_written_only_when_there_is_something_else_to_tell(newsroom: Newsroom) -> None:
    """A sync program would carry each version of it to every editor."""
    newsroom.write("a.md", title="Un", draft=True)
    newsroom.write("b.md", "Un.", title="Deux", date="2026-05-01")
    newsroom.build()
    path = newsroom.content / newsroom.site.report
    before = path.stat().st_mtime_ns, path.stat().st_ino
    with newsroom.press() as press:
        newsroom.edition(press, EVERYTHING)
        newsroom.write("b.md", "Un.", title="Deux", date="2026-05-01", tags=["rail"])
        newsroom.edition(press, Batch(frozenset(["b.md"])))
        newsroom.now = newsroom.now.replace(hour=18)
        newsroom.edition(press, EVERYTHING)
        assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
        path.unlink()
        newsroom.edition(press, EVERYTHING)
    assert "Un" in report(newsroom)


def test_it_can_be_switched_off(newsroom: Newsroom) -> None:
    """Some newsrooms have a screen for that."""
    newsroom.configure('[editors]\nreport = ""\n')
    newsroom.write("a.md", title="Un")
    newsroom.build()
    assert [path.name for path in newsroom.content.iterdir()] == ["a.md"]


@pytest.mark.parametrize(("language", "name"), [("fr", "_rapport.md"), ("kk", "_report.md")])
def test_it_bears_a_name_that_editors_can_read(
    newsroom: Newsroom, language: str, name: str
) -> None:
    """French where the newsroom is French."""
    newsroom.configure(site=SITE.replace('"fr"', f'"{language}"'))
    newsroom.write("a.md", title="Un")
    newsroom.build()
    assert (newsroom.content / name).exists()


def test_a_folder_that_cannot_be_written_is_published_all_the_same(newsroom: Newsroom) -> None:
    """The report is for editors; the feeds are for readers."""
    newsroom.write("a.md", title="Un")
    (newsroom.content / newsroom.site.report).mkdir()
    newsroom.build()
    assert newsroom.headlines() == ["Un"]


def test_it_is_cut_where_nobody_reads_on(newsroom: Newsroom) -> None:
    """An unmounted share of ten thousand articles is one piece of news."""
    for number in range(130):
        newsroom.write(f"d/{number:03}.md", title=f"N{number}")
        newsroom.save(f"e/{number:03}.md", UNREADABLE)
    newsroom.build()
    newsroom.rename("d", "../away")
    newsroom.build()
    told = report(newsroom)
    assert (told.count("- d/"), told.count("(MW218)"), told.count("… et 30 autres")) == (
        100,
        100,
        2,
    )
