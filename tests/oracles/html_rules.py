"""Judge HTML that a feed carries: well formed, safe, whole addresses.

The service parses such HTML strictly (HTML Living Standard 13.2) and warns of any parse error, of
elements it does not know, of elements and attributes that readers strip, and of styles that could
hide or move things. The lists below name what a news body may want; the service allows a few more.
"""

from __future__ import annotations

import re
from html.entities import name2codepoint
from xml.etree.ElementTree import Element

import html5lib

from .shared_rules import Report, uri_fault, words

_RISKY = words(
    """
    applet base basefont bdo body comment embed frame frameset head html iframe isindex link listing
    meta noframes object param plaintext script slot style title xmp
    """
)
_SAFE = words(
    """
    a abbr acronym address area article aside audio b bdi big blockquote br button canvas
    caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em
    fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins
    kbd label legend li main map mark menu meter nav noscript ol optgroup option output p picture
    pre progress q rp rt ruby s samp section select small source span strike strong sub summary
    sup table tbody td template textarea tfoot th thead time tr track tt u ul var video wbr
    """
)
_ATTRIBUTES = words(
    """
    abbr accept accept-charset accesskey action align allow allowfullscreen alt autocomplete
    autofocus autoplay axis background bgcolor border cellpadding cellspacing char charoff charset
    checked cite class clear color cols colspan compact contenteditable coords crossorigin data
    datetime decoding default dir dirname disabled download draggable enctype face for form frame
    headers height hidden high href hreflang hspace id inputmode is ismap itemid itemprop itemref
    itemscope itemtype kind label lang list loading longdesc loop low lowsrc max maxlength media
    method min minlength multiple muted name nohref nonce noshade nowrap open optimum pattern ping
    placeholder playsinline poster preload prompt readonly referrerpolicy rel required rev reversed
    rows rowspan rules scope selected shape size sizes span spellcheck src srclang srcset start
    step summary tabindex target title translate type usemap valign value volume vspace width wrap
    """
)
_STYLES = re.compile(
    r"(?:background|border|clear|color|direction|display|float|font|height|letter-spacing"
    r"|line-height|list-style-type|margin|overflow|padding|text-align|text-decoration|text-indent"
    r"|vertical-align|white-space|width|background-color"
    r"|border-(?:bottom|top|left|right|collapse|color|spacing|style|width)"
    r"|font-(?:family|size|style|variant|weight)|(?:margin|padding)-(?:bottom|top|left|right))"
)
_LENGTHS = re.compile(
    r"auto|none|solid|dashed|dotted|black|gray|white|#[0-9a-f]+|\d?\.?\d?\d(?:[a-z]{2}|%)?"
)
_ADDRESSES = {"href", "src", "poster"}
_TREE = "{http://www.w3.org/1999/xhtml}"


def judge_html(report: Report, where: str, html: str) -> None:
    """Report what the service would say of a fragment of HTML."""
    parser = html5lib.HTMLParser(strict=False)
    fragment = parser.parseFragment(html)
    if parser.errors:
        (line, _), fault, _ = parser.errors[0]
        report.add("NotHtml", where, f"not well-formed HTML: {fault} on its line {line}")
    for element in fragment.iter():
        if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT":
            _judge_element(report, where, element)


def judge_addresses(report: Report, where: str, html: str) -> None:
    """Report addresses in HTML that mean something else, or nothing, away from their page.

    The service looks at links and pictures of RSS; we ask the same of every form, for no feed of
    ours sets ``xml:base`` and JSON Feed has nothing like it.
    """
    for element in html5lib.HTMLParser(strict=False).parseFragment(html).iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if name in _ADDRESSES and not re.match(r"[A-Za-z][\w+.-]*:", value.strip()):
                fault = uri_fault(value.strip(), full=False, code="InvalidUriChar", iri=True)
                report.add(fault or "ContainsRelRef", where, f"relative address {value!r}")


def judge_plain_text(
    report: Report, where: str, value: str, *, spelled_in_hex: bool, code: str = "ContainsHTML"
) -> None:
    """Report what readers may take for markup in a value that is meant to be plain text.

    ``spelled_in_hex``: the XML wrote a hexadecimal reference (``&#x3C;``) on this line, which the
    RSS Profile 'Character Data' advises and the service takes as a sign that the text is meant.
    """
    closed = [tag for tag in re.findall(r"</(\w+)>", value) if tag.lower() in _SAFE | _RISKY]
    if closed:
        report.add(code, where, f"reads as HTML: </{closed[0]}>")
    elif spelled_in_hex:
        return
    elif reference := next(filter(_is_reference, re.findall(r"&(#?\w+)", value)), None):
        report.add(code, where, f"reads as a character reference: &{reference}")
    elif report.form == "rss" and re.search(r"<[/A-Za-z]", value):
        report.add("CharacterData", where, "reads as a tag; write < as &#x3C;")


def _is_reference(name: str) -> bool:
    return not name.isalpha() or name in name2codepoint or name == "apos"


def _judge_element(report: Report, where: str, element: Element) -> None:
    tag = element.tag.removeprefix(_TREE).lower()
    if tag not in _SAFE | _RISKY:
        report.add("NotHtml", where, f"no HTML element is called {tag.rpartition('}')[2]}")
        return
    if tag in _RISKY:
        report.add("SecurityRisk", where, f"readers strip <{tag}>")
        return
    for name, value in element.attrib.items():
        if name == "style":
            if not _is_harmless(value):
                report.add("DangerousStyleAttr", where, f"style {value!r}")
        elif name not in _ATTRIBUTES and not name.startswith("data-"):
            report.add("SecurityRiskAttr", where, f"readers strip the attribute {name} of <{tag}>")


def _is_harmless(style: str) -> bool:
    """Whether a style only sets what cannot cover, move or load anything."""
    for declaration in filter(str.strip, style.lower().split(";")):
        name, colon, value = (part.strip() for part in declaration.partition(":"))
        if not colon or not _STYLES.fullmatch(name) or not re.fullmatch(r"[\w\s,#%.!-]+", value):
            return False
        boxed = re.match(r"background|border|margin|padding", name)
        if boxed and not all(map(_LENGTHS.fullmatch, value.split())):
            return False
    return True
