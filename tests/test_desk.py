"""The pages of the desk, as they come without a browser: what they show, to whom, and how."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from starlette.applications import Starlette

import desk_sample
from asgi import Answer, ask
from desk_sample import CARDS, NOW, Sample
from markwire.config import load_site
from markwire.errors import AtWorkError, InternalError
from markwire.model import Site
from markwire.serving.desk import Wire, charts, routes
from markwire.serving.desk.assets import address
from markwire.serving.desk.speaking import Speech
from markwire.serving.guard import COOKIE, Guard, Rules
from markwire.views import AskArticle, AskBoard, Column
from markwire.wording.voice import voice
from newsroom import Newsroom
from xss_cases import cases

SPEECH = Speech(desk_sample.site(Path("nowhere")), voice("en"), NOW)
TOKEN = "a token of more than sixteen signs"
PAGES = (*desk_sample.PAGES, "/desk/?state=refused&q=le&section=Transport&language=fr&page=2")


class Desk:
    """The desk of a sample, asked by an editor whose browser speaks English."""

    def __init__(self, root: Path, rules: Rules | None = None, site: Site | None = None) -> None:
        self.sample = Sample()
        self.site = site or desk_sample.saved(desk_sample.site(root))
        self.guard = Guard(rules or Rules(), ticks=lambda: 0.0)
        self.wire = Wire(self.sample)
        self.app = Starlette(
            routes=routes(self.site, self.sample, self.guard, self.wire, lambda: NOW)
        )

    def get(self, path: str, *headers: tuple[str, str], **request: object) -> Answer:
        named = [("Accept-Language", "en"), *headers]
        return ask(self.app, path, headers=named, **request)

    def form(self, path: str, words: dict[str, str], *headers: tuple[str, str]) -> Answer:
        own = ("Origin", "http://127.0.0.1:8000")
        body = urlencode(words).encode()
        return ask(self.app, path, method="POST", headers=[own, *headers], body=body)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


class _Reader(HTMLParser):
    """The texts of a page, its tags, and what would run or load from elsewhere."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def headlines(answer: Answer) -> list[str]:
    rows = re.findall(r"<a data-row [^>]*>([^<]*)</a>", answer.text)
    return [row.replace("&amp;", "&") for row in rows]


# --- every page ---------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_what_may_be_done_with_it(desk: Desk, page: str) -> None:
    """Whatever an article managed to put here, nothing of it could run or be sent."""
    answer = desk.get(page)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_whole_without_script_or_style_of_its_own(
    desk: Desk, page: str, language: str
) -> None:
    """The policy forbids what stands in the page itself, and nothing may come from elsewhere."""
    page += ("&" if "?" in page else "?") + f"lang={language}"
    read = _Reader(desk.get(page).text)
    assert read.all("html")[0]["lang"] == language
    assert [each["src"] for each in read.all("script")] == [address("desk.js")]
    assert [each["href"] for each in read.all("link")] == [address("mark.svg"), address("desk.css")]
    assert read.all("style") == []
    for tag, attributes in read.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        for name in ("src", "action", "data-events"):
            assert attributes.get(name, "/").startswith("/"), tag
    assert len(read.all("main")) == len(read.all("h1")) == 1
    identities = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert sorted(set(identities)) == sorted(identities)


@pytest.mark.parametrize("page", PAGES)
def test_the_part_that_may_have_changed_is_the_part_of_the_page(desk: Desk, page: str) -> None:
    """What the script puts in place of it must be what a reload would show."""
    whole = desk.get(page)
    part = desk.get(page, ("Desk-Part", "main"))
    assert part.status == whole.status
    title, _, main = part.text.partition("\n")
    assert title in whole.text
    assert main.strip() in whole.text
    assert len(part.text) < len(whole.text)


def test_what_is_not_there_is_said(desk: Desk) -> None:
    """A card may be gone while somebody clicks on it."""
    for page in ("/desk/article?path=gone.md", "/desk/feeds/check?feed=x", "/desk/explain/MW999"):
        answer = desk.get(page)
        assert (answer.status, "nothing under this address" in answer.text) == (404, True)
    assert desk.get("/desk/preview?path=gone.md").status == 404


