"""The pages for readers: what they say of feeds, that they lead somewhere, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

import feedparser
import html5lib
import listparser
import pytest

from conftest import Newspaper
from markwire.errors import PublicationError
from markwire.formats import addresses, landing, listing
from markwire.formats.guidance import guidance
from markwire.intake.watch import Batch
from markwire.outlet.gate import check_page
from newsroom import SITE, UNREADABLE, Newsroom, newsroom

__all__ = ["newsroom"]

FEEDS_URL = "https://example.org/feeds/"
FORMS = ("rss.xml", "atom.xml", "feed.json")


@dataclass
class Shown(HTMLParser):
    """A page as its readers find it: words, links with their words, and the languages of both."""

    words: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    heads: list[tuple[str, str]] = field(default_factory=list)
    languages: dict[str, str] = field(default_factory=dict)
    dates: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._speaking: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        members = {name: value or "" for name, value in attrs}
        if tag == "link":
            self.heads.append((members["rel"], members["href"]))
        if tag == "a":
            self.links.append((members["href"], ""))
        if tag == "time":
            self.dates.append(members["datetime"])
        if tag not in ("meta", "link"):
            above = self._speaking[-1][1] if self._speaking else ""
            self._speaking.append((tag, members.get("lang", above)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "link"):
            assert self._speaking.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            tag, language = self._speaking[-1]
            self.words.append(data)
            self.languages[data] = language
            if tag == "a":
                address, before = self.links[-1]
                self.links[-1] = (address, before + data)

    @property
    def text(self) -> str:
        return "\n".join(self.words)


def shown(page: bytes | str) -> Shown:
    found = Shown()
    found.feed(page if isinstance(page, str) else page.decode())
    found.close()
    return found


def page(newsroom: Newsroom, key: str = "") -> Shown:
    return shown((newsroom.feeds / addresses.page(key)).read_bytes())


def pages_of(newspaper: Newspaper) -> Iterator[tuple[str, bytes]]:
    for key in newspaper.keys:
        yield key, (newspaper.feeds / addresses.page(key)).read_bytes()


# --- what they say -----------------------------------------------------------------------


def test_the_page_says_what_a_feed_is_and_names_each_with_its_forms(newsroom: Newsroom) -> None:
    """Most people who follow a link to a feed have never met one."""
    newsroom.configure("[feeds.rails]\ntitle = 'Par le rail'\nwhere = { tag = 'rail' }\n")
    newsroom.write(
        "a.md", title="Un", date="2026-05-02", section="Transport", tags=["rail", "Қазақстан"]
    )
    newsroom.build()
    found = page(newsroom)
    for sentence in guidance("fr").sentences:
        assert sentence in found.words
    headings = ["Sélections", "Par le rail", "Rubriques", "Transport", "Étiquettes", "rail"]
    places = [found.words.index(word) for word in headings]
    assert places == sorted(places)
    links = dict(found.links)
    for key in ("", "rails", "section/transport", "tag/rail", "tag/qazaqstan"):
        for path, name in zip(FORMS, ("RSS", "Atom", "JSON Feed"), strict=True):
            assert links[f"{key}/{path}".lstrip("/")] == name
        assert key == "" or f"{key}/index.html" in links
    assert links["tag/qazaqstan/index.html"] == "Қазақстан"
    assert links["feeds.opml"] == "Tous les flux en un fichier (OPML)"


def test_each_feed_is_shown_with_its_latest_titles_their_days_and_links(
    newsroom: Newsroom,
) -> None:
    """A list of names says nothing about what one would read."""
    for day in range(1, 5):
        newsroom.write(f"{day}.md", title=f"Titre {day}", date=f"2026-05-0{day}", tags=["rail"])
    newsroom.build()
    card = (newsroom.feeds / "index.html").read_text("utf-8").partition("Étiquettes")[2]
    found = shown(card.partition("</h2>")[2].partition("</section>")[0])
    articles = [f"{FEEDS_URL}articles/{day}.html" for day in (4, 3, 2)]
    assert found.links[-3:] == [
        (url, f"Titre {day}") for url, day in zip(articles, (4, 3, 2), strict=True)
    ]
    assert found.dates == ["2026-05-04", "2026-05-03", "2026-05-02"]
    assert "4 mai 2026" in found.words
    own = page(newsroom, "tag/rail")
    assert [words for _, words in own.links if words.startswith("Titre")] == [
        f"Titre {day}" for day in (4, 3, 2, 1)
    ]


def test_a_day_is_that_of_the_site_and_not_of_greenwich(newsroom: Newsroom) -> None:
    """In Almaty it is tomorrow five hours before it is in London."""
    newsroom.write("a.md", title="Tard", date="2026-05-03T22:00:00Z")
    newsroom.build()
    assert page(newsroom).dates == ["2026-05-04"]


def test_the_page_of_a_feed_shows_standfirsts_and_its_addresses_as_text(
    newsroom: Newsroom,
) -> None:
    """Whoever has no script copies what stands there."""
    newsroom.write("a.md", title="Un", summary="Ce qu’il faut savoir.", tags=["rail"])
    newsroom.build()
    for key in ("", "tag/rail"):
        found = page(newsroom, key)
        assert "Ce qu’il faut savoir." in found.words
        prefix = f"{FEEDS_URL}{key}/" if key else FEEDS_URL
        assert {f"{prefix}{name}" for name in FORMS} <= set(found.words)


def test_a_feed_speaks_its_language_and_titles_their_own(newsroom: Newsroom) -> None:
    """A voice that reads Kazakh as if it were French reads nothing."""
    newsroom.configure("[each]\nlanguage = true\n")
    newsroom.write("a.md", title="Мұнай бағасы", language="kk", date="2026-05-02")
    newsroom.write("b.md", title="Цены на нефть", language="ru", date="2026-05-01")
    newsroom.write("c.md", title="Le prix du pétrole", date="2026-05-03")
    newsroom.build()
    found = page(newsroom)
    assert found.languages["Мұнай бағасы"] == found.languages["қазақ тілі"] == "kk"
    assert found.languages["Цены на нефть"] == "ru"
    assert found.languages["Le prix du pétrole"] == found.languages["Adresses"] == "fr"
    own = page(newsroom, "language/ru")
    assert own.languages["Последние материалы"] == own.languages["1 мая 2026\u202fг."] == "ru"
    assert own.languages["La Route des steppes"] == "fr"


def test_a_site_of_another_language_is_guided_in_english_that_says_so(
    newsroom: Newsroom,
) -> None:
    """Words in a language that nobody checked would be worse."""
    newsroom.configure(site=SITE.replace('"fr"', '"de"').replace("La Route des", "Die Straße der"))
    newsroom.write("a.md", title="Neuigkeiten", date="2026-05-02")
    newsroom.build()
    found = page(newsroom)
    assert found.languages[guidance("en").sentences[0]] == found.languages["May 2, 2026"] == "en"
    assert found.languages["Neuigkeiten"] == found.languages["Die Straße der steppes"] == "de"


def test_what_editors_type_is_text_wherever_it_stands(newsroom: Newsroom) -> None:
    """A headline is not markup, and neither is a tag."""
    nasty = """<script>alert("1")</script> & 'x' ]]>"""
    newsroom.write("a.md", title=nasty, summary=nasty, tags=[nasty], section=nasty)
    newsroom.build()
    (key,) = [key for key in sorted(newsroom.keys()) if key.startswith("tag/")]
    for found in (page(newsroom), page(newsroom, key)):
        assert nasty in found.words
    for name in ("index.html", f"{key}/index.html"):
        assert b"<script>" not in (newsroom.feeds / name).read_bytes()


def test_many_feeds_of_a_kind_are_a_folded_list_of_names(newsroom: Newsroom) -> None:
    """A thousand cards would be a page that nobody can use, and a file written for ever."""
    for number in range(listing.MANY + 1):
        newsroom.write(f"{number}.md", title=f"Titre {number}", tags=[f"Sujet {number:02}"])
    newsroom.build()
    text = (newsroom.feeds / "index.html").read_text("utf-8")
    folded = text.partition("<details>")[2].partition("</details>")[0]
    assert f"<summary><h2>Étiquettes</h2> <span>{listing.MANY + 1}</span></summary>" in folded
    found = shown(folded)
    names = [words for address, words in found.links if address.endswith("index.html")]
    assert names == [f"Sujet {number:02}" for number in range(listing.MANY + 1)]
    assert found.dates == []
    assert "Titre 3" in page(newsroom, "tag/sujet-03").words


# --- what they must not say --------------------------------------------------------------


def test_the_pages_say_what_feeds_carry_and_nothing_else(newsroom: Newsroom) -> None:
    """A title under embargo on a page is a broken embargo."""
    newsroom.write("a.md", title="Visible", tags=["rail"])
    newsroom.write("b.md", title="Un brouillon secret", tags=["rail", "brouillons"], draft=True)
    newsroom.write("c.md", title="Sous embargo", tags=["rail"], embargo="2026-05-09T06:00:00Z")
    newsroom.write("d.md", title="Pour demain", tags=["demain"], date="2026-05-09T06:00:00Z")
    newsroom.build()
    secrets = ("secret", "Sous embargo", "Pour demain", "brouillons", "tag/demain")
    assert newsroom.holds(secrets) == []
    newsroom.wait(days=6)
    assert {"Sous embargo", "Pour demain"} <= set(page(newsroom).words)
    assert "Sous embargo" in page(newsroom, "tag/rail").words


def test_what_was_withdrawn_is_gone_from_every_page(newsroom: Newsroom) -> None:
    """Nothing may outlive its feed because a page was forgotten."""
    newsroom.write("a.md", title="Reste", tags=["rail"])
    newsroom.write("b.md", title="Retiré", tags=["rail", "route"])
    newsroom.build()
    newsroom.delete("b.md")
    newsroom.change("b.md")
    assert [
        name
        for name, content in newsroom.files().items()
        if "Retiré".encode() in content or b"route" in content
        if name.endswith(("index.html", ".opml"))
        if name != "tag/route/index.html"
    ] == []
    # Whoever has its address is told that there is nothing, and nobody else is sent there.
    own = page(newsroom, "tag/route")
    assert guidance("fr").nothing in own.words
    assert "Retiré" not in own.words


def test_a_page_shows_the_last_good_version_as_its_feed_does(newsroom: Newsroom) -> None:
    """A file that cannot be read changes nothing for readers."""
    newsroom.write("a.md", title="Bon titre", tags=["rail"])
    newsroom.build()
    before = newsroom.files()
    newsroom.save("a.md", UNREADABLE)
    newsroom.change("a.md")
    assert newsroom.files() == before


# --- the sample newsroom -----------------------------------------------------------------


def test_every_page_is_html_to_a_browsers_parser_and_xml_to_another(
    newspaper: Newspaper,
) -> None:
    """What each browser repairs in its own way looks broken in one of them."""
    seen = 0
    for key, content in pages_of(newspaper):
        html5lib.HTMLParser(strict=True).parse(content.decode())
        ElementTree.fromstring(content)
        seen += 1
        assert key in newspaper.keys
    assert seen > 80


def test_every_link_of_a_page_leads_to_a_file_that_is_there(newspaper: Newspaper) -> None:
    """Also from a copy of the folder on another host, but for those of articles."""
    followed = 0
    for key, content in pages_of(newspaper):
        found = shown(content)
        base = f"{FEEDS_URL}{addresses.page(key)}"
        for address in (*(address for address, _ in found.links), *(h for _, h in found.heads)):
            url = urljoin(base, address)
            if url != "https://example.org/":
                path = newspaper.feeds / url.removeprefix(FEEDS_URL)
                assert path.is_file(), (key, address)
                followed += 1
    assert followed > 1000


def test_no_page_asks_another_host_for_anything(newspaper: Newspaper) -> None:
    """Whoever looks at a list of feeds tells nobody."""
    for _, content in pages_of(newspaper):
        text = content.decode()
        loaded = re.findall(r'<(?:script|img|iframe)[^>]* src="([^"]*)"', text)
        loaded += [href for rel, href in shown(text).heads if rel == "stylesheet"]
        assert {name.rpartition("/")[2] for name in loaded} == {"readers.js", "readers.css"}
        assert not [name for name in loaded if ":" in name or name.startswith("/")]
        assert "style=" not in text
    css = (newspaper.feeds / "readers.css").read_text("ascii")
    assert "url(" not in css
    assert "@import" not in css


def test_the_main_feed_is_found_by_itself_from_every_page(newspaper: Newspaper) -> None:
    """Readers' software looks for these links and for nothing else."""
    for key, content in pages_of(newspaper):
        links = [href for rel, href in shown(content).heads if rel == "alternate"]
        prefix = f"{FEEDS_URL}{key}/" if key else FEEDS_URL
        assert links[:3] == [f"{prefix}{name}" for name in FORMS]
        assert f"{FEEDS_URL}rss.xml" in links
        assert len(links) == len(set(links))


