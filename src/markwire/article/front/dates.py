"""Moments as editors write them: explicit forms only, nothing guessed.

Pure: a time zone is an argument, and there is no clock. What named zones do comes from the tzdata
that the package depends on, never from the machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

# What is wrong with a text that is no moment; an ``order`` may be day first or month first.
Fault = Literal["form", "offset", "order", "zone"]

_DAY: Final = r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
_TIME: Final = r"(\d{1,2})(?::|[ \u00a0\u202f]?h[ \u00a0\u202f]?)(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
# "Am" may be the start of America/Sao_Paulo.
_HALF: Final = r"(?:\s?([AaPp])\.?[Mm]\b\.?)?"
_ZONE: Final = r"\s*(.*?)\s*\Z"
_MOMENT: Final = re.compile(rf"{_DAY}(?:(?:[Tt]|,?\s+)\s*{_TIME}{_HALF}{_ZONE})?\Z", re.ASCII)
# RFC 5322 3.3, and what French, English and Russian put in its place.
_WORDS: Final = re.compile(
    r"(?:le\s+)?(?:([^\W\d_]{2,}?)\.?,?\s+)?(?:le\s+)?"
    r"(?:(\d{1,2})(?:er|st|nd|rd|th)?\s+([^\W\d_]+)\.?|([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?)"
    rf",?\s+(\d{{4}})(?:\s*г\.?)?(?:,?\s+(?:(?:à|at|в)\s+)?{_TIME}{_HALF}{_ZONE})?\Z",
    re.IGNORECASE,
)
_EITHER_ORDER: Final = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{4}(?!\d)", re.ASCII)
_OFFSET: Final = re.compile(
    r"(?:(?:UTC|GMT)\s*)?([+-])(?:(\d{1,2})(?::(\d{2}))?|(\d{2})(\d{2}))"
    r"(?:\s*(?:\[.*\]|\(.*\)))?\Z",
    re.ASCII,
)
_ANY_OFFSET: Final = re.compile(r"(?:(?:UTC|GMT)\s*)?[+-]\d[\d:.]*", re.ASCII)
_LONGEST: Final = 80
_UTC: Final = frozenset(("z", "utc", "gmt", "ut"))
_NAME: Final = re.compile(r"[\[(]?([A-Z][A-Za-z_]+(?:/[A-Za-z_+-]+\d*)+)[\])]?\Z", re.ASCII)

_MONTHS: Final = {
    word: number
    for words in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv févr mars avr mai juin juil août sept oct nov déc",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    )
    for number, word in enumerate(words.split(), 1)
} | {"fevrier": 2, "fevr": 2, "aout": 8, "decembre": 12}
_WEEKDAYS: Final = {
    word: number
    for words in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "mon tue wed thu fri sat sun",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "понедельник вторник среда четверг пятница суббота воскресенье",
    )
    for number, word in enumerate(words.split())
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC. ``skipped`` says that the clocks skip the local time that was written."""

    when: datetime
    skipped: bool = False


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Read an explicit moment; None where it is none. See ``read``."""
    found = read(text, zone)
    return found.when if isinstance(found, Moment) else None


def read(text: str, zone: ZoneInfo) -> Moment | Fault:
    """Read an explicit date or date and time, or say what is wrong with it.

    The year comes first, in figures (RFC 3339, with a space, slashes or without seconds too), or
    the month is a word (RFC 5322, and French or Russian). Behind the time may stand an offset or
    the name of a zone. A bare date is the midnight that starts it in ``zone``. A local time that a
    change of the clocks skips or repeats is the later of the two moments. The years are 1000 to
    9998.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return "form"
    match = _MOMENT.match(text)
    if match:
        year, _, month, day, *time = match.groups()
        return _moment(int(year), int(month), int(day), time, zone)
    words = _WORDS.match(text)
    if words:
        weekday, day, name, name_first, day_last, year, *time = words.groups()
        number = _MONTHS.get((name or name_first).casefold())
        if number is None:
            return "form"
        whole = int(year), number, int(day or day_last)
        return _moment(*whole, time, zone) if _is_weekday(weekday, whole) else "form"
    return "order" if _EITHER_ORDER.match(text) else "form"


def _is_weekday(weekday: str | None, day: tuple[int, int, int]) -> bool:
    """Say whether it is the weekday that is written before it (RFC 5322 3.3: it must be)."""
    if weekday is None:
        return True
    try:
        return _WEEKDAYS.get(weekday.casefold()) == date(*day).weekday()
    except ValueError:
        return False


def _moment(
    year: int, month: int, day: int, time: list[str | None], zone: ZoneInfo
) -> Moment | Fault:
    hours, minutes, seconds, half, written = time
    hour = int(hours or 0)
    if half:
        if not 1 <= hour <= 12:
            return "form"
        hour = hour % 12 + (12 if half in "Pp" else 0)
    try:
        local = datetime(  # noqa: DTZ001  (its zone is settled below)
            year, month, day, hour, int(minutes or 0), int(seconds or 0)
        )
    except ValueError:
        return "form"
    if not 1000 <= local.year <= 9998:
        return "form"
    if written:
        there = _zone(written)
        if isinstance(there, str):
            return there
        if isinstance(there, timezone):
            return _within(Moment(local.replace(tzinfo=there).astimezone(UTC)))
        zone = there
    both = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    when = max(both)
    # Of a bare date the first moment is meant, whatever the clocks show at it.
    skipped = bool(hours) and all(
        each.astimezone(zone).replace(tzinfo=None) != local for each in both
    )
    return _within(Moment(when, skipped))


def _within(found: Moment) -> Moment | Fault:
    """Give a moment whose year has four digits in UTC, too, as GUIDs want it (RFC 4151 2.1)."""
    return found if found.when.year >= 1000 else "form"


def _zone(written: str) -> timezone | ZoneInfo | Fault:
    """Read what stands behind a time: an offset, or the name of a zone."""
    if written.casefold() in _UTC:
        return UTC
    offset = _OFFSET.match(written)
    if offset:
        hours, minutes = int(offset[2] or offset[4]), int(offset[3] or offset[5] or 0)
        distance = timedelta(hours=hours, minutes=minutes)
        if distance > timedelta(hours=14) or minutes > 59:
            return "offset"
        return timezone(-distance if offset[1] == "-" else distance)
    if _ANY_OFFSET.match(written):
        return "offset"
    name = _NAME.match(written)
    named = _named(name[1]) if name else None
    if named:
        return named
    return "zone" if re.fullmatch(r"[\[(]?[^\W\d_][\w/+-]*[\])]?", written) else "form"


@lru_cache(maxsize=256)
def _named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def is_local(text: str) -> bool:
    """Say whether a moment is written without a zone, so that it depends on the site's."""
    match = _MOMENT.match(text.strip()) or _WORDS.match(text.strip())
    return match is not None and not match.groups()[-1]