# --- languages ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", [], "fr"),  # the site's
        ("", [("Accept-Language", "de, en;q=0.5, fr;q=0.2")], "en"),
        ("", [("Accept-Language", "en;q=0, fr-CA;q=0.1")], "fr"),
        ("", [("Accept-Language", "en;q=x,;;,kk")], "fr"),
        ("", [("Accept-Language", "fr"), ("Cookie", "markwire-language=en")], "en"),
        ("?lang=fr", [("Cookie", "markwire-language=en")], "fr"),
        ("?lang=xx", [("Accept-Language", "en")], "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_editors_or_the_sites(
    desk: Desk, query: str, headers: list[tuple[str, str]], language: str
) -> None:
    """A newsroom of two languages has one desk."""
    answer = ask(desk.app, f"/desk/{query}", headers=headers)
    assert f'<html lang="{language}">' in answer.text


def test_a_language_that_was_chosen_is_remembered(desk: Desk) -> None:
    """Nobody wants to choose it on every page."""
    (cookie,) = desk.get("/desk/?lang=fr").cookies
    assert cookie.startswith("markwire-language=fr;")
    assert desk.get("/desk/?lang=xx").cookies == []


def test_what_an_article_says_is_in_its_own_language_and_direction(desk: Desk) -> None:
    """A screen reader changes its voice by it, and Arabic is read from the right."""
    card = replace(CARDS[7], headline="عنوان", language="ar", path="ar/titre.md")
    desk.sample.cards.append(card)
    html = desk.get("/desk/").text
    assert ' lang="ar" dir="rtl">عنوان</a>' in html
    assert ' lang="ru" dir="ltr">Ледник' in html


# --- the board ----------------------------------------------------------------------------


def test_the_board_shows_every_state_with_its_count_and_the_refused_first(desk: Desk) -> None:
    """The first thing an editor sees is what needs them."""
    read = _Reader(desk.get("/desk/").text)
    columns = [
        each["id"] for each in read.all("section") if each.get("id", "").startswith("column")
    ]
    assert columns == [
        "column-refused",
        "column-draft",
        "column-scheduled",
        "column-embargoed",
        "column-published",
        "column-corrected",
        "column-withdrawn",
        "column-killed",
    ]
    for said in ("Refused 2", "Drafts 2", "Scheduled 2", "Embargoed 1", "Published 8", "Expired 0"):
        assert said in read.text
    assert headlines(desk.get("/desk/")) == [card.headline for card in CARDS]


def test_a_refused_article_is_shown_with_its_line_and_what_to_do(desk: Desk) -> None:
    """Whoever reads it should be able to mend it without asking an engineer."""
    html = desk.get("/desk/?state=refused").text
    text = _Reader(html).text
    assert "line 3, column 10 'embargo' has no time zone" in text
    assert "write it as 2026-12-01T06:00+05:00" in text
    assert "embargo: <mark>2026-12-01 06:00</mark>" in html
    assert 'href="/desk/explain/MW208"' in html


def test_what_is_to_come_says_when_without_any_script(desk: Desk) -> None:
    """The countdown is extra; the moment is not."""
    text = _Reader(desk.get("/desk/?state=scheduled").text).text
    assert "today at 12:00 (Almaty)" in text
    assert "on Tuesday at 06:00 (Almaty)" in text
    french = _Reader(desk.get("/desk/?state=scheduled&lang=fr").text).text
    assert "aujourd’hui à 12:00 (Almaty)" in french
    assert "mardi à 06:00 (Almaty)" in french


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("q=corridor", []),
        ("q=ALMATY", ["Notre panier d’Almaty"]),
        ("q=eolien", ["Éolien"]),
        ("language=kk", ["Домбыра"]),
        ("section=Culture&state=draft", ["À l’opéra"]),
        ("state=nonsense&page=-3", [card.headline for card in CARDS]),
    ],
)
def test_the_address_is_the_state_of_the_board(desk: Desk, query: str, wanted: list[str]) -> None:
    """A filtered board can be sent to a colleague, and the browser's back button works."""
    found = headlines(desk.get(f"/desk/?{query}"))
    assert len(found) == len(wanted)
    for headline in wanted:
        assert any(each.startswith(headline) for each in found)


def test_what_was_asked_stands_in_the_form_again(desk: Desk) -> None:
    """A form that forgets is filled in twice."""
    read = _Reader(desk.get("/desk/?q=le+port&section=Transport&state=published").text)
    assert {"type": "search", "value": "le port"}.items() <= next(
        each for each in read.all("input") if each.get("id") == "q"
    ).items()
    assert [each["value"] for each in read.all("option") if "selected" in each] == ["Transport"]
    assert {"type": "hidden", "name": "state", "value": "published"} in read.all("input")


