"""Just what is new in a feed, for clients that say which version they have (RFC 3229, ``feed``).

``A-IM: feed`` never became a standard for feeds; who asks for it is given the feed without those
entries that stood, to the byte, in the version that it names. Where that version is not known any
more, it is given everything.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from hashlib import blake2b
from typing import Final
from xml.parsers import expat

from markwire.serving.conditional import held
from markwire.serving.replies import Reply, reply
from markwire.serving.version import Version

_VERSIONS: Final = 8  # of a feed whose entries are known
_FEEDS: Final = 1000
_DEPTHS: Final = {"item": 2, "entry": 1}  # rss/channel/item, feed/entry

_Prints = frozenset[bytes]


class News:
    """Knows the entries of the last versions of those feeds that are asked for so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, OrderedDict[str, _Prints]] = OrderedDict()

    def since(self, version: Version, tags: str) -> Reply | None:
        """Give what is new in a feed since one of the versions named in ``If-None-Match``.

        None where none of them is known.
        """
        content = version.content
        if content is None or version.kind.form not in ("rss", "atom"):
            return None
        places = _entries(content)
        prints = [_print(content[start:end]) for start, end in places]
        with self._lock:
            base, had = self._take(version, tags, frozenset(prints))
        if had is None:
            return None
        parts, place = [], 0
        for (start, end), mark in zip(places, prints, strict=True):
            if mark in had:
                parts.append(content[place:start])
                place = end
        parts.append(content[place:])
        return _im_used(version, base, b"".join(parts))

    def _take(self, version: Version, tags: str, prints: _Prints) -> tuple[str, _Prints | None]:
        """Keep the entries of a version; give the one that the client has, and its entries."""
        known = self._known.pop(version.path, OrderedDict())
        self._known[version.path] = known
        if len(self._known) > _FEEDS:
            self._known.popitem(last=False)
        others = (digest for digest in reversed(known) if digest != version.digest)
        base = next((digest for digest in others if held(tags, digest)), "")
        had = known.get(base)
        known[version.digest] = prints
        known.move_to_end(version.digest)
        if len(known) > _VERSIONS:
            known.popitem(last=False)
        return base, had


def _im_used(version: Version, base: str, body: bytes) -> Reply:
    """RFC 3229 10.4.1, 10.5: what it is made by and from, and the ETag of the whole it makes."""
    kept = ("Cache-Control", "ETag")
    headers = [each for each in version.kind.caching if each[0] not in kept]
    headers += [
        ("ETag", version.tag()),
        ("IM", "feed"),
        ("Delta-Base", f'"{base}"'),
        # A cache that knows nothing of instance manipulations must not take a part for the whole.
        ("Cache-Control", "no-store, im"),
        *version.kind.others,
    ]
    return reply(226, headers, body)


def _print(entry: bytes) -> bytes:
    return blake2b(entry, digest_size=16).digest()


def _entries(content: bytes) -> list[tuple[int, int]]:
    """Give where entries begin and end; empty where the feed is none that can be read."""
    found: list[tuple[int, int]] = []
    begun: list[tuple[str, int]] = []
    parser = expat.ParserCreate()

    def start(name: str, _attributes: dict[str, str]) -> None:
        begun.append((name, parser.CurrentByteIndex))

    def end(name: str) -> None:
        _, first = begun.pop()
        if _DEPTHS.get(name) == len(begun):
            last = content.index(b">", parser.CurrentByteIndex) + 1
            found.append((first, last))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return []
    return found
