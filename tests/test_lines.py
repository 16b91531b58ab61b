"""Plain front matter is read without the YAML parser, and must be what that parser reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.corpus import Corpus
from markwire.article.front import frontmatter, yaml_front
from markwire.article.front.frontmatter import Parts, split
from markwire.article.front.lines import mapping
from markwire.problems import Problem

FOLDER = Path(__file__).parent
FILES = sorted([*(FOLDER.parent / "content").rglob("*.md"), *(FOLDER / "cases").rglob("*.md")])


def parsed(front: str) -> object:
    """What YAML makes of a front matter."""
    return yaml_front.mapping(front, "x.md")


def judge(front: str) -> bool:
    """Compare, and say whether the short way was taken."""
    ours = mapping(front)
    if ours is None:
        return False
    assert ours == parsed(front)
    return True


KEYS = [
    "title",
    "a",
    "b",
    "mots-clés",
    "date_2",
    "é",
    "null",
    "yes",
    "x-1",
    "Ключ",
    "k" * 70,
    "1a",
    "a b",
]
VALUES = [
    *("", "mot", "deux mots", "12:30", "2026-05-01T06:00:00Z", "a: b", "a:b", "a:", "a #b"),
    *("a#b", '"x: # y"', '"x\\n"', "'c''est'", "'c’est'", '"', "'", '""', "''", '"a" b'),
    *('"a"  ', '"a" #c', "[a, b c]", "[]", "[ ]", "[a,b]", "[a, ]", "[,]", "[a: b]", "[a, [b]]"),
    *("['a', b]", "[l'eau, é ]", "~", "null", "NULL", "nullité", "[null, a]", "- a", "-a", "?"),
    *("? a", "!t", "&a b", "*a", "|", ">", "{a: b}", "%x", "@x", "`x`", "# c"),
    *("\xab\xa0oui\xa0\xbb", "/a/b.png", "(a)", "\u2028", "a\u2028b", "a\tb", "\ta", "a ", "😀"),
    *("é😀: x", "a, b", "a]b", "a}b", "l'eau", 'dit "oui"', "https://e.org/#x", "a\ufeffb"),
    *("\ufeff", "a\x85b", "a\u0301", "---", "...", "=", "<<", "0x1F", "1_000", "[a?b]", "[a#b]"),
    *("[a #b]", "[-a]", "[a-b, c/d]", "[a b , c]", "[ a]", "a[b", "a{b", "\\", "a\\b"),
    "[(a), b]",
]  # fmt: skip
values = st.sampled_from(VALUES) | st.text(max_size=12)
lines = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "", " ", "  ", "    ", "\t"]),
    st.builds("{}:".format, st.sampled_from(KEYS)) | st.sampled_from(["-", "-", "", "#", "--"]),
    st.sampled_from([" ", " ", "", "  ", "\t"]),
    values,
)
fronts = st.lists(lines, max_size=8).map("\n".join)
# What the short way is for, so that the comparison is seldom in vain.
plain = st.lists(
    st.builds("{}: {}".format, st.sampled_from(KEYS[:6]), values)
    | st.builds(
        lambda key, items, indent: f"{key}:" + "".join(f"\n{indent}- {item}" for item in items),
        st.sampled_from(KEYS[:9]),
        st.lists(values, max_size=3),
        st.sampled_from(["", "  ", "    "]),
    )
    | st.builds(
        lambda key, parts: f"{key}:" + "".join(f"\n  {part}: {value}" for part, value in parts),
        st.sampled_from(KEYS[:9]),
        st.lists(st.tuples(st.sampled_from(KEYS[:6]), values), max_size=3),
    ),
    max_size=5,
).map("\n".join)


@settings(max_examples=3000)
@given(fronts | plain)
def test_what_is_read_line_by_line_is_what_yaml_reads(front: str):
    """Text, line and column of every node: an editor's problem points at them."""
    judge(front)


@pytest.mark.parametrize("value", VALUES)
def test_each_kind_of_value_is_what_yaml_reads(value: str):
    for around in ("a: {}", "a: {}\nb: c", "a:\n  - {}\n  - b", "a:\n- {}", "a:{}", "a: {}\n  b",
                   "a:\n  b: {}\n  c: d\ne: f", "a: {} \n", "a:\n  b: {}\n   c: d"):  # fmt: skip
        judge(around.replace("{}", value))


def test_articles_as_they_are_written_take_the_short_way():
    """Else the short way is there for nothing."""
    corpus = Corpus()
    for number in range(100):
        front = corpus.article(number).split("---\n")[1].removesuffix("\n")
        assert judge(front)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_taken_apart_as_by_the_long_way(path: Path, monkeypatch: pytest.MonkeyPatch):
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    short = split(text, path="x.md")
    monkeypatch.setattr(frontmatter.lines, "mapping", lambda front, *, first: None)
    assert short == split(text, path="x.md")


# --- fences ------------------------------------------------------------------------------


def by_lines(text: str) -> tuple[str, str, int] | str:
    """Where the fences are, found the plain way: front matter, Markdown and its first line."""
    found = text.split("\n")
    if found[0].rstrip() != "---":
        return "", text, 1
    end = next((n for n, line in enumerate(found[1:], 1) if line.rstrip() in ("---", "...")), 0)
    return ("\n".join(found[1:end]), "\n".join(found[end + 1 :]), end + 2) if end else "open"


@settings(max_examples=1000)
@given(
    st.lists(
        st.sampled_from(["---", "...", "\n", "\n", " ", "\t", "a: b", "x", "\u2028", "\x0c", "\x1c",
                         "\u00a0", "-", "[", "{", "]", "    " * 30, "- - " * 7]),
        max_size=12,
    ).map("".join)
)  # fmt: skip
def test_fences_are_whole_lines(text: str):
    """A search for them must find what splitting into lines finds."""
    expected, found = by_lines(text), split(text, path="x.md")
    if expected == "open":
        assert isinstance(found, Problem)
        assert found.code == "MW201"
    elif isinstance(found, Parts):
        assert (found.text, found.first_line) == expected[1:]
