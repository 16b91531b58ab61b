"""What RSS and Atom have in common: reading XML, namespaces, and tables of elements to walk by.

A table maps the names an element may hold to what is asked of each; names carry the prefix that
the service prefers, whatever prefix the document wrote. Elements of other vocabularies are let be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias, cast

from lxml import etree

from .shared_rules import Report, bad_characters, is_language

Element: TypeAlias = "etree._Element"
Check = Callable[[Report, Element], None]

XML = "{http://www.w3.org/XML/1998/namespace}"
ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "http://search.yahoo.com/mrss/"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_LIMIT = 5_000_000

# Namespaces whose elements the tables of this package name.
_JUDGED = {
    ATOM: "atom",
    MEDIA: "media",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
}
# Namespaces that the service knows and that these rules let be.
_LET_BE = {
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://www.georss.org/georss": "georss",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://wellformedweb.org/CommentAPI/": "wfw",
    "http://backend.userland.com/creativeCommonsRssModule": "creativeCommons",
    "http://a9.com/-/spec/opensearch/1.1/": "opensearch",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
_NAMED_ONLY = {  # known by name, never judged: the service says so in a warning
    "http://schema.org/",
    "https://schema.org/",
    "https://podcastindex.org/namespace/1.0",
    "http://schemas.google.com/g/2005",
}
_PREFIXES = {prefix: uri for uri, prefix in (_JUDGED | _LET_BE).items()}


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked of one element in one place.

    ``holds``: the table of its children; None for text only; ``ANYTHING`` to let it be.
    ``twice``: the code of a second one beside it; None where it may be repeated.
    """

    checks: tuple[Check, ...] = ()
    attributes: frozenset[str] = frozenset()
    holds: Mapping[str, Rule] | None = None
    twice: str | None = "DuplicateElement"


Table: TypeAlias = Mapping[str, Rule]
ANYTHING: Table = MappingProxyType({})


def rule(
    *checks: Check,
    attributes: str = "",
    holds: Table | None = None,
    many: bool = False,
    twice: str = "DuplicateElement",
) -> Rule:
    """Shorthand for a :class:`Rule`; ``attributes`` are names with spaces between them."""
    return Rule(checks, frozenset(attributes.split()), holds, None if many else twice)


# --- reading ---------------------------------------------------------------------------------


def parse(report: Report, data: bytes) -> Element | None:
    """Read a document without entities, DTD or network; None, with a finding, if it is not XML."""
    if len(data) > _LIMIT:
        report.add("ValidatorLimit", "/", f"{len(data)} bytes are more than the {_LIMIT} it reads")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        unknown = re.search(r"Entity '(\w+)' not defined", str(fault))
        report.add("UndefinedNamedEntity" if unknown else "SAXError", "/", str(fault))
        return None
    declared = root.getroottree().docinfo
    if declared.xml_version != "1.0":
        report.add("BadXmlVersion", "/", f"XML {declared.xml_version}")
    if (declared.encoding or "UTF-8").upper() != "UTF-8":
        report.add("ObscureEncoding", "/", f"encoding {declared.encoding}")
    if b"<!DOCTYPE" in data[: data.find(b"<" + _tag(root).encode())]:
        report.add("InvalidDoctype", "/", "a feed needs no document type")
    if not re.search(rb"<(rss|feed)\b", data[:512]):
        report.add(
            "NonSpecificMediaType", "/", "the root does not start within the first 512 bytes"
        )
    return root


def name_of(element: Element) -> str:
    """``prefix:local`` with the preferred prefix, ``local`` with none, else ``{uri}local``."""
    qname = etree.QName(element)
    if not qname.namespace:
        return qname.localname
    prefix = _JUDGED.get(qname.namespace)
    return f"{prefix}:{qname.localname}" if prefix else str(element.tag)


def children(element: Element) -> list[Element]:
    """The child elements, without comments and instructions."""
    return [child for child in element if isinstance(child.tag, str)]


def child(element: Element, name: str) -> Element | None:
    """The first child of this name."""
    return next((each for each in children(element) if name_of(each) == name), None)


def local_name(element: Element) -> str:
    """The name without its namespace."""
    return str(etree.QName(element).localname)


def text_of(element: Element) -> str:
    """All text inside, as it stands."""
    return str(element.xpath("string()"))


def value_of(element: Element) -> str:
    """All text inside, stripped."""
    return text_of(element).strip()


def path_of(element: Element) -> str:
    """Where an element is, such as ``channel/item[2]/guid``."""
    steps: list[str] = []
    here: Element | None = element
    while here is not None and (above := here.getparent()) is not None:
        alike = [each for each in children(above) if each.tag == here.tag]
        place = f"[{alike.index(here) + 1}]" if len(alike) > 1 else ""
        steps.append(name_of(here).rpartition("}")[2].removeprefix("atom:") + place)
        here = above
    return "/".join(reversed(steps)) or "/"


