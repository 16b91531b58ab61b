"""HTML that is safe in every reader, text without markup, addresses that are whole."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from markwire.article.depth import TooLarge
from markwire.article.html import clean_text, plain, sanitise
from markwire.article.urls import absolute, is_private, leads_nowhere, srcset
from oracles.html_rules import judge_html
from oracles.shared_rules import Report

PAGE = "https://example.org/feeds/articles/essai.html"

# --- text --------------------------------------------------------------------------------


def test_every_character_is_kept_or_dropped_as_xml_asks():
    """XML 1.0 section 2.2; U+FFFD and the C1 controls, which are traces of another encoding; and
    what shows other words than stand there, or words that nobody sees.
    """
    dropped = [*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0), *range(0xD800, 0xE000),
               0x202D, 0x202E, 0xFFFD, 0xFFFE, 0xFFFF, *range(0xE0000, 0xE0080)]  # fmt: skip
    expected = dict.fromkeys(dropped, "") | {0x85: " "}
    for number in (*range(0x10100), 0x1F600, *range(0xE0000, 0xE0100), 0x10FFFF):
        around = f"é{chr(number)}中"
        assert clean_text(around) == f"é{expected.get(number, chr(number))}中"


# --- safety ------------------------------------------------------------------------------

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror\n=alert(1)//",
    "<img/src=x/onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href=" &#1;javascript:alert(1)">x</a>',
    '<a href="&#106;avascript&colon;alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="feed:javascript:alert(1)">x</a>',
    '<img srcset="javascript:alert(1) 1x, x.png 2x">',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<video poster="javascript:alert(1)"><source src="data:text/html,x"></video>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<math><mi><p><style></math><img src=x onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe><p title='</iframe><img src=x onerror=alert(1)>'></iframe>",
    "<textarea><p title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<title><p title='</title><img src=x onerror=alert(1)>'></title>",
    "<object data='javascript:alert(1)'><embed src='javascript:alert(1)'></object>",
    "<base href='javascript:/a/-alert(1)//'><a href='x'>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<form action='javascript:alert(1)'><button formaction='javascript:alert(1)'>x</button></form>",
    "<input autofocus onfocus=alert(1)><select onfocus=alert(1)><option>x</select>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml <img src=x onerror=alert(1)> ?>",
    "<a href='https://e.org/' target=_blank ping='https://evil.example/' onclick=alert(1)>x</a>",
    "<table background='javascript:alert(1)'><td background='javascript:alert(1)'>x</table>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote><q cite='\tdata:text/html,x'>y</q>",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><template><style><!--</style>"
    "<a rel='--></style></template></select><img src=x onerror=alert(1)>'>",
    "<p id=fn-1 class='language-x evil' name=cookie>x</p>",
    "<div id=location><a id=location href=x>x</a></div>",
    "<b><i a=1><b><i a=2><p><b><i a=3>x</b></p>y",
    "<table><tr><table><td><a href=x><table><a href=y>",
    "<a href=x><p><a href=y>z</a></p></a>",
    "<ruby><rt><table><rt>x</table>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
]
HARMLESS = frozenset({"http", "https", "mailto", "tel", ""})
PIECES = [
    *(
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<i a=1>",
        "</i>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<a>",
    ),
    *(
        '<a href="x">',
        "</a>",
        "<svg>",
        "</svg>",
        "<math>",
        "<mtext>",
        "<style>",
        "</style>",
        "<!--",
    ),
    *("-->", "--!>", "<title>", "<noscript>", "<template>", "<iframe src=", "<iframe src=//x.org>"),
    *(
        "</iframe>",
        "<select>",
        "<ul>",
        "<li>",
        "<dl>",
        "<dd>",
        "<ruby>",
        "<rt>",
        "<caption>",
        "<h1>",
    ),
    *("<pre>", "\n", " ", "x", "&lt;", "&", "&amp;", '"', "'", "<", ">", "/", "=", "<img src=x>"),
    *("<details>", "<summary>", "<form>", "<button>", "<col>", "<br>", "</br>", "</", "<![CDATA["),
    *(
        "<audio>",
        "<source src=a>",
        "<plaintext>",
        "<xmp>",
        "<q cite=y>",
        "<frameset>",
        "<body>",
        "<a id=",
    ),
]
soups = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def assert_harmless(html: str) -> None:
    """Nothing in it runs or loads but pictures, sounds and films of the web."""
    report = Report("rss", PAGE, datetime(2026, 1, 1, tzinfo=UTC))
    judge_html(report, "body", html)
    assert [finding for finding in report.findings if finding.code != "NotHtml"] == []
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            raise AssertionError(f"a comment survived: {html}")
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            if name in ("href", "src", "poster", "cite"):
                scheme = re.match(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", value.lower())
                assert (scheme[1] if scheme else "") in HARMLESS


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_fail(attack: str):
    """Readers show what they are sent: safety is ours to give."""
    safe = sanitise(attack)
    assert_harmless(safe)
    assert sanitise(safe) == safe


@settings(max_examples=500)
@given(soups | st.text(max_size=60))
@example("<a><table><a>")
def test_sanitising_twice_is_sanitising_once(html: str):
    """A second parser must read what the first one judged (mutation XSS)."""
    try:
        safe = sanitise(html)
    except TooLarge:
        return
    assert sanitise(safe) == safe
    assert_harmless(safe)


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ('<p lang="kk" dir="rtl" title="t">x</p>', '<p lang="kk" dir="rtl" title="t">x</p>'),
        ('<p id="x" class="y language-py">x</p>', '<p class="language-py">x</p>'),
        ('<li id="fn-a-1">x</li>', '<li id="fn-a-1">x</li>'),
        ("<p>a&nbsp;b&#8;c&#xFFFE;d&#13;e</p>", "<p>a\u00a0bcd\ne</p>"),
        ("a <foo>b</foo> <font color=red>c</font>", "a b c"),
        ("a<!-- b -->c", "ac"),
        (
            '<iframe src="https://e.org/v?a=1&amp;b=2" title="A film"></iframe>',
            '<a href="https://e.org/v?a=1&amp;b=2">A film</a>',
        ),
        ("<iframe src=//e.org/v>x</iframe>", '<a href="https://e.org/v">https://e.org/v</a>'),
        (
            '<a rel="nofollow" target="_blank" href="https://e.org/">x</a>',
            '<a rel="nofollow" href="https://e.org/">x</a>',
        ),
        ('<img src="a.png" width="50%" height="4em">', '<img src="a.png" width="50%">'),
        ("<video autoplay controls src=a.mp4></video>", '<video src="a.mp4"></video>'),
        (
            "<ol start=3 reversed><li value=9>x</ol>",
            '<ol start="3" reversed=""><li value="9">x</li></ol>',
        ),
    ],
)
def test_what_is_kept(html: str, safe: str):
    """An editor's own HTML should lose only what a feed cannot carry."""
    assert sanitise(html) == safe


