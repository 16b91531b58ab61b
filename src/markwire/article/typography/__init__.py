"""Typography by language, on prose alone: quotation marks, spaces, apostrophes, dashes, ellipses.

Pure. Letters and figures never change, what is set already stays as it is, and so does every
language that has no rules here. ``flat`` says what rules see, ``words`` what they do not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from markwire.article.typography.flat import Rules, set_html, set_text
from markwire.article.typography.words import with_words, without_words

__all__ = ["typeset", "typographic"]

_CYRILLIC: Final = frozenset("be kk ky ru tg uk".split())


def typographic(text: str, language: str) -> str:
    """Give plain text as its language sets it; ``language`` is a tag of RFC 5646."""
    rules = _rules(language)
    return set_text(text, rules) if rules and text else text


def typeset(html: str, texts: tuple[str, ...], language: str) -> tuple[str, tuple[str, ...]]:
    """Give finished HTML and the plain texts that belong to it as their language sets them.

    What stands in attributes, alternative texts among it, stays as typed. One pass over all of
    it costs little more than one over the HTML.
    """
    rules = _rules(language)
    return set_html(html, texts, language, rules) if rules else (html, texts)


@lru_cache(maxsize=64)
def _rules(language: str) -> Rules | None:
    """Give the rules of a language; None where nothing of it is certain."""
    main, *rest = language.lower().replace("_", "-").split("-")
    rules = _own_rules(main, frozenset(rest))
    return partial(_set_prose, rules=rules) if rules else None


def _own_rules(main: str, rest: frozenset[str]) -> Callable[[str], str] | None:
    # Expressions take long to compile: a site seldom needs those of a second language.
    if main == "fr":
        from markwire.article.typography.french import french  # noqa: PLC0415

        return french(next((country for country in ("ca", "ch") if country in rest), ""))
    if main == "en":
        from markwire.article.typography.english import english  # noqa: PLC0415

        return english
    is_cyrillic = "cyrl" in rest if main == "uz" else not rest & {"latn", "arab"}
    if main in _CYRILLIC | {"uz"} and is_cyrillic:
        from markwire.article.typography.cyrillic import cyrillic  # noqa: PLC0415

        return cyrillic
    return None


def _set_prose(text: str, *, rules: Rules) -> str:
    prose, words = without_words(text)
    return with_words(rules(prose), words) if words else rules(text)
