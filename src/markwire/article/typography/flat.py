"""HTML as rules of typography may see it: without what is no prose, and with its plain tags.

Pure. Tags with attributes, code, pictures and text in another language are taken out, a mark
standing for each, and put back unchanged. Tags such as ``<em>`` and ``</p>`` stay where they are:
rules look past those within a line, and stop at those of blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, Literal

# XML forbids these characters, so finished HTML has none (XML 1.0 section 2.2).
INLINE: Final = "\x01"
"""A tag within a line, such as that of a link."""
THING: Final = "\x02"
"""What stands in a line and is no prose, such as code or a picture."""
BLOCK: Final = "\x03"
"""The border of a block."""
WORD: Final = "\x08"
"""An address or another word that is no prose."""

TAG: Final = f"<{INLINE}{THING}{BLOCK}"
"""What a tag may begin with, for a set of characters."""
OPEN: Final = f"(?:<[a-z]++>|{INLINE})"
"""A tag that begins emphasis or a link, or ends it."""

Rules = Callable[[str], str]
"""What sets a text that begins with ``BLOCK``, and keeps tags and marks in their places."""

_MARKS = re.compile("[\x01-\x08]")
_HIDDEN = re.compile(r"(<[a-z0-9]++ [^>]*>|<(?:code|kbd|pre|samp|tt|var)>)")
_IS_HELD = re.compile(r"<(?:code|kbd|pre|samp|tt|var)[ >]|<[^>]* lang=\"")
_TAG = re.compile(r"<(/?)([a-z0-9]+)")
_LANG = re.compile(r' lang="([^"]*)"')

_IN_LINE: Final = frozenset(
    """
    a abbr acronym b bdi big cite data del dfn em i ins mark q rp rt ruby s small span strike
    strong sub sup time u wbr
    """.split()
)
_CODE: Final = frozenset("code kbd pre samp tt var".split())
_VOID: Final = frozenset("br col hr img source track wbr".split())
_BORDER = re.compile(rf"{BLOCK}|</?(?!(?:{'|'.join((*_IN_LINE, 'br'))})>)[a-z0-9]+>")


def set_html(
    html: str, texts: tuple[str, ...], language: str, rules: Rules
) -> tuple[str, tuple[str, ...]]:
    """Apply rules to the prose of finished HTML that is written in ``language``, and to texts.

    The texts are plain; where one of them holds a mark of ours, nothing is changed.
    """
    plain = "".join(texts)
    if _MARKS.search(plain):
        return html, texts
    has_tags = "<" in plain or ">" in plain
    body, hidden = _hide(html, language)
    before = (*(map(_without_tags, texts) if has_tags else texts), body)
    *become, body = rules(BLOCK + BLOCK.join(before)).split(BLOCK, len(texts) + 1)[1:]
    return _show(body, hidden), tuple(map(_with_tags, become) if has_tags else become)


def set_text(text: str, rules: Rules) -> str:
    """Apply rules to plain text; what holds marks of ours is no prose."""
    return text if _MARKS.search(text) else _with_tags(rules(BLOCK + _without_tags(text))[1:])


def _without_tags(text: str) -> str:
    """Keep what looks like tags in plain text from being taken for them."""
    return text.replace("<", "\x05").replace(">", "\x06")


def _with_tags(text: str) -> str:
    return text.replace("\x05", "<").replace("\x06", ">")


# --- hiding ------------------------------------------------------------------------------


def _hide(html: str, language: str) -> tuple[str, list[str]]:
    """Give HTML with a mark for each tag and element that rules may not see, and these."""
    pieces = _HIDDEN.split(html)
    hidden = pieces[1::2]
    # Those of blocks stand beside others that rules do see.
    if not any(map(_IS_HELD.match, hidden)):
        return INLINE.join(pieces[::2]), hidden
    pieces, hidden, done = [], [], 0
    for found in _HIDDEN.finditer(html):
        start, end = found.span()
        if start < done:
            continue
        named = _TAG.match(html, start)
        name = named[2] if named else ""
        mark = INLINE
        if name in _CODE or (' lang="' in found[0] and _is_other(found[0], name, language)):
            end = _end(html, name, end)
            mark = BLOCK if name == "pre" else THING
        pieces += (html[done:start], mark)
        hidden.append(html[start:end])
        done = end
    pieces.append(html[done:])
    return "".join(pieces), hidden


def _show(body: str, hidden: list[str]) -> str:
    """Put back what :func:`_hide` took out."""
    if not hidden:
        return body
    for mark in (THING, BLOCK):
        if mark in body:
            body = body.replace(mark, INLINE)
    parts = body.split(INLINE)
    whole = [""] * (len(parts) + len(hidden))
    whole[::2] = parts
    whole[1::2] = hidden
    return "".join(whole)


def _end(html: str, name: str, position: int) -> int:
    """Give where an element ends whose start tag ends at ``position``."""
    depth = 1
    for tag in _TAG.finditer(html, position):
        if tag[2] == name:
            depth += -1 if tag[1] else 1
            if not depth:
                return html.index(">", tag.end()) + 1
    return position


def _is_other(tag: str, name: str, language: str) -> bool:
    said = _LANG.search(tag)
    is_own = said is None or _main(said[1]) == _main(language)
    return not is_own and name not in _VOID


def _main(language: str) -> str:
    return language.partition("-")[0].lower()


# --- looking past tags -------------------------------------------------------------------


def beside(text: str, position: int, step: Literal[-1, 1]) -> str:
    """Give the character before or behind a position, past tags; a line end at a block's border."""
    position += step
    while 0 <= position < len(text):
        found = text[position]
        if found == INLINE:
            position += step
        elif found == (">" if step < 0 else "<"):
            other = text.rfind("<", 0, position) if step < 0 else text.find(">", position)
            tag = _TAG.match(text, other if step < 0 else position)
            if tag is None or tag[2] not in _IN_LINE:
                return "\n"
            position = other + step
        else:
            return "\n" if found == BLOCK else found
    return "\n"


def blocks(text: str, sign: str) -> Iterator[tuple[int, int]]:
    """Give start and end of each block that holds a sign."""
    at = text.find(sign)
    if at < 0:
        return
    start = 0
    for border in _BORDER.finditer(text):
        end = border.start()
        if end > at:
            yield start, end
            at = text.find(sign, end)
            if at < 0:
                return
        start = border.end()
    yield start, len(text)
