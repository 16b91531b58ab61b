"""Keep the report in the content folder up to date: what editors should know, where they work.

At the I/O rim. It is one file of Markdown that the intake leaves alone; what stands in it is
written by ``wording.report``. An edition never fails for it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Final

from markwire.catalogue import Catalogue, Waiting
from markwire.model import Site
from markwire.problems import Problem
from markwire.selection import state
from markwire.wording.report import Coming, Question, Report, text

_log: Final = logging.getLogger("markwire")
_MOST: Final = 200  # articles of a kind: nobody reads on


class Reporter:
    """Writes the report of one site, when there is something else to tell."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._last: tuple[Report, Site] | None = None

    def tell(
        self, problems: Collection[Problem], *, held: Collection[str], site: Site, now: datetime
    ) -> None:
        """Write what stands at ``now``, unless the file says just that."""
        if not site.report:
            return
        report = Report(
            problems=tuple(problems),
            coming=tuple(_coming(each, now) for each in self._catalogue.kept_back(_MOST)),
            questions=tuple(
                Question(each.path, each.headline, each.asked)
                for each in self._catalogue.asked_about(_MOST)
                if each.asked
            ),
            held=tuple(held),
        )
        path = site.folders.content / site.report
        if (report, site) == self._last and path.exists():
            return
        try:
            _put(path, text(report, site).encode())
        except OSError as fault:
            _log.warning("report_not_written reason=%s", fault.strerror)
            return
        self._last = report, site


def _coming(waiting: Waiting, now: datetime) -> Coming:
    word = state(waiting.release, now)
    when = waiting.release.appears if word in ("scheduled", "embargoed") else None
    return Coming(waiting.path, waiting.headline, word, when)


def _put(path: Path, content: bytes) -> None:
    """Write a file whole, or not at all."""
    try:
        if path.read_bytes() == content:
            return
    except FileNotFoundError:
        pass
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_bytes(content)
    unfinished.replace(path)