# --- OPML --------------------------------------------------------------------------------

# OPML 2.0: what an outline of a subscription list must have, and may.
_MUST = {"text", "type", "xmlUrl"}
_MAY = {"title", "description", "language", "version", "htmlUrl"}


def test_the_opml_is_what_its_specification_asks_for(newspaper: Newspaper) -> None:
    """A reader that refuses the list refuses all of it, and seldom says why."""
    root = ElementTree.parse(newspaper.feeds / "feeds.opml").getroot()
    assert (root.tag, root.attrib) == ("opml", {"version": "2.0"})
    assert [child.tag for child in root] == ["head", "body"]
    head = {child.tag: child.text for child in root[0]}
    assert head["title"] == "Flux — La Route des steppes"
    assert set(head) <= {"title", "ownerId", "docs"}
    outlines = list(root[1].iter("outline"))
    folders = [each for each in outlines if len(each)]
    assert {tuple(each.attrib) for each in folders} == {("text",)}
    for each in outlines:
        if not len(each):
            assert _MUST <= set(each.attrib) <= _MUST | _MAY
            assert (each.get("type"), each.get("version")) == ("rss", "RSS2")
    urls = [each.get("xmlUrl", "") for each in outlines if not len(each)]
    assert sorted(urls) == sorted(f"{FEEDS_URL}{addresses.path(k, 'rss')}" for k in newspaper.keys)


