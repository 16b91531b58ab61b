"""Checks of one element's value or attribute, from which the tables of elements are made."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from .html_rules import judge_addresses, judge_html, judge_plain_text
from .shared_rules import (
    Report,
    is_language,
    rfc822_fault,
    rfc3339_fault,
    uri_fault,
    w3cdtf_fault,
)
from .xml_rules import Check, Element, path_of, spelled_in_hex, text_of, value_of


def not_blank(report: Report, element: Element) -> None:
    """It says something."""
    if not value_of(element):
        report.add("NotBlank", path_of(element), "is empty")


def no_space(report: Report, element: Element) -> None:
    """No white space around it: readers compare it letter by letter (RFC 4287 2)."""
    text = text_of(element)
    if text != text.strip():
        report.add("UnexpectedWhitespace", path_of(element), repr(text))


def plain_text(report: Report, element: Element) -> None:
    """No markup in it, nor what looks like it."""
    judge_plain_text(
        report,
        path_of(element),
        value_of(element),
        spelled_in_hex=spelled_in_hex(report, element),
    )


def html(report: Report, element: Element) -> None:
    """Well-formed, safe HTML with whole addresses."""
    judge_html(report, path_of(element), value_of(element))
    judge_addresses(report, path_of(element), value_of(element))


def address(*, full: bool, code: str, iri: bool = False) -> Check:
    """An address, as :func:`uri_fault` understands it."""

    def check(report: Report, element: Element) -> None:
        if fault := uri_fault(value_of(element), full=full, code=code, iri=iri):
            report.add(fault, path_of(element), repr(value_of(element)))

    return check


full_url = address(full=True, code="InvalidFullLink")


def language(report: Report, element: Element) -> None:
    """A language tag (RFC 5646)."""
    if not is_language(value_of(element)):
        report.add("InvalidLanguage", path_of(element), repr(value_of(element)))


def positive(report: Report, element: Element) -> None:
    """A whole number above nought."""
    if not re.fullmatch(r"0*[1-9]\d*", value_of(element)):
        report.add("InvalidPositiveInteger", path_of(element), repr(value_of(element)))


def _date(fault_of: Callable[[str, datetime], str | None]) -> Check:
    def check(report: Report, element: Element) -> None:
        if fault := fault_of(value_of(element), report.now):
            report.add(fault, path_of(element), repr(value_of(element)))

    return check


rfc822 = _date(rfc822_fault)
rfc3339 = _date(rfc3339_fault)
w3cdtf = _date(w3cdtf_fault)


def attribute_url(name: str, *, needed: bool) -> Check:
    def check(report: Report, element: Element) -> None:
        value = element.get(name)
        if value:
            if fault := uri_fault(value, full=True, code="InvalidFullLink"):
                report.add(fault, path_of(element), f"{name} {value!r}")
        elif needed:
            report.add("MissingAttribute", path_of(element), name)

    return check


def attribute_of(name: str, values: str, code: str) -> Check:
    allowed = values.split("|")

    def check(report: Report, element: Element) -> None:
        value = element.get(name)
        if value and value not in allowed:
            report.add(code, path_of(element), f"{name} {value!r}")

    return check


def attribute_number(*names: str) -> Check:
    def check(report: Report, element: Element) -> None:
        for name in names:
            value = element.get(name)
            if value and not re.fullmatch(r"0*[1-9]\d*", value):
                report.add("InvalidPositiveInteger", path_of(element), f"{name} {value!r}")

    return check
