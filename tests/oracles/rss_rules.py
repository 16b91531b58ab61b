"""RSS 2.0 with the namespaces of a news feed, as the Feed Validation Service reads it.

Sources: RSS 2.0 (rssboard.org/rss-specification), the RSS Profile, and the modules content,
Dublin Core, Media RSS, Atom in RSS and RFC 5005.
"""

from __future__ import annotations

import re

from .construct_rules import (
    CATEGORY,
    DUBLIN_CORE,
    GENERATOR,
    LINK_ATTRIBUTES,
    PERSON,
    PICTURE_ADDRESS,
    TEXT_CONSTRUCT,
    link,
    relation,
)
from .html_rules import judge_plain_text
from .media_rules import MEDIA_ABOUT, MEDIA_FILES
from .shared_rules import Report, is_email, is_http_url, is_mime_type, repeated, uri_fault
from .value_rules import (
    address,
    full_url,
    html,
    language,
    not_blank,
    plain_text,
    positive,
    rfc822,
    rfc3339,
)
from .xml_rules import (
    ANYTHING,
    Element,
    Rule,
    child,
    children,
    judge_attributes,
    name_of,
    path_of,
    require,
    rule,
    spelled_in_hex,
    value_of,
    walk,
)

# --- elements of an item ---------------------------------------------------------------------


def _mailbox(report: Report, element: Element) -> None:
    """``someone@host (Some One)``: RSS 2.0 says address, the RSS Profile how to add the name."""
    where, value = path_of(element), value_of(element).removeprefix("mailto:")
    mail, _, name = value.partition(" ")
    if "@" in value and not name:
        report.add("MissingRealName", where, f"{value!r} has no (Name) behind it")
    elif "@" in value and not re.fullmatch(r"\(.+\)", name):
        report.add("EmailFormat", where, f"{value!r} is not 'address (Name)'")
    elif not is_email(mail):
        report.add("InvalidContact", where, f"{value!r} is no address; dc:creator takes a name")
    judge_plain_text(report, where, value, spelled_in_hex=spelled_in_hex(report, element))


def _enclosure(report: Report, element: Element) -> None:
    where = path_of(element)
    url, length, mime = (element.get(name) for name in ("url", "length", "type"))
    for name, value in (("url", url), ("length", length), ("type", mime)):
        if value is None:
            report.add("MissingAttribute", where, name)
    if url is not None and not is_http_url(url):
        report.add("InvalidURLAttribute", where, f"url {url!r}")
    if length == "-1":
        report.add("UseZeroForUnknown", where, "length -1")
    elif length is not None and not re.fullmatch(r"\d+", length):
        report.add("InvalidIntegerAttribute", where, f"length {length!r}")
    if mime is not None and not is_mime_type(mime):
        report.add("InvalidMIMEAttribute", where, f"type {mime!r}")


def _guid(report: Report, element: Element) -> None:
    where, value, permalink = path_of(element), value_of(element), element.get("isPermaLink")
    if permalink not in {None, "true", "false"}:
        report.add("InvalidBooleanAttribute", where, f"isPermaLink {permalink!r}")
    elif permalink != "false":
        fault = uri_fault(value, full=True, code="InvalidHttpGUID")
        if not fault and value.lower().startswith(("tag:", "urn:uuid:")):
            fault = "InvalidPermalink"
        if fault:
            report.add(fault, where, f"{value!r} is not a page; say isPermaLink='false'")
    elif re.fullmatch(r"\d{1,8}", value):
        report.add("NotSufficientlyUnique", where, repr(value))


def _source(report: Report, element: Element) -> None:
    url = element.get("url")
    if url is None:
        report.add("MissingAttribute", path_of(element), "url")
    elif fault := uri_fault(url, full=True, code="InvalidFullLink"):
        report.add(fault, path_of(element), f"url {url!r}")


