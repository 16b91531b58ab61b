"""Corrections are told: dated notes below the body, in every format, and nowhere else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.article.compose import Composed, Job, compose
from markwire.article.html import clean_text, sanitise
from markwire.article.notes import notes
from markwire.formats import jsonfeed
from markwire.model import Body, Correction, CorrectionKind, Feed, Identity, Manuscript, Site

ALMATY = ZoneInfo("Asia/Almaty")
SITE = Site(
    title="La Route des steppes",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ALMATY,
    language="fr",
    feeds=(Feed("", "La Route des steppes", "Des nouvelles", "fr"),),
)
WHEN = datetime(2026, 5, 1, 6, tzinfo=UTC)
FIRST = Correction(datetime(2026, 5, 2, 20, tzinfo=UTC), "38 km, non 48.")
LATER = Correction(datetime(2026, 5, 9, 4, tzinfo=UTC), "Un nom.", "typo")
MANUSCRIPT = Manuscript("essai.md", "essai", "Essai", "Un texte.\n", 1, "fr", corrections=(FIRST,))
NOTE = (
    '<aside class="corrections">\n'
    "<p><strong>Correction (3\u00a0mai\u00a02026)\u00a0:</strong> 38\u00a0km, non 48.</p>\n"
    "</aside>\n"
)


def composed(manuscript: Manuscript) -> Composed:
    bodies: tuple[Body, ...] = ("full", "summary")
    identity = Identity("tag:example.org,2026-05-01:essai", "essai", WHEN)
    url = "https://example.org/feeds/articles/essai.html"
    done = compose(Job(manuscript, identity, url, WHEN, {}, {}, bodies, "x", SITE))
    assert isinstance(done, Composed)
    return done


def bodies_of(done: Composed) -> dict[str, str]:
    """The body as each format gives it back to its readers."""
    rss = ElementTree.fromstring(
        b'<x xmlns:content="content" xmlns:atom="a" xmlns:dc="d" xmlns:media="m">%s</x>'
        % done.fragments["rss", "full"]
    )
    atom = ElementTree.fromstring(done.fragments["atom", "full"])
    return {
        "rss": rss.findtext("item/{content}encoded") or "",
        "atom": atom.findtext("content") or "",
        "json": json.loads(done.fragments["json", "full"]).get("content_html", ""),
        "document": jsonfeed.read(done.document).article.body,
    }


def test_a_note_stands_below_the_body_in_every_format() -> None:
    """Who reads in a reader must learn of it as who reads on the page."""
    done = composed(MANUSCRIPT)
    assert bodies_of(done) == dict.fromkeys(
        ("rss", "atom", "json", "document"), f"<p>Un texte.</p>\n{NOTE}"
    )
    assert NOTE in done.page.decode()
    tree = html5lib.parse(done.page.decode(), namespaceHTMLElements=False)
    assert len(tree.findall(".//article/aside/p")) == 1


def test_an_article_without_corrections_has_no_notes() -> None:
    """Its bytes are as ever: no feed changes because another article was corrected."""
    done = composed(replace(MANUSCRIPT, corrections=()))
    assert set(bodies_of(done).values()) == {"<p>Un texte.</p>\n"}
    assert b"aside class" not in done.page


def test_a_feed_of_summaries_has_no_notes() -> None:
    """It has no body; ``updated`` tells that there is something new on the page."""
    done = composed(MANUSCRIPT)
    for form in ("rss", "atom", "json"):
        fragment = done.fragments[form, "summary"].decode()  # type: ignore[index]
        assert "aside" not in fragment
        assert ("38\u00a0km" in fragment) is (form == "json")  # as _markwire.corrections


@pytest.mark.parametrize("text", ["", "![Une vue](https://example.org/vue.png)\n"])
def test_a_note_is_never_the_summary(text: str) -> None:
    """An article of a picture alone would be announced by its mistake."""
    done = composed(replace(MANUSCRIPT, text=text))
    item = json.loads(done.fragments["json", "full"])
    assert "summary" not in item
    assert item["content_html"].endswith(NOTE)


def test_notes_stand_in_the_order_of_their_dates() -> None:
    """So that a later one leaves those before it as they were."""
    one = notes((FIRST,), language="fr", zone=ALMATY)
    two = notes((LATER, FIRST), language="fr", zone=ALMATY)
    assert two.startswith(one.removesuffix("</aside>\n"))
    assert two.index("38 km") < two.index("Un nom")


def test_a_typo_is_told_without_emphasis() -> None:
    """Whoever declares it wants it known; it concerns nobody who read the article."""
    assert notes((LATER,), language="fr", zone=ALMATY) == (
        '<aside class="corrections">\n'
        "<p><small>Coquille (9 mai 2026)\u00a0: Un nom.</small></p>\n"
        "</aside>\n"
    )


@pytest.mark.parametrize(
    ("language", "kind", "said"),
    [
        ("fr-CA", "update", "Mise à jour (3 mai 2026)\u00a0:"),
        ("fr", "clarification", "Précision (3 mai 2026)\u00a0:"),
        ("ru", "correction", "Исправление (3 мая 2026 г.):"),
        ("ru", "typo", "Опечатка (3 мая 2026 г.):"),
        ("kk", "correction", "Түзету (2026 ж. 3 мамыр):"),
        ("kk", "clarification", "Нақтылау (2026 ж. 3 мамыр):"),
        ("en-GB", "correction", "Correction (3 May 2026):"),
        ("en", "update", "Update (May 3, 2026):"),
        ("xx", "clarification", "Clarification (May 3, 2026):"),
    ],
)
def test_a_note_speaks_the_articles_language(
    language: str, kind: CorrectionKind, said: str
) -> None:
    """Its word and its date; the date is that of the newsroom, where it was the third already."""
    html = notes((replace(FIRST, kind=kind),), language=language, zone=ALMATY)
    words = re.sub(r"<[^>]*>", "", html).split("38 km")[0].strip()
    assert words.replace("\u202f", " ") == said  # CLDR has it narrow since 2024


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
nasty = st.sampled_from(
    ["</aside>", "<script>alert(1)</script>", "&nbsp;&lt;", "<p", "]]>", "<!--", "<svg>", "\u00a0"]
)


@given(
    st.lists(texts | nasty, min_size=1, max_size=4).map("".join).map(clean_text),
    st.sampled_from(["typo", "correction", "update", "clarification"]),
    st.sampled_from(["fr", "ru", "kk", "en", "ar", "xx"]),
)
def test_sanitising_changes_nothing_in_a_note(
    text: str, kind: CorrectionKind, language: str
) -> None:
    """It is put behind a body that was made safe, and must be as safe as that."""
    html = notes((Correction(WHEN, text, kind),), language=language, zone=ALMATY)
    assert sanitise(html) == html
    paragraphs = html5lib.parse(html, namespaceHTMLElements=False).findall("body/aside/p")
    assert len(paragraphs) == 1
    assert "".join(paragraphs[0].itertext()).endswith(text)
