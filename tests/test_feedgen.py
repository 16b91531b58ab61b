"""What feedgen gets wrong, each with two proofs: that it still does, and that our feeds do not.

The first of the two fails on the day that feedgen is mended: then the correction in
``formats/_feedgen.py`` can go.
"""

from __future__ import annotations

import html
import json
import locale
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from feedgen.feed import FeedGenerator
from feedgen.util import formatRFC2822
from lxml import etree

from markwire.article.read import Read, read
from markwire.formats import ASSEMBLE, atom, jsonfeed, rss
from markwire.model import Article, Feed, Format, Media, Person, Site, Window

WHEN = datetime(2026, 5, 1, 6, tzinfo=UTC)
FEED = Feed(key="", title="Essais", description="Des essais", language="fr")
SITE = Site(
    title="Essais",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    hubs=("https://hub.example.org/",),
    feeds=(FEED,),
)
ARTICLE = Article(
    guid="tag:example.org,2026-05-01:essai",
    slug="essai",
    permalink="https://example.org/feeds/articles/essai.html",
    headline="Essai",
    standfirst="En bref.",
    body="<p>Un texte.</p>",
    published=WHEN,
    updated=WHEN,
    language="fr",
)
PICTURE = Media("https://example.org/vue.png", "image/png", 99, 4, 3, "Une vue", "", "Rosa")
SOUND = Media("https://example.org/son.mp3", "audio/mpeg", 9)
NAMESPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


def raw() -> FeedGenerator:
    """A feed as feedgen's documentation shows it."""
    fg = FeedGenerator()
    fg.id("https://example.org/feeds/atom.xml")
    fg.title("Essais")
    fg.description("Des essais")
    fg.link(href="https://example.org/feeds/rss.xml", rel="self")
    fg.link(href="https://example.org/", rel="alternate")
    return fg


def raw_entry(fg: FeedGenerator, number: int = 1) -> Any:
    entry = fg.add_entry()
    entry.id(f"tag:example.org,2026-05-01:essai-{number}")
    entry.title(f"Essai {number}")
    entry.link(href=f"https://example.org/essai-{number}")
    return entry


def ours(form: Format, *articles: Article) -> bytes:
    fragments = {"rss": rss.fragment, "atom": atom.fragment, "json": jsonfeed.fragment}[form]
    window = Window(
        tuple(fragments(article, SITE) for article in articles),
        max((article.updated for article in articles), default=None),
    )
    return ASSEMBLE[form](FEED, window, SITE)


def values(document: bytes, path: str) -> list[str]:
    found = cast("list[Any]", etree.fromstring(document).xpath(path, namespaces=NAMESPACES))
    return [each if isinstance(each, str) else str(each.xpath("string()")) for each in found]


# --- dates -------------------------------------------------------------------------------


@pytest.fixture
def other_locale() -> Iterator[str]:
    """A process that speaks French where the machine can, and in any case not ``C``."""
    before = locale.setlocale(locale.LC_ALL)
    for name in ("fr_FR.UTF-8", "fr_FR.utf8", "C.UTF-8", "C.utf8", "en_US.UTF-8"):
        with suppress(locale.Error):
            yield locale.setlocale(locale.LC_ALL, name)
            break
    else:
        pytest.skip("this machine has no locale but C")
    locale.setlocale(locale.LC_ALL, before)


class Witness(datetime):
    """A moment that sees in which locale it is written."""

    seen: list[str]

    def strftime(self, form: str) -> str:
        self.seen.append(locale.setlocale(locale.LC_ALL))
        return super().strftime(form)


def test_feedgen_changes_the_locale_of_the_whole_process(other_locale: str) -> None:
    """Another thread that formats a number in that moment gets it wrong; C may even stay."""
    when = Witness(2026, 5, 1, tzinfo=UTC)
    when.seen = []
    formatRFC2822(when)
    assert when.seen == ["C"]
    assert other_locale != "C"


