"""Whether a batch tells all of what has become of some files, or only a part.

At the I/O rim. Files that change places are told of one by one, and a watch may hear of some in its
next batch only. Nothing is recorded here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from time import time_ns
from typing import Final

from markwire.catalogue import Catalogue
from markwire.intake import folder
from markwire.intake.watch import Batch
from markwire.model import Site
from markwire.pipeline.reading import Reading
from markwire.pipeline.remembering import TAKEN, Memory
from markwire.planner import Known

_FRESH: Final = 2_000_000_000  # nanoseconds: a file written so lately may not be finished


class Puzzle:
    """Compares what a batch tells with what is known of other files."""

    def __init__(self, site: Site, catalogue: Catalogue, memory: Memory) -> None:
        self._root = site.folders.content
        self._catalogue = catalogue
        self._memory = memory

    def is_partial(
        self,
        readings: Mapping[str, Reading],
        *,
        known: Mapping[str, Known],
        changed: Mapping[str, Known],
        numbers: Mapping[str, int | None],
        looked_at: Collection[str],
    ) -> bool:
        """Say whether files have gone ways of which a batch tells a part only.

        A path holds another's article, and nothing tells where its own went; or it holds the bytes,
        or names the article, of a path that was not looked at and is not as it was. ``numbers``
        are the articles that paths are taken to hold, ``changed`` those that hold other bytes.
        """
        kept = {numbers.get(path) for path in readings}
        if any(state.article not in {None, *kept} for state in changed.values()):
            return True
        others: set[str | None] = set()
        for path, reading in readings.items():
            if reading.digest and (path in changed or path not in known):
                size, digest = reading.found.size, reading.digest
                others.add(self._catalogue.same_bytes(path, size=size, digest=digest))
            if reading.manuscript and reading.manuscript.guid:
                same = self._memory.claimed(reading.manuscript.guid)
                others.add(same.path if same and same.present and same.path != path else None)
        return not all(self._is_as_known(path) for path in others - {*looked_at} if path)

    def _is_as_known(self, path: str) -> bool:
        """Say whether a file is just as it was when it was last read, and nobody took its id."""
        if path in self.taken():
            return False
        known = self._catalogue.known((path,)).get(path)
        found = folder.look(self._root, (path,)).articles.get(path)
        return known is not None and found == known.found

    def whole(self, batch: Batch) -> Batch:
        """Give the batch that looks at everything instead, but for what may be half-written."""
        now = time_ns()
        fresh = {
            found.path for found in folder.Scan(self._root) if abs(now - found.modified) < _FRESH
        }
        return replace(
            batch,
            everything=True,
            unsettled=batch.unsettled | (fresh - batch.paths),
        )

    def taken(self) -> frozenset[str]:
        """Give the files that were refused for an id that was another's."""
        return frozenset(each.path for each in self._catalogue.problems() if each.code == TAKEN)