def test_the_opml_says_of_each_feed_what_the_feed_says_of_itself(newspaper: Newspaper) -> None:
    """OPML 2.0: title, description, language and htmlUrl are those of the feed."""
    root = ElementTree.parse(newspaper.feeds / "feeds.opml").getroot()
    compared = 0
    for each in root.iter("outline"):
        if url := each.get("xmlUrl"):
            path = newspaper.feeds / url.removeprefix(FEEDS_URL)
            said = feedparser.parse(BytesIO(path.read_bytes()), sanitize_html=False)["feed"]
            assert [each.get(name) for name in ("title", "description", "language", "htmlUrl")] == [
                said[name] for name in ("title", "subtitle", "language", "link")
            ]
            compared += 1
    assert compared == len(newspaper.keys)


def test_another_parser_finds_every_feed_in_the_opml(newspaper: Newspaper) -> None:
    """It is written for the software of others."""
    read = listparser.parse((newspaper.feeds / "feeds.opml").read_bytes())
    assert not read["bozo"]
    assert read["meta"]["title"] == "Flux — La Route des steppes"
    assert sorted(feed["url"] for feed in read["feeds"]) == sorted(
        f"{FEEDS_URL}{addresses.path(key, 'rss')}" for key in newspaper.keys
    )
    folders = {folder for feed in read["feeds"] for path in feed["categories"] for folder in path}
    assert folders == {"Sélections", "Rubriques", "Étiquettes", "Langues"}