@pytest.mark.parametrize(
    ("host", "nowhere"),
    [
        ("999.1.1.1", True),
        ("1.2.3.4.5", True),
        ("127.0.0.256", True),
        ("08.1.1.1", True),
        ("4294967296", True),
        ("a.0x1g.1", True),
        ("127.0.0.1", False),
        ("127.1", False),
        ("0x7f.1", False),
        ("0177.0.0.1", False),
        ("4294967295", False),
        ("0x", False),
        ("example.org", False),
        ("[::1]", False),
    ],
)
def test_a_number_is_an_address_or_leads_nowhere(host: str, nowhere: bool) -> None:
    """As browsers read it: an editor is not warned of a network that nobody has."""
    assert leads_nowhere(f"http://{host}/p.png") == nowhere


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 101, "<b>" * 101, "<ul><li>" * 60, "<p><div></p>" * 110,
        "<form><div></form>" * 110, "<rt>" * 101, "<ul></li><li>" * 60,
        "<ruby><p><rt>" * 60, "<h1>x<span></body><body>" * 60, "<tr><div></tr>" * 110,
        "<span><div></span>" * 110, "<div><table></div>" * 60, "<q>" * 101,
        "<b>" * 60 + "<i>" * 60, "<foo>" * 101, "<table><tr><td>" * 50, "<dl><dd>" * 60,
    ],
)  # fmt: skip
def test_deep_html_is_refused(html: str):
    """The parser would take quadratic time over it."""
    with pytest.raises(TooLarge, match="nested"):
        sanitise(html)


def test_flat_html_is_not_taken_for_deep():
    html = "<ul>" + "<li>x" * 500 + "</ul>" + "<p>y" * 500 + "<tr><td>z" * 500
    html += "<table>" + "<tr><td>a<td>b" * 500 + "</table>" + "<dl>" + "<dt>c<dd><p>d" * 500
    assert sanitise(html).count("<li>") == 500


def test_attributes_keep_their_order_in_every_process():
    """Two builds of the same site must not differ by a byte."""
    script = (
        "from markwire.article.html import sanitise;"
        "print(sanitise('<td title=a lang=b rowspan=2 colspan=3 headers=c scope=d>x</td>'"
        "'<img height=1 alt=a src=b width=2 title=c>'))"
    )
    source = Path(__file__).parents[1] / "src"
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": str(source)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(3)
    }
    assert len(printed) == 1


# --- text --------------------------------------------------------------------------------


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=80))
def test_clean_text_fits_into_xml(text: str):
    """One control character must not break a feed (XML 1.0 section 2.2)."""
    clean = clean_text(text)
    clean.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd-\uffff]", clean)
    assert clean_text(clean) == clean
    assert set(clean) <= {*text, " "}


def test_clean_text_keeps_what_xml_allows():
    text = "Ж\t\n\r é\u00a0\u202f\u2028 🐎"
    assert clean_text(text) == text


