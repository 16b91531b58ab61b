"""What one content file holds, and which article each of the files read is.

At the I/O rim for the reading; ``read_file`` runs in this process or in another.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from markwire import planner
from markwire.article.compose import names
from markwire.article.front.folder_defaults import Inherited
from markwire.article.read import Refused, read
from markwire.catalogue.names import mention_key
from markwire.intake import folder
from markwire.model import Found, Manuscript, Site, Source
from markwire.planner import Known, Traits
from markwire.problems import Problem


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that was read again and holds the same bytes."""

    found: Found
    digest: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as read; ``manuscript`` is without its text, or None where it is refused.

    ``substance`` is a digest of what readers read of it, and the number of its corrections.
    """

    found: Found
    digest: str
    manuscript: Manuscript | None
    mentions: tuple[str, ...]
    problems: tuple[Problem, ...]
    substance: str = ""


def read_file(
    file: tuple[str, str], *, site: Site, inherited: tuple[Inherited, ...] = ()
) -> Reading | Seen | None:
    """Read one file, given its path and the digest of the bytes that it is known to hold.

    ``inherited`` is what any folders say of the articles below them. None where there is no such
    file. Raises FolderError where the content folder cannot be read.
    """
    path, known = file
    source = folder.read(site.folders.content, path)
    if source is None:
        return None
    if isinstance(source, Problem):
        # Of no time: it is read again as soon as it can be, even if only its rights change.
        return Reading(Found(path, 0, 0, 0), "", None, (), (source,))
    if source.digest == known:
        return Seen(source.found, source.digest)
    return read_source(path, source, site, inherited)


def read_source(
    path: str, source: Source, site: Site, inherited: tuple[Inherited, ...] = ()
) -> Reading:
    """Read what the file at ``path`` holds; ``inherited`` is what any folders say."""
    result = read(source.content, path=path, site=site, inherited=above(path, inherited))
    if isinstance(result, Refused):
        return Reading(source.found, source.digest, None, (), result.problems)
    mentioned = {mention_key(mention.name) for mention in names(result.manuscript)}
    # Texts of a whole archive do not fit in memory; they are read again to be composed.
    manuscript = result.manuscript.without_text()
    return Reading(
        source.found,
        source.digest,
        manuscript,
        tuple(sorted(mentioned)),
        result.problems,
        _substance(result.manuscript),
    )


def _substance(manuscript: Manuscript) -> str:
    words = "\0".join((manuscript.headline, manuscript.standfirst, manuscript.text.strip()))
    return f"{sha256(words.encode()).hexdigest()[:16]} {len(manuscript.corrections)}"


def has_changed(before: str, now: str) -> bool:
    """Say whether readers read something else now, without one more note that says so."""
    words_before, _, notes_before = before.partition(" ")
    words, _, notes = now.partition(" ")
    return words != words_before and int(notes) <= int(notes_before)


def above(path: str, inherited: Iterable[Inherited]) -> tuple[Inherited, ...]:
    """Give what the folders above a path say of the articles below them."""
    return tuple(
        each
        for each in inherited
        if not (place := posixpath.dirname(each.path)) or path.startswith(f"{place}/")
    )


def carried(
    readings: Mapping[str, Reading],
    *,
    vanished: Mapping[str, Known],
    changed: Mapping[str, Known],
    known: Mapping[str, Known],
) -> dict[str, int | None]:
    """Give the article that each known or renamed path holds, now that files have been renamed.

    ``vanished`` and ``changed`` are what is known of paths that are no more, or hold other bytes.
    """
    appeared = {
        path: Traits(
            each.digest,
            each.manuscript.headline if each.manuscript and path not in known else "",
        )
        for path, each in readings.items()
        if path not in known or path in changed
    }
    left = {path: Traits(state.digest) for path, state in changed.items()} | {
        path: Traits(state.latest or state.digest, state.headline)
        for path, state in vanished.items()
    }
    moves = planner.renamed(appeared, left) if left else {}
    stayed = {
        path: None if path in moves.values() else state.article for path, state in known.items()
    }
    return stayed | {new: known[old].article for new, old in moves.items()}


def is_under(path: str, places: Collection[str]) -> bool:
    """Say whether a path is one of some places, or below one."""
    return path in places or any(path.startswith(f"{place}/") for place in places)