# --- when they are written ---------------------------------------------------------------


def test_a_page_is_written_only_where_its_bytes_change(newsroom: Newsroom) -> None:
    """Caches and copies go by what changed."""
    newsroom.write("a.md", title="Un", date="2026-05-01", tags=["rail"])
    newsroom.write("b.md", title="Deux", date="2026-05-02", tags=["route"])
    newsroom.build()
    newsroom.write("a.md", "Un autre texte.", title="Un", date="2026-05-01", tags=["rail"],
                   summary="Le même.")  # fmt: skip
    newsroom.change("a.md")
    newsroom.write("a.md", "Encore un.", title="Un", date="2026-05-01", tags=["rail"],
                   summary="Le même.")  # fmt: skip
    edition = newsroom.change("a.md")
    assert "tag/rail/rss.xml" in edition.written
    assert not [name for name in edition.written if name.endswith(("l", "s")) and "index" in name]
    assert not {"feeds.opml", "readers.css", "readers.js"}.intersection(edition.written)


def test_a_new_feed_is_on_the_page_and_in_the_list_with_the_same_edition(
    newsroom: Newsroom,
) -> None:
    """Whoever is told of a new section looks for it at once."""
    newsroom.write("a.md", title="Un", tags=["rail"])
    newsroom.build()
    newsroom.write("b.md", title="Deux", tags=["route"])
    edition = newsroom.change("b.md")
    assert {"index.html", "feeds.opml", "tag/route/index.html"} <= set(edition.written)
    assert "tag/rail/index.html" not in edition.written
    assert ("tag/route/index.html", "route") in page(newsroom).links


