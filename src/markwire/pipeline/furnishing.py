"""The site as it is now: its configuration, with the authors and sections that editors keep.

At the I/O rim by its neighbours.
"""

from __future__ import annotations

import logging
from typing import Final

from markwire.article.rosters import FILES
from markwire.intake.profiles import furnish, keep
from markwire.intake.watch import Batch
from markwire.model import Site
from markwire.problems import Problem

_log: Final = logging.getLogger("markwire")


class Furnishing:
    """Reads the two files again where a batch may tell of them; ``problems`` is what is wrong.

    ``site`` is the site as it was configured, until they have been read.
    """

    def __init__(self, configured: Site) -> None:
        self._configured = configured
        self._last: Site | None = None
        self.problems: tuple[Problem, ...] = ()

    @property
    def site(self) -> Site:
        """The site as it was last seen."""
        return self._last or self._configured

    def look(self, batch: Batch) -> None:
        """Take in what a batch tells. Raises FolderError as ``furnish`` does."""
        if not batch.everything and batch.paths.isdisjoint(FILES):
            return
        self._last, self.problems = furnish(self._configured, last=self._last)
        try:
            keep(self._last)
        except OSError as fault:
            _log.warning("profiles_not_kept reason=%s", fault.strerror)
