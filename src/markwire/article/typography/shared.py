"""What several languages write alike: apostrophes, ellipses, dashes typed as hyphens.

Pure. Text begins with the mark of a block.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from markwire.article.typography.flat import BLOCK, INLINE, THING, WORD
from markwire.article.typography.spaces import NBSP

_DOTS = re.compile(r"\.\.\.(?<!\.\.\.\.)(?![./\\])")
# A letter before it; a letter, a figure, a quotation or what a tag hides behind it.
_APOSTROPHE = re.compile(
    rf"'(?<=[^\W\d_]')(?=[\w«“\"‹{THING}{WORD}]|(?:</?[a-z]++>|{INLINE})++[\w«“\"‹{THING}{WORD}])"
)
_CENTURY = re.compile(r"'(?<![\w'’]')(?=\d\d(?![\d'’]))")  # '80
_HYPHENS = re.compile(rf"-(?<=([^\s{BLOCK}])[ \n]-)(?<!>\n-)-{{0,2}}(?=[ \n]([^\s{BLOCK}]))")
_TYPED = re.compile(r"-(?=[ \n-])")
# Behind the border of a block, a line that ends, or a tag.
_SPEECH: Final = {
    dash: re.compile(rf"{dash}(?:(?<=[>{INLINE}{BLOCK}]{dash})|(?<=>\n{dash}))[ \n](?=\S)")
    for dash in "—–"
}
_TYPED_SPEECH = re.compile(rf"((?:>\n?|[{INLINE}{BLOCK}]))---?[ \n](?=\S)")


def ellipsis(text: str) -> str:
    """Three dots as one sign, where there are not more of them and no path goes on."""
    return _DOTS.sub("…", text) if "..." in text else text


def apostrophes(text: str) -> str:
    """Straight apostrophes within words, and those that stand for a century."""
    if "'" not in text:
        return text
    text = _APOSTROPHE.sub("’", text)
    return _CENTURY.sub("’", text) if "'" in text else text


def dashes(text: str, become: Mapping[str, str]) -> str:
    """Hyphens as dashes: those that begin what somebody says, and those between spaces.

    ``become`` gives the dash for one, two or three of them. One hyphen between figures is a
    minus, or a score. What begins speech is held to its words by its space.
    """

    def dash(found: re.Match[str]) -> str:
        before, after = found.groups()
        if found[0] == "-" and before.isdigit() and after.isdigit():
            return "-"
        return become[found[0]]

    if _TYPED.search(text):
        text = _HYPHENS.sub(dash, _TYPED_SPEECH.sub(rf"\1—{NBSP}", text))
    for sign, pattern in _SPEECH.items():
        if sign in text:
            text = pattern.sub(sign + NBSP, text)
    return text