@pytest.mark.parametrize("name", ["index.html", "feeds.opml", "readers.css", "tag/rail/index.html"])
@pytest.mark.parametrize("lost", [True, False])
def test_a_page_that_was_spoilt_or_lost_is_written_again(
    newsroom: Newsroom, name: str, lost: bool
) -> None:
    """Somebody tidies up, or an editor of web pages saves over it."""
    newsroom.write("a.md", title="Un", tags=["rail"])
    newsroom.build()
    before = newsroom.files()
    path = newsroom.feeds / name
    path.unlink() if lost else path.write_bytes(b"x")
    edition = newsroom.build()
    assert edition.written == (name,)
    assert newsroom.files() == before


def test_pages_go_with_their_feeds(newsroom: Newsroom) -> None:
    """A page of a feed that is no more would send people to nothing."""
    newsroom.write("a.md", title="Un", tags=["rail"])
    newsroom.build()
    newsroom.configure("[each]\ntag = false\n")
    edition = newsroom.build()
    assert "tag/rail/index.html" in edition.removed
    assert b"tag/rail" not in (newsroom.feeds / "index.html").read_bytes()
    assert b"tag/rail" not in (newsroom.feeds / "feeds.opml").read_bytes()


def test_an_edition_asks_no_more_among_many_feeds(tmp_path: Path) -> None:
    """The page names every feed, and one change concerns a few."""
    asked_in_all = []
    for tags in (60, 300):
        room = Newsroom(tmp_path / str(tags))
        for number in range(tags):
            room.write(f"{number}.md", title="T", tags=[f"sujet {number}"], date="2026-05-01")
        room.build()
        asked: list[str] = []
        read, written = [], []
        with room.press() as press:
            press._catalogue._db.set_trace_callback(asked.append)  # type: ignore[attr-defined]
            for turn in range(3):
                asked.clear()
                room.write("1.md", title=f"Titre {turn}", tags=["sujet 1"], date="2026-05-04")
                edition = room.edition(press, Batch(frozenset(["1.md"])))
                assert {"index.html", "tag/sujet-1/index.html"} <= set(edition.written)
                read.append(sum("listed IS NOT NULL" in query for query in asked))
                written.append(sum("SET listed" in query for query in asked))
        # All are read once in the life of a process; what is written is of feeds that changed.
        assert (read, written) == ([1, 0, 0], [2, 2, 2])
        asked_in_all.append(len(asked))
    assert asked_in_all[0] == asked_in_all[1]


def test_a_page_that_is_not_well_formed_does_not_go_live(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug of ours holds one page back; feeds do not wait for it."""
    newsroom.write("a.md", title="Un", tags=["rail"])
    newsroom.build()
    before = newsroom.files()
    newsroom.write("a.md", title="Autre", tags=["rail"])
    with monkeypatch.context() as broken:
        broken.setattr(landing, "assemble", lambda *_: b"<p>")
        with pytest.raises(PublicationError, match=r"tag/rail/index\.html would not be"):
            newsroom.change("a.md")
    now = newsroom.files()
    assert newsroom.headlines("tag/rail") == ["Autre"]
    assert now["tag/rail/index.html"] == before["tag/rail/index.html"]
    newsroom.build()
    assert "Autre" in page(newsroom, "tag/rail").words


def test_the_gate_lets_whole_pages_pass_and_no_others() -> None:
    """It says which page it was, and that the last one stays."""
    check_page(b"<!DOCTYPE html>\n<html><body><p>&amp;</p></body></html>\n", "index.html")
    for torn in (b"", b"<html>", b"<html>\x01</html>", b"<p></p><p></p>", b"<p>&nbsp;</p>"):
        with pytest.raises(PublicationError, match=r"tag/x/index\.html .* last good version stays"):
            check_page(torn, "tag/x/index.html")
