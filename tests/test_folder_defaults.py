"""What articles inherit from the files of the folders above them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.article.front.folder_defaults import Inherited
from markwire.article.read import Read, Refused, read
from markwire.intake import names
from markwire.model import Manuscript, Person, Site

SITE = Site(
    title="Essais",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
)
ARTICLE = "---\ntitle: Essai\n---\nTexte.\n"


def reading(
    above: dict[str, str], text: str = ARTICLE, path: str = "rail/asie/essai.md"
) -> Read | Refused:
    inherited = tuple(Inherited(name, content.encode()) for name, content in above.items())
    return read(text.encode(), path=path, site=SITE, inherited=inherited)


def manuscript(
    above: dict[str, str], text: str = ARTICLE, path: str = "rail/asie/essai.md"
) -> Manuscript:
    found = reading(above, text, path)
    assert isinstance(found, Read), found
    assert found.problems == ()
    return found.manuscript


def test_the_title_of_a_folder_names_the_section() -> None:
    """Readers see « Chemins de fer », not the name of a folder."""
    made = manuscript({"rail/_index.md": "---\ntitle: Chemins de fer\n---\n"})
    assert made.section == "Chemins de fer"
    made = manuscript({"rail/asie/_index.md": "---\ntitle: Asie\n---\n"})
    assert made.section == "Rail"
    made = manuscript({"_index.md": "---\ntitle: Le site\n---\n"}, path="posts/essai.md")
    assert made.section == ""
    made = manuscript(
        {"rail/_index.md": "---\ntitle: Chemins de fer\n---\n"},
        "---\ntitle: Essai\nsection: Ports\n---\n",
    )
    assert made.section == "Ports"


def test_a_folders_title_is_that_of_the_language() -> None:
    """Hugo and Zola keep one for each."""
    above = {
        "rail/_index.md": "---\ntitle: Chemins de fer\n---\n",
        "rail/_index.ru.md": "---\ntitle: Железные дороги\n---\n",
    }
    assert manuscript(above, path="rail/essai.ru.md").section == "Железные дороги"
    assert manuscript(above, path="rail/essai.md").section == "Chemins de fer"


def test_only_what_cascades_passes_on_from_an_index() -> None:
    """What else stands there is of the page that lists the folder."""
    index = (
        "+++\ntitle = 'Rail'\ndraft = true\ndate = 2020-01-01\n[extra]\nauthors = ['X']\n"
        "[cascade]\ntags = ['fret']\n[cascade.params]\nauthor = 'Aliya'\n+++\n"
    )
    made = manuscript({"rail/_index.md": index})
    assert (made.draft, made.published, made.tags) == (False, None, ("fret",))
    assert made.authors == (Person("Aliya"),)


def test_what_cascades_to_certain_pages_is_left_out() -> None:
    """Which ones is for Hugo to say."""
    index = (
        "---\ncascade:\n  - _target: {kind: page}\n    draft: true\n"
        "  - target: {path: x}\n    tags: [non]\n  - tags: [oui]\n---\n"
    )
    made = manuscript({"rail/_index.md": index})
    assert (made.draft, made.tags) == (False, ("oui",))


def test_every_key_of_directory_data_passes_on() -> None:
    """Eleventy's: but a collection is no tag, and no two articles have one id or slug."""
    text = (
        '{"layout": "a.njk", "tags": ["asie", "fret", "posts"], "author": "Aliya", "id": "1",'
        ' "slug": "x", "permalink": "/{{ page.fileSlug }}/", "lang": "kk", "inconnu": 1}'
    )
    made = manuscript({"rail/asie/asie.json": text})
    assert (made.tags, made.authors, made.guid, made.slug) == (
        ("fret",),
        (Person("Aliya"),),
        "",
        "",
    )
    assert made.language == "kk"


