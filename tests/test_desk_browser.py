"""The desk in an editor's browser: a real Chromium, with script and without, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from starlette.applications import Starlette

import desk_sample
import editor
from desk_sample import CARDS, NOW, Sample
from editor import PATIENCE, is_live, page, served, violations
from markwire.serving.desk import Wire, routes
from markwire.serving.guard import Guard, Rules
from newsroom import SITE
from programs import needs
from servers import ANY, serving
from xss_cases import cases

ACCORD = "path=transport%2Faccord-kazakhstan-russie.md"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    needs("chromium")
    expect.set_options(timeout=PATIENCE)
    with editor.chromium() as opened:
        yield opened


@dataclass(frozen=True)
class Desk:
    """A desk of the sample that is served."""

    url: str
    sample: Sample
    wire: Wire


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    sample = Sample()
    wire = Wire(sample)
    site = desk_sample.saved(desk_sample.site(tmp_path))
    with served(Starlette(routes=routes(site, sample, Guard(Rules()), wire, lambda: NOW))) as url:
        yield Desk(url, sample, wire)


def rows(opened: Page, column: str) -> list[str]:
    return opened.locator(f"#column-{column} [data-row]").all_inner_texts()


# --- a real newsroom ----------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "content").mkdir(parents=True)
    (root / "content/depart.md").write_text(
        "---\ntitle: Départ à l’aube\ndate: 2024-05-04T12:00+05:00\n---\n\nLe train part.\n",
        "utf-8",
    )
    (root / "markwire.toml").write_text(SITE, encoding="utf-8")
    return root


def test_a_file_that_is_dropped_stands_on_the_board_without_a_reload(
    site: Path, chromium: Browser
) -> None:
    """The main job: what an editor saves, they see."""
    with serving("watch", "--serve", ANY, site=site) as server, page(chromium) as opened:
        opened.goto(f"{server.url}desk/")
        expect(opened.locator("#column-published")).to_contain_text("Départ à l’aube")
        is_live(opened)
        opened.evaluate("window.isTheSame = true")
        (site / "content/neige.md").write_text(
            "# Neige sur Almaty\n\nTrente centimètres.\n", "utf-8"
        )
        expect(opened.locator("#column-published")).to_contain_text("Neige sur Almaty")
        expect(opened.locator("#notice")).to_contain_text("Neige sur Almaty")
        (site / "content/neige.md").unlink()
        (site / "content/brouillon.md").write_text(
            "---\ntitle: Plus tard\ndraft: true\n---\n", "utf-8"
        )
        expect(opened.locator("#column-draft")).to_contain_text("Plus tard")
        assert opened.evaluate("window.isTheSame")
        assert opened.faults == []


def test_a_refused_article_leaves_the_refused_when_it_is_mended(
    site: Path, chromium: Browser
) -> None:
    """Red that stays after the work is done is soon not looked at any more."""
    file = site / "content/tenge.md"
    file.write_text("---\ntitle: Le tenge\nembargo: 2020-12-01 06:00\n---\n\nTexte.\n", "utf-8")
    with serving("watch", "--serve", ANY, site=site) as server, page(chromium) as opened:
        opened.goto(f"{server.url}desk/")
        refused = opened.locator("#column-refused")
        expect(refused).to_contain_text("tenge.md")
        expect(refused.locator("mark")).to_have_text("2020-12-01 06:00")
        expect(opened).to_have_title(re.compile(r"^\(1\)"))
        is_live(opened)
        file.write_text("---\ntitle: Le tenge\ndate: 2020-12-01\n---\n\nTexte.\n", "utf-8")
        expect(refused).to_have_count(0)
        expect(opened.locator("#column-published")).to_contain_text("Le tenge")
        expect(opened).not_to_have_title(re.compile(r"^\("))


def test_the_page_says_when_the_watch_is_gone_and_when_it_is_back(
    site: Path, chromium: Browser
) -> None:
    """A page that looks alive while nothing is noticed is worse than none."""
    with serving("serve", ANY, site=site) as server, page(chromium) as opened:
        opened.goto(f"{server.url}desk/")
        expect(opened.locator("#signal")).to_have_text(re.compile("No watch is running"))
        expect(opened.locator("main")).to_contain_text("markwire watch --serve")
        with serving("watch", "--serve", ANY, site=site):
            is_live(opened)
            expect(opened.locator("#column-published")).to_contain_text("Départ à l’aube")
        expect(opened.locator("#signal[data-state=silent]")).to_be_visible()
        expect(opened.locator("main")).to_contain_text("markwire watch --serve")


# --- live, on the sample ------------------------------------------------------------------


def test_what_changes_does_not_disturb_whoever_reads(desk: Desk, chromium: Browser) -> None:
    """Focus, selection, scroll, an open table, words half typed: none is taken away."""
    with page(chromium, viewport={"width": 900, "height": 500}) as opened:
        opened.goto(f"{desk.url}/desk/")
        is_live(opened)
        opened.locator("#q").fill("half ty")
        row = opened.locator("[data-row]", has_text="Samarcande")
        row.focus()
        opened.evaluate(
            "document.getSelection().selectAllChildren(document.querySelector('#column-draft h3'))"
        )
        scrolled = opened.evaluate("scrollY")
        desk.sample.cards.append(replace(CARDS[8], path="new.md", headline="Venu à l’instant"))
        desk.sample.cards[13] = replace(CARDS[13], headline="Un autre titre")
        desk.sample.tell("new.md")
        expect(opened.locator("#column-published")).to_contain_text("Venu à l’instant")
        expect(opened.locator("#column-published")).to_contain_text("Un autre titre")
        expect(row).to_be_focused()
        assert opened.input_value("#q") == "half ty"
        assert scrolled > 0
        assert opened.evaluate("scrollY") == scrolled
        assert opened.evaluate("String(document.getSelection())").startswith("Budgets régionaux")

        opened.goto(f"{desk.url}/desk/trends")
        is_live(opened)
        opened.locator("summary").first.click()
        desk.sample.tell("other.md")
        expect(opened.locator("#notice")).to_have_text("other.md")
        assert opened.locator("details[open]").count() == 1


def test_the_focus_goes_with_an_article_that_changes_its_column(
    desk: Desk, chromium: Browser
) -> None:
    """Whoever works by keyboard must not be thrown back to the top."""
    with page(chromium) as opened:
        opened.goto(f"{desk.url}/desk/")
        is_live(opened)
        opened.locator("#column-draft [data-row]").first.focus()
        desk.sample.cards[2] = replace(CARDS[2], column="published")
        desk.sample.tell(CARDS[2].path)
        row = opened.locator("#column-published [data-row]", has_text="Budgets régionaux")
        expect(row).to_be_focused()


def test_a_connection_that_is_lost_is_said_and_comes_back_by_itself(
    desk: Desk, chromium: Browser
) -> None:
    """Laptops sleep, trains have tunnels."""
    with page(chromium) as opened:
        opened.goto(f"{desk.url}/desk/")
        is_live(opened)
        opened.route("**/desk/events", lambda route: route.abort())
        desk.wire.streams  # noqa: B018  (one is open)
        opened.evaluate("wire.close(); wire.dispatchEvent(new Event('error'))")
        expect(opened.locator("#signal")).to_contain_text("Connection lost")
        desk.sample.cards.append(replace(CARDS[8], path="new.md", headline="Manqué"))
        opened.unroute("**/desk/events")
        is_live(opened)
        expect(opened.locator("#column-published")).to_contain_text("Manqué")


def test_a_countdown_ticks_and_needs_no_reload(desk: Desk, chromium: Browser) -> None:
    """An editor waits for the moment with a finger on the next key."""
    with page(chromium) as opened:
        opened.clock.install(time=NOW)
        opened.goto(f"{desk.url}/desk/")
        left = opened.locator("#column-scheduled .left").first
        expect(left).to_have_text("02:19:00")
        opened.clock.run_for(61_000)
        expect(left).to_have_text("02:17:59")
        opened.clock.fast_forward("03:00:00")
        expect(left).to_have_text("any moment now")


# --- keys and search ----------------------------------------------------------------------


def test_everything_can_be_done_by_keyboard(desk: Desk, chromium: Browser) -> None:
    """Wire editors do not use a mouse."""
    with page(chromium) as opened:
        opened.goto(f"{desk.url}/desk/")
        press = opened.keyboard.press
        press("Tab")
        expect(opened.locator(".skip")).to_be_focused()
        press("Enter")
        expect(opened.locator("main")).to_be_focused()
        press("j")
        expect(opened.locator("[data-row]").nth(0)).to_be_focused()
        press("j")
        press("j")
        press("k")
        expect(opened.locator("[data-row]").nth(1)).to_be_focused()
        press("/")
        expect(opened.locator("#q")).to_be_focused()
        opened.keyboard.type("jgk?")  # letters like any others here
        expect(opened.locator("#q")).to_have_value("jgk?")
        opened.locator("#q").fill("eolien")
        press("Enter")
        opened.wait_for_url("**/desk/?*q=eolien*")
        assert opened.locator("[data-row]").all_inner_texts() == [CARDS[8].headline]
        press("j")
        press("Enter")
        opened.wait_for_url("**/desk/article?*")
        expect(opened.locator("h1")).to_have_text(CARDS[8].headline)
        press("?")
        expect(opened.locator("#keys")).to_be_visible()
        press("Escape")
        expect(opened.locator("#keys")).to_be_hidden()
        for key, place in (("f", "feeds"), ("d", "deliveries"), ("t", "trends"), ("b", "")):
            press("g")
            press(key)
            opened.wait_for_url(f"**/desk/{place}")
        assert opened.faults == []


def test_an_address_is_copied(desk: Desk, chromium: Browser) -> None:
    """It goes from here into a partner's form."""
    with page(chromium, permissions=["clipboard-read", "clipboard-write"]) as opened:
        opened.goto(f"{desk.url}/desk/feeds")
        opened.locator("#feed-transport .copy").first.click()
        expect(opened.locator("#notice")).to_have_text("Copied")
        copied = opened.evaluate("navigator.clipboard.readText()")
        assert copied == "https://example.org/feeds/transport/rss.xml"


