"""The few words that are ours and not the editor's, in the languages that we know. Pure.

One table for the page and for what stands in every feed, so that readers meet one wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markwire.model import CorrectionKind


@dataclass(frozen=True, slots=True)
class Labels:
    """What a page or a feed says in one ``language``.

    ``colon`` is the sign with the space that the language wants before it. ``gone`` is the
    headline of an article that was killed, ``gone_sentence`` what stands below it.
    """

    language: str
    by: str
    published: str
    updated: str
    feeds: str
    colon: str
    corrections: Mapping[CorrectionKind, str]
    gone: str
    gone_sentence: str


_ENGLISH: Final = Labels(
    language="en",
    by="By",
    published="Published",
    updated="Updated",
    feeds="Feeds",
    colon=":",
    corrections={
        "typo": "Typo",
        "correction": "Correction",
        "update": "Update",
        "clarification": "Clarification",
    },
    gone="Article withdrawn",
    gone_sentence="The editors have withdrawn this article.",
)
_FRENCH: Final = Labels(
    language="fr",
    by="Par",
    published="Publié le",
    updated="Mis à jour le",
    feeds="Flux",
    colon="\u00a0:",
    corrections={
        "typo": "Coquille",
        "correction": "Correction",
        "update": "Mise à jour",
        "clarification": "Précision",
    },
    gone="Article retiré",
    gone_sentence="La rédaction a retiré cet article.",
)
_RUSSIAN: Final = Labels(
    language="ru",
    by="Автор:",
    published="Опубликовано",
    updated="Обновлено",
    feeds="Ленты",
    colon=":",
    corrections={
        "typo": "Опечатка",
        "correction": "Исправление",
        "update": "Обновление",
        "clarification": "Уточнение",
    },
    gone="Материал снят с публикации",
    gone_sentence="Редакция сняла этот материал с публикации.",
)
_KAZAKH: Final = Labels(
    language="kk",
    by="Авторы:",
    published="Жарияланды",
    updated="Жаңартылды",
    feeds="Арналар",
    colon=":",
    corrections={
        "typo": "Әріп қатесі",
        "correction": "Түзету",
        "update": "Жаңарту",
        "clarification": "Нақтылау",
    },
    gone="Мақала жарияланымнан алынды",
    gone_sentence="Редакция бұл мақаланы жарияланымнан алды.",
)
_KNOWN: Final = {each.language: each for each in (_ENGLISH, _FRENCH, _RUSSIAN, _KAZAKH)}


def labels(language: str) -> Labels:
    """Give the words of a language (RFC 5646), in English where we have none of it."""
    return _KNOWN.get(language.partition("-")[0].lower(), _ENGLISH)
