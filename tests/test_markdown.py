"""Markdown to body: the specification's examples, a case for each feature, and laws."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markwire.article.body import finish
from markwire.article.html import sanitise
from markwire.article.markdown import (
    References,
    Rendering,
    TooLarge,
    commonmark,
    render,
    split_credit,
)
from markwire.article.mentions import mentions
from markwire.article.urls import absolute
from markwire.model import Media
from oracles.commonmark import Example, examples
from oracles.html_rules import judge_addresses, judge_html
from oracles.shared_rules import Report

CASES = Path(__file__).parent / "cases" / "markdown"
PERMALINK = "https://example.org/feeds/articles/essai.html"
FILES = "https://example.org/feeds/media/"
MEDIA = {
    "carte.png": Media(FILES + "carte.png", "image/png", 1234, 800, 400),
    "images/vue.jpg": Media(FILES + "vue.jpg", "image/jpeg", 5678, 1200, 900),
    "ma photo.jpg": Media(FILES + "ma-photo.jpg", "image/jpeg", 99, 600, 600),
    "entretien.mp3": Media(FILES + "entretien.mp3", "audio/mpeg", 4321),
    "film.mp4": Media(FILES + "film.mp4", "video/mp4", 8765),
    "rapport.pdf": Media(FILES + "rapport.pdf", "application/pdf", 111),
    "/carte.png": Media(FILES + "carte.png", "image/png", 1234, 800, 400),
    "/images/vue.jpg": Media(FILES + "vue.jpg", "image/jpeg", 5678, 1200, 900),
    "/ma photo.jpg": Media(FILES + "ma-photo.jpg", "image/jpeg", 99, 600, 600),
}
LINKS = {
    "autre": "https://example.org/feeds/articles/autre.html",
    "autre.md": "https://example.org/feeds/articles/autre.html",
    "dossier/suite.md": "https://example.org/feeds/articles/suite.html",
    "mes notes.md": "https://example.org/feeds/articles/mes-notes.html",
    "/chapitre.md": "https://example.org/feeds/articles/chapitre.html",
}
REFERENCES = References(PERMALINK, "essai", MEDIA, LINKS, "fr")


def body(text: str) -> str:
    return render(text, REFERENCES).html


# --- CommonMark --------------------------------------------------------------------------


class Normal(HTMLParser):
    """HTML as one string in which only what readers can see makes a difference.

    White space between block tags is dropped and elsewhere folded, but not in ``pre``;
    attributes are sorted.
    """

    BLOCKS = frozenset(
        """
        address article aside blockquote body br dd details div dl dt figcaption figure footer h1
        h2 h3 h4 h5 h6 header hr li ol p pre script section style summary table tbody td textarea
        tfoot th thead tr ul
        """.split()
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self.verbatim = 0
        self.after_block = True

    def handle_data(self, data: str) -> None:
        if not self.verbatim:
            data = re.sub(r"\s+", " ", data)
            if self.after_block:
                data = data.lstrip()
        if data:
            self.parts.append(escape(data))
            self.after_block = False

    def handle_entityref(self, name: str) -> None:
        self.handle_data(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.handle_data(unescape(f"&#{name};"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = "".join(f' {name}="{escape(value or "")}"' for name, value in sorted(attrs))
        self._tag(tag, f"<{tag}{words}>")
        self.verbatim += tag == "pre"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._tag(tag, f"</{tag}>")
        self.verbatim -= tag == "pre"

    def handle_comment(self, data: str) -> None:
        self.parts.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.parts.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.parts.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.parts.append(f"<![{data}]]>")

    def _tag(self, tag: str, written: str) -> None:
        is_block = tag in self.BLOCKS
        if is_block and self.parts and not self.verbatim:
            self.parts[-1] = self.parts[-1].rstrip()
        self.parts.append(written)
        self.after_block = is_block

    @classmethod
    def of(cls, html: str) -> str:
        parser = cls()
        parser.feed(html)
        parser.close()
        return "".join(parser.parts).strip()


def differences() -> Iterator[tuple[int, str]]:
    """The examples whose outcome rightly differs, each with its reason."""
    for line in (CASES / "commonmark-differences.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            reason, numbers = line.split(": ")
            yield from ((int(number), reason) for number in numbers.split())


NOTHING = References("https://example.org/page", "p", {}, {})


def whole(html: str) -> str:
    """The specification's HTML with its addresses made whole, and nothing else."""

    def absolute_attribute(found: re.Match[str]) -> str:
        return f'{found[1]}="{escape(absolute(unescape(found[2]), NOTHING.permalink))}"'

    return re.sub(r'\b(href|src)="([^"]*)"', absolute_attribute, html)


