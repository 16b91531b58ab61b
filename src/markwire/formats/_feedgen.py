"""feedgen, and what it gets wrong put right. The only import of feedgen and of lxml's builder.

Pure. feedgen renders each entry by itself, and each feed without entries once a process. What
we correct travels through feedgen's own extension mechanism, so a feed that feedgen writes whole
is the same bytes as one that we splice. What is corrected, each held by a test that names it:

- dates are formatted by ``setlocale``, which changes the whole process;
- links of Atom entries lose rel, type and length;
- an RSS channel says nothing of its hubs;
- authors without an e-mail address vanish from RSS;
- the media extension knows no credit and no description;
- entries have no language;
- plain text is escaped in ways that readers and validators take for HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

import feedgen.entry
import feedgen.feed
from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from markwire.formats import addresses
from markwire.model import Article, Feed, Format, Media, Person, Site, Window

ATOM: Final = "http://www.w3.org/2005/Atom"
DC: Final = "http://purl.org/dc/elements/1.1/"
MEDIA: Final = "http://search.yahoo.com/mrss/"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
GENERATOR: Final = "Markwire"

_MARKUP: Final = frozenset("<&")
# Where an HTML parser finds a tag, a comment or a declaration (HTML section 13.2.5.6).
_TAG: Final = re.compile(r"<[A-Za-z/!?]")
_PLAIN_TEXT: Final = re.compile(
    rb"<(?:title|copyright|category|author|dc:creator|media:description|media:credit)"
    rb"(?: [^>]*)?>[^<]*&(?:amp|lt);[^<]*"
)
# RSS 2.0 names GIF, JPEG and PNG for the channel's picture.
_CHANNEL_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif")


def _rfc822(when: datetime) -> str:
    """RSS 2.0 dates are RFC 822's, with four digits for the year; months are English."""
    return format_datetime(when.astimezone(UTC), usegmt=True)


# feedgen's own function swaps LC_ALL of the process, and leaves it changed under threads.
feedgen.feed.formatRFC2822 = _rfc822
feedgen.entry.formatRFC2822 = _rfc822


