"""Russian, Kazakh and their neighbours that write Cyrillic: quotation marks, dashes, figures.

Pure. What is done is what the languages share (Milchin's *Справочник издателя и автора*): «…»
with „…“ inside, an em dash held to the word before it, and no-break spaces in figures, dates,
initials and set abbreviations.
"""

from __future__ import annotations

import re
from typing import Final

from markwire.article.typography.flat import BLOCK, OPEN
from markwire.article.typography.quotes import Marks, pair
from markwire.article.typography.shared import apostrophes, dashes, ellipsis
from markwire.article.typography.spaces import (
    ANY,
    NBSP,
    UNITS,
    before,
    bind,
    going_on,
    hold,
    holding,
)

_MARKS: Final = Marks(("«", "»"), ("„", "“"))
_DASHES: Final = dict.fromkeys(("-", "--", "---"), "—")
_DASH = re.compile(rf"—(?<=[^\s{BLOCK}][ \n]—)(?=[ \n])")
_SHORT_DASH = re.compile(rf"–(?<=[^\s0-9{BLOCK}]{ANY}–)(?=[ \n][^\s0-9])")
_CAPITAL: Final = "[А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺӢҶҲӮ]"
_INITIALS = re.compile(rf"\.(?<={_CAPITAL}\.)(?<!\w{_CAPITAL}\.)[ \n](?={_CAPITAL}[\w.])")
_NUMBER = re.compile(rf"№[ \n](?={OPEN}?[0-9])")
_AND_SO_ON = re.compile(r"и(?<![\w-]и)[ \n](?=т\.[ \n]?[дп]\.|др\.|пр\.)")
_ABBREVIATION = re.compile(r"т\.(?<!\wт\.)[ \n](?:[депкнб]|с\.[ \n]с)\.")
_MONTHS: Final = (
    *"января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    *(
        month + r"\w*"
        for month in "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша "
        "желтоқсан".split()
    ),
)
_UNITS: Final = (
    *UNITS,
    *"""
    % ‰ ₸ ₽ € $ км м см мм га т кг г мг л км² м² м³ км/ч ч мин Вт кВт МВт ГВт ТВт кВт·ч МВт·ч
    тыс. млн млрд трлн мың г. гг. в. вв. ж. жж. руб. тг
    """.split(),
)
_HELD: Final = holding(_UNITS, _MONTHS)
_GOING_ON = going_on(_MONTHS, hour="ч")


def cyrillic(text: str) -> str:
    """Set Russian, Kazakh and the like; ``text`` begins with the mark of a block."""
    text = apostrophes(pair(ellipsis(text), _MARKS))
    text = dashes(text, _DASHES)
    if "–" in text:
        text = _SHORT_DASH.sub("—", text)
    if "—" in text:
        text = before(text, _DASH, NBSP, insert=False)
    if "." in text:
        text = bind(bind(bind(text, _INITIALS), _AND_SO_ON), _ABBREVIATION)
    if "№" in text:
        text = bind(text, _NUMBER)
    return bind(hold(text, _HELD), _GOING_ON)
