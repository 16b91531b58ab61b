"""What is known: identities for ever, everything else until it can be read again.

``Catalogue`` is what the pipeline asks for; ``sqlite`` keeps it in one file. Moments go in and
come out as aware datetimes in UTC, to the second.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from markwire.catalogue.seeking import CardRow, FeedSizes, Sought
from markwire.formats.marker import Marker
from markwire.model import Body, Format, Found, FragmentKind, Identity, Media, Tombstone
from markwire.outbox import Account, Attempt, Due, Event, Target
from markwire.planner import Known, Stamp
from markwire.polls import Tally
from markwire.problems import Problem
from markwire.selection import Membership, Release
from markwire.views import Delivery, EditionPoint, OwedPush, PollPoint, Standing


@dataclass(frozen=True, slots=True)
class Entry:
    """All that the catalogue keeps of one article besides its fragments.

    ``own_slug`` is the ``slug`` of the front matter, None where that is not known. ``mentions``
    are the last parts of the local names that it shows or links, folded by ``mention_key``.
    ``substance`` is a digest of what readers read; ``corrected`` when it last was, but for typos.
    """

    identity: Identity
    own_slug: str | None
    path: str
    fingerprint: str
    headline: str
    permalink: str
    updated: datetime
    release: Release
    memberships: tuple[Membership, ...]
    mentions: tuple[str, ...]
    language: str
    substance: str
    section: str = ""
    corrected: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """An article as the catalogue gives it back.

    ``page`` is the slug under which its page stands, or last stood. ``live`` while readers can
    see it, ``present`` while a file holds it; ``seen`` is the first date as they last saw it.
    ``gone`` is when it left those who had seen it; ``reason`` why it was killed, in public words.
    ``asked`` is since when it reads otherwise than its ``substance``, which nobody declared.
    """

    number: int
    identity: Identity
    own_slug: str | None
    page: str
    path: str
    permalink: str
    updated: datetime
    release: Release
    live: bool
    present: bool
    seen: datetime | None
    language: str
    substance: str
    asked: datetime | None
    gone: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article that a file holds and readers cannot see, or one that is to be asked about."""

    path: str
    headline: str
    release: Release
    asked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a folder's own file says of the articles below it."""

    found: Found
    seen: int
    content: bytes


