"""A GUID is minted once, and nothing that an editor, a disk or a fault does changes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from markwire.intake.watch import Batch
from newsroom import NOON, SITE, UNREADABLE, Newsroom, codes, newsroom

__all__ = ["newsroom"]

MOVED_SITE = SITE.replace("example.org", "nouveau.example")
UUID = "0F9E8D7C-1234-5678-9ABC-DEF012345678"


def test_a_guid_is_made_of_host_first_date_and_first_path(newsroom: Newsroom) -> None:
    """RFC 4151: unique for ever, and readable to whoever must find the article."""
    newsroom.write("transport/2026-05-01-L’accord.md", title="Un")
    newsroom.build()
    assert newsroom.guid("Un") == "tag:example.org,2026-04-30:transport/2026-05-01-l-accord"


@pytest.mark.parametrize(
    ("own", "guid"),
    [
        ("https://ancien.example/?p=12", "https://ancien.example/?p=12"),
        ("urn:uuid:" + UUID.lower(), "urn:uuid:" + UUID.lower()),
        (UUID, "urn:uuid:" + UUID.lower()),
        ("Accord 2026", "tag:example.org,2026-05-01:id/accord-2026"),
    ],
)
def test_an_editors_own_id_is_the_guid(newsroom: Newsroom, own: str, guid: str) -> None:
    """Articles that come from another system keep the GUID that their readers know."""
    newsroom.write("a.md", title="Un", id=own, date="2026-05-01T06:00Z")
    newsroom.build()
    assert newsroom.guid("Un") == guid


def test_whatever_is_edited_the_guid_stays(newsroom: Newsroom) -> None:
    """Readers must not see an old article as new."""
    front: dict[str, object] = {"title": "Un", "section": "Transport", "date": "2026-05-01"}
    newsroom.write("a.md", **front)
    newsroom.build()
    guid = newsroom.guid("Un")
    changes: list[dict[str, object]] = [
        {"title": "Autre titre"},
        {"slug": "autre-mot"},
        {"section": "Culture"},
        {"date": "2025-01-01"},
        {"updated": "2026-05-02"},
        {"tags": ["rail"]},
        {"id": "https://example.org/later"},
        {"language": "ru"},
    ]
    for change in changes:
        front |= change
        newsroom.write("a.md", "Texte neuf.", **front)
        newsroom.change("a.md")
        assert newsroom.feed().guids == [guid]
    newsroom.configure(site=MOVED_SITE)
    newsroom.build()
    (item,) = newsroom.feed().items
    assert item.guid == guid
    assert item.url == "https://nouveau.example/feeds/articles/autre-mot.html"


@pytest.mark.parametrize("target", ["b.md", "2025/dossier/a.md", "a.markdown", "élan.md"])
@pytest.mark.parametrize("edited", [False, True])
def test_renaming_and_moving_a_file_keeps_guid_slug_and_date(
    newsroom: Newsroom, target: str, edited: bool
) -> None:
    """A folder is put in order; a reader's list must not fill with old news."""
    newsroom.write("a.md", title="Un")
    newsroom.write("voisin.md", title="Voisin")
    newsroom.build()
    before = newsroom.feed()
    newsroom.now += timedelta(days=1)
    newsroom.rename("a.md", target)
    if edited:
        newsroom.write(target, "Un autre texte.", title="Un")
    newsroom.change("a.md", target)
    after = newsroom.feed()
    assert [(i.guid, i.url, i.published) for i in after.items] == [
        (i.guid, i.url, i.published) for i in before.items
    ]
    assert newsroom.slugs() == ["a", "voisin"]


def test_an_article_without_a_date_keeps_the_one_it_was_first_seen_with(
    newsroom: Newsroom,
) -> None:
    """Sync programs set file times anew; that must not shuffle the feed."""
    newsroom.write("a.md", title="Un")
    newsroom.touch("a.md", datetime(2026, 5, 2, 8, 30, 15, tzinfo=UTC))
    newsroom.build()
    first = datetime(2026, 5, 2, 8, 30, 15, tzinfo=UTC)
    assert [item.published for item in newsroom.feed().items] == [first]
    newsroom.touch("a.md", NOON)
    newsroom.build()
    newsroom.write("a.md", "Autre texte.", title="Un")
    newsroom.build()
    newsroom.lose_catalogue()
    newsroom.build()
    assert [item.published for item in newsroom.feed().items] == [first]


