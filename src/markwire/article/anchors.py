"""Ids for what a body links within itself: its headings, and the elements that had an id.

Pure. No other id is kept: readers show many articles in one page.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

from markwire.article.html import plain

_WANTED = re.compile(r' href="#([^"]+)"')
_ELEMENT = re.compile(r"<[a-z][^>]*>")
_HEADING = re.compile(r"<(h[1-6])((?: [^>]*)?)>(.*?)</\1>", re.S)
_ID = re.compile(r' id="([^"]*)"')
_NOT_WORD = re.compile(r"[\W_]+")


def anchored(html: str, prefix: str) -> tuple[str, dict[str, str]]:
    """Give canonical HTML with ids where they are asked for, and these by what asks for them.

    Elements with that id come first, then headings. ``prefix`` begins every id.
    """
    anchors: dict[str, str] = {}
    wanted = {spelled(unquote(unescape(part))) for part in _WANTED.findall(html)}
    if not wanted:
        return html, anchors

    def identified(found: re.Match[str]) -> str:
        key = spelled(unescape(found[1]))
        if key not in wanted or key in anchors:
            return ""
        anchors[key] = f"part-{prefix}-{key}"
        return f' id="{anchors[key]}"'

    html = _ELEMENT.sub(lambda tag: _ID.sub(identified, tag[0]), html)
    seen: dict[str, int] = {}

    def headed(found: re.Match[str]) -> str:
        key = spelled(plain(found[3]))
        count = seen.get(key, 0)
        seen[key] = count + 1
        key = f"{key}-{count}" if count else key  # as GitHub numbers equal headings
        if key not in wanted or key in anchors or " id=" in found[2]:
            return found[0]
        anchors[key] = f"part-{prefix}-{key}"
        return f'<{found[1]} id="{anchors[key]}"{found[2]}>{found[3]}</{found[1]}>'

    return _HEADING.sub(headed, html), anchors


def spelled(part: str) -> str:
    """A fragment as GitHub, Obsidian and people spell it: words without case, joined by ``-``."""
    return _NOT_WORD.sub("-", part.casefold()).strip("-")
