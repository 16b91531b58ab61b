"""Which feeds there are, what each carries, and which files below ``feeds/`` are ours."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from newsroom import PNG, Newsroom, newsroom
from oracles import Form, findings

__all__ = ["newsroom"]

FILES: dict[Form, str] = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
# The main feed, and what is for the readers of all feeds.
MAIN = (*FILES.values(), "index.html", "feeds.opml", "readers.css", "readers.js")
EACH_OF_ALL = "[each]\nsection = true\ntag = true\nauthor = true\nlanguage = true\n"
NO_EACH = "[each]\nsection = false\ntag = false\n"


def test_the_main_feed_carries_everything_newest_first(newsroom: Newsroom) -> None:
    """It is the address that most readers have."""
    newsroom.write("a.md", title="Ancien", date="2026-05-01")
    newsroom.write("b.md", title="Récent", date="2026-05-03")
    newsroom.write("transport/c.md", title="Moyen", date="2026-05-02")
    newsroom.build()
    assert newsroom.headlines() == ["Récent", "Moyen", "Ancien"]


def test_articles_of_one_second_stand_in_one_order_for_ever(newsroom: Newsroom) -> None:
    """A wire sends many at once; an order left to chance would make two builds differ."""
    for name in ("b", "a", "d", "c"):
        newsroom.write(f"{name}.md", title=name.upper(), date="2026-05-01T06:00Z")
    newsroom.build()
    assert newsroom.headlines() == ["D", "C", "B", "A"]


def test_a_window_holds_no_more_than_its_limit_and_pages_hold_all(newsroom: Newsroom) -> None:
    """A feed is fetched every few minutes; the archive is not."""
    newsroom.configure("[feeds.main]\nlimit = 2\n")
    for day in range(1, 5):
        newsroom.write(f"n{day}.md", title=f"Numéro {day}", date=f"2026-05-0{day - 0}T00:00Z")
    newsroom.now += timedelta(days=3)
    newsroom.build()
    assert newsroom.headlines() == ["Numéro 4", "Numéro 3"]
    assert newsroom.slugs() == ["n1", "n2", "n3", "n4"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('{ section = "Transport" }', ["Fret", "Rail"]),
        ('{ section = "transport" }', ["Fret", "Rail"]),
        ('{ section = ["Transport", "Culture"] }', ["Dombra", "Fret", "Rail"]),
        ('{ tag = "énergie" }', ["Rail"]),
        ('{ tag = ["Energie", "musique"] }', ["Dombra", "Rail"]),
        ('{ author = "Aliya Sarsen" }', ["Dombra", "Rail"]),
        ('{ language = "kk" }', ["Dombra"]),
        ('{ path = "transport/*" }', ["Fret", "Rail"]),
        ('{ path = ["*/rail.md", "culture/*"] }', ["Dombra", "Rail"]),
        ('{ section = "Transport", author = ["Aliya Sarsen", "X"] }', ["Rail"]),
        ('{ section = "Sport" }', []),
    ],
)
def test_a_named_feed_carries_what_its_where_selects(
    newsroom: Newsroom, where: str, expected: list[str]
) -> None:
    """Within a key any value counts, between keys all of them; case and accents do not."""
    newsroom.configure(f"{NO_EACH}[feeds.choix]\ntitle = 'Choix'\nwhere = {where}\n")
    newsroom.write(
        "transport/rail.md",
        title="Rail",
        section="Transport",
        tags=["Énergie"],
        authors=["Aliya Sarsen"],
        date="2026-05-01",
    )
    newsroom.write("transport/fret.md", title="Fret", section="Transport", date="2026-05-02")
    newsroom.write(
        "culture/dombra.md",
        title="Dombra",
        section="Culture",
        tags=["musique"],
        authors=["Daniyar", "Aliya Sarsen"],
        language="kk",
        date="2026-05-03",
    )
    newsroom.build()
    assert newsroom.headlines("choix") == expected
    assert newsroom.feed("choix").title == "La Route des steppes — Choix"
    assert newsroom.keys() == ["", "choix"]


def test_each_value_met_has_a_feed_under_a_readable_path(newsroom: Newsroom) -> None:
    """A path of percent signs would not be typed, nor remembered."""
    newsroom.configure(EACH_OF_ALL)
    newsroom.write(
        "a.md",
        title="Un",
        section="Économie",
        tags=["Énergie", "Мұнай", "C’est l’été"],
        authors=["Ильяс Қанат"],
        language="ru",
    )
    newsroom.build()
    titles = {key: feed.title for key, feed in newsroom.all_feeds().items()}
    assert titles == {
        "": "La Route des steppes",
        "author/ilias-qanat": "La Route des steppes — Ильяс Қанат",
        "language/ru": "La Route des steppes — русский",
        "section/economie": "La Route des steppes — Économie",
        "tag/c-est-l-ete": "La Route des steppes — C’est l’été",
        "tag/energie": "La Route des steppes — Énergie",
        "tag/munai": "La Route des steppes — Мұнай",
    }
    assert {tuple(feed.headlines) for feed in newsroom.all_feeds().values()} == {("Un",)}


@pytest.mark.parametrize("kind", ["section", "tag", "author", "language"])
def test_each_kind_of_feed_is_there_only_where_asked_for(newsroom: Newsroom, kind: str) -> None:
    """A thousand feeds that nobody wants are a thousand files to write."""
    asked = "".join(
        f"{other} = {str(other == kind).lower()}\n"
        for other in ("section", "tag", "author", "language")
    )
    newsroom.configure(f"[each]\n{asked}")
    newsroom.write("a.md", title="Un", section="x", tags=["x"], authors=["x"], language="fr")
    newsroom.build()
    assert newsroom.keys() == ["", f"{kind}/{'fr' if kind == 'language' else 'x'}"]


def test_spellings_of_one_tag_share_a_feed_called_as_most_spell_it(newsroom: Newsroom) -> None:
    """Three editors type three things; readers subscribe to one."""
    for number, tag in enumerate(["énergie", "Énergie", "Énergie", "ENERGIE"]):
        newsroom.write(f"{number}.md", title=f"N{number}", tags=[tag], date="2026-05-01")
    newsroom.build()
    assert newsroom.keys() == ["", "tag/energie"]
    assert newsroom.feed("tag/energie").title == "La Route des steppes — Énergie"
    newsroom.write("1.md", title="N1", tags=["energie"], date="2026-05-01")
    newsroom.write("2.md", title="N2", tags=["energie"], date="2026-05-01")
    newsroom.change("1.md", "2.md")
    assert newsroom.feed("tag/energie").title == "La Route des steppes — energie"


def test_a_feed_that_lost_its_last_article_stays_empty_under_its_title(
    newsroom: Newsroom,
) -> None:
    """A 404 would make readers unsubscribe from what may fill again tomorrow."""
    newsroom.write("a.md", title="Un", tags=["Énergie"])
    newsroom.write("b.md", title="Deux")
    newsroom.build()
    before = newsroom.feed("tag/energie")
    newsroom.write("a.md", title="Un")
    newsroom.change("a.md")
    after = newsroom.feed("tag/energie")
    assert (after.title, after.items) == (before.title, ())
    # … and for good, even where the catalogue does not remember it.
    files = newsroom.files()
    newsroom.lose_catalogue()
    assert newsroom.build().written == ()
    assert newsroom.files() == files


def test_a_newsroom_without_articles_has_three_feeds(newsroom: Newsroom) -> None:
    """Readers may subscribe before the first article is out."""
    newsroom.build()
    assert sorted(newsroom.files()) == sorted(MAIN)
    assert newsroom.headlines() == []


def test_a_named_feed_without_articles_is_there_too(newsroom: Newsroom) -> None:
    """Its address is announced before it carries anything."""
    newsroom.configure("[feeds.sport]\nwhere = { section = 'Sport' }\n")
    newsroom.build()
    assert newsroom.keys() == ["", "sport"]
    assert newsroom.feed("sport").title == "La Route des steppes — sport"


def test_a_feed_no_longer_configured_goes_with_its_folder(newsroom: Newsroom) -> None:
    """What nobody updates any more must not look alive."""
    newsroom.configure("[feeds.rail]\nwhere = { tag = 'rail' }\n")
    newsroom.write("a.md", title="Un", tags=["rail"], section="Transport")
    newsroom.build()
    assert newsroom.keys() == ["", "rail", "section/transport", "tag/rail"]
    newsroom.configure("[each]\ntag = false\n")
    edition = newsroom.build()
    assert newsroom.keys() == ["", "section/transport"]
    assert sorted(path.name for path in newsroom.feeds.iterdir() if path.is_dir()) == [
        "articles",
        "section",
    ]
    assert sorted(edition.removed) == [
        f"{key}/{name}"
        for key in ("rail", "tag/rail")
        for name in ("atom.xml", "feed.json", "index.html", "rss.xml")
    ]


def test_a_feed_no_longer_configured_goes_even_if_the_catalogue_is_lost(
    newsroom: Newsroom,
) -> None:
    """The folder alone must be enough to know what is ours."""
    newsroom.configure("[feeds.rail]\nwhere = { tag = 'rail' }\n")
    newsroom.write("a.md", title="Un", tags=["rail"])
    newsroom.build()
    newsroom.configure("[each]\ntag = false\n")
    newsroom.lose_catalogue()
    newsroom.build()
    assert newsroom.keys() == [""]
    assert not (newsroom.feeds / "rail").exists()


def test_a_kind_of_feed_taken_away_and_given_back_is_whole_again(newsroom: Newsroom) -> None:
    """A configuration is tried out and taken back."""
    newsroom.write("a.md", title="Un", tags=["rail"])
    newsroom.build()
    before = newsroom.files()
    newsroom.configure("[each]\ntag = false\n")
    newsroom.build()
    newsroom.configure()
    newsroom.build()
    assert newsroom.files() == before


@pytest.mark.parametrize("lost", [False, True])
def test_files_of_others_below_the_feeds_folder_are_left_alone(
    newsroom: Newsroom, lost: bool
) -> None:
    """A robots.txt, an .htaccess, somebody's own feed: not ours to remove."""
    theirs = {
        ".gitkeep": b"",
        "robots.txt": b"User-agent: *\n",
        "ancien/feed.json": b'{"version": "https://jsonfeed.org/version/1", "items": []}',
        "ancien/rss.xml": b"<rss/>",
        "articles/manuel.html": b"<p>manuel</p>",
        "articles/manuel.json": b"{}",
        "media/logo.png": PNG,
        "media/logo-2026.png": PNG,
        "tag/notes.txt": b"notes",
    }
    for name, content in theirs.items():
        path = newsroom.feeds / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    newsroom.write("a.md", title="Un", tags=["rail"])
    newsroom.build()
    newsroom.configure("[each]\ntag = false\n")
    if lost:
        newsroom.lose_catalogue()
    newsroom.delete("a.md")
    newsroom.build()
    left = newsroom.files()
    assert {name: left.get(name) for name in theirs} == theirs
    # What readers had seen leaves a marker; nobody had, if the catalogue was lost with its page.
    assert sorted(set(left) - set(theirs)) == sorted(["articles/a.json", *MAIN])


