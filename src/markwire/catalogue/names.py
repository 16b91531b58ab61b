"""By which word a mentioned file is looked up. Pure."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from typing import Final

_SUFFIX: Final = re.compile(r"\.(?:md|markdown)\Z")
_LANGUAGE: Final = re.compile(r"(?<=.)\.[a-z]{2}(?:-[a-z]{2,4})?\Z")


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
