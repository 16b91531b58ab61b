"""See the moment at which files come to hold something, by looking at their inodes in turn.

A look is one ``stat`` a file, every ``step`` seconds; what a file holds is read only when all have
changed, so that reading delays nothing. A file that has changed but does not yet hold what is
waited for, or not yet its end, is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

from bench.running import CommandFailedError

STEP: Final = 0.0002
_ENDS: Final = (b"</rss>", b"</feed>", b"}")


class Sight:
    """Waits for files to hold given bytes; made before what will change them is let go."""

    def __init__(self, wanted: Mapping[Path, bytes], *, step: float = STEP) -> None:
        self._wanted = dict(wanted)
        self._step = step
        self._marks = {path: _mark(path) for path in wanted}
        self._seen: dict[Path, float] = {}

    def wait(self, limit: float, *, alive: Callable[[], None] = lambda: None) -> dict[Path, float]:
        """Give for each file the ``perf_counter`` at which it was seen; ``alive`` may raise."""
        pending = list(self._wanted)
        end = perf_counter() + limit
        while True:
            pending = [path for path in pending if not self._changed(path)]
            if not pending:
                pending = [path for path in self._wanted if not self._holds(path)]
                if not pending:
                    return dict(self._seen)
            if perf_counter() > end:
                names = ", ".join(str(path.name) for path in pending[:3])
                raise CommandFailedError(f"{len(pending)} files not seen in {limit:.0f} s: {names}")
            alive()
            sleep(self._step)

    def _changed(self, path: Path) -> bool:
        mark = _mark(path)
        if mark is None or mark == self._marks[path]:
            return False
        self._marks[path] = mark
        self._seen[path] = perf_counter()
        return True

    def _holds(self, path: Path) -> bool:
        try:
            content = path.read_bytes()
        except OSError:
            return False
        return self._wanted[path] in content and content.rstrip().endswith(_ENDS)


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
