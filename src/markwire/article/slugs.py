"""Words for URLs: readable ASCII from a name in any script.

Pure. Transliteration is python-slugify's, with the table of text-unidecode; the letters that it
drops or mistakes, and which Kazakh, Kyrgyz, Uzbek, Tajik and Turkmen text is full of, are in the
tables here, and those of Arabic script in ``arabic``.

What a name became once, it must become again: names of feeds are made anew with each edition.
Hence the general table only ever gains letters that it dropped. What a letter is in one language
alone stands in a table of that language, which is used for new articles only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from markwire.article import arabic

MAX_LENGTH: Final = 80
# Windows takes each for a device, whatever follows behind a dot, and in every folder.
DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in range(10)]
)
# Web servers show "index" for its folder; the others are the names of a feed's own files.
RESERVED: Final = DEVICES | {"index", "rss", "atom", "feed"}

_LETTERS: Final = {
    "Ә": "a", "ә": "a", "Ғ": "gh", "ғ": "gh", "Қ": "q", "қ": "q", "Ң": "ng", "ң": "ng",
    "Ө": "o", "ө": "o", "Ұ": "u", "ұ": "u", "Ү": "u", "ү": "u", "Һ": "h", "һ": "h",
    "І": "i", "і": "i", "Ў": "o", "ў": "o", "Ҳ": "h", "ҳ": "h", "Ҷ": "j", "ҷ": "j",
    "Ӣ": "i", "ӣ": "i", "Ӯ": "u", "ӯ": "u", "Ж": "zh", "ж": "zh", "Җ": "j", "җ": "j",
    "ʻ": "", "ʼ": "", "’": "-", "ə": "a", "Ə": "a", "ň": "n", "ž": "zh",
    "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "&": "-", "@": "-a-",
}  # fmt: skip
_TABLE: Final = str.maketrans(_LETTERS)

# Whatever a keyboard has for the sign of Uzbek oʻ and gʻ, and for its tutuq belgisi.
_APOSTROPHES: Final = "'`´ʹʻʼʽˈˊˋ‘’‛′＇"
_SOFT: Final = {"й": "y", "ю": "yu", "я": "ya", "ё": "yo"}
_LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "az": {"ə": "e"},
    "de": {"ä": "ae", "ö": "oe", "ü": "ue"},
    # The Latin letters as the Cyrillic ones are written, so that both alphabets give one word.
    "kk": {"ğ": "gh", "ǵ": "gh", "ñ": "ng", "ń": "ng", "ş": "sh"},
    "ky": {**_SOFT, "ж": "j"},
    "tg": _SOFT,
    "tk": {"ç": "ch", "ş": "sh", "ž": "zh"},
    # The other way round: Latin has been official since 1993.
    "uz": {**_SOFT, "ж": "j", "х": "x", "ғ": "g", **dict.fromkeys(_APOSTROPHES, "")},
}
_TABLES: Final = {
    language: str.maketrans(
        {**letters, **{each.upper(): word for each, word in letters.items() if each.isalpha()}}
    )
    for language, letters in _LANGUAGES.items()
}
_PERSIAN: Final = frozenset(["fa", "prs"])
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@lru_cache(maxsize=4096)  # The same sections, tags and authors come again with every article.
def slug(name: str, *, default: str = "article", language: str = "") -> str:
    """Give the word that stands for ``name`` in a URL, and can name a file or folder anywhere.

    It matches ``[a-z0-9]+(-[a-z0-9]+)*``, has at most ``MAX_LENGTH`` characters, is none of
    ``RESERVED``, and is ``default`` where nothing of the name can be written so. ``language``
    decides letters that two languages write differently; names that must be the same word in
    all articles are given without it. A slug's slug is itself.
    """
    word = spelled(name, default=default, language=language)
    return f"{word}-1" if word in RESERVED else word


def spelled(name: str, *, default: str = "article", language: str = "") -> str:
    """Give :func:`slug` of a name that is but a part of something, and so may be ``index``."""
    if is_slug(name):
        return name
    from slugify import slugify  # noqa: PLC0415  (seldom needed, and slow to import)

    text = unicodedata.normalize("NFC", name)
    spoken = language.partition("-")[0].lower()
    if not text.isascii():
        text = "".join(letter for letter in text if not _is_invisible(letter))
        text = arabic.romanised(text, persian=spoken in _PERSIAN)
    text = text.translate(_TABLES.get(spoken, {})).translate(_TABLE)
    # Left to choose, it takes another table of letters wherever one happens to be installed.
    word = slugify(text, max_length=MAX_LENGTH, word_boundary=True, backend="text-unidecode")
    return word or default


def is_slug(word: str) -> bool:
    """Say whether ``word`` has the shape of what can stand in a path."""
    return len(word) <= MAX_LENGTH and _SLUG.match(word) is not None


def _is_invisible(letter: str) -> bool:
    """Say whether it shows nothing, not even a gap: a mark of direction or of joining."""
    return letter != "\u200b" and unicodedata.category(letter) == "Cf"
