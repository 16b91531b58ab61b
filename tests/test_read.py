"""One file's bytes to a manuscript: what the text, the front matter and the path each say."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from markwire.article.read import Read, Refused, read
from markwire.model import Manuscript, Person, Site
from markwire.problems import CODES

SITE = Site(
    title="Essais",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
)


def manuscript(text: str | bytes, path: str = "essai.md") -> Manuscript:
    content = text.encode() if isinstance(text, str) else text
    result = read(content, path=path, site=SITE)
    assert isinstance(result, Read), result
    return result.manuscript


def test_a_whole_manuscript() -> None:
    """Every field that front matter fills, in one value."""
    text = (
        "---\ntitle: Essai\nauthor: Aliya\nsection: Rail\ntags: [a]\nslug: mot\nid: 7\n"
        "summary: Chapô\nlanguage: kk\nrights: © A\ndate: 2026-05-01\ndraft: true\n---\nTexte.\n"
    )
    assert manuscript(text, "rail/essai.md") == Manuscript(
        path="rail/essai.md",
        name="essai",
        headline="Essai",
        text="Texte.\n",
        first_line=14,
        language="kk",
        guid="7",
        slug="mot",
        standfirst="Chapô",
        published=datetime(2026, 4, 30, 19, tzinfo=UTC),
        authors=(Person("Aliya"),),
        section="Rail",
        tags=("a",),
        rights="© A",
        draft=True,
    )


# --- bytes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"---\ntitle: Essai\n---\nUn\ndeux\n",
        b"\xef\xbb\xbf---\ntitle: Essai\n---\nUn\ndeux\n",
        b"\xef\xbb\xbf\xef\xbb\xbf---\ntitle: Essai\n---\nUn\ndeux\n",
        b"---\r\ntitle: Essai\r\n---\r\nUn\r\ndeux\r\n",
        b"---\rtitle: Essai\r---\rUn\rdeux\r",
        b"---  \ntitle: Essai\n---\t\nUn\ndeux\n",
        b"---\ntitle: Es\x00sai\n---\nU\x08n\ndeux\x0c\n",
    ],
    ids=[
        "plain",
        "byte-order-mark",
        "two-of-them",
        "windows",
        "old-mac",
        "spaces-behind-fences",
        "controls",
    ],
)
def test_the_same_text_however_an_editor_saves_it(content: bytes) -> None:
    """Line ends, a byte order mark and stray control characters mean nothing."""
    assert manuscript(content) == manuscript(b"---\ntitle: Essai\n---\nUn\ndeux\n")


def test_what_is_not_utf_8_is_refused_in_its_place() -> None:
    """Guessing an encoding publishes mojibake."""
    result = read(b"---\ntitle: \xc9t\xe9\n---\nTexte\n", path="a.md", site=SITE)
    assert isinstance(result, Refused)
    assert [(each.code, each.line, each.column) for each in result.problems] == [("MW101", 2, 8)]


def test_a_problem_points_at_its_column_in_the_file() -> None:
    """What was taken out of the text before it was read is still there for the editor."""
    content = b"---\n\x00ti\x08tle: \x00Essai\ndate: \x7f\x01hier\n---\nUn texte de dix mots.\n"
    result = read(content, path="a.md", site=SITE)
    assert [(each.code, each.line, each.column) for each in result.problems] == [("MW206", 3, 9)]


def test_utf_16_that_says_so_is_read_with_a_warning() -> None:
    """Windows Notepad saves it; nothing about it is guessed."""
    text = "\ufeff---\r\ntitle: Été\r\n---\r\nTexte.\r\n"
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        result = read(text.encode(encoding), path="a.md", site=SITE)
        assert isinstance(result, Read)
        assert (result.manuscript.headline, result.manuscript.text) == ("Été", "Texte.\n")
        assert [(each.code, each.severity) for each in result.problems] == [("MW107", "warning")]


# --- headline ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "headline", "body", "line"),
    [
        ("# Un titre\n\nTexte.\n", "Un titre", "\nTexte.\n", 2),
        ("\n\n# Un titre\nTexte.\n", "Un titre", "Texte.\n", 4),
        ("# Un titre ##\nTexte.\n", "Un titre", "Texte.\n", 2),
        ("Un titre\n===\nTexte.\n", "Un titre", "Texte.\n", 3),
        ("# Un *titre* en **gras** et `code`\n", "Un titre en gras et code", "", 2),
        ("# Un ~~vieux~~ ==neuf== __titre__\nx", "Un vieux neuf titre", "x", 2),
        ("# C\\# &amp; <b>Go</b> \\*\nx", "C# & Go *", "x", 2),
        ("# 5 * 3 * 2\nx", "5 * 3 * 2", "x", 2),
        ("## Un intertitre\n\nTexte.\n", "Essai", "## Un intertitre\n\nTexte.\n", 1),
        ("Texte.\n\n# Plus bas\n", "Essai", "Texte.\n\n# Plus bas\n", 1),
        ("#Sans espace\n", "Essai", "#Sans espace\n", 1),
        ("#\tUn titre\nx", "Un titre", "x", 2),
        ("   Un titre\n  ==\nx", "Un titre", "x", 3),
        ("> Une citation\n===\n", "Essai", "> Une citation\n===\n", 1),
        ("- Une liste\n===\n", "Essai", "- Une liste\n===\n", 1),
        ("```\n===\n```\n", "Essai", "```\n===\n```\n", 1),
        ("Un\ndeux\n===\n", "Essai", "Un\ndeux\n===\n", 1),
        ("    # Du code\n", "Essai", "    # Du code\n", 1),
        ("```\n# Du code\n```\n", "Essai", "```\n# Du code\n```\n", 1),
    ],
)
def test_a_first_heading_is_the_headline(text: str, headline: str, body: str, line: int) -> None:
    """Where there is no title: it is taken out of the body, that nobody reads it twice."""
    made = manuscript(text)
    assert (made.headline, made.text, made.first_line) == (headline, body, line)


def test_a_heading_that_repeats_the_title_is_read_once() -> None:
    """Obsidian users write both."""
    made = manuscript("---\ntitle: Un titre\n---\n\n# UN *TITRE*\n\nTexte.\n")
    assert (made.headline, made.text, made.first_line) == ("Un titre", "\nTexte.\n", 6)


def test_another_heading_than_the_title_stays() -> None:
    """It is part of the text."""
    made = manuscript("---\ntitle: Un titre\n---\n# Un autre\n")
    assert (made.headline, made.text) == ("Un titre", "# Un autre\n")


@pytest.mark.parametrize(
    ("path", "headline", "name"),
    [
        ("la-route-du-nord.md", "La route du nord", "la-route-du-nord"),
        ("2026-05-01-la_route.md", "La route", "la-route"),
        ("2026-5-1 La route du nord.md", "La route du nord", "la-route-du-nord"),
        ("Éolien à Jambyl.md", "Éolien à Jambyl", "eolien-a-jambyl"),
        ("rail/la-route/index.md", "La route", "la-route"),
        ("rail/2026-05-01-la-route/Index.md", "La route", "la-route"),
        ("index.md", "Index", "index-1"),
        ("la-route.fr.md", "La route", "la-route"),
        ("rail/la-route/index.kk.md", "La route", "la-route"),
        ("version-1.10.md", "Version 1.10", "version-1-10"),
        ("домбыра-үні.md", "Домбыра үні", "dombyra-uni"),
        ("2026-05-01.md", "2026 05 01", "2026-05-01"),
        ("👩🏽‍🚀.md", "👩🏽‍🚀", "article"),
    ],
)
def test_a_path_suggests_headline_and_word(path: str, headline: str, name: str) -> None:
    """Where nothing else does; a bundle's folder bears its name."""
    made = manuscript("Texte.\n", path)
    assert (made.headline, made.name) == (headline, name)


