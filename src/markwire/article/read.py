"""One file's bytes → ``Manuscript``, or the problems that refuse it.

Pure: the bytes were read elsewhere, and what the file's name and folders say is taken from its
path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from markwire.article.bounds import excess
from markwire.article.decoding import Decoded, decoded, restored
from markwire.article.front.dates import moment
from markwire.article.front.fields import fields
from markwire.article.front.folder_defaults import Defaults, Inherited, defaults
from markwire.article.front.frontmatter import split
from markwire.article.front.layout import layout
from markwire.article.front.nodes import MAX_TEXT
from markwire.article.html import plain
from markwire.article.profiles import applied
from markwire.article.slugs import slug
from markwire.model import Manuscript, Site
from markwire.problems import Problem, capped, problem

# CommonMark 4.2 and 4.3, of one line; what opens another kind of block is no heading.
_FIRST_HEADING: Final = re.compile(
    r"\A(?:[ \t]*+\n)*+ {0,3}"
    r"(?:#[ \t]++(\S.*+)|(?![#><]|[-*+][ \t]|\d+[.)]|```|~~~)(\S.*+)\n {0,3}=+[ \t]*+)"
    r"(?:\n|\Z)"
)
_INLINE_MARKS: Final = re.compile(r"(\*\*|__|\*|_|`|~~|==)(?=\S)(.+?)(?<=\S)\1")
_NO_DEFAULTS: Final = Defaults()


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


def read(
    content: bytes, *, path: str, site: Site, inherited: tuple[Inherited, ...] = ()
) -> Read | Refused:
    """Read one file of the content folder.

    ``content`` is Markdown (CommonMark 0.31.2) in UTF-8, or in UTF-16 with its mark, with or
    without front matter; ``path`` its place below the content folder; ``inherited`` the files of
    the folders above that say something of it, outermost first. A problem of one of these has its
    path. Never raises for what the bytes hold.
    """
    found = decoded(content, path)
    if isinstance(found, Problem):
        return Refused(path, (found,))
    result = _read(found, path=path, site=site, inherited=inherited)
    if not result.problems:
        return result
    problems = tuple(restored(capped(result.problems, path), found))
    if isinstance(result, Refused):
        return Refused(path, problems)
    return Read(result.manuscript, problems)


def _read(
    decoded_file: Decoded, *, path: str, site: Site, inherited: tuple[Inherited, ...]
) -> Read | Refused:
    text = decoded_file.text
    parts = split(text, path=path)
    if isinstance(parts, Problem):
        return Refused(path, (*decoded_file.problems, parts))
    if too_much := excess(parts.text, path, first_line=parts.first_line):
        return Refused(path, (*decoded_file.problems, *parts.problems, too_much))
    place = layout(path)
    above = defaults(inherited, place) if inherited else _NO_DEFAULTS
    found = fields(
        parts.front,
        path=path,
        zone=site.time_zone,
        inherited=above.levels,
        spaced=place.is_jekyll,
    )
    title, body, first_line = _headline(found.title, parts.text, parts.first_line)
    if not title and body.strip():
        title = _title_of(place.name)
    problems = [*decoded_file.problems, *above.problems, *parts.problems, *found.problems]
    if not title:
        problems.append(problem("MW209", path, min(parts.first_line, text.count("\n") + 1)))
    if any(each.severity == "error" for each in problems):
        return Refused(path, tuple(problems))
    language = found.language or place.language or site.language
    manuscript = Manuscript(
        path=path,
        name=slug(place.name, language=language),
        headline=title,
        text=body,
        first_line=first_line,
        language=language,
        guid=found.id,
        slug=found.slug,
        standfirst=found.summary,
        published=found.date or (moment(place.date, site.time_zone) if place.date else None),
        updated=found.updated,
        authors=found.authors,
        section=found.section or above.section or _title_of(place.section),
        tags=found.tags,
        image=found.image,
        canonical=found.canonical,
        rights=found.rights,
        typography=found.typography,
        draft=found.draft or place.is_draft,
        embargo=found.embargo,
        expires=found.expires,
        corrections=found.corrections,
    )
    return Read(applied(manuscript, site), tuple(problems))


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
    heading = _unclosed(match[1]) if match[1] else match[2].rstrip(" \t")
    if len(heading) > MAX_TEXT or not heading:
        return title, text, first_line
    previous = ""
    while previous != heading:
        previous, heading = heading, _INLINE_MARKS.sub(r"\2", heading)
    heading = plain(re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", heading))
    if title and title.casefold() != heading.casefold():
        return title, text, first_line
    return title or heading, text[match.end() :], first_line + match[0].count("\n")


def _unclosed(heading: str) -> str:
    """Give a heading without the signs that may close it (CommonMark 4.2)."""
    heading = heading.rstrip(" \t")
    stem = heading.rstrip("#")
    return stem.rstrip(" \t") if stem.endswith((" ", "\t")) else heading
