"""One file's bytes → ``Manuscript``, or the problems that refuse it.

Pure: the bytes were read elsewhere, and what the file's name says is taken from its path.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import Final

from markwire.article.dates import moment
from markwire.article.fields import fields
from markwire.article.frontmatter import split
from markwire.article.html import clean_text, plain
from markwire.article.slugs import slug
from markwire.model import Manuscript, Site
from markwire.problems import Problem, problem

_DATED_NAME: Final = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[-_ ]+(.+)\Z")
# CommonMark 4.2 and 4.3, of one line; what opens another kind of block is no heading.
_FIRST_HEADING: Final = re.compile(
    r"\A(?:[ \t]*\n)* {0,3}"
    r"(?:#[ \t]+(.+?)(?:[ \t]+#+)?|(?![#><]|[-*+][ \t]|\d+[.)]|```|~~~)(\S.*+)\n {0,3}=+)"
    r"[ \t]*(?:\n|\Z)"
)
_INLINE_MARKS: Final = re.compile(r"(\*\*|__|\*|_|`|~~|==)(?=\S)(.+?)(?<=\S)\1")


@dataclass(frozen=True, slots=True)
class Refused:
    """An article that cannot be published as it stands; its last good version stays live."""

    path: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A manuscript, with the warnings that do not keep it from readers."""

    manuscript: Manuscript
    problems: tuple[Problem, ...] = ()


def read(content: bytes, *, path: str, site: Site) -> Read | Refused:
    """Read one file of the content folder.

    ``content`` is UTF-8 Markdown (CommonMark 0.31.2) with or without front matter, ``path`` its
    place below the content folder. Never raises for what the bytes hold.
    """
    try:
        text = content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as fault:
        return Refused(path, (problem("MW101", path, byte=fault.start + 1),))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = clean_text(text)
    parts = split(text, path=path)
    if isinstance(parts, Problem):
        return Refused(path, (parts,))
    found = fields(parts.front, path=path, zone=site.time_zone)
    name, date_of_name = _name(path)
    title, body, first_line = _headline(found.title, parts.text, parts.first_line)
    if not title and body.strip():
        title = _title_of(name)
    problems = list(found.problems)
    if not title:
        problems.append(problem("MW209", path, min(parts.first_line, text.count("\n") + 1)))
    if any(each.severity == "error" for each in problems):
        return Refused(path, tuple(problems))
    manuscript = Manuscript(
        path=path,
        name=slug(name),
        headline=title,
        text=body,
        first_line=first_line,
        language=found.language or site.language,
        guid=found.id,
        slug=found.slug,
        standfirst=found.summary,
        published=found.date or (moment(date_of_name, site.time_zone) if date_of_name else None),
        updated=found.updated,
        authors=found.authors,
        section=found.section,
        tags=found.tags,
        image=found.image,
        canonical=found.canonical,
        rights=found.rights,
        typography=found.typography,
        draft=found.draft,
        embargo=found.embargo,
        expires=found.expires,
        corrections=found.corrections,
    )
    return Read(manuscript, tuple(problems))


def _name(path: str) -> tuple[str, str]:
    """Give the word that a path suggests, and the date before it (``2026-05-01-word.md``)."""
    folder, file_name = posixpath.split(unicodedata.normalize("NFC", path))
    stem = posixpath.splitext(file_name)[0]
    # A bundle, as Hugo and Obsidian users keep it: the folder bears the name.
    if stem.casefold() == "index" and folder:
        stem = posixpath.basename(folder)
    dated = _DATED_NAME.match(stem)
    return (dated[2], dated[1]) if dated else (stem, "")


def _title_of(name: str) -> str:
    """Make a headline of a file's name: ``la-route-du-nord`` reads ``La route du nord``."""
    words = name if " " in name else re.sub(r"[-_]+", " ", name)
    words = " ".join(words.split())
    return words[:1].upper() + words[1:]


def _headline(title: str, text: str, first_line: int) -> tuple[str, str, int]:
    """Give headline, body and the body's first line.

    A first-level heading that opens the body is the headline where the front matter has none,
    and is taken out of the body where it would be read twice.
    """
    match = _FIRST_HEADING.match(text)
    if match is None:
        return title, text, first_line
    heading = match[1] or match[2]
    previous = ""
    while previous != heading:
        previous, heading = heading, _INLINE_MARKS.sub(r"\2", heading)
    heading = plain(re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", heading))
    if title and title.casefold() != heading.casefold():
        return title, text, first_line
    return title or heading, text[match.end() :], first_line + match[0].count("\n")
