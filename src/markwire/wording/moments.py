"""Moments in words, as an editor of a site says them. Pure: time zone and language are given."""

from __future__ import annotations

from datetime import datetime

from markwire.formats.languages import date_in_words
from markwire.model import Site
from markwire.wording.voice import Voice


def moment(when: datetime, site: Site, voice: Voice) -> str:
    """Write a moment in the site's time zone, which is named."""
    zone = site.time_zone
    text = date_in_words(when, language=voice.language, zone=zone)
    if voice.language == "fr" and text.startswith("1 "):
        text = f"1er {text[2:]}"  # CLDR has cardinal numbers for all days.
    return f"{text} ({zone.key})"
