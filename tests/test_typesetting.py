"""Where typography is applied, and where it is switched off: sites, feeds, articles, fields."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from markwire.article import markdown
from newsroom import PNG, SITE, Newsroom
from newsroom import newsroom as newsroom

TYPED = {
    "title": 'L\'Oural : "enfin" ?',
    "summary": "L'eau monte !",
    "section": "L'eau",
    "tags": ["Qu'est-ce ?"],
}
BODY = 'Elle dit "oui" ; lui, "non" !'
SET = "<p>Elle dit «\xa0oui\xa0»\u202f; lui, «\xa0non\xa0»\u202f!</p>\n"
AS_TYPED = f"<p>{BODY}</p>\n"
HEADLINE = "L’Oural\xa0: «\xa0enfin\xa0»\u202f?"


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.write("oural.md", BODY, **TYPED)
    return newsroom


def test_readers_get_what_their_language_wants(room: Newsroom) -> None:
    """Headline, standfirst and body are prose, in feeds and on the page alike."""
    room.build()
    (item,) = room.feed().items
    assert (item.headline, item.body) == (HEADLINE, SET)
    document, page = room.document("oural"), room.page("oural")
    assert (document["title"], document["summary"]) == (HEADLINE, "L’eau monte\u202f!")
    assert "L’Oural\xa0: «\xa0enfin\xa0»\u202f?</h1>" in page
    assert '<p class="standfirst">L’eau monte\u202f!</p>' in page


def test_typography_names_and_identifies_nothing(room: Newsroom) -> None:
    """Addresses, identities and subjects must be the same with and without it."""
    room.build()
    set_, document = room.files(), room.document("oural")
    room.configure(site=SITE + "typography = false\n")
    room.build()
    assert room.files().keys() == set_.keys()
    for name in ("id", "url", "tags"):
        assert room.document("oural")[name] == document[name]
    assert document["tags"] == ["L'eau", "Qu'est-ce ?"]


def test_a_site_can_have_its_texts_as_typed(room: Newsroom) -> None:
    """A newsroom that sets its texts itself wants nobody else to."""
    room.configure(site=SITE + "typography = false\n")
    room.build()
    (item,) = room.feed().items
    assert (item.headline, item.body) == (TYPED["title"], AS_TYPED)
    assert room.document("oural")["title"] == TYPED["title"]
    assert "«" not in room.page("oural")


def test_an_article_can_have_its_text_as_typed(room: Newsroom) -> None:
    """A poem, a quotation of code, a text in which each sign is meant."""
    room.write("oural.md", BODY, **TYPED, typography=False)
    room.build()
    (item,) = room.feed().items
    assert (item.headline, item.body) == (TYPED["title"], AS_TYPED)


def test_a_feed_can_carry_texts_as_typed(room: Newsroom) -> None:
    """Some aggregators ask for plain quotation marks, and no other reader is to suffer for it."""
    room.configure("[feeds.plain]\ntypography = false\n[feeds.short]\nbody = 'summary'\n")
    room.build()
    (item,), (plain,), (short,) = (room.feed(key).items for key in ("", "plain", "short"))
    assert (item.headline, item.body) == (HEADLINE, SET)
    assert (plain.headline, plain.body) == (TYPED["title"], AS_TYPED)
    assert (short.headline, short.body) == (HEADLINE, "")
    assert plain.guid == item.guid


def test_a_feed_can_be_set_where_the_site_is_not(room: Newsroom) -> None:
    """The nearer switch counts."""
    room.configure("[feeds.set]\ntypography = true\n", site=SITE + "typography = false\n")
    room.build()
    assert [item.body for item in room.feed("set").items] == [SET]
    assert [item.body for item in room.feed().items] == [AS_TYPED]


def test_a_plain_feed_costs_no_second_conversion(room: Newsroom) -> None:
    """Converting is what composing costs; a fragment more is little."""
    room.configure("[feeds.plain]\ntypography = false\n")
    with patch.object(markdown, "render", wraps=markdown.render) as render:
        room.build()
    assert render.call_count == 1


def test_a_text_that_stands_in_for_a_standfirst_is_set_as_the_body_is(newsroom: Newsroom) -> None:
    """It may end within a quotation, whose other mark only the body has."""
    newsroom.write("a.md", '"' + "Une phrase. " * 60 + 'La fin", dit-elle.', title="Un")
    newsroom.build()
    summary = newsroom.document("a")["summary"]
    assert summary.startswith("«\xa0Une phrase.")
    assert summary.endswith("…")


def test_corrections_and_captions_are_prose_too(newsroom: Newsroom) -> None:
    """They stand beside the text, and are read with it."""
    newsroom.save("vue.png", PNG)
    newsroom.write(
        "a.md",
        "Texte.",
        title="Un",
        image={"src": "vue.png", "alt": "L'alt ?", "caption": "L'eau !"},
        corrections=[{"date": "2026-05-03T10:00:00Z", "text": "L'eau : 5 m."}],
    )
    newsroom.build()
    own = newsroom.document("a")["_markwire"]
    assert own["image"]["caption"] == "L’eau\u202f!"
    assert own["image"]["alt"] == "L'alt ?"
    assert own["corrections"][0]["text"] == "L’eau\xa0: 5\xa0m."
    assert "L’eau\xa0: 5\xa0m." in newsroom.feed().items[0].body
