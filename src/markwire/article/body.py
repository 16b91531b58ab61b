"""Finish safe HTML: pictures with size and caption, links that lead somewhere from anywhere.

Pure. Works on the spelling that :func:`.html.canonical` writes, whatever wrote it before:
Markdown and raw HTML are finished alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import Final

from markwire.article.anchors import anchored, spelled
from markwire.article.captions import measure, split
from markwire.article.depth import TooLarge
from markwire.article.html import (
    MORE,
    canonical,
    close,
    is_closed,
    is_kept,
    is_ready,
    of_a_size,
    plain,
)
from markwire.article.mentions import fragment, kind_of, normal
from markwire.article.urls import absolute, is_private, leads_nowhere, srcset
from markwire.model import Media

WIKI_CLASS: Final = "wikilink"
MAX_ADDRESSES: Final = 20_000
"""Links, pictures and other addresses of one article: each is looked up and made whole."""


@dataclass(frozen=True, slots=True)
class References:
    """What an article's local names stand for; the keys are names as ``mentions.normal`` gives.

    ``permalink``, whole and without a fragment, is the base of all other relative addresses.
    ``prefix`` is a word of letters, digits and ``-`` that no other article has: it keeps ids apart
    where a reader shows many articles in one page. ``language`` is that of the words that
    conversion itself adds.
    """

    permalink: str
    prefix: str
    media: Mapping[str, Media]
    links: Mapping[str, str]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rendering:
    """A finished body.

    ``media`` is what it shows of the references' media, in order, each with the ``alt``,
    ``caption`` and ``credit`` of its first appearance; ``offered`` is what it only links.
    ``missing`` names media that the references lack: their addresses are resolved like any other.
    ``private`` are whole addresses of pictures that stand on somebody's own network: they are left
    out. ``dead`` names articles and headings that are not there: their links are plain text.
    ``lead`` is the HTML before ``<!-- more -->``, empty where there is no such mark.
    """

    html: str
    media: tuple[Media, ...]
    missing: tuple[str, ...]
    dead: tuple[str, ...]
    offered: tuple[Media, ...] = ()
    lead: str = ""
    private: tuple[str, ...] = ()


def finish(html: str, references: References) -> Rendering:
    """Make the body of an article from HTML whose addresses are as the editor wrote them.

    Raises :class:`.depth.TooLarge`.
    """
    finisher = _Finisher(references)
    body = of_a_size(finisher.finish(canonical(html)))
    lead = ""
    if MORE in body:
        lead = close(body.partition(MORE)[0])
        body = body.replace(MORE, "")
    return finisher.rendering(close(body), lead)


def finish_own(html: str, references: References) -> Rendering:
    """:func:`finish` HTML in which nothing is raw: all of it was written by ``writer``.

    Such HTML is nearly always canonical as it stands, and then one look by nh3 is enough. Where
    that look or anything else leaves a doubt, the long way is taken.
    """
    if is_ready(html):
        finisher = _Finisher(references)
        body = of_a_size(finisher.finish(html))
        if not finisher.doubtful and is_closed(body):
            return finisher.rendering(body)
    return finish(html, references)


# --- finishing ---------------------------------------------------------------------------

_TAG = re.compile(
    r"<(/?)(a|img|audio|video|source|track|figure|blockquote|q|ins|del)((?: [^>]*)?)>"
)
_PLAYER = re.compile(r"<(audio|video)((?: [^>]*)?)>(.*?)</\1>", re.S)
_SOURCES = re.compile(r"<(?:source|track)(?: [^>]*)?>")
_SRC = re.compile(r' src="([^"]*)"')
_ATTRIBUTE = re.compile(r' ([^\s=]+)="([^"]*)"')
_CAPTION = re.compile(r"<figcaption[^>]*>(.*?)</figcaption>", re.S)
_CREDIT_SPAN = re.compile(r'<span class="credit">(.*?)</span>', re.S)
_SWALLOWED = re.compile(f"[<>\n{MORE}]")


class _Finisher:
    """One pass over one body; what it met is in its four collections, in order.

    ``doubtful`` says whether it met what nh3 might have taken for something else.
    """

    def __init__(self, references: References) -> None:
        self.references = references
        self.shown: dict[str, Media] = {}
        self.offered: dict[str, Media] = {}
        self.missing: dict[str, None] = {}
        self.dead: dict[str, None] = {}
        self.private: dict[str, None] = {}
        self._anchors: dict[str, str] = {}
        self._left = MAX_ADDRESSES
        # A site that is itself on such a network, as while it is tried out, may show its own.
        self._site = "/".join(references.permalink.split("/", 3)[:3]) + "/"
        self._in_figure = False
        self._written: tuple[str, str, str] | None = None
        self._captions: list[tuple[str, str]] = []
        self.doubtful = False

    def rendering(self, html: str, lead: str = "") -> Rendering:
        """The finished body with what was met in it."""
        return Rendering(
            html=html,
            media=tuple(self.shown.values()),
            missing=tuple(self.missing),
            dead=tuple(self.dead),
            offered=tuple(media for url, media in self.offered.items() if url not in self.shown),
            lead=lead,
            private=tuple(self.private),
        )

    def finish(self, html: str) -> str:
        if "<audio" in html or "<video" in html:
            html = _PLAYER.sub(_with_link, html)
        html, self._anchors = anchored(html, self.references.prefix)
        pieces: list[str] = []
        kept: list[bool] = []  # for each open link, whether it stayed a link
        position = 0
        for tag in _TAG.finditer(html):
            pieces.append(html[position : tag.start()])
            position = tag.end()
            closes, name, written = tag[1], tag[2], tag[3]
            if name == "a":
                if closes:
                    pieces.append("</a>" if not kept or kept.pop() else "")
                else:
                    self.doubtful |= bool(kept)  # HTML knows no link within a link
                    link = self._link(_attributes(written))
                    kept.append(bool(link))
                    pieces.append(link)
            elif name == "figure":
                pieces.append(self._figure_caption() + tag[0] if closes else tag[0])
                self._written = None if closes else _written(html, tag.end())
                self._in_figure = not closes
            elif closes:
                pieces.append(tag[0])
            elif name in ("img", "audio", "video"):
                pieces.append(self._medium(name, _attributes(written)))
            elif name in ("source", "track"):
                pieces.append(self._source(name, _attributes(written)))
            else:
                pieces.append(self._cited(name, _attributes(written)))
        pieces.append(html[position:])
        return "".join(pieces)

    def _count(self) -> None:
        """Count one more address to look up."""
        self._left -= 1
        if self._left < 0:
            raise TooLarge(f"it has more than {MAX_ADDRESSES} links and pictures")

    # links

    def _link(self, attributes: dict[str, str]) -> str:
        """The start tag of a link, or nothing where it cannot be one."""
        self._count()
        is_wiki = attributes.get("class") == WIKI_CLASS
        if is_wiki:
            del attributes["class"]
        if "href" not in attributes:
            return _start("a", attributes) if "id" in attributes else ""
        self.doubtful |= not is_kept(attributes["href"])
        href = self._destination(attributes["href"], is_wiki=is_wiki)
        if not href:
            return ""
        return _start("a", attributes | {"href": href})

    def _destination(self, reference: str, *, is_wiki: bool) -> str:
        references = self.references
        if reference.startswith("#"):
            part = fragment(reference)
            if not part:
                return references.permalink
            if anchor := self._anchors.get(spelled(part)):
                return absolute("#" + anchor, references.permalink)
            self.dead["#" + part] = None
            return ""
        name = _name(reference)
        if not name:
            return absolute(reference, references.permalink)
        if name in references.links:
            part = reference.partition("#")[2]
            whole = references.links[name] + ("#" + part if part else "")
            return absolute(whole, references.permalink)
        if name in references.media:
            media = references.media[name]
            self.offered.setdefault(media.url, media)
            return media.url
        kind = kind_of(name)
        if kind == "article" or (is_wiki and not kind):
            self.dead[name] = None
            return ""
        if kind:
            self.missing[name] = None
            if is_wiki:
                return ""
        return absolute(reference, references.permalink)

    # media

    def _medium(self, element: str, attributes: dict[str, str]) -> str:
        self._count()
        self.doubtful |= not is_kept(attributes.get("src", ""))
        media = self._found(attributes.get("src", ""))
        self._resolve(attributes, media)
        if "srcset" in attributes:
            attributes["srcset"] = self._srcset(attributes["srcset"])
        if element == "img":
            if not attributes.get("src") and not attributes.get("srcset"):
                return escape(attributes.get("alt", ""), quote=False)
            if media:
                measure(attributes, media)
        caption, _, credited = self._caption(attributes)
        if media and media.url not in self.shown:
            self.shown[media.url] = replace(
                media,
                alt=attributes.get("alt", ""),
                caption=caption,
                credit=credited or media.credit,
            )
        return _start(element, attributes)

    def _found(self, reference: str) -> Media | None:
        name = _name(reference)
        if not name:
            return None
        media = self.references.media.get(name)
        if media is None:
            self.missing[name] = None
        return media

    def _resolve(self, attributes: dict[str, str], media: Media | None) -> None:
        if "src" in attributes:
            src = media.url if media else self._from_the_web(attributes["src"])
            if src:
                attributes["src"] = src
            else:
                del attributes["src"]
        if "poster" in attributes:
            attributes["poster"] = self._shown_url(attributes["poster"])

    def _shown_url(self, reference: str) -> str:
        self._count()
        media = self._found(reference)
        if media:
            self.shown.setdefault(media.url, media)
            return media.url
        return self._from_the_web(reference)

    def _from_the_web(self, reference: str) -> str:
        """Give the whole address of what a reader's program fetches by itself, if it may."""
        url = absolute(reference, self.references.permalink)
        if is_private(url) and not url.startswith(self._site):
            if not leads_nowhere(url):
                self.private[url] = None
            return ""
        return url

    def _srcset(self, value: str) -> str:
        candidates = []
        for url, descriptor in srcset(value):
            self._count()
            media = self._found(url)
            whole = media.url if media else self._from_the_web(url)
            if not whole:
                continue
            # A comma would end the address (HTML section 2.5.8.4).
            candidates.append(f"{whole.replace(',', '%2C')} {descriptor}".strip())
        return ", ".join(candidates)

    def _caption(self, attributes: dict[str, str]) -> tuple[str, str, str]:
        """Caption, credit as written and credited name, as the body shows them."""
        if self._written:
            return self._written
        caption, credit, name = split(attributes.get("title", ""))
        if self._in_figure and attributes.pop("title", ""):
            self._captions.append((caption, credit))
        return caption, credit, name

    def _figure_caption(self) -> str:
        """The caption that the titles of a figure's pictures make."""
        parts = []
        for caption, credit in self._captions:
            if caption:
                parts.append(escape(caption, quote=False))
            if credit:
                parts.append(f'<span class="credit">{escape(credit, quote=False)}</span>')
        self._captions.clear()
        return f"<figcaption>{' '.join(parts)}</figcaption>" if parts else ""

    def _source(self, element: str, attributes: dict[str, str]) -> str:
        if "src" in attributes:
            attributes["src"] = self._shown_url(attributes["src"])
        if "srcset" in attributes:
            attributes["srcset"] = self._srcset(attributes["srcset"])
        if not attributes.get("src") and not attributes.get("srcset"):
            return ""
        return _start(element, attributes)

    def _cited(self, element: str, attributes: dict[str, str]) -> str:
        if "cite" in attributes:
            self._count()
            attributes["cite"] = absolute(attributes["cite"], self.references.permalink)
        return _start(element, attributes)