def test_a_large_newsroom_is_shown_by_pages(desk: Desk) -> None:
    """Ten thousand rows help nobody, and the next page keeps what was asked."""
    desk.sample.cards = [
        replace(CARDS[8], path=f"{number}.md", headline=f"Brève {number}") for number in range(120)
    ]
    answer = desk.get("/desk/?q=breve&state=published&page=2")
    assert len(headlines(answer)) == 50
    links = {
        each["rel"]: parse_qs(urlsplit(each["href"]).query)
        for each in _Reader(answer.text).all("a")
        if each.get("rel") in ("prev", "next")
    }
    asked = {"q": ["breve"], "state": ["published"]}
    assert links == {"prev": asked | {"page": ["1"]}, "next": asked | {"page": ["3"]}}
    assert "Page 2 of 3" in answer.text


def test_what_is_asked_goes_on_as_it_was_typed(desk: Desk) -> None:
    """Searching is the newsroom's work, not the page's."""
    desk.get("/desk/?q=%20Le%20port%20&section=Transport&language=ru&state=draft&page=4")
    assert desk.sample.asked[-1] == AskBoard("draft", "Le port", "Transport", "ru", 4)


# --- one article --------------------------------------------------------------------------


def test_an_article_says_how_it_stands_and_why_it_is_in_each_feed(desk: Desk) -> None:
    """The question that an editor calls an engineer for."""
    text = _Reader(desk.get("/desk/article?path=transport%2Fferry-kouryk.md").text).text
    assert "Publié, et dans 3 flux." in text
    assert "La Route des steppes carries it Parmi les 50 plus récents." in text
    other = _Reader(desk.get("/desk/article?path=culture%2Fpapier-samarcande.md").text).text
    assert "Transports does not carry it Sa rubrique n’est pas Transport." in other


def test_every_form_of_an_article_has_an_address(desk: Desk) -> None:
    """Tabs without a script are links."""
    page = "/desk/article?path=transport%2Fferry-kouryk.md"
    hrefs = [each["href"] for each in _Reader(desk.get(page).text).all("a")]
    for form in ("full", "summary", "rss", "atom", "json"):
        assert f"{page}&as={form}" in hrefs
    raw = desk.get(f"{page}&as=rss").text
    assert "&lt;title" in raw
    assert "<item>" not in raw
    assert '{"id": "tag:example.org' in "".join(_Reader(desk.get(f"{page}&as=json").text).texts)


def test_what_readers_see_is_shown_where_nothing_can_run(desk: Desk) -> None:
    """An article is the newsroom's, but it is text of many hands."""
    path = "path=transport%2Fferry-kouryk.md"
    (frame,) = _Reader(desk.get(f"/desk/article?{path}").text).all("iframe")
    assert frame["sandbox"] == ""
    answer = desk.get(f"/desk/preview?{path}&as=full")
    policy = answer.headers["content-security-policy"].split("; ")
    assert policy[:2] == ["sandbox", "default-src 'none'"]
    assert not [rule for rule in policy if rule.startswith("script-src")]
    assert _Reader(answer.text).all("script") == []
    # Its pictures are those of the feeds that this server has, not of the public address.
    pictures = [each["src"] for each in _Reader(answer.text).all("img")]
    assert pictures == ["/feeds/media/axes-ferres.png"]
    summary = desk.get(f"/desk/preview?{path}&as=summary").text
    assert "n’attendent plus à la frontière" in summary
    assert "gare de triage" not in summary


def test_an_article_that_no_reader_has_shows_what_they_would(desk: Desk) -> None:
    """A draft is read over before it is let go."""
    page = desk.get("/desk/article?path=culture%2Fopera-astana.md")
    tabs = re.findall(r"as=(\w+)\"", page.text)
    assert "full" in tabs
    assert "rss" not in tabs


# --- feeds, deliveries, trends ------------------------------------------------------------


def test_the_feeds_page_tells_of_each_feed_what_one_wants_to_know(desk: Desk) -> None:
    """Size, entries, last change, subscribers; and the address to hand on."""
    html = desk.get("/desk/feeds").text
    text = _Reader(html).text
    assert "Entries 29 Last change 08:49 Subscribers 4812 Requests today 2310" in text
    assert "RSS 218 kB" in text
    assert 'data-copy="https://example.org/feeds/transport/atom.xml"' in html
    assert 'href="/feeds/transport/atom.xml"' in html
    assert 'href="/desk/feeds/check?feed=section%2Fenergie"' in html


