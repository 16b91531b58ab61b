"""Which places of a text stand in code, as the parser of articles sees it. Pure.

A place is shown by a number between two marks that no article holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote

from markwire.article.body import References
from markwire.article.extensions import notes_of, walk
from markwire.article.parser import Parsing
from markwire.article.syntax import Token

OPEN: Final = "\ufdd1"
CLOSE: Final = "\ufdd2"

_PLACE: Final = re.compile(f"{OPEN}([0-9]+){CLOSE}")
# Elements whose text is a sample, and those whose text nobody reads.
_SAMPLE: Final = re.compile(
    r"<(pre|code|kbd|samp|script|style|textarea)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I
)
_SAMPLE_TAG: Final = re.compile(r"<(/?)(?:pre|code|kbd|samp)\b", re.I)


def in_code(marked: str) -> frozenset[int]:
    """Give the numbers of the places that stand in code or in comments."""
    parsing = Parsing(References("https://localhost/", "a", {}, {}))
    tokens = parsing.tokens(marked)
    for key, note in list(notes_of(parsing.env).texts.items()):
        tokens += parsing.note(note, in_line=key.startswith("["))
    found = set(_places(tokens))
    if "%%" in marked:
        # What is commented out is in no token: nobody reads it, so nothing need be said of it.
        shown = {number for each in walk(tokens) for number in _numbers(_all_text(each))}
        found.update(set(_numbers(marked)) - shown)
    return frozenset(found)


def _all_text(token: Token) -> str:
    attributes = token.get("attrs", {})
    said = (token.get("raw", ""), attributes.get("url", ""), attributes.get("title") or "")
    return unquote(" ".join(said))


def _places(tokens: Iterable[Token]) -> Iterator[int]:
    depth = 0
    for token in tokens:
        kind = token["type"]
        if kind in ("block_code", "codespan"):
            yield from _numbers(token["raw"])
        elif kind == "block_html":
            for sample in _SAMPLE.finditer(token["raw"]):
                yield from _numbers(sample[0])
        elif kind == "inline_html":
            if token["raw"].startswith("<!--"):
                yield from _numbers(token["raw"])
            elif tag := _SAMPLE_TAG.match(token["raw"]):
                depth = max(0, depth - 1) if tag[1] else depth + 1
        elif "children" in token:
            yield from _places(token["children"])
        elif depth and "raw" in token:
            yield from _numbers(token["raw"])


def _numbers(raw: str) -> Iterator[int]:
    return (int(place[1]) for place in _PLACE.finditer(raw))
