"""``authors.toml`` and ``sections.toml``: from their bytes to profiles.

Pure: the bytes were read elsewhere. What is wrong in them is left out and told with its place; only
a file that is no TOML at all gives nothing, and what was last good of it stands.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final
from urllib.parse import urlsplit

from markwire.article.front import nodes
from markwire.article.front.compound import EMAIL
from markwire.article.front.keys import folded
from markwire.article.html import clean_text
from markwire.article.mentions import kind_of, normal
from markwire.article.slugs import slug
from markwire.article.urls import absolute
from markwire.model import Author, Section
from markwire.problems import Problem, capped, problem

AUTHORS: Final = "authors.toml"
SECTIONS: Final = "sections.toml"
FILES: Final = (AUTHORS, SECTIONS)

# By canonical name, what else each key is called.
AUTHOR_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("nom",),
    "also": ("aussi", "aliases"),
    "email": ("mail", "courriel"),
    "publish_email": ("publier_courriel",),
    "url": ("site", "web"),
    "picture": ("image", "photo", "avatar"),
    "withdrawn": ("retiré",),
}
SECTION_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("titre", "name", "nom"),
    "also": ("aussi", "aliases"),
    "description": ("summary", "chapo"),
    "url": ("site", "web"),
    "picture": ("image", "logo"),
}

_YES: Final = frozenset({"true", "yes", "oui"})
_NO: Final = frozenset({"false", "no", "non"})
MAX_BYTES: Final = 128 * 1024
"""Bytes of ``authors.toml`` or ``sections.toml``: four hundred authors with all their keys."""

_WEB: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True)
class Authors:
    """What one ``authors.toml`` says, and what is wrong in it."""

    authors: tuple[Author, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Sections:
    """What one ``sections.toml`` says, and what is wrong in it."""

    sections: tuple[Section, ...] = ()
    problems: tuple[Problem, ...] = ()


# --- reading -----------------------------------------------------------------------------


def read_authors(
    content: bytes, *, path: str = AUTHORS, has: Callable[[str], bool] = lambda _: True
) -> Authors | Problem:
    """Read the bytes of an ``authors.toml``; ``has`` says whether a picture is in the folder.

    Gives the one Problem for which the file cannot be read at all: what was last good of it
    stands. Everything else that is wrong in it is left out, and told.
    """
    read = _read(content, path, AUTHOR_KEYS, example="aliya")
    if isinstance(read, Problem):
        return read
    entries, problems = read
    authors = tuple(
        Author(
            handle=entry.handle,
            name=entry.called("name"),
            also=entry.texts("also"),
            email=entry.email("email"),
            # Neither an address nor a name that was withdrawn is shown for a slip of the pen.
            publish_email=entry.flag("publish_email", safer=False),
            url=entry.address("url"),
            picture=entry.picture("picture", has),
            withdrawn=entry.flag("withdrawn", safer=True),
        )
        for entry in entries
    )
    names = ((author.name, *author.also) for author in authors)
    _tell_names_taken_twice(zip(entries, names, strict=True))
    return Authors(authors, capped(sorted(problems), path))


def read_sections(content: bytes, *, path: str = SECTIONS) -> Sections | Problem:
    """Read the bytes of a ``sections.toml``, as :func:`read_authors` does."""
    read = _read(content, path, SECTION_KEYS, example="transport")
    if isinstance(read, Problem):
        return read
    entries, problems = read
    sections = tuple(
        Section(
            handle=entry.handle,
            title=entry.called("title"),
            also=entry.texts("also"),
            description=entry.text("description"),
            url=entry.address("url"),
            picture=entry.address("picture"),
        )
        for entry in entries
    )
    names = ((section.title, *section.also) for section in sections)
    _tell_names_taken_twice(zip(entries, names, strict=True))
    return Sections(sections, capped(sorted(problems), path))


def _read(
    content: bytes, path: str, keys: Mapping[str, tuple[str, ...]], *, example: str
) -> tuple[list[_Entry], list[Problem]] | Problem:
    from markwire.article.front import toml_front  # noqa: PLC0415  (most articles need none of it)

    if len(content) > MAX_BYTES:
        return problem("MW117", path, size=len(content), limit=MAX_BYTES)
    try:
        text = content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as fault:
        return problem("MW415", path, byte=fault.start + 1)
    text = clean_text(text.replace("\r\n", "\n").replace("\r", "\n"))
    tables = toml_front.mapping(text, path, first=1)
    if isinstance(tables, Problem):
        return tables
    entries: list[_Entry] = []
    problems: list[Problem] = []
    for handle, table in tables:
        if isinstance(table, nodes.Mapping):
            entries.append(_Entry(handle, table, keys, path, problems))
        else:
            words = {"key": handle.text, "example": example}
            problems.append(problem("MW411", path, handle.line, handle.column, **words))
    return entries, problems


class _Entry:
    """One table: gives the values of its keys by type, and tells what is wrong with them."""

    def __init__(
        self,
        handle: nodes.Scalar,
        table: nodes.Mapping,
        keys: Mapping[str, tuple[str, ...]],
        path: str,
        problems: list[Problem],
    ) -> None:
        self.handle = " ".join(handle.text.split())
        self._at = handle
        self._path = path
        self._problems = problems
        self._values: dict[str, tuple[nodes.Scalar, nodes.Node]] = {}
        names = {folded(word): name for name, also in keys.items() for word in (name, *also)}
        for key, value in table:
            name = names.get(folded(key.text), "")
            if name in self._values:
                self.tell("MW203", key, key=key.text, first=self._values[name][0].line)
            elif name:
                self._values[name] = key, value
            elif near := get_close_matches(folded(key.text), names, n=1, cutoff=0.75):
                self.tell("MW406", key, key=key.text, near=names[near[0]])
            else:
                self.tell("MW407", key, key=key.text, known=", ".join(keys))

    def tell(self, code: str, at: nodes.Node, **words: object) -> None:
        self._problems.append(problem(code, self._path, at.line, at.column, **words))

    def place_of(self, name: str) -> nodes.Node:
        """Give where an entry says ``name``, or else where it starts."""
        for _, value in self._values.values():
            for node in value.items if isinstance(value, nodes.Sequence) else (value,):
                if isinstance(node, nodes.Scalar) and _line(node.text) == name:
                    return node
        return self._at

    def called(self, name: str) -> str:
        """Give the text that an entry must have, or its handle."""
        text = self.text(name)
        if not text:
            self.tell("MW412", self._at, key=name, handle=self.handle)
        return text or self.handle

    def text(self, name: str) -> str:
        if name not in self._values:
            return ""
        key, value = self._values[name]
        if isinstance(value, nodes.Scalar):
            return _line(value.text)
        self.tell("MW408", value, key=key.text)
        return ""

    def texts(self, name: str) -> tuple[str, ...]:
        if name not in self._values:
            return ()
        key, value = self._values[name]
        items = value.items if isinstance(value, nodes.Sequence) else (value,)
        words = [_line(item.text) for item in items if isinstance(item, nodes.Scalar)]
        if len(words) < len(items):
            self.tell("MW409", value, key=key.text)
            return ()
        return tuple(dict.fromkeys(word for word in words if word))

    def flag(self, name: str, *, safer: bool) -> bool:
        if name not in self._values:
            return False
        key, value = self._values[name]
        word = value.text.strip().casefold() if isinstance(value, nodes.Scalar) else ""
        if word not in _YES | _NO:
            self.tell("MW410", value, key=key.text)
            return safer
        return word in _YES

    def email(self, name: str) -> str:
        text = self.text(name)
        if text and not EMAIL.match(text):
            self.tell("MW211", self._values[name][1], value=text)
            return ""
        return text

    def address(self, name: str) -> str:
        text = self.text(name)
        try:
            parts = urlsplit(text)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
        except ValueError:
            good = False
        if text and not good:
            self.tell("MW210", self._values[name][1], key=name, value=text)
        return absolute(text, text) if good else ""

    def picture(self, name: str, has: Callable[[str], bool]) -> str:
        """Give an address, or ``/`` and the path of a file in the content folder."""
        text = self.text(name)
        if not text or _WEB.match(text):
            return self.address(name)
        file = normal(text).lstrip("/")
        if kind_of(file) != "picture" or ".." in file.split("/") or not has(file):
            self.tell("MW414", self._values[name][1], name=text)
            return ""
        return f"/{file}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _tell_names_taken_twice(named: Iterable[tuple[_Entry, tuple[str, ...]]]) -> None:
    """Tell of each name that two entries lay claim to."""
    owners: dict[str, str] = {}
    for entry, words in named:
        for word in (entry.handle, *words):
            key = slug(word, default="")
            owner = owners.setdefault(key, entry.handle) if key else entry.handle
            if owner != entry.handle:
                entry.tell("MW413", entry.place_of(word), name=word, other=owner)
