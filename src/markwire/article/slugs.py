"""Words for URLs: readable ASCII from a name in any script.

Pure. Transliteration is python-slugify's; the letters that it drops or mistakes, and which
Kazakh, Kyrgyz, Uzbek, Tajik and Turkmen text is full of, are in the table here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

MAX_LENGTH: Final = 80

_LETTERS: Final = {
    "Ә": "a", "ә": "a", "Ғ": "gh", "ғ": "gh", "Қ": "q", "қ": "q", "Ң": "ng", "ң": "ng",
    "Ө": "o", "ө": "o", "Ұ": "u", "ұ": "u", "Ү": "u", "ү": "u", "Һ": "h", "һ": "h",
    "І": "i", "і": "i", "Ў": "o", "ў": "o", "Ҳ": "h", "ҳ": "h", "Ҷ": "j", "ҷ": "j",
    "Ӣ": "i", "ӣ": "i", "Ӯ": "u", "ӯ": "u", "Ж": "zh", "ж": "zh", "Җ": "j", "җ": "j",
    "ʻ": "", "ʼ": "", "’": "-", "ə": "a", "Ə": "a", "ň": "n", "ž": "zh",
    "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "&": "-", "@": "-a-",
}  # fmt: skip
_TABLE: Final = str.maketrans(_LETTERS)
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@lru_cache(maxsize=4096)  # The same sections, tags and authors come again with every article.
def slug(name: str, *, default: str = "article") -> str:
    """Give the word that stands for ``name`` in a URL.

    It matches ``[a-z0-9]+(-[a-z0-9]+)*``, has at most ``MAX_LENGTH`` characters, and is
    ``default`` where nothing of the name can be written so. A slug's slug is itself.
    """
    if is_slug(name):
        return name
    from slugify import slugify  # noqa: PLC0415  (seldom needed, and slow to import)

    text = unicodedata.normalize("NFC", name).translate(_TABLE)
    # Left to choose, it takes another table of letters wherever one happens to be installed.
    word = slugify(text, max_length=MAX_LENGTH, word_boundary=True, backend="text-unidecode")
    return word or default


def is_slug(word: str) -> bool:
    """Say whether ``word`` can stand in a path as it is."""
    return len(word) <= MAX_LENGTH and _SLUG.match(word) is not None
