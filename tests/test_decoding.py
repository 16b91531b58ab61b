"""Bytes to text: only what says of itself what it is gets read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markwire.article.decoding import Decoded, decoded, restored
from markwire.article.html import clean_text
from markwire.problems import Problem, problem

FRENCH = "---\ntitle: L’été où la Caspienne s’est retirée\n---\n\nÀ Aktaou, « la mer » a reculé.\n"
RUSSIAN = "---\ntitle: Ледник отступает\n---\n\nРейка торчит изо льда на два метра.\n"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (FRENCH, "cp1252", "Windows-1252"),
        (FRENCH, "mac_roman", "Mac Roman"),
        ("---\ntitle: Été à Épinal\n---\n", "latin-1", "Windows-1252"),
        ("---\ntitle: Düsseldorf, schöne Grüße\n---\n", "latin-1", "Windows-1252"),
        ("---\ntitle: Mañana, el corazón\n---\n", "cp1252", "Windows-1252"),
        (RUSSIAN, "cp1251", "Windows-1251"),
        (RUSSIAN, "koi8_r", "KOI8-R"),
        (RUSSIAN.upper(), "cp1251", "Windows-1251"),
    ],
)
def test_the_likely_encoding_is_named_in_its_place(text: str, codec: str, name: str) -> None:
    """The editor sees the word, and knows at once whether it is the right one."""
    found = decoded(text.encode(codec), "a.md")
    assert isinstance(found, Problem)
    words = dict(found.words)
    first = next(index for index, letter in enumerate(text) if letter > "\x7f")
    before = text[:first]
    assert (found.code, words["encoding"]) == ("MW101", name)
    assert (found.line, found.column) == (before.count("\n") + 1, first - before.rfind("\n"))
    start = max(before.rfind(" "), before.rfind("\n")) + 1
    assert words["word"] == text[start:].split(maxsplit=1)[0]


def test_a_place_counts_letters_and_lines_as_editors_do() -> None:
    """Not bytes, not the mark before the text, and a Windows line end once."""
    content = b"\xef\xbb\xbfun\r\ndeux\r\n\xc3\xa9t\xc3\xa9 \xc3\xa9 \xe9\n"
    found = decoded(content, "a.md")
    assert isinstance(found, Problem)
    assert (found.code, found.line, found.column) == ("MW109", 3, 7)


@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, "abc\n" * 10])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_refused(text: str, codec: str) -> None:
    """Read as UTF-8, Russian in it is a row of digits and signs."""
    found = decoded(text.encode(codec), "a.md")
    assert isinstance(found, Problem)
    assert found.code == "MW108"


@pytest.mark.parametrize("content", [b"\x81\x8d\x8f\x90\x9d", bytes(range(128, 256)) * 4])
def test_what_reads_as_no_language_is_no_text(content: bytes) -> None:
    """Naming an encoding would send the editor the wrong way."""
    found = decoded(content, "a.md")
    assert isinstance(found, Problem)
    assert found.code == "MW110"


law = settings(max_examples=300)


@law
@given(st.text())
def test_utf_8_is_read_as_it_is(text: str) -> None:
    """But for line ends, and what feeds cannot carry."""
    try:
        found = decoded(text.encode(), "a.md")
    except UnicodeEncodeError:
        return
    if isinstance(found, Decoded):
        lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        assert found.text == clean_text(lines)
    else:
        assert found.code == "MW108"
        assert "\x00" in text


@law
@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["utf-16", "utf-32"]))
def test_what_says_so_is_read_as_utf_8_is(text: str, codec: str) -> None:
    """Only a warning more."""
    found, expected = decoded(text.encode(codec), "a.md"), decoded(text.encode(), "a.md")
    if isinstance(expected, Decoded) and text:
        assert isinstance(found, Decoded)
        assert found.text == expected.text
        assert [each.code for each in found.problems] == ["MW107"]


@law
@given(st.binary(max_size=80) | st.text(max_size=40).map(lambda t: t.encode("cp1251", "replace")))
def test_any_bytes_are_text_or_a_problem_in_the_file(content: bytes) -> None:
    """Never an exception."""
    found = decoded(content, "a.md")
    if isinstance(found, Problem):
        lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1


@law
@given(st.lists(st.sampled_from(["a", "é", "\x01", "\x00", "\x9f", "\n", " "]), min_size=1))
def test_a_place_is_that_of_the_same_letter_in_the_file(letters: list[str]) -> None:
    """What was taken out before it counts too."""
    raw = "".join(letters)
    found = Decoded(clean_text(raw), raw)
    lines = raw.split("\n")
    for number, line in enumerate(found.text.split("\n"), 1):
        for column, letter in enumerate(line, 1):
            (there,) = restored([problem("MW209", "a.md", number, column)], found)
            assert lines[there.line - 1][there.column - 1] == letter
