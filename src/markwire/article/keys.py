"""What the keys of front matter are called, in three languages and a dozen tools.

Pure. Keys are compared without case, accents, spaces, ``-`` and ``_``.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, Literal, NamedTuple

Kind = Literal[
    "text",
    "words",
    "moment",
    "flag",
    "state",
    "people",
    "language",
    "picture",
    "address",
    "corrections",
]


class Field(NamedTuple):
    """One key of the front matter: how its value is read, and what else it is called.

    ``about`` tells an editor what it is for, in one line.
    """

    kind: Kind
    about: str
    synonyms: tuple[str, ...] = ()


# What editors are offered, by canonical name and in the order in which it is best written.
FIELDS: Final[dict[str, Field]] = {
    "title": Field("text", "The headline.", ("titre", "headline", "name")),
    "summary": Field(
        "text",
        "The standfirst: what the article says, in two sentences.",
        ("description", "excerpt", "dek", "standfirst", "chapo", "lead", "abstract"),
    ),
    "date": Field(
        "moment",
        "When it is first published; in the future, it is scheduled.",
        ("pubDate", "publishDate", "published_at", "date_published", "publié", "published"),
    ),
    "updated": Field(
        "moment",
        "When it last changed in a way that readers should notice.",
        ("lastmod", "modified", "updatedDate", "updated_at", "date_modified",
         "last_modified_at", "mis_à_jour"),
    ),
    "authors": Field(
        "people",
        "Who signs it.",
        ("author", "by", "byline", "auteur", "auteurs", "signature"),
    ),
    "section": Field(
        "text", "The one section it belongs to.", ("category", "categories", "rubrique", "sections")
    ),
    "tags": Field("words", "What it is about.", ("tag", "keywords", "mots-clés", "étiquettes")),
    "language": Field("language", "A code such as fr.", ("lang", "locale", "langue")),
    "image": Field(
        "picture",
        "The lead picture, a file beside the article.",
        ("cover", "feature_image", "featured_image", "heroImage", "thumbnail", "banner"),
    ),
    "id": Field("text", "A name that stays its own wherever it moves.", ("uuid", "guid")),
    "slug": Field("text", "The word in its address."),
    "canonical": Field("address", "Where it first appeared.", ("canonical_url",)),
    "rights": Field("text", "Whose it is.", ("copyright",)),
    "typography": Field("flag", "Whether its typography is corrected."),
    "draft": Field("flag", "Whether it is kept back.", ("brouillon",)),
    "embargo": Field("moment", "Not before this moment, with its time zone."),
    "expires": Field(
        "moment", "Gone from this moment.", ("expiryDate", "unpublishDate", "expiration")
    ),
    "corrections": Field("corrections", "Dated notes to readers."),
}  # fmt: skip
# What other tools have beside these, and what is understood of it.
UNDERSTOOD: Final[dict[str, Field]] = {
    "alt": Field("text", "What the lead picture shows, for those who cannot see it."),
    "caption": Field("text", "What stands under the lead picture.", ("légende",)),
    "credit": Field("text", "Who made the lead picture.", ("crédit",)),
    "state": Field("state", "Whether it is a draft.", ("status",)),
    "publish": Field("flag", "Whether it is published."),
}


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
    folded(word): name
    for name, known in (FIELDS | UNDERSTOOD).items()
    for word in (name, *known.synonyms)
}
