"""Articles that try to run a script in whatever shows them: all of ``xss``, published as ever.

First the tree that html5lib makes is judged, then a real browser shows every page and body, sets
it as ``innerHTML``, writes it out and reads it again. That the browser's traps work is shown by the
same cases, not cleaned.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

import mistune
import pytest

from browser import Reader, Shown, reader
from newsroom import Newsroom, codes
from oracles.executable import executable, media
from programs import needs
from xss_cases import Case, cases

CONFIG = """
[feeds.main]
limit = 10000
[feeds.short]
body = "summary"
limit = 10000
[feeds.typed]
typography = false
limit = 10000
"""
CASES = cases()
# What no head of an article can hold, whatever it says: the article is not published, and told.
REFUSED = {
    "fields-28": "MW235",
    "fields-29": "MW235",
    "fields-34": "MW206",
    "fields-35": "MW213",
}
_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


@dataclass(frozen=True)
class Published:
    """The pages by slug, and by GUID all that the feeds hand to readers as HTML, each text once."""

    pages: dict[str, str]
    parts: dict[str, list[str]]
    refused: dict[str, str]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    room = Newsroom(tmp_path_factory.mktemp("xss") / "site", CONFIG)
    for case in CASES:
        room.save(f"{case.name}.md", case.article)
    edition = room.build()
    refused = {problem.path[:-3] for problem in edition.problems if problem.severity == "error"}
    said = dict(codes(edition))
    return Published(
        {slug: room.page(slug) for slug in room.slugs()},
        _parts(room),
        {name: said[f"{name}.md"] for name in refused},
    )


def _parts(room: Newsroom) -> dict[str, list[str]]:
    """What each item of each feed of each format offers as HTML."""
    parts: dict[str, dict[str, None]] = {}
    folders = room.keys()
    for key in folders:
        for item in ElementTree.parse(room.feeds / key / "rss.xml").iter("item"):
            texts = (item.findtext("description"), item.findtext(_CONTENT), item.findtext("title"))
            parts.setdefault(item.findtext("guid") or "", {}).update(dict.fromkeys(texts))
        for entry in ElementTree.parse(room.feeds / key / "atom.xml").iter(f"{_ATOM}entry"):
            texts = tuple(part.text for part in entry if part.get("type") == "html")
            parts.setdefault(entry.findtext(f"{_ATOM}id") or "", {}).update(dict.fromkeys(texts))
        for each in json.loads((room.feeds / key / "feed.json").read_bytes())["items"]:
            parts[each["id"]][each.get("content_html", "")] = None
    return {guid: [text for text in texts if text] for guid, texts in parts.items()}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Reader]:
    needs("chromium")
    with reader() as opened:
        yield opened


def test_there_are_enough_cases_and_each_says_what_it_tries():
    names = [f"{case.name.rpartition('-')[0]}: {case.tried}" for case in CASES]
    assert len(CASES) >= 250
    assert sorted(set(names)) == sorted(names)
    assert all(case.tried and case.text.strip() for case in CASES)


def test_every_case_is_published_or_its_editor_is_told(published: Published):
    """A case that never comes out tests nothing."""
    assert published.refused == REFUSED
    assert len(published.pages) == len(published.parts) == len(CASES) - len(REFUSED)


def test_nothing_in_a_tree_of_html5lib_can_run(published: Published):
    """Promise 16, as a parser of the standard reads what readers get."""
    found = {
        name: finds
        for name, html in published.pages.items()
        if (finds := executable(html, is_page=True))
    }
    for name, texts in published.parts.items():
        for text in texts:
            if finds := executable(text):
                found[name] = finds
    assert found == {}


def test_nothing_runs_in_a_browser_and_nothing_is_asked_of_others(
    published: Published, chromium: Reader
):
    """Promise 16, in a browser that tries everything that a reader might do."""
    shown = [
        Shown(f"page-{name}", html, media=media(html)) for name, html in published.pages.items()
    ]
    for number, texts in enumerate(published.parts.values()):
        longest = max(texts, key=len)
        whole = f"<!doctype html><meta charset=utf-8><body>{longest}"
        loads = set().union(*map(media, texts))
        shown.append(Shown(f"parts-{number}", whole, texts, loads))
    chromium.hurry(shown)
    assert {one.name: (one.came, one.parts) for one in shown if one.came} == {}


def test_the_browser_tells_of_what_nobody_cleaned(chromium: Reader):
    """A trap that catches nothing would prove nothing."""
    live = [case for case in CASES if case.is_live]
    shown = [Shown(case.name, *_uncleaned(case), is_judged=False) for case in live]
    chromium.follow(shown)
    assert len(live) >= 240
    assert [one.name for one in shown if not one.has_run] == []


def _uncleaned(case: Case) -> tuple[str, list[str], set[str]]:
    """A case as a converter without care shows it, and as it stands."""
    careless = mistune.create_markdown(
        renderer=mistune.HTMLRenderer(escape=False, allow_harmful_protocols=True),
        plugins=["table", "footnotes"],
    )
    html = str(careless(case.text))
    raw = f"{case.text}\n</p>"
    whole = f"<!doctype html><meta charset=utf-8><body>{html}"
    return whole, [html, raw], media(html) | media(raw)
