"""What the desk is told by itself of an edition. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from markwire.pipeline.edition import MOST_PATHS, Edition
from markwire.problems import Problem
from markwire.views import News


def news_of(edition: Edition, before: Iterable[Problem], when: datetime) -> News:
    """Tell an edition that stands since ``when``; ``before`` are the problems that stood before."""
    mended_or_spoilt = {each.path for each in {*edition.problems} ^ {*before}} - {"."}
    changed = sorted({*edition.paths, *mended_or_spoilt})
    return News(
        when=when,
        generation=edition.generation,
        changed=tuple(changed[:MOST_PATHS]),
        written=len(edition.written),
        removed=len(edition.removed),
        refused=len(edition.refused),
        milliseconds=sum(edition.stages.values()),
    )
