"""JSON Feed 1.1 (jsonfeed.org/version/1.1), which the W3C's service does not read.

Codes are the service's where it has one for the same fault. Strictness is a publisher's: what the
specification lets readers forgive is still reported.
"""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from .html_rules import judge_addresses, judge_html, judge_plain_text
from .shared_rules import (
    Report,
    bad_characters,
    is_language,
    is_mime_type,
    repeated,
    rfc3339_fault,
    uri_fault,
    words,
)

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Members: TypeAlias = "dict[str, Json]"

_FEED = words(
    """
    version title home_page_url feed_url description user_comment next_url icon favicon author
    authors language expired hubs items
    """
)
_ITEM = words(
    """
    id url external_url title content_html content_text summary image banner_image date_published
    date_modified author authors tags language attachments
    """
)
_AUTHOR = frozenset(["name", "url", "avatar"])
_ATTACHMENT = frozenset(["url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"])
_HUB = frozenset(["type", "url"])


# --- members ---------------------------------------------------------------------------------


def _text(report: Report, holder: Members, name: str, where: str) -> str | None:
    """A member that is a string if it is there; None, with a finding, if it is anything else."""
    value = holder.get(name)
    if name in holder and not isinstance(value, str):
        report.add("WrongType", f"{where}/{name}", f"{value!r} is not a string")
    return value if isinstance(value, str) else None


def _required(report: Report, holder: Members, name: str, where: str) -> str | None:
    if name not in holder:
        report.add("MissingElement", where, f"no {name}")
    value = _text(report, holder, name, where)
    if value == "":
        report.add("NotBlank", f"{where}/{name}", "is empty")
    return value


def _plain(report: Report, holder: Members, name: str, where: str) -> None:
    value = _text(report, holder, name, where)
    if value:
        judge_plain_text(report, f"{where}/{name}", value, spelled_in_hex=False)


def _url(report: Report, holder: Members, name: str, where: str) -> None:
    value = _text(report, holder, name, where)
    if value is not None and (fault := uri_fault(value, full=True, code="InvalidFullLink")):
        report.add(fault, f"{where}/{name}", repr(value))


def _required_url(report: Report, holder: Members, name: str, where: str) -> None:
    if name in holder:
        _url(report, holder, name, where)
    else:
        report.add("MissingElement", where, f"no {name}")


def _date(report: Report, holder: Members, name: str, where: str) -> None:
    value = _text(report, holder, name, where)
    if value is not None and (fault := rfc3339_fault(value, report.now)):
        report.add(fault, f"{where}/{name}", repr(value))


def _language(report: Report, holder: Members, where: str) -> None:
    value = _text(report, holder, "language", where)
    if value is not None and not is_language(value):
        report.add("InvalidLanguage", f"{where}/language", repr(value))


def _number(report: Report, holder: Members, name: str, where: str) -> None:
    value = holder.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        report.add("WrongType", f"{where}/{name}", f"{value!r} is not a number from nought up")


def _objects(report: Report, holder: Members, name: str, where: str) -> list[tuple[str, Members]]:
    """The objects of an array, each with its place."""
    value = holder.get(name, [])
    if not isinstance(value, list):
        report.add("WrongType", f"{where}/{name}", "is not an array")
        return []
    found: list[tuple[str, Members]] = []
    for place, each in enumerate(value, start=1):
        if isinstance(each, dict):
            found.append((f"{where}/{name}[{place}]".removeprefix("/"), each))
        else:
            report.add("WrongType", f"{where}/{name}[{place}]", "is not an object")
    return found


def _names(report: Report, holder: Members, known: frozenset[str], where: str) -> None:
    """Only what the specification names, or an extension object such as ``_markwire``."""
    for name, value in holder.items():
        if re.match(r"_[^\W\d_]", name):
            if not isinstance(value, dict):
                report.add("InvalidExtension", f"{where}/{name}", "an extension is an object")
            for inner in [name, *(value if isinstance(value, dict) else [])]:
                if "." in inner or (inner != name and inner.startswith("_")):
                    report.add("InvalidExtension", f"{where}/{name}", f"the name {inner!r}")
        elif name not in known:
            report.add("UndefinedElement", f"{where}/{name}", "JSON Feed 1.1 does not know it")


# --- parts -----------------------------------------------------------------------------------


def _authors(report: Report, holder: Members, where: str) -> None:
    if "author" in holder:
        report.add("DeprecatedMember", f"{where}/author", "version 1.1 says authors")
    for place, author in _objects(report, holder, "authors", where):
        _names(report, author, _AUTHOR, place)
        if not _AUTHOR & author.keys():
            report.add("MissingElement", place, "an author has a name, a url or an avatar")
        _plain(report, author, "name", place)
        _url(report, author, "url", place)
        _url(report, author, "avatar", place)


