"""OPML 2.0: all feeds in one file, which a reader takes in at once. Pure.

A format without entries. An ``outline`` says of a feed what its RSS says of itself; ``text`` and
``type="rss"`` stand in each (OPML 2.0, "Subscription lists"), whatever a reader fetches then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from markwire.formats import addresses
from markwire.formats.guidance import guidance
from markwire.model import Feed, Site


def assemble(groups: Mapping[str, Sequence[Feed]], site: Site) -> bytes:
    """Give the list of all feeds: those of the empty group by themselves, others in folders.

    ``groups`` are as the page of all feeds has them. The list bears no date: it changes only with
    the feeds that there are.
    """
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = f"{guidance(site.language).title} — {site.title}"
    SubElement(head, "ownerId").text = site.url
    SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = SubElement(root, "body")
    words = guidance(site.language)
    for kind, feeds in groups.items():
        parent = SubElement(body, "outline", text=words.groups[kind]) if kind else body
        for feed in feeds:
            SubElement(parent, "outline", _about(feed, site))
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _about(feed: Feed, site: Site) -> dict[str, str]:
    return {
        "text": feed.title,
        "title": feed.title,
        "type": "rss",
        "version": "RSS2",
        "description": feed.description,
        "language": feed.language,
        "xmlUrl": addresses.url(feed, "rss", site),
        "htmlUrl": feed.url or site.url,
    }
