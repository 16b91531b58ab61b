"""Moments as editors write them: explicit forms only, nothing guessed.

Pure: a time zone is an argument, and there is no clock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

_MOMENT: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s*(?:([Zz])|([+-])(\d{2}):?(\d{2})?)?)?\Z",
    re.ASCII,
)


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Read an explicit date or date and time (RFC 3339, with a space or without seconds too).

    A bare date is the midnight that starts it in ``zone``. A local time that a change of the
    clocks skips or repeats is the later of the two moments. None where it is no moment between
    the years 1000 and 9998.
    """
    match = _MOMENT.match(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, utc, sign, off_h, off_m = match.groups()
    try:
        local = datetime(  # noqa: DTZ001  (its zone is settled below)
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
        if not 1000 <= local.year <= 9998:
            return None
        if utc:
            return local.replace(tzinfo=UTC)
        if sign:
            offset = timedelta(hours=int(off_h), minutes=int(off_m or 0))
            if offset > timedelta(hours=14) or int(off_m or 0) > 59:
                return None
            aware = local.replace(tzinfo=timezone(-offset if sign == "-" else offset))
            return aware.astimezone(UTC)
    except ValueError:
        return None
    return max(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def is_local(text: str) -> bool:
    """Say whether a moment is written without a zone, so that it depends on the site's."""
    match = _MOMENT.match(text)
    return match is not None and not (match[7] or match[8])
