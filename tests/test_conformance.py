"""What each specification asks of a feed: one rule, one file in ``conformance``.

A case has three parts with lines of ``=====`` between them: the rule in a few words; an article;
and what must then stand in the feeds, a line each: ``format place = value``. The place is an
XPath in RSS and Atom, a JSON Pointer (RFC 6901) in JSON Feed, and a regular expression in the
bytes of a file (``rss-bytes``), which gives its first group. Several values have `` | `` between
them, and nothing at all is ``∅``. A fourth part is the site's ``markwire.toml`` where it is not
the usual one. The folder names the specification, the file the section and the rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import pytest
from lxml import etree

from markwire.formats.addresses import path as path_of
from markwire.model import FORMATS, Format
from oracles import findings
from proof import HOME, NOW, SITE, proof

# Specifications speak of what stands in a feed, not of how it is set.
PLAIN = SITE.replace("\n[each]", "author_emails = true\ntypography = false\n\n[each]")
CASES = Path(__file__).parent / "conformance"
MEDIA = tuple(sorted((CASES / "media").iterdir()))
SPECIFICATIONS: Final = {
    "content-module",
    "dublin-core",
    "json-feed-1.1",
    "media-rss-1.5.1",
    "rfc-3339",
    "rfc-4151",
    "rfc-4287",
    "rss-2.0",
    "rss-profile",
    "websub",
}
NOTHING = "∅"
NAMESPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


def said(values: list[str]) -> str:
    return " | ".join(values) if values else NOTHING


def in_xml(document: bytes, place: str) -> str:
    found = etree.fromstring(document).xpath(place, namespaces=NAMESPACES)
    if not isinstance(found, list):
        return f"{found:.0f}" if isinstance(found, float) else str(found)
    nodes = cast("list[etree._Element | str]", found)
    return said([each if isinstance(each, str) else text_of(each) for each in nodes])


def text_of(element: etree._Element) -> str:
    return "".join(cast("list[str]", element.xpath(".//text()")))


def in_json(document: bytes, place: str) -> str:
    found = json.loads(document)
    for step in place.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, dict) and name in found:
            found = found[name]
        else:
            return NOTHING
    return (
        found.replace("\n", "␊")
        if isinstance(found, str)
        else json.dumps(found, ensure_ascii=False)
    )


def found_in(feeds: Mapping[Format, bytes], kind: str, place: str) -> str:
    form = cast("Format", kind.removesuffix("-bytes"))
    if kind.endswith("-bytes"):
        return said([hit[1] for hit in re.finditer(place, feeds[form].decode(), re.S)])
    return (in_json if form == "json" else in_xml)(feeds[form], place)


@pytest.mark.parametrize(
    "case", sorted(CASES.glob("*/*.case")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_feed_conforms(case: Path, tmp_path: Path) -> None:
    """Readers are written from the specification, not from what we happen to write."""
    _rule, article, expected, *own = case.read_text("utf-8").split("\n=====\n")
    feeds = proof(
        tmp_path / "site",
        case.stem,
        article.encode(),
        site=own[0] if own else PLAIN,
        beside=MEDIA,
    ).feeds
    lines = [line for line in expected.split("\n") if line.strip()]
    places = [line.split(" = ", 1)[0] for line in lines]
    assert lines
    actual = [f"{place} = {found_in(feeds, *place.split(' ', 1))}" for place in places]
    assert actual == lines
    for form in FORMATS:
        url = HOME + path_of("", form)
        assert findings(feeds[form], form=form, url=url, now=NOW) == []


def test_every_specification_has_cases() -> None:
    """A folder that is renamed or emptied would take its rules with it in silence."""
    assert {path.parent.name for path in CASES.glob("*/*.case")} == SPECIFICATIONS