def test_every_article_has_a_page_and_its_json(newsroom: Newsroom) -> None:
    """The permalink must lead somewhere, and the catalogue must be recoverable."""
    newsroom.write("rail/accord.md", "Un **accord**.", title="L’accord", tags=["rail"])
    newsroom.build()
    assert newsroom.slugs() == ["accord"]
    assert "<p>Un <strong>accord</strong>.</p>" in newsroom.page("accord")
    (item,) = newsroom.feed().items
    document = newsroom.document("accord")
    assert (document["id"], document["url"], document["title"], document["content_html"]) == (
        item.guid,
        item.url,
        item.headline,
        item.body,
    )


def test_a_summary_feed_carries_headlines_without_bodies(newsroom: Newsroom) -> None:
    """Partners get the standfirst, and come to the site for the rest."""
    newsroom.configure("[feeds.breves]\nbody = 'summary'\n")
    newsroom.write("a.md", "Secret du corps.", title="Un", summary="Le chapô.")
    newsroom.build()
    assert [item.body for item in newsroom.feed().items] == ["<p>Secret du corps.</p>\n"]
    assert [item.body for item in newsroom.feed("breves").items] == [""]
    for name in FILES.values():
        content = (newsroom.feeds / "breves" / name).read_text(encoding="utf-8")
        assert "Le chapô." in content
        assert "Secret du corps" not in content