def test_an_article_is_told_in_the_language_of_the_page(desk: Desk) -> None:
    """Who publishes says why it is in a feed, and would say it in the site's language else."""
    path = "transport/accord-kazakhstan-russie.md"
    for language in ("fr", "en"):
        desk.get(f"/desk/article?path={path}&lang={language}")
        assert desk.sample.asked[-1] == AskArticle(path, language)


def test_one_feed_is_found_among_a_hundred(desk: Desk) -> None:
    """A site with a feed for each tag has many."""
    read = _Reader(desk.get("/desk/feeds?q=ECONOMIE").text)
    found = [each["id"] for each in read.all("li") if each.get("id", "").startswith("feed-")]
    assert found == ["feed-section/economie"]
    assert "Nothing here" in desk.get("/desk/feeds?q=nowhere").text


def test_trends_name_the_clients_that_ask(desk: Desk) -> None:
    """By names of ours alone; those that are not known are others."""
    html = desk.get("/desk/trends").text
    named = html[html.index("Which clients ask") :]
    cells = re.findall(r"<(?:th scope=.row.|td)>([^<]*)</t", named)
    assert cells[::2] == ["Feedly", "Inoreader", "FreshRSS", "others"]
    assert cells[1] == "41200"


def test_one_slow_edition_does_not_hide_how_fast_the_others_were(desk: Desk) -> None:
    """The first edition of an archive takes seconds, and the next ten milliseconds."""
    html = desk.get("/desk/trends").text
    bars = [each for each in _Reader(html).all("rect") if "bar" in each["class"]]
    assert [each["height"] for each in bars if "over" in each["class"]] == []  # 59 ms, and 13
    slow = replace(desk_sample.TRENDS.editions[0], milliseconds=40_000.0)
    trends = replace(desk_sample.TRENDS, editions=(slow, *desk_sample.TRENDS.editions))
    drawn = _Reader(str(charts.latency(trends.editions, SPEECH).drawing)).all("rect")
    assert [each["height"] for each in drawn if "over" in each["class"]] == ["120"]
    assert min(float(each["height"]) for each in drawn) > 10


def test_what_is_live_is_judged_and_every_fault_told(tmp_path: Path) -> None:
    """A button that always says yes would be worse than none."""
    room = Newsroom(tmp_path / "site")
    room.save("un.md", "---\ntitle: Un\ndate: 2026-05-01\n---\nTexte.\n")
    room.save("deux.md", "---\ntitle: Deux & < trois\ndate: 2026-05-02\n---\nTexte.\n")
    room.build()
    desk = Desk(tmp_path / "desk", site=load_site(room.root))
    good = _Reader(desk.get("/desk/feeds/check?feed=main").text).text
    assert "What is live is as it should be." in good
    assert "Its 2 entries have each a GUID of its own." in good
    assert good.count("Well") == 20  # three documents, and two compared with the first
    assert "https://validator.w3.org/feed/check.cgi" in desk.get("/desk/feeds/check?feed=main").text

    rss = room.feeds / "rss.xml"
    rss.write_bytes(rss.read_bytes()[:-20])
    atom = room.feeds / "atom.xml"
    spoilt = atom.read_bytes().replace(b">Deux ", b">Trois ")
    atom.write_bytes(spoilt.replace(b"+05:00", b"", 1).replace(b'href="https', b'href="', 1))
    feed = room.feeds / "feed.json"
    feed.write_bytes(feed.read_bytes().replace(b'"title":"Un"', b'"title":""'))
    bad = _Reader(desk.get("/desk/feeds/check?feed=main").text).text
    for said in (
        "things are wrong with what is live",
        "It cannot be read",
        "An entry has no headline.",
        "It has other articles than the first",
    ):
        assert said in bad
    rss.unlink()
    assert "no such file" in desk.get("/desk/feeds/check?feed=main").text


def test_deliveries_say_what_is_owed_and_what_came_of_each(desk: Desk) -> None:
    """A partner calls and says that nothing came."""
    text = _Reader(desk.get("/desk/deliveries").text).text
    assert "Still owed 1" in text
    assert "3 attempts · 503 Service Unavailable · again today at 09:45 (Almaty)" in text
    assert "Failed 503 Service Unavailable · 2 s" in text
    assert "Delivered 202 Accepted · 84 ms" in text


