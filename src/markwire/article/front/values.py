"""One value of the front matter, read by the type that its key wants.

Pure, and by nothing cleverer: dates in explicit forms only. What cannot be read is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markwire.article.front import dates
from markwire.article.front.keys import canonical, folded
from markwire.article.front.nodes import (
    MAX_LIST,
    MAX_PROSE,
    MAX_TEXT,
    MAX_WORD,
    Mapping,
    Node,
    Scalar,
    Sequence,
    excerpt,
)
from markwire.article.html import clean_text
from markwire.article.urls import absolute
from markwire.problems import Problem, Word, problem

_YES: Final = {"true", "yes", "on", "1", "oui", "vrai"}
_NO: Final = {"false", "no", "off", "0", "non", "faux", ""}
_FLAGS: Final = _YES | _NO
_SPACE: Final = re.compile(r"\s")
_FOLDED: Final = re.compile(r"[^\S\u00a0\u2007\u202f]+")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")
_PROSE: Final = frozenset(("summary", "text", "texte"))
_DATE: Final = "2026-05-01T06:00+01:00 or 2026-05-01"
_WITH_ZONE: Final = "2026-05-01T06:00+01:00"
# What Eleventy and Hugo take for "when the file was made or changed": it says nothing here.
_OF_THE_FILE: Final = frozenset(
    ("created", "lastmodified", "gitcreated", "gitlastmodified", ":git", ":filemodtime")
)

Read = TypeVar("Read")


class Values:
    """Reads the values of one file, and keeps the problems that they have."""

    def __init__(self, path: str, zone: ZoneInfo) -> None:
        self._path = path
        self._zone = zone
        self.problems: list[Problem] = []

    def say(self, code: str, at: Node, **words: Word) -> None:
        """Keep a problem with its place."""
        self.problems.append(problem(code, self._path, at.line, at.column, **words))

    def prose(self, key: Scalar, value: Node) -> str:
        """Give what readers read: one line, with the no-break spaces that French needs."""
        if isinstance(value, Scalar):
            text = _FOLDED.sub(" ", clean_text(value.text)).strip()
            return text if len(text) <= MAX_WORD else self._bounded(key, value, text)
        self.say("MW205", value, key=key.text)
        return ""

    def _bounded(self, key: Scalar, at: Node, text: str) -> str:
        is_prose = canonical(key.text) in _PROSE or folded(key.text) in _PROSE
        return self.cut(key, at, text, MAX_PROSE if is_prose else MAX_TEXT)

    def cut(self, key: Scalar, at: Node, text: str, limit: int) -> str:
        """Give a text that is no longer than ``limit``; a longer one refuses the article."""
        if len(text) > limit:
            self.say("MW115", at, key=excerpt(key.text), size=len(text), limit=limit)
        return text[:limit]

    def some(self, key: Scalar, values: Iterable[Read]) -> list[Read]:
        """Give the members of a list, which may be so many."""
        found = list(islice(values, MAX_LIST + 1))
        if len(found) > MAX_LIST:
            self.say("MW116", key, key=excerpt(key.text), limit=MAX_LIST)
        return found[:MAX_LIST]

    def text(self, key: Scalar, value: Node) -> str:
        """Give a name, a date or another word that is compared: one line, plain spaces."""
        return " ".join(self.prose(key, value).split())

    def words(self, key: Scalar, value: Node, part: Callable[[str], list[str]]) -> tuple[str, ...]:
        """Give the texts of a list; ``part`` takes a single text apart."""
        if isinstance(value, Sequence):
            texts = (self.text(key, item) for item in value.items)
        else:
            texts = (word.strip() for word in part(self.text(key, value)))
        words = self.some(key, (word for word in texts if word))
        return tuple(self.cut(key, value, word, MAX_WORD) for word in words)

    def flag(self, key: Scalar, value: Node) -> bool:
        """Say whether it is true; where it is neither, a problem refuses the article."""
        if not isinstance(value, Scalar):
            self.say("MW205", value, key=key.text)
            return False
        word = value.text.strip().casefold()
        if word not in _FLAGS:
            self.say("MW234", value, key=key.text, value=excerpt(word))
        return word in _YES

    def moment(self, key: Scalar, value: Node) -> datetime | None:
        """Give a moment in UTC, or None where nothing is said or it is a problem."""
        if isinstance(value, Mapping) and (day := _day(value)):
            value = day
        text = self.text(key, value)
        if not text or folded(text) in _OF_THE_FILE:
            return None
        shown = excerpt(text)
        match dates.read(text, self._zone):
            case dates.Moment(when, skipped):
                if skipped:
                    self.say("MW232", value, key=key.text, value=shown)
                return when
            case "offset":
                self.say("MW230", value, key=key.text, value=shown, example=_WITH_ZONE)
            case "order":
                self.say("MW231", value, key=key.text, value=shown, example=_DATE)
            case "zone":
                self.say("MW233", value, key=key.text, value=shown, example=_WITH_ZONE)
            case _:
                self.say("MW206", value, key=key.text, value=shown, example=_DATE)
        return None

    def embargo(self, key: Scalar, value: Node) -> datetime | None:
        """Give a moment that must not depend on where the site is."""
        if isinstance(value, Scalar) and dates.is_local(value.text):
            self.say("MW208", value, key=key.text, example=_WITH_ZONE)
            return None
        return self.moment(key, value)

    def language(self, key: Scalar, value: Node) -> str:
        """Give a language code as RFC 5646 2.1.1 writes it, or nothing."""
        text = self.text(key, value)
        if text and not _LANGUAGE.match(text):
            self.say("MW235", value, key=key.text, value=excerpt(text))
            return ""
        return language_code(text)

    def address(self, key: Scalar, value: Node) -> str:
        """Give a whole address of the web, or nothing."""
        return self.checked_address(key, value, self.text(key, value))

    def checked_address(self, key: Scalar, at: Node, text: str) -> str:
        """Give an address of the web as feeds can carry it; a wrong one is left out."""
        try:
            parts = urlsplit(text)
            host = parts.hostname or ""
            good = parts.scheme in ("http", "https") and bool(host) and not _SPACE.search(host)
        except ValueError:
            good = False
        if text and not good:
            self.say("MW210", at, key=key.text, value=excerpt(text))
        return absolute(text, text) if good else ""


def is_flag(value: Node) -> bool:
    """Say whether a value can be read as true or false."""
    return isinstance(value, Scalar) and value.text.strip().casefold() in _FLAGS


def is_empty(value: Node) -> bool:
    """Say whether a value says nothing: templates leave keys behind for editors to fill."""
    if isinstance(value, Scalar):
        return not value.text.strip()
    return not (value.items if isinstance(value, Sequence) else value.entries)


def language_code(text: str) -> str:
    """Give a code as it is written: RFC 5646 2.1.1, lower case but for regions (two letters)."""
    first, *rest = text.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _day(value: Mapping) -> Scalar | None:
    """Give the date of ``{year: 2026, month: 5, day: 1}``."""
    parts = {folded(key.text): node for key, node in value}
    days = [
        next((parts[word] for word in words if word in parts), None)
        for words in (("year", "annee"), ("month", "mois"), ("day", "jour"))
    ]
    texts = [node.text.strip() for node in days if isinstance(node, Scalar)]
    if len(texts) < 3:
        return None
    time = parts.get("time") or parts.get("heure")
    hour = f" {time.text.strip()}" if isinstance(time, Scalar) and time.text.strip() else ""
    return Scalar("-".join(texts) + hour, value.line, value.column)
