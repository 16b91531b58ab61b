"""What a service manager is told of a watch: that it is ready, that it lives, that it ends.

At the I/O rim. systemd's protocol (sd_notify(3)): datagrams to the socket that it names in the
environment; where it names none, nothing is told. That nobody listens ends nothing.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final

_SOCKET: Final = "NOTIFY_SOCKET"
_WATCHDOG: Final = "WATCHDOG_USEC"
_PROCESS: Final = "WATCHDOG_PID"
VARIABLES: Final = (_SOCKET, _WATCHDOG, _PROCESS)
"""What no process that is started from here should inherit."""

_MICRO: Final = 1_000_000


class Service:
    """Speaks to the service manager that started this process, if one did."""

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._place = environment.get(_SOCKET, "")
        if self._place.startswith("@"):  # a name of Linux that is no file
            self._place = "\0" + self._place[1:]
        self._between: float | None = None
        micro = environment.get(_WATCHDOG, "")
        is_ours = environment.get(_PROCESS, str(os.getpid())) == str(os.getpid())
        if micro.isdecimal() and int(micro) and is_ours:
            # sd_watchdog_enabled(3) advises half of it; a third leaves room for a slow disk.
            self._between = int(micro) / _MICRO / 3
        self._clock = clock
        self._beaten = float("-inf")
        self._is_ready = False

    def ready(self) -> None:
        """Say, once, that the first edition stands."""
        if not self._is_ready:
            self._is_ready = True
            self._say("READY=1")

    def beat(self) -> None:
        """Say that the loop goes round, as often as was asked for. Costs nothing in between."""
        if self._between is None:
            return
        now = self._clock()
        if now - self._beaten >= self._between:
            self._beaten = now
            self._say("WATCHDOG=1")

    def close(self) -> None:
        """Say that the process is about to end."""
        self._say("STOPPING=1")

    def _say(self, word: str) -> None:
        if not self._place or not hasattr(socket, "AF_UNIX"):
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.setblocking(False)
                line.sendto(word.encode(), self._place)
        except OSError:
            return