def test_a_name_is_the_same_in_both_spellings_of_its_letters() -> None:
    """A folder that was copied from a Mac holds the same articles."""
    path = "Éolien à Jambyl.md"
    decomposed = manuscript("Texte.\n", unicodedata.normalize("NFD", path))
    assert replace(decomposed, path=path) == manuscript("Texte.\n", path)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"---\n---\n", b" \t\n"])
def test_an_empty_file_is_no_article_yet(content: bytes) -> None:
    """A new file is empty before its editor writes; its name alone is not news."""
    result = read(content, path="la-route.md", site=SITE)
    assert isinstance(result, Refused)
    assert [each.code for each in result.problems] == ["MW209"]


def test_a_title_alone_is_an_article() -> None:
    """A flash has no text."""
    made = manuscript("---\ntitle: Le tunnel est percé\n---\n")
    assert (made.headline, made.text) == ("Le tunnel est percé", "")


# --- dates -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "front", "when"),
    [
        ("2026-05-01-route.md", "", datetime(2026, 4, 30, 19, tzinfo=UTC)),
        ("2026-05-01_route.md", "", datetime(2026, 4, 30, 19, tzinfo=UTC)),
        ("2026-05-01-route/index.md", "", datetime(2026, 4, 30, 19, tzinfo=UTC)),
        ("2026-05-01-route.md", "date: 2026-06-01T00:00Z", datetime(2026, 6, 1, tzinfo=UTC)),
        ("2026-02-30-route.md", "", None),
        ("route-2026-05-01.md", "", None),
        ("20260501-route.md", "", None),
        ("2026/05/01/route.md", "", datetime(2026, 4, 30, 19, tzinfo=UTC)),
        ("2026/05/route.md", "", None),
        ("2026-05-01.md", "", datetime(2026, 4, 30, 19, tzinfo=UTC)),
        ("route.md", "", None),
    ],
)
def test_a_dated_name_gives_the_date_that_front_matter_does_not(
    path: str, front: str, when: datetime | None
) -> None:
    """Jekyll's layout; a day that never was is only a name."""
    assert manuscript(f"---\ntitle: x\n{front}\n---\nTexte\n", path).published == when


