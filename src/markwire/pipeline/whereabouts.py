"""Where an article is and where it is not, with the reason: from files alone, or by a catalogue.

At the I/O rim: reads the article's file and what stands published. ``whereabouts`` never opens the
catalogue, for a watch may be at work on it; so what it tells is what readers see. Who has the
catalogue gives to ``tell`` what it knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from markwire import identity as identities
from markwire.article.read import Read, Refused, read
from markwire.formats import addresses
from markwire.intake import folder
from markwire.intake.folder import Scan
from markwire.intake.profiles import furnish
from markwire.model import Feed, Manuscript, Site, Source
from markwire.outlet.directory import Directory
from markwire.pipeline.inheriting import read_defaults
from markwire.pipeline.reading import above
from markwire.problems import Problem
from markwire.selection import (
    Release,
    configured,
    feed_of,
    memberships,
    release,
    state,
    unmet,
    visible,
)
from markwire.wording.whereabouts import Presence, Reason, Standing, Whereabouts

_NANOSECONDS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Live:
    """What stands published of an article; ``gone`` is when it was killed or withdrawn."""

    guid: str
    permalink: str
    published: datetime
    gone: datetime | None
    killed: bool


class Published(Protocol):
    """What stands published."""

    def live(self, path: str, manuscript: Manuscript | None) -> Live | None:
        """Find what stands published of the file at ``path``."""

    def entries(self, feed: Feed) -> Entries | None:
        """Give what a feed carries; None where it has not been written."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The GUIDs that a feed carries, newest first, and the date of the last."""

    guids: tuple[str, ...]
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """What the content folder holds at a path.

    ``source`` is its bytes, why it cannot be read, or None where there is nothing; ``is_article``
    says whether its name makes it one, ``told`` what is wrong with that name.
    """

    path: str
    source: Source | Problem | None
    is_article: bool
    told: tuple[Problem, ...] = ()


def whereabouts(site: Site, path: str, now: datetime) -> Whereabouts:
    """Tell where the article at ``path``, below the content folder, is at ``now``.

    Raises FolderError where the content folder cannot be read.
    """
    site, _ = furnish(site)
    scan = Scan(site.folders.content)
    is_article = any(each.path == path for each in [*scan])
    listing = scan.rest()
    source = folder.read(site.folders.content, path)
    told = tuple(each for each in listing.problems if each.path == path)
    inherited = above(path, read_defaults(site, listing.defaults))
    result: Read | Refused | None = None
    if isinstance(source, Source) and is_article:
        result = read(source.content, path=path, site=site, inherited=inherited)
    file = File(path, source, is_article, told)
    return tell(file, result, _Files(Directory(site.folders.feeds)), site, now)


