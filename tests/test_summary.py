"""What an article says in a few lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.article.markdown import References, render
from markwire.article.summary import LIMIT, shorten, summary

REFERENCES = References("https://example.org/a", "a", {}, {})


def of(text: str, standfirst: str = "") -> str:
    return summary(standfirst, render(text, REFERENCES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Premier *paragraphe* &amp; suite.\n\nSecond.", "Premier paragraphe & suite."),
        ("# Titre\n\n![Carte](c.png)\n\nLe texte.", "Le texte."),
        ("> [!note] Encadré\n> Non.\n\nLe texte.", "Le texte."),
        ("> Citation.\n\nLe texte.", "Le texte."),
        ("| a |\n|---|\n| b |\n\nLe texte.", "Le texte."),
        ("- a\n- b\n\nLe texte.", "Le texte."),
        ("Un[^1] mot.\n\n[^1]: Note.", "Un mot."),
        ("Un\n\ndeux <!-- more --> trois", "Un deux"),
        ("## Titre\n\nUn.\n\n<!-- more -->\n\nDeux.", "Un."),
        ("<!-- more -->\n\nUn.", "Un."),
        ("- a\n- b", "a b"),
        ("![Carte](c.png)", ""),
        ("", ""),
        ("%%secret%%\n\n`a < b`", "a < b"),
    ],
)
def test_without_a_standfirst_the_text_speaks(text: str, expected: str):
    assert of(text) == expected


def test_the_standfirst_comes_first_and_whole():
    """What an editor wrote for this place is not cut."""
    standfirst = "Le <em>chapeau</em> &amp; sa suite. " * 40
    assert of("Le texte.", standfirst) == ("Le chapeau & sa suite. " * 40).strip()


def test_a_long_paragraph_ends_at_a_sentence():
    assert shorten("Une phrase. " * 10 + "mot " * 200, 150) == "Une phrase. " * 10 + "…"


def test_without_a_sentence_it_ends_at_a_word():
    assert shorten("mot, " * 50, 20) == "mot, mot, mot, mot…"


@given(st.text(alphabet="ab .,!…»\u00a0", max_size=700))
def test_a_summary_is_bounded_and_a_beginning(text: str):
    short = shorten(text)
    assert len(short) <= LIMIT + 1
    assert text.startswith(short.rstrip("…").rstrip())
