"""The board of the desk: where each article stands, and that editors find it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from markwire.catalogue.names import fold
from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.intake.watch import Batch
from markwire.pipeline.requests import Request
from markwire.pipeline.telling.board import BoardTeller
from markwire.views import COLUMNS, PAGE, AskBoard, BoardView
from newsroom import UNCONVERTIBLE, UNREADABLE, Newsroom, newsroom

__all__ = ["newsroom"]


def board(room: Newsroom, **asked: Any) -> BoardView:
    """Ask the catalogue that a newsroom has laid down."""
    catalogue = SqliteCatalogue(room.state / FILE_NAME)
    try:
        return BoardTeller().tell(AskBoard(**asked), catalogue, catalogue.batch, room.now)
    finally:
        catalogue.close()


def found(room: Newsroom, **asked: Any) -> list[tuple[str, str]]:
    """Column and path of each card, in their order."""
    return [(card.column, card.path) for card in board(room, **asked).cards]


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """One article in each column, but for those that take time to get there."""
    note = {"date": "2026-05-03", "text": "Le train part à 6 h 40."}
    typo = note | {"kind": "typo"}
    newsroom.write("a.md", title="Publié", date="2026-05-01", section="Économie")
    newsroom.write("b.md", title="Corrigé", date="2026-05-01", corrections=[note])
    newsroom.write("c.md", title="Coquille", date="2026-05-02", corrections=[typo])
    newsroom.write("d.md", title="Brouillon", draft=True)
    newsroom.write("e.md", title="À venir", date="2026-05-09")
    newsroom.write("f.md", title="Embargo", date="2026-05-01", embargo="2026-05-08T06:00Z")
    newsroom.write("g.md", title="Périmé", date="2026-05-01", expires="2026-05-03")
    newsroom.save("h.md", UNREADABLE)
    newsroom.write("i.md", UNCONVERTIBLE, title="Non converti", date="2026-05-01")
    newsroom.write("j.md", title="À tuer", date="2026-05-01")
    newsroom.write("k.md", title="À retirer", date="2026-05-01", language="kk")
    newsroom.build()
    with newsroom.press() as press:
        press.edition(Batch(), newsroom.now, {"x": Request("kill", "j.md", "Erreur.")})
    newsroom.delete("k.md")
    newsroom.build()
    return newsroom


def test_each_article_stands_in_one_column(room: Newsroom) -> None:
    """An editor who looks for an article must find it once, and where it belongs."""
    assert found(room) == [
        ("refused", "i.md"),
        ("refused", "h.md"),
        ("draft", "d.md"),
        ("scheduled", "e.md"),
        ("embargoed", "f.md"),
        ("published", "c.md"),
        ("published", "a.md"),
        ("corrected", "b.md"),
        ("withdrawn", "k.md"),
        ("expired", "g.md"),
        ("killed", "j.md"),
    ]
    counts = board(room).counts
    assert counts == dict.fromkeys(COLUMNS, 1) | {"refused": 2, "published": 2}
    assert list(counts) == [*COLUMNS]


@pytest.mark.parametrize("column", COLUMNS)
def test_one_column_shows_its_own_and_counts_all(room: Newsroom, column: str) -> None:
    """The numbers on the tabs must not change with the tab."""
    everything = board(room)
    view = board(room, column=column)
    assert view.cards == tuple(card for card in everything.cards if card.column == column)
    assert view.counts == everything.counts


def test_a_refused_article_tells_its_problems_and_stays_there_while_readers_see_it(
    room: Newsroom,
) -> None:
    """What is wrong is to be put right, whatever stands published meanwhile."""
    room.save("a.md", UNREADABLE)
    room.build()
    (card, *_) = board(room, column="refused").cards
    assert (card.path, card.headline, card.slug) == ("a.md", "Publié", "a")
    assert [each.code for each in card.problems] == ["MW218"]
    assert ("published", "a.md") not in found(room)
    room.write("a.md", title="Publié", date="2026-05-01")
    room.build()
    assert ("published", "a.md") in found(room)


def test_time_alone_moves_an_article(room: Newsroom) -> None:
    """What is scheduled is published one day, and what expires is not any more."""
    room.wait(days=6)
    assert [card for card in found(room) if card[1] in ("e.md", "f.md", "g.md")] == [
        ("published", "e.md"),
        ("published", "f.md"),
        ("expired", "g.md"),
    ]


@pytest.mark.parametrize(
    ("search", "paths"),
    [
        ("ECONOMIQUE", ["fr.md"]),
        ("etats", ["fr.md"]),
        ("coeur", ["fr.md"]),
        ("казакстан", ["kk.md"]),
        ("ҚАЗАҚСТАН", ["kk.md"]),
        ("озен", ["kk.md"]),
        ("елка", ["ru.md"]),
        ("район", ["ru.md"]),
        ("transport kk", []),
        ("rail kk", ["kk.md"]),
        ("rail/", ["kk.md"]),
        ("l'état", ["fr.md"]),
        ("100%", ["fr.md"]),
        ("  ", ["fr.md", "kk.md", "ru.md"]),
        ("'; DROP TABLE articles --", []),
    ],
)
def test_a_search_minds_neither_case_nor_accents(
    newsroom: Newsroom, search: str, paths: list[str]
) -> None:
    """Nobody types a Kazakh letter on a Russian keyboard, nor an accent in a hurry."""
    newsroom.write("fr.md", title="L’État ÉCONOMIQUE des États : le cœur à 100%", date="2026-05-03")
    newsroom.write("rail/kk.md", title="Қазақстан: өзен", date="2026-05-02")
    newsroom.write("ru.md", title="Ёлка в районе", date="2026-05-01")
    newsroom.build()
    assert [path.removeprefix("rail/") for _, path in found(newsroom, search=search)] == paths


def test_a_renamed_article_is_found_by_its_new_name(newsroom: Newsroom) -> None:
    """An editor looks for it where it lies now."""
    newsroom.write("ancien.md", title="Titre", date="2026-05-01")
    newsroom.build()
    newsroom.rename("ancien.md", "neuf/nouveau.md")
    newsroom.build()
    assert found(newsroom, search="nouveau") == [("published", "neuf/nouveau.md")]
    assert found(newsroom, search="ancien") == []
    newsroom.save("neuf/nouveau.md", UNREADABLE)
    newsroom.build()
    newsroom.rename("neuf/nouveau.md", "encore.md")
    newsroom.build()
    assert found(newsroom, search="encore titre") == [("refused", "encore.md")]


def test_filters_by_section_and_language_leave_the_choice_whole(room: Newsroom) -> None:
    """Who has chosen one section must be able to choose another."""
    view = board(room, section="Économie")
    assert [card.path for card in view.cards] == ["a.md"]
    assert view.counts == {"published": 1}
    assert (view.sections, view.languages) == (("Économie",), ("fr", "kk"))
    assert found(room, language="kk") == [("withdrawn", "k.md")]
    assert found(room, language="kk", search="retirer") == [("withdrawn", "k.md")]


def test_pages_hold_every_article_once(newsroom: Newsroom) -> None:
    """An article between two pages is one that nobody sees."""
    for number in range(PAGE + 20):
        newsroom.write(f"{number:03}.md", title=f"T{number}", date="2026-05-01", draft=number < 30)
    newsroom.write("z.md", title="Z", date="2026-05-02")
    newsroom.build()
    pages = [board(newsroom, page=page) for page in (1, 2)]
    assert [(len(each.cards), each.page, each.pages) for each in pages] == [(50, 1, 2), (21, 2, 2)]
    paths = [card.path for each in pages for card in each.cards]
    assert len({*paths}) == PAGE + 21
    assert paths[30] == "z.md"
    assert board(newsroom, page=9).page == 2
    assert board(newsroom, page=-1).page == 1


def test_an_empty_newsroom_has_one_empty_page(newsroom: Newsroom) -> None:
    """The first look at a new site must not fail."""
    newsroom.build()
    assert board(newsroom, search="x") == BoardView((), {}, 1, 1, (), ())


def test_what_was_counted_is_counted_again_once_something_changed(newsroom: Newsroom) -> None:
    """A number that is remembered for too long is a wrong one."""
    newsroom.write("a.md", title="A", date="2026-05-01")
    newsroom.build()
    teller = BoardTeller()
    with newsroom.press() as press:
        catalogue = press.catalogue

        def ask() -> dict[str, int]:
            view = teller.tell(AskBoard(), catalogue, catalogue.batch, newsroom.now)
            return {**view.counts}

        assert ask() == {"published": 1}
        newsroom.write("b.md", title="B", date="2026-05-01")
        newsroom.edition(press)
        teller.forget()
        assert ask() == {"published": 2}


@given(st.text())
@example("℡ ŉ ẞ ﬃ ΐ")
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    """Else a search would look for something that stands nowhere."""
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_a_part_of_a_text_is_found_in_it_when_both_are_folded(before: str, after: str) -> None:
    """Whoever copies a word out of a headline must find it."""
    assert all(word in fold(f"{before} Қазақ {after}") for word in fold("Қазақ").split())


def _large(path: Path, number: int) -> SqliteCatalogue:
    """A catalogue of so many published articles, and as many withdrawn."""
    catalogue = SqliteCatalogue(path / FILE_NAME)
    rows = (
        f"('g{n}', '', 's{n}', '', {n}, 'p{n}.md', '', 'Titre {n}', '', 0, {n}, 0, 0, 'fr', '',"
        f" {n % 2}, {n % 2}, {n}, {n}, '', 1, 'titre {n} p{n}.md')"
        for n in range(number)
    )
    with catalogue.batch():
        catalogue._db.execute(
            "INSERT INTO articles (guid, own_id, slug, page, published, path, fingerprint,"
            " headline, permalink, updated, appears, draft, embargoed, language, substance,"
            f" present, live, seen, gone, reason, composed, folded) VALUES {', '.join(rows)}"
        )
    return catalogue


_OF_ALL = {"SELECT standing, count(*)", "SELECT articles.id"}


def test_a_board_asks_one_index_and_looks_at_no_more_articles_than_it_shows(
    tmp_path: Path,
) -> None:
    """An edition waits for what the desk asks: it must not wait for an archive."""
    catalogue = _large(tmp_path, 400)
    asked: list[str] = []
    catalogue._db.set_trace_callback(asked.append)
    now = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(days=1)
    for question in (AskBoard(), AskBoard(search="titre 3"), AskBoard(column="published")):
        BoardTeller().tell(question, catalogue, catalogue.batch, now)
    catalogue._db.set_trace_callback(None)
    plans = {
        (query.partition(" FROM ")[0], step[3])
        for query in asked
        if query.startswith("SELECT") and "articles" in query
        for step in catalogue._db.execute(f"EXPLAIN QUERY PLAN {query}")
    }
    catalogue.close()
    assert plans
    assert {step for _, step in plans if "TEMP B-TREE" in step} == set()
    of_all = {
        step for query, step in plans if query in _OF_ALL and not step.startswith("SCAN found")
    }
    assert of_all
    assert all("COVERING INDEX articles_on_board" in step for step in of_all)
    others = {step for query, step in plans if query not in _OF_ALL and "SCAN articles" in step}
    assert others == set()
