"""An article as readers have it: its HTML, and its raw form in each feed. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from typing import Final
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from markwire.article.depth import TooLarge
from markwire.article.html import sanitise
from markwire.formats.languages import day_in_words
from markwire.model import FORMATS, Format, Site
from markwire.serving.guard import is_loopback
from markwire.views import ArticleView
from markwire.wording.voice import Voice, voice

_LONGEST: Final = 400_000  # characters of a raw form that are shown
_TAG: Final = re.compile(
    r"(?P<comment><!--.*?-->)|(?P<cdata><!\[CDATA\[)|(?P<end>\]\]>)|(?P<tag></?[\w:.-]+)"
    r"|(?P<name>[\w:.-]+)(?==\")|(?P<value>\"[^\"<]*\")",
    re.DOTALL,
)
_JSON: Final = re.compile(r'(?P<name>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<value>"(?:[^"\\]|\\.)*")')


def body(view: ArticleView, site: Site) -> Markup:
    """Give the body as HTML, its pictures by addresses of our own.

    It is sanitised once more: what came over a wire is not trusted for having been safe.
    """
    try:
        safe = _sanitised(view.body)
    except TooLarge:
        return Markup("")
    return Markup(safe.replace(f'src="{site.feeds_url}', 'src="/feeds/'))


def raw(view: ArticleView, form: str) -> Markup:
    """Give an entry as a feed carries it, escaped, with its names and values marked."""
    text = next((view.forms.get(each, "") for each in FORMATS if each == form), "")
    cut = text[:_LONGEST]
    marked = _marked(cut, _JSON if form == "json" else _TAG)
    return marked if cut == text else marked + "…"


def version(view: ArticleView) -> str:
    """Give a word that is another when the article is."""
    return sha256(f"{view.card.headline}\0{view.standfirst}\0{view.body}".encode()).hexdigest()[:12]


def reader_voice(view: ArticleView) -> Voice:
    """Give the voice for what stands around an article."""
    return voice(view.card.language)


def moment(view: ArticleView, site: Site) -> str:
    """Give the day on which an article appeared, in its language."""
    if view.published is None:
        return ""
    return day_in_words(view.published, language=view.card.language, zone=site.time_zone)


def local(address: str, site: Site) -> str:
    """Give where an address below the feeds is served by ourselves."""
    below = address.removeprefix(site.feeds_url)
    return f"/feeds/{below}" if below != address else address


def validator(address: str, form: Format) -> str:
    """Give where the W3C's validator judges a feed; empty for what it cannot reach or read."""
    host = urlsplit(address).hostname or ""
    if form == "json" or is_loopback(host) or "." not in host:
        return ""
    return f"https://validator.w3.org/feed/check.cgi?url={quote(address, safe='')}"


@lru_cache(maxsize=64)
def _sanitised(html: str) -> str:
    return sanitise(html)


def _marked(text: str, pattern: re.Pattern[str]) -> Markup:
    made, at = Markup(""), 0
    for found in pattern.finditer(text):
        word = f'<span class="{found.lastgroup}">%s</span>'
        made += text[at : found.start()]
        made += Markup(word) % found[0]
        at = found.end()
    return made + text[at:]
