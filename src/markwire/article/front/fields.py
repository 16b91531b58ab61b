"""Front matter's nodes → typed metadata.

Pure. ``keys`` says what each key is called, ``values`` and ``compound`` read what stands behind
it; here it is decided which of several keys counts, and what is taken from folders above.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Final
from zoneinfo import ZoneInfo

from markwire.article.front import compound, kept_back
from markwire.article.front.keys import canonical, folded, is_known, known, nearest
from markwire.article.front.nodes import Mapping, Node, Scalar, excerpt
from markwire.article.front.values import Values, is_empty, is_flag
from markwire.article.html import plain
from markwire.article.slugs import slug
from markwire.model import Correction, Person, PictureLine
from markwire.problems import Problem

# Of these an article has one: it cannot be known which of two was meant.
_ONE_ONLY: Final = {"title", "id", "slug", "language", "canonical", "embargo", "expires"}
# What themes have of them below keys of their own; anything else there is the theme's.
_IN_GROUPS: Final = {
    "summary", "updated", "authors", "section", "tags", "image", "rights", "draft", "withheld",
    "embargo", "expires", "corrections", "alt", "caption", "credit",
}  # fmt: skip
_COMPLETING: Final = {"alt", "caption", "credit", "address"}
# What can never be true of all articles of a folder.
_NOT_INHERITED: Final = {"id", "slug", "canonical", "corrections"}
_MOMENTS: Final = {"date", "created", "updated"}
_SEVERAL: Final = {"categories", "sections", "rubriques"}
_STARTS: Final = {"start", "debut", "value"}
_PARAGRAPHS: Final = re.compile(r"<p[ >].*</p>\Z", re.DOTALL | re.IGNORECASE)
_TEMPLATE: Final = re.compile(r"[{}<>$]|(?:^|/):\w")
_ON_THE_WEB: Final = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_FILE_END: Final = re.compile(r"(?:/?index)?\.(?:html?|md|markdown|php)\Z", re.IGNORECASE)
# What Jekyll takes for a pattern of addresses.
_PATTERNS: Final = {"date", "pretty", "ordinal", "weekdate", "none"}


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


def fields(
    front: Mapping,
    *,
    path: str,
    zone: ZoneInfo,
    inherited: Iterable[tuple[str, Mapping]] = (),
    spaced: bool = False,
) -> Fields:
    """Read the front matter of one file; a moment without a zone is in ``zone``.

    ``inherited`` is what folders above say (the file that says it, and its nodes), nearest first:
    it counts where the article says nothing, and its tags are added. ``spaced`` says that spaces
    part tags and categories, as in Jekyll. Never raises: what cannot be read is a Problem in the
    result.
    """
    own = _Reader(path, zone, spaced=spaced)
    own.read(front, is_own=True)
    found = own.found
    for origin, mapping in inherited:
        above = _Reader(origin, zone, spaced=spaced)
        above.read(mapping, is_own=False)
        for name in sorted(above.said - own.said - _NOT_INHERITED):
            setattr(found, name, getattr(above.found, name))
        found.tags = tuple(dict.fromkeys(found.tags + above.found.tags))
        found.problems += above.found.problems
        own.said |= above.said
    return found


class _Reader:
    """Reads one front matter. ``said`` are the fields of ``found`` about which it says something.

    An inherited one may hold whatever its tool wants there.
    """

    def __init__(self, path: str, zone: ZoneInfo, *, spaced: bool) -> None:
        self._values = Values(path, zone)
        self._spaced = spaced
        self._met: dict[str, list[tuple[int, Scalar, Node]]] = {}
        self.found = Fields(problems=self._values.problems)
        self.said: set[str] = set()

    def read(self, front: Mapping, *, is_own: bool) -> None:
        met: dict[str, Scalar] = {}
        for key, value in front:
            word, name, place = known(key.text)
            if is_own and not name and not is_known(key.text):
                self._unknown(key)
            elif word in met:
                first = met[word].line
                self._values.say("MW203", key, key=key.text, first=first)
            elif name == "params":
                self._look_into(value)
            elif name in _MOMENTS or name == "publish":
                self._meet(name, key, value)
            elif name:
                self._met.setdefault(name, []).append((place, key, value))
            met.setdefault(word, key)
        for name, entries in self._met.items():
            if len(entries) > 1:
                entries.sort(key=itemgetter(0))
            self._take(name, [entry for entry in entries if not is_empty(entry[2])])
        self._complete()
        if self._values.problems:
            self._values.problems.sort(key=lambda each: (each.line, each.column))

    def _unknown(self, key: Scalar) -> None:
        near = nearest(key.text)
        if near:
            self._values.say("MW224", key, key=excerpt(key.text), near=near)
        else:
            self._values.say("MW207", key, key=excerpt(key.text))

    def _look_into(self, group: Node) -> None:
        for key, value in group if isinstance(group, Mapping) else ():
            _, name, place = known(key.text)
            if name in _IN_GROUPS:
                self._met.setdefault(name, []).append((100 + place, key, value))

    def _meet(self, name: str, key: Scalar, value: Node) -> None:
        """Keep a value for its field; where it holds several dates, for those of each."""
        place = known(key.text).rank
        if name in _MOMENTS and isinstance(value, Mapping):
            dates = [
                ("date" if folded(part.text) in _STARTS else canonical(part.text), part, node)
                for part, node in value
            ]
            dates = [each for each in dates if each[0] in _MOMENTS]
            for part_name, part, node in dates:
                self._met.setdefault(part_name, []).append((place, part, node))
            if dates:
                return
        # A flag in Jekyll, a date elsewhere: its value tells.
        if name == "date" and folded(key.text) == "published" and is_flag(value):
            name = "publish"
        elif name == "publish" and not is_flag(value) and _is_figure(value):
            name = "date"
        self._met.setdefault(name, []).append((place, key, value))

    def _take(self, name: str, entries: list[tuple[int, Scalar, Node]]) -> None:
        """Set a field by what is said of it, the first name first."""
        if not entries:
            return
        values, found = self._values, self.found
        _, key, value = entries[0]
        if name in kept_back.KEYS:
            # One of them is enough. What lies in Jekyll's folder is no page, whatever its layout.
            for _, key, value in entries if name != "layout" or not self._spaced else ():
                is_kept = kept_back.kept_back(values, name, key, value)
                if is_kept is not None:
                    self.said.add("draft")
                    found.draft |= is_kept
            return
        if name == "created" and any(not is_empty(each) for *_, each in self._met.get("date", ())):
            return
        if name not in ("address", "alt", "caption", "credit"):
            self.said.add("date" if name == "created" else name)
        if len(entries) > 1 and name in _ONE_ONLY:
            self._tell_of_others(key, value, entries[1:])
        match name:
            case "title" | "rights":
                setattr(found, name, values.prose(key, value))
            case "summary":
                text = values.prose(key, value)
                # As WordPress exports it; "<" in ordinary prose is a sign like any other.
                found.summary = plain(text) if _PARAGRAPHS.match(text) else text
            case "id":
                found.id = values.text(key, value)
            case "date":
                # Where a tool tells writing from publishing, the later one is safe.
                moments = [values.moment(key, value) for _, key, value in entries]
                found.date = max(filter(None, moments), default=None)
            case "created":
                found.date = values.moment(key, value)
            case "updated" | "expires":
                setattr(found, name, values.moment(key, value))
            case "typography":
                found.typography = values.flag(key, value)
            case "slug":
                found.slug = _word(values.text(key, value))
            case "embargo":
                found.embargo = values.embargo(key, value)
            case "authors":
                found.authors = compound.people(values, key, value)
            case "section" | "tags":
                self._take_words(name, entries)
            case "language":
                found.language = values.language(key, value)
            case "image":
                pictures = (compound.picture(values, key, value) for _, key, value in entries)
                found.image = next(filter(None, pictures), None)
            case "canonical":
                found.canonical = values.address(key, value)
            case "corrections":
                found.corrections = compound.corrections(values, key, value)

    def _tell_of_others(
        self, key: Scalar, value: Node, others: list[tuple[int, Scalar, Node]]
    ) -> None:
        text = value.text.strip() if isinstance(value, Scalar) else ""
        for _, other, node in others:
            if not isinstance(node, Scalar) or node.text.strip() != text:
                self._values.say("MW222", other, key=other.text, used=key.text, first=key.line)

    def _take_words(self, name: str, entries: list[tuple[int, Scalar, Node]]) -> None:
        """Read tags, which all count, or sections: the first counts, the others are tags."""
        found = self.found
        if name == "section":
            _, key, value = entries[0]
            part = self._parts if folded(key.text) in _SEVERAL else _whole
            words = self._values.words(key, value, part)
            found.section = words[0] if words else ""
            both = found.tags + words[1:]
        else:
            words = ()
            for _, key, value in entries:
                words += self._values.words(key, value, self._parts)
            both = tuple(word.removeprefix("#") for word in words) + found.tags
        found.tags = tuple(word for word in dict.fromkeys(both) if word)

    def _parts(self, text: str) -> list[str]:
        """Take a line of words apart at its commas, in some places at its spaces."""
        if "," not in text and (self._spaced or text.startswith("#")):
            return text.split()
        return text.split(",")

    def _complete(self) -> None:
        """Take from the address and the words beside the picture what nothing else says."""
        if self._met.keys().isdisjoint(_COMPLETING):
            return
        found = self.found
        details = {
            name: self._values.prose(key, value)
            for name in ("alt", "caption", "credit")
            if name in self._met
            for _, key, value in self._met[name][:1]
        }
        if found.image and details:
            image = found.image
            found.image = PictureLine(
                image.src,
                image.alt or details.get("alt", ""),
                image.caption or details.get("caption", ""),
                image.credit or details.get("credit", ""),
            )
        for _, key, value in self._met.get("address", ()):
            if is_empty(value) or not isinstance(value, Scalar):
                continue
            text = self._values.text(key, value)
            if is_flag(value):
                # Eleventy writes no page, and whatever feeds say of it leads nowhere.
                found.draft |= text.casefold() == "false"
                self.said.add("draft")
            elif _TEMPLATE.search(text) or text.casefold() in _PATTERNS:
                continue
            elif _ON_THE_WEB.match(text):
                found.canonical = found.canonical or self._values.address(key, value)
            else:
                found.slug = found.slug or _word(text)


def _whole(text: str) -> list[str]:
    return [text]


def _is_figure(value: Node) -> bool:
    return isinstance(value, Scalar) and value.text.strip()[:1].isdigit()


def _word(text: str) -> str:
    """Give the word in an address: of a path the last part that is no file of a folder."""
    path = re.split(r"[?#]", text, maxsplit=1)[0]
    return slug(_FILE_END.sub("", path).strip("/").rpartition("/")[2], default="")
