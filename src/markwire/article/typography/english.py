"""English: curly quotation marks and apostrophes, dashes, figures with their units.

Pure. Three hyphens are an em dash and two an en dash, as Markdown tools have them; two hyphens
that join words, as on a typewriter, are an em dash too.
"""

from __future__ import annotations

import re
from typing import Final

from markwire.article.typography.flat import beside, blocks
from markwire.article.typography.quotes import BEGINS, OPENERS, Marks, pair
from markwire.article.typography.shared import dashes, ellipsis
from markwire.article.typography.spaces import UNITS, hold, holding

_MARKS: Final = Marks(("“", "”"), ("‘", "’"))
_DASHES: Final = {"-": "–", "--": "–", "---": "—"}
_JOINED_WORDS = re.compile(r"(?<=[^\W\d_])---?(?=[^\W\d_])")
_JOINED_FIGURES = re.compile(r"(?<=[0-9])--(?=[0-9])")
# What has lost its beginning, and does not begin a quotation.
_SINGLE = re.compile("'")
_ELIDED = re.compile(r"(?:\d\ds?|twas|tis|tisn|em|n|til|cause|bout|round)(?!\w)", re.IGNORECASE)
_HELD: Final = holding((*UNITS, "%", "mph", "m"))


def english(text: str) -> str:
    """Set English text, which begins with the mark of a block."""
    text = pair(ellipsis(text), _MARKS)
    if "'" in text:
        text = _single(text)
    text = dashes(text, _DASHES)
    if "--" in text:
        text = _JOINED_FIGURES.sub("–", _JOINED_WORDS.sub("—", text))
    return hold(text, _HELD)


def _single(text: str) -> str:
    """Curl single marks, block by block: an apostrophe and a closing mark look the same."""
    signs = list(text)
    for start, end in blocks(text, "'"):
        opened: list[int] = []
        for position in (found.start() for found in _SINGLE.finditer(text, start, end)):
            before, after = beside(text, position, -1), beside(text, position, 1)
            is_word = after.isalnum() or after in BEGINS
            if is_word and (before.isspace() or before in OPENERS):
                signs[position] = "’"
                if not _ELIDED.match(text, position + 1):
                    opened.append(position)
            elif opened and not before.isspace() and not after.isalnum():
                signs[opened.pop()], signs[position] = "‘", "’"
            elif not before.isspace() and (not before.isdigit() or after.isalpha()):
                signs[position] = "’"  # What is left are feet, minutes, and marks that stand alone.
    return "".join(signs)
