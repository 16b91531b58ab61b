"""What every tool is told: the fields in the editor's language, and where articles lie. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markwire.article.front.keys import FIELDS, PARTS, Field, Kind
from markwire.editors.words import FRENCH_FIELDS, FRENCH_PARTS, FRENCH_PHRASES, Words


@dataclass(frozen=True, slots=True)
class File:
    """One file to write; ``path`` is relative to the folder of ``markwire.toml``, with ``/``."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Where editors work.

    ``content`` is the content folder, relative to that of ``markwire.toml`` and with ``/``;
    ``sections`` are the folders in it that hold articles.
    """

    language: str
    content: str = "content"
    sections: tuple[str, ...] = ()

    @property
    def is_french(self) -> bool:
        """Say whether its editors read French; all others are spoken to in English."""
        return self.language.partition("-")[0].lower() == "fr"

    def phrase(self, text: str) -> str:
        """Give one of our phrases in the editors' language."""
        return FRENCH_PHRASES[text] if self.is_french else text


@dataclass(frozen=True, slots=True)
class Offered:
    """One key that editors are offered, in their language."""

    name: str
    kind: Kind
    label: str
    about: str
    parts: tuple[Offered, ...] = ()


# The two that are nobody's choice: what is written first, and what must be found there.
REQUIRED: Final = frozenset({"title"})
# The one flag that is true unless somebody says otherwise.
ON: Final = frozenset({"typography"})
LONG: Final = frozenset({"summary"})


def offered(desk: Desk) -> tuple[Offered, ...]:
    """Give every field of the front matter, in the order in which it is best written."""
    return _offered(FIELDS, FRENCH_FIELDS, desk)


def _offered(
    fields: Mapping[str, Field], french: Mapping[str, Words], desk: Desk
) -> tuple[Offered, ...]:
    found = []
    for name, field in fields.items():
        words = Words(name.capitalize().replace("_", " "), field.about)
        if desk.is_french:
            words = french.get(name, words)
        parts = _offered(PARTS.get(field.kind, {}), FRENCH_PARTS.get(field.kind, {}), desk)
        found.append(Offered(name, field.kind, words.label, words.about, parts))
    return tuple(found)
