"""Files for editors' tools: each offers exactly the fields that Markwire reads, and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from commands import run
from conftest import ROOT
from markwire.article.front.keys import FIELDS, PARTS
from markwire.article.read import Read, read
from markwire.editors import EDITORS, Desk, files
from markwire.editors.words import FRENCH_FIELDS, FRENCH_PARTS
from markwire.editors.yaml_text import Alias, Anchor, yaml_text
from markwire.model import Manuscript, Site

FRENCH = Desk("fr", "content", ("transport", "énergie"))
ENGLISH = Desk("en", "texts")
SITE = Site(
    title="Essais",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
)
FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
SYMBOLIC = re.compile(r"\$\{?[A-Z_]+\}?")


class _Typed(yaml.SafeLoader):
    """YAML as tools that validate read it: with types, but dates are texts."""


_Typed.yaml_implicit_resolvers = {
    sign: [(tag, how) for tag, how in rules if tag != "tag:yaml.org,2002:timestamp"]
    for sign, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def text_of(editor: str, path: str, desk: Desk = FRENCH) -> str:
    (text,) = [file.text for file in files(editor, desk) if file.path.endswith(path)]
    return text


def json_of(editor: str, path: str, desk: Desk = FRENCH) -> Any:
    return json.loads(text_of(editor, path, desk))


def yaml_of(editor: str, path: str, desk: Desk = FRENCH) -> Any:
    return yaml.safe_load(text_of(editor, path, desk))


def front_of(text: str) -> Any:
    found = FRONT.match(text)
    return yaml.load(found[1], _Typed) if found else None


def schema(desk: Desk = FRENCH) -> Draft202012Validator:
    return Draft202012Validator(
        json_of("schema", "frontmatter.schema.json", desk),
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def read_back(text: str) -> Manuscript:
    """The manuscript that a tool's text is, which must be without any problem."""
    found = read(text.encode(), path="essai.md", site=SITE)
    assert isinstance(found, Read), found
    assert found.problems == ()
    return found.manuscript


# --- the same fields everywhere ----------------------------------------------------------

Listed = dict[str, str]  # what is said of each field, by its name


def _in_schema(desk: Desk) -> Listed:
    properties = json_of("schema", "frontmatter.schema.json", desk)["properties"]
    return {name: field["description"] for name, field in properties.items()}


def _in_snippets(desk: Desk) -> Listed:
    snippets = json_of("vscode", ".code-snippets", desk)
    return {each["prefix"]: each["description"] for each in snippets.values()}


def _in_front_matter_cms(desk: Desk) -> Listed:
    (kind,) = json_of("frontmatter", "frontmatter.json", desk)["frontMatter.taxonomy.contentTypes"]
    return {field["name"]: field["description"] for field in kind["fields"]}


def _in_pages_cms(desk: Desk) -> Listed:
    (articles,) = yaml_of("pages", ".pages.yml", desk)["content"]
    return {field["name"]: field["description"] for field in articles["fields"]}


def _in_decap(desk: Desk) -> Listed:
    first, *others = yaml_of("decap", "admin/config.yml", desk)["collections"]
    assert all(other["fields"] == first["fields"] for other in others)
    return {field["name"]: field["hint"] for field in first["fields"]}


def _in_sveltia(desk: Desk) -> Listed:
    (articles, *_) = yaml_of("sveltia", "admin/config.yml", desk)["collections"]
    return {field["name"]: field["hint"] for field in articles["fields"]}


LISTS: list[tuple[Callable[[Desk], Listed], set[str]]] = [
    (_in_schema, set()),
    (_in_snippets, {"article"}),
    (_in_front_matter_cms, set()),
    (_in_pages_cms, {"body"}),
    (_in_decap, {"body"}),
    (_in_sveltia, {"body"}),
]


