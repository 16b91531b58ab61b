"""Which names an article mentions, and which files they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.article.mentions import Mention, kind_of, mentions, normal, resolve

NAMED = [
    ("![a](x.png)", "x.png"),
    ('![a](./images/x.png "Titre")', "images/x.png"),
    ("![a](<my x.png>)", "my x.png"),
    ("![a](my%20x.png)", "my x.png"),
    ("![a](my x.png)", "my x.png"),
    ('![a](my x (1).png "Titre")', "my x (1).png"),
    ("[a](note.md#part)", "note.md"),
    ("[a](../b/note.md?x)", "../b/note.md"),
    ("[a](b\\_c.md)", "b_c.md"),
    ("[a](b&amp;c.md)", "b&c.md"),
    ("[a](\n  x.md)", "x.md"),
    ("[a](x(y(z)).md)", "x(y(z)).md"),
    ("[a]: x.md 'Titre'", "x.md"),
    ("> [a]:\n> <my x.md>", "my x.md"),
    ("![[x.png|300]]", "x.png"),
    ("[[note#heading|text]]", "note"),
    ("[[Que faire ? 100 %]]", "Que faire ? 100 %"),
    ("| [[note\\|text]] |", "note"),
    ("[[[note]]]", "note"),
    ('<img src="x.png">', "x.png"),
    ("<img SRC = 'x.png'>", "x.png"),
    ("<img src=x.png>", "x.png"),
    ('<a href="a&amp;b.md">', "a&b.md"),
    ('<video poster="x.png">', "x.png"),
    ("/x.png", "/x.png"),
    ("- /my x.png (Titre)", "/my x.png"),
    ("/x.csv 'Titre'", "/x.csv"),
    ("![a](images\\x.png)", "images/x.png"),
    ("![a](e\u0301te\u0301.png)", "été.png"),
]


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_a_name_is_found(text: str, name: str):
    """A picture that the scan does not see would be missing for ever."""
    assert name in [mention.name for mention in mentions(text)]


def test_srcset_has_several_names():
    found = mentions('<img src="a.png" srcset="b.png 1x, c d.png, e.png 2x">')
    assert {"a.png", "b.png", "e.png"} <= {mention.name for mention in found}


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://example.org/x.png)",
        "[a](//example.org/x.png)",
        "[a](#part)",
        "[a](?page=2)",
        "[a](mailto:a@example.org)",
        "[a](C:\\x.png)",
        "[[#part]]",
        "[a]()",
        "<https://example.org/>",
        "[^1]: Note.",
        "Un mot (x.png), un autre.",
    ],
)
def test_what_is_not_local_is_not_mentioned(text: str):
    assert mentions(text) == ()


def test_a_mention_has_the_place_of_its_first_appearance():
    """Problems name the line of the file, which begins above the text."""
    text = "Un\r\nmot ![a](x.png)\n\n![[y.png]] et [b](x.png)"
    assert mentions(text, first_line=10) == (
        Mention("x.png", 11, 5),
        Mention("y.png", 13, 1),
    )


@given(st.text(max_size=40))
def test_normal_is_total_and_makes_names_only(reference: str):
    name = normal(reference)
    assert "\\" not in name
    assert not name.startswith("./")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.PNG", "picture"),
        ("a.b.mp3", "sound"),
        ("a.webm", "film"),
        ("a.pdf", "paper"),
        ("a.md", "article"),
        ("md", ""),
        ("a.xyz", ""),
        ("", ""),
    ],
)
def test_kind_of(name: str, kind: str):
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("name", "at", "candidates", "path"),
    [
        # beside the article, then from the folder's root
        ("x.png", "a/b.md", ["a/x.png", "x.png"], "a/x.png"),
        ("x.png", "a/b.md", ["x.png", "c/x.png"], "x.png"),
        ("i/x.png", "a/b.md", ["i/x.png", "a/i/x.png"], "a/i/x.png"),
        ("../x.png", "a/b.md", ["x.png", "a/x.png"], "x.png"),
        ("/x.png", "a/b.md", ["x.png", "a/x.png"], "x.png"),
        ("/x.png", "a/b.md", ["a/x.png"], "a/x.png"),
        # case and form of the file system
        ("X.PNG", "b.md", ["x.png"], "x.png"),
        ("x.png", "b.md", ["X.png", "x.png"], "x.png"),
        ("été.png", "b.md", ["e\u0301te\u0301.png"], "e\u0301te\u0301.png"),
        # articles by their names
        ("note", "b.md", ["note.md"], "note.md"),
        ("note.md", "a/b.md", ["c/note.md"], "c/note.md"),
        ("v1.2", "b.md", ["v1.2.md"], "v1.2.md"),
        # as Obsidian does
        ("x.png", "a/b.md", ["c/d/x.png"], "c/d/x.png"),
        ("x.png", "a/b/c.md", ["a/z/x.png", "y/x.png"], "a/z/x.png"),
        ("x.png", "a.md", ["c/x.png", "b/x.png"], "b/x.png"),
        ("d/x.png", "a.md", ["c/x.png", "c/d/x.png"], "c/d/x.png"),
        # nothing
        ("x.png", "b.md", [], None),
        ("d/x.png", "a.md", ["c/x.png"], None),
        ("../x.png", "b.md", ["x.png"], None),
        ("../../x.png", "a/b.md", ["x.png", "a/x.png"], None),
        ("a/../../x.png", "b.md", ["x.png"], None),
        ("/../x.png", "b.md", ["x.png"], None),
        ("", "b.md", ["x.png"], None),
        ("..", "b.md", ["x.png"], None),
    ],
)
def test_resolve(name: str, at: str, candidates: list[str], path: str | None):
    assert resolve(name, at=at, candidates=candidates) == path
    assert resolve(name, at=at, candidates=reversed(candidates)) == path
