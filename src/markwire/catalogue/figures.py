"""Figures of the newsroom at work: its latest editions, and how large its feeds are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markwire.catalogue.seeking import FeedSizes
from markwire.catalogue.store import Store, moment, seconds
from markwire.model import FILE_NAMES, FORMATS
from markwire.views import EditionPoint

_KEPT: Final = 500  # editions
_NANOSECONDS: Final = 1_000_000_000
_FOLDER: Final = "iif(key = '', '', key || '/')"


class Figures(Store):
    """Table ``editions``; and ``feeds`` with what of them lies in ``outputs``."""

    def record_edition(self, edition: EditionPoint) -> None:
        (number,) = self._db.execute(
            "INSERT INTO editions (at, milliseconds, changed, written, refused)"
            " VALUES (?, ?, ?, ?, ?) RETURNING number",
            (
                seconds(edition.when),
                edition.milliseconds,
                edition.changed,
                edition.written,
                edition.refused,
            ),
        ).fetchone()
        self._db.execute("DELETE FROM editions WHERE number <= ?", (number - _KEPT,))

    def editions(self) -> tuple[EditionPoint, ...]:
        rows = self._db.execute(
            "SELECT at, milliseconds, changed, written, refused FROM editions ORDER BY number"
        )
        return tuple(EditionPoint(moment(at), *rest) for at, *rest in rows)

    def feed_sizes(self) -> Iterator[FeedSizes]:
        columns = ", ".join(f"{form}.size, {form}.modified" for form in FORMATS)
        joins = "".join(
            f" CROSS JOIN outputs AS {form} ON {form}.path = {_FOLDER} || '{FILE_NAMES[form]}'"
            for form in FORMATS
        )
        rows = self._db.execute(
            f"SELECT key, label, iif(carried = '', 0, json_array_length(carried)), {columns}"
            f" FROM feeds{joins} WHERE stands ORDER BY key"
        )
        for key, label, entries, *files in rows:
            yield FeedSizes(
                key,
                label,
                entries,
                dict(zip(FORMATS, files[::2], strict=True)),
                moment(max(files[1::2]) // _NANOSECONDS),
            )
