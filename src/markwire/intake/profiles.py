"""Read the two files of the content folder that say who signs, and what sections there are.

Above the I/O floor. A copy of each that was good is kept in the state folder, so that no slip in
one of them gives back a byline that was withdrawn, not even after a restart.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from markwire.article.profiles import furnished
from markwire.article.rosters import (
    AUTHORS,
    FILES,
    SECTIONS,
    Authors,
    Sections,
    read_authors,
    read_sections,
)
from markwire.intake import folder
from markwire.intake.inside import open_inside
from markwire.intake.names import is_file_of_ours
from markwire.model import Site, Source
from markwire.problems import Problem

__all__ = ["FILES", "furnish", "keep"]

_KEPT: Final = "profiles"  # a folder in the state folder


def furnish(site: Site, *, last: Site | None = None) -> tuple[Site, tuple[Problem, ...]]:
    """Give a site with the authors and sections of its content folder, and what is wrong there.

    ``site`` is as ``load_site`` gives it. Of a file that cannot be read stands what ``last`` has
    of it, the site in force until now; where there is none, what :func:`keep` kept. Raises
    FolderError where the content folder itself cannot be read.
    """
    content = site.folders.content
    read = _read(content, AUTHORS), _read(content, SECTIONS)
    authors = _authors(read[0], content)
    sections = _sections(read[1])
    problems = []
    if isinstance(authors, Problem):
        problems.append(authors)
        authors = Authors(last.authors) if last else _kept_authors(site)
    if isinstance(sections, Problem):
        problems.append(sections)
        sections = Sections(last.sections) if last else _kept_sections(site)
    problems += (*authors.problems, *sections.problems)
    return furnished(site, authors.authors, sections.sections), tuple(sorted(problems))


def keep(site: Site) -> None:
    """Keep a copy of each of the two files that is good now, and none of one that is not there.

    Raises OSError where it cannot.
    """
    content, kept = site.folders.content, site.folders.state / _KEPT
    for name in FILES:
        read = _read(content, name)
        if isinstance(read, Problem):
            continue
        if not read:
            (kept / name).unlink(missing_ok=True)
            continue
        good = read_authors(read) if name == AUTHORS else read_sections(read)
        if not isinstance(good, Problem) and _bytes(kept / name) != read:
            kept.mkdir(parents=True, exist_ok=True)
            unfinished = kept / f".{name}"
            with unfinished.open("wb") as file:
                file.write(read)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(kept / name)


def _read(content: Path, name: str) -> bytes | Problem:
    """Give the bytes of a file; none where it is not there."""
    found = folder.read(content, name)
    if isinstance(found, Problem):
        return found
    return found.content if isinstance(found, Source) else b""


def _authors(read: bytes | Problem, content: Path) -> Authors | Problem:
    if isinstance(read, Problem) or not read:
        return read or Authors()
    return read_authors(read, has=lambda path: _is_there(content, path))


def _sections(read: bytes | Problem) -> Sections | Problem:
    return read if isinstance(read, Problem) else read_sections(read)


def _kept_authors(site: Site) -> Authors:
    good = read_authors(_bytes(site.folders.state / _KEPT / AUTHORS))
    return Authors() if isinstance(good, Problem) else Authors(good.authors)


def _kept_sections(site: Site) -> Sections:
    good = read_sections(_bytes(site.folders.state / _KEPT / SECTIONS))
    return Sections() if isinstance(good, Problem) else Sections(good.sections)


def _is_there(content: Path, path: str) -> bool:
    if not is_file_of_ours(path):
        return False
    try:
        with open_inside(content, path) as descriptor:
            return stat.S_ISREG(os.fstat(descriptor).st_mode)
    except (OSError, ValueError):
        return False


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