def tell(
    file: File, result: Read | Refused | None, published: Published, site: Site, now: datetime
) -> Whereabouts:
    """Tell where an article is, by its file, what came of reading it, and what is published.

    ``result`` is None where there was nothing to read.
    """
    path, source = file.path, file.source
    if not isinstance(source, Source) or result is None:
        told = (*file.told, source) if isinstance(source, Problem) else file.told
        if told:
            standing: Standing = "refused" if isinstance(source, Problem) else "left alone"
        else:
            standing = "absent" if source is None else "left alone"
        return _without_manuscript(path, standing, told, published, site)
    if isinstance(result, Refused):
        return _without_manuscript(path, "refused", result.problems, published, site)
    manuscript = result.manuscript
    live = published.live(path, manuscript)
    modified = datetime.fromtimestamp(source.found.modified // _NANOSECONDS, UTC)
    if live is not None:
        since = identities.published(manuscript, live.published)
    else:
        since = identities.first_published(manuscript, min(modified, now))
    killed = live.gone if live is not None and live.killed else None
    when = release(manuscript, since, killed=killed)
    changed = identities.updated(manuscript, since)
    standing = _standing(manuscript, when, now, has_changed=changed > since)
    guid = live.guid if live else ""
    return Whereabouts(
        path=path,
        standing=standing,
        problems=result.problems,
        manuscript=manuscript,
        release=when,
        changed=changed,
        guid=guid,
        permalink=live.permalink if live and not live.gone else "",
        presences=tuple(
            _presence(
                feed, guid, published.entries(feed), site, since=since,
                seen=visible(when, now), missing=missing,
            )
            for feed, missing in _feeds(manuscript, site)
        ),
    )  # fmt: skip


def _standing(
    manuscript: Manuscript, when: Release, now: datetime, *, has_changed: bool
) -> Standing:
    """Say of a published article, too, whether it was corrected or updated since."""
    word = state(when, now)
    if word != "published":
        return word
    if any(note.kind != "typo" for note in manuscript.corrections):
        return "corrected"
    return "updated" if has_changed else word


def _without_manuscript(
    path: str,
    standing: Standing,
    problems: tuple[Problem, ...],
    published: Published,
    site: Site,
) -> Whereabouts:
    """Tell of a file that says nothing now, by what stands published of it."""
    live = published.live(path, None)
    # Under the GUID of a killed article stands its notice.
    guid = live.guid if live and (live.killed or not live.gone) else ""
    if standing == "absent" and live and live.gone:
        standing = "killed" if live.killed else "withdrawn"
    presences = (
        _presence(feed, guid, published.entries(feed), site, since=None, seen=False, missing=())
        for feed in site.feeds
    )
    return Whereabouts(
        path=path,
        standing=standing,
        problems=problems,
        guid=guid,
        permalink=live.permalink if live and not live.gone else "",
        changed=live.gone if live else None,
        presences=tuple(presences),
    )


def _feeds(manuscript: Manuscript, site: Site) -> Iterator[tuple[Feed, tuple[str, ...]]]:
    """Give the named feeds, and those that ``[each]`` makes for the article, with what it lacks."""
    named = {feed.key for feed in site.feeds}
    for feed in site.feeds:
        yield feed, unmet(feed.where, manuscript)
    for place in memberships(manuscript, site):
        if place.key not in named and configured(place.key, site):
            yield feed_of(place.key, place.label, site), ()


def _presence(
    feed: Feed,
    guid: str,
    entries: Entries | None,
    site: Site,
    *,
    since: datetime | None,
    seen: bool,
    missing: tuple[str, ...],
) -> Presence:
    url = addresses.url(feed, "json", site)
    if entries is None:
        reason: Reason = "unmet" if missing else "state" if not seen else "no feed"
        return Presence(feed, url, reason, unmet=missing)
    guids, oldest = entries.guids, entries.oldest
    position = guids.index(guid) + 1 if guid in guids else 0
    wanted = seen and not missing
    if position:
        reason = "carried" if wanted or since is None else "leaving"
    elif missing:
        reason = "unmet"
    elif not seen:
        reason = "state"
    elif len(guids) >= feed.limit and since and oldest and since <= oldest:
        reason = "below"
    else:
        reason = "waiting"
    return Presence(feed, url, reason, position, len(guids), oldest, missing)


# --- what stands published ---------------------------------------------------------------


class _Files:
    """What stands published, as its files tell."""

    def __init__(self, outlet: Directory) -> None:
        self._outlet = outlet

    def live(self, path: str, manuscript: Manuscript | None) -> Live | None:
        mark = identities.fingerprint(path)
        likely = (manuscript.slug or manuscript.name) if manuscript else ""
        first = [f"articles/{likely}.json"] if likely else []
        for file in (*first, *sorted(self._outlet.files("articles"))):
            if file.endswith(".json"):
                content = self._outlet.read(file)
                # Most are another's: they need not be parsed.
                if content and mark.encode() in content and (found := _read_live(content, mark)):
                    return found
        return None

    def entries(self, feed: Feed) -> Entries | None:
        content = self._outlet.read(addresses.path(feed.key, "json"))
        try:
            items = json.loads(content or b"")["items"]
            dates = [datetime.fromisoformat(item["date_published"]) for item in items]
            return Entries(tuple(item["id"] for item in items), dates[-1] if dates else None)
        except (ValueError, KeyError, TypeError):
            return None


def _read_live(content: bytes, mark: str) -> Live | None:
    try:
        item = json.loads(content)
        own = item["_markwire"]
        if own.get("source") != mark:
            return None
        gone = own.get("gone")
        return Live(
            guid=item["id"],
            permalink=item.get("url", ""),
            published=datetime.fromisoformat(item["date_published"]),
            gone=datetime.fromisoformat(gone) if gone else None,
            killed=own.get("killed", False),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
