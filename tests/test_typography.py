"""Typography: a file of cases for each language, what must never change, and laws."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markwire.article.body import References
from markwire.article.markdown import render
from markwire.article.typography import typeset, typographic

CASES = Path(__file__).parent / "cases" / "typography"
LANGUAGES = ("fr", "fr-CA", "fr-CH", "ru", "kk", "uk", "en")
BODY = "-body"

_NO_WORD = re.compile(r"[\W_]+")
_TAG = re.compile(r"<[^>]*>")


def cases() -> Iterator[tuple[str, str, str]]:
    """Give language, text as typed and text as set, spaces being visible."""
    for file in sorted(CASES.glob("*.txt")):
        typed = ""
        for line in file.read_text("utf-8").splitlines():
            if line.startswith("< "):
                typed = line[2:]
            elif line.startswith("> "):
                yield file.stem, hidden(typed), hidden(line[2:])


def hidden(text: str) -> str:
    return text.replace("␣", "\xa0").replace("¬", "\u202f").replace(r"\n", "\n")


def visible(text: str) -> str:
    return text.replace("\xa0", "␣").replace("\u202f", "¬")


def html(text: str, language: str = "fr") -> str:
    return render(text, References("https://a.example/", "a", {}, {}, language)).html


def letters(text: str) -> str:
    return _NO_WORD.sub("", text)


@pytest.mark.parametrize(("language", "typed", "expected"), list(cases()))
def test_a_text_is_set_as_its_language_has_it(language: str, typed: str, expected: str) -> None:
    """Editors type what their keyboard has; readers get what their language wants."""
    if language.endswith(BODY):
        body, _ = typeset(html(typed), (), language.removesuffix(BODY))
        assert visible(body.strip()) == visible(expected)
    else:
        assert visible(typographic(typed, language)) == visible(expected)
        # The same rules, whether a text stands alone or beside a body.
        _, (beside,) = typeset("<p>x</p>", (typed,), language)
        assert beside == expected


@pytest.mark.parametrize("line", (CASES / "none.txt").read_text("utf-8").splitlines()[1:])
def test_a_language_without_rules_stays_as_it_was_typed(line: str) -> None:
    """A wrong guess is worse than none."""
    language, _, typed = line.partition(": ")
    assert typographic(typed, language) == typed
    assert typeset(typed, (typed,), language) == (typed, (typed,))


# --- laws --------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"\"'«»“”„‘’…!?;:.,()[]-–—/ \n\xa0\u202f°№%&<>1509",
        *("...", "--", "---", " - ", "mot", "l'", "Oural", "М", "А. ", "M. Dupont", "n° ", "km"),
        *(
            "мая",
            "5 mai 2026",
            "10 000",
            "https://a.example/b?c=d;e",
            "a@b.example",
            ":ok:",
            "'90s",
        ),
        *("*mot*", "**", '`a "b" ;`', '[mot](https://a.example "titre !")', "  \n", "\n\n", "é"),
        *("<br>", '<span lang="en">', "</span>", "<code>", "</code>", "<p>", "</em>", "\x01\x03"),
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@settings(max_examples=300)
@given(TEXTS, st.sampled_from(LANGUAGES))
def test_what_is_set_stays_as_it_is(text: str, language: str) -> None:
    """A text that is typed well, or was set before, must not change from edition to edition."""
    once = typographic(text, language)
    assert typographic(once, language) == once
    body, _ = typeset(html(text), (), language)
    assert typeset(body, (), language)[0] == body


@settings(max_examples=300)
@given(TEXTS, st.sampled_from(LANGUAGES))
def test_no_letter_figure_or_tag_ever_changes(text: str, language: str) -> None:
    """What an article says, and where its links lead, is the editor's alone."""
    assert letters(typographic(text, language)) == letters(text)
    typed = html(text)
    body, (beside,) = typeset(typed, (text,), language)
    assert _TAG.findall(body) == _TAG.findall(typed)
    assert letters(body) == letters(typed)
    assert letters(beside) == letters(text)


@pytest.mark.parametrize(
    "hostile",
    ['"', "'", '" ', '<b>"</b>', "! ", " !", "<b></b>!", ":a", "@", ".a", "« ", "5 ", "- "],
)
@pytest.mark.parametrize("language", ["fr", "ru", "en"])
def test_hostile_text_costs_no_more_than_its_length(hostile: str, language: str) -> None:
    """One article must not hold up the others: twenty times the text, not four hundred times."""
    short, long = (f"<p>{hostile * count}</p>" for count in (500, 10_000))

    def seconds(text: str) -> float:
        started = perf_counter()
        typeset(text, (), language)
        return perf_counter() - started

    assert min(seconds(long) for _ in range(3)) < 120 * min(seconds(short) for _ in range(3)) + 0.01
