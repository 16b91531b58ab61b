"""French: guillemets, spaces before signs, apostrophes, dashes, figures.

Pure. Spaces are those of the Imprimerie nationale's *Lexique*: a narrow one before ``; ! ?``, a
plain one before ``:`` and inside guillemets, all no-break. Switzerland has narrow ones throughout
(*Guide du typographe*), and Canada none before ``; ! ?`` (Office québécois de la langue française).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from markwire.article.typography.flat import BLOCK, OPEN, TAG
from markwire.article.typography.quotes import Marks, pair
from markwire.article.typography.shared import apostrophes, dashes, ellipsis
from markwire.article.typography.spaces import (
    ANY,
    NARROW,
    NBSP,
    UNITS,
    before,
    bind,
    going_on,
    hold,
    holding,
    narrow_thousands,
)

# What a sign has behind it where it ends something: never "!=", "?query", ":-)" or "12:30".
_AFTER_HIGH: Final = rf"(?=[\s{TAG}»”\"’\])…,.–—]|\Z)"
_AFTER: Final = {
    ";": rf"(?=[\s{TAG}»”\"’\]…]|\Z)(?<!&amp;)(?<!&lt;)(?<!&gt;)",
    "!": rf"[!?]*+{_AFTER_HIGH}",
    "?": rf"[!?]*+{_AFTER_HIGH}",
    ":": rf"(?=[\s{TAG}«“\"]|\Z)",
    "»": "",
}
_DASHES: Final = {"-": "–", "--": "–", "---": "—"}
# Within a sentence, the dashes around an aside hold to it; those before figures may be ranges.
_ASIDE: Final = {
    dash: re.compile(
        rf"{dash}(?<=[^\s{BLOCK}][ \n]{dash})[ \n](?![0-9])"
        rf"((?:[^–—.!?…<>{BLOCK}]|</?(?:a|b|em|i|strong)>){{1,300}}?)[ \n]{dash}(?=[ \n,;:.)])"
    )
    for dash in "–—"
}
# One expression for each first letter: ``re`` looks for one character faster than for any of two.
_TITLES: Final = tuple(
    re.compile(rf"{first}(?<![\w’'-]{first})(?:{rest})[ \n](?={OPEN}?[A-ZÀ-ÖØ-Þ])")
    for first, rest in (("M", r"\.|M\.|mes?|lles?|e|gr"), ("D", "r"))
)
_NUMBERS: Final = {
    sign: re.compile(rf"{sign}(?<=[nN]{sign})[ \n](?={OPEN}?[0-9])") for sign in "°º"
}
_UNITS: Final = """
    % ‰ € $ ₸ m g t l h s V W Mo Go To million millions milliard milliards
    """.split()
_MONTHS: Final = """
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    """.split()
_FIRST = re.compile(rf"1(?<!\w1)er[ \n](?=(?:{'|'.join(_MONTHS)})(?!\w))")


def _sign(sign: str, behind: str = "") -> str:
    """The expression of a sign that ends something, ``behind`` a space of its own or not."""
    first = re.escape(sign) + behind
    return first + (rf"(?<![!?]{re.escape(sign)})" if sign in "!?" else "") + _AFTER[sign]


_HELD: Final = holding((*UNITS, *_UNITS), _MONTHS)
_GOING_ON = going_on(_MONTHS, hour="h")


class French:
    """The rules as one country has them; ``high`` stands before ``; ! ?``.

    Where it is missing there, it is put in if ``wants_high`` says so.
    """

    def __init__(
        self,
        *,
        inner: tuple[str, str] = ("“", "”"),
        high: str = NARROW,
        wants_high: bool = True,
        colon: str = NBSP,
        guillemets: str = NBSP,
        thousands: str = NARROW,
    ) -> None:
        self._marks = Marks(("«", "»"), inner, spaced=True)
        self._thousands = thousands
        self._opening = re.compile(rf"«(?!{guillemets}\S){ANY}*+(?!</|<br|{BLOCK}|\Z)")
        self._opened = "«" + guillemets
        spaces = {";": high, "!": high, "?": high, ":": colon, "»": guillemets}
        self._signs = tuple(
            (
                sign,
                re.compile(_sign(sign, rf"(?<!\S{space}{re.escape(sign)})")),
                space,
                wants_high or sign not in ";!?",
            )
            for sign, space in spaces.items()
        )

    def __call__(self, text: str) -> str:
        """Set French text, which begins with the mark of a block."""
        text = apostrophes(pair(ellipsis(text), self._marks))
        text = dashes(text, _DASHES)
        for dash, aside in _ASIDE.items():
            if text.count(dash) > 1:
                text = aside.sub(rf"{dash}{NBSP}\1{NBSP}{dash}", text)
        if "«" in text:
            text = self._opening.sub(self._opened, text)
        text = hold(text, _HELD)
        for sign, pattern, space, is_wanted in self._signs:
            if sign in text:
                text = before(text, pattern, space, insert=is_wanted)
        for title in _TITLES:
            text = bind(text, title)
        for sign, number in _NUMBERS.items():
            if sign in text:
                text = bind(text, number)
        text = bind(bind(text, _FIRST), _GOING_ON)
        return narrow_thousands(text) if self._thousands == NARROW else text


@cache
def french(country: str) -> French:
    """Give the rules of a country, by its code in lower case (ISO 3166-1)."""
    match country:
        case "ca":
            return French(wants_high=False, thousands=NBSP)
        case "ch":
            return French(inner=("‹", "›"), colon=NARROW, guillemets=NARROW)
        case _:
            return French()
