"""What must hold of whatever bytes became: rules that targets share. Each raises AssertionError."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from io import BytesIO
from xml.parsers import expat

import feedparser
from lxml import etree

from markwire.model import Format
from markwire.problems import CODES, Problem

# XML 1.0 section 2.2, and that UTF-8 can write it.
_LEGAL = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
_GUIDS: dict[Format, str] = {"rss": "guid", "atom": "{http://www.w3.org/2005/Atom}id"}
_ENTRIES: dict[Format, str] = {
    "rss": "item",
    "atom": "{http://www.w3.org/2005/Atom}entry",
}


def only_legal_text(value: object, where: str = "") -> None:
    """Hold that no text in a value of ours has a character that XML cannot carry."""
    if isinstance(value, str):
        assert _LEGAL.fullmatch(value), f"{where} holds a character that XML forbids: {value!r}"
    elif isinstance(value, datetime):
        assert value.tzinfo is UTC, f"{where} is not in UTC"
        assert 1000 <= value.year <= 9999, f"{where} is out of range: {value}"
    elif is_dataclass(value):
        for field in fields(value):
            only_legal_text(getattr(value, field.name), f"{where}.{field.name}")
    elif isinstance(value, tuple | list):
        for each in value:
            only_legal_text(each, where)


def known(problems: Iterable[Problem], *, lines: int) -> None:
    """Hold that each problem has a known code, a place in the file, and words that can be said."""
    for problem in problems:
        assert problem.code in CODES, f"{problem.code} is no code"
        assert 1 <= problem.line <= lines + 1, f"{problem} is below the end of the file"
        assert problem.column >= 1, f"{problem} is left of its line"
        assert problem.message
        assert problem.hint
        assert "{" not in CODES[problem.code].message.format(**dict(problem.words)) or any(
            "{" in str(word) for _, word in problem.words
        ), f"{problem} has a hole in it"
        str(problem).encode()


def xml_feed(document: bytes, form: Format, guids: list[str]) -> None:
    """Hold that two parsers of XML accept a feed, and that it has these entries."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.Parse(document, True)
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    found = [entry.findtext(_GUIDS[form]) for entry in root.iter(_ENTRIES[form])]
    assert found == guids, f"{form} has {found}, not {guids}"


def read_by_feedparser(document: bytes, form: Format, guids: list[str]) -> None:
    """Hold that what most programs read feeds with finds these entries."""
    read = feedparser.parse(BytesIO(document), sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo, f"feedparser on {form}: {read.bozo_exception}"
    assert [entry.id for entry in read.entries] == guids


def offered_as_html(document: bytes, form: Format) -> Iterable[str]:
    """Give what readers of a feed take for HTML: descriptions, bodies, and many a title."""
    for element in etree.fromstring(document).iter(etree.Element):
        name = etree.QName(element).localname
        is_html = name in ("title", "description", "encoded") and element.get("type") != "plain"
        if is_html if form == "rss" else element.get("type") == "html":
            yield element.text or ""


def json_feed(document: bytes, guids: list[str]) -> None:
    """Hold that a JSON Feed is JSON of legal characters, and has these entries."""
    read = json.loads(document.decode())
    assert [item["id"] for item in read["items"]] == guids
    for text in _texts(read):
        only_legal_text(text, "JSON")


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def body_of(document: bytes) -> str:
    """Give the body that the JSON of one article holds."""
    html = json.loads(document).get("content_html", "")
    assert isinstance(html, str)
    return html
