"""What a callout is called where its writer gave it no title. Pure."""

from __future__ import annotations

from typing import Final

_UNTITLED: Final = {"quote", "cite"}
_TITLES: Final = {
    "fr": {
        "note": "Note",
        "info": "À savoir",
        "tip": "Conseil",
        "important": "Important",
        "warning": "Attention",
        "caution": "Prudence",
        "danger": "Danger",
        "example": "Exemple",
        "question": "Question",
        "abstract": "En bref",
        "summary": "En bref",
    },
    "ru": {
        "note": "Примечание",
        "info": "Справка",
        "tip": "Совет",
        "important": "Важно",
        "warning": "Внимание",
        "caution": "Осторожно",
    },
    "kk": {
        "note": "Ескерту",
        "info": "Анықтама",
        "tip": "Кеңес",
        "important": "Маңызды",
        "warning": "Назар аударыңыз",
        "caution": "Абай болыңыз",
    },
}


def title_of(kind: str, language: str) -> str:
    """The title of a callout of this kind, in lower case; empty where it wants none."""
    if kind in _UNTITLED:
        return ""
    words = _TITLES.get(language.partition("-")[0].lower(), {})
    return words.get(kind, kind.replace("-", " ").capitalize())