def test_a_chart_can_be_read_without_seeing_it(desk: Desk) -> None:
    """Its words say what it shows, and all its numbers stand in a table."""
    html = desk.get("/desk/trends").text
    read = _Reader(html)
    drawn = [each for each in read.all("svg") if each.get("role") == "img"]
    assert len(drawn) == 2
    for each in drawn:
        for identity in each["aria-labelledby"].split():
            assert f'id="{identity}"' in html
    assert "The last 60: half of them within 13 ms, the slowest 59 ms." in read.text
    assert len(read.all("table")) == 4
    assert len(read.all("tr")) == 4 + 60 + 8 + 21 + 4
    bars = [each for each in read.all("rect") if "height" in each and float(each["height"]) > 100]
    assert bars
    assert max(float(each["height"]) for each in read.all("rect")) <= 120


# --- a newsroom that does not answer ------------------------------------------------------


@pytest.mark.parametrize("page", ["/desk/", "/desk/feeds", "/desk/deliveries", "/desk/trends"])
def test_where_no_watch_runs_every_page_says_so_and_what_to_do(desk: Desk, page: str) -> None:
    """An empty board would say that there are no articles."""
    desk.sample.fall_silent()
    text = _Reader(desk.get(page).text).text
    assert "No watch is running" in text
    assert "markwire watch --serve" in text
    assert "No article yet" not in text


def test_without_a_watch_the_desk_tells_what_the_last_one_said(tmp_path: Path) -> None:
    """When the last edition was made is the first question then."""
    site = desk_sample.site(tmp_path)
    site.folders.state.mkdir()
    said = (
        '{"pid": 1, "command": "watch", "started": "2026-11-28T01:00:00+00:00", "work": "idle",'
        ' "work_since": "2026-11-28T01:00:00+00:00", "held": 0, "owed": 0,'
        ' "ended": "2026-11-28T04:00:00+00:00", "fault": {"text": "no space left on the disk",'
        ' "since": "2026-11-28T03:00:00+00:00"}, "edition": {"when": "2026-11-28T03:30:00+00:00",'
        ' "written": 3, "removed": 0, "refused": 2, "generation": 7}}'
    )
    (site.folders.state / "status.json").write_text(said, encoding="utf-8")
    desk = Desk(tmp_path, site=site)
    desk.sample.fall_silent()
    text = _Reader(desk.get("/desk/").text).text
    assert "The last edition was made today at 08:30 (Almaty)." in text
    assert "It left out 2 articles that were refused." in text
    assert "Markwire was ended today at 09:00 (Almaty)." in text
    assert "no space left on the disk" in text


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (AtWorkError(120, 3_000, "reading"), "120 of 3000 articles are read."),
        (AtWorkError(120, 3_000), "120 of 3000 articles are composed."),
        (AtWorkError(), "as soon as the edition at hand is made"),
        (InternalError("it stumbled"), "it stumbled"),
    ],
)
def test_a_newsroom_that_is_busy_is_said_to_be(desk: Desk, fault: Exception, said: str) -> None:
    """The first edition of a large archive takes a while; the page asks again by itself."""
    desk.sample.fault = fault
    for page in ("/desk/", "/desk/article?path=culture%2Fopera-astana.md"):
        html = desk.get(page).text
        assert said in html
        assert "data-again" in html


# --- the door -----------------------------------------------------------------------------


def test_the_token_opens_the_desk_and_leads_back_to_where_one_was(tmp_path: Path) -> None:
    """Logging in must not lose the page that somebody was sent."""
    desk = Desk(tmp_path, Rules(token=TOKEN))
    led = desk.get("/desk/trends?x=1")
    assert (led.status, led.headers["location"]) == (
        303,
        "/desk/login?next=%2Fdesk%2Ftrends%3Fx%3D1",
    )
    form = desk.get(led.headers["location"])
    assert 'value="/desk/trends?x=1"' in form.text
    entered = desk.form("/desk/login", {"token": TOKEN, "next": "/desk/trends?x=1"})
    assert (entered.status, entered.headers["location"]) == (303, "/desk/trends?x=1")
    (cookie,) = entered.cookies
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    passed = cookie.partition(";")[0]
    assert desk.get("/desk/trends", ("Cookie", passed)).status == 200
    left = desk.form("/desk/logout", {}, ("Cookie", passed))
    assert (left.status, left.cookies) == (
        303,
        [f"{COOKIE}=; Path=/desk; HttpOnly; SameSite=Strict; Max-Age=0"],
    )


@pytest.mark.parametrize(
    "path", ["/desk/static/a/b", "/desk/static/../", "/desk/login/", "/desk/loginx"]
)
def test_beside_the_login_nothing_of_the_newsroom_is_told(tmp_path: Path, path: str) -> None:
    """Even the page that says that nothing is there tells how the watch is."""
    answer = Desk(tmp_path, Rules(token=TOKEN)).get(path)
    assert answer.status in (303, 404)
    assert answer.body == b""