@pytest.mark.parametrize(
    ("listed", "beside"), LISTS, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_tool_offers_exactly_the_fields_that_are_read(
    listed: Callable[[Desk], Listed], beside: set[str]
) -> None:
    """A field that one tool lacks is one that its editors never find."""
    french, english = listed(FRENCH), listed(ENGLISH)
    assert [name for name in french if name not in beside] == list(FIELDS)
    assert french.keys() == english.keys()
    assert beside <= french.keys()
    for name, field in FIELDS.items():
        assert (french[name], english[name]) == (FRENCH_FIELDS[name].about, field.about)


def test_obsidian_offers_them_too_with_those_of_the_picture_beside_it() -> None:
    """It has no properties within properties."""
    expected = [*FIELDS]
    at = expected.index("image") + 1
    expected[at:at] = ["alt", "caption", "credit"]
    assert [*front_of(text_of("obsidian", "_modeles/article.md"))] == expected
    assert [*json_of("obsidian", "types.json")["types"]] == expected


def test_no_field_is_without_french() -> None:
    """Half of a form in another language is no form."""
    assert FRENCH_FIELDS.keys() == FIELDS.keys()
    assert {kind: words.keys() for kind, words in FRENCH_PARTS.items()} == {
        kind: parts.keys() for kind, parts in PARTS.items()
    }
    spoken = [
        *FRENCH_FIELDS.values(),
        *(w for words in FRENCH_PARTS.values() for w in words.values()),
    ]
    english = {field.about for field in FIELDS.values()}
    assert all(words.label and words.about not in english for words in spoken)


@pytest.mark.parametrize("editor", [*EDITORS])
def test_no_tool_overwrites_what_another_needs(editor: str) -> None:
    """Two tools may share a file only where they agree on it."""
    mine = {file.path: file.text for file in files(editor, FRENCH)}
    for other in EDITORS:
        for file in files(other, FRENCH):
            assert mine.get(file.path, file.text) == file.text


# --- what the schema says of articles ----------------------------------------------------


@pytest.mark.parametrize("desk", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_the_sample_newsroom_satisfies_the_schema(desk: Desk) -> None:
    """What is published without a word must not be underlined in red."""
    validator = schema(desk)
    Draft202012Validator.check_schema(validator.schema)
    fronts = {
        path.name: front_of(path.read_text(encoding="utf-8"))
        for path in (ROOT / "content").rglob("*.md")
    }
    assert len(fronts) > 30
    said = {name: [str(error) for error in validator.iter_errors(f)] for name, f in fronts.items()}
    assert said == {name: [] for name in fronts}


@pytest.mark.parametrize(
    "front",
    [
        "embargo: 2026-05-01T06:00",
        "embargo: 2026-05-01",
        "date: demain",
        "date: 01/05/2026",
        "draft: peut-être",
        "language: français courant",
        "title: [un, deux]",
        "tags: {a: b}",
        "corrections: [{date: 2026-05-01, text: t, kind: erreur}]",
        "corrections: [{text: sans date}]",
        "authors: [{url: 'https://example.org/'}]",
    ],
)
def test_the_schema_refuses_what_markwire_refuses(front: str) -> None:
    """It is of use only if it finds the mistake before the article is saved."""
    assert not schema().is_valid(front_of(f"---\n{front}\n---\n"))
    text = (
        f"---\n{front}\n---\n\nTexte.\n"
        if "title" in front
        else f"---\ntitle: T\n{front}\n---\n\nT\n"
    )
    found = read(text.encode(), path="essai.md", site=SITE)
    assert not isinstance(found, Read) or found.problems


@pytest.mark.parametrize(
    "front",
    [
        "title:\nsummary:\ndate:\nauthors: []\nimage:\ndraft:\nembargo:\ncorrections: []",
        "title: 2026\ntags: un, deux\nauthors: Aliya\ndate: 2026-05-01 06:00",
        "titre: Autre\nrubrique: Transport",
        "image: {src: a.png, alt: Une vue}\nauthors: [{name: A, email: a@example.org}]",
        "embargo: 2026-05-01T06:00+05:00\nexpires: 2026-05-01T06:00:30.5Z\ntypography: non",
        "corrections: [{date: 2026-05-01, text: t, kind: typo}]",
    ],
)
def test_the_schema_accepts_what_markwire_reads(front: str) -> None:
    """A false alarm teaches editors to look away."""
    assert schema().is_valid(front_of(f"---\n{front}\n---\n"))


# --- what the tools write ----------------------------------------------------------------


def test_an_article_of_the_obsidian_template_is_read_and_kept_back() -> None:
    """Readers must not see it before somebody has written it."""
    text = text_of("obsidian", "article.md").replace("{{title}}", "La crue")
    text = re.sub(r"\{\{date:[^}]*\}\}", "2026-05-01T06:00+05:00", text)
    found = read_back(text)
    assert (found.headline, found.draft, found.typography) == ("La crue", True, True)
    assert found.published is not None
    assert found.text.strip() == "Écrivez l’article ici."
    assert schema().is_valid(front_of(text))


def test_every_snippet_makes_what_is_read() -> None:
    """A slip in one would be repeated in every article."""
    snippets = json_of("vscode", ".code-snippets")
    for name, snippet in snippets.items():
        text = "\n".join(snippet["body"])
        text = re.sub(r"\$\{\d\|([^,|]*)[^|]*\|\}", r"\1", text)
        text = re.sub(r"\$\{1:(.*)\}", r"\1", text)
        now = text.replace("$CURRENT_YEAR-$CURRENT_MONTH-${CURRENT_DATE}", "2026-05-01")
        now = now.replace("$CURRENT_HOUR:$CURRENT_MINUTE$CURRENT_TIMEZONE_OFFSET", "06:00+05:00")
        values = {"language": "fr", "canonical": "https://example.org/"}
        text = re.sub(r"\$\d", values.get(name, "mot"), now)
        assert not SYMBOLIC.search(text)
        whole = text if name == "article" else f"---\ntitle: T\n{text}\n---\n\nTexte\n"
        read_back(whole.replace("title: T\n", "") if name == "title" else whole)


def test_a_form_that_nobody_filled_in_refuses_nothing() -> None:
    """Decap writes each field of a form, and each part of a picture, empty or not."""
    (articles, *_) = yaml_of("decap", "admin/config.yml")["collections"]
    empty: dict[str, object] = {}
    for field in articles["fields"]:
        match field["widget"]:
            case "boolean":
                empty[field["name"]] = field["default"]
            case "list":
                empty[field["name"]] = []
            case "object":
                empty[field["name"]] = {part["name"]: "" for part in field["fields"]}
            case _:
                empty[field["name"]] = ""
    del empty["body"]
    text = f"---\n{yaml.safe_dump(empty | {'title': 'T'}, sort_keys=False)}---\n\nTexte\n"
    assert read_back(text).image is None
    assert schema().is_valid(front_of(text))


@pytest.mark.parametrize("written", ["2026-05-01T06:00:00+05:00", "2026-05-01T06:00:00Z"])
def test_the_dates_that_the_tools_write_are_read(written: str) -> None:
    """Each of their formats ends with the offset, as an embargo needs it."""
    (articles, *_) = yaml_of("decap", "admin/config.yml")["collections"]
    decap = {field["format"] for field in articles["fields"] if field["widget"] == "datetime"}
    assert decap == {"YYYY-MM-DDTHH:mm:ssZ"}
    assert text_of("pages", ".pages.yml").count("yyyy-MM-dd'T'HH:mm:ssxxx") == 5
    assert read_back(f"---\ntitle: T\nembargo: '{written}'\n---\n\nT\n").embargo is not None


# --- YAML --------------------------------------------------------------------------------

_KEYS = st.from_regex(r"k[a-z_]*", fullmatch=True)
_LEAVES = st.text() | st.booleans() | st.integers()
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner),
    max_leaves=20,
)