def test_the_core_is_commonmark():
    """Writers expect what the specification says, all 652 examples of it."""
    wrong = [
        each for each in examples() if Normal.of(commonmark(each.markdown)) != Normal.of(each.html)
    ]
    assert not wrong


def test_extensions_and_safety_change_only_the_listed_examples():
    """What we add must not change what people know; where it must, a list says so and why."""
    changed = {
        each.number
        for each in examples()
        if Normal.of(render(each.markdown, NOTHING).html) != Normal.of(whole(each.html))
    }
    assert changed == {number for number, _ in differences()}


@pytest.mark.parametrize("each", examples(), ids=lambda each: str(each.number))
def test_listed_examples_differ_for_the_reason_given(each: Example):
    """Safety must not be an excuse: the rest is what finishing makes of the right HTML."""
    reason = dict(differences()).get(each.number, "safe")
    is_finished = Normal.of(render(each.markdown, NOTHING).html) == Normal.of(
        finish(each.html, NOTHING).html
    )
    assert is_finished == (reason == "safe")


# --- cases -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(CASES.glob("*.md")), ids=lambda path: path.stem)
def test_case(path: Path):
    """Each pair of files is a promise to editors."""
    html = body(path.read_text())
    assert html == path.with_suffix(".html").read_text()
    assert "SECRET" not in html
    assert sanitise(html) == html
    report = Report("rss", PERMALINK, datetime(2026, 1, 1, tzinfo=UTC))
    judge_html(report, "body", html)
    judge_addresses(report, "body", html)
    assert report.findings == []


def test_rendering_tells_what_is_shown_offered_missing_and_dead():
    rendering = render(
        '![Une carte](carte.png "De là à là. Photo : AFP")\n\n![[carte.png|autre]]\n\n'
        "[Le rapport](rapport.pdf), ![x](absente.png), [[nulle part]] et [y](perdu.md).",
        REFERENCES,
    )
    shown = Media(
        FILES + "carte.png", "image/png", 1234, 800, 400, "Une carte", "De là à là.", "AFP"
    )
    assert rendering == Rendering(
        html=rendering.html,
        media=(shown,),
        missing=("absente.png",),
        dead=("nulle part", "perdu.md"),
        offered=(MEDIA["rapport.pdf"],),
    )


def test_the_lead_ends_at_the_more_mark():
    rendering = render("Un\n\n- deux <!--More--> trois\n\nquatre", REFERENCES)
    assert rendering.lead == "<p>Un</p>\n<ul>\n<li>deux </li></ul>"
    assert "more" not in rendering.html.lower()


@pytest.mark.parametrize(
    ("title", "caption", "credit"),
    [
        ("", "", ""),
        ("Le Naryn en hiver", "Le Naryn en hiver", ""),
        ("Le Naryn. Crédit : A. Sarsen", "Le Naryn.", "A. Sarsen"),
        ("Le Naryn. Crédits photo : A. Sarsen", "Le Naryn.", "A. Sarsen"),
        ("Le Naryn © AFP", "Le Naryn", "AFP"),
        ("© AFP", "", "AFP"),
        ("Photo : AFP", "", "AFP"),
        ("Photo © AFP", "", "AFP"),
        ("Le Naryn (photo : AFP)", "Le Naryn", "AFP"),
        ("Le Naryn – Photo: A. Sarsen.", "Le Naryn", "A. Sarsen"),
        ("Qui l'eût cru ? Photo\u00a0: AFP / B. B.", "Qui l'eût cru ?", "AFP / B. B"),
        ("The dam. Credit: J. Doe", "The dam.", "J. Doe"),
        ("Река Нарын. Фото: А. Сарсен", "Река Нарын.", "А. Сарсен"),
        ("Нарын өзені. Сурет: А. Сәрсен", "Нарын өзені.", "А. Сәрсен"),
        ("Les parcs. Infographie : La Route", "Les parcs.", "La Route"),
        ("Carte : le bassin du Naryn", "Carte : le bassin du Naryn", ""),
        ("Carte : Jean Dupont", "", "Jean Dupont"),
        ("Il regarde une photo : la sienne", "Il regarde une photo : la sienne", ""),
        ("Source d'eau vive", "Source d'eau vive", ""),
    ],
)
def test_a_title_is_caption_and_credit(title: str, caption: str, credit: str):
    """Credits must reach the feed: agencies are paid by them."""
    assert split_credit(title) == (caption, credit)


def test_notes_of_two_articles_have_no_id_in_common():
    """Readers show many articles in one page."""
    text = "Un[^1].\n\n[^1]: Note.\n"
    ids = [
        set(re.findall(r'id="([^"]+)"', render(text, References(PERMALINK, prefix, {}, {})).html))
        for prefix in ("un", "deux")
    ]
    assert ids[0]
    assert not ids[0] & ids[1]


# --- laws --------------------------------------------------------------------------------

