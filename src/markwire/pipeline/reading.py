"""What one content file holds, and which article each of the files read is.

At the I/O rim for the reading; ``read_file`` runs in this process or in another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from markwire import planner
from markwire.article.compose import names
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
    """One file as read; ``manuscript`` is without its text, or None where it is refused."""

    found: Found
    digest: str
    manuscript: Manuscript | None
    mentions: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_file(file: tuple[str, str], *, site: Site) -> Reading | Seen | None:
    """Read one file, given its path and the digest of the bytes that it is known to hold.

    None where there is no such file. Raises FolderError where the content folder cannot be read.
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
    return _reading(path, source, site)


def _reading(path: str, source: Source, site: Site) -> Reading:
    result = read(source.content, path=path, site=site)
    if isinstance(result, Refused):
        return Reading(source.found, source.digest, None, (), result.problems)
    mentioned = {mention_key(mention.name) for mention in names(result.manuscript)}
    # Texts of a whole archive do not fit in memory; they are read again to be composed.
    manuscript = result.manuscript.without_text()
    return Reading(
        source.found, source.digest, manuscript, tuple(sorted(mentioned)), result.problems
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
        path: Traits(state.digest, state.headline) for path, state in vanished.items()
    }
    moves = planner.renamed(appeared, left) if left else {}
    stayed = {
        path: None if path in moves.values() else state.article for path, state in known.items()
    }
    return stayed | {new: known[old].article for new, old in moves.items()}


def is_under(path: str, places: Collection[str]) -> bool:
    """Say whether a path is one of some places, or below one."""
    return path in places or any(path.startswith(f"{place}/") for place in places)