def test_what_is_nearer_wins_and_tags_are_added() -> None:
    """The article itself is the nearest."""
    above = {
        "rail/rail.json": '{"author": "Loin", "lang": "ru", "rights": "loin", "tags": ["a"]}',
        "rail/asie/_index.md": "---\ncascade: {lang: kk, rights: index, tags: [b]}\n---\n",
        "rail/asie/asie.json": '{"rights": "json"}',
        "rail/asie/asie.11tydata.json": '{"rights": "11ty"}',
    }
    text = "---\ntitle: Essai\nauthor: Près\ntags: [c]\n---\n"
    made = manuscript(above, text)
    assert made.authors == (Person("Près"),)
    assert (made.language, made.rights, made.tags) == ("kk", "11ty", ("c", "b", "a"))
    assert manuscript(dict(reversed(above.items())), text) == made


@pytest.mark.parametrize(
    ("front", "draft"), [("", True), ("draft: false", False), ("published: true", False)]
)
def test_a_folder_of_drafts_is_left_one_by_one(front: str, draft: bool) -> None:
    """What the article says itself is nearer than what its folder says."""
    above = {"rail/_index.md": "---\ncascade:\n  draft: true\n---\n"}
    assert manuscript(above, f"---\ntitle: Essai\n{front}\n---\n").draft is draft


@pytest.mark.parametrize(
    ("path", "content", "place"),
    [
        ("rail/_index.md", "---\ntitle: [x\ncascade: {draft: true}\n---\n", "MW218 2 8"),
        ("rail/_index.md", "---\ncascade:\n  draft: peut-être\n---\n", "MW234 3 10"),
        ("rail/rail.json", '{"draft": true,}', "MW228 1 15"),
        ("rail/rail.json", '["draft"]', "MW220 1 1"),
        ("rail/rail.json", '{"draft": true', "MW218 1 1"),
        ("rail/rail.json", '{\n"date": "hier"}', "MW206 2 9"),
        ("rail/rail.json", '{"x": ' + "1" * 70_000 + "}", "MW204 1 1"),
    ],
)
def test_a_broken_file_refuses_what_is_below_it_under_its_own_name(
    path: str, content: str, place: str
) -> None:
    """It might have said that all of it is a draft."""
    found = reading({path: content})
    assert isinstance(found, Refused)
    assert found.path == "rail/asie/essai.md"
    assert [(each.path, f"{each.code} {each.line} {each.column}") for each in found.problems] == [
        (path, place)
    ]


signs = st.sampled_from(
    ["---\n", "cascade:", " {", "}", "tags", ": ", "[", "]", '"', "\n", "draft", "x"]
)


@given(st.lists(signs, max_size=12).map("".join), st.binary(max_size=30))
def test_any_file_above_is_read_or_refuses(text: str, content: bytes) -> None:
    """Never an exception."""
    above = (Inherited("rail/_index.md", content), Inherited("rail/rail.json", text.encode()))
    for each in read(ARTICLE.encode(), path="rail/a.md", site=SITE, inherited=above).problems:
        assert each.path in ("rail/_index.md", "rail/rail.json")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("_index.md", True),
        ("rail/_index.md", True),
        ("rail/_index.fr.md", True),
        ("rail/_index.zh-Hans.md", True),
        ("rail/_index.markdown", True),
        ("rail/rail.json", True),
        ("rail/rail.11tydata.json", True),
        ("rail/asie/asie.json", True),
        ("_posts/_posts.json", True),
        ("rail.json", False),
        ("rail/asie.json", False),
        ("rail/index.md", False),
        ("rail/_index.fr.txt", False),
        ("rail/_indexes.md", False),
        ("_rail/_index.md", False),
        (".rail/.rail.json", False),
        ("rail/rail.11tydata.js", False),
    ],
)
def test_a_path_tells_which_files_speak_for_their_folder(path: str, expected: bool) -> None:
    """None of them is ever an article."""
    assert names.is_defaults(path) is expected
    assert not expected or names.kind(path.rpartition("/")[2]) == ""