class _Supplement(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """Writes what feedgen leaves out, into the feed or the entry that it is registered with."""

    article: Article | None = None
    hubs: tuple[str, ...] = ()

    def extend_ns(self) -> dict[str, str]:
        # On the root of every RSS feed, so that a fragment never declares a namespace itself.
        return {"dc": DC, "media": MEDIA}

    def extend_rss(self, element: etree._Element) -> etree._Element:
        if self.article:
            _supplement_item(element, self.article)
        # feedgen hands over <rss> for a feed, but <item> for an entry.
        channel = element.find("channel")
        if channel is not None:
            for hub in self.hubs:
                etree.SubElement(channel, f"{{{ATOM}}}link", href=hub, rel="hub")
        return element


class _AtomSupplement(_Supplement):
    """The same for Atom, whose root needs no further namespace."""

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_atom(self, element: etree._Element) -> etree._Element:
        if self.article:
            _supplement_entry(element, self.article)
        else:
            for name in ("title", "subtitle", "rights"):
                _declare_html(element.find(name))
        return element


_SUPPLEMENTS: Final[dict[Format, type[_Supplement]]] = {
    "rss": _Supplement,
    "atom": _AtomSupplement,
}


def _supplement_item(item: etree._Element, article: Article) -> None:
    if _contact(article) is None:
        for person in article.authors:
            _child(item, f"{{{DC}}}creator", person.name)
    _child(item, f"{{{DC}}}language", article.language)
    _child(item, f"{{{ATOM}}}updated", article.updated.isoformat())
    for media in (*([article.image] if article.image else ()), *article.attachments):
        _media_content(item, media)


def _media_content(item: etree._Element, media: Media) -> None:
    """Media RSS 1.5.1: a file with its size, and who made it."""
    content = etree.SubElement(item, f"{{{MEDIA}}}content", url=media.url)
    medium = media.type.partition("/")[0]
    for name, value in (
        ("fileSize", media.length),
        ("type", media.type),
        ("medium", medium if medium in ("image", "audio", "video") else ""),
        ("width", media.width),
        ("height", media.height),
    ):
        if value:
            content.set(name, str(value))
    if media.caption or media.alt:
        _child(content, f"{{{MEDIA}}}description", media.caption or media.alt, type="plain")
    if media.credit:
        _child(content, f"{{{MEDIA}}}credit", media.credit)


def _supplement_entry(entry: etree._Element, article: Article) -> None:
    entry.set(XML_LANG, article.language)
    for name in ("title", "summary", "rights"):
        _declare_html(entry.find(name))
    # RFC 4287 4.2.7; feedgen's loop over links writes into its own variable.
    for link in entry.findall("link"):
        entry.remove(link)
    _child(entry, "link", href=article.permalink, rel="alternate", type="text/html")
    if article.canonical and article.canonical != article.permalink:
        _child(entry, "link", href=article.canonical, rel="related", type="text/html")
    for media in (*article.attachments, *([article.image] if article.image else ())):
        link = _child(entry, "link", href=media.url, rel="enclosure")
        if media.type:
            link.set("type", media.type)
        if media.length:
            link.set("length", str(media.length))
        if media.caption or media.alt:
            link.set("title", media.caption or media.alt)


def _declare_html(construct: etree._Element | None) -> None:
    """RFC 4287 3.1.1: text that holds markup characters is declared, so that none is guessed."""
    if construct is not None and construct.text and not _MARKUP.isdisjoint(construct.text):
        construct.text = html.escape(construct.text, quote=False)
        construct.set("type", "html")


def _contact(article: Article) -> Person | None:
    """Give the author that RSS can name by address: the only one, and with an e-mail.

    Several, or one without, are ``dc:creator``; both at once would name an author twice.
    """
    only = article.authors[0] if len(article.authors) == 1 else None
    return only if only and only.email else None


def _child(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, name, **attributes)  # type: ignore[arg-type]
    if text:
        element.text = text
    return element


def channel(feed: Feed, window: Window, site: Site, form: Format) -> FeedGenerator:
    """Give feedgen's feed without entries, for RSS or Atom."""
    fg = FeedGenerator()
    kind = _SUPPLEMENTS[form]
    fg.register_extension("supplement", kind, kind)
    fg.supplement.hubs = site.hubs
    updated = addresses.updated(window)
    own_url = addresses.url(feed, form, site)
    fg.id(own_url)
    fg.title(feed.title)
    fg.description(feed.description)
    fg.language(feed.language)
    fg.updated(updated)
    fg.generator(GENERATOR)
    if site.rights:
        fg.rights(site.rights)
    picture = feed.picture or site.logo
    if picture and (form == "atom" or picture.lower().endswith(_CHANNEL_PICTURES)):
        # feedgen names the RSS picture after the channel, and links it to the channel's link.
        fg.logo(picture)
    if form == "rss":
        fg.pubDate(updated)
        fg.ttl(site.ttl)
    else:
        fg.author({"name": site.title, "uri": site.url})
        if site.icon:
            fg.icon(site.icon)
        fg.link([{"href": hub, "rel": "hub"} for hub in site.hubs])
    fg.link(href=own_url, rel="self", type=addresses.MEDIA_TYPES[form])
    # The last link that feedgen is given becomes the channel's in RSS: the site, or its section.
    fg.link(href=feed.url or site.url, rel="alternate", type="text/html")
    return fg


def add(fg: FeedGenerator, article: Article, form: Format) -> FeedEntry:
    """Put an article at the end of feedgen's feed."""
    entry = fg.add_entry(order="append")
    _fill(entry, article, form)
    return entry


def item(article: Article) -> bytes:
    """Give feedgen's ``<item>`` as it stands in a feed."""
    entry = _entry(article, "rss")
    # lxml declares a namespace where no element around it has: here the root of every feed.
    root = etree.Element("rss", nsmap=_namespaces())
    root.append(entry.rss_entry())
    return _cut(
        etree.tostring(root, encoding="UTF-8", xml_declaration=False), b"<item>", b"</item>"
    )


def entry(article: Article) -> bytes:
    """Give feedgen's ``<entry>``, which feedgen puts into no namespace."""
    element = _entry(article, "atom").atom_entry()
    return etree.tostring(element, encoding="UTF-8", xml_declaration=False)


def _entry(article: Article, form: Format) -> FeedEntry:
    entry = FeedEntry()
    entry.register_extension("supplement", _SUPPLEMENTS[form])
    _fill(entry, article, form)
    return entry


@lru_cache(maxsize=1)
def _namespaces() -> dict[str, str]:
    """Give what feedgen declares on the root of every RSS feed that has our supplement."""
    fg = FeedGenerator()
    fg.register_extension("supplement", _Supplement, _Supplement)
    fg.title("-")
    fg.link(href="https://example.org/")
    fg.description("-")
    declared = etree.fromstring(fg.rss_str()).nsmap
    return {prefix: name for prefix, name in declared.items() if prefix}


def _fill(entry: FeedEntry, article: Article, form: Format) -> None:
    entry.supplement.article = article
    entry.guid(article.guid, permalink=article.guid == article.permalink)
    entry.category([{"term": word} for word in addresses.categories(article)])
    if form == "rss":
        _add_item(entry, article)
    else:
        _add_entry(entry, article)


def _add_item(entry: FeedEntry, article: Article) -> None:
    entry.title(_title(article.headline))
    entry.updated(article.updated)
    entry.published(article.published)
    entry.link(href=article.permalink, rel="alternate")
    # A description is HTML to every reader: text must be escaped once more than XML asks.
    summary = html.escape(article.standfirst or article.headline, quote=False)
    entry.description(summary, isSummary=True)
    if article.body:
        entry.content(article.body, type="CDATA")
    contact = _contact(article)
    if contact:
        entry.author({"name": contact.name, "email": contact.email})
    file = addresses.enclosure(article)
    if file:
        entry.enclosure(file.url, str(file.length), file.type)


def _add_entry(entry: FeedEntry, article: Article) -> None:
    entry.title(article.headline)
    # Two entries of one second must differ (validators ask it, and readers sort by it), and an
    # entry that was never updated must say so by two equal moments.
    fraction = int.from_bytes(sha256(article.guid.encode()).digest()[:4]) % 1_000_000
    entry.updated(article.updated.replace(microsecond=fraction))
    entry.published(article.published.replace(microsecond=fraction))
    if article.body:
        entry.content(article.body, type="html")
    else:
        # feedgen wants a link where there is no content; the supplement writes ours.
        entry.link(href=article.permalink, rel="alternate")
    if article.standfirst:
        entry.summary(article.standfirst)
    elif not article.body:
        entry.summary(article.headline)
    for person in article.authors:
        entry.author({"name": person.name, "email": person.email, "uri": person.url})
    if article.rights:
        entry.rights(article.rights)


def _title(headline: str) -> str:
    """Give a headline as RSS titles want it.

    Many readers take a title for HTML: one that quotes a tag would lose it there, or run it, so
    that alone is escaped as HTML.
    """
    return html.escape(headline, quote=False) if _TAG.search(headline) else headline


def plain_text(document: bytes) -> bytes:
    """Write ``&`` and ``<`` in RSS's plain-text elements as hexadecimal references.

    The RSS Advisory Board's profile found them to be what most readers show right. The result
    is the same XML; as each element is changed by itself, a document made of fragments so
    changed is the document so changed.
    """
    return _PLAIN_TEXT.sub(
        lambda match: match[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;"), document
    )


def _cut(document: bytes, start: bytes, end: bytes) -> bytes:
    """Cut an element out of a document, tags included."""
    return document[document.index(start) : document.rindex(end) + len(end)]


# What a feed states of its last change, twice in RSS; a "<" of any text would be an entity.
_MOMENT: Final = re.compile(rb"(?:(?<=<lastBuildDate>)|(?<=<pubDate>)|(?<=<updated>))[^<]*")
_NO_ARTICLES: Final = Window((), None)


@lru_cache(maxsize=512)
def _head(feed: Feed, site: Site, form: Format) -> tuple[bytes, ...]:
    """Give a feed without entries up to where they would stand, cut at the moments it states."""
    fg = channel(feed, _NO_ARTICLES, site, form)
    document = plain_text(fg.rss_str()) if form == "rss" else fg.atom_str()
    return tuple(_MOMENT.split(document.removesuffix(_ENDS[form])))


_ENDS: Final[dict[Format, bytes]] = {"rss": b"</channel></rss>", "atom": b"</feed>"}


def splice(
    feed: Feed, window: Window, site: Site, form: Format, *, more: Iterable[bytes] = ()
) -> bytes:
    """Give a whole feed: what feedgen would have written, and a line end.

    ``more`` is what stands behind the entries, and feedgen knows nothing of.
    """
    updated = addresses.updated(window)
    moment = _rfc822(updated) if form == "rss" else updated.isoformat()
    head = moment.encode().join(_head(feed, site, form))
    return b"".join((head, *window.fragments, *more, _ENDS[form], b"\n"))
