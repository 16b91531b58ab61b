"""New articles: who each is, and their recording, hundreds at a time.

At the I/O rim. Nothing is composed or written here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from markwire import identity as identities
from markwire.catalogue import Catalogue, Entry, Newcomer
from markwire.model import Found, Identity, Manuscript, Site
from markwire.pipeline.reading import Reading
from markwire.planner import Known
from markwire.selection import limit_of, memberships, release, visible

_NANOSECONDS: Final = 1_000_000_000


class Newcomers:
    """Articles met for the first time that are not yet recorded.

    Each gets a GUID and a slug that none has, recorded or not.
    """

    def __init__(self, site: Site, catalogue: Catalogue, now: datetime) -> None:
        self._site = site
        self._catalogue = catalogue
        self._now = now
        self._all: list[Newcomer] = []
        self._guids: set[str] = set()
        self._slugs: set[str] = set()
        self._ids: set[str] = set()

    def __len__(self) -> int:
        return len(self._all)

    def has_id(self, own_id: str) -> bool:
        """Say whether one of them has this ``id``, or the GUID that it makes."""
        return bool(own_id) and (own_id in self._ids or identities.own_guid(own_id) in self._guids)

    def add(self, manuscript: Manuscript, reading: Reading) -> None:
        """Take an article in."""
        who = identities.mint(
            manuscript,
            self._site,
            modified=modified(reading.found, self._now),
            taken=lambda guid: guid in self._guids or self._catalogue.guid_taken(guid),
            slug_taken=lambda word: (
                word in self._slugs or self._catalogue.slug_holder(word) is not None
            ),
        )
        entry = entry_of(manuscript, who, reading, self._site)
        file = known_as(reading.found, reading.digest, None, self._now)
        self._all.append(Newcomer(entry, file, reading.problems))
        self._guids.add(who.guid)
        self._slugs.add(who.slug)
        self._ids.add(who.own_id)

    def record(self) -> tuple[int, ...]:
        """Record them all and owe the feeds whose windows they are in; give their numbers."""
        newcomers, self._all = self._all, []
        self._guids.clear()
        self._slugs.clear()
        self._ids.clear()
        if not newcomers:
            return ()
        numbers = self._catalogue.add(newcomers, self._now)
        owed = set(self._catalogue.owed())
        for number, newcomer in zip(numbers, newcomers, strict=True):
            if visible(newcomer.entry.release, self._now):
                keys = {place.key for place in newcomer.entry.memberships} - owed
                now_owed = {key for key in keys if self._is_in_window(key, number)}
                now_owed.update(self._catalogue.relabelled(keys))
                self._catalogue.owe(now_owed)
                owed |= now_owed
        return numbers

    def _is_in_window(self, key: str, number: int) -> bool:
        return self._catalogue.reaches(key, number, limit=limit_of(key, self._site))


def entry_of(
    manuscript: Manuscript,
    who: Identity,
    reading: Reading,
    site: Site,
    *,
    killed: datetime | None = None,
) -> Entry:
    """Give what the catalogue keeps of an article that a file holds; ``killed`` is when it was."""
    return Entry(
        identity=who,
        own_slug=manuscript.slug,
        path=manuscript.path,
        fingerprint=identities.fingerprint(manuscript.path),
        headline=manuscript.headline,
        permalink=identities.permalink(site, who, manuscript.section),
        updated=killed or identities.updated(manuscript, who.published),
        release=release(manuscript, who.published, killed=killed),
        memberships=memberships(manuscript, site),
        mentions=reading.mentions,
        language=manuscript.language,
        substance=reading.substance,
        section=manuscript.section,
        corrected=identities.corrected(manuscript),
    )


def known_as(found: Found, digest: str, article: int | None, now: datetime) -> Known:
    """Give what is known of a file that was read in an edition of ``now``."""
    return Known(found, digest, int(now.timestamp() * _NANOSECONDS), article)


def modified(found: Found, now: datetime) -> datetime:
    """Give when a file was last changed, which is never after ``now``."""
    return min(datetime.fromtimestamp(found.modified // _NANOSECONDS, UTC), now)
