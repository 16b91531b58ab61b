"""What the keys of front matter are called, in three languages and a dozen tools.

Pure. Keys are compared without case, accents, spaces, ``-`` and ``_``.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from markwire.article.front.foreign import KNOWN_ELSEWHERE

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
    "place",
    "page",
    "group",
    "corrections",
]


class Field(NamedTuple):
    """One key of the front matter: how its value is read, and what else it is called.

    ``about`` tells an editor what it is for, in one line. Where an article has several of the
    names, the one that stands first here is asked.
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
        ("chapo", "standfirst", "dek", "lead", "excerpt", "description", "abstract", "résumé",
         "subtitle", "sous-titre"),
    ),
    "date": Field(
        "moment",
        "When it is first published; in the future, it is scheduled.",
        ("pubDate", "publishDate", "published_at", "date_published", "publishedDate",
         "publishedTime", "datetime", "publié", "publié_le", "published"),
    ),
    "updated": Field(
        "moment",
        "When it last changed in a way that readers should notice.",
        ("lastmod", "modified", "updatedDate", "updated_at", "date_modified", "modDatetime",
         "last_modified_at", "last_updated", "date_updated", "mis_à_jour"),
    ),
    "authors": Field(
        "people",
        "Who signs it.",
        ("author", "by", "byline", "auteur", "auteurs", "signature", "auteurice", "autrice"),
    ),
    "section": Field(
        "text",
        "The one section it belongs to.",
        ("category", "categories", "rubrique", "rubriques", "sections"),
    ),
    "tags": Field("words", "What it is about.", ("tag", "keywords", "mots-clés", "étiquettes")),
    "language": Field("language", "A code such as fr.", ("lang", "locale", "langue")),
    "image": Field(
        "picture",
        "The lead picture, a file beside the article.",
        ("cover", "feature_image", "featured_image", "heroImage", "cover_image", "ogImage",
         "images", "banner", "thumbnail", "teaser", "header"),
    ),
    "id": Field("text", "A name that stays its own wherever it moves.", ("uuid", "guid")),
    "slug": Field("text", "The word in its address."),
    "canonical": Field("address", "Where it first appeared.", ("canonical_url", "canonicalLink")),
    "rights": Field(
        "text", "Whose it is.", ("copyright", "licence", "license", "droits")
    ),
    "typography": Field("flag", "Whether its typography is corrected."),
    "draft": Field("flag", "Whether it is kept back.", ("brouillon", "isDraft")),
    "embargo": Field("moment", "Not before this moment, with its time zone."),
    "expires": Field(
        "moment",
        "Gone from this moment.",
        ("expiryDate", "unpublishDate", "expiration", "expirationDate"),
    ),
    "corrections": Field(
        "corrections", "Dated notes to readers.", ("correction", "errata", "erratum")
    ),
}  # fmt: skip
# What other tools have beside these, and what is understood of it.
UNDERSTOOD: Final[dict[str, Field]] = {
    "alt": Field(
        "text",
        "What the lead picture shows, for those who cannot see it.",
        ("image_alt", "cover_alt", "alt_text", "hero_image_alt", "thumbnail_alt",
         "featured_image_alt", "feature_image_alt"),
    ),
    "caption": Field(
        "text",
        "What stands under the lead picture.",
        ("légende", "image_caption", "cover_caption", "featured_image_caption",
         "feature_image_caption"),
    ),
    "credit": Field(
        "text",
        "Who made the lead picture.",
        ("crédit", "image_credit", "cover_credit", "photo_credit", "crédit_photo"),
    ),
    "state": Field(
        "state", "Whether it is a draft.", ("status", "statut", "post_status", "visibility")
    ),
    "publish": Field("flag", "Whether it is published.", ("render",)),
    "withheld": Field(
        "flag",
        "Whether it is kept off the lists of its site.",
        ("hidden", "private", "unlisted", "skip", "eleventyExcludeFromCollections",
         "exclude_from_feed", "password"),
    ),
    "address": Field("place", "Where it stands on its site.", ("permalink", "url", "path")),
    "created": Field(
        "moment",
        "When it was begun: its date, where it has no other.",
        ("created_at", "date_created", "creation_date", "créé", "créé_le"),
    ),
    "layout": Field("page", "Whether it is a page of its site.", ("type", "post_type")),
    "params": Field("group", "What themes read.", ("extra", "taxonomies")),
}  # fmt: skip
# What a value is made of that is more than one text, by its kind.
PARTS: Final[dict[Kind, dict[str, Field]]] = {
    "people": {
        "name": Field("text", "The name as readers see it."),
        "email": Field("text", "An e-mail address; readers see it only where the site says so."),
        "url": Field("address", "Where readers find more of them."),
    },
    "picture": {
        "src": Field("text", "The file of the picture, or its address."),
        "alt": UNDERSTOOD["alt"],
        "caption": UNDERSTOOD["caption"],
        "credit": UNDERSTOOD["credit"],
    },
    "corrections": {
        "date": Field("moment", "When it was corrected."),
        "text": Field("text", "What readers are told of it."),
        "kind": Field("text", "What it is: all but a typo move the article up again."),
    },
}


class Known(NamedTuple):
    """What a key is: the word as keys are compared, and the field it is a name of.

    ``name`` is empty where it is none; ``rank`` tells how far back it stands among its names.
    """

    word: str
    name: str
    rank: int


@lru_cache(maxsize=1024)  # An archive has a dozen keys, each a hundred thousand times.
def known(key: str) -> Known:
    """Say what a key is."""
    word = folded(key)
    return Known(word, *_CANONICAL.get(word, ("", 0)))


def canonical(key: str) -> str:
    """Give the canonical name of a key, or nothing where it is not known."""
    return known(key).name


def is_known(key: str) -> bool:
    """Say whether a key means something, if only to another tool."""
    word = folded(key)
    return word in _CANONICAL or word in _ELSEWHERE


@lru_cache(maxsize=1024)  # An archive has a dozen keys, each a hundred thousand times.
def folded(key: str) -> str:
    """Give a key as keys are compared."""
    bare = "".join(c for c in unicodedata.normalize("NFD", key) if not unicodedata.combining(c))
    return re.sub(r"[\s_-]", "", bare).casefold()


@lru_cache(maxsize=1024)
def nearest(key: str) -> str:
    """Give the canonical name that an unknown key may have been meant for, or nothing."""
    near = get_close_matches(folded(key), _OFFERED, n=1, cutoff=0.75)
    return _OFFERED[near[0]] if near else ""


_CANONICAL: Final = {
    folded(word): (name, place)
    for name, each in (FIELDS | UNDERSTOOD).items()
    for place, word in enumerate((name, *each.synonyms))
}
_OFFERED: Final = {
    word: name
    for word, (name, _) in _CANONICAL.items()
    if name in FIELDS or name in ("alt", "caption", "credit", "state", "publish")
}
_ELSEWHERE: Final = frozenset(map(folded, KNOWN_ELSEWHERE))
