"""Check what is to replace a live feed, before it does. Pure.

A feed is a head, fragments and an end. Each fragment is judged once, when it is composed; a feed
is then checked by what is new in it: that its frame is well-formed around nothing, and that it
holds just the fragments that were judged, each once. Parsing every feed whole, each time one
article changes, would cost more than all else together.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Final
from xml.etree import ElementTree

from markwire.errors import PublicationError
from markwire.model import Format

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
_SEPARATOR: Final = {"rss": b"", "atom": b"", "json": b","}


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

    ``guids`` are those of the fragments. Raises PublicationError otherwise; the live document
    then stays.
    """
    if len(guids) != len(fragments) or len(set(guids)) != len(guids) or not all(guids):
        raise PublicationError(
            f"{path} would have {len(set(guids))} different articles instead of"
            f" {len(fragments)}; the last good version stays"
        )
    try:
        _check_frame(_frame(document, fragments, _SEPARATOR[form]), form)
    except (ElementTree.ParseError, ValueError, KeyError, TypeError) as fault:
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


def _check_frame(frame: bytes, form: Format) -> None:
    if form == "json":
        entries = json.loads(frame)["items"]
    else:
        entries = ElementTree.fromstring(frame).findall(_PLACE[form])
        missing = [each.decode() for each in _DECLARED[form] if each not in frame]
        if missing:
            raise ValueError(f"it does not declare {' '.join(missing)}")
    if entries:
        raise ValueError("it holds entries that nobody asked for")