def test_published_moves_only_where_the_editor_moves_it(newsroom: Newsroom) -> None:
    """A date taken away is no wish for another one."""
    newsroom.write("a.md", title="Un", date="2026-05-01T06:00Z")
    newsroom.build()
    for date in ("2026-05-01T06:00Z", None, "2026-04-01T06:00Z", None):
        front = {"title": "Un"} | ({"date": date} if date else {})
        newsroom.write("a.md", **front)
        newsroom.change("a.md")
    assert [item.published for item in newsroom.feed().items] == [
        datetime(2026, 4, 1, 6, tzinfo=UTC)
    ]


def test_a_file_of_the_future_is_published_as_of_now(newsroom: Newsroom) -> None:
    """A camera's or a laptop's wrong clock must not pin an article to the top for years."""
    newsroom.write("a.md", title="Un")
    newsroom.touch("a.md", NOON + timedelta(days=1000))
    newsroom.build()
    assert [item.published for item in newsroom.feed().items] == [NOON]


# --- the catalogue is lost ---------------------------------------------------------------


@pytest.mark.parametrize("site", [SITE, MOVED_SITE])
def test_a_lost_catalogue_comes_back_from_what_was_published(newsroom: Newsroom, site: str) -> None:
    """A disk dies, a container starts anew: nobody's reader may notice."""
    newsroom.write("a.md", title="Un", id=UUID)
    newsroom.write("b.md", title="Deux", id="mon id")
    newsroom.write("c.md", title="Trois", date="2026-05-01T06:00Z")
    newsroom.write("d.md", title="Quatre")
    newsroom.write("e/f.md", title="Cinq", slug="nouveau-mot", date="2026-05-02")
    newsroom.build()
    newsroom.rename("d.md", "dossier/renommé.md")
    newsroom.build()
    before = {item.headline: (item.guid, item.published) for item in newsroom.feed().items}
    slugs = newsroom.slugs()
    newsroom.lose_catalogue()
    for path in ("a.md", "dossier/renommé.md"):
        newsroom.touch(path, NOON)
    newsroom.now += timedelta(days=30)
    newsroom.configure(site=site)
    newsroom.build()
    after = {item.headline: (item.guid, item.published) for item in newsroom.feed().items}
    assert after == before
    assert newsroom.slugs() == slugs


def test_a_catalogue_lost_while_a_first_edition_fails_is_not_lost_twice(
    newsroom: Newsroom,
) -> None:
    """The share with the articles comes back a minute after the machine."""
    newsroom.write("a.md", title="Un")
    newsroom.build()
    newsroom.rename("a.md", "b.md")
    newsroom.build()
    guid = newsroom.guid("Un")
    newsroom.lose_catalogue()
    newsroom.content.rename(newsroom.root / "away")
    with newsroom.press() as press:
        with pytest.raises(Exception, match="content folder cannot be read"):
            newsroom.edition(press)
        (newsroom.root / "away").rename(newsroom.content)
        newsroom.edition(press)
    assert newsroom.guid("Un") == guid
    # The same, where a process ends in between.
    newsroom.lose_catalogue()
    newsroom.content.rename(newsroom.root / "away")
    with pytest.raises(Exception, match="content folder cannot be read"):
        newsroom.build()
    (newsroom.root / "away").rename(newsroom.content)
    newsroom.build()
    assert newsroom.guid("Un") == guid


# --- gone, and back ----------------------------------------------------------------------


@pytest.mark.parametrize("own", [{}, {"id": "mon id"}, {"id": UUID}])
def test_an_article_withdrawn_and_restored_is_the_same_article(
    newsroom: Newsroom, own: dict[str, object]
) -> None:
    """It was taken down for an hour, by mistake or by a lawyer."""
    newsroom.write("a.md", title="Un", **own)
    newsroom.build()
    before = newsroom.feed()
    newsroom.delete("a.md")
    newsroom.change("a.md")
    assert newsroom.feed().items == ()
    newsroom.now += timedelta(days=1)
    newsroom.write("a.md", title="Un", **own)
    newsroom.change("a.md")
    assert newsroom.feed() == before
    assert newsroom.ledger() == [
        (event, before.items[0].guid) for event in ("minted", "published", "withdrawn", "published")
    ]


def test_an_own_id_finds_its_article_again_under_any_name(newsroom: Newsroom) -> None:
    """That is what an editor writes an id for."""
    newsroom.write("a.md", title="Un", id="mon id")
    newsroom.build()
    guid = newsroom.guid("Un")
    newsroom.delete("a.md")
    newsroom.change("a.md")
    newsroom.write("tout/autre.md", title="Autre", id="mon id")
    newsroom.change("tout/autre.md")
    assert newsroom.feed().guids == [guid]