def test_flags_of_regions_stay():
    """Tag characters smuggle text past those who read; the flag of Scotland is made of them."""
    scotland = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "ignore")
    assert clean_text(f"Édimbourg {scotland}{hidden}") == f"Édimbourg {scotland}"


def test_marks_that_arabic_needs_stay():
    """An override turns letters round, also behind its article; marks and isolates do not."""
    assert clean_text("\u200fمرحبا\u200e \u2067x\u2069 \u202eexe.gpj") == (
        "\u200fمرحبا\u200e \u2067x\u2069 exe.gpj"
    )


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST:8080", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1",
        "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "imprimante.local", "nas.lan",
        "box.home.arpa", "metadata.internal", "redaction.local.", "[bad",
    ],
)  # fmt: skip
def test_addresses_of_private_networks_are_known(host: str):
    """A reader's program must not ask his own router for a picture."""
    assert is_private(f"http://{host}/x.png")


@pytest.mark.parametrize(
    "host",
    ["example.org", "1.1.1.1", "8.8.8.8:80", "[2606:4700::1111]", "3.example.org", "lan.example",
     "mylocal", "local.example.org", "10.example.org", "homestay.example", "e.org/127.0.0.1"],
)  # fmt: skip
def test_addresses_of_the_web_are_none(host: str):
    assert not is_private(f"https://{host}/x.png")


def test_clean_text_drops_bytes_of_another_encoding():
    """XML allows the C1 controls and U+FFFD, but validators and readers stumble over them."""
    assert clean_text("L\x92été\x85fin\ufffd") == "Lété fin"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un <em>mot</em>.</p>\n<p>Deux</p>", "Un mot. Deux"),
        ("a<br>b", "a b"),
        ("H<sub>2</sub>O", "H2O"),
        ("&lt;b&gt; &amp;amp; &#8;&nbsp;«&nbsp;x&nbsp;»", "<b> &amp; \u00a0«\u00a0x\u00a0»"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("a<!-- b --><script>c</script>d", "ad"),
        ('<img alt="x>y" src="z">a', "a"),
    ],
)
def test_plain(html: str, text: str):
    assert plain(html) == text


# --- addresses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        # RFC 3986 section 5.4, on our base
        ("g", "https://example.org/feeds/articles/g"),
        ("./g", "https://example.org/feeds/articles/g"),
        ("../g", "https://example.org/feeds/g"),
        ("../../../g", "https://example.org/g"),
        ("/g", "https://example.org/g"),
        ("//g", "https://g"),
        ("?y", PAGE + "?y"),
        ("#s", PAGE + "#s"),
        ("", PAGE),
        # into ASCII
        ("a b.png", "https://example.org/feeds/articles/a%20b.png"),
        ("é.html?q=ü#ç", "https://example.org/feeds/articles/%C3%A9.html?q=%C3%BC#%C3%A7"),
        ("https://пример.рф/путь", "https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C"),
        ("https://%D0%BF%D1%80.example/", "https://xn--o1ac.example/"),
        ("https://u:p@exämple.org:8080/", "https://xn--exmple-cua.org:8080/"),
        ("https://bank.example@evil.example/x@y", "https://evil.example/x@y"),
        ("//u@e.org/", "https://e.org/"),
        ("https://" + "a" * 70 + ".org/", "https://" + "a" * 70 + ".org/"),
        ("https://a..é/", "https://a..%C3%A9/"),
        ("https://e.org/100%", "https://e.org/100%25"),
        ("https://e.org/%7Ea%2f", "https://e.org/%7Ea%2f"),
        ("https://e.org/[a]|{b}\\^`", "https://e.org/%5Ba%5D%7C%7Bb%7D%5C%5E%60"),
        ("https://[::1]:80/x", "https://[::1]:80/x"),
        (" https://e.org/\n a\t", "https://e.org/%20a"),
        ("mailto:a@b.org?subject=é", "mailto:a@b.org?subject=%C3%A9"),
        ("tel:+7 727 123", "tel:+7727123"),
        # no address at all
        ("https://[bad/", ""),
        ("http:", ""),
        ("http:///x", ""),
    ],
)
def test_absolute(url: str, whole: str):
    assert absolute(url, PAGE) == whole


@given(st.text(max_size=40), st.sampled_from(["", "/", "//", "https://", "https://é.org/", "#"]))
def test_an_absolute_address_is_ascii_and_stays(url: str, start: str):
    """Feeds are read by programs that know URLs, not IRIs."""
    whole = absolute(start + url, PAGE)
    assert whole.isascii()
    assert absolute(whole, PAGE) == whole or not whole


def test_srcset():
    assert list(srcset(" a.png 1x, b,c.png 2x,d.png 300w , e.png")) == [
        ("a.png", "1x"),
        ("b,c.png", "2x"),
        ("d.png", "300w"),
        ("e.png", ""),
    ]
