"""Front matter's nodes → typed metadata.

Pure. ``keys`` says what each key is called; a value is read by the type that its key wants, and
by nothing cleverer: dates in explicit forms only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markwire.article.dates import is_local, moment
from markwire.article.html import absolute, clean_text
from markwire.article.keys import canonical, folded, nearest
from markwire.article.nodes import Mapping, Node, Scalar, Sequence
from markwire.article.slugs import slug
from markwire.model import Correction, CorrectionKind, Person, PictureLine
from markwire.problems import Problem, problem

_KEEPS_DRAFT: Final = {"draft", "brouillon", "unpublished", "private", "pending", "hidden",
                       "черновик"}  # fmt: skip
_YES: Final = {"true", "yes", "on", "1", "oui", "vrai"}
_NO: Final = {"false", "no", "off", "0", "non", "faux", ""}
_FLAGS: Final = _YES | _NO
_BYLINE: Final = re.compile(r"(.*?)\s*<([^<>@\s]+@[^<>@\s]+)>\Z", re.DOTALL)
# What every feed reader takes for an address; a wrong one would make the whole feed invalid.
_EMAIL: Final = re.compile(r"[\w.+'-]+@(?:[a-z0-9-]+\.)+[a-z0-9-]+\Z", re.ASCII | re.IGNORECASE)
_ON_THE_WEB: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_SPACE: Final = re.compile(r"\s")
_FOLDED: Final = re.compile(r"[^\S\u00a0\u2007\u202f]+")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")
_DATE_EXAMPLE: Final = "2026-05-01T06:00+01:00 or 2026-05-01"


def _kind(value: Node) -> str:
    """Say what was found where text is wanted."""
    return "a list" if isinstance(value, Sequence) else "keys of its own"


@dataclass(slots=True)
class Fields:
    """What one file's front matter says, by canonical name, with what is wrong in it."""

    title: str = ""
    summary: str = ""
    date: datetime | None = None
    updated: datetime | None = None
    authors: tuple[Person, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    image: PictureLine | None = None
    id: str = ""
    slug: str = ""
    canonical: str = ""
    typography: bool = True
    draft: bool = False
    expires: datetime | None = None
    embargo: datetime | None = None
    corrections: tuple[Correction, ...] = ()
    rights: str = ""
    problems: list[Problem] = field(default_factory=list)


def fields(front: Mapping, *, path: str, zone: ZoneInfo) -> Fields:
    """Read the front matter of one file; a moment without a zone is in ``zone``.

    Never raises: what cannot be read is a Problem in the result.
    """
    return _Reader(path, zone).read(front)


class _Reader:
    """Reads one front matter; keeps its path and zone so that each type can name its place."""

    def __init__(self, path: str, zone: ZoneInfo) -> None:
        self._path = path
        self._zone = zone
        self._found = Fields()

    def read(self, front: Mapping) -> Fields:
        found = self._found
        met: dict[str, Scalar] = {}
        details: dict[str, str] = {}
        for key, value in front:
            name = canonical(key.text)
            if name == "date" and self._is_flag(key, value):
                name = "publish"
            if not name:
                near = nearest(key.text)
                remedy = f"did you mean '{near}'?" if near else "correct or remove it"
                self._say("MW207", key, key=key.text, remedy=remedy)
                continue
            if name in met:
                self._say("MW203", key, key=key.text, first=met[name].line)
                continue
            met[name] = key
            if name in ("alt", "caption", "credit"):
                details[name] = self._prose(key, value)
            else:
                self._set(name, key, value)
        if found.image and details:
            image = found.image
            found.image = PictureLine(
                image.src,
                image.alt or details.get("alt", ""),
                image.caption or details.get("caption", ""),
                image.credit or details.get("credit", ""),
            )
        return found

    def _set(self, name: str, key: Scalar, value: Node) -> None:
        """Read a value by the type that its key wants."""
        found = self._found
        if name in ("title", "summary", "rights"):
            setattr(found, name, self._prose(key, value))
        elif name == "id":
            found.id = self._text(key, value)
        elif name in ("date", "updated", "expires"):
            setattr(found, name, self._moment(key, value))
        elif name in ("draft", "publish", "state"):
            # One of them is enough to keep an article back.
            found.draft |= self._keeps_back(name, key, value)
        elif name == "typography":
            is_empty = isinstance(value, Scalar) and not value.text.strip()
            found.typography = is_empty or self._flag(key, value)
        elif name == "slug":
            word = self._text(key, value).strip("/").rpartition("/")[2]
            found.slug = slug(word, default="")
        elif name == "embargo":
            found.embargo = self._embargo(key, value)
        elif name == "authors":
            found.authors = self._people(key, value)
        elif name == "section":
            found.section = next(iter(self._list(key, value)), "")
        elif name == "tags":
            words = (word.removeprefix("#") for word in self._list(key, value, commas=True))
            found.tags = tuple(dict.fromkeys(word for word in words if word))
        elif name == "language":
            found.language = self._language(key, value)
        elif name == "image":
            found.image = self._image(key, value)
        elif name == "canonical":
            found.canonical = self._address(key, value)
        else:
            found.corrections = self._corrections(key, value)

    def _keeps_back(self, name: str, key: Scalar, value: Node) -> bool:
        if name == "state":
            return self._text(key, value).casefold() in _KEEPS_DRAFT
        return self._flag(key, value) == (name == "draft")

    def _say(self, code: str, at: Node, **words: object) -> None:
        self._found.problems.append(problem(code, self._path, at.line, at.column, **words))

    def _text(self, key: Scalar, value: Node) -> str:
        """Give a name, a date or another word that is compared: one line, plain spaces."""
        return " ".join(self._prose(key, value).split())

    def _prose(self, key: Scalar, value: Node) -> str:
        """Give what readers read: one line, with the no-break spaces that French needs."""
        if isinstance(value, Scalar):
            return _FOLDED.sub(" ", clean_text(value.text)).strip()
        found, example = _kind(value), f'{key.text}: "…"'
        self._say("MW205", value, key=key.text, expected="text", found=found, example=example)
        return ""

    def _list(self, key: Scalar, value: Node, *, commas: bool = False) -> tuple[str, ...]:
        if isinstance(value, Sequence):
            words = [self._text(key, item) for item in value.items]
        else:
            text = self._text(key, value)
            words = [word.strip() for word in text.split(",")] if commas else [text]
        return tuple(word for word in words if word)

    def _is_flag(self, key: Scalar, value: Node) -> bool:
        """``published`` is a flag in Jekyll and a date elsewhere: its value tells."""
        return (
            folded(key.text) == "published"
            and isinstance(value, Scalar)
            and value.text.casefold() in _FLAGS
        )

    def _flag(self, key: Scalar, value: Node) -> bool:
        word = value.text.strip().casefold() if isinstance(value, Scalar) else _kind(value)
        if word not in _FLAGS:
            # Kept back rather than published by mistake: the problem refuses the article.
            expected, example = "true or false", f"{key.text}: true"
            self._say("MW205", value, key=key.text, expected=expected, found=word, example=example)
        return word in _YES

    def _moment(self, key: Scalar, value: Node) -> datetime | None:
        text = self._text(key, value)
        if not text:
            return None
        when = moment(text, self._zone)
        if when is None:
            self._say("MW206", value, value=text, key=key.text, example=_DATE_EXAMPLE)
        return when

    def _embargo(self, key: Scalar, value: Node) -> datetime | None:
        text = self._text(key, value)
        if is_local(text):
            self._say("MW208", value, key=key.text, example="2026-05-01T06:00+01:00")
            return None
        return self._moment(key, value)

    def _people(self, key: Scalar, value: Node) -> tuple[Person, ...]:
        if isinstance(value, Scalar):
            text = self._text(key, value)
            people = [self._person(key, value, name) for name in re.split(r"\s*;\s*", text)]
        elif isinstance(value, Mapping):
            people = [self._person_of(key, value)]
        else:
            people = [
                self._person_of(key, item)
                if isinstance(item, Mapping)
                else self._person(key, item, self._text(key, item))
                for item in value.items
            ]
        return tuple(dict.fromkeys(person for person in people if person.name))

    def _person_of(self, key: Scalar, value: Mapping) -> Person:
        parts = {folded(part.text): self._text(part, node) for part, node in value}
        name = parts.get("name") or parts.get("nom") or ""
        if not name:
            found, example = "no 'name'", "- name: Aliya Sarsen"
            self._say("MW205", value, key=key.text, expected="a name", found=found, example=example)
        url = parts.get("url") or parts.get("uri") or ""
        return Person(
            name,
            self._checked_email(value, parts.get("email", "")),
            self._checked_address(key, value, url),
        )

    def _person(self, key: Scalar, at: Node, text: str) -> Person:
        match = _BYLINE.match(text)
        if match is None:
            return Person(text)
        email = self._checked_email(at, match[2])
        return Person(match[1].strip(' "') or match[2], email)

    def _checked_email(self, at: Node, text: str) -> str:
        if text and not _EMAIL.match(text):
            self._say("MW211", at, value=text)
            return ""
        return text

    def _language(self, key: Scalar, value: Node) -> str:
        text = self._text(key, value)
        if text and not _LANGUAGE.match(text):
            expected, example = "a language code", f"{key.text}: fr"
            self._say("MW205", value, key=key.text, expected=expected, found=text, example=example)
            return ""
        first, *rest = text.replace("_", "-").split("-")
        # RFC 5646 2.1.1: lower case, but regions (two letters) upper case.
        return "-".join(
            [first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)]
        )

    def _image(self, key: Scalar, value: Node) -> PictureLine | None:
        if isinstance(value, Sequence):
            return self._image(key, value.items[0]) if value.items else None
        if isinstance(value, Scalar):
            src = self._picture(key, value, self._prose(key, value))
            return PictureLine(src) if src else None
        parts: dict[str, str] = {}
        for part, node in value:
            name = canonical(part.text) or folded(part.text)
            parts[name] = self._prose(part, node)
        src = next((parts[name] for name in ("src", "path", "url", "file") if parts.get(name)), "")
        if not src:
            expected, example = "a picture's file name", "src: images/map.png"
            self._say(
                "MW205", value, key=key.text, expected=expected, found="none", example=example
            )
            return None
        src = self._picture(key, value, src)
        if not src:
            return None
        return PictureLine(
            src, parts.get("alt", ""), parts.get("caption", ""), parts.get("credit", "")
        )

    def _picture(self, key: Scalar, at: Node, src: str) -> str:
        """Give a file's name as it is, and an address only where it is one of the web."""
        if not _ON_THE_WEB.match(src):
            return src
        return self._checked_address(key, at, f"https:{src}" if src.startswith("//") else src)

    def _address(self, key: Scalar, value: Node) -> str:
        return self._checked_address(key, value, self._text(key, value))

    def _checked_address(self, key: Scalar, at: Node, text: str) -> str:
        try:
            parts = urlsplit(text)
            host = parts.hostname or ""
            good = parts.scheme in ("http", "https") and bool(host) and not _SPACE.search(host)
        except ValueError:
            good = False
        if text and not good:
            self._say("MW210", at, key=key.text, value=text)
        return absolute(text, text) if good else ""

    def _corrections(self, key: Scalar, value: Node) -> tuple[Correction, ...]:
        notes = []
        for item in value.items if isinstance(value, Sequence) else (value,):
            if not isinstance(item, Mapping):
                expected, example = "a date and a text", "- date: 2026-05-01"
                self._say(
                    "MW205", item, key=key.text, expected=expected, found="text", example=example
                )
                continue
            note = self._correction(key, item)
            if note:
                notes.append(note)
        return tuple(sorted(notes, key=lambda note: note.date))

    def _correction(self, key: Scalar, item: Mapping) -> Correction | None:
        date, text, kind = None, "", "correction"
        said = len(self._found.problems)
        for part, node in item:
            match folded(part.text):
                case "date":
                    date = self._moment(part, node)
                case "text" | "texte":
                    text = self._prose(part, node)
                case "kind" | "type" | "nature":
                    kind = self._text(part, node) or kind
        kinds: dict[str, CorrectionKind] = {each: each for each in get_args(CorrectionKind)}
        if kind not in kinds:
            expected, example = f"one of {', '.join(kinds)}", "kind: correction"
            self._say("MW205", item, key="kind", expected=expected, found=kind, example=example)
            return None
        if len(self._found.problems) > said:
            return None
        if date is None or not text:
            expected, example = "a date and a text", "- date: 2026-05-01"
            self._say(
                "MW205", item, key=key.text, expected=expected, found="one only", example=example
            )
            return None
        return Correction(date, text, kinds[kind])
