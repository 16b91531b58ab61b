"""In which language a desk speaks to whoever looks, and how it says moments and numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markwire.formats.languages import language_name
from markwire.model import Site
from markwire.problems import Problem
from markwire.views import Column
from markwire.wording import moments
from markwire.wording.voice import LANGUAGES, Told, Voice, voice

COOKIE: Final = "markwire-language"
_KILO: Final = 1000


@dataclass(frozen=True, slots=True)
class Speech:
    """All that is said on one page: in one language, of one site, at one moment."""

    site: Site
    voice: Voice
    now: datetime

    @property
    def language(self) -> str:
        """The language of the page (RFC 5646)."""
        return self.voice.language

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """The other languages that the desk speaks: code, and name in itself."""
        return tuple((each, language_name(each)) for each in LANGUAGES if each != self.language)

    def near(self, when: datetime) -> str:
        """Write a moment as one says it now."""
        return moments.near(when, self.now, self.site, self.voice)

    def stamp(self, when: datetime) -> str:
        """Write a moment for a column of moments."""
        return moments.stamp(when, self.now, self.site, self.voice)

    def whole(self, when: datetime) -> str:
        """Write a moment whole, with its time zone."""
        return moments.moment(when, self.site, self.voice)

    def tell(self, problem: Problem) -> Told:
        """Give a problem in words."""
        return self.voice.tell(problem)

    def number(self, number: int) -> str:
        """Write a whole number."""
        return self.voice.number(number)

    def size(self, length: int) -> str:
        """Write a number of bytes, by three figures at most."""
        if length < _KILO:
            return self.voice.say("{number} B", number=length)
        kilo = length / _KILO
        if kilo < _KILO:
            return self.voice.say("{amount} kB", amount=self._decimal(kilo))
        return self.voice.say("{amount} MB", amount=self._decimal(kilo / _KILO))

    def milliseconds(self, length: float) -> str:
        """Write a time that something took."""
        if length < _KILO:
            return self.voice.say("{amount} ms", amount=self._decimal(length))
        return self.voice.say("{amount} s", amount=self._decimal(length / _KILO))

    def share(self, part: int, whole: int) -> str:
        """Write a part of a whole in hundredths."""
        return self.voice.say("{number} %", number=round(100 * part / whole) if whole else 0)

    def brief(self, title: str) -> str:
        """Give the title of a feed without the site's, which stands above every page."""
        return title.removeprefix(f"{self.site.title} — ") or title

    def column(self, column: Column) -> str:
        """Name a state in which articles are."""
        say = self.voice.say
        match column:
            case "refused":
                return say("Refused")
            case "draft":
                return say("Drafts")
            case "scheduled":
                return say("Scheduled")
            case "embargoed":
                return say("Embargoed")
            case "published":
                return say("Published")
            case "corrected":
                return say("Corrected")
            case "withdrawn":
                return say("Withdrawn")
            case "expired":
                return say("Expired")
            case "killed":
                return say("Killed")

    def meaning(self, column: Column) -> str:
        """Say what a state means."""
        say = self.voice.say
        match column:
            case "refused":
                return say(
                    "It cannot be published as it stands. Its last good version stays with readers."
                )
            case "draft":
                return say("Its editor holds it back.")
            case "scheduled":
                return say("Its date is still to come; it appears by itself.")
            case "embargoed":
                return say("Nobody may read it before a stated moment; it appears by itself.")
            case "published":
                return say("Readers have it.")
            case "corrected":
                return say("Readers have it, with a dated note of what was changed.")
            case "withdrawn":
                return say("Its file is gone, and so is the article.")
            case "expired":
                return say("It was to end at a moment that has passed.")
            case "killed":
                return say("It was taken from readers at once; a notice stands in its place.")

    def _decimal(self, number: float) -> str:
        text = f"{number:.1f}" if number < 10 else f"{number:.0f}"
        text = text.removesuffix(".0")
        return text.replace(".", ",") if self.language == "fr" else text


def chosen(asked: str, remembered: str, accepted: str, site: Site) -> Voice:
    """Choose the language: asked for, else remembered, else the browser's, else the site's.

    ``accepted`` is an ``Accept-Language`` (RFC 9110 12.5.4).
    """
    for code in (asked, remembered, *_preferred(accepted)):
        word = code.partition("-")[0].lower()
        if word in LANGUAGES:
            return voice(word)
    return voice(site.language)


def _preferred(accepted: str) -> Iterable[str]:
    weighed = []
    for place, part in enumerate(accepted[:1000].split(",")):
        code, _, rest = part.strip().partition(";")
        weight = rest.strip().removeprefix("q=") if rest else "1"
        try:
            weighed.append((-float(weight), place, code.strip()))
        except ValueError:
            continue
    return [code for weight, _, code in sorted(weighed) if weight < 0]
