"""By which word a mentioned file is looked up, and by which an editor's search finds one. Pure."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from typing import Final

_SUFFIX: Final = re.compile(r"\.(?:md|markdown)\Z")
_LANGUAGE: Final = re.compile(r"(?<=.)\.[a-z]{2}(?:-[a-z]{2,4})?\Z")

# Letters that have no mark to drop, as they are typed on a keyboard that lacks them.
_BARE: Final = str.maketrans(
    {
        "ә": "а", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "і": "и",
        "ҳ": "х", "ҷ": "ч", "ў": "у", "ӣ": "и", "ӯ": "у", "җ": "ж",
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "œ": "oe", "æ": "ae", "ə": "e",
        "’": "'", "ʻ": "'", "ʼ": "'", "«": '"', "»": '"', "“": '"', "”": '"',
    }
)  # fmt: skip


def fold(text: str) -> str:
    """Give a text as it is searched in: without case, accents, or more than one space in a row."""
    # Unicode 3.13, D146: what is taken apart may have a case again, and be taken apart again.
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(bare.translate(_BARE).split())


def found_by(headline: str, path: str) -> str:
    """Give that in which a search looks for an article."""
    return f"{fold(headline)}\n{fold(path)}"


def mention_key(path: str) -> str:
    """Give the last part of a path, without case and without the suffix of an article.

    ``[[Accord]]``, ``accord.md``, ``../transport/accord.md``, ``accord.fr.md`` and
    ``accord/index.md`` have one key.
    """
    folder, name = posixpath.split(unicodedata.normalize("NFC", path).casefold())
    name = _LANGUAGE.sub("", _SUFFIX.sub("", name))
    if name == "index" and folder.strip("./"):
        return posixpath.basename(folder)
    return name
