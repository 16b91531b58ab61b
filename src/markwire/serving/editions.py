"""Whether what stands in the feeds folder stands together, or is just being replaced.

At the I/O rim. The process that publishes says so in a small file of its state folder; where there
is none, for feeds that were brought here by other means, each file is looked at by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from time import monotonic
from typing import Final

from markwire.outlet.marker import read

# So long, what is going live may take; a word that is older was left by a crash.
_LONGEST: Final = 2.0  # seconds


class Editions:
    """Follows the word of the process that publishes.

    ``epoch`` counts the times at which all was said to stand, 0 before the first.
    """

    def __init__(self, place: str, clock: Callable[[], float] = monotonic) -> None:
        self._place = place
        self._clock = clock
        self._seen: tuple[int, int] | None = None
        self._is_going = False
        self._since = 0.0
        self.epoch = 0
        self.is_told = False
        """Whether anybody says what stands, and can be believed."""

    def is_going_live(self) -> bool:
        """Say whether files are being replaced at this moment."""
        try:
            status = os.stat(self._place)
        except OSError:
            self._seen, self._is_going, self.is_told = None, False, False
            return False
        seen = status.st_ino, status.st_mtime_ns
        if seen != self._seen:
            self._seen = seen
            stands = read(self._place)
            self._is_going, self.is_told = stands is False, stands is not None
            self._since = self._clock()
            if not self._is_going:
                self.epoch += 1
        if self._is_going and self._clock() - self._since > _LONGEST:
            self._is_going, self.is_told = False, False
            self.epoch += 1
        return self._is_going