def test_two_lines_of_configuration_and_bare_text_give_feeds_without_fault(
    newsroom: Newsroom,
) -> None:
    """The first five minutes decide whether anybody stays."""
    newsroom.configure(site='[site]\ntitle = "Le Journal"\nurl = "https://example.org"\n')
    newsroom.save("premiers-pas.md", "Bonjour à tous.\n\nDeux paragraphes.\n")
    newsroom.build()
    assert newsroom.headlines() == ["Premiers pas"]
    assert sorted(newsroom.files()) == [
        "articles/premiers-pas.html",
        "articles/premiers-pas.json",
        *sorted(MAIN),
    ]
    for form, name in FILES.items():
        found = findings(
            newsroom.files()[name],
            form=form,
            url=f"https://example.org/feeds/{name}",
            now=newsroom.now,
        )
        assert found == []


def test_only_the_feeds_that_an_article_is_in_are_written(newsroom: Newsroom) -> None:
    """A change must not wake the readers of feeds that it does not concern."""
    newsroom.write("a.md", title="Un", tags=["rail"])
    newsroom.write("b.md", title="Deux", tags=["route"])
    newsroom.build()
    newsroom.write("a.md", "Autre texte.", title="Un", tags=["rail"])
    edition = newsroom.change("a.md")
    assert sorted(edition.written) == sorted(
        [
            "articles/a.html",
            "articles/a.json",
            *("index.html", *FILES.values()),
            *(f"tag/rail/{name}" for name in ("index.html", *FILES.values())),
        ]
    )
    assert (edition.read, edition.changed) == (1, 1)


def test_a_feeds_json_names_its_home_and_itself(newsroom: Newsroom) -> None:
    """Readers that are given the file alone must find the feed again."""
    newsroom.write("a.md", title="Un", tags=["Énergie"])
    newsroom.build()
    read = json.loads(newsroom.files()["tag/energie/feed.json"])
    assert (read["home_page_url"], read["feed_url"]) == (
        "https://example.org/",
        "https://example.org/feeds/tag/energie/feed.json",
    )
