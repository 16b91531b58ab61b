"""A reader who never looks away: reads the main feed over and over, and remembers what was wrong.

The texts of its articles open with ``Version n.`` and close with ``Fin n.``, so that half of one
shows. What it expects to stay must be in the feed at each look.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_OPENING: Final = re.compile(r"Version (\d+)\.")
_CLOSING: Final = re.compile(r"Fin (\d+)\.")
_BETWEEN_LOOKS: Final = 0.002  # seconds
_WORDS: Final = "Le train part à l’heure. " * 400


def text(version: int) -> str:
    """Give a text that shows whether it is whole."""
    return f"Version {version}. {_WORDS} Fin {version}."


class Witness:
    """What one reader saw; ``versions`` gives the version of each article in the feed now."""

    def __init__(self, feeds: Path) -> None:
        self._feed = feeds / "feed.json"
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._stays: set[str] = set()
        self.faults: list[str] = []
        self.looks = 0
        self._thread = threading.Thread(target=self._read, daemon=True)

    def expect(self, *slugs: str) -> None:
        """Demand that these articles are in the feed from now on."""
        with self._lock:
            self._stays |= {*slugs}

    def release(self, *slugs: str) -> None:
        """Demand it no longer."""
        with self._lock:
            self._stays -= {*slugs}

    def versions(self) -> dict[str, int]:
        """Give the version of each article, by its slug, as it is in the feed."""
        found = {}
        for item in json.loads(self._feed.read_bytes())["items"]:
            slug = item["url"].rpartition("/")[2].removesuffix(".html")
            opened, closed = (
                pattern.findall(item["content_html"]) for pattern in (_OPENING, _CLOSING)
            )
            is_whole = len(opened) == 1 and opened == closed
            found[slug] = int(opened[0]) if is_whole else -1
        return found

    def _read(self) -> None:
        state = None
        while not self._stop.wait(_BETWEEN_LOOKS):
            with self._lock:
                status = self._feed.stat()
                if state != (state := (status.st_ino, status.st_mtime_ns)):
                    self._look()

    def _look(self) -> None:
        self.looks += 1
        versions = self.versions()
        self.faults += [f"{slug} was out half-written" for slug, n in versions.items() if n < 0]
        self.faults += [f"{slug} was away" for slug in sorted(self._stays - versions.keys())]

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Have it look until this ends."""
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join()