# --- without script -----------------------------------------------------------------------


def test_all_reading_works_without_script(desk: Desk, chromium: Browser) -> None:
    """A newsroom's machines are locked down, and a page is a page."""
    with page(chromium, java_script_enabled=False) as opened:
        opened.goto(f"{desk.url}/desk/")
        expect(opened.locator("#signal")).to_contain_text("As of 09:41")
        assert rows(opened, "refused") == [card.headline for card in CARDS[:2]]
        expect(opened.locator("#column-scheduled")).to_contain_text("on Tuesday at 06:00 (Almaty)")
        opened.locator("#q").fill("aral")
        opened.locator("#section").select_option("Environnement")
        opened.get_by_role("button", name="Show").click()
        assert rows(opened, "published") == [CARDS[14].headline]
        opened.locator("[data-row]").click()
        frame = opened.frame_locator("iframe")
        expect(frame.locator("h1")).to_have_text(CARDS[14].headline)
        opened.get_by_role("link", name="RSS").click()
        expect(opened.locator(".raw")).to_contain_text("<item>")
        opened.get_by_role("link", name="FR français").click()
        expect(opened.locator("html")).to_have_attribute("lang", "fr")
        opened.get_by_role("link", name="Flux", exact=True).click()
        expect(opened.locator(".copy").first).to_be_hidden()
        opened.get_by_role("link", name="Valider Transports").click()
        expect(opened.locator("main")).to_contain_text("Il ne peut pas être lu")
        opened.get_by_role("link", name="Tendances").click()
        opened.locator("summary").first.click()
        expect(opened.locator("table").first).to_be_visible()
        opened.get_by_role("link", name="Touches et mots").click()
        expect(opened.locator(".keys")).to_be_visible()


