"""A server beside a watch, in a process of its own: nothing that a client does reaches the watch.

At the I/O rim. The socket is the parent's, so that no connection is refused while a server that
died is started again. The child ends when the pipe to it does, even where the watch was killed.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final

from markwire.pipeline.service import VARIABLES
from markwire.serving.listening import Address, listen, url

_NICER: Final = 5  # than the process that publishes
_PAUSE, _LONGEST_PAUSE = 0.2, 10.0  # seconds before a server that died is started again
_LONG_LIFE: Final = 60.0  # seconds after which its death is no sign of a fault that stays
_PATIENCE: Final = 5.0  # seconds for which it may take to end

_log: Final = logging.getLogger("markwire")


class Beside:
    """Serves the site of a folder while within ``with``. Raises ConfigurationError as ``listen``.

    ``url`` is where.
    """

    def __init__(self, folder: Path, address: Address) -> None:
        self._folder = folder
        self._listener = listen(address)
        self.url = url(self._listener)
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name="server", daemon=True)

    def __enter__(self) -> Beside:
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._end()
        self._keeper.join(_PATIENCE)
        self._listener.close()

    def _keep(self) -> None:
        """Start the server, and again when it dies."""
        pause = _PAUSE
        while not self._ending.is_set():
            begun = monotonic()
            try:
                code: int | str | None = self._start().wait()
            except OSError as fault:
                code = fault.strerror
            if self._ending.is_set():
                return
            _log.warning("server_died code=%s", code)
            pause = _PAUSE if monotonic() - begun > _LONG_LIFE else min(2 * pause, _LONGEST_PAUSE)
            self._ending.wait(pause)

    def _start(self) -> subprocess.Popen[bytes]:
        handle, place = self._listener.fileno(), str(self._listener.fileno())
        inherited: tuple[int, ...] = (handle,)
        if os.name != "posix":
            # Windows hands on no sockets like this: the child listens for itself.
            place, inherited = str(Address(*self._listener.getsockname()[:2])), ()
            self._listener.close()
        self._process = subprocess.Popen(
            (sys.executable, "-P", "-m", "markwire.serving.child", str(self._folder), place),
            # What the service manager is told is the watch's to tell.
            env={name: value for name, value in os.environ.items() if name not in VARIABLES},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=inherited,
            # Ctrl-C is for the watch, which then ends its server.
            start_new_session=True,
        )
        if os.name == "posix":
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICER)
        if self._ending.is_set():
            self._end()
        return self._process

    def _end(self) -> None:
        process = self._process
        if process is None:
            return
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
