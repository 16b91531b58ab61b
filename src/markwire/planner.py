"""Decide what an edition must read, and what has gone.

Pure: reads no files and no clock; ``found`` is what the folder holds, ``known`` what the
catalogue remembers of the same paths.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

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
    version of it could ever be published. ``latest`` is the digest of bytes that wait to be
    recorded.
    """

    found: Found
    digest: str
    seen: int
    article: int | None = None
    headline: str = ""
    latest: str = ""


class Stamp(NamedTuple):
    """As much of what is known of a file as tells whether it may have changed since."""

    path: str
    size: int
    modified: int
    inode: int
    seen: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Paths to read, ``new`` and ``known`` ones, and known ones that have ``vanished``.

    Each in the order of the paths.
    """

    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()


class Every:
    """The collection that holds every path."""

    def __contains__(self, path: object) -> bool:
        return True


def plan(
    found: Iterable[Found], known: Iterable[Stamp], *, hinted: Container[str] = frozenset()
) -> Plan:
    """Compare a folder, or a part of it, with what is known of the same part.

    ``found`` and ``known`` are in the order of their paths, and are gone through once, side by
    side: what is the same on both sides takes no memory. ``hinted`` are paths that are read
    whatever their times say: those that the watcher named.
    """
    new, again, vanished = [], [], []
    stamps = iter(known)
    stamp = next(stamps, None)
    for each in found:
        path = each.path
        while stamp is not None and stamp.path < path:
            vanished.append(stamp.path)
            stamp = next(stamps, None)
        if stamp is None or stamp.path != path:
            new.append(path)
        else:
            if _may_differ(each, stamp) or path in hinted:
                again.append(path)
            stamp = next(stamps, None)
    if stamp is not None:
        vanished += [stamp.path, *(rest.path for rest in stamps)]
    return Plan(tuple(new), tuple(again), tuple(vanished))


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


def _may_differ(found: Found, stamp: Stamp) -> bool:
    return (
        found.modified != stamp.modified
        or found.size != stamp.size
        or found.inode != stamp.inode
        or stamp.seen - stamp.modified < COARSEST_TIME
    )
