"""What a server of processes imports before it forks them: all that composing takes, set up once.

Nothing else imports this; see ``executors``.
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from markwire.article.compose import ready
from markwire.model import Feed, Site
from markwire.pipeline import composing, reading

__all__ = ["composing", "reading"]

_URL: Final = "https://example.org/"

ready(Site("-", _URL, _URL, ZoneInfo("UTC"), feeds=(Feed("", "-", "-", "en"),)))
