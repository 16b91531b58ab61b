"""Names of languages and dates in words. The only import of Babel. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time


def language_name(code: str) -> str:
    """Give a language's name in itself (``kk`` is « қазақ тілі »); the code where none is known."""
    try:
        return Locale.parse(code, sep="-").get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code


def date_in_words(when: datetime, *, language: str, zone: ZoneInfo) -> str:
    """Write date and time in a language, in a time zone; in English where it is not known."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    local = when.astimezone(zone)
    return f"{format_date(local, 'long', locale)}, {format_time(local, 'short', locale=locale)}"