def _attachments(report: Report, item: Members, where: str) -> None:
    for place, attachment in _objects(report, item, "attachments", where):
        _names(report, attachment, _ATTACHMENT, place)
        _required_url(report, attachment, "url", place)
        mime = _required(report, attachment, "mime_type", place)
        if mime and not is_mime_type(mime):
            report.add("InvalidMIMEType", f"{place}/mime_type", repr(mime))
        _plain(report, attachment, "title", place)
        _number(report, attachment, "size_in_bytes", place)
        _number(report, attachment, "duration_in_seconds", place)


def _item(report: Report, item: Members, where: str) -> None:
    _names(report, item, _ITEM, where)
    _required(report, item, "id", where)
    for name in ("url", "external_url", "image", "banner_image"):
        _url(report, item, name, where)
    for name in ("title", "summary"):
        _plain(report, item, name, where)
    for name in ("date_published", "date_modified"):
        _date(report, item, name, where)
    _language(report, item, where)
    _authors(report, item, where)
    _attachments(report, item, where)
    body = _text(report, item, "content_html", where)
    if body is not None:
        judge_html(report, f"{where}/content_html", body)
        judge_addresses(report, f"{where}/content_html", body)
    _text(report, item, "content_text", where)
    if not {"content_html", "content_text"} & item.keys():
        report.add("MissingTextualContent", where, "neither content_html nor content_text")
    tags = item.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) and tag for tag in tags):
        report.add("WrongType", f"{where}/tags", "is not an array of strings that say something")


def _version(report: Report, feed: Members) -> None:
    version = _required(report, feed, "version", "")
    if version == "https://jsonfeed.org/version/1":
        report.add("ObsoleteVersion", "/version", "1.1 is the newest")
    elif version is not None and version != "https://jsonfeed.org/version/1.1":
        report.add("InvalidValue", "/version", repr(version))


def _addresses(report: Report, feed: Members) -> None:
    for name in ("home_page_url", "feed_url", "next_url", "icon", "favicon"):
        _url(report, feed, name, "")
    for name in ("home_page_url", "feed_url"):
        if name not in feed:
            report.add("MissingRecommendedMember", "/", f"no {name}: required on the public web")
    here = feed.get("feed_url", report.url)
    if isinstance(here, str) and here != report.url:
        report.add("SelfDoesntMatchLocation", "/feed_url", f"{here!r} is not {report.url!r}")
    if "next_url" in feed and feed["next_url"] in (here, report.url):
        report.add("NextIsSelf", "/next_url", "a reader would never come to the end")


def _hubs(report: Report, feed: Members) -> None:
    for place, hub in _objects(report, feed, "hubs", ""):
        _names(report, hub, _HUB, place)
        _required(report, hub, "type", place)
        _required_url(report, hub, "url", place)


def _feed(report: Report, feed: Members) -> None:
    _names(report, feed, _FEED, "")
    _version(report, feed)
    _required(report, feed, "title", "")
    for name in ("title", "description", "user_comment"):
        _plain(report, feed, name, "")
    _addresses(report, feed)
    _hubs(report, feed)
    if not isinstance(feed.get("expired", False), bool):
        report.add("WrongType", "/expired", "is not true or false")
    _language(report, feed, "")
    _authors(report, feed, "")
    if "items" not in feed:
        report.add("MissingElement", "/", "no items")
    items = _objects(report, feed, "items", "")
    for place, item in items:
        _item(report, item, place)
    for mark in repeated(str(item["id"]) for _, item in items if "id" in item):
        report.add("DuplicateValue", "/items", f"id {mark!r} names two items")


def _all_text(value: Json) -> str:
    if isinstance(value, dict):
        return "".join(name + _all_text(inner) for name, inner in value.items())
    if isinstance(value, list):
        return "".join(map(_all_text, value))
    return value if isinstance(value, str) else ""


def judge_json(report: Report, data: bytes) -> None:
    """Report what is wrong with a JSON Feed document."""

    def members(pairs: list[tuple[str, Json]]) -> Members:
        for name in repeated(name for name, _ in pairs):
            report.add("DuplicateElement", "/", f"an object says {name} twice")
        return dict(pairs)

    def constant(name: str) -> None:
        report.add("NotJson", "/", f"{name} is no JSON (RFC 8259 6)")

    try:
        feed: Json = json.loads(
            data.decode("utf-8"), object_pairs_hook=members, parse_constant=constant
        )
    except ValueError as fault:
        report.add("NotJson", "/", str(fault))
        return
    if found := bad_characters(_all_text(feed)):
        report.add("BadCharacters", "/", found)
    if isinstance(feed, dict):
        _feed(report, feed)
    else:
        report.add("WrongType", "/", "a feed is an object")