def spelled_in_hex(report: Report, element: Element) -> bool:
    """Whether the line on which an element starts writes a character as ``&#x…;``."""
    line = cast("int | None", element.sourceline) or 1
    return b"&#x" in b"".join(report.lines[line - 1 : line])


def _tag(root: Element) -> str:
    """The name of the root as the document spells it."""
    return f"{root.prefix}:{local_name(root)}" if root.prefix else local_name(root)


# --- the whole document ----------------------------------------------------------------------


def judge_document(report: Report, root: Element) -> None:
    """Report on namespaces, characters, languages and foreign attributes, anywhere in the tree."""
    declared: set[tuple[str | None, str]] = set()
    for element in root.iter("*"):
        declared |= set(element.nsmap.items())
        for text in (element.text, *(each.tail for each in element), *element.attrib.values()):
            if found := bad_characters(str(text or "")):
                report.add("BadCharacters", path_of(element), found)
        language = element.get(f"{XML}lang")
        if language and not is_language(language):
            report.add("InvalidLanguage", path_of(element), f"xml:lang {language!r}")
    for prefix, uri in sorted(declared, key=str):
        _judge_namespace(report, prefix, uri)


def _judge_namespace(report: Report, prefix: str | None, uri: str) -> None:
    if uri == MEDIA.rstrip("/"):
        report.add("MediaRssNamespace", "/", "the Media RSS namespace ends with a slash")
    elif uri in _NAMED_ONLY:
        report.add("UnsupportedNamespace", "/", uri)
    elif uri not in _JUDGED and uri not in _LET_BE:
        report.add("UnknownNamespace", "/", uri)
    if prefix and _PREFIXES.get(prefix, uri) != uri and uri != MEDIA.rstrip("/"):
        report.add("ReservedPrefix", "/", f"{prefix} stands for {_PREFIXES[prefix]}")
    if report.form == "atom" and prefix in {"atom", "xhtml"}:
        report.add("AvoidNamespacePrefix", "/", f"some readers only know {uri} without a prefix")


# --- walking a table -------------------------------------------------------------------------


def walk(report: Report, parent: Element, table: Table) -> None:
    """Judge the children of ``parent`` by the table that says what it may hold."""
    seen: set[str] = set()
    for element in children(parent):
        name = name_of(element)
        rule_ = table.get(name)
        if rule_ is None:
            _judge_stranger(report, element, name)
            continue
        if name in seen and rule_.twice:
            report.add(rule_.twice, path_of(element), f"one {name} more")
        seen.add(name)
        judge_attributes(report, element, rule_.attributes)
        if rule_.holds is None:
            for inner in children(element):
                report.add("UndefinedElement", path_of(inner), f"{name} holds text only")
        elif rule_.holds is not ANYTHING:
            walk(report, element, rule_.holds)
        for check in rule_.checks:
            check(report, element)
    if str(parent.text or "").strip() or any(str(each.tail or "").strip() for each in parent):
        report.add("UnexpectedText", path_of(parent), "text between its elements")


def judge_attributes(report: Report, element: Element, expected: Iterable[str]) -> None:
    """Report attributes that neither this element nor XML itself knows."""
    for name in element.attrib:
        qname = etree.QName(str(name))
        if not qname.namespace:
            if qname.localname not in expected:
                report.add("UnexpectedAttribute", path_of(element), qname.localname)
        elif str(name).startswith(XML):
            if qname.localname not in {"base", "id", "lang", "space"}:
                report.add("UnexpectedAttribute", path_of(element), f"xml:{qname.localname}")
        elif not etree.QName(element).namespace and qname.namespace not in _JUDGED | _LET_BE:
            report.add("UseOfExtensionAttr", path_of(element), str(name))


def _judge_stranger(report: Report, element: Element, name: str) -> None:
    if name.startswith("{"):
        return  # another vocabulary: RSS 2.0 and RFC 4287 6 both allow it
    prefix = name.partition(":")[0] if ":" in name else ""
    core = report.form == "atom" and prefix == "atom"
    lost = prefix in {"atom", "dc", "dcterms"} and not core
    report.add(
        "QuestionableUsage" if lost else "UndefinedElement",
        path_of(element),
        f"{name} does not belong here",
    )


def require(report: Report, parent: Element, *names: str, code: str = "MissingElement") -> None:
    """Report each of these children that ``parent`` lacks."""
    for name in names:
        if child(parent, name) is None:
            report.add(code, path_of(parent), f"no {name}")
