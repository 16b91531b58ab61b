"""Which articles go to a process of their own, and what is said where one gave no result.

At the I/O rim. Whatever a text does to the process that reads or composes it, its article alone is
refused: its last good version stays.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from markwire.executors import Undone
from markwire.model import Found
from markwire.problems import Problem, problem

HEAVY: Final = 32 * 1024
"""From how many bytes on a text goes to a process of its own.

Below it, none of three hundred kinds of bad text cost more than two seconds, nor thirty megabytes.
Articles are of three to ten thousand bytes, and go nowhere.
"""

_log: Final = logging.getLogger("markwire")
_REASONS: Final = {
    "time": "it takes too long",
    "memory": "it takes too much memory",
    "crash": "it breaks the program that reads it",
}


class Looks:
    """Looks at files before they are read: what is found afterwards may be another version."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._last = Found("", 0, 0, 0)

    def is_heavy(self, file: tuple[str, str]) -> bool:
        """Say whether a file, given its path and digest, may be one to be read elsewhere."""
        path, _ = file
        try:
            status = (self._root / path).lstat()
        except OSError:
            return False  # Whoever reads it tells why.
        self._last = Found(path, status.st_size, status.st_mtime_ns, status.st_ino)
        return is_heavy(status.st_size)

    def found(self, path: str) -> Found:
        """Give a file as it was looked at last; of no time where it was not."""
        return self._last if self._last.path == path else Found(path, 0, 0, 0)


def is_heavy(size: int) -> bool:
    """Say whether a text of so many bytes goes to a process of its own."""
    return size > HEAVY


def refusal(path: str, undone: Undone) -> Problem:
    """Say to the editor why an article is refused; the engineer is told of a bug.

    Not of which article: its name may be a secret yet, and the problem says it to editors.
    """
    if undone.reason == "bug":
        _log.error("article_contained fault=%s", undone.fault)
        return problem("MW313", path, fault=undone.fault)
    _log.warning("article_overran reason=%s", undone.reason)
    return problem("MW312", path, reason=_REASONS[undone.reason])
