"""The elements both forms use: links, persons and text constructs (RFC 4287), Dublin Core."""

from __future__ import annotations

import re

from .html_rules import judge_addresses, judge_html, judge_plain_text
from .shared_rules import (
    Report,
    canonical,
    holds_email,
    is_email,
    is_language,
    is_mime_type,
    uri_fault,
    words,
)
from .value_rules import address, language, no_space, not_blank, plain_text, w3cdtf
from .xml_rules import (
    ANYTHING,
    Element,
    Rule,
    children,
    local_name,
    path_of,
    require,
    rule,
    spelled_in_hex,
    text_of,
    value_of,
)

# --- atom:link (RFC 4287 4.2.7) --------------------------------------------------------------

_PAGING = words("current first last next next-archive prev-archive previous")  # RFC 5005
_RELATIONS = _PAGING | words(
    """
    alternate describedby edit edit-media enclosure hub license payment related replies search
    self service up via
    """
)
LINK_ATTRIBUTES = "href rel type title length hreflang"


def relation(link: Element) -> str:
    """The relation of a link, ``alternate`` when it says none."""
    return link.get("rel", "alternate").removeprefix("http://www.iana.org/assignments/relation/")


_FEED_TYPES = {"application/atom+xml", "application/rss+xml", "application/rdf+xml"}


def link(report: Report, element: Element) -> None:
    """An atom:link, in a feed, an entry, a channel or an item."""
    parent = element.getparent()
    owner = local_name(parent) if parent is not None else ""
    _link_relation(report, element, owner)
    _link_hints(report, element)
    _link_address(report, element, owner)
    if value_of(element):
        report.add("AtomLinkNotEmpty", path_of(element), "text in a link")


def _link_relation(report: Report, element: Element, owner: str) -> None:
    where, rel, mime = path_of(element), relation(element), element.get("type")
    if not rel:
        report.add("AttrNotBlank", where, "rel")
    elif rel not in _RELATIONS and uri_fault(rel, full=True, code="x", iri=True):
        report.add("UnregisteredAtomLinkRel", where, f"rel {rel!r}")
    if rel in _PAGING and owner == "entry":
        report.add("FeedHistoryRelInEntry", where, f"rel {rel!r} is about a feed")
    if mime is not None and not is_mime_type(mime):
        report.add("InvalidMIMEType", where, f"type {mime!r}")
    elif rel == "self" and mime and mime.partition(";")[0] not in _FEED_TYPES:
        report.add("SelfNotAtom", where, f"type {mime!r}")


def _link_hints(report: Report, element: Element) -> None:
    where = path_of(element)
    title, length, language_ = (element.get(name) for name in ("title", "length", "hreflang"))
    if title is not None:
        if not title:
            report.add("AttrNotBlank", where, "title")
        judge_plain_text(report, where, title, spelled_in_hex=spelled_in_hex(report, element))
    if length is not None and not re.fullmatch(r"\d+", length):
        report.add("InvalidNonNegativeInteger", where, f"length {length!r}")
    if language_ is not None and not is_language(language_):
        report.add("InvalidLanguage", where, f"hreflang {language_!r}")


def _link_address(report: Report, element: Element, owner: str) -> None:
    where, href = path_of(element), element.get("href")
    if href is None:
        report.add("MissingHref", where, "no href")
        return
    if fault := uri_fault(href, full=False, code="InvalidIRI", iri=True):
        report.add(fault, where, f"href {href!r}")
    if relation(element) == "self" and owner in {"feed", "channel"}:
        if not re.match(r"\w+:", href):
            report.add("RelativeSelf", where, repr(href))
        elif canonical(href.partition("#")[0]) != canonical(report.url):
            report.add("SelfDoesntMatchLocation", where, f"{href!r} is not {report.url!r}")


def lone_alternates(report: Report, links: list[Element]) -> None:
    """At most one alternate of each type and language (RFC 4287 4.1.1, 4.1.2)."""
    seen: set[tuple[str, str]] = set()
    for each in links:
        kind = (each.get("type", ""), each.get("hreflang", ""))
        if relation(each) == "alternate":
            if kind in seen:
                report.add("DuplicateAtomLink", path_of(each), f"a second alternate {kind}")
            seen.add(kind)


# --- Atom constructs (RFC 4287 3) ------------------------------------------------------------