def test_we_never_touch_the_locale(other_locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every format, from many threads at once: the process speaks as before."""
    calls: list[object] = []
    monkeypatch.setattr(locale, "setlocale", lambda *arguments: calls.append(arguments))
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: ours("rss", ARTICLE) + ours("atom", ARTICLE), range(40)))
    monkeypatch.undo()
    assert calls == []
    assert len(set(made)) == 1
    assert b"<pubDate>Fri, 01 May 2026 06:00:00 GMT</pubDate>" in made[0]
    assert locale.setlocale(locale.LC_ALL) == other_locale


def test_feedgen_takes_the_clock_for_the_last_change() -> None:
    """Two builds of the same articles would differ, and every reader fetch them again."""
    start = datetime.now(UTC)
    fg = raw()
    raw_entry(fg)
    for path in ("/a:feed/a:updated", "/a:feed/a:entry/a:updated"):
        assert datetime.fromisoformat(values(fg.atom_str(), path)[0]) >= start


def test_we_state_the_last_change_of_the_window() -> None:
    """And for a feed that never had an article, always the same moment."""
    later = replace(ARTICLE, guid="tag:example.org,2026:b", updated=WHEN + timedelta(days=2))
    updated = "2026-05-03T06:00:00+00:00"
    assert values(ours("atom", later, ARTICLE), "/a:feed/a:updated") == [updated]
    assert (
        values(ours("rss", later, ARTICLE), "//lastBuildDate | //channel/pubDate")
        == ["Sun, 03 May 2026 06:00:00 GMT"] * 2
    )
    assert values(ours("atom"), "/a:feed/a:updated") == ["2000-01-01T00:00:00+00:00"]
    assert values(ours("rss"), "//lastBuildDate") == ["Sat, 01 Jan 2000 00:00:00 GMT"]


def test_feedgen_refuses_a_moment_without_a_zone() -> None:
    """One such entry ends the whole feed."""
    entry = raw_entry(raw())
    with pytest.raises(ValueError, match="timezone"):
        entry.published(datetime(2026, 5, 1))  # noqa: DTZ001  (this is the point)


def test_an_article_never_has_a_moment_without_a_zone() -> None:
    """It is refused where it is made, long before a feed is."""
    with pytest.raises(ValueError, match="aware"):
        replace(ARTICLE, published=datetime(2026, 5, 1))  # noqa: DTZ001  (this is the point)


# --- text --------------------------------------------------------------------------------


def test_feedgen_fails_at_a_control_character() -> None:
    """One letter pasted from a PDF ends the whole feed."""
    fg = raw()
    raw_entry(fg).title("Form\x0cfeed")
    with pytest.raises(ValueError, match="XML compatible"):
        fg.rss_str()


def test_control_characters_are_gone_before_feedgen_sees_them() -> None:
    """In the front matter as typed, and where only a character reference spells them."""
    text = b'---\ntitle: "Form\\ffeed \\b"\ndate: 2026-05-01\n---\nUn\x0c texte\x1f.\n'
    result = read(text, path="essai.md", site=SITE)
    assert isinstance(result, Read)
    assert (result.manuscript.headline, result.manuscript.text) == ("Formfeed", "Un texte.\n")


def test_feedgen_escapes_plain_text_so_that_readers_take_it_for_html() -> None:
    """``R&amp;D`` is right XML, and shown wrong by readers that decode it twice."""
    fg = raw()
    raw_entry(fg).title("R&D : 5 < 6")
    assert b"<title>R&amp;D : 5 &lt; 6</title>" in fg.rss_str()


def test_we_write_plain_text_as_the_rss_profile_advises() -> None:
    """Hexadecimal references, the same XML; and in Atom a declared type."""
    article = replace(ARTICLE, headline="R&D : 5 < 6", section="R&D")
    document = ours("rss", article)
    assert b"<title>R&#x26;D : 5 &#x3C; 6</title>" in document
    assert b"<category>R&#x26;D</category>" in document
    assert values(document, "//item/title | //item/category") == ["R&D : 5 < 6", "R&D"]
    assert b'<title type="html">R&amp;amp;D : 5 &amp;lt; 6</title>' in ours("atom", article)


@pytest.mark.parametrize("tag", ["<img src=x onerror=alert(1)>", "</b>", "<!--", "<?php"])
def test_a_title_that_quotes_a_tag_is_escaped_for_readers_that_take_it_for_html(
    tag: str,
) -> None:
    """They would lose the words, or run them; a plain less-than is nothing to them."""
    titled = replace(ARTICLE, headline=f"Un {tag} cité")
    (title,) = values(ours("rss", titled), "//item/title")
    assert title != titled.headline
    assert html.unescape(title) == titled.headline


def test_feedgen_gives_atom_content_a_type_that_does_not_exist() -> None:
    """RFC 4287 4.1.3.1 knows text, html, xhtml and media types."""
    fg = raw()
    raw_entry(fg).content("<p>x</p>", type="CDATA")
    assert values(fg.atom_str(), "//a:content/@type") == ["CDATA"]


def test_our_atom_content_is_html() -> None:
    """Escaped text that any XML parser gives back as it was."""
    article = replace(ARTICLE, body="<p>]]&gt; & ]]></p>")
    document = ours("atom", article)
    assert values(document, "//a:content/@type") == ["html"]
    assert values(document, "//a:content") == [article.body]


def test_feedgen_puts_the_body_into_the_description() -> None:
    """Without a description of its own; a reader of summaries then shows the whole article."""
    fg = raw()
    raw_entry(fg).content("<p>Tout le texte.</p>", type="CDATA")
    assert values(fg.rss_str(), "//item/description") == ["<p>Tout le texte.</p>"]
    assert values(fg.rss_str(), "//content:encoded") == []


def test_our_description_is_never_the_body() -> None:
    """The summary, or else the headline; the body has its own element, or is not there."""
    bare = replace(ARTICLE, standfirst="")
    assert values(ours("rss", bare), "//item/description") == ["Essai"]
    assert values(ours("rss", bare), "//content:encoded") == ["<p>Un texte.</p>"]
    assert values(ours("rss", replace(bare, body="")), "//content:encoded") == []


# --- links -------------------------------------------------------------------------------


def test_feedgen_loses_what_the_links_of_an_entry_say() -> None:
    """An enclosure turns into a second alternate, which RFC 4287 4.1.2 forbids."""
    fg = raw()
    entry = raw_entry(fg)
    entry.content("x")
    entry.enclosure("https://example.org/son.mp3", "9", "audio/mpeg")
    links = [
        dict(link.attrib)
        for link in etree.fromstring(fg.atom_str()).iterfind(".//{*}entry/{*}link")
    ]
    assert links == [
        {"href": "https://example.org/essai-1"},
        {"href": "https://example.org/son.mp3"},
    ]


def test_our_entry_links_say_what_they_are() -> None:
    """Relation, type, length and title."""
    article = replace(
        ARTICLE, attachments=(SOUND,), image=PICTURE, canonical="https://example.com/"
    )
    entry = etree.fromstring(ours("atom", article)).find("{*}entry")
    assert entry is not None
    assert [dict(link.attrib) for link in entry.iterfind("{*}link")] == [
        {"href": article.permalink, "rel": "alternate", "type": "text/html"},
        {"href": "https://example.com/", "rel": "related", "type": "text/html"},
        {"href": SOUND.url, "rel": "enclosure", "type": "audio/mpeg", "length": "9"},
        {
            "href": PICTURE.url,
            "rel": "enclosure",
            "type": "image/png",
            "length": "99",
            "title": "Une vue",
        },
    ]


def test_feedgen_says_nothing_of_hubs_in_rss() -> None:
    """WebSub 4: without it a subscriber of the RSS feed never finds the hub."""
    fg = raw()
    fg.link(href="https://hub.example.org/", rel="hub")
    fg.link(href="https://example.org/", rel="alternate")
    assert values(fg.rss_str(), "/rss/channel/a:link/@rel") == ["self"]


def test_we_name_the_hubs_in_every_format() -> None:
    """And exactly one self beside them."""
    for form, root in (("rss", "/rss/channel"), ("atom", "/a:feed")):
        document = ours(form, ARTICLE)  # type: ignore[arg-type]
        assert values(document, f"{root}/a:link[@rel='hub']/@href") == list(SITE.hubs)
        assert len(values(document, f"{root}/a:link[@rel='self']")) == 1
    assert json.loads(ours("json"))["hubs"] == [{"type": "WebSub", "url": SITE.hubs[0]}]


def test_feedgen_takes_its_last_link_for_that_of_the_channel() -> None:
    """A self link given last becomes the site, and readers open the feed as a page."""
    fg = raw()
    fg.link(href="https://example.org/feeds/rss.xml", rel="self")
    assert values(fg.rss_str(), "/rss/channel/link") == ["https://example.org/feeds/rss.xml"]


def test_the_channel_links_the_site() -> None:
    """RSS 2.0: the address of the web site."""
    assert values(ours("rss"), "/rss/channel/link") == ["https://example.org/"]


def test_feedgen_keeps_the_last_enclosure_only() -> None:
    """Whatever it is: a picture after a recording silences it."""
    fg = raw()
    entry = raw_entry(fg)
    entry.enclosure(SOUND.url, "9", "audio/mpeg")
    entry.enclosure(PICTURE.url, "99", "image/png")
    assert values(fg.rss_str(), "//enclosure/@url") == [PICTURE.url]


def test_we_choose_the_enclosure_and_keep_the_others() -> None:
    """The recording as enclosure, all files as Media RSS, enclosures of Atom, attachments."""
    article = replace(ARTICLE, image=PICTURE, attachments=(SOUND,))
    document = ours("rss", article)
    assert values(document, "//enclosure/@url") == [SOUND.url]
    assert values(document, "//media:content/@url") == [PICTURE.url, SOUND.url]


# --- who, what, in which order -----------------------------------------------------------


def test_feedgen_drops_authors_without_an_address_from_rss() -> None:
    """That is nearly every byline of a newspaper."""
    fg = raw()
    raw_entry(fg).author({"name": "Aliya Sarsen"})
    document = fg.rss_str()
    assert "Aliya" not in document.decode()


def test_we_keep_every_author() -> None:
    """As ``author`` where RSS lets them be one, else as ``dc:creator``."""
    alone = replace(ARTICLE, authors=(Person("Aliya Sarsen"),))
    assert values(ours("rss", alone), "//dc:creator") == ["Aliya Sarsen"]
    reached = replace(ARTICLE, authors=(Person("Aliya Sarsen", "aliya@example.org"),))
    assert values(ours("rss", reached), "//item/author") == ["aliya@example.org (Aliya Sarsen)"]
    both = replace(ARTICLE, authors=(*alone.authors, Person("Rosa", "rosa@example.org")))
    assert values(ours("rss", both), "//item/author | //dc:creator") == ["Aliya Sarsen", "Rosa"]


def test_feedgen_knows_no_credit_of_a_picture() -> None:
    """Agencies require one."""
    fg = raw()
    fg.load_extension("media")
    entry = raw_entry(fg)
    with pytest.raises(ValueError, match="invalid keys"):
        entry.media.content(url=PICTURE.url, credit="Rosa")
    with pytest.raises(ValueError, match="invalid keys"):
        entry.media.content(url=PICTURE.url, description="Une vue")


def test_we_credit_and_describe_pictures() -> None:
    """Media RSS 1.5.1 inside the file that they are about."""
    document = ours("rss", replace(ARTICLE, image=PICTURE))
    assert values(document, "//media:content/media:credit") == ["Rosa"]
    assert values(document, "//media:content/media:description") == ["Une vue"]


def test_feedgen_knows_no_language_of_an_entry() -> None:
    """A newsroom that writes in three languages has feeds in all of them."""
    fg = raw()
    assert not hasattr(raw_entry(fg), "language")


def test_our_entries_say_their_language() -> None:
    """Hyphenation, voices and translation in readers depend on it."""
    article = replace(ARTICLE, language="kk")
    assert values(ours("rss", article), "//item/dc:language") == ["kk"]
    assert values(ours("atom", article), "/a:feed/a:entry/@xml:lang") == ["kk"]


def test_feedgen_turns_the_order_of_entries_round() -> None:
    """The first that it is given comes out last."""
    fg = raw()
    for number in (1, 2, 3):
        raw_entry(fg, number)
    assert values(fg.rss_str(), "//item/title") == ["Essai 3", "Essai 2", "Essai 1"]


def test_our_entries_come_in_the_order_of_the_window() -> None:
    """Newest first, as the window says."""
    articles = [replace(ARTICLE, headline=f"Essai {number}") for number in (1, 2, 3)]
    assert values(ours("rss", *articles), "//item/title") == ["Essai 1", "Essai 2", "Essai 3"]
    assert values(ours("atom", *articles), "//a:entry/a:title") == ["Essai 1", "Essai 2", "Essai 3"]


def test_feedgen_declares_namespaces_in_an_item_by_itself() -> None:
    """Such items, pasted into a feed, would repeat them hundreds of times."""
    fg = raw()
    entry = raw_entry(fg)
    entry.description("En bref.")
    entry.content("<p>x</p>", type="CDATA")
    assert b"xmlns:" in etree.tostring(entry.rss_entry())


def test_our_fragments_declare_no_namespace() -> None:
    """They are cut out of a feed that does, and go into one that does."""
    article = replace(ARTICLE, image=PICTURE, authors=(Person("Rosa"),))
    for fragment in (rss.fragment(article, SITE), atom.fragment(article, SITE)):
        assert b"xmlns" not in fragment