_ATOM_LINK = rule(link, many=True, attributes=LINK_ATTRIBUTES, holds=ANYTHING)
_ATOM_AUTHOR = Rule(PERSON.checks, PERSON.attributes, PERSON.holds)
_COMMON = {**DUBLIN_CORE, **MEDIA_ABOUT, "atom:link": _ATOM_LINK, "atom:contributor": PERSON}
_CATEGORY = rule(plain_text, many=True, attributes="domain")
_ITEM = {
    **_COMMON,
    **MEDIA_FILES,
    "dc:date": Rule(DUBLIN_CORE["dc:date"].checks, twice=None),
    "title": rule(plain_text, not_blank),
    "link": rule(full_url),
    "description": rule(html),
    "content:encoded": rule(html),
    "author": rule(_mailbox),
    "category": Rule((*_CATEGORY.checks, not_blank), _CATEGORY.attributes, twice=None),
    "comments": rule(full_url),
    "enclosure": rule(
        _enclosure, attributes="url length type", holds=ANYTHING, twice="DuplicateEnclosure"
    ),
    "guid": rule(_guid, not_blank, attributes="isPermaLink"),
    "pubDate": rule(rfc822),
    "source": rule(_source, plain_text, attributes="url"),
    "atom:author": _ATOM_AUTHOR,
    "atom:content": TEXT_CONSTRUCT,
    "atom:id": rule(full_url),
    "atom:published": rule(rfc3339),
    "atom:summary": TEXT_CONSTRUCT,
    "atom:title": TEXT_CONSTRUCT,
    "atom:updated": rule(rfc3339),
}
_SAID_TWICE = (
    ("author", "dc:creator"),
    ("category", "dc:subject"),
    ("pubDate", "dc:date"),
    ("pubDate", "atom:published"),
    ("guid", "atom:id"),
    ("source", "dc:source"),
)


def _judge_item(report: Report, item: Element) -> None:
    where, names = path_of(item), [name_of(each) for each in children(item)]
    if "title" not in names and "description" not in names:
        report.add("ItemMustContainTitleOrDescription", where, "neither is there")
    if "guid" not in names:
        report.add("MissingGuid", where, "readers cannot tell this item from another")
    if "content:encoded" in names:
        before = names[: names.index("content:encoded")]
        if "description" not in before:
            report.add("NeedDescriptionBeforeContent", where, "the first of the two is the summary")
    for core, extension in _SAID_TWICE:
        if core in names and extension in names:
            report.add("DuplicateItemSemantics", where, f"both {core} and {extension}")


# --- elements of the channel -----------------------------------------------------------------


def _image(report: Report, element: Element) -> None:
    where = path_of(element)
    require(report, element, "title", code="MissingTitle")
    require(report, element, "url")
    require(report, element, "link", code="MissingLink")
    channel = element.getparent()
    for name, code in (("title", "ImageTitleDoesntMatch"), ("link", "ImageLinkDoesntMatch")):
        mine = child(element, name)
        theirs = child(channel, name) if channel is not None else None
        if mine is not None and theirs is not None and value_of(mine) != value_of(theirs):
            report.add(code, where, f"{value_of(mine)!r} is not the channel's {name}")


def _image_format(report: Report, element: Element) -> None:
    ending = value_of(element).rpartition(".")[2].lower()
    if re.fullmatch(r"\w+", ending) and ending not in {"jpg", "jpeg", "gif", "png"}:
        report.add("ImageUrlFormat", path_of(element), f"{ending}: RSS shows JPEG, GIF and PNG")


def _image_width(report: Report, element: Element) -> None:
    if not re.fullmatch(r"\d+", value_of(element)) or not 1 <= int(value_of(element)) <= 144:
        report.add("InvalidWidth", path_of(element), repr(value_of(element)))


def _image_height(report: Report, element: Element) -> None:
    if not re.fullmatch(r"\d+", value_of(element)) or not 1 <= int(value_of(element)) <= 400:
        report.add("InvalidHeight", path_of(element), repr(value_of(element)))


def _text_input(report: Report, element: Element) -> None:
    report.add("AvoidTextInput", path_of(element), "no reader shows it")