def test_a_guid_written_down_as_an_id_finds_its_article_again(newsroom: Newsroom) -> None:
    """An editor copies the GUID out of the feed: nothing else is so sure."""
    newsroom.write("a.md", title="Un")
    newsroom.build()
    guid = newsroom.guid("Un")
    newsroom.delete("a.md")
    newsroom.change("a.md")
    newsroom.write("tout/autre.md", title="Autre", id=guid)
    newsroom.change("tout/autre.md")
    assert newsroom.feed().guids == [guid]


# --- two of one ----------------------------------------------------------------------------


@pytest.mark.parametrize("own", ["mon id", UUID, "https://ancien.example/?p=12"])
def test_the_second_file_of_one_id_is_refused(newsroom: Newsroom, own: str) -> None:
    """Somebody copied an article to start another, with its id."""
    newsroom.write("b.md", title="Premier", id=own)
    newsroom.build()
    newsroom.write("a.md", title="Copie", id=own)
    edition = newsroom.change("a.md")
    assert codes(edition) == [("a.md", "MW401")]
    assert edition.problems[0].message == f"the id '{own}' already belongs to b.md"
    assert newsroom.headlines() == ["Premier"]
    # Which of the two came first is not forgotten with the catalogue.
    before = newsroom.files()
    newsroom.lose_catalogue()
    assert codes(newsroom.build()) == [("a.md", "MW401")]
    assert newsroom.files() == before


def test_a_guid_of_another_article_is_no_id(newsroom: Newsroom) -> None:
    """Two items of one GUID are one to a reader, and the second is never seen."""
    newsroom.write("a.md", title="Un", date="2026-05-01T06:00Z")
    newsroom.build()
    newsroom.write("b.md", title="Deux", id=newsroom.guid("Un"))
    newsroom.write("c.md", title="Trois", id=UUID)
    newsroom.write("d.md", title="Quatre", id="urn:uuid:" + UUID.lower())
    edition = newsroom.build()
    assert codes(edition) == [("b.md", "MW401"), ("d.md", "MW401")]
    assert sorted(newsroom.headlines()) == ["Trois", "Un"]


def test_a_known_article_that_takes_anothers_id_is_refused_and_stays_as_it_was(
    newsroom: Newsroom,
) -> None:
    """Front matter is copied over that of an article that has long been out."""
    newsroom.write("a.md", title="Un")
    newsroom.write("b.md", title="Deux", id="mon id")
    newsroom.build()
    before = newsroom.files()
    newsroom.write("a.md", title="Un autre", id="mon id")
    assert codes(newsroom.change("a.md")) == [("a.md", "MW401")]
    assert newsroom.files() == before
    newsroom.lose_catalogue()
    assert codes(newsroom.build()) == [("a.md", "MW401")]
    assert newsroom.files() == before


def test_the_copy_is_published_once_the_first_is_gone(newsroom: Newsroom) -> None:
    """It was the original that the editor deleted: nobody must save the copy again."""
    newsroom.write("a.md", title="Premier", id="mon id")
    newsroom.write("b.md", title="Copie", id="mon id")
    assert codes(newsroom.build()) == [("b.md", "MW401")]
    guid = newsroom.guid("Premier")
    newsroom.delete("a.md")
    assert codes(newsroom.change("a.md")) == []
    assert newsroom.headlines() == ["Copie"]
    assert newsroom.feed().guids == [guid]


def test_articles_of_one_name_get_slugs_that_never_move(newsroom: Newsroom) -> None:
    """A permalink is shared on the first day; which file came first must not matter later."""
    newsroom.write("x/accord.md", title="Premier")
    newsroom.build()
    newsroom.write("a/accord.md", title="Deuxième")
    newsroom.change("a/accord.md")
    newsroom.write("b/autre.md", title="Troisième", slug="accord")
    newsroom.change("b/autre.md")

    def slugs() -> dict[str, str]:
        return {item.headline: item.url.rpartition("/")[2] for item in newsroom.feed().items}

    expected = {
        "Premier": "accord.html",
        "Deuxième": "accord-2.html",
        "Troisième": "accord-3.html",
    }
    assert slugs() == expected
    newsroom.lose_catalogue()
    newsroom.build()
    assert slugs() == expected
    newsroom.delete("x/accord.md")
    newsroom.build()
    newsroom.write("a/accord.md", "Autre texte.", title="Deuxième")
    newsroom.build()
    assert slugs() == {name: expected[name] for name in ("Deuxième", "Troisième")}