@given(st.dictionaries(_KEYS, _VALUES, min_size=1))
def test_what_is_written_as_yaml_is_read_as_the_same(value: dict[str, Any]) -> None:
    """Our own few lines of YAML must be YAML, whatever a folder is called."""
    written = yaml_text(value)
    if all(sign.isprintable() or sign == "\n" for sign in written):  # PyYAML refuses others raw
        assert yaml.safe_load(written) == value


def test_an_alias_stands_for_its_anchor() -> None:
    """The fields of ten collections are written once."""
    written = yaml_text({"a": Anchor("x", [1, {"b": "c"}]), "d": Alias("x")}, above=("Note.",))
    assert written == '# Note.\na: &x\n  - 1\n  - b: "c"\nd: *x\n'
    assert yaml.safe_load(written) == {"a": [1, {"b": "c"}], "d": [1, {"b": "c"}]}


# --- the command -------------------------------------------------------------------------

WORDS = "--title", "L’Été", "--url", "https://example.org", "--time-zone", "UTC", "--language"


def test_init_adds_the_files_of_a_tool_to_a_site_that_is_there(tmp_path: Path) -> None:
    """A newsroom that changes its tool keeps its site, and whatever it changed by hand."""
    run("init", *WORDS, "en", cwd=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    (tmp_path / ".pages.yml").write_text("mine", encoding="utf-8")
    inside = tmp_path / "content"
    made = run("init", "--editor", "pages", "--editor", "schema", cwd=inside)
    assert (made.code, made.out) == (0, f"{tmp_path}/frontmatter.schema.json\n")
    assert made.err == f"{tmp_path}/.pages.yml is there already, and was left as it is.\n"
    assert (tmp_path / ".pages.yml").read_text(encoding="utf-8") == "mine"
    assert {path: path.read_bytes() for path in before} == before


def test_init_gives_a_new_site_its_tools_and_publishes_none_of_them(tmp_path: Path) -> None:
    """What lies in the content folder for Obsidian is no article."""
    words = [word for editor in EDITORS for word in ("--editor", editor)]
    made = run("init", "ici", *WORDS, "fr", *words, cwd=tmp_path)
    assert made.code == 0
    expected = {file.path for editor in EDITORS for file in files(editor, Desk("fr"))}
    written = {
        Path(line).relative_to(tmp_path / "ici").as_posix() for line in made.out.split("\n") if line
    }
    assert written == expected | {"markwire.toml", "content/l-ete.md"}
    built = run("--site", "ici", "build", "--json", cwd=tmp_path)
    assert (built.code, built.json["read"], built.json["problems"]) == (0, 1, [])


def test_each_folder_of_articles_is_a_collection_of_decap(tmp_path: Path) -> None:
    """It lists no article that lies deeper than its collection's folder."""
    run("init", *WORDS, "fr", cwd=tmp_path)
    for path in ("énergie/a.md", "vide/a.txt", "_bureau/a.md"):
        place = tmp_path / "content" / path
        place.parent.mkdir()
        place.write_text("# A\n\nTexte", encoding="utf-8")
    run("init", "--editor", "sveltia", cwd=tmp_path)
    config = yaml.safe_load((tmp_path / "admin/config.yml").read_text(encoding="utf-8"))
    assert [(each["name"], each["folder"]) for each in config["collections"]] == [
        ("articles", "content"),
        ("articles-energie", "content/énergie"),
    ]


def test_init_asks_for_a_site_only_where_there_is_none(tmp_path: Path) -> None:
    """Without an answer nothing is written."""
    result = run("init", "--editor", "schema", cwd=tmp_path)
    assert (result.code, list(tmp_path.iterdir())) == (2, [])
