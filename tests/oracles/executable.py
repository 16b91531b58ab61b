"""Whether HTML runs, loads or shows anything that a news body should not: the strict rule.

A list of what is harmless, by the HTML Living Standard and not by what the product lets pass: any
other element, attribute, namespace, scheme or comment is named. Addresses are read as browsers
read them (URL Living Standard, "basic URL parser": leading controls, tabs and line ends go).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

from .shared_rules import words

HTML = "{http://www.w3.org/1999/xhtml}"
ELEMENTS = words(
    """
    a abbr acronym address article aside audio b bdi big blockquote br caption cite code col
    colgroup data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6
    header hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp section small source
    span strike strong sub summary sup table tbody td tfoot th thead time tr track tt u ul var
    video wbr
    """
)
ATTRIBUTES = words(
    """
    abbr align alt cite class colspan controls datetime default dir headers height href hreflang
    id kind label lang loop media muted open playsinline poster preload rel reversed rowspan scope
    sizes span src srclang srcset start title type valign value width
    """
)
LINKS = frozenset({"href", "cite"})
MEDIA = frozenset({"src", "poster"})
_FOR_LINKS = frozenset({"", "http", "https", "mailto", "tel"})
_FOR_MEDIA = frozenset({"", "http", "https"})
# Ids and classes that a reader's or a page's own script may look for are not ours to set.
_NAMES = re.compile(
    r"(?:(?:fn|fnref|part)-[\w-]+|language-[\w+#.-]+|credit|callout(?:-[\w-]+)?|corrections"
    r"|footnotes?|reversefootnote|byline|standfirst)"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# What a page of ours has besides: nothing that loads, and nothing that takes the reader elsewhere.
_PAGE = words("html head title meta link style body")
_METAS = frozenset({"viewport", "description", "robots"})
_LINK_KINDS = frozenset({"canonical", "alternate"})
_IN_STYLE = re.compile(r"@import|url\s*\(|expression|behavior|binding|[<\\]", re.IGNORECASE)


def executable(html: str, *, is_page: bool = False) -> list[str]:
    """Name what should not be in a body, or in a whole page, in the order of the tree."""
    found = [f"forbidden character {match[0]!r}" for match in _CONTROLS.finditer(html)]
    parser = html5lib.HTMLParser(strict=False)
    root = parser.parse(html) if is_page else parser.parseFragment(html)
    for element in root.iter():
        if not isinstance(element.tag, str):
            found.append(f"a comment or an instruction: {element.text!r}")
        elif element.tag == "<!DOCTYPE>" and is_page:
            continue
        elif element.tag not in ("DOCUMENT_FRAGMENT", "DOCUMENT_ROOT"):
            found.extend(_judged(element, is_page=is_page))
    return found


def media(html: str) -> set[str]:
    """Give the addresses that a body loads when it is shown: those of its pictures and players."""
    found = set()
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        for name, value in element.attrib.items():
            if name in MEDIA:
                found.add(value)
            elif name == "srcset":
                found.update(_candidates(value))
    return found


def scheme(address: str) -> str:
    """Give the scheme that a browser finds in an address, in lower case; empty for none."""
    bare = re.sub("[\t\n\r]", "", address).lstrip("".join(map(chr, range(0x21))))
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", bare)
    return match[1].lower() if match else ""


def _candidates(value: str) -> Iterator[str]:
    """HTML section 4.8.4.2.2: spaces end an address, a comma behind it ends the candidate."""
    for match in re.finditer(r"[\s,]*(\S+)(?:\s[^,]*)?", value):
        yield match[1].rstrip(",")


def _judged(element: Element, *, is_page: bool) -> Iterator[str]:
    if not element.tag.startswith(HTML):
        yield f"<{element.tag}> of another namespace"
        return
    tag = element.tag.removeprefix(HTML)
    if is_page and tag in _PAGE:
        yield from _judged_in_page(element, tag)
        return
    if tag not in ELEMENTS:
        yield f"<{tag}>"
    for name, value in element.attrib.items():
        if not isinstance(name, str) or name not in ATTRIBUTES:
            yield f"<{tag} {name}>"
        elif name in LINKS and scheme(value) not in _FOR_LINKS:
            yield f"<{tag} {name}> leads to {value!r}"
        elif name in MEDIA and scheme(value) not in _FOR_MEDIA:
            yield f"<{tag} {name}> loads {value!r}"
        elif name == "srcset":
            for address in _candidates(value):
                if scheme(address) not in _FOR_MEDIA:
                    yield f"<{tag} srcset> loads {address!r}"
        elif name in ("id", "class"):
            for word in value.split():
                if not _NAMES.fullmatch(word):
                    yield f"<{tag} {name}> is {word!r}"


def _judged_in_page(element: Element, tag: str) -> Iterator[str]:
    attributes = element.attrib
    match tag:
        case "meta":
            name = attributes.get("name", "")
            is_ours = (
                set(attributes) == {"charset"}
                or (set(attributes) == {"name", "content"} and name in _METAS)
                or (set(attributes) == {"property", "content"})
            )
            if not is_ours:
                yield f"<meta> with {dict(attributes)}"
        case "link":
            is_known = attributes.get("rel") in _LINK_KINDS
            is_plain = set(attributes) <= {"rel", "href", "type", "title"}
            if not is_known or not is_plain or scheme(attributes.get("href", "")) not in _FOR_MEDIA:
                yield f"<link> with {dict(attributes)}"
        case "style":
            if attributes or _IN_STYLE.search(element.text or ""):
                yield f"<style> of {element.text!r}"
        case _:
            if set(attributes) - {"lang"}:
                yield f"<{tag}> with {dict(attributes)}"
