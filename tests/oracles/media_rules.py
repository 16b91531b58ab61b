"""Media RSS 1.5: what the service knows of it. Anything else in the namespace is an error to it."""

from __future__ import annotations

from .construct_rules import DUBLIN_CORE
from .html_rules import judge_html, judge_plain_text
from .shared_rules import Report, is_language, is_mime_type, uri_fault
from .value_rules import attribute_number, attribute_of, attribute_url, plain_text
from .xml_rules import MEDIA, Element, Rule, children, path_of, rule, spelled_in_hex, value_of

_ROLES = frozenset(  # the part of the EBU's list that newsrooms use
    """
    author|art director|artist|broadcast journalist|camera operator|correspondent|director|editor
    |graphic designer|illustrator|interviewer|news reader|performer|photographer|producer
    |production company|publishing company|reporter|translation|visual editor
    """.replace("\n    ", "").split("|")
)


def _media_text(report: Report, element: Element) -> None:
    where, kind = path_of(element), element.get("type", "plain")
    if kind not in {"plain", "html"}:
        report.add("InvalidMediaTextType", where, repr(kind))
    elif kind == "html":
        judge_html(report, where, value_of(element))
    else:
        hexed, code = spelled_in_hex(report, element), "ContainsUndeclaredHTML"
        judge_plain_text(report, where, value_of(element), spelled_in_hex=hexed, code=code)


def _media_credit(report: Report, element: Element) -> None:
    role, scheme = element.get("role", ""), element.get("scheme", "urn:ebu")
    if role and (role != role.lower() or (scheme == "urn:ebu" and role not in _ROLES)):
        report.add("InvalidCreditRole", path_of(element), repr(role))
    if scheme != "urn:ebu" and (fault := uri_fault(scheme, full=True, code="InvalidFullLink")):
        report.add(fault, path_of(element), f"scheme {scheme!r}")


def _media_adult(report: Report, element: Element) -> None:
    report.add("DeprecatedMediaAdult", path_of(element), "media:rating has taken its place")


def _media_content(report: Report, element: Element) -> None:
    where, mime, lang = path_of(element), element.get("type"), element.get("lang")
    if mime and not is_mime_type(mime):
        report.add("InvalidMIMEAttribute", where, f"type {mime!r}")
    if lang and not is_language(lang):
        report.add("InvalidLanguage", where, f"lang {lang!r}")


def _media_group(report: Report, element: Element) -> None:
    if len([each for each in children(element) if each.tag == f"{{{MEDIA}}}content"]) < 2:
        report.add("MediaGroupWithoutAlternatives", path_of(element), "a group offers a choice")


MEDIA_ABOUT = {  # in a channel, an item, an entry, a group or a content
    "media:adult": rule(_media_adult),
    "media:category": rule(
        plain_text, attribute_url("scheme", needed=False), many=True, attributes="scheme label"
    ),
    "media:copyright": rule(plain_text, attribute_url("url", needed=False), attributes="url"),
    "media:credit": rule(_media_credit, many=True, attributes="role scheme"),
    "media:description": rule(_media_text, attributes="type"),
    "media:keywords": Rule(twice=None),
    "media:player": rule(
        attribute_url("url", needed=True),
        attribute_number("width", "height"),
        many=True,
        attributes="url width height",
    ),
    "media:rating": rule(many=True, attributes="scheme"),
    "media:restriction": rule(
        attribute_of("relationship", "allow|deny", "InvalidMediaRestrictionRel"),
        attribute_of("type", "country|uri", "InvalidMediaRestrictionType"),
        many=True,
        attributes="relationship type",
    ),
    "media:text": rule(_media_text, many=True, attributes="type lang start end"),
    "media:thumbnail": rule(
        attribute_url("url", needed=True),
        attribute_number("width", "height"),
        many=True,
        attributes="url width height time",
    ),
    "media:title": rule(_media_text, attributes="type"),
}
_MEDIA_CONTENT = rule(
    _media_content,
    attribute_url("url", needed=False),
    attribute_number("fileSize", "width", "height"),
    attribute_of("medium", "image|audio|video|document|executable", "InvalidMediaMedium"),
    attribute_of("expression", "sample|full|nonstop", "InvalidMediaExpression"),
    attribute_of("isDefault", "true|false", "InvalidTrueFalse"),
    many=True,
    attributes="url fileSize type medium isDefault expression bitrate framerate samplingrate"
    " channels duration height width lang",
    holds={**MEDIA_ABOUT, **DUBLIN_CORE},
)
MEDIA_FILES = {  # in an item or an entry only
    "media:content": _MEDIA_CONTENT,
    "media:group": rule(
        _media_group, many=True, holds={**MEDIA_ABOUT, "media:content": _MEDIA_CONTENT}
    ),
}