def text_construct(report: Report, element: Element) -> None:
    """Plain text, or the type it declares; in RSS, one more way to say what RSS already says."""
    where, kind = path_of(element), element.get("type", "text")
    if report.form == "rss" and element.get("src") is None and not where.endswith("summary"):
        report.add("DuplicateDescriptionSemantics", where, "RSS has its own element for this")
    if kind not in {"text", "html", "xhtml"}:
        content = local_name(element) == "content"
        good = content and is_mime_type(kind) and not kind.startswith("multipart/")
        if not good:
            report.add("InvalidTextType" if "/" in kind else "InvalidMIMEType", where, repr(kind))
        return
    value = text_of(element)
    if not value.strip() and not children(element) and element.get("src") is None:
        report.add("NotBlank", where, "is empty")
    if kind == "xhtml":
        inside = children(element)
        if len(inside) != 1 or inside[0].tag != "{http://www.w3.org/1999/xhtml}div":
            report.add("MissingXhtmlDiv", where, "xhtml is one div (RFC 4287 3.1.1.3)")
        return
    for inner in children(element):
        report.add("UndefinedElement", path_of(inner), f"type {kind} holds text only")
    if kind == "html":
        judge_html(report, where, value)
        judge_addresses(report, where, value)
    else:
        hexed = spelled_in_hex(report, element)
        judge_plain_text(report, where, value, spelled_in_hex=hexed, code="ContainsUndeclaredHTML")


def _person_name(report: Report, element: Element) -> None:
    if holds_email(value_of(element)):
        report.add("ContainsEmail", path_of(element), "an address in a name")


def _person_email(report: Report, element: Element) -> None:
    if not is_email(value_of(element)):
        report.add("InvalidAddrSpec", path_of(element), repr(value_of(element)))


def _named(report: Report, element: Element) -> None:
    require(report, element, "atom:name")


PERSON = rule(
    _named,
    many=True,
    holds={
        "atom:name": rule(plain_text, not_blank, _person_name),
        "atom:email": rule(_person_email),
        "atom:uri": rule(not_blank, no_space, address(full=False, code="InvalidIRI", iri=True)),
    },
)


def _category(report: Report, element: Element) -> None:
    where, term = path_of(element), element.get("term")
    if term is None:
        report.add("MissingAttribute", where, "term")
    elif not term.strip():
        report.add("NotBlank", where, "term")
    scheme = element.get("scheme")
    if scheme is not None and (fault := uri_fault(scheme, full=True, code="InvalidFullLink")):
        report.add(fault, where, f"scheme {scheme!r}")
    if label := element.get("label"):
        judge_plain_text(report, where, label, spelled_in_hex=spelled_in_hex(report, element))


CATEGORY = rule(_category, many=True, attributes="term scheme label", holds=ANYTHING)


def _generator(report: Report, element: Element) -> None:
    uri = element.get("uri")
    if uri is not None and uri_fault(uri, full=False, code="x"):
        report.add("InvalidURIAttribute", path_of(element), f"uri {uri!r}")


GENERATOR = rule(_generator, not_blank, plain_text, attributes="uri version")
PICTURE_ADDRESS = rule(not_blank, no_space, address(full=False, code="InvalidLink"))
TEXT_CONSTRUCT = rule(text_construct, attributes="type", holds=ANYTHING)

# --- Dublin Core -----------------------------------------------------------------------------

_MANY = Rule(twice=None)
DUBLIN_CORE = {
    **dict.fromkeys(["dc:title", "dc:description", "dc:type", "dc:format", "dc:source"], rule()),
    **dict.fromkeys(["dc:creator", "dc:subject", "dc:publisher", "dc:contributor"], _MANY),
    **dict.fromkeys(["dc:identifier", "dc:relation", "dc:coverage"], _MANY),
    "dc:date": rule(w3cdtf),
    "dc:language": rule(language),
    "dc:rights": rule(plain_text),
    **dict.fromkeys(["dcterms:created", "dcterms:issued", "dcterms:modified"], rule(w3cdtf)),
    **dict.fromkeys(["dcterms:abstract", "dcterms:dateCopyrighted"], rule()),
    **dict.fromkeys(
        [
            f"dcterms:{name}"
            for name in ("valid", "available", "spatial", "license", "rightsHolder")
        ],
        Rule(holds=ANYTHING, twice=None),
    ),
}
