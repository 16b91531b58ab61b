"""Where an article is and where it is not, with the reason: from files alone.

At the I/O rim: reads the article's file and what stands published. The catalogue is never
opened, for a watch may be at work on it; so what is told is what readers see.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from markwire import identity as identities
from markwire.article.read import Read, read
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
    State,
    configured,
    feed_of,
    memberships,
    release,
    state,
    unmet,
    visible,
)

_NANOSECONDS: Final = 1_000_000_000

# Why an article is, or is not, in a feed:
#   carried      it is there
#   leaving      it is still there, though its file says otherwise: until the next edition
#   state        its state keeps it from all readers
#   unmet        the feed selects other articles
#   below        the feed is full of newer ones
#   waiting      the next edition brings it
#   no feed      the feed has not been written yet
Reason = Literal["carried", "leaving", "state", "unmet", "below", "waiting", "no feed"]
# What ``selection`` knows of, and: it cannot be published as it stands; its name, or where it
# lies, keeps it from being looked at; there is no such file.
Standing = State | Literal["updated", "corrected", "withdrawn", "refused", "left alone", "absent"]


@dataclass(frozen=True, slots=True)
class Presence:
    """An article and one feed.

    ``position`` counts from 1 and is 0 where the feed does not carry it; ``entries`` is how many
    the feed carries, ``oldest`` the date of the last of them; ``unmet`` are the names of its
    conditions that the article does not meet.
    """

    feed: Feed
    url: str
    reason: Reason
    position: int = 0
    entries: int = 0
    oldest: datetime | None = None
    unmet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What there is to say of one file.

    ``guid``, ``permalink`` and ``live_since`` are of what readers see, and empty where they see
    nothing; ``published`` is when its file says that it is published, ``release`` when it may be
    seen, ``changed`` when it was last updated, corrected or withdrawn.
    """

    path: str
    standing: Standing
    problems: tuple[Problem, ...] = ()
    manuscript: Manuscript | None = None
    release: Release | None = None
    guid: str = ""
    permalink: str = ""
    presences: tuple[Presence, ...] = ()
    changed: datetime | None = None

    @property
    def is_published(self) -> bool:
        """Say whether readers see a version of it."""
        return bool(self.permalink)


@dataclass(frozen=True, slots=True)
class _Live:
    """What stands published of an article; ``gone`` is when it was killed or withdrawn."""

    guid: str
    permalink: str
    published: datetime
    gone: datetime | None
    killed: bool


def whereabouts(site: Site, path: str, now: datetime) -> Whereabouts:
    """Tell where the article at ``path``, below the content folder, is at ``now``.

    Raises FolderError where the content folder cannot be read.
    """
    site, _ = furnish(site)
    outlet = Directory(site.folders.feeds)
    scan = Scan(site.folders.content)
    is_article = any(each.path == path for each in [*scan])
    listing = scan.rest()
    source = folder.read(site.folders.content, path)
    live = _live(path, None, outlet)
    told = tuple(each for each in listing.problems if each.path == path)
    if isinstance(source, Problem):
        told = (*told, source)
    if not isinstance(source, Source) or not is_article:
        if told:
            standing: Standing = "refused" if isinstance(source, Problem) else "left alone"
        else:
            standing = "absent" if source is None else "left alone"
        return _without_manuscript(path, standing, told, live, outlet, site)
    inherited = above(path, read_defaults(site, listing.defaults))
    result = read(source.content, path=path, site=site, inherited=inherited)
    if not isinstance(result, Read):
        return _without_manuscript(path, "refused", result.problems, live, outlet, site)
    manuscript = result.manuscript
    live = live or _live(path, manuscript, outlet)
    modified = datetime.fromtimestamp(source.found.modified // _NANOSECONDS, UTC)
    if live is not None:
        published = identities.published(manuscript, live.published)
    else:
        published = identities.first_published(manuscript, min(modified, now))
    killed = live.gone if live is not None and live.killed else None
    when = release(manuscript, published, killed=killed)
    changed = identities.updated(manuscript, published)
    standing = _standing(manuscript, when, now, has_changed=changed > published)
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
                feed, guid, outlet, site, published=published,
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
    live: _Live | None,
    outlet: Directory,
    site: Site,
) -> Whereabouts:
    """Tell of a file that says nothing now, by what stands published of it."""
    # Under the GUID of a killed article stands its notice.
    guid = live.guid if live and (live.killed or not live.gone) else ""
    if standing == "absent" and live and live.gone:
        standing = "killed" if live.killed else "withdrawn"
    presences = (
        _presence(feed, guid, outlet, site, published=None, seen=False, missing=())
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
    outlet: Directory,
    site: Site,
    *,
    published: datetime | None,
    seen: bool,
    missing: tuple[str, ...],
) -> Presence:
    url = addresses.url(feed, "json", site)
    entries = _entries(outlet.read(addresses.path(feed.key, "json")))
    if entries is None:
        reason: Reason = "unmet" if missing else "state" if not seen else "no feed"
        return Presence(feed, url, reason, unmet=missing)
    guids = [each for each, _ in entries]
    position = guids.index(guid) + 1 if guid in guids else 0
    oldest = entries[-1][1] if entries else None
    wanted = seen and not missing
    if position:
        reason = "carried" if wanted or published is None else "leaving"
    elif missing:
        reason = "unmet"
    elif not seen:
        reason = "state"
    elif len(entries) >= feed.limit and published and oldest and published <= oldest:
        reason = "below"
    else:
        reason = "waiting"
    return Presence(feed, url, reason, position, len(entries), oldest, missing)


# --- what stands published ---------------------------------------------------------------


def _entries(content: bytes | None) -> list[tuple[str, datetime]] | None:
    """Give GUID and date of all that a feed carries, newest first; None where it cannot be read."""
    try:
        items = json.loads(content or b"")["items"]
        return [(item["id"], datetime.fromisoformat(item["date_published"])) for item in items]
    except (ValueError, KeyError, TypeError):
        return None


def _live(path: str, manuscript: Manuscript | None, outlet: Directory) -> _Live | None:
    """Find what stands published of the file at ``path``."""
    mark = identities.fingerprint(path)
    likely = (manuscript.slug or manuscript.name) if manuscript else ""
    first = [f"articles/{likely}.json"] if likely else []
    for file in (*first, *sorted(outlet.files("articles"))):
        if file.endswith(".json"):
            content = outlet.read(file)
            # Most are another's: they need not be parsed.
            if content and mark.encode() in content and (found := _read_live(content, mark)):
                return found
    return None


def _read_live(content: bytes, mark: str) -> _Live | None:
    try:
        item = json.loads(content)
        own = item["_markwire"]
        if own.get("source") != mark:
            return None
        gone = own.get("gone")
        return _Live(
            guid=item["id"],
            permalink=item.get("url", ""),
            published=datetime.fromisoformat(item["date_published"]),
            gone=datetime.fromisoformat(gone) if gone else None,
            killed=own.get("killed", False),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
