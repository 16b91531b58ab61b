"""Check a feed before it replaces the live one. Pure."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from markwire.errors import PublicationError
from markwire.model import Format

_ENTRY = {"rss": "channel/item", "atom": "{http://www.w3.org/2005/Atom}entry"}
_GUID = {"rss": "guid", "atom": "{http://www.w3.org/2005/Atom}id"}


def check(document: bytes, form: Format, *, entries: int, path: str) -> None:
    """Let a document pass that is well-formed and has ``entries`` entries of different GUIDs.

    Raises PublicationError otherwise; the live document then stays.
    """
    try:
        guids = _guids(document, form)
    except (ElementTree.ParseError, ValueError, KeyError, TypeError) as fault:
        raise PublicationError(
            f"{path} would not be well-formed ({fault}); the last good version stays"
        ) from fault
    if len(guids) != entries or len(set(guids)) != entries or not all(guids):
        raise PublicationError(
            f"{path} would have {len(set(guids))} different articles instead of {entries};"
            " the last good version stays"
        )


def _guids(document: bytes, form: Format) -> list[str]:
    if form == "json":
        return [str(item["id"]) for item in json.loads(document)["items"]]
    root = ElementTree.fromstring(document)
    return [entry.findtext(_GUID[form]) or "" for entry in root.findall(_ENTRY[form])]
