"""Who an article is: its GUID, slug and first date, minted once and then remembered.

Pure. A GUID is a ``tag:`` URI (RFC 4151) or the editor's own ``id``. It is made from what the
article is when first met, and afterwards only ever looked up: never derived again from a path,
a title or a URL, for each of these may change.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from markwire.article.slugs import slug, spelled
from markwire.article.urls import absolute
from markwire.model import Identity, Manuscript, Site

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")
# Names whose scheme has rules (RFC 4151 2.1, RFC 8141 2) that they do not keep: one of them would
# make the whole feed invalid.
_BROKEN_NAME: Final = re.compile(
    r"""
      tag: (?! [a-z0-9.@-]+ , \d{4}(-\d\d){0,2} : )
    | urn: (?! (?!uuid:) [a-z0-9][a-z0-9-]{1,31} : .
             | uuid: [0-9a-f]{8} (?:-[0-9a-f]{4}){3} - [0-9a-f]{12} \Z )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)


def mint(
    manuscript: Manuscript,
    site: Site,
    *,
    modified: datetime,
    taken: Callable[[str], bool],
    slug_taken: Callable[[str], bool],
) -> Identity:
    """Make the identity of an article met for the first time.

    ``modified`` is when its file was last changed: the date of an article that gives none.
    ``taken`` and ``slug_taken`` say whether another article has a GUID or slug already; then
    ``-2``, ``-3`` … is put after it.
    """
    published = first_published(manuscript, modified)
    guid = own_guid(manuscript.guid)
    if not guid:
        host = urlsplit(site.url).hostname or "localhost"
        seed = f"id/{spelled(manuscript.guid)}" if manuscript.guid else _seed(manuscript.path)
        # RFC 4151 2.1: an authority, a date on which it was ours, and what we choose.
        guid = _free(f"tag:{host},{published:%Y-%m-%d}:{seed}", taken)
    return Identity(
        guid=guid,
        slug=free_slug(manuscript.slug or manuscript.name, slug_taken),
        published=published,
        own_id=manuscript.guid,
    )


def own_guid(own_id: str) -> str:
    """Give the GUID that an editor's ``id`` is as it stands; empty where it is no URI."""
    if _UUID.match(own_id):
        return f"urn:uuid:{own_id.lower()}"
    if not _URI.match(own_id) or _BROKEN_NAME.match(own_id):
        return ""
    return own_id if own_id.isascii() else absolute(own_id, "")


def first_published(manuscript: Manuscript, modified: datetime) -> datetime:
    """Give the first publication of an article that nothing is remembered of."""
    when = manuscript.published or modified.astimezone(UTC).replace(microsecond=0)
    return max(when, manuscript.embargo) if manuscript.embargo else when


def published(manuscript: Manuscript, remembered: datetime) -> datetime:
    """Give the first publication of a known article: it moves only where the editor moves it."""
    return first_published(manuscript, remembered)


def updated(manuscript: Manuscript, when: datetime) -> datetime:
    """Give the last significant change of an article published at ``when`` (RFC 4287 4.2.15).

    Only the editor declares one: ``updated``, or a correction that is no mere typo.
    """
    declared = [when, manuscript.updated, corrected(manuscript)]
    return max(each for each in declared if each)


def corrected(manuscript: Manuscript) -> datetime | None:
    """Give when an article was last corrected, but for typos; None where it never was."""
    return max((note.date for note in manuscript.corrections if note.kind != "typo"), default=None)


def free_slug(wanted: str, taken: Callable[[str], bool]) -> str:
    """Give ``wanted``, or the first of ``wanted-2``, ``wanted-3`` … that is not taken."""
    return _free(wanted, taken)


def asks_for_slug(wanted: str, *, slug: str, before: str | None) -> bool:
    """Say whether an editor asks for another slug than an article has.

    ``wanted`` is what the front matter says now, ``before`` what it said last, or None where
    that is not known. The number behind a slug that another has stays, even if that one goes.
    """
    if not wanted or wanted in (slug, before):
        return False
    return before is not None or not re.fullmatch(rf"{re.escape(wanted)}-\d+", slug)


def permalink(site: Site, identity: Identity, section: str) -> str:
    """Give an article's full lasting URL, by the site's template; dates are in its time zone."""
    local = identity.published.astimezone(site.time_zone)
    return absolute(
        site.permalink.format(
            feeds_url=site.feeds_url,
            url=site.url,
            year=f"{local:%Y}",
            month=f"{local:%m}",
            day=f"{local:%d}",
            section=slug(section),
            slug=identity.slug,
        ),
        site.url,
    )


def fingerprint(path: str) -> str:
    """Give what the published JSON keeps of a path, to find an article again by it.

    A digest: the names of folders and files are the newsroom's own business.
    """
    return sha256(unicodedata.normalize("NFC", path).encode("utf-8")).hexdigest()[:20]


def _seed(path: str) -> str:
    stem = posixpath.splitext(unicodedata.normalize("NFC", path))[0]
    return "/".join(spelled(part) for part in stem.split("/"))


def _free(wanted: str, taken: Callable[[str], bool]) -> str:
    candidate, number = wanted, 2
    while taken(candidate):
        candidate, number = f"{wanted}-{number}", number + 1
    return candidate
