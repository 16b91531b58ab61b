"""What stands for an article that is gone: an Atom tombstone, a notice, a marker by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final, get_args
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import feedparser
import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.article.compose import Composed, notice
from markwire.article.html import clean_text
from markwire.errors import PublicationError
from markwire.formats import ASSEMBLE, FRAGMENT, addresses, jsonfeed
from markwire.formats.marker import Marker, marker, read
from markwire.model import FORMATS, Article, Body, Feed, Format, Site, Tombstone, Window
from markwire.outlet.gate import check, judge
from oracles import findings
from oracles.read_model import ReadFeed
from oracles.readers import (
    XmlForm,
    read_with_feedparser,
    read_with_feedsmith,
    read_with_json,
    read_with_lxml,
)

NOW: Final = datetime(2026, 12, 1, tzinfo=UTC)
WHEN: Final = datetime(2026, 5, 9, 4, 30, tzinfo=UTC)
FEED: Final = Feed("", "Rails & routes", "Des nouvelles", "fr")
SITE: Final = Site(
    title="Rails & routes",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
    feeds=(FEED,),
)
ALIVE: Final = Article(
    guid="tag:example.org,2026-05-01:essai",
    slug="essai",
    permalink="https://example.org/feeds/articles/essai.html",
    headline="Essai",
    standfirst="En bref.",
    body="<p>Un texte.</p>",
    published=datetime(2026, 5, 1, 6, tzinfo=UTC),
    updated=datetime(2026, 5, 1, 6, tzinfo=UTC),
    language="fr",
)
STONES: Final = (
    Tombstone("tag:example.org,2026-05-02:parti", WHEN),
    Tombstone("https://example.org/?a=1&b='2'", WHEN - timedelta(days=2)),
)
STONE: Final = (
    '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0"'
    ' ref="tag:example.org,2026-05-02:parti" when="2026-05-09T04:30:00+00:00"/>'
)


def atom(*stones: Tombstone, articles: tuple[Article, ...] = (ALIVE,)) -> bytes:
    entries = tuple(FRAGMENT["atom"](article, SITE) for article in articles)
    moments = [article.updated for article in articles] + [stone.when for stone in stones]
    return ASSEMBLE["atom"](FEED, Window(entries, max(moments), stones), SITE)


# --- tombstones --------------------------------------------------------------------------


def test_a_tombstone_stands_behind_the_entries_and_says_which_and_when() -> None:
    """RFC 6721 3; a title would tell what was to go."""
    document = atom(STONES[0]).decode()
    assert document.endswith(f"</entry>{STONE}</feed>\n")
    assert "<updated>2026-05-09T04:30:00+00:00</updated>" in document


def test_tombstones_are_all_that_a_feed_gains_by_them() -> None:
    """Else every feed of the archive would be others bytes on the day of the first."""
    window = Window((FRAGMENT["atom"](ALIVE, SITE),), WHEN)
    without = ASSEMBLE["atom"](FEED, window, SITE)
    having = ASSEMBLE["atom"](FEED, replace(window, tombstones=STONES), SITE)
    assert b"tombstones" not in without
    start = len(without) - len(b"</feed>\n")
    assert having[:start] + having[start + len(having) - len(without) :] == without


@pytest.mark.parametrize("form", ["rss", "json"])
def test_tombstones_are_for_atom_alone(form: Format) -> None:
    """RSS and JSON Feed have no word for it; an article that left them is just not there."""
    window = Window((FRAGMENT[form](ALIVE, SITE),), WHEN)
    assert ASSEMBLE[form](FEED, replace(window, tombstones=STONES), SITE) == ASSEMBLE[form](
        FEED, window, SITE
    )


@pytest.mark.parametrize("articles", [(ALIVE,), ()])
def test_a_feed_with_tombstones_is_valid(articles: tuple[Article, ...]) -> None:
    """The service knows nothing of RFC 6721, says so, and has no error to report."""
    document = atom(*STONES, articles=articles)
    url = addresses.url(FEED, "atom", SITE)
    said = findings(document, form="atom", url=url, now=NOW)
    assert [str(finding) for finding in said] == [
        "warning UnknownNamespace at /: http://purl.org/atompub/tombstones/1.0"
    ]


def test_readers_that_know_no_tombstones_read_the_feed_as_ever(tmp_path: Path) -> None:
    """An element of another vocabulary is to be let be (RFC 4287 6.3); three readers do."""
    plain, marked = atom(articles=(ALIVE,)), atom(*STONES)
    paths = (tmp_path / "plain.xml", tmp_path / "marked.xml")
    for path, document in zip(paths, (plain, marked), strict=True):
        path.write_bytes(document)
    assert read_with_lxml(marked, "atom") == read_with_lxml(plain, "atom")
    assert read_with_feedparser(marked, "atom") == read_with_feedparser(plain, "atom")
    one, other = read_with_feedsmith(*paths)
    assert one == other
    entries = feedparser.parse(BytesIO(marked))["entries"]
    assert [entry["id"] for entry in entries] == [ALIVE.guid]


def passes(document: bytes, *, articles: tuple[Article, ...] = (ALIVE,)) -> None:
    entries = tuple(FRAGMENT["atom"](article, SITE) for article in articles)
    guids = [article.guid for article in articles]
    check(document, "atom", fragments=entries, guids=guids, path="atom.xml")


def test_the_gate_lets_tombstones_pass() -> None:
    """Beside entries, and in a feed that lost its last one."""
    passes(atom(*STONES))
    passes(atom(*STONES, articles=()), articles=())


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (atom(STONES[0], STONES[0]), "twice the same"),
        (atom(Tombstone("", WHEN)), "marks nothing"),
        (atom(Tombstone(ALIVE.guid, WHEN)), "marks it as gone"),
        (atom(STONES[0]).replace(b'+00:00"/>', b'"/>'), "to the zone"),
        (atom(STONES[0]).replace(b' when="2026', b' when="mai 2026'), "isoformat"),
        (atom(STONES[0]).replace(b"/></feed>", b"></feed>"), "mismatched"),
    ],
)
def test_the_gate_stops_what_tombstones_get_wrong(document: bytes, fault: str) -> None:
    """A feed that says of one article that it is there and gone is read either way."""
    with pytest.raises(PublicationError, match=fault):
        passes(document)


def test_the_gate_stops_an_empty_entry() -> None:
    """A notice has none in Atom; one that is not left out must not pass for an entry."""
    document = atom(STONES[0], articles=())
    with pytest.raises(PublicationError, match="empty entry"):
        check(document, "atom", fragments=(b"",), guids=("a",), path="atom.xml")


# --- notices -----------------------------------------------------------------------------

GONE: Final = Marker(
    guid=ALIVE.guid,
    published=ALIVE.published,
    gone=WHEN,
    source="0123456789abcdef",
    own_id="essai-7",
    feeds=("", "tag/rail"),
    killed=True,
    permalink=ALIVE.permalink,
    language="fr",
)


def killed(reason: str = "", language: str = "fr") -> Composed:
    gone = replace(GONE, reason=reason, language=language)
    return notice(gone, slug=ALIVE.slug, bodies=get_args(Body), site=SITE)


def feeds_of(done: Composed, body: Body = "full") -> dict[Format, bytes]:
    window = Window((), WHEN, (Tombstone(ALIVE.guid, WHEN),))
    return {
        form: ASSEMBLE[form](
            FEED,
            replace(window, fragments=tuple(filter(None, (done.fragments[form, body],)))),
            SITE,
        )
        for form in FORMATS
    }


def read_back(feeds: dict[Format, bytes]) -> list[ReadFeed]:
    forms: tuple[XmlForm, ...] = ("rss", "atom")
    xml = [
        read(feeds[form], form) for form in forms for read in (read_with_lxml, read_with_feedparser)
    ]
    return [*xml, read_with_json(feeds["json"])]


@pytest.mark.parametrize("body", get_args(Body))
def test_a_notice_has_guid_and_address_of_the_article_and_none_of_its_words(body: Body) -> None:
    """So readers put it in the place of what they have; and Atom has a tombstone instead."""
    rss, rss_again, atom_feed, atom_again, feed = read_back(feeds_of(killed("Une erreur."), body))
    assert rss == rss_again
    assert atom_feed == atom_again
    assert atom_feed.items == ()
    (item,), (json_item,) = rss.items, feed.items
    assert replace(json_item, body=None) == item
    assert json_item.body == item.summary
    assert (item.id, item.url, item.published) == (ALIVE.guid, ALIVE.permalink, ALIVE.published)
    assert item.updated == WHEN
    assert item.title == "Article retiré"
    assert item.summary == "La rédaction a retiré cet article. Une erreur."
    assert (item.body, item.authors, item.tags, item.enclosure) == (None, (), (), None)


@pytest.mark.parametrize(
    ("language", "headline", "said"),
    [
        ("fr", "Article retiré", "fr"),
        ("en-GB", "Article withdrawn", "en"),
        ("ru", "Материал снят с публикации", "ru"),
        ("kk", "Мақала жарияланымнан алынды", "kk"),
        ("uz", "Article withdrawn", "en"),
    ],
)
def test_a_notice_speaks_the_articles_language(language: str, headline: str, said: str) -> None:
    """And says in which it speaks, for voices would read English as Uzbek."""
    item = json.loads(killed(language=language).fragments["json", "full"])
    assert (item["title"], item["language"]) == (headline, said)


def test_an_item_says_to_programs_that_it_is_a_notice() -> None:
    """Who keeps what JSON Feed gave it should not have to understand the headline."""
    item = json.loads(killed("Une erreur.").fragments["json", "full"])
    assert item["_markwire"] == {
        "slug": "essai",
        "gone": "2026-05-09T04:30:00Z",
        "killed": True,
        "reason": "Une erreur.",
    }


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(
    texts | st.sampled_from(["</title>", "<script>x</script>", "&amp;", "]]>", "\x00\x0b", "R&D"])
)
def test_feeds_with_a_notice_are_valid_whatever_its_reason(reason: str) -> None:
    """It is typed on a command line, in a hurry."""
    done = killed(reason)
    for form, document in feeds_of(done).items():
        said = findings(document, form=form, url=addresses.url(FEED, form, SITE), now=NOW)
        assert [finding for finding in said if finding.level == "error"] == []
    for form in ("rss", "json"):
        judge(done.fragments[form, "full"], form, guid=ALIVE.guid)  # type: ignore[index,arg-type]
    whole = f"La rédaction a retiré cet article. {clean_text(' '.join(reason.split()))}".strip()
    shown = html5lib.parse(done.page.decode(), namespaceHTMLElements=False)
    assert "".join(shown.find(".//article/p").itertext()) == whole


def tree(page: bytes) -> Any:
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    root = parser.parse(page.decode())
    assert parser.errors == []
    return root


def test_the_page_of_a_notice_is_not_for_search_engines() -> None:
    """They are to forget the article, and its address still has to say something to readers."""
    root = tree(killed().page)
    assert root.find("head/meta[@name='robots']").get("content") == "noindex"
    assert root.find("head/link[@rel='canonical']") is None
    assert root.find(".//h1").text == "Article retiré"
    assert [each.text for each in root.findall(".//article/p")] == [
        "La rédaction a retiré cet article."
    ]
    assert root.find(".//img") is None


def test_a_notice_has_neither_files_nor_problems() -> None:
    """Its pictures go with the article."""
    done = killed()
    assert (done.media, done.problems) == ((), ())
    assert {done.fragments["atom", body] for body in get_args(Body)} == {b""}


# --- markers -----------------------------------------------------------------------------

texts_of_one_line = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
moments = st.datetimes(datetime(2000, 1, 1), NOW.replace(tzinfo=None), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
markers = st.builds(
    Marker,
    guid=texts_of_one_line.filter(bool),
    published=moments,
    gone=moments,
    source=texts_of_one_line,
    own_id=texts_of_one_line,
    feeds=st.lists(st.sampled_from(["", "tag/a", "section/culture"])).map(tuple),
    killed=st.booleans(),
    permalink=texts_of_one_line,
    language=texts_of_one_line,
    reason=texts_of_one_line,
)


@given(markers)
def test_a_marker_gives_back_who_the_article_was(gone: Marker) -> None:
    """A catalogue that is lost must bring back neither the article, nor another GUID for it."""
    assert read(marker(gone)) == gone


def test_the_json_of_a_killed_article_is_its_marker() -> None:
    """Not its item, which would be taken for an article of that headline."""
    assert read(killed("Une erreur.").document) == replace(GONE, reason="Une erreur.")


def test_a_marker_says_nothing_of_what_the_article_said() -> None:
    """Whoever asked for it to go will look there too."""
    assert json.loads(marker(Marker(ALIVE.guid, WHEN, WHEN, "x"))) == {
        "id": ALIVE.guid,
        "date_published": "2026-05-09T04:30:00Z",
        "_markwire": {"source": "x", "gone": "2026-05-09T04:30:00Z"},
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"id": "a", "date_published": "2026-05-09T04:30:00Z", "_markwire": {"gone": "mai"}}',
        jsonfeed.document(ALIVE, source="x", own_id=""),
    ],
)
def test_other_documents_are_no_markers(content: bytes) -> None:
    """The live JSON of an article, least of all: it would be withdrawn by being there."""
    with pytest.raises(ValueError, match=r"marker|isoformat|Expecting value"):
        read(content)


def test_a_marker_is_not_the_json_of_an_article() -> None:
    """Nothing is taken from it for the last good version of one."""
    with pytest.raises(ValueError, match="not the JSON of an article"):
        jsonfeed.read(marker(GONE))


def test_a_tombstone_is_xml_that_says_the_guid_as_it_is() -> None:
    """GUIDs are often addresses, with ampersands in them."""
    root = ElementTree.fromstring(atom(*STONES))
    marked = root.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert [each.get("ref") for each in marked] == [stone.guid for stone in STONES]
