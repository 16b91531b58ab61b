"""What the keys of front matter are called, in three languages and a dozen tools.

Pure. Keys are compared without case, accents, spaces, ``-`` and ``_``.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

# Canonical name → what editors and other tools call it. The canonical name itself counts too.
SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("titre", "headline", "name"),
    "summary": ("description", "excerpt", "dek", "standfirst", "chapo", "lead", "abstract"),
    "date": ("pubDate", "publishDate", "published_at", "date_published", "publié", "published"),
    "updated": ("lastmod", "modified", "updatedDate", "updated_at", "date_modified",
                "last_modified_at", "mis_à_jour"),
    "authors": ("author", "by", "byline", "auteur", "auteurs", "signature"),
    "section": ("category", "categories", "rubrique", "sections"),
    "tags": ("tag", "keywords", "mots-clés", "étiquettes"),
    "language": ("lang", "locale", "langue"),
    "image": ("cover", "feature_image", "featured_image", "heroImage", "thumbnail", "banner"),
    "alt": (),
    "caption": ("légende",),
    "credit": ("crédit",),
    "id": ("uuid", "guid"),
    "slug": (),
    "canonical": ("canonical_url",),
    "draft": ("brouillon",),
    "state": ("status",),
    "publish": (),
    "expires": ("expiryDate", "unpublishDate", "expiration"),
    "embargo": (),
    "corrections": (),
    "rights": ("copyright",),
}  # fmt: skip


def canonical(key: str) -> str:
    """Give the canonical name of a key, or nothing where it is not known."""
    return _CANONICAL.get(folded(key), "")


@lru_cache(maxsize=1024)  # An archive has a dozen keys, each a hundred thousand times.
def folded(key: str) -> str:
    """Give a key as keys are compared."""
    bare = "".join(c for c in unicodedata.normalize("NFD", key) if not unicodedata.combining(c))
    return re.sub(r"[\s_-]", "", bare).casefold()


@lru_cache(maxsize=1024)
def nearest(key: str) -> str:
    """Give the canonical name that an unknown key may have been meant for, or nothing."""
    near = get_close_matches(folded(key), _CANONICAL, n=1, cutoff=0.75)
    return _CANONICAL[near[0]] if near else ""


_CANONICAL: Final = {
    folded(word): name for name, others in SYNONYMS.items() for word in (name, *others)
}