# --- a reader's view ----------------------------------------------------------------------


def test_an_article_is_shown_as_a_reader_has_it_and_nothing_else_is_asked(
    desk: Desk, chromium: Browser
) -> None:
    """Looking at a draft must not tell anybody that there is one."""
    hosts: set[str] = set()

    def asked(request: Request) -> None:
        hosts.add(request.url.split("/")[2])

    with page(chromium) as opened:
        opened.on("request", asked)
        opened.goto(f"{desk.url}/desk/article?{ACCORD}")
        frame = opened.frame_locator("iframe")
        expect(frame.locator("h2")).to_have_text("Ce que dit le texte")
        # Its stylesheet came, though it is of no origin.
        expect(frame.locator("h1")).to_have_css("font-weight", "700")
        expect(frame.locator("body")).to_have_css("max-width", "640px")
        opened.get_by_role("link", name="Summary").click()
        expect(frame.locator("body")).not_to_contain_text("Ce que dit le texte")
        expect(frame.locator("body")).to_contain_text("n’attendent plus à la frontière")
    assert hosts == {desk.url.removeprefix("http://")}


# --- for everybody ------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", desk_sample.PAGES)
def test_every_page_holds_wcag_2_1_aa(
    place: str, scheme: str, desk: Desk, chromium: Browser
) -> None:
    """Contrast, names, order, languages: as axe-core judges them."""
    with page(chromium, color_scheme=scheme, reduced_motion="reduce") as opened:
        opened.goto(f"{desk.url}{place}")
        is_live(opened)
        assert violations(opened) == []
        assert opened.faults == []