def test_a_slug_moves_when_its_editor_asks_and_only_then(newsroom: Newsroom) -> None:
    """That another article is gone is no reason; a number that the editor typed is one."""

    def save(slug: str) -> list[str]:
        newsroom.write("b.md", f"Texte {slug}.", title="Deux", slug=slug)
        newsroom.change("b.md")
        return newsroom.slugs()

    newsroom.write("a.md", title="Un", slug="accord")
    newsroom.build()
    assert save("accord") == ["accord", "accord-2"]
    newsroom.delete("a.md")
    newsroom.change("a.md")
    assert save("accord") == ["accord-2"]
    newsroom.lose_catalogue()
    newsroom.build()
    assert newsroom.slugs() == ["accord-2"]
    assert save("accord") == ["accord-2"]
    assert save("budget-2") == ["budget-2"]
    assert save("budget") == ["budget"]


# --- names that change hands ---------------------------------------------------------------


def identities(newsroom: Newsroom) -> dict[str, str]:
    return {item.headline: item.guid for item in newsroom.feed().items}


@pytest.mark.parametrize("whole", [False, True])
def test_two_files_that_swap_names_keep_their_guids(newsroom: Newsroom, whole: bool) -> None:
    """What an article is goes with its text, not with its name."""
    newsroom.write("a.md", "Texte d’Alma.", title="Alma")
    newsroom.write("b.md", "Texte de Baya.", title="Baya")
    newsroom.build()
    before = identities(newsroom)
    newsroom.rename("a.md", "c.md")
    newsroom.rename("b.md", "a.md")
    newsroom.rename("c.md", "b.md")
    newsroom.build() if whole else newsroom.change("a.md", "b.md", "c.md")
    assert identities(newsroom) == before
    assert newsroom.slugs() == ["a", "b"]
    files = newsroom.files()
    newsroom.lose_catalogue()
    newsroom.build()
    assert newsroom.files() == files


ROUND = {"a.md": "b.md", "b.md": "c.md", "c.md": "a.md"}
SWAP = {"a.md": "b.md", "b.md": "a.md"}
CHAIN = {"a.md": "b.md", "b.md": "d.md"}


@pytest.mark.parametrize("with_ids", [True, False])
@pytest.mark.parametrize(
    ("moves", "told"),
    [
        (moves, set(told))
        for moves in (ROUND, SWAP, CHAIN)
        for count in range(1, len({*moves, *moves.values()}) + 1)
        for told in combinations(sorted({*moves, *moves.values()}), count)
    ],
)
def test_files_that_change_places_keep_their_guids_whichever_is_told_of_first(
    moves: dict[str, str], told: set[str], with_ids: bool, newsroom: Newsroom
) -> None:
    """A watch may hear of the others only in its next batch, and nobody is refused for it."""
    for name in ("a.md", "b.md", "c.md"):
        own = {"id": f"id-{name[0]}"} if with_ids else {}
        newsroom.write(name, f"Texte {name}.", title=name[0], date="2026-05-01", **own)
    newsroom.build()
    before = newsroom.feed()
    for name in moves:
        newsroom.rename(name, f"{name}.old")
    for name, target in moves.items():
        newsroom.rename(f"{name}.old", target)
    with newsroom.press(grace=1) as press:
        for paths in (told, {*moves, *moves.values()} - told):
            newsroom.now += timedelta(seconds=2)
            assert codes(newsroom.edition(press, Batch(frozenset(paths)))) == []
        newsroom.now += timedelta(seconds=2)
        assert codes(newsroom.edition(press)) == []
    assert newsroom.feed() == before
    for name in ("a.md", "b.md", "c.md"):
        own = {"id": f"id-{name[0]}"} if with_ids else {}
        place = moves.get(name, name)
        newsroom.write(place, "Neuf.", title=name[0], date="2026-05-01", **own)
        assert codes(newsroom.change(place)) == []
    assert {item.body for item in newsroom.feed().items} == {"<p>Neuf.</p>\n"}
    assert newsroom.feed().guids == before.guids


def test_three_files_that_pass_their_names_on_keep_their_guids(newsroom: Newsroom) -> None:
    """A numbered series gets a new first part, and every part moves up."""
    for number in (1, 2, 3):
        newsroom.write(f"partie-{number}.md", f"Texte {number}.", title=f"Partie {number}")
    newsroom.build()
    before = identities(newsroom)
    for number in (3, 2, 1):
        newsroom.rename(f"partie-{number}.md", f"partie-{number + 1}.md")
    newsroom.write("partie-1.md", "Prologue.", title="Prologue")
    newsroom.build()
    after = identities(newsroom)
    assert {name: after[name] for name in before} == before
    assert len(set(after.values())) == 4


