"""``[feeds]`` and ``[each]``. Pure."""

from __future__ import annotations

from typing import Final

from markwire.article.slugs import DEVICES, is_slug
from markwire.config.reader import Reader, Table
from markwire.model import Body, Each, Feed, Where

_FEED_KEYS: Final = ("title", "description", "language", "limit", "body", "typography", "where")
_WHERE_KEYS: Final = ("section", "tag", "author", "language", "path")
# Folders that Markwire itself writes below feeds/.
_RESERVED: Final = ("articles", "media", "section", "tag", "author", "language")


def read_feeds(
    reader: Reader, tables: Table, title: str, description: str, language: str, *, typography: bool
) -> tuple[Feed, ...]:
    """Read the named feeds, the main one first; it is there without being named."""
    feeds = []
    for name in sorted({*tables, "main"}, key=lambda name: (name != "main", name)):
        place = f"feeds.{name}"
        table = reader.table(tables, name, place)
        reader.only(table, _FEED_KEYS, place)
        if name != "main" and not all(is_slug(part) for part in name.split("/")):
            reader.refuse(name, f"a feed is named with a-z, 0-9 and '-', not '{name}'", place)
        if name.split("/")[0] in _RESERVED:
            reader.refuse(
                name, f"Markwire keeps feeds/{name}/ for itself; name it otherwise", place
            )
        if not DEVICES.isdisjoint(name.split("/")):
            reader.refuse(
                name, f"Windows keeps '{name}' for a device; name the feed otherwise", place
            )
        label = reader.text(table, "title", place)
        own_title = title if name == "main" else f"{title} — {name}"
        if label:
            own_title = label if name == "main" else f"{title} — {label}"
        feeds.append(
            Feed(
                key="" if name == "main" else name,
                title=own_title,
                description=reader.text(table, "description", place) or description,
                language=reader.text(table, "language", place) or language,
                limit=reader.number(table, "limit", place, default=50),
                body=_body(reader, table, place, typography=typography),
                where=_where(reader, table, place),
            )
        )
    return tuple(feeds)


def _where(reader: Reader, feed: Table, place: str) -> Where:
    where = reader.table(feed, "where", f"{place}.where")
    reader.only(where, _WHERE_KEYS, f"{place}.where")
    return Where(**{key: reader.texts(where, key, f"{place}.where") for key in where})


def _body(reader: Reader, feed: Table, place: str, *, typography: bool) -> Body:
    said = reader.text(feed, "body", place) or "full"
    typeset = reader.flag(feed, "typography", place, default=typography)
    if said == "summary":
        return "summary" if typeset else "summary-plain"
    if said != "full":
        reader.refuse("body", f"'body' in [{place}] is 'full' or 'summary', not '{said}'", place)
    return "full" if typeset else "full-plain"


def read_each(reader: Reader, table: Table) -> Each:
    """Read of which properties each value has a feed."""
    reader.only(table, ("section", "tag", "author", "language"), "each")
    return Each(**{key: reader.flag(table, key, "each", default=False) for key in table})
