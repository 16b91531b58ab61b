"""What an article says in a few lines: its standfirst, else its lead, else its first paragraph.

Pure.
"""

from __future__ import annotations

import re
from typing import Final

from markwire.article.body import Rendering
from markwire.article.html import clean_text, plain

LIMIT: Final = 500

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>")
_VOID: Final = frozenset("br hr img source track wbr col".split())
# What stands beside the text rather than in it.
_ASIDE: Final = re.compile(
    r"<(figure|table|aside|audio|video|pre|h[1-6]|blockquote class=\"callout|div class=\"footnotes)"
)
_NOTE_REFERENCE = re.compile(r'<sup id="fnref-.*?</sup>', re.S)
_SENTENCE_END = re.compile(r"[.!?…][»”\"’)]*(?=\s)|[.!?…][\u00a0\u202f]»(?=\s)")


def summary(standfirst: str, rendering: Rendering) -> str:
    """The summary of an article as plain text on one line; empty where it has no text.

    The editor's ``standfirst`` is whole; what stands in for it has at most ``LIMIT`` characters
    and ends at a sentence or a word: what is before ``<!-- more -->``, or the first paragraph
    that is not part of a picture, a callout, a table, a list or a quotation.
    """
    if text := plain(standfirst):
        return text
    if text := _text(rendering.lead):
        return shorten(text)
    return shorten(_first_paragraph(rendering.html) or _text(rendering.html))


def shorten(text: str, limit: int = LIMIT) -> str:
    """``text`` cut to ``limit`` characters at a sentence or a word, marked with ``…``."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, limit - 1)]
    if ends and ends[-1] >= limit // 2:
        return cut[: ends[-1]] + " …"
    if not text[limit - 1].isspace():
        cut = re.sub(r"\s+\S*$", "", cut)
    return cut.rstrip(" \u00a0\u202f,;:–—-«(") + "…"


def _first_paragraph(html: str) -> str:
    """The text of the first paragraph that stands in no other element."""
    open_elements: list[str] = []
    start = -1
    for tag in _TAG.finditer(html):
        if tag[2] in _VOID:
            continue
        if not tag[1]:
            if tag[2] == "p" and not open_elements:
                start = tag.end()
            open_elements.append(tag[2])
        elif tag[2] in open_elements:
            while open_elements.pop() != tag[2]:
                pass
            is_outermost = tag[2] == "p" and not open_elements and start >= 0
            if is_outermost and (text := _text(html[start : tag.start()])):
                return text
    return ""


def _text(html: str) -> str:
    """The running text of HTML, without what stands beside it."""
    kept: list[str] = []
    position = 0
    while aside := _ASIDE.search(html, position):
        kept.append(html[position : aside.start()])
        end = f"</{aside[1].partition(' ')[0]}>"
        close = html.find(end, aside.end())
        position = close + len(end) if close >= 0 else len(html)
    kept.append(html[position:])
    return clean_text(plain(_NOTE_REFERENCE.sub("", "".join(kept))))
