"""Corrections as readers see them: dated notes below the body, the same in every format.

Pure. They stand at the end, so that what readers, searches and partners show of an article's
first lines stays the article; and in the order of their dates, so that a later note leaves those
before it as they were. Each is a paragraph that makes sense by itself: what a partner leaves of
the markup around it may be nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo

from markwire.formats.labels import Labels, labels
from markwire.formats.languages import day_in_words
from markwire.model import Correction


def notes(corrections: Sequence[Correction], *, language: str, zone: ZoneInfo) -> str:
    """Give the HTML of all notes, oldest first; empty where there are none.

    It is of those elements alone that ``html`` keeps, so sanitising changes nothing in it.
    """
    if not corrections:
        return ""
    words = labels(language)
    lines = (
        _note(note, words, day_in_words(note.date, language=language, zone=zone))
        for note in sorted(corrections, key=lambda note: note.date)
    )
    return "\n".join(('<aside class="corrections">', *lines, "</aside>", ""))


def _note(note: Correction, words: Labels, day: str) -> str:
    # In brackets: in Russian a date ends with a full stop of its own.
    said = escape(f"{words.corrections[note.kind]} ({day}){words.colon}", quote=False)
    text = escape(note.text, quote=False)
    if note.kind == "typo":
        # Whoever declares it wants it known; but it concerns nobody who read the article.
        return f"<p><small>{said} {text}</small></p>"
    return f"<p><strong>{said}</strong> {text}</p>"
