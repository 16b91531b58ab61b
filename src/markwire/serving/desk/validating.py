"""Judge what is live of one feed, as a reader meets it. Reads the feeds folder.

Each of its three documents is read anew and asked what validators ask first; the gate has judged
every entry before it went live, this looks at what stands there now.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree

from markwire.formats import addresses
from markwire.model import FORMATS, Format, Site
from markwire.views import FeedRow
from markwire.wording.voice import Voice

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_TOMBSTONE: Final = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Judged:
    """One thing that was looked at, and how it is, in words."""

    is_well: bool
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one document."""

    form: Format
    findings: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    guid: str
    headline: str
    link: str
    moment: str


@dataclass(frozen=True, slots=True)
class _Document:
    title: str
    itself: str
    entries: tuple[_Entry, ...]
    gone: frozenset[str] = frozenset()


def validate(row: FeedRow, site: Site, voice: Voice) -> list[Verdict]:
    """Judge the three documents of a feed."""
    read = {form: _read(row, form, site) for form in FORMATS if form in row.addresses}
    documents = {form: found for form, found in read.items() if isinstance(found, _Document)}
    first = next(iter(documents.values()), None)
    verdicts = []
    for form, found in read.items():
        if isinstance(found, str):
            verdicts.append(Verdict(form, (Judged(False, _unreadable(found, voice)),)))
            continue
        judged = [Judged(True, voice.say("It is well formed."))]
        judged += _of_document(found, row, form, voice)
        judged += _of_entries(found.entries, form, voice)
        if first is not None and found is not first:
            judged.append(_beside(found, first, voice))
        verdicts.append(Verdict(form, tuple(judged)))
    return verdicts


def _beside(found: _Document, first: _Document, voice: Voice) -> Judged:
    """Compare with the first format. What was killed leaves a notice there, in Atom a tombstone."""
    wanted = [(each.guid, each.headline) for each in first.entries if each.guid not in found.gone]
    if wanted == [(each.guid, each.headline) for each in found.entries]:
        return Judged(True, voice.say("It has the same articles as the first."))
    return Judged(
        False,
        voice.say(
            "It has other articles than the first: look again in a moment, an edition may be on"
            " its way."
        ),
    )


def _of_document(found: _Document, row: FeedRow, form: Format, voice: Voice) -> Iterable[Judged]:
    say = voice.say
    yield (
        Judged(True, say("It has a title."))
        if found.title.strip()
        else Judged(False, say("It has no title."))
    )
    address = row.addresses[form]
    yield (
        Judged(True, say("It names its own address."))
        if found.itself == address
        else Judged(
            False,
            say("It names {address} as its own address.", address=voice.quoted(found.itself)),
        )
    )
    if row.sizes.get(form, 0) > _MEGABYTE:
        yield Judged(False, say("It is larger than the 1 MB that some partners take."))


def _of_entries(entries: Sequence[_Entry], form: Format, voice: Voice) -> Iterable[Judged]:
    say, say_many = voice.say, voice.say_many
    count = len(entries)
    guids = Counter(each.guid for each in entries)
    twice = [guid for guid, times in guids.items() if times > 1]
    if not all(guids):
        yield Judged(False, say("An entry has no GUID."))
    elif twice:
        yield Judged(False, say("Two entries have the GUID {guid}.", guid=voice.quoted(twice[0])))
    else:
        yield Judged(
            True,
            say_many(
                "Its entry has a GUID.", "Its {number} entries have each a GUID of its own.", count
            ),
        )
    if not all(each.headline.strip() for each in entries):
        yield Judged(False, say("An entry has no headline."))
    wrong = next((each.link for each in entries if not _is_whole(each.link)), None)
    if wrong is not None:
        yield Judged(False, say("{address} is no whole address.", address=voice.quoted(wrong)))
    elif entries:
        yield Judged(True, say("Every address is whole."))
    wrong = next((each.moment for each in entries if not _is_moment(each.moment, form)), None)
    if wrong is not None:
        yield Judged(False, say("{date} is no date with a time zone.", date=voice.quoted(wrong)))
    elif entries:
        yield Judged(True, say("Every date has its time zone."))


def _unreadable(reason: str, voice: Voice) -> str:
    return voice.say("It cannot be read: {reason}", reason=reason)


def _read(row: FeedRow, form: Format, site: Site) -> _Document | str:
    """Read a document; a reason where it cannot be."""
    path = site.folders.feeds / addresses.path(row.key, form)
    try:
        content = path.read_bytes()
        return {"rss": _rss, "atom": _atom, "json": _json}[form](content)
    except OSError as fault:
        return (fault.strerror or type(fault).__name__).lower()
    except (ElementTree.ParseError, ValueError, KeyError, TypeError, AttributeError) as fault:
        return str(fault)


def _rss(content: bytes) -> _Document:
    channel = ElementTree.fromstring(content).find("channel")
    if channel is None:
        raise ValueError("no channel")
    return _Document(
        channel.findtext("title") or "",
        _own_link(channel.findall(f"{_ATOM}link")),
        tuple(
            _Entry(
                item.findtext("guid") or "",
                item.findtext("title") or "",
                item.findtext("link") or "",
                item.findtext("pubDate") or "",
            )
            for item in channel.findall("item")
        ),
    )


def _atom(content: bytes) -> _Document:
    feed = ElementTree.fromstring(content)
    return _Document(
        feed.findtext(f"{_ATOM}title") or "",
        _own_link(feed.findall(f"{_ATOM}link")),
        tuple(
            _Entry(
                entry.findtext(f"{_ATOM}id") or "",
                _text(entry.find(f"{_ATOM}title")),
                _link(entry.findall(f"{_ATOM}link"), "alternate"),
                entry.findtext(f"{_ATOM}updated") or "",
            )
            for entry in feed.findall(f"{_ATOM}entry")
        ),
        frozenset(stone.get("ref", "") for stone in feed.findall(_TOMBSTONE)),
    )


def _json(content: bytes) -> _Document:
    feed = json.loads(content)
    return _Document(
        str(feed["title"]),
        str(feed.get("feed_url", "")),
        tuple(
            _Entry(
                str(item["id"]),
                str(item.get("title", "")),
                str(item.get("url", "")),
                str(item.get("date_published", "")),
            )
            for item in feed["items"]
        ),
    )


def _text(construct: ElementTree.Element | None) -> str:
    """Give what a text says (RFC 4287 3.1.1): one of HTML is escaped once more."""
    if construct is None:
        return ""
    text = construct.text or ""
    return unescape(text) if construct.get("type") == "html" else text


def _own_link(links: Sequence[ElementTree.Element]) -> str:
    return _link(links, "self")


def _link(links: Sequence[ElementTree.Element], relation: str) -> str:
    return next((link.get("href", "") for link in links if link.get("rel") == relation), "")


def _is_whole(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _is_moment(text: str, form: Format) -> bool:
    try:
        when = parsedate_to_datetime(text) if form == "rss" else datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return False
    return when.tzinfo is not None