def test_the_login_and_a_silent_newsroom_hold_it_too(
    tmp_path: Path, desk: Desk, chromium: Browser
) -> None:
    """What is seen in bad moments is seen by everybody."""
    desk.sample.fall_silent()
    guard = Guard(Rules(token="a token of sixteen signs"))
    site = desk_sample.site(tmp_path / "closed")
    closed = Starlette(routes=routes(site, desk.sample, guard, Wire(desk.sample), lambda: NOW))
    for scheme in ("light", "dark"):
        with page(chromium, color_scheme=scheme) as opened:
            opened.goto(f"{desk.url}/desk/")
            expect(opened.locator(".banner")).to_be_visible()
            assert violations(opened) == []
        with served(closed) as url, page(chromium, color_scheme=scheme) as opened:
            opened.goto(f"{url}/desk/trends")
            assert violations(opened) == []
            opened.locator("#token").fill("wrong")
            opened.keyboard.press("Enter")
            expect(opened.get_by_role("alert")).to_be_visible()
            assert violations(opened) == []
            opened.locator("#token").fill("a token of sixteen signs")
            opened.keyboard.press("Enter")
            opened.wait_for_url("**/desk/trends")
            is_silent = opened.locator("#signal[data-state=silent]")
            expect(is_silent).to_be_visible()
            opened.get_by_role("button", name="Log out").click()
            opened.wait_for_url("**/desk/login")


def test_the_rules_of_wcag_can_fail(desk: Desk, chromium: Browser) -> None:
    """A judge that finds nothing in a bad page would find nothing anywhere."""
    with page(chromium) as opened:
        opened.goto(f"{desk.url}/desk/")
        opened.evaluate(
            """() => {
                const bad = document.createElement("p");
                bad.innerHTML = "<img src='/desk/static/x'><input><span id=pale>pale</span>";
                document.getElementById("main").append(bad);
                const style = new CSSStyleSheet();
                style.replaceSync("#pale { color: #bbb; background: #fff }");
                document.adoptedStyleSheets.push(style);
            }"""
        )
        found = " ".join(violations(opened))
        for rule in ("image-alt", "label", "color-contrast"):
            assert f"{rule}: " in found


@pytest.mark.parametrize("place", desk_sample.PAGES)
def test_a_phone_shows_every_page_without_sideways_scroll(
    place: str, desk: Desk, chromium: Browser
) -> None:
    """The night editor has a phone in one hand; long words and addresses must break."""
    desk.sample.cards[7] = replace(CARDS[7], headline="x" * 300, path=f"{'y' * 200}.md")
    with page(chromium, viewport={"width": 360, "height": 640}) as opened:
        opened.goto(f"{desk.url}{place}")
        widest = opened.evaluate("document.documentElement.scrollWidth")
        assert widest <= 360
        assert opened.evaluate("visualViewport.width") == 360


def test_dark_is_dark_and_the_print_is_light(desk: Desk, chromium: Browser) -> None:
    """A desk is open at night; and paper has no dark side."""
    colour = "getComputedStyle(document.body).backgroundColor"
    with page(chromium, color_scheme="dark") as opened:
        opened.goto(f"{desk.url}/desk/")
        assert opened.evaluate(colour) == "rgb(22, 20, 18)"
        opened.emulate_media(media="print")
        assert opened.evaluate(colour) == "rgb(255, 255, 255)"
        expect(opened.locator(".search")).to_be_hidden()


# --- hostile text -------------------------------------------------------------------------


def test_nothing_hostile_runs_on_the_desk(desk: Desk, chromium: Browser) -> None:
    """What tries to run in readers' readers tries it on editors, too; live swaps included."""
    texts = [case.text.strip() for case in cases()]
    board = [
        replace(CARDS[8], path=f"{number}/{text[:80]}.md", headline=text, section=text[:40])
        for number, text in enumerate(texts)
    ]
    called: list[str] = []

    def call(name: str) -> None:
        called.append(name)

    with page(chromium) as opened:
        opened.expose_function("called", call)
        opened.add_init_script(
            "for (const name of ['alert', 'confirm', 'prompt', 'open'])"
            " window[name] = () => called(name);"
            "addEventListener('securitypolicyviolation', (event) => called('policy'))"
        )
        opened.goto(f"{desk.url}/desk/")
        is_live(opened)
        for number in range(0, len(board), 50):
            desk.sample.cards = board[number : number + 50]
            desk.sample.tell(board[number].path)
            first = opened.locator("[data-row]").first
            expect(first).to_have_text(" ".join(texts[number].split()) or texts[number])
        opened.evaluate("alert('heard')")  # what would be told, is
        opened.wait_for_function("document.querySelectorAll('main script, main img').length === 0")
        assert opened.faults == []
    assert called == ["alert"]