PIECES = [
    *(" ", "\n", "\n\n", "    ", "> ", "- ", "1. ", "# ", "| ", " |\n|---|---|\n", "***", "**"),
    *("[", "]", "(", ")", "![", "](", "[[", "]]", "![[", "|", "300", "<", ">", '"', "'", "\\", "`"),
    *("```\n", "~~", "==", "%%", "<!--", "-->", "<!-- more -->", "[!note]", "[^1]", "[^1]: ", "^["),
    *("a.png", "b c.jpg", "note.md", "../x.md", "/a.png", "./d/e.mp3", "f%20g.png", "é.png", "h"),
    *("https://e.org/x", "www", "#part", "?q=1", "&amp;", "&copy", "&#8;", "&#xFFFE;", "&quot;"),
    *('<img src="', '<a href="', '<div id="', "<p>", "</p>", "</div>", "<b>", "</a>", "<table>"),
    *("<td>", "<svg>", "<style>", "<script>", "<iframe src=", "srcset='", "/>", ": ", "\t", "=="),
    *("[x]: ", "javascript:", "data:", "\u00a0", "\u2028", "\ufdd0", "\x00", "=", "%%b%%", "\r\n"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60)


class Asked(Mapping[str, object]):
    """A mapping that remembers what it was asked for, and knows some of it."""

    def __init__(self, value: object) -> None:
        self.names: set[str] = set()
        self.value = value

    def __getitem__(self, name: str) -> object:
        self.names.add(name)
        if len(name) % 2:
            raise KeyError(name)
        return self.value

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1


@settings(max_examples=400)
@given(texts)
def test_conversion_asks_only_for_what_the_scan_found(text: str):
    """What the scan does not find, nobody looks for: its picture would be missing for ever."""
    media, links = Asked(MEDIA["carte.png"]), Asked("https://example.org/x")
    render(text, References(PERMALINK, "p", media, links))
    assert media.names | links.names <= {mention.name for mention in mentions(text)}


FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@settings(max_examples=400)
@given(texts)
def test_a_body_is_safe_whatever_the_text(text: str):
    """One article must never break a feed, nor a reader."""
    rendering = render(text, REFERENCES)
    assert rendering == render(text, REFERENCES)
    assert sanitise(rendering.html) == rendering.html
    assert not FORBIDDEN.search(rendering.html + rendering.lead)
    assert "\ufdd0" not in rendering.html
    tags = "".join(re.findall(r"<[^>]*>", rendering.html))
    for url in re.findall(r' (?:href|src|poster|cite)="([^"]*)"', tags):
        assert url.isascii()
        assert url.startswith(("http://", "https://", "mailto:", "tel:"))


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_in_a_comment_is_never_published(around: str):
    """Editors' remarks to one another stay in the newsroom."""
    if re.search(r"%%|`|~~|<|\\", around):
        return
    assert "SECRET" not in body(f"{around}\n\n%%\nSECRET\n\n- SECRET %%\n\n{around}")
    assert "SECRET" not in body(f"{around}\n\nUn mot %% SECRET %% et un autre\n\n{around}")
    assert "SECRET" not in body(f"{around}\n\n<!-- SECRET -->\n\n{around}")


# --- hostile text ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[x]: " + "u" * 16_000 + "\n\n" + "[x] " * 16_000,
        "<div>" * 5_000,
        "<div></p>" * 5_000,
        "".join(f"<p><b a={number}></p>" for number in range(5_000)),
    ],
    ids=["references", "nested", "nested with false ends", "formatting"],
)
def test_a_text_that_would_cost_too_much_is_refused(text: str):
    """One article must not hold up the others."""
    with pytest.raises(TooLarge):
        render(text, REFERENCES)


@pytest.mark.parametrize(
    "text",
    [
        "> " * 20_000,
        "[" * 16_000,
        '!["' * 16_000,
        "](" * 16_000,
        "](a " + " " * 16_000,
        "/a" + " .b" * 8_000,
        "%%" * 8_001,
        "`" * 8_000 + "%% " + "`a" * 4_000 + "%%",
        "[^1]" * 8_000 + "\n\n[^1]: x",
        "".join(f"<li>{number}" for number in range(4_000)),
        "[[a|" * 8_000,
        "https://e.org/" + "&amp;" * 4_000 + ")" * 4_000,
        "| " * 4_000 + "\n" + "|-" * 4_000,
        "==a" * 8_000,
        "<figure><img src=a title=b>" * 90,
    ],
    ids=range(15),
)
def test_a_strange_text_is_converted_soon(text: str):
    """Two seconds are what an article may cost (failure modes, promise 6)."""
    started = time.process_time()
    render(text, REFERENCES)
    mentions(text)
    assert time.process_time() - started < 2