def _written(html: str, start: int) -> tuple[str, str, str] | None:
    """Caption, credit as written and credited name of the figure whose inside starts there."""
    caption = _CAPTION.search(html, start, html.find("</figure>", start))
    if caption is None:
        return None
    words, credit, name = split(plain(_CREDIT_SPAN.sub("", caption[1])))
    if span := _CREDIT_SPAN.search(caption[1]):
        credit = plain(span[1])
        name = split(credit)[2] or credit
    return words, credit, name


def _with_link(player: re.Match[str]) -> str:
    """A player, and a link to what it plays.

    Feed validators take the attribute ``controls`` for a risk, and many readers drop players:
    the link is there in every one. What stood inside the player is its words.
    """
    element, attributes, inside = player.groups()
    sources = "".join(_SOURCES.findall(inside))
    src = _SRC.search(attributes + sources)
    if src is None:
        return ""
    label = plain(inside) or unescape(src[1]).rpartition("/")[2]
    link = f'<a href="{src[1]}">{escape(label, quote=False)}</a>'
    return f"<{element}{attributes}>{sources}</{element}> {link}"


def _name(reference: str) -> str:
    """The local name of an attribute; none where an unclosed quote has swallowed other HTML."""
    return "" if _SWALLOWED.search(reference) else normal(reference)


def _attributes(written: str) -> dict[str, str]:
    return {found[1]: unescape(found[2]) for found in _ATTRIBUTE.finditer(written)}


def _start(element: str, attributes: Mapping[str, str]) -> str:
    words = "".join(f' {name}="{_quoted(value)}"' for name, value in attributes.items())
    return f"<{element}{words}>"


def _quoted(value: str) -> str:
    # As nh3 writes attributes, so that closing with it usually changes nothing.
    return escape(value).replace("&#x27;", "'")