@pytest.mark.parametrize(
    ("path", "front", "section"),
    [
        ("afrique-de-l-ouest/a.md", "", "Afrique de l ouest"),
        ("Économie/rail/a.md", "", "Économie"),
        ("economie/a.md", "section: Énergie", "Énergie"),
        ("economie/a.md", "section:", "Economie"),
        ("la-route/index.md", "", ""),
        ("economie/la-route/index.md", "", "Economie"),
        ("a.md", "", ""),
    ],
)
def test_a_folder_names_the_section_that_front_matter_does_not(
    path: str, front: str, section: str
) -> None:
    """Most tools take the folder for it, and an explicit one always wins."""
    assert manuscript(f"---\ntitle: x\n{front}\n---\nTexte\n", path).section == section


@pytest.mark.parametrize("path", ["_drafts/a.md", "drafts/a.md", "rail/brouillons/a.md"])
@pytest.mark.parametrize("front", ["", "draft: false", "published: true"])
def test_what_lies_among_drafts_is_one(path: str, front: str) -> None:
    """Whatever it says itself: early never."""
    assert manuscript(f"---\ntitle: x\n{front}\n---\nTexte\n", path).draft


def test_a_path_gives_the_language_that_front_matter_does_not() -> None:
    """Hugo and Astro keep translations so."""
    assert manuscript("Texte", "kk/a.md").language == "kk"
    assert manuscript("Texte", "a.ru.md").language == "ru"
    assert manuscript("---\nlang: fr\n---\nTexte", "kk/a.ru.md").language == "fr"


def test_in_jekylls_folder_spaces_part_tags() -> None:
    """Elsewhere « mer Caspienne » is one."""
    text = "---\ntitle: x\ntags: rail fret\ncategories: asie mer\n---\nTexte"
    found = manuscript(text, "_posts/2026-05-01-a.md")
    assert (found.section, found.tags) == ("asie", ("rail", "fret", "mer"))
    found = manuscript(text, "posts/2026-05-01-a.md")
    assert (found.section, found.tags) == ("asie mer", ("rail fret",))


