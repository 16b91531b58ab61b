"""Atom 1.0 as the Feed Validation Service reads it (RFC 4287), with archives and tombstones.

Sources: RFC 4287, RFC 5005 (paged and archived feeds), RFC 6721 (deleted entries). The service
knows nothing of RFC 6721 and calls its namespace unknown; what the RFC asks is checked here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from .construct_rules import (
    CATEGORY,
    DUBLIN_CORE,
    GENERATOR,
    LINK_ATTRIBUTES,
    PERSON,
    PICTURE_ADDRESS,
    TEXT_CONSTRUCT,
    link,
    lone_alternates,
    relation,
    text_construct,
)
from .media_rules import MEDIA_ABOUT, MEDIA_FILES
from .shared_rules import Report, canonical, repeated, rfc3339_fault, uri_fault
from .value_rules import address, no_space, not_blank, positive, rfc3339
from .xml_rules import (
    ANYTHING,
    ATOM,
    TOMBSTONES,
    Element,
    child,
    children,
    judge_attributes,
    name_of,
    path_of,
    require,
    rule,
    value_of,
    walk,
)


def _canonical(report: Report, element: Element) -> None:
    """Identifiers are compared letter by letter, so they want one spelling (RFC 4287 4.2.6.1)."""
    value = value_of(element)
    if not uri_fault(value, full=True, code="x") and canonical(value) != value:
        report.add("NonCanonicalURI", path_of(element), f"{value!r} is also {canonical(value)!r}")


_ID = rule(_canonical, no_space, not_blank, address(full=True, code="InvalidFullLink", iri=True))
_MOMENT = rule(rfc3339, no_space)
_LINK = rule(link, many=True, attributes=LINK_ATTRIBUTES, holds=ANYTHING)
_COMMON = {
    **DUBLIN_CORE,
    **MEDIA_ABOUT,
    "atom:author": PERSON,
    "atom:category": CATEGORY,
    "atom:contributor": PERSON,
    "atom:id": _ID,
    "atom:link": _LINK,
    "atom:rights": TEXT_CONSTRUCT,
    "atom:title": TEXT_CONSTRUCT,
    "atom:updated": _MOMENT,
}
_FEED_ONLY = {
    "atom:generator": GENERATOR,
    "atom:icon": PICTURE_ADDRESS,
    "atom:logo": PICTURE_ADDRESS,
    "atom:subtitle": TEXT_CONSTRUCT,
    "fh:archive": rule(holds={}),
    "fh:complete": rule(holds={}),
    "sy:updatePeriod": rule(),
    "sy:updateFrequency": rule(positive),
    "sy:updateBase": rule(),
}


def _links(element: Element) -> list[Element]:
    return [each for each in children(element) if name_of(each) == "atom:link"]


# --- entries ---------------------------------------------------------------------------------


def _content(report: Report, element: Element) -> None:
    text_construct(report, element)
    source, kind = element.get("src"), element.get("type")
    if source is None:
        return
    if fault := uri_fault(source, full=False, code="InvalidURIAttribute"):
        report.add(fault, path_of(element), f"src {source!r}")
    if kind is None:
        report.add("MissingTypeAttr", path_of(element), "content elsewhere wants its type")
    if value_of(element):
        report.add("UnexpectedText", path_of(element), "content is elsewhere")


def _source(report: Report, element: Element) -> None:
    require(report, element, "atom:title", "atom:id", "atom:updated", code="MissingSourceElement")


_ENTRY = {
    **_COMMON,
    **MEDIA_FILES,
    "atom:content": rule(_content, attributes="type src", holds=ANYTHING),
    "atom:published": _MOMENT,
    "atom:source": rule(_source, holds={**_COMMON, **_FEED_ONLY}),
    "atom:summary": TEXT_CONSTRUCT,
}


def _judge_entry(report: Report, entry: Element) -> None:
    where, feed = path_of(entry), entry.getparent()
    require(report, entry, "atom:title", "atom:id", "atom:updated")
    source = child(entry, "atom:source")
    places = [place for place in (entry, source, feed) if place is not None]
    if all(child(place, "atom:author") is None for place in places):
        report.add("MissingElement", where, "no author, here or in the feed (RFC 4287 4.1.2)")
    content, summary = child(entry, "atom:content"), child(entry, "atom:summary")
    if content is None:
        if summary is None:
            report.add("MissingTextualContent", where, "neither content nor summary")
        if not any(relation(each) == "alternate" for each in _links(entry)):
            report.add("MissingContentOrAlternate", where, "no content, and no page that has it")
    elif summary is None and (content.get("src") is not None or _is_binary(content)):
        report.add("MissingSummary", where, "content that is not text (RFC 4287 4.1.2)")
    lone_alternates(report, _links(entry))


def _is_binary(content: Element) -> bool:
    kind = content.get("type", "text")
    return "/" in kind and not kind.endswith(("+xml", "/xml")) and not kind.startswith("text/")


# --- the feed --------------------------------------------------------------------------------


def _judge_metadata(report: Report, feed: Element) -> None:
    require(report, feed, "atom:title", "atom:id", "atom:updated")
    seen_entry = False
    for each in children(feed):
        name = name_of(each)
        if name == "atom:entry":
            seen_entry = True
        elif seen_entry and name.startswith("atom:"):
            report.add("MisplacedMetadata", path_of(each), "stands behind an entry")
    if not any(relation(each) == "self" for each in _links(feed)):
        report.add("MissingSelf", "/", "no link says where this feed is (RFC 4287 4.1.1)")
    lone_alternates(report, _links(feed))


def _judge_archive(report: Report, feed: Element) -> None:
    """RFC 5005 2 and 4: what a complete feed and an archive page must link to."""
    relations = {relation(each): each.get("href", "") for each in _links(feed)}
    paging = {"current", "first", "last", "next", "next-archive", "prev-archive", "previous"}
    complete = child(feed, "fh:complete") is not None
    if complete:
        if relations.get("current", report.url) != report.url:
            report.add("CurrentNotSelfInCompleteFeed", "/", relations["current"])
        for name in sorted(paging & relations.keys() - {"current"}):
            report.add("FeedRelInCompleteFeed", "/", f"a complete feed has no {name}")
    elif child(feed, "fh:archive") is not None:
        if not {"prev-archive", "next-archive"} & relations.keys():
            report.add("ArchiveIncomplete", "/", "no way to the archive before or after")
        if "current" not in relations:
            report.add("MissingCurrentInArchive", "/", "no way to the feed itself")
    for end, beyond in (("first", "previous"), ("last", "next")):
        if relations.get(end) == report.url and beyond in relations:
            report.add("LinkPastEnd", "/", f"{beyond} of the {end} page")


# RFC 6721 3: a person, a text, links and a source, and whatever another vocabulary adds.
_DELETED_ENTRY = {
    f"{{{TOMBSTONES}}}by": replace(PERSON, twice="DuplicateElement"),
    f"{{{TOMBSTONES}}}comment": TEXT_CONSTRUCT,
    "atom:link": _LINK,
    "atom:source": _ENTRY["atom:source"],
}


def _judge_tombstones(report: Report, feed: Element) -> None:
    """RFC 6721 3: which entry, when, each once; and it must not be in the feed as well."""
    alive = {
        value_of(mark): datetime.fromisoformat(value_of(moment))
        for entry in children(feed)
        if (mark := child(entry, "atom:id")) is not None
        and (moment := child(entry, "atom:updated")) is not None
        and rfc3339_fault(value_of(moment), report.now) is None
    }
    stones = [each for each in children(feed) if each.tag == f"{{{TOMBSTONES}}}deleted-entry"]
    for again in repeated(f"{stone.get('ref')} {stone.get('when')}" for stone in stones):
        report.add("DuplicateDeletedEntry", "/", f"two tombstones say {again!r}")
    for stone in stones:
        judge_attributes(report, stone, ["ref", "when"])
        walk(report, stone, _DELETED_ENTRY)
        where, ref, when = path_of(stone), stone.get("ref"), stone.get("when")
        if ref is None or when is None:
            report.add("MissingAttribute", where, "deleted-entry needs ref and when")
            continue
        if fault := uri_fault(ref, full=True, code="InvalidFullLink", iri=True):
            report.add(fault, where, f"ref {ref!r}")
        if fault := rfc3339_fault(when, report.now):
            report.add(fault, where, f"when {when!r}")
        elif ref in alive and alive[ref] <= datetime.fromisoformat(when):
            report.add("DeletedEntryPresent", where, f"{ref!r} is still an entry of this feed")


def judge_atom(report: Report, root: Element) -> None:
    """Report what is wrong with an Atom feed document."""
    if root.tag != f"{{{ATOM}}}feed":
        code = "InvalidNamespace" if str(root.tag).endswith("feed") else "UndefinedElement"
        report.add(code, "/", f"the root of Atom is feed in {ATOM}, not {root.tag}")
        return
    judge_attributes(report, root, [])
    _judge_metadata(report, root)
    _judge_archive(report, root)
    _judge_tombstones(report, root)
    entries = rule(_judge_entry, many=True, holds=_ENTRY)
    walk(report, root, {**_COMMON, **_FEED_ONLY, "atom:entry": entries})
    found = [each for each in children(root) if name_of(each) == "atom:entry"]
    for name, code in (("atom:id", "DuplicateEntries"), ("atom:updated", "DuplicateUpdated")):
        marks = [value_of(mark) for each in found if (mark := child(each, name)) is not None]
        for again in repeated(marks):
            report.add(code, "/", f"two entries say {again!r}")
