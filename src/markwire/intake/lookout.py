"""Keep a watch standing over the content folder: begun anew when it dies or gets holes, and held
while the folder is away.

Above the I/O floor. It hears of changes through ``notices``, and leaves what they mean to
``watch``.
"""

from __future__ import annotations

import errno
import logging
import math
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from markwire.intake.health import State
from markwire.intake.notices import Observation
from markwire.intake.ways import Choice, Way, choose, count_folders, count_watches, mount_of

_RETRY: Final = 1.0  # seconds before a watch that failed is tried again: counting folders is dear

_log: Final = logging.getLogger("markwire.intake")

Found = Callable[[State, Way | None, str], None]


class Lookout:
    """The watch over one folder, whatever becomes of the folder.

    ``found`` is told the state, the way and the reason whenever one of them may have changed;
    ``began`` that a new watch stands, before which changes may have gone unheard.
    """

    def __init__(
        self, root: Path, way: Way | None, *, poll: float, found: Found, began: Callable[[], None]
    ) -> None:
        self._root = root
        self._wanted = way
        self._poll = poll
        self._found = found
        self._began = began
        self._observation: Observation | None = None
        self._identity: tuple[int, int] | None = None
        self._mount = ""
        self._is_away = False
        self._other_watches = 0
        self._count_due = math.inf
        self._retry_at = -math.inf
        self.way: Way = "polling"

    def standing(self) -> Observation | None:
        """Give the watch, begun anew where it died or the folder is another; None meanwhile."""
        identity = _identity(self._root)
        if self._observation is not None:
            if identity == self._identity and self._observation.stands() and not self._has_holes():
                return self._observation
            self._drop()
            _log.warning("watch_broke folder=%s", self._root.name)
        if identity is None:
            self._be_away("folder_went_away", "away", "not_there")
        elif self._is_left_empty(identity):
            self._be_away("folder_went_away", "away", "unmounted")
        elif time.monotonic() >= self._retry_at:
            self._try_to_begin(identity)
        return self._observation

    def stands_here(self) -> bool:
        """Say whether the folder that is watched is still the one of that name."""
        return _identity(self._root) == self._identity

    def expect_folders(self, seconds: float) -> None:
        """Have it looked after so many seconds whether folders that came are watched, too."""
        self._count_due = time.monotonic() + seconds

    def end(self) -> None:
        """Let go of the watch."""
        if self._observation is not None:
            self._drop()
            _log.info("watch_ended folder=%s", self._root.name)

    def _drop(self) -> None:
        observation, self._observation = self._observation, None
        if observation is not None:
            observation.stop()

    def _has_holes(self) -> bool:
        """Say whether folders that came since are not watched, for want of watches."""
        if self.way != "inotify" or time.monotonic() < self._count_due:
            return False
        self._count_due = math.inf
        return count_watches() - self._other_watches < count_folders(self._root)

    def _be_away(self, event: str, state: State, reason: str) -> None:
        """Tell once that there is nothing to watch, not ten times a second."""
        if not self._is_away:
            _log.warning("%s folder=%s reason=%s", event, self._root.name, reason)
        self._is_away = True
        self._found(state, None, reason)

    def _is_left_empty(self, identity: tuple[int, int]) -> bool:
        """Say whether this is only the place where another disk was mounted before."""
        if self._identity is None:
            return False
        # A folder of the same disk can be mounted here, too.
        if identity[0] == self._identity[0] and mount_of(self._root) == self._mount:
            return False
        try:
            return not any(self._root.iterdir())
        except OSError:
            return True

    def _try_to_begin(self, identity: tuple[int, int]) -> None:
        try:
            self._begin(identity)
        except OSError as fault:
            word = errno.errorcode.get(fault.errno or 0, "unknown")
        except RuntimeError:
            word = "no_threads"  # All that ``Thread.start`` says of a system that has no more.
        else:
            return
        self._retry_at = time.monotonic() + _RETRY
        self._be_away("watch_failed", "failed", word)

    def _begin(self, identity: tuple[int, int]) -> None:
        root = self._root.resolve(strict=True)
        choice = Choice(self._wanted, "configured") if self._wanted else choose(root)
        choice, self._observation = self._observe(root, choice)
        self.way = choice.way
        self._is_away = False
        self._identity = identity
        self._mount = mount_of(self._root)
        self._count_due = math.inf
        _log.info(
            "watch_started folder=%s way=%s reason=%s", self._root.name, choice.way, choice.reason
        )
        self._began()
        self._found("watching", choice.way, choice.reason)

    def _observe(self, root: Path, choice: Choice) -> tuple[Choice, Observation]:
        """Start a watch; fall back to polling where the system refuses, or grants only a part."""
        self._other_watches = count_watches()
        observation = Observation(root, choice.way, poll=self._poll)
        try:
            observation.start()
        except OSError:
            if choice.way == "polling":
                raise
            return self._observe(root, Choice("polling", "watch_refused"))
        # Past the limit on watches, watchdog leaves folders out without a word.
        if choice.way == "inotify" and count_watches() - self._other_watches < count_folders(root):
            observation.stop()
            return self._observe(root, Choice("polling", "watch_limit"))
        return choice, observation


def _identity(root: Path) -> tuple[int, int] | None:
    """Tell the folder from another of the same name; None where there is no folder."""
    try:
        status = root.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None
