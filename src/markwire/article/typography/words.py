"""Words that are no prose: addresses, names of hosts and files, shortcodes.

Pure. They are taken out of the text before any rule sees it, and put back as they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markwire.article.typography.flat import WORD

# A file, a host, a path; never an abbreviation ("e.g.") or initials.
_DOT = re.compile(r"\.(?=[A-Za-z][A-Za-z0-9]|/)")
_SHORTCODE = re.compile(r":[A-Za-z0-9_+-]{1,40}+:")
_REFERENCE = re.compile(r"&(?:amp;)?#?\w{2,31}+;(?<!&amp;)(?<!&lt;)(?<!&gt;)")
_BORDER: Final = ' \t\n\xa0\u202f<>\x01\x02\x03\x05\x06\x08"«»“”„‘‹›()[]{}'
_REST = re.compile(f"[^{re.escape(_BORDER)}]*+")
_AFTER: Final = ".,;:!?…'’"
_CUT = re.compile(r"&#?\w{1,31}\Z")


def without_words(text: str) -> tuple[str, list[str]]:
    """Give ``text`` with a mark for each word that is no prose, and these words."""
    if not (
        _DOT.search(text) or _SHORTCODE.search(text) or "@" in text or "//" in text or "&" in text
    ):
        return text, []
    pieces: list[str] = []
    words: list[str] = []
    done = 0
    for start, last in sorted(_found(text)):
        end = last
        if end <= done:
            continue
        first = start
        if text[start] not in ":&":
            while first > done and text[first - 1] not in _BORDER:
                first -= 1
            rest = _REST.match(text, start)
            if rest:
                kept = rest[0].rstrip(_AFTER)
                # The semicolon of a reference is no sign of the sentence.
                is_cut = rest[0][len(kept) :].startswith(";") and _CUT.search(kept)
                end = start + len(kept) + bool(is_cut)
        elif start < done:
            continue
        pieces += (text[done:first], WORD)
        words.append(text[first:end])
        done = end
    pieces.append(text[done:])
    return "".join(pieces), words


def with_words(text: str, words: list[str]) -> str:
    """Put back what :func:`without_words` took out."""
    parts = text.split(WORD)
    whole = [parts[0]]
    for word, part in zip(words, parts[1:], strict=True):
        whole += (word, part)
    return "".join(whole)


def _found(text: str) -> Iterator[tuple[int, int]]:
    for sign in ("://", "@"):
        position = text.find(sign)
        while position >= 0:
            yield position + len(sign) - 1, position + len(sign)
            position = text.find(sign, position + 1)
    for pattern in (_DOT, _SHORTCODE, _REFERENCE):
        for found in pattern.finditer(text):
            yield found.span()
