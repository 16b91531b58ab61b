"""Names of languages and dates in words. Pure.

The only import of Babel, which is imported when a name or date is first asked for: it is slow.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from babel import Locale


def language_name(code: str) -> str:
    """Give a language's name in itself (``kk`` is « қазақ тілі »); the code where none is known."""
    locale = _locale(code)
    return (locale.get_display_name() if locale else None) or code


def date_in_words(when: datetime, *, language: str, zone: ZoneInfo) -> str:
    """Write date and time in a language, in a time zone; in English where it is not known."""
    from babel.dates import format_date, format_time  # noqa: PLC0415

    locale = _locale(language) or _locale("en")
    local = when.astimezone(zone)
    return f"{format_date(local, 'long', locale)}, {format_time(local, 'short', locale=locale)}"


def day_in_words(when: datetime, *, language: str, zone: ZoneInfo) -> str:
    """Write the date alone of a moment in a language, in a time zone; else in English."""
    from babel.dates import format_date  # noqa: PLC0415

    return format_date(when.astimezone(zone), "long", _locale(language) or _locale("en"))


def weekday_in_words(when: datetime, *, language: str, zone: ZoneInfo) -> str:
    """Give the name of a moment's day of the week, in a time zone; else in English."""
    from babel.dates import format_date  # noqa: PLC0415

    return format_date(when.astimezone(zone), "EEEE", _locale(language) or _locale("en"))


def day_in_short(when: datetime, *, language: str, zone: ZoneInfo, with_year: bool) -> str:
    """Write day and month as briefly as the language does, the year where it is asked for."""
    from babel.dates import format_skeleton  # noqa: PLC0415

    skeleton = "yMMMd" if with_year else "MMMd"
    locale = _locale(language) or _locale("en")
    return format_skeleton(skeleton, when.astimezone(zone), locale=locale)


@lru_cache(maxsize=256)
def _locale(code: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