_CORE = {  # must stand before the items
    "title": rule(plain_text, not_blank),
    "link": rule(full_url),
    "description": rule(plain_text),
    "language": rule(language),
    "copyright": rule(plain_text),
    "managingEditor": rule(_mailbox),
    "webMaster": rule(_mailbox),
    "pubDate": rule(rfc822),
    "lastBuildDate": rule(rfc822),
    "category": _CATEGORY,
    "generator": rule(),
    "docs": rule(full_url),
    "cloud": rule(attributes="domain port path registerProcedure protocol"),
    "ttl": rule(positive),
    "image": rule(
        _image,
        holds={
            "title": rule(plain_text, not_blank),
            "link": rule(full_url),
            "url": rule(full_url, _image_format),
            "width": rule(_image_width),
            "height": rule(_image_height),
            "description": rule(plain_text),
        },
    ),
    "rating": rule(),
    "textInput": rule(_text_input, holds=ANYTHING),
    "skipHours": rule(holds=ANYTHING),
    "skipDays": rule(holds=ANYTHING),
    "atom:link": _ATOM_LINK,
}
_CHANNEL = {
    **_COMMON,
    **_CORE,
    "item": rule(_judge_item, many=True, holds=_ITEM),
    "sy:updatePeriod": rule(),
    "sy:updateFrequency": rule(positive),
    "sy:updateBase": rule(),
    "fh:archive": rule(holds={}),
    "fh:complete": rule(holds={}),
    "atom:author": PERSON,
    "atom:category": CATEGORY,
    "atom:generator": GENERATOR,
    "atom:icon": PICTURE_ADDRESS,
    "atom:id": rule(address(full=True, code="InvalidFullLink")),
    "atom:logo": PICTURE_ADDRESS,
    "atom:rights": TEXT_CONSTRUCT,
    "atom:subtitle": TEXT_CONSTRUCT,
    "atom:title": TEXT_CONSTRUCT,
    "atom:updated": rule(rfc3339),
}
_CHANNEL_SAID_TWICE = (
    ("managingEditor", "dc:creator"),
    ("webMaster", "dc:publisher"),
    ("category", "dc:subject"),
    ("pubDate", "dc:date"),
    ("lastBuildDate", "dcterms:modified"),
    ("language", "dc:language"),
    ("copyright", "dc:rights"),
)


def _judge_channel(report: Report, channel: Element) -> None:
    within = children(channel)
    names = [name_of(each) for each in within]
    for name in ("title", "link", "description"):
        require(report, channel, name, code=f"Missing{name.capitalize()}")
    if not any(name_of(each) == "atom:link" and relation(each) == "self" for each in within):
        report.add("MissingAtomSelfLink", "channel", "no atom:link says where this feed is")
    first = names.index("item") if "item" in names else len(names)
    for late in within[first:]:
        if name_of(late) in _CORE:
            report.add("MisplacedItem", path_of(late), "stands behind an item")
    for core, extension in _CHANNEL_SAID_TWICE:
        if core in names and extension in names:
            report.add("DuplicateSemantics", "channel", f"both {core} and {extension}")
    items = [each for each in within if name_of(each) == "item"]
    for name in ("guid", "atom:id"):
        marks = [value_of(mark) for item in items if (mark := child(item, name)) is not None]
        for again in repeated(marks):
            report.add("DuplicateValue", "channel", f"{name} {again!r} names two items")


def judge_rss(report: Report, root: Element) -> None:
    """Report what is wrong with an RSS 2.0 document."""
    if root.tag != "rss":
        report.add("UndefinedElement", "/", f"the root of RSS is rss, not {root.tag}")
        return
    judge_attributes(report, root, ["version"])
    version = root.get("version")
    if version is None:
        report.add("MissingAttribute", "/", "version")
    elif version != "2.0":
        report.add("InvalidRSSVersion", "/", repr(version))
    require(report, root, "channel")
    walk(report, root, {"channel": rule(_judge_channel, holds=_CHANNEL)})
