"""Another typesetter as a judge: what we do otherwise than polytypo is listed, with its reason.

It knows no Kazakh, whose marks and dashes are those of Russian; of the two kinds of English that
it knows, the American has our quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from polytypo import transform

from markwire.article.body import References
from markwire.article.markdown import render
from markwire.article.typography import typeset

CASES = Path(__file__).parent / "cases" / "typography"
CONTENT = Path(__file__).parents[1] / "content"
LOCALES = {"fr": "fr", "ru": "ru", "kk": "ru", "en": "en-US"}

_WORD = re.compile(r"([^\W_]+)")
_VISIBLE = str.maketrans({"\xa0": "␣", "\u202f": "¬", "\n": "↵"})


def corpus() -> Iterator[tuple[str, str]]:
    """Give languages and bodies: our own sentences, and the articles of the sample newsroom."""
    for line in (CASES / "corpus.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            language, _, text = line.partition(": ")
            yield language, f"<p>{escape(text, quote=False)}</p>"
    for file in sorted(CONTENT.rglob("*.md")):
        language = file.parent.name if file.parent.name in ("kk", "ru") else "fr"
        text = file.read_text("utf-8").split("---\n", 2)[2]
        yield language, render(text, References("https://a.example/", "a", {}, {}, language)).html


def differences(language: str, body: str) -> Iterator[str]:
    """Give the shape of each difference, ours and theirs: ``a`` is a word, ``0`` a figure.

    Neither changes words, so what stands between two of them is compared with its like.
    """
    ours, theirs = (
        _WORD.split(text)
        for text in (
            typeset(body, (), language)[0],
            transform(body, locale=LOCALES[language], mode="html"),
        )
    )
    assert ours[1::2] == theirs[1::2]
    for index in range(0, len(ours), 2):
        if ours[index] != theirs[index]:
            before = "0" if index and ours[index - 1][-1].isdigit() else "a"
            after = "0" if index + 1 < len(ours) and ours[index + 1][0].isdigit() else "a"
            pair = (f"{before}{gap[index].translate(_VISIBLE)}{after}" for gap in (ours, theirs))
            yield f"{language} {' | '.join(pair)}"


def explained() -> set[str]:
    """Give the shapes that are listed; each stands below the reason for it."""
    lines = (CASES / "polytypo-differences.txt").read_text("utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def test_every_difference_from_another_typesetter_is_wanted_and_explained() -> None:
    """Two that agree may both be wrong; where they do not, somebody must have thought of it."""
    found = {shape for language, body in corpus() for shape in differences(language, body)}
    assert found == explained()
