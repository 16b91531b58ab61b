"""Decide what an edition must read, and what has gone.

Pure: reads no files and no clock; ``found`` is what the folder holds, ``known`` what the
catalogue remembers of the same paths.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from markwire.model import Found

# Nanoseconds. File systems keep times as coarsely as 2 s (FAT, some network shares): within
# that span after a change, an equal time does not prove equal bytes.
COARSEST_TIME: Final = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Traits:
    """By what an article is known again under another name; empty where it has no such trait."""

    digest: str
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of one content file.

    ``seen`` is when it was last read, in nanoseconds since 1970, by the clock that also stamps
    files. ``article`` is the catalogue's number of the article that it holds, or None where no
    version of it could ever be published.
    """

    found: Found
    digest: str
    seen: int
    article: int | None = None
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """``read``: paths to read, with what is known of them; ``vanished``: known ones no more there.

    Both are in the order of their paths.
    """

    read: Mapping[str, Known | None]
    vanished: Mapping[str, Known]


class Every:
    """The collection that holds every path."""

    def __contains__(self, path: object) -> bool:
        return True


def plan(
    found: Iterable[Found], known: Iterable[Known], *, hinted: Container[str] = frozenset()
) -> Plan:
    """Compare a folder, or a part of it, with what is known of the same part.

    ``found`` and ``known`` are in the order of their paths, and are gone through once, side by
    side: what is the same on both sides takes no memory. ``hinted`` are paths that are read
    whatever their times say: those that the watcher named.
    """
    read: dict[str, Known | None] = {}
    vanished: dict[str, Known] = {}
    others = iter(known)
    other = next(others, None)
    for each in found:
        path = each.path
        while other is not None and other.found.path < path:
            vanished[other.found.path] = other
            other = next(others, None)
        if other is None or other.found.path != path:
            read[path] = None
        else:
            if _may_differ(each, other) or path in hinted:
                read[path] = other
            other = next(others, None)
    while other is not None:
        vanished[other.found.path] = other
        other = next(others, None)
    return Plan(read, vanished)


def renamed(appeared: Mapping[str, Traits], left: Mapping[str, Traits]) -> Mapping[str, str]:
    """Match the paths where something appeared to those that it left: same bytes, else headline.

    A path can be in both: two files that swap their names. Two paths are the same article only
    where nothing else fits as well, and each is given away once. The inode is no proof: file
    systems give a deleted file's to the next.
    """
    moves: dict[str, str] = {}
    for trait in ("digest", "headline"):
        old = _unique({path: getattr(each, trait) for path, each in left.items()}, moves.values())
        new = _unique({path: getattr(each, trait) for path, each in appeared.items()}, moves)
        moves |= {path: old[value] for value, path in new.items() if value in old}
    return moves


def _unique(traits: Mapping[str, str], settled: Collection[str]) -> dict[str, str]:
    """Give the path of each trait that just one unsettled path has."""
    paths: dict[str, list[str]] = {}
    for path, value in traits.items():
        if value and path not in settled:
            paths.setdefault(value, []).append(path)
    return {value: holders[0] for value, holders in paths.items() if len(holders) == 1}


def _may_differ(found: Found, known: Known) -> bool:
    return found != known.found or known.seen - found.modified < COARSEST_TIME