@dataclass(frozen=True, slots=True)
class KnownMedia:
    """A media file of the content folder: its state, and what of it is published.

    ``digest`` is of the published bytes, and empty where there are none.
    """

    found: Found
    media: Media
    digest: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An article met for the first time, the file that holds it, and what is wrong with it."""

    entry: Entry
    file: Known
    problems: tuple[Problem, ...]


# How an article was lost to a feed: no article has its GUID; its moment is to come again; it is
# seen, and does not belong to the feed any more.
Loss = Literal["unknown", "hidden", "elsewhere"]


@dataclass(frozen=True, slots=True)
class Announced:
    """An article as partners know it: under which address, and made of what.

    ``state`` is as ``state_of`` gave it, or 'gone' or 'killed'; ``document`` a digest of the
    article's JSON, None where that is not known.
    """

    permalink: str
    state: str
    document: bytes | None


class Row(NamedTuple):
    """One article of a window; ``current`` is false where it has to be composed."""

    article: int
    guid: str
    updated: datetime
    current: bool


class Catalogue(Protocol):
    """What the pipeline needs to be remembered. Nothing is durable before ``batch`` ends."""

    def batch(self, patience: float = -1) -> AbstractContextManager[None]:
        """One transaction: all that is recorded inside is kept, or nothing.

        Threads have their batches one after the other, as they come; what is asked inside shows
        no half of another's. Faults of the file become a CatalogueError, and so does a catalogue
        that is closed. Raises OccupiedError where another's takes longer than ``patience``
        seconds, unless that is negative.
        """

    def setting(self, name: str) -> str:
        """Give a value that was ``set``, or an empty text."""

    def set(self, name: str, value: str) -> None:
        """Keep a value under a name."""

    # --- files of the content folder ---

    def stamps(self, paths: Collection[str] | None) -> Iterator[Stamp]:
        """Give the stamps of files at or below ``paths``, or of all, in the order of paths."""

    def known(self, paths: Iterable[str]) -> Mapping[str, Known]:
        """Give what is known of the files at just these paths, by path."""

    def known_media(self, paths: Collection[str] | None) -> Mapping[str, KnownMedia]:
        """Give what is known of media files at or below ``paths``, or of all, by path."""

    def record_file(self, known: Known, problems: Iterable[Problem]) -> None:
        """Record a file as read; an error among ``problems`` means that it is refused."""

    def record_seen(self, known: Known) -> None:
        """Record that a file was read again and holds the same bytes."""

    def record_media(self, known: KnownMedia) -> None:
        """Record a media file."""

    def forget(self, path: str) -> None:
        """Forget a file, media or not, and its problems; an article that it held stays."""

    def same_bytes(self, path: str, *, size: int, digest: str) -> str | None:
        """Give the path of another file that holds an article, and just these bytes."""

    def leaving(self) -> Mapping[str, datetime]:
        """Give the files that wait, with how long: their articles are withdrawn then.

        Or, of a copy of another file, published.
        """

    def leave(self, path: str, when: datetime) -> None:
        """Record until when a file waits."""

    def put_by(self, path: str, digest: str) -> None:
        """Record that a file that waits holds other bytes, of this digest, than are recorded."""

    def stay(self, path: str) -> None:
        """Record that a file need not wait."""

    def count_files(self) -> int:
        """Give the number of known files, media not counted."""

    def defaults(self) -> Mapping[str, Defaults]:
        """Give what the folders' own files say, by path."""

    def record_defaults(self, path: str, defaults: Defaults | None) -> None:
        """Record what a folder's own file says; None where it is no more."""

    def problems(self) -> tuple[Problem, ...]:
        """Give all problems that stand, sorted by place."""

    def named(self, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give the paths of articles' files and of media whose ``mention_key`` is ``key``."""

    def media_at(self, path: str) -> KnownMedia | None:
        """Give the media file at a path."""

    def media_of(self, url: str) -> str | None:
        """Give the path of a media file that is published at ``url``."""

    # --- articles ---

    def is_empty(self) -> bool:
        """Say whether no article was ever known."""

    def article(self, number: int) -> Remembered:
        """Give an article. Raises KeyError where there is none of that number."""

    def find(self, *, own_id: str = "", guid: str = "", fingerprint: str = "") -> Remembered | None:
        """Find an article by its editor's id, its GUID, or else its path's fingerprint."""

    def at(self, path: str) -> Remembered | None:
        """Give the article that the file at a path holds."""

    def guid_taken(self, guid: str) -> bool:
        """Say whether any article, present or gone, has a GUID."""

    def slug_holder(self, slug: str) -> int | None:
        """Give the article, present or gone, that has a slug."""

    def add(self, newcomers: Sequence[Newcomer], now: datetime) -> tuple[int, ...]:
        """Record new articles with their files, live where they may be seen; give their numbers.

        All at once, for an archive has many.
        """

    def record(self, entry: Entry, number: int) -> None:
        """Record a known article anew, as present and to be composed."""

    def depart(self, now: datetime) -> None:
        """Record that published articles of which no file was found have left their readers."""

    def move(self, number: int, *, path: str, fingerprint: str) -> None:
        """Record that an article is held by a file at another path, and is else as it was."""

    def remember(
        self,
        identity: Identity,
        *,
        fingerprint: str,
        permalink: str,
        updated: datetime,
        feeds: Iterable[str],
    ) -> None:
        """Take in the identity of an article that was published, of which no file is known."""

    def remember_departed(self, slug: str, marker: Marker) -> None:
        """Take in the identity of an article that has left its readers, as its marker tells."""

    def withdraw(self, number: int, now: datetime) -> None:
        """Take an article from its readers; its identity is kept for ever."""

    def kill(self, number: int, now: datetime, *, reason: str) -> None:
        """Have a notice stand for an article, whatever its file says."""

    def restore(self, number: int, now: datetime) -> None:
        """Undo ``kill``: its file says again what becomes of the article."""

    def ask(self, number: int, *, substance: str, since: datetime | None) -> None:
        """Record what an article read when last declared, and since when it reads otherwise."""

    def departed(self) -> tuple[int, ...]:
        """Give the articles that have gone and whose markers are to be written."""

    def marker(self, number: int) -> Marker:
        """Give what is told of an article that has gone."""

    def mark_departed(self, number: int) -> None:
        """Record that the marker of an article that has gone is written."""

    def bury(self, now: datetime) -> None:
        """Drop the tombstones that nobody can have missed, and owe their feeds."""

    def kept_back(self, limit: int) -> tuple[Waiting, ...]:
        """Give articles that files hold and readers cannot see, drafts last."""

    def asked_about(self, limit: int) -> tuple[Waiting, ...]:
        """Give articles that changed without a word to readers, the latest first."""

    def mentioned_by(self, number: int) -> tuple[str, ...]:
        """Give the names that an article mentions, folded by ``mention_key``."""

    def mentioning(self, keys: Collection[str]) -> tuple[int, ...]:
        """Give the articles that mention any of these names."""

    def due(self, now: datetime) -> tuple[int, ...]:
        """Give the articles that are to appear or to disappear at ``now``."""

    def next_due(self, now: datetime) -> datetime | None:
        """Give the next moment after ``now`` at which there is something to do."""

    def release(self, number: int, now: datetime) -> bool:
        """Make an article live, or not, as its release says; give whether it is."""

    # --- what is composed ---

    def stale(self, limit: int) -> tuple[int, ...]:
        """Give at most ``limit`` of the live articles to be composed, newest first."""

    def count_stale(self) -> int:
        """Give the number of live articles to be composed."""

    def expire(self, numbers: Collection[int] | None) -> None:
        """Have articles, or all, composed again; not what a refused file last published."""

    def keep(
        self,
        number: int,
        *,
        fragments: Mapping[FragmentKind, bytes],
        shown: Collection[str],
        problems: Iterable[Problem],
    ) -> None:
        """Keep what was composed of an article, in place of what was before."""

    def refuse(self, number: int, problems: Iterable[Problem]) -> None:
        """Record that an article cannot be composed; what was kept before stays."""

    def hold_back(self, number: int, now: datetime) -> None:
        """Take an article back of which no version could ever be shown to readers."""

    def shown_by(self, number: int) -> frozenset[str]:
        """Give the URLs of the media that an article shows."""

    def showing(self, url: str) -> tuple[int, ...]:
        """Give the live articles that show a media file."""

    # --- feeds ---

    def feeds_of(self, number: int) -> frozenset[str]:
        """Give the keys of the feeds that carry a live article; none where it is not live."""

    def memberships(self, number: int) -> tuple[Membership, ...]:
        """Give an article's places in feeds, live or not, in the order of their keys."""

    def feed_keys(self) -> tuple[str, ...]:
        """Give the keys of all feeds, sorted."""

    def owe(self, keys: Iterable[str] | None) -> None:
        """Record, before they are written, that these feeds, or all, must be."""

    def owed(self) -> tuple[str, ...]:
        """Give the keys of the feeds that must be written, sorted."""

    def forgive(self, key: str) -> None:
        """Record that a feed need not be written, because it never carried an article."""

    def label(self, key: str) -> str:
        """Give how most articles of an ``[each]`` feed spell its value, or last did."""

    def relabelled(self, keys: Collection[str]) -> tuple[str, ...]:
        """Give those of these feeds that stand under another label than they have now."""

    def window(self, key: str, *, limit: int, body: Body) -> tuple[Row, ...]:
        """Give the newest live articles of a feed, newest first."""

    def reaches(self, key: str, number: int, *, limit: int) -> bool:
        """Say whether a live article is in a feed's window."""

    def fragments(self, number: int, body: Body) -> Mapping[Format, bytes] | None:
        """Give the fragments of an article as they were kept; None where there are none."""

    def tombstones(self, key: str, *, limit: int) -> tuple[Tombstone, ...]:
        """Give the newest tombstones of a feed, newest first."""

    def feed_updated(self, key: str) -> datetime | None:
        """Give the last ``updated`` that a feed stated."""

    def record_feed(
        self, key: str, *, label: str, updated: datetime | None, carried: Sequence[str]
    ) -> None:
        """Record what a feed states of itself, and which GUIDs its documents carry.

        On disk, it is as the catalogue has it. All feeds that one batch records are of one
        generation, the one after the last.
        """

    def list_feed(self, key: str, said: str) -> None:
        """Record what the page of all feeds says of the articles in a feed that was published."""

    def listed(self) -> Iterator[tuple[str, str, str]]:
        """Give key, label and what is said of each feed on that page, in the order of keys."""

    def generation(self) -> int:
        """Give the number of the last generation of feeds that stands whole; 0 before the first."""

    def carried(self, key: str) -> tuple[str, ...]:
        """Give the GUIDs that a feed's documents carry; none where that is not known."""

    def lost(self, key: str, guids: Iterable[str], now: datetime) -> Mapping[str, Loss]:
        """Give those of these articles for whose leaving a feed nobody's decision is known.

        Not those that were deleted, killed, made a draft or have expired, nor those that newer
        ones pushed out of the window.
        """

    def missing(self) -> tuple[int, int]:
        """Count published articles of which no file was found, and all that readers can see."""

    def drop_feed(self, key: str) -> None:
        """Forget a feed that the configuration no longer asks for."""

    # --- what editors look at ---

    def count_standings(self, sought: Sought, now: datetime) -> Mapping[Standing, int]:
        """Count the articles that are sought, by where they stand at ``now``; none are left out."""

    def cards(
        self, standing: Standing, sought: Sought, now: datetime, *, first: int, most: int
    ) -> tuple[CardRow, ...]:
        """Give at most ``most`` of the articles of one standing, without the ``first`` so many.

        What is to appear comes in the order in which it does, all else latest first.
        """

    def card(self, number: int, now: datetime) -> tuple[Standing, CardRow] | None:
        """Give where one article stands at ``now``; None where no editor would ask for it."""

    def refused_cards(self, sought: Sought) -> tuple[CardRow, ...]:
        """Give those of the refused that are sought, the file changed last first."""

    def said_of(self, what: Literal["section", "language"]) -> tuple[str, ...]:
        """Give the sections or languages that articles have, sorted; at most two hundred."""

    # --- how it is at work ---

    def record_edition(self, edition: EditionPoint) -> None:
        """Record what an edition did; five hundred are kept."""

    def editions(self) -> tuple[EditionPoint, ...]:
        """Give the editions that are kept, oldest first."""

    def feed_sizes(self) -> Iterator[FeedSizes]:
        """Give each feed that stands with all its files, in the order of keys."""

    # --- what is written ---

    def outputs(
        self, *, after: str = "", before: str = "", limit: int = -1
    ) -> Iterator[tuple[str, tuple[int, int]]]:
        """Give path, size in bytes and time of change in nanoseconds of files written.

        In the order of their paths, of those between ``after`` and ``before``, at most ``limit``.
        """

    def output(self, path: str) -> tuple[int, int] | None:
        """Give size and time of change of one file written."""

    def record_output(self, path: str, size: int, modified: int) -> None:
        """Record a file as written."""

    def forget_output(self, path: str) -> None:
        """Record that a file was removed."""

    # --- who polls ---

    def take_polls(self, name: str, tally: Tally) -> None:
        """Count what the file ``name``, which was not taken before, tells of polls."""

    def taken_polls(self) -> frozenset[str]:
        """Give the names of files that were taken, and not forgotten."""

    def forget_taken_polls(self, names: Collection[str]) -> None:
        """Forget files that are gone for good."""

    def drop_polls(self) -> None:
        """Drop what was counted on other days than the ``KEPT_DAYS`` newest."""

    def polls(self, *, since: str, feed: str | None = None) -> tuple[PollPoint, ...]:
        """Give who polled a feed, or all, by day, from ``since`` (ISO 8601) on."""

    def polled(self, *, since: str) -> Mapping[tuple[str, Format], int]:
        """Give how often each feed was asked for from a day on, by its key and format."""

    def pollers(self, *, since: str) -> Mapping[str, int]:
        """Give how often each client asked from a day on, by its name, the most frequent first."""

    def subscribers(self, *, since: str) -> Mapping[str, Mapping[str, int]]:
        """Give a feed's subscribers by aggregator, as each stated them last from a day on."""

    # --- who is told ---

    def record_topic(self, path: str, digest: bytes) -> bytes | None:
        """Record the digest of a feed's document; give the one before, None where none was."""

    def forget_topics(self, paths: Iterable[str]) -> None:
        """Forget documents that are no more."""

    def begin_announcing(self) -> None:
        """Take what readers see now for known to partners, if none was told anything before."""

    def end_announcing(self) -> None:
        """Forget what partners know: there are none."""

    def announced(self, number: int) -> Announced | None:
        """Give an article as partners know it; None where they never heard of it."""

    def state_of(self, number: int) -> str:
        """Give what an article is made of: its file, its last declared change, its address."""

    def record_announced(self, number: int, announced: Announced) -> None:
        """Record as what partners are to know an article."""

    def keep_targets(self, targets: Collection[Target]) -> None:
        """Record to whom something may be owed; what is owed to others is not any more."""

    def owe_push(
        self, target: Target, topic: str, now: datetime, *, event: Event = "", body: str = ""
    ) -> None:
        """Owe a target a notice; one that is owed of the topic already becomes this one."""

    def withdraw_push(self, topic: str) -> None:
        """Owe nobody a notice of a topic."""

    def due_pushes(self, target: Target, now: datetime, *, limit: int) -> Due:
        """Give the notices that a target is to be sent at ``now``, in their order."""

    def next_push(self, target: Target) -> datetime | None:
        """Give when a target is to be sent something; None where nothing is owed."""

    def record_attempt(self, attempt: Attempt) -> None:
        """Record what came of sending notices; give up those that were owed for too long."""

    def push_accounts(self) -> tuple[Account, ...]:
        """Give how each target stands."""

    def owed_pushes(self, limit: int) -> tuple[OwedPush, ...]:
        """Give what is owed, the longest first."""

    def deliveries(self, limit: int) -> tuple[Delivery, ...]:
        """Give the latest attempts, newest first; some two hundred are kept."""

    def close(self) -> None:
        """Let go of the file, once a batch that has begun is at its end."""
