"""Moments in words, as an editor of a site says them. Pure: time zone and language are given."""

from __future__ import annotations

from datetime import datetime

from markwire.formats.languages import (
    date_in_words,
    day_in_short,
    day_in_words,
    weekday_in_words,
)
from markwire.model import Site
from markwire.wording.voice import Voice


def moment(when: datetime, site: Site, voice: Voice) -> str:
    """Write a moment in the site's time zone, which is named."""
    zone = site.time_zone
    text = _first(date_in_words(when, language=voice.language, zone=zone), voice)
    return f"{text} ({zone.key})"


def near(when: datetime, now: datetime, site: Site, voice: Voice) -> str:
    """Write a moment as one says it at ``now``: today, tomorrow, on Tuesday, else by its date.

    With the time of day, and the city that stands for the site's time zone.
    """
    zone, language = site.time_zone, voice.language
    local = when.astimezone(zone)
    words = {"time": f"{local:%H:%M}", "city": city(site)}
    match (local.date() - now.astimezone(zone).date()).days:
        case 0:
            return voice.say("today at {time} ({city})", **words)
        case 1:
            return voice.say("tomorrow at {time} ({city})", **words)
        case -1:
            return voice.say("yesterday at {time} ({city})", **words)
        case days if 1 < days < 7:
            day = weekday_in_words(when, language=language, zone=zone)
            return voice.say("on {day} at {time} ({city})", day=day, **words)
    date = _first(day_in_words(when, language=language, zone=zone), voice)
    return voice.say("on {date} at {time} ({city})", date=date, **words)


def stamp(when: datetime, now: datetime, site: Site, voice: Voice) -> str:
    """Write a moment for a column of them: the time of today, else the day, with another year."""
    zone = site.time_zone
    local, today = when.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    is_other = local.year != today.year
    return day_in_short(when, language=voice.language, zone=zone, with_year=is_other)


def city(site: Site) -> str:
    """Give the city that stands for the site's time zone: ``Almaty`` of ``Asia/Almaty``."""
    return site.time_zone.key.rpartition("/")[2].replace("_", " ")


def _first(text: str, voice: Voice) -> str:
    # CLDR has cardinal numbers for all days.
    return f"1er {text[2:]}" if voice.language == "fr" and text.startswith("1 ") else text
