"""One language in which an editor is spoken to.

At the I/O rim: reads the compiled catalogue of that language, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from markwire.findings import FOUND, Finding, FindingWord
from markwire.problems import CODES, TERMS, Problem, Word

LOCALE: Final = Path(__file__).parents[1] / "locale"
LANGUAGES: Final = ("en", "fr")
TERM: Final = "term"  # gettext's context of a word that fills another text
# Only these words of a problem may be English of ours; all others are what an editor typed.
_OURS: Final = frozenset({"example", "reason"})


@dataclass(frozen=True, slots=True)
class Told:
    """A problem or a finding in words: what is wrong, and what to do."""

    message: str
    hint: str


class Voice:
    """Says things in one language; make it with :func:`voice`."""

    def __init__(self, language: str, texts: NullTranslations) -> None:
        self.language = language
        self._texts = texts

    def say(self, text: str, /, **words: Word) -> str:
        """Give ``text`` in this language, its ``{words}`` filled."""
        return self._text(text).format(**self._filling(words))

    def say_many(self, one: str, many: str, number: int, /, **words: Word) -> str:
        """Give one of two texts by a number, which is the word ``{number}`` in them."""
        text = self._texts.ngettext(one, many, number)
        return text.format(**self._filling({"number": number, **words}))

    def tell(self, problem: Problem) -> Told:
        """Give a problem in words."""
        wording = CODES[problem.code]
        given = dict(problem.words)
        words = self._filling(
            {
                name: self._term(word) if name in _OURS and word in TERMS else word
                for name, word in given.items()
            }
        )
        message = wording.message
        if wording.count:
            number = int(given[wording.count])
            message = self._texts.ngettext(message, wording.many, number)
        else:
            message = self._text(message)
        return Told(message.format(**words), self._text(wording.hint).format(**words))

    def tell_finding(self, finding: Finding, moment: Callable[[datetime], str]) -> Told:
        """Give a finding in words; ``moment`` writes a moment."""
        saying = FOUND[finding.code]
        words = self._filling(
            {name: self._finding_word(name, word, moment) for name, word in finding.words}
        )
        message, hint = self._text(saying.message), self._text(saying.hint)
        return Told(message.format(**words), hint.format(**words))

    def _finding_word(
        self, name: str, word: FindingWord, moment: Callable[[datetime], str]
    ) -> Word:
        if isinstance(word, datetime):
            return moment(word)
        return self._term(word) if name in _OURS and word in TERMS else word

    def listed(self, words: Sequence[str]) -> str:
        """Give words between quotation marks, the last two with ``or`` between them."""
        quoted = [self.quoted(word) for word in words]
        if len(quoted) < 2:
            return "".join(quoted)
        *first, last = quoted
        return self.say("{first} or {last}", first=", ".join(first), last=last)

    def quoted(self, word: str) -> str:
        """Give a word between quotation marks."""
        return self.say("'{word}'", word=word)

    def number(self, number: int) -> str:
        """Write a whole number; French parts the thousands of long ones by a thin space."""
        if self.language != "fr" or abs(number) < 10_000:
            return str(number)
        return f"{number:,}".replace(",", "\u202f")

    def _text(self, text: str) -> str:
        # The empty text is the catalogue's own head.
        return self._texts.gettext(text) if text else ""

    def _term(self, word: Word) -> Word:
        return self._texts.pgettext(TERM, str(word))

    def _filling(self, words: Mapping[str, Word]) -> dict[str, str]:
        return {
            name: self.number(word) if isinstance(word, int) else word
            for name, word in words.items()
        }


@cache
def voice(language: str) -> Voice:
    """Give the voice for a language (RFC 5646): French for ``fr``, ``fr-CH`` …, else English."""
    word = language.replace("_", "-").partition("-")[0].lower()
    if word == "en" or word not in LANGUAGES:
        return Voice("en", NullTranslations())
    with (LOCALE / word / "LC_MESSAGES" / "markwire.mo").open("rb") as file:
        return Voice(word, GNUTranslations(file))
