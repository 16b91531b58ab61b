"""Authors and sections: their two files, and what becomes of names, addresses and bylines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import run
from markwire.article.rosters import Authors, Sections, read_authors, read_sections
from markwire.model import Author, Section
from markwire.problems import Problem
from newsroom import NOON, PNG, Newsroom, codes, newsroom, png

__all__ = ["newsroom"]

CASES = Path(__file__).parent / "cases" / "profiles"
EACH_AUTHOR = "[each]\nauthor = true\n"
ALIYA = '[aliya]\nname = "Aliya Sarsen"\nalso = ["A. Sarsen"]\n'
TWO = f'{ALIYA}\n[hugo]\nname = "Hugo Delacourt"\n'


# --- the two files -----------------------------------------------------------------------


@pytest.mark.parametrize("case", sorted(CASES.rglob("*.toml")), ids=lambda path: path.stem)
def test_each_mistake_is_told_with_its_place(case: Path) -> None:
    """The name of a case says which problem stands where."""
    content = case.read_bytes()
    if case.parent.name == "authors":
        found = read_authors(content, has=lambda path: "absente" not in path)
    else:
        found = read_sections(content)
    problems = (found,) if isinstance(found, Problem) else found.problems
    told = {f"{each.code}_{each.line}_{each.column}" for each in problems}
    named = {"_".join(part.split("_")[:3]) for part in case.stem.split("+")}
    assert told == named
    assert {each.path for each in problems} == {f"{case.parent.name}.toml"}


def test_every_key_of_an_author_is_read() -> None:
    """A key that is accepted and then forgotten is worse than an unknown one."""
    text = """
    [aliya]
    name = "Aliya  Sarsen"
    also = ["A. Sarsen", "Алия Сарсен", "A. Sarsen"]
    email = "aliya@example.org"
    publish_email = true
    url = "https://example.org/é"
    picture = "./portraits/aliya.jpg"
    withdrawn = true
    """
    assert read_authors(text.encode()) == Authors(
        (
            Author(
                handle="aliya",
                name="Aliya Sarsen",
                also=("A. Sarsen", "Алия Сарсен"),
                email="aliya@example.org",
                publish_email=True,
                url="https://example.org/%C3%A9",
                picture="/portraits/aliya.jpg",
                withdrawn=True,
            ),
        )
    )


def test_every_key_of_a_section_is_read() -> None:
    """In French too: these are editors' files."""
    text = """\ufeff
    ["éco"]
    titre = "Économie"\r
    aussi = "eco"
    description = "Prix et récoltes"
    url = "https://example.org/economie"
    picture = "https://example.org/e.png"
    """
    assert read_sections(text.encode()) == Sections(
        (
            Section(
                handle="éco",
                title="Économie",
                also=("eco",),
                description="Prix et récoltes",
                url="https://example.org/economie",
                picture="https://example.org/e.png",
            ),
        )
    )


def test_what_is_neither_true_nor_false_never_shows_anything() -> None:
    """A slip of the pen must not publish an address, nor give back a withdrawn name."""
    text = '[a]\nname = "A"\nwithdrawn = "since May"\npublish_email = "maybe"\n'
    found = read_authors(text.encode())
    assert isinstance(found, Authors)
    assert [(each.withdrawn, each.publish_email) for each in found.authors] == [(True, False)]


