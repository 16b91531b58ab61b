"""By which word a mentioned file is looked up. Pure."""

from __future__ import annotations

import posixpath
import unicodedata


def mention_key(path: str) -> str:
    """Give the last part of a path, without case and without the suffix of an article.

    ``[[Accord]]``, ``accord.md`` and ``../transport/accord.md`` have one key.
    """
    name = unicodedata.normalize("NFC", posixpath.basename(path)).casefold()
    return name.removesuffix(".md").removesuffix(".markdown")
