"""A feed that would lose many articles at once waits for somebody to confirm it."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from markwire.model import Site
from markwire.outlet.gate import changes_too_much
from markwire.pipeline import Request, pages
from markwire.pipeline.composing import Delivery, Failure, Order, compose_file
from newsroom import EVERYTHING, Newsroom, codes
from newsroom import newsroom as newsroom

RAIL = "[feeds.rail]\ntitle = 'Rail'\nwhere = { tag = '%s' }\n"
CONFIRM = {"word": Request("confirm")}


@pytest.fixture
def ten(newsroom: Newsroom) -> Newsroom:
    """A newsroom with ten articles out, all of them about trains."""
    newsroom.configure(RAIL % "rail")
    for number in range(10):
        when = (newsroom.now - timedelta(days=number + 1)).isoformat()
        newsroom.write(f"{number}.md", title=f"Le {number}", date=when, tags=["rail"])
    newsroom.build()
    return newsroom


@pytest.mark.parametrize(
    ("lost", "moved", "of", "held"),
    [
        (4, 0, 4, False),
        (5, 0, 24, True),
        (5, 0, 25, False),
        (0, 12, 25, False),
        (0, 13, 25, True),
        (4, 8, 20, True),
        (0, 4, 4, False),
    ],
)
def test_five_and_a_fifth_are_too_many_or_half_where_they_only_moved(
    lost: int, moved: int, of: int, held: bool
) -> None:
    """One slip must pass, and a catastrophe must not."""
    assert changes_too_much(lost=lost, moved=moved, of=of) == held


def test_a_slip_in_the_configuration_empties_no_feed(ten: Newsroom) -> None:
    """A typing error in 'where' reads like the end of ten articles."""
    before = ten.feed("rail")
    ten.configure(RAIL % "raill")
    assert [code for _, code in codes(ten.build())] == ["MW416"]
    assert ten.feed("rail") == before
    ten.write("new.md", title="Neuf", date=ten.now.isoformat())
    assert [code for _, code in codes(ten.change("new.md"))] == ["MW416"]
    assert ten.headlines()[0] == "Neuf"  # All other feeds go on.
    ten.configure(RAIL % "rail")
    assert codes(ten.build()) == []
    assert ten.feed("rail") == before


def test_what_was_meant_is_confirmed(ten: Newsroom) -> None:
    """With the word that withdraws files that went, too."""
    ten.configure(RAIL % "route")
    assert codes(ten.build()) != []
    with ten.press() as press:
        assert codes(press.edition(EVERYTHING, ten.now, CONFIRM)) == []
    assert ten.headlines("rail") == []
    assert codes(ten.build()) == []


def test_what_an_editor_takes_away_needs_no_second_word(ten: Newsroom) -> None:
    """Drafts, ends and kills are decisions about each article."""
    for number in range(6):
        ten.write(f"{number}.md", title=f"Le {number}", tags=["rail"], draft=True)
    assert codes(ten.build()) == []
    assert len(ten.headlines("rail")) == 4
    ten.configure("[feeds.main]\nlimit = 2\n" + RAIL % "rail")
    assert codes(ten.build()) == []
    assert len(ten.headlines()) == 2


def test_a_clock_that_goes_back_empties_no_feed(ten: Newsroom) -> None:
    """In the year before, nothing of this has been written yet."""
    before = ten.feed()
    ten.now -= timedelta(days=365)
    assert "MW416" in [code for _, code in codes(ten.build())]
    assert ten.feed() == before


def test_other_guids_for_old_articles_wait(ten: Newsroom) -> None:
    """Whoever loses the catalogue and the JSON of the articles would send all of them again."""
    before = ten.feed()
    ten.lose_catalogue()
    shutil.rmtree(ten.feeds / "articles")
    ten.configure(site=ten.root.joinpath("markwire.toml").read_text().replace("example", "other"))
    assert {code for _, code in codes(ten.build())} == {"MW416"}
    assert ten.feed() == before
    with ten.press() as press:
        press.edition(EVERYTHING, ten.now, CONFIRM)
    assert ten.headlines() == before.headlines
    assert set(ten.feed().guids).isdisjoint(before.guids)


def test_a_feed_waits_for_an_article_that_is_being_changed(
    ten: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its fragments are of another kind now, and its file is written to at this moment."""
    before = ten.feed()
    ten.configure("[feeds.main]\nbody = 'summary'\n" + RAIL % "rail")

    def changing(order: Order, *, site: Site) -> Delivery | Failure | None:
        return None if order.path == "3.md" else compose_file(order, site=site)

    with monkeypatch.context() as busy:
        busy.setattr(pages, "compose_file", changing)
        ten.build()
    assert ten.feed() == before
    ten.write("3.md", "Autre.", title="Le 3", date=before.items[3].published.isoformat())
    ten.change("3.md")
    assert ten.headlines() == before.headlines
    assert ten.feed() != before


def test_feeds_that_go_live_together_are_of_one_generation(ten: Newsroom) -> None:
    """By it, a server knows which documents belong together."""
    with ten.press() as press:
        catalogue = press._catalogue
        first = catalogue.generation()
        ten.write("0.md", "Neuf.", title="Le 0", tags=["rail"])
        ten.edition(press)
        assert catalogue.generation() == first + 1
        ten.edition(press)
        assert catalogue.generation() == first + 1
