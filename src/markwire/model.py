"""The words of the field as frozen values; no behaviour beyond invariants.

Ground floor: imports nothing of ours, reads no files and no clock. Every moment is an aware
datetime in UTC, every URL absolute and ASCII, every path relative to its folder with ``/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

# What a feed carries of an article: with the body or without, typeset or plainly as it was typed.
Body = Literal["full", "summary", "full-plain", "summary-plain"]
Format = Literal["rss", "atom", "json"]
# What a window is made of: the fragment of one format, as the feed carries it.
FragmentKind = tuple[Format, Body]
CorrectionKind = Literal["typo", "correction", "update", "clarification"]

FORMATS: Final[tuple[Format, ...]] = ("rss", "atom", "json")
FILE_NAMES: Final[Mapping[Format, str]] = {
    "rss": "rss.xml",
    "atom": "atom.xml",
    "json": "feed.json",
}


# --- what the content folder holds -------------------------------------------------------


MAX_MEDIA: Final = 200 * 1024 * 1024
"""Bytes of a file that is copied into the feeds folder: an hour of sound, or of modest film.

What is longer is for a server of films; each edition would copy, flush and serve it.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """One regular file of the content folder, as ``stat`` shows it: no byte was read.

    ``size`` is in bytes, ``modified`` in nanoseconds since 1970.
    """

    path: str
    size: int
    modified: int
    inode: int


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one content file, and the state in which they were read.

    ``digest`` is the SHA-256 of ``content`` in hexadecimal.
    """

    found: Found
    content: bytes
    digest: str


# --- what an editor writes ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """One name of a byline.

    ``picture`` is an address; of a manuscript also ``/`` and a path in the content folder.
    """

    name: str
    email: str = ""
    url: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A dated note to readers. A ``typo`` never moves ``updated``; the other kinds do."""

    date: datetime
    text: str
    kind: CorrectionKind = "correction"


