"""Where the time of an edition goes: a stopwatch with a name for each stretch of it.

Above the I/O floor by its clock; what it measures decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Final, Literal

Stage = Literal["scan", "read", "record", "compose", "assemble", "write", "remove"]
STAGES: Final[Mapping[Stage, str]] = {
    "scan": "the folder compared with what is known of it",
    "read": "changed files read, their front matter understood",
    "record": "what they say taken into the catalogue",
    "compose": "Markdown converted, fragments and pages made",
    "assemble": "windows looked up, feeds put together and checked",
    "write": "files written, flushed and renamed",
    "remove": "files removed that nothing wants any more",
}


class Stages:
    """Milliseconds by stage; a stage within another counts as itself only.

    ``pulse`` is called wherever one begins or ends: by it others see that work goes on.
    """

    def __init__(self, pulse: Callable[[], None] = lambda: None) -> None:
        self._pulse = pulse
        self._spent = _nothing()
        self._open: list[Stage] = []
        self._since = perf_counter()
        self.reading = (0, 0)
        """How many files have been read, and of how many, while an archive is being read."""

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Count what happens inside as this stage."""
        self._count()
        self._pulse()
        self._open.append(stage)
        try:
            yield
        finally:
            self._count()
            self._open.pop()
            self._pulse()

    def take(self) -> Mapping[str, float]:
        """Give the milliseconds of each stage since the last time, and begin anew."""
        self._count()
        spent, self._spent = self._spent, _nothing()
        return spent

    def _count(self) -> None:
        now = perf_counter()
        if self._open:
            self._spent[self._open[-1]] += (now - self._since) * 1000
        self._since = now


def _nothing() -> dict[str, float]:
    return dict.fromkeys(STAGES, 0.0)
