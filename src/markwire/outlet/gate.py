"""Check what is to replace a live feed, before it does. Pure.

A feed is a head, fragments and an end. Each fragment is judged once, when it is composed; a feed
is then checked by what is new in it: that its frame is well-formed around nothing, and that it
holds just the fragments that were judged, each once. Parsing every feed whole, each time one
article changes, would cost more than all else together.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat

from markwire.errors import PublicationError
from markwire.model import Format

# So many, and more than a share of all, do not change by one person's will.
_MANY: Final = 5
_FIFTH: Final = 1 / 5
_HALF: Final = 1 / 2

_ENTRY: Final = {"rss": "item", "atom": "{http://www.w3.org/2005/Atom}entry"}
_GUID: Final = {"rss": "guid", "atom": "{http://www.w3.org/2005/Atom}id"}
_PLACE: Final = {"rss": "channel/item", "atom": _ENTRY["atom"]}
# What every frame must declare, for fragments declare nothing themselves (Namespaces in XML 1.0).
_DECLARED: Final = {
    "rss": (
        b'xmlns:atom="http://www.w3.org/2005/Atom"',
        b'xmlns:content="http://purl.org/rss/1.0/modules/content/"',
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        b'xmlns:media="http://search.yahoo.com/mrss/"',
    ),
    "atom": (b'xmlns="http://www.w3.org/2005/Atom"',),
}
_BEGINNING: Final = 64  # bytes of a fragment that are looked for; all of it is compared
_TOMBSTONE: Final = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
_SEPARATOR: Final = {"rss": b"", "atom": b"", "json": b","}


def are_many(count: int, of: int, *, share: float = _FIFTH) -> bool:
    """Say whether so many at once are more than a person changes: five, and a fifth of all."""
    return count >= _MANY and count > of * share


def changes_too_much(*, lost: int, moved: int, of: int) -> bool:
    """Say whether somebody has to confirm a feed, before it replaces one of so many articles.

    ``lost`` of them are to leave it though nobody took them away: they have another GUID now, or
    are to appear in future again. Or most are ``moved``: readers of other feeds still have them.
    """
    return are_many(lost, of) or are_many(lost + moved, of, share=_HALF)


def judge(fragment: bytes, form: Format, *, guid: str) -> None:
    """Let a fragment pass that is one well-formed entry with this GUID.

    Raises ValueError, whose message is the reason, otherwise.
    """
    try:
        found = _judged(fragment, form)
    except (ElementTree.ParseError, ValueError, KeyError, TypeError) as fault:
        raise ValueError(f"its {form} is not well-formed: {fault}") from fault
    if not guid or found != guid:
        raise ValueError(f"its {form} bears the GUID '{found}' and not '{guid}'")


def check(
    document: bytes, form: Format, *, fragments: Sequence[bytes], guids: Sequence[str], path: str
) -> None:
    """Let a feed pass that is a well-formed frame around these judged fragments.

    ``guids`` are those of the fragments, none of which is empty; what an Atom feed marks as gone
    it must not carry (RFC 6721 3). Raises PublicationError otherwise; the live document then stays.
    """
    if not all(fragments):
        raise PublicationError(f"{path} would have an empty entry; the last good version stays")
    if len(guids) != len(fragments) or len(set(guids)) != len(guids) or not all(guids):
        raise PublicationError(
            f"{path} would have {len(set(guids))} different articles instead of"
            f" {len(fragments)}; the last good version stays"
        )
    try:
        _check_frame(_frame(document, fragments, _SEPARATOR[form]), form, frozenset(guids))
    except (ElementTree.ParseError, ValueError, KeyError, TypeError) as fault:
        raise PublicationError(
            f"{path} would not be well-formed ({fault}); the last good version stays"
        ) from fault


def check_page(page: bytes, path: str) -> None:
    """Let a page of ours pass that is well-formed, whatever is said in it.

    Raises PublicationError otherwise; the live page then stays.
    """
    try:
        expat.ParserCreate().Parse(page, True)
    except expat.ExpatError as fault:
        raise PublicationError(
            f"{path} would not be well-formed ({fault}); the last good version stays"
        ) from fault


def _judged(fragment: bytes, form: Format) -> str:
    """Give the GUID of a fragment, parsed in a frame of its own."""
    if form == "json":
        return str(json.loads(fragment)["id"])
    frame = b" ".join((b"<frame", *_DECLARED[form])) + b">%s</frame>"
    root = ElementTree.fromstring(frame % fragment)
    if [child.tag for child in root] != [_ENTRY[form]] or root.text or root[0].tail:
        raise ValueError("it is more than one entry")
    return root[0].findtext(_GUID[form]) or ""


def _frame(document: bytes, fragments: Sequence[bytes], separator: bytes) -> bytes:
    """Give what stands around the entries of a feed; they must stand there as they were judged."""
    if not fragments:
        return document
    start = document.index(fragments[0][:_BEGINNING])
    ends = list(accumulate((len(each) + len(separator) for each in fragments), initial=start))
    if not all(map(document.startswith, fragments, ends)):
        raise ValueError("its entries are not those that were judged")
    return document[:start] + document[ends[-1] - len(separator) :]


def _check_frame(frame: bytes, form: Format, alive: frozenset[str]) -> None:
    if form == "json":
        entries = json.loads(frame)["items"]
    else:
        root = ElementTree.fromstring(frame)
        entries = root.findall(_PLACE[form])
        _check_tombstones(root.findall(_TOMBSTONE), alive)
        missing = [each.decode() for each in _DECLARED[form] if each not in frame]
        if missing:
            raise ValueError(f"it does not declare {' '.join(missing)}")
    if entries:
        raise ValueError("it holds entries that nobody asked for")


def _check_tombstones(stones: Sequence[ElementTree.Element], alive: frozenset[str]) -> None:
    """Let tombstones pass that say which and when, each of another article that is not there."""
    marked = [stone.get("ref", "") for stone in stones]
    if not all(marked) or len(set(marked)) != len(marked):
        raise ValueError("it marks nothing, or twice the same, as gone")
    if not alive.isdisjoint(marked):
        raise ValueError(f"it carries '{min(alive.intersection(marked))}' and marks it as gone")
    for stone in stones:
        if datetime.fromisoformat(stone.get("when", "")).tzinfo is None:
            raise ValueError("it does not say to the zone when an article went")