@dataclass(frozen=True, slots=True)
class PictureLine:
    """The front matter's ``image`` as written: ``src`` may be a path beside the article."""

    src: str
    alt: str = ""
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """One content file as read: typed metadata and Markdown, before it has an identity.

    ``published`` is None where the front matter and the file's name give no date;
    ``slug`` and ``guid`` are empty where the editor set none; ``name`` is the word that the
    path suggests for the slug. ``text`` is the Markdown below the front matter, and
    ``first_line`` the line of the file on which it starts (from 1).
    """

    path: str
    name: str
    headline: str
    text: str
    first_line: int
    language: str
    guid: str = ""
    slug: str = ""
    standfirst: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[Person, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    image: PictureLine | None = None
    canonical: str = ""
    rights: str = ""
    typography: bool = True
    draft: bool = False
    embargo: datetime | None = None
    expires: datetime | None = None
    corrections: tuple[Correction, ...] = ()

    def without_text(self) -> Manuscript:
        """Give the metadata alone."""
        return replace(self, text="")


@dataclass(frozen=True, slots=True)
class Identity:
    """What never changes about an article, and what of it is only remembered.

    ``own_id`` is the ``id`` of the front matter as typed when the GUID was minted.
    """

    guid: str
    slug: str
    published: datetime
    own_id: str = ""


# --- what is published -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Media:
    """One file that an article shows or offers.

    ``length`` is in bytes, ``width`` and ``height`` in pixels; 0 where not known, as for a
    file on another server. ``type`` is a media type, or empty where not known. ``flaw`` is the
    code of what whoever shows it is to be told, or empty; what cannot be published has no ``url``.
    """

    url: str
    type: str = ""
    length: int = 0
    width: int = 0
    height: int = 0
    alt: str = ""
    caption: str = ""
    credit: str = ""
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One article, format-neutral: what a fragment is made of.

    ``guid`` and ``slug`` never change once minted; ``published`` never moves by itself.
    ``standfirst`` is plain text; ``body`` is sanitised HTML with absolute URLs, empty where a
    feed carries summaries only.
    """

    guid: str
    slug: str
    permalink: str
    headline: str
    standfirst: str
    body: str
    published: datetime
    updated: datetime
    language: str
    authors: tuple[Person, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    image: Media | None = None
    attachments: tuple[Media, ...] = ()
    canonical: str = ""
    rights: str = ""
    corrections: tuple[Correction, ...] = ()

    def __post_init__(self) -> None:
        if not (self.guid and self.slug and self.permalink and self.headline):
            raise ValueError("an article needs a GUID, a slug, a permalink and a headline")
        if self.published.tzinfo is None or self.updated.tzinfo is None:
            raise ValueError("an article's moments are aware datetimes")


# --- the site ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Where:
    """Which articles a feed selects: within a key any value, between keys all of them."""

    section: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A named selection of articles with a window.

    ``key`` is the feed's folder under ``feeds/`` (empty for the main feed): ``transport``,
    ``section/economie``. ``label`` is the value that a feed made by ``[each]`` stands for, as
    articles spell it. ``url`` and ``picture`` are the site's where empty.
    """

    key: str
    title: str
    description: str
    language: str
    limit: int = 50
    body: Body = "full"
    where: Where = Where()
    label: str = ""
    url: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Each:
    """For which properties every value met has a feed of its own."""

    section: bool = True
    tag: bool = True
    author: bool = False
    language: bool = False


Sidecar = Literal["br", "etag", "gz", "zst"]
"""What may stand beside a file for static servers: a compressed form of it, or its ETag."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a site lives on disk; ``state`` holds the catalogue and the lock."""

    content: Path = Path("content")
    feeds: Path = Path("feeds")
    state: Path = Path(".markwire")


@dataclass(frozen=True, slots=True)
class Author:
    """Who signs articles, as ``authors.toml`` has it.

    ``also`` are other spellings of ``name``; the e-mail address is for readers only where
    ``publish_email`` says so. ``picture`` is as in ``Person``. The byline of one who is
    ``withdrawn`` stands nowhere.
    """

    handle: str
    name: str
    also: tuple[str, ...] = ()
    email: str = ""
    publish_email: bool = False
    url: str = ""
    picture: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What articles are about, as ``sections.toml`` has it; ``picture`` is an address."""

    handle: str
    title: str
    also: tuple[str, ...] = ()
    description: str = ""
    url: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Serve:
    """How a site is served: under which further names, and what lets editors in from elsewhere.

    ``token_file`` holds the token that the desk wants; None where none is set. ``moved`` are keys
    of feeds that have another one now, each with that; ``proxies`` networks whose word on who asks
    is believed.
    """

    hosts: tuple[str, ...] = ()
    token_file: Path | None = None
    moved: tuple[tuple[str, str], ...] = ()
    proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Webhook:
    """A partner who is told of articles. The secret is in a file, or in an environment variable.

    ``name`` is what it is called where its address must not be told.
    """

    url: str = field(repr=False)
    name: str = ""
    secret_file: str = ""
    secret_env: str = ""


@dataclass(frozen=True, slots=True)
class Push:
    """Who is told of what was published, besides the site's hubs.

    ``indexnow_key_url`` is where the key can be read; it must lie above the articles' addresses.
    ``private`` are the hosts of targets that may lie in a private network.
    """

    webhooks: tuple[Webhook, ...] = ()
    indexnow_key: str = field(default="", repr=False)
    indexnow_key_url: str = ""
    indexnow_url: str = "https://api.indexnow.org/indexnow"
    private: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """``markwire.toml``, read once. URLs end in ``/`` where they name a folder.

    ``ttl`` is in minutes (RSS 2.0), ``grace`` in seconds: for so long an article whose file went
    stays published. ``report`` is the file in the content folder that tells editors what is
    wrong; empty where none is wanted. ``author_emails`` says whether the addresses that bylines
    carry are for readers. ``typography`` says whether articles are typeset by their language;
    each feed says it for itself in ``body``. ``sidecars`` is what stands beside each file that is
    published, but media.
    """

    title: str
    url: str
    feeds_url: str
    time_zone: ZoneInfo
    language: str = "en"
    description: str = ""
    rights: str = ""
    permalink: str = "{feeds_url}articles/{slug}.html"
    hubs: tuple[str, ...] = ()
    icon: str = ""
    logo: str = ""
    ttl: int = 60
    feeds: tuple[Feed, ...] = ()
    each: Each = Each()
    folders: Folders = Folders()
    report: str = "_report.md"
    grace: int = 60
    author_emails: bool = False
    typography: bool = True
    sidecars: tuple[Sidecar, ...] = ()
    authors: tuple[Author, ...] = ()
    sections: tuple[Section, ...] = ()
    serve: Serve = Serve()
    push: Push = Push()

    @property
    def bodies(self) -> tuple[Body, ...]:
        """What the site's feeds carry of an article, each once."""
        return tuple(sorted({feed.body for feed in self.feeds}))


@dataclass(frozen=True, slots=True)
class Tombstone:
    """The marker of an article that left its readers (RFC 6721): its GUID, and when it did."""

    guid: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The newest fragments of one feed, newest first, with what the head must state.

    ``updated`` is the newest ``updated`` among them; for a feed that lost its last article,
    the moment at which it did, and None for one that never had any. ``tombstones`` are of
    articles that left the feed, newest first.
    """

    fragments: tuple[bytes, ...]
    updated: datetime | None
    tombstones: tuple[Tombstone, ...] = ()