def test_the_sites_language_is_that_of_an_article_without_one() -> None:
    """It reaches every reader as the item's own."""
    assert manuscript("Texte").language == "fr"
    assert manuscript("---\nlang: kk\n---\nMәтін").language == "kk"


def test_all_problems_of_a_file_are_told_at_once() -> None:
    """Not one more with each saving."""
    text = "---\ndate: hier\nembargo: 2026-05-01\nlangue: en français\ncouleur: x\n---\n"
    result = read(text.encode(), path="rail/a.md", site=SITE)
    assert isinstance(result, Refused)
    assert result.path == "rail/a.md"
    assert [(each.code, each.path, each.line) for each in result.problems] == [
        ("MW206", "rail/a.md", 2),
        ("MW208", "rail/a.md", 3),
        ("MW235", "rail/a.md", 4),
        ("MW207", "rail/a.md", 5),
        ("MW209", "rail/a.md", 7),
    ]


# --- laws --------------------------------------------------------------------------------

law = settings(max_examples=200)
lines = st.sampled_from(
    ["---", "...", "title: x", "date: hier", "date: 2026-05-01", "tags: [a", "- x", "  y: z", "# T",
     "===", "T", "", "é: \u2028", "\ufeff", "a: \ud7ff", "[^1]: x", "image: {", "}", "%%", "\x00",
     "\r", "+++", "title = 'x'", "{", '"title": "x"', "}", ";;;", "---json", "title: x", "[a]"]
)  # fmt: skip
texts = st.one_of(
    st.binary(max_size=60),
    st.lists(lines, max_size=12).map(lambda found: "\n".join(["---", *found]).encode()),
    st.lists(lines, max_size=12).map(lambda found: "\n".join(found).encode()),
    st.lists(lines, max_size=8).map(lambda found: "\n".join(["---", *found]).encode("utf-16")),
    st.lists(lines, max_size=8).map(
        lambda found: "\n".join([*found, "é«À"]).encode("cp1252", "replace")
    ),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
paths = st.sampled_from(
    [
        "a.md",
        "é/index.md",
        "2026-13-45-x.md",
        "._.md",
        "- -.md",
        " .md",
        "a/b.c.md",
        "fr/2026/05/01/x.md",
        "2026/13/x.md",
        "x.fr.md",
        ".fr.md",
        "_posts/a.md",
        "fr/index.fr.md",
    ]
)


@law
@given(texts, paths)
def test_any_bytes_are_read_or_refused(content: bytes, path: str) -> None:
    """Never an exception; a problem names this file, a line that it has, and a known code."""
    result = read(content, path=path, site=SITE)
    count = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    for each in result.problems:
        assert each.code in CODES
        assert each.path == path
        assert 1 <= each.line <= count
        assert each.column >= 1
    if isinstance(result, Read):
        assert result.manuscript.headline.strip()
        assert result.manuscript.name
        assert 1 <= result.manuscript.first_line <= count + 1


@law
@given(texts, paths)
def test_reading_is_a_function_of_bytes_and_path(content: bytes, path: str) -> None:
    """Two workers, or two days, must not disagree."""
    assert read(content, path=path, site=SITE) == read(content, path=path, site=SITE)


@law
@given(st.text(max_size=80))
def test_the_body_is_the_file_below_its_front_matter(text: str) -> None:
    """``first_line`` is where it starts: places in the body are counted from there."""
    content = f"---\ntitle: x\n---\n{text}"
    assume("\x00" not in text)
    try:
        result = read(content.encode(), path="a.md", site=SITE)
    except UnicodeEncodeError:
        return
    assert isinstance(result, Read)
    lines = content.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    below = lines[result.manuscript.first_line - 1 :]
    assert len(result.manuscript.text.split("\n")) == len(below)