@pytest.mark.parametrize("together", [False, True])
def test_a_new_article_at_the_path_of_a_renamed_one_is_a_new_article(
    newsroom: Newsroom, together: bool
) -> None:
    """``breves.md`` is renamed to keep it, and the next one is started under the old name."""
    newsroom.write("breves.md", "Lundi.", title="Brèves de lundi")
    newsroom.build()
    monday = newsroom.guid("Brèves de lundi")
    newsroom.rename("breves.md", "breves-lundi.md")
    if not together:
        newsroom.change("breves.md", "breves-lundi.md")
    newsroom.write("breves.md", "Mardi.", title="Brèves de mardi")
    newsroom.change("breves.md", "breves-lundi.md")
    after = identities(newsroom)
    assert after["Brèves de lundi"] == monday
    assert after["Brèves de mardi"] != monday
    assert newsroom.slugs() == ["breves", "breves-2"]


def test_deleting_one_and_adding_another_at_once_makes_a_new_article(newsroom: Newsroom) -> None:
    """A reader who read the first must see the second."""
    newsroom.write("a.md", "Un.", title="Un")
    newsroom.build()
    guid = newsroom.guid("Un")
    newsroom.delete("a.md")
    newsroom.write("b.md", "Deux.", title="Deux")
    newsroom.change("a.md", "b.md")
    assert newsroom.headlines() == ["Deux"]
    assert newsroom.guid("Deux") != guid


def test_of_two_that_could_be_the_renamed_one_neither_is(newsroom: Newsroom) -> None:
    """A guess that is wrong half of the time is worse than a new GUID."""
    newsroom.write("a.md", title="Bulletin")
    newsroom.build()
    guid = newsroom.guid("Bulletin")
    newsroom.delete("a.md")
    newsroom.write("b.md", "Lundi.", title="Bulletin")
    newsroom.write("c.md", "Mardi.", title="Bulletin")
    newsroom.build()
    assert guid not in newsroom.feed().guids
    assert len(set(newsroom.feed().guids)) == 2


def test_a_file_renamed_over_another_replaces_it(newsroom: Newsroom) -> None:
    """The article that is there now keeps its GUID; the one that was there is gone."""
    newsroom.write("a.md", "Alma.", title="Alma")
    newsroom.write("b.md", "Baya.", title="Baya")
    newsroom.build()
    guid = newsroom.guid("Alma")
    newsroom.rename("a.md", "b.md")
    newsroom.change("a.md", "b.md")
    assert identities(newsroom) == {"Alma": guid}
    assert newsroom.slugs() == ["a"]


def test_copying_a_file_makes_a_second_article(newsroom: Newsroom) -> None:
    """Two files are two articles, whatever they hold."""
    newsroom.write("a.md", title="Un")
    newsroom.build()
    guid = newsroom.guid("Un")
    newsroom.save("b.md", (newsroom.content / "a.md").read_bytes())
    newsroom.change("b.md")
    assert len(set(newsroom.feed().guids)) == 2
    assert guid in newsroom.feed().guids


def test_a_refused_file_may_be_renamed_and_its_old_name_used_again(newsroom: Newsroom) -> None:
    """It is renamed *because* it does not work, and another is written in its place."""
    newsroom.write("a.md", title="Un")
    newsroom.build()
    guid = newsroom.guid("Un")
    newsroom.save("a.md", UNREADABLE)
    newsroom.change("a.md")
    newsroom.rename("a.md", "cassé.md")
    newsroom.change("a.md", "cassé.md")
    newsroom.write("a.md", "Neuf.", title="Deux")
    newsroom.change("a.md")
    assert sorted(newsroom.headlines()) == ["Deux", "Un"]
    newsroom.lose_catalogue()
    newsroom.build()
    assert sorted(newsroom.headlines()) == ["Deux", "Un"]
    newsroom.write("cassé.md", "Réparé.", title="Un")
    newsroom.build()
    assert newsroom.guid("Un") == guid


def test_a_file_renamed_over_another_is_itself_when_the_catalogue_is_lost(
    newsroom: Newsroom,
) -> None:
    """Of the two that were published from that path, one has gone."""
    newsroom.write("a.md", title="Un")
    newsroom.write("z.md", title="Deux")
    newsroom.build()
    guid = newsroom.guid("Un")
    newsroom.rename("a.md", "z.md")
    newsroom.build()
    before = newsroom.files()
    newsroom.lose_catalogue()
    newsroom.build()
    assert newsroom.files() == before
    assert newsroom.guid("Un") == guid
