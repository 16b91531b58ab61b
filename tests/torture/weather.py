"""A ``markwire watch`` that is put into all weathers, and waited for by what it does.

It runs in a process of its own, behind whatever command makes the weather. Nothing here sleeps: a
condition is looked at again whenever the watch has told something, at the latest after a second.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from torture import verdict
from torture.forks import Forks
from torture.room import Room
from torture.watched import Watched

PATIENCE: Final = 150.0  # seconds; more than two looks at the whole folder


class Weathered(Watched):
    """One watch in bad weather, which tells all that happens."""

    def __init__(
        self, site: Path, *, before: Sequence[str] = (), env: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(site, "--verbose", before=before, env=env)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def removed(self) -> list[str]:
        """All that it took down, in order."""
        return [path for edition in self.editions for path in edition["removed"]]

    # --- what is done to it --------------------------------------------------------------

    def freeze(self) -> None:
        """Stop it where it stands, as a machine does that swaps or sleeps."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.pid, os.WUNTRACED)  # until it does stand

    def thaw(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    # --- what is waited for --------------------------------------------------------------

    def until_none(
        self, found: Callable[[], list[str]], *, patience: float = PATIENCE
    ) -> list[str]:
        """Wait until nothing is found any more; give what is still found when patience ends."""
        faults: list[str] = []

        def is_well() -> bool:
            nonlocal faults
            try:
                faults = found()
            except FileNotFoundError as fault:  # It was replaced as we read.
                faults = [f"{fault.filename} went away"]
            return not faults

        if self.until(is_well, seconds=patience) is None and not is_well():
            end = [] if self.process.poll() is None else ["the watch has ended"]
            return [*faults, *end, *(f"log: {line.rstrip()}" for line in self.said[-3:])]
        return []

    def until_told(self, *words: str, since: int = 0, patience: float = PATIENCE) -> list[str]:
        """Wait until one line of its log holds all these words, ``since`` so many lines."""
        return self.until_none(
            lambda: [] if self.tells(*words, since=since) else [f"it never told {' '.join(words)}"],
            patience=patience,
        )

    def tells(self, *words: str, since: int = 0) -> bool:
        """Say whether one line of its log, ``since`` so many, holds all these words."""
        return any(all(word in line for word in words) for line in self.said[since:])


@contextmanager
def weathered(
    site: Path, *, before: Sequence[str] = (), env: Mapping[str, str] | None = None
) -> Iterator[Weathered]:
    """Watch a site, from its first edition on. Raises RuntimeError where that never comes."""
    watch = Weathered(site, before=before, env=env)
    try:
        faults = watch.until_none(lambda: [] if watch.editions else ["no edition"])
        if faults:
            raise RuntimeError("; ".join(faults))
        yield watch
    finally:
        watch.thaw()
        watch.stop()


def unlike_clean(room: Room, forks: Forks, target: Path) -> Callable[[], list[str]]:
    """Build the room's content anew, and give what tells where the published differs from it."""
    end = forks.run(room.copy_for_clean_build(target))
    if end.signal or end.code > 1:  # 1: some were refused, as they should be
        return lambda: [f"the clean build ended with {end.code}: {end.said}"]
    clean = verdict.files(target / "feeds")

    def differences() -> list[str]:
        missing = [path for path in clean if not (room.feeds / path).exists()]
        if missing:  # Most cheaply told, and most often while it is at work.
            return [f"{len(missing)} files are lacking, {missing[0]} one of them"]
        published = verdict.files(room.feeds)
        return (
            verdict.differing(published, clean, room.gone)
            + verdict.disagreeing(published)
            + verdict.leftovers(room.feeds)
        )[:5]

    return differences