def test_a_wrong_token_tells_nothing(tmp_path: Path) -> None:
    """Neither how far it was right, nor that it was the last that is tried."""
    desk = Desk(tmp_path, Rules(token=TOKEN))
    answers = [
        desk.form("/desk/login", {"token": given, "next": "/desk/"})
        for given in ("", "x", TOKEN[:-1], TOKEN + "x", "é" * 900, "again", TOKEN)
    ]
    assert {(each.status, each.text) for each in answers} == {(403, answers[0].text)}
    assert [each.cookies for each in answers] == [[]] * len(answers)
    assert TOKEN not in answers[0].text


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example",
        "/feeds/",
        "/desk/\\evil",
        "/desk/\r\nSet-Cookie: a=b",
    ],
)
def test_the_login_leads_nowhere_else(tmp_path: Path, onward: str) -> None:
    """An open redirect would lend a phisher the desk's name."""
    desk = Desk(tmp_path, Rules(token=TOKEN))
    assert (
        desk.form("/desk/login", {"token": TOKEN, "next": onward}).headers["location"] == "/desk/"
    )


def test_a_form_without_end_is_not_read(tmp_path: Path) -> None:
    """Whoever has no token must not fill the memory."""
    desk = Desk(tmp_path, Rules(token=TOKEN))
    words = {"next": "x" * 5_000, "token": TOKEN}
    assert desk.form("/desk/login", words).status == 403


def test_without_a_token_there_is_nothing_to_log_in_to(desk: Desk) -> None:
    """A form that never works is a riddle."""
    assert _Reader(desk.get("/desk/login").text).all("form") == []
    assert desk.form("/desk/login", {"token": ""}).status == 403


# --- what is served beside ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("desk.css", "text/css; charset=utf-8"),
        ("reader.css", "text/css; charset=utf-8"),
        ("desk.js", "text/javascript; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
    ],
)
def test_a_file_is_kept_for_a_year_under_a_name_of_its_own_bytes(
    desk: Desk, name: str, kind: str
) -> None:
    """A page that is open all day must load nothing twice, and never an old script."""
    answer = desk.get(address(name))
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert desk.get(f"/desk/static/{name}").status == 404


# --- hostile text -------------------------------------------------------------------------


def _hostile() -> Iterable[str]:
    yield from (case.text.strip() for case in cases())
    yield "</main><script>alert(1)</script>"
    yield '" autofocus onfocus=alert(1) x="'
    yield "{{ 7*7 }}{% include 'login.html' %}"
    yield "javascript:alert(1)"


def test_hostile_headlines_paths_and_tags_are_text(desk: Desk) -> None:
    """Whatever stands in an article, on the desk it is a text like any other."""
    columns: tuple[Column, ...] = ("published", "draft", "scheduled")
    desk.sample.cards = [
        replace(
            CARDS[8],
            path=f"{number}/{text[:60]}.md",
            headline=text,
            section=text[:40],
            column=columns[number % 3],
            moment=NOW + timedelta(hours=number),
        )
        for number, text in enumerate(_hostile())
    ]
    tame = Desk(desk.site.folders.content.parent)
    known = {tag for page in PAGES for tag, _ in _Reader(tame.get(page).text).tags}
    for number in range(1, 7):
        read = _Reader(desk.get(f"/desk/?page={number}").text)
        assert {tag for tag, _ in read.tags} <= known
        assert len(read.all("script")) == 1
        for _, attributes in read.tags:
            assert not [name for name in attributes if name.startswith("on")]
            assert not attributes.get("href", "").lower().startswith("javascript")
    (template,) = [card.path for card in desk.sample.cards if "{{ 7*7 }}" in card.headline]
    shown = desk.get(f"/desk/article?{urlencode({'path': template})}").text
    assert "{{ 7*7 }}{% include" in shown


def test_the_newsroom_is_asked_for_what_a_card_leads_to(desk: Desk) -> None:
    """A path with any signs in it comes back as it was."""
    path = "a b/é?&#%+\"<'>.md"
    desk.sample.cards = [replace(CARDS[8], path=path)]
    (row,) = [each for each in _Reader(desk.get("/desk/").text).all("a") if "data-row" in each]
    desk.get(row["href"])
    assert desk.sample.asked[-1] == AskArticle(path, "en")
