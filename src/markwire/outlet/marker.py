"""The word of whoever publishes on whether files stand, or are just being replaced.

At the I/O rim. Not flushed: after a power cut, nobody who read it runs any more. A word that says
"going live" for seconds was left by a crash.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time_ns
from typing import Final

FILE_NAME: Final = "edition"


class EditionMarker:
    """Says in the file ``place`` what is going on; that it cannot be written ends nothing."""

    def __init__(self, place: Path) -> None:
        self._place = str(place)
        self._number = 0

    @contextmanager
    def going_live(self) -> Iterator[None]:
        """Say that files are being replaced, and afterwards that they stand."""
        self._say(stands=False)
        try:
            yield
        finally:
            self._say(stands=True)

    def stand(self) -> None:
        """Say that files stand, unless this process has said so: one before it may have died."""
        if not self._number:
            self._say(stands=True)

    def _say(self, *, stands: bool) -> None:
        self._number += 1
        word = {"stands": stands, "pid": os.getpid(), "number": self._number}
        aside = f"{self._place}.new"
        with suppress(OSError):
            Path(aside).write_text(json.dumps(word) + "\n", encoding="utf-8")
            now = time_ns()  # The system's own times may be the same for two words.
            os.utime(aside, ns=(now, now))
            os.replace(aside, self._place)


def read(place: str) -> bool | None:
    """Say whether files stand; None where nobody says."""
    try:
        return bool(json.loads(Path(place).read_bytes())["stands"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