@given(st.binary(max_size=200) | st.text('[]"=\n#.ab', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_told(content: bytes) -> None:
    """A file that somebody broke must never stop an edition."""
    for found in (read_authors(content), read_sections(content)):
        assert isinstance(found, Problem | Authors | Sections)


# --- bylines -----------------------------------------------------------------------------


def authors_of(room: Newsroom, slug: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = room.document(slug).get("authors", [])
    return found


def test_a_byline_becomes_the_name_that_its_profile_has(newsroom: Newsroom) -> None:
    """Case, accents, handles and other spellings are one person, named once and one way."""
    newsroom.configure(EACH_AUTHOR)
    newsroom.save("authors.toml", f'{ALIYA}url = "https://example.org/aliya"\n')
    newsroom.write("a.md", title="A", author="ALIYA SARSEN")
    newsroom.write("b.md", title="B", authors=["A. Sarsen", "aliya", "Zoé"])
    assert newsroom.build().problems == ()
    aliya = {"name": "Aliya Sarsen", "url": "https://example.org/aliya"}
    assert authors_of(newsroom, "a") == [aliya]
    assert authors_of(newsroom, "b") == [aliya, {"name": "Zoé"}]
    assert newsroom.keys() == ["", "author/aliya-sarsen", "author/zoe"]
    assert newsroom.headlines("author/aliya-sarsen") == ["B", "A"]


def test_a_withdrawn_byline_is_nowhere_any_more(newsroom: Newsroom) -> None:
    """Somebody threatened asks for it once; each archived piece must follow."""
    newsroom.configure(f"[feeds.main]\nlimit = 1\n{EACH_AUTHOR}")
    newsroom.save("authors.toml", TWO)
    newsroom.write("seule.md", title="Seule", author="Aliya Sarsen", date="2026-04-01")
    newsroom.write("deux.md", title="Deux", authors=["A. Sarsen", "Hugo Delacourt"])
    newsroom.build()
    assert newsroom.holds(["Aliya", "aliya-sarsen"]) == ["Aliya", "aliya-sarsen"]
    guids = newsroom.feed("author/hugo-delacourt").guids
    newsroom.save("authors.toml", TWO.replace("[hugo]", "withdrawn = true\n[hugo]"))
    newsroom.build()
    names = " ".join(newsroom.files())
    assert (newsroom.holds(["Aliya", "Sarsen"]), "aliya" in names) == ([], False)
    assert "byline" in newsroom.page("seule")
    assert authors_of(newsroom, "seule") == []
    assert authors_of(newsroom, "deux") == [{"name": "Hugo Delacourt"}]
    assert newsroom.feed("author/hugo-delacourt").guids == guids
    newsroom.save("authors.toml", TWO)
    newsroom.build()
    assert authors_of(newsroom, "seule") == [{"name": "Aliya Sarsen"}]
    assert newsroom.headlines("author/aliya-sarsen") == ["Deux"]


def test_of_two_who_share_a_name_the_withdrawn_one_decides(newsroom: Newsroom) -> None:
    """Doubt is settled by showing less."""
    newsroom.save("authors.toml", f'{ALIYA}[other]\nname = "Aliya Sarsen"\nwithdrawn = true\n')
    newsroom.write("a.md", title="A", author="Aliya Sarsen")
    assert codes(newsroom.build()) == [("authors.toml", "MW413")]
    assert authors_of(newsroom, "a") == []


@pytest.mark.parametrize(
    ("config", "profile", "byline", "shown"),
    [
        ("", "", "Aliya <a@example.org>", False),
        ("", 'email = "a@example.org"\n', "Aliya", False),
        ("", 'email = "a@example.org"\npublish_email = true\n', "Aliya", True),
        ("", "publish_email = true\n", "Aliya <a@example.org>", True),
        ("author_emails = true\n", "", "Aliya <a@example.org>", True),
        ("author_emails = true\n", 'email = "a@example.org"\n', "Aliya", False),
    ],
)
def test_an_address_is_published_only_where_it_is_asked_for(
    config: str, profile: str, byline: str, shown: bool, newsroom: Newsroom
) -> None:
    """Feeds are harvested; an address in one is there for good."""
    newsroom.configure(config)
    newsroom.save("authors.toml", ALIYA + profile if profile else "")
    newsroom.write("a.md", title="A", author=byline)
    newsroom.build()
    assert (newsroom.holds(["a@example.org"]) != []) is shown


def test_a_portrait_is_published_with_what_its_author_signs(newsroom: Newsroom) -> None:
    """JSON Feed 1.1 has a place for it; a file is published where it is shown, and only there."""
    picture = 'picture = "portraits/aliya.png"\n'
    newsroom.save("portraits/aliya.png", PNG)
    newsroom.save("portraits/hugo.png", png(b"H"))
    newsroom.save("authors.toml", ALIYA + picture)
    newsroom.write("transport/a.md", title="A", author="Aliya Sarsen")
    newsroom.write("b.md", title="B", author="Hugo")
    assert newsroom.build().problems == ()
    (name,) = newsroom.media()
    url = f"https://example.org/feeds/media/{name}"
    assert name.startswith("aliya-")
    assert authors_of(newsroom, "a") == [{"name": "Aliya Sarsen", "avatar": url}]
    assert authors_of(newsroom, "b") == [{"name": "Hugo"}]
    newsroom.save("authors.toml", ALIYA + 'picture = "https://example.org/a.png"\n')
    newsroom.build()
    assert authors_of(newsroom, "a")[0]["avatar"] == "https://example.org/a.png"
    assert newsroom.media() == []


# --- sections ----------------------------------------------------------------------------

SECTION = """\
[economie]
title = "Économie et marchés"
also = ["Économie", "Business"]
description = "Prix, récoltes et contrats"
url = "https://example.org/economie"
picture = "https://example.org/economie.png"
"""


def test_all_spellings_of_a_section_are_one_feed_with_one_name(newsroom: Newsroom) -> None:
    """Two desks that write it two ways must not split its readers."""
    newsroom.save("sections.toml", SECTION)
    for number, section in enumerate(["economie", "ÉCONOMIE", "business", "Économie et marchés"]):
        newsroom.write(f"{number}.md", title=str(number), section=section)
    newsroom.write("autre.md", title="Autre", section="Sport")
    newsroom.build()
    assert newsroom.keys() == ["", "section/economie-et-marches", "section/sport"]
    assert sorted(newsroom.headlines("section/economie-et-marches")) == ["0", "1", "2", "3"]
    feed = json.loads((newsroom.feeds / "section/economie-et-marches/feed.json").read_bytes())
    assert feed["title"] == "La Route des steppes — Économie et marchés"
    assert feed["description"] == "Prix, récoltes et contrats"
    assert feed["home_page_url"] == "https://example.org/economie"
    assert feed["icon"] == "https://example.org/economie.png"
    assert {tuple(item["tags"]) for item in feed["items"]} == {("Économie et marchés",)}
    for name in ("rss.xml", "atom.xml"):
        text = (newsroom.feeds / "section/economie-et-marches" / name).read_text(encoding="utf-8")
        assert "Prix, récoltes et contrats" in text
        assert "https://example.org/economie.png" in text


def test_a_feed_that_selects_by_an_older_name_keeps_its_articles(newsroom: Newsroom) -> None:
    """Renaming a section must not empty a feed of the configuration."""
    newsroom.configure(
        '[feeds.eco]\nwhere = { section = "Économie" }\n[feeds.aliya]\nwhere = { author = "aliya" }'
    )
    newsroom.write("a.md", title="A", section="Économie", author="Aliya Sarsen")
    newsroom.save("sections.toml", SECTION)
    newsroom.save("authors.toml", ALIYA)
    newsroom.build()
    assert (newsroom.headlines("eco"), newsroom.headlines("aliya")) == (["A"], ["A"])


def test_new_calls_a_section_by_its_title(newsroom: Newsroom) -> None:
    """An editor types the short name that the newsroom uses."""
    newsroom.save("sections.toml", SECTION)
    made = run("new", "Le prix du thé", "--section", "business", cwd=newsroom.root)
    assert made.out == f"{newsroom.content}/economie-et-marches/le-prix-du-the.md\n"
    text = (newsroom.content / "economie-et-marches/le-prix-du-the.md").read_text(encoding="utf-8")
    assert 'section: "Économie et marchés"' in text


# --- files that break --------------------------------------------------------------------


def test_of_a_file_that_broke_stands_what_it_last_said(newsroom: Newsroom) -> None:
    """A missing bracket must not give back a name that was withdrawn, nor move a feed."""
    newsroom.save("authors.toml", f"{ALIYA}withdrawn = true\n")
    newsroom.save("sections.toml", SECTION)
    newsroom.write("a.md", title="A", author="Aliya Sarsen", section="Économie")
    with newsroom.press() as press:
        newsroom.edition(press)
        before = newsroom.files()
        newsroom.save("authors.toml", ALIYA.replace("]\n", "\n", 1))
        newsroom.save("sections.toml", SECTION.encode("latin-1"))
        edition = newsroom.edition(press)
    assert codes(edition) == [("authors.toml", "MW218"), ("sections.toml", "MW415")]
    assert newsroom.files() == before
    assert codes(newsroom.build()) == codes(edition)  # a new process, that never saw it whole
    assert newsroom.files() == before
    newsroom.delete("authors.toml")
    newsroom.build()
    newsroom.save("authors.toml", "[")
    newsroom.build()
    assert authors_of(newsroom, "a") == [{"name": "Aliya Sarsen"}]


def test_the_two_files_are_no_articles(newsroom: Newsroom) -> None:
    """They hold addresses that readers must not see."""
    newsroom.save("authors.toml", f'{ALIYA}email = "a@example.org"\n')
    newsroom.write("a.md", title="A")
    newsroom.build()
    assert newsroom.slugs() == ["a"]
    assert newsroom.holds(["a@example.org"]) == []
    assert newsroom.now == NOON
