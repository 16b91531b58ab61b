"""The pages for readers in a real Chromium: with script or not, wide and narrow, light and dark.

They are served under the policy that they promise to be whole under.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import editor
from conftest import Newspaper
from editor import PATIENCE, page, served, violations
from markwire.formats import addresses
from markwire.formats.appearance import POLICY
from programs import needs
from servers import ANY, serving

PAGES = ("", "transport", "language/kk", "language/ru", "tag/fret")
# WCAG 2.2 besides: what a finger has to hit is 24 by 24 pixels, or has as much room.
TARGETS = """() => axe.run(document, {runOnly: ["wcag22aa"]}).then(
  (found) => found.violations.flatMap((each) => each.nodes.map((node) => String(node.target))))"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class _Strict(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = POLICY
        return response


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    needs("chromium")
    expect.set_options(timeout=PATIENCE)
    with editor.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def url(newspaper: Newspaper) -> Iterator[str]:
    """Where the sample's feeds are served, as a server of files does."""
    app = Starlette(routes=[Mount("/feeds", _Strict(directory=newspaper.feeds, html=True))])
    with served(app) as address:
        yield f"{address}/feeds/"


def unfold(opened: Page) -> None:
    opened.evaluate("() => document.querySelectorAll('details').forEach((one) => one.open = true)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("key", PAGES)
def test_every_page_holds_wcag_aa(key: str, scheme: str, url: str, chromium: Browser) -> None:
    """Contrast, names, languages, what can be hit: as axe-core judges them."""
    with page(chromium, color_scheme=scheme) as opened:
        opened.goto(url + addresses.page(key))
        expect(opened.locator("button").first).to_be_visible()
        unfold(opened)
        assert violations(opened) == []
        assert opened.evaluate(TARGETS) == []
        assert opened.faults == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", PAGES)
@pytest.mark.parametrize("script", [True, False])
def test_a_narrow_phone_never_scrolls_sideways(
    key: str, script: bool, url: str, chromium: Browser
) -> None:
    """Addresses are long words, and so are some headlines."""
    size = {"width": 320, "height": 640}
    with page(chromium, viewport=size, java_script_enabled=script) as opened:
        opened.goto(url + addresses.page(key))
        if script:
            unfold(opened)
        assert opened.evaluate(SIDEWAYS) <= 0


def test_light_and_dark_are_two_papers(url: str, chromium: Browser) -> None:
    """Whoever reads at night has said so to the browser."""
    papers = []
    for scheme in ("light", "dark"):
        with page(chromium, color_scheme=scheme) as opened:
            opened.goto(url)
            paper = "() => getComputedStyle(document.body).backgroundColor"
            papers.append(opened.evaluate(paper))
    assert papers == ["rgb(255, 253, 250)", "rgb(27, 26, 25)"]


def test_a_button_copies_the_address_that_readers_are_to_use(url: str, chromium: Browser) -> None:
    """The public one, from wherever the page is looked at; with the keyboard, too."""
    allowed = ["clipboard-read", "clipboard-write"]
    with page(chromium, permissions=allowed) as opened:
        clipboard = "() => navigator.clipboard.readText()"
        opened.goto(url)
        opened.get_by_role("button", name="Copier l’adresse: Atom").click()
        expect(opened.get_by_role("status")).to_have_text(
            "Copiée: https://example.org/feeds/atom.xml"
        )
        assert opened.evaluate(clipboard) == "https://example.org/feeds/atom.xml"
        unfold(opened)
        opened.get_by_role("button", name="Copier l’adresse: fret", exact=True).focus()
        opened.keyboard.press("Enter")
        status = opened.get_by_role("status")
        expect(status).to_have_text("Copiée: https://example.org/feeds/tag/fret/rss.xml")
        assert opened.evaluate(clipboard) == "https://example.org/feeds/tag/fret/rss.xml"
        opened.goto(f"{url}tag/fret/index.html")
        opened.get_by_role("button", name="Copier l’adresse: JSON Feed").click()
        expect(opened.get_by_role("status")).to_be_attached()
        expect(opened.get_by_role("status")).not_to_be_empty()
        assert opened.evaluate(clipboard) == "https://example.org/feeds/tag/fret/feed.json"


def test_where_a_page_may_not_write_the_clipboard_the_address_is_shown(
    url: str, chromium: Browser
) -> None:
    """Without https there is no clipboard; a button that does nothing would be a riddle."""
    with page(chromium) as opened:
        shown: list[str] = []
        opened.on("dialog", lambda dialog: shown.append(dialog.default_value))
        opened.add_init_script("delete Navigator.prototype.clipboard")
        opened.goto(url)
        opened.get_by_role("button", name="Copier l’adresse: RSS").click()
        assert shown == ["https://example.org/feeds/rss.xml"]


def test_without_script_all_is_there_but_the_buttons(url: str, chromium: Browser) -> None:
    """The addresses stand as text, and the long list opens by itself."""
    with page(chromium, java_script_enabled=False) as opened:
        opened.goto(url)
        expect(opened.get_by_role("button")).to_have_count(0)
        expect(opened.get_by_text("https://example.org/feeds/rss.xml")).to_be_visible()
        tag = opened.get_by_role("link", name="Aktaou", exact=True)
        expect(tag).not_to_be_visible()
        opened.locator("summary").click()
        tag.click()
        opened.wait_for_url("**/tag/aktaou/index.html")
        expect(opened.get_by_role("heading", level=1)).to_have_text("Aktaou")
        opened.get_by_role("link", name="Tous les flux", exact=True).click()
        expect(opened.get_by_role("heading", level=1)).to_have_text("Flux")


@pytest.mark.parametrize("key", PAGES)
def test_a_page_is_whole_under_its_policy_and_asks_nobody_else(
    key: str, url: str, chromium: Browser
) -> None:
    """A newsroom may forbid all but its own files, and its readers are told to nobody."""
    with page(chromium) as opened:
        asked: list[str] = []
        said: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("console", lambda message: said.append(message.text))
        opened.goto(url + addresses.page(key))
        expect(opened.locator("button").first).to_be_visible()
        own = [each.removeprefix(url) for each in asked if not each.endswith("favicon.ico")]
        assert own == [addresses.page(key), addresses.STYLE, addresses.SCRIPT]
        assert [each for each in said if "favicon" not in each and "404" not in each] == []


def test_on_paper_there_are_addresses_and_no_buttons(url: str, chromium: Browser) -> None:
    """Somebody pins it to a wall."""
    with page(chromium) as opened:
        opened.goto(url)
        opened.emulate_media(media="print")
        expect(opened.get_by_text("https://example.org/feeds/rss.xml")).to_be_visible()
        expect(opened.locator("button").first).to_be_hidden()


def test_a_feed_that_is_opened_in_a_browser_is_a_page_and_stays_xml_for_software(
    newspaper: Newspaper, chromium: Browser
) -> None:
    """People click on feeds; partners poll the same address."""
    with serving("serve", ANY, site=newspaper.feeds.parent) as server:
        address = f"{server.url}feeds/transport/rss.xml"
        with page(chromium) as opened:
            opened.goto(address)
            expect(opened.get_by_role("heading", level=1)).to_have_text("Transports")
            expect(opened.get_by_role("button", name="Copier l’adresse: RSS")).to_be_visible()
            assert opened.url == address
            assert violations(opened) == []
        with urlopen(address) as answer:
            assert answer.read() == (newspaper.feeds / "transport/rss.xml").read_bytes()
