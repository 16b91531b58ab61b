"""A real watch in a process of its own: what it does, and each word that it says, as they come."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from commands import COMMAND

PATIENCE: Final = 60.0  # seconds; whatever takes so long has failed
_GLANCE: Final = 1.0  # seconds after which it is asked again, come what may

Edition = dict[str, Any]


class Watched:
    """``markwire watch --json`` on a site. ``editions`` and ``said`` are all that came so far.

    ``words`` are options of ``markwire``, ``options`` those of ``watch``; ``before`` is a command
    that becomes it at last.
    """

    def __init__(
        self,
        root: Path,
        *words: str,
        before: Sequence[str] = (),
        options: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.editions: list[Edition] = []
        self.said: list[str] = []
        self._news: queue.Queue[None] = queue.Queue()
        watch = ("--site", str(root), "watch", "--json", "--workers", "1", *options)
        self.process = subprocess.Popen(
            (*before, *COMMAND, *words, *watch),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | (env or {}),
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._readers = [
            self._read(self.process.stdout, lambda line: self.editions.append(json.loads(line))),
            self._read(self.process.stderr, self.said.append),
        ]

    def _read(self, stream: IO[str], take: Callable[[str], None]) -> threading.Thread:
        def run() -> None:
            with stream:
                for line in stream:
                    take(line)
                    self._news.put(None)
            self._news.put(None)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def until(self, wanted: Callable[[], bool], *, seconds: float = PATIENCE) -> float | None:
        """Wait until something is so, asking at each news; give seconds, None if it never was."""
        began = time.monotonic()
        while not wanted():
            left = began + seconds - time.monotonic()
            if left <= 0 or self.process.poll() is not None:
                return time.monotonic() - began if wanted() else None
            try:
                self._news.get(timeout=min(left, _GLANCE))
            except queue.Empty:
                continue
        return time.monotonic() - began

    def stop(self) -> int:
        """Stop it as a service manager does; give its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            for reader in self._readers:
                reader.join(PATIENCE)


@contextmanager
def watched(root: Path, *options: str) -> Iterator[Watched]:
    """Watch a site, from its first edition on."""
    watch = Watched(root, options=options)
    try:
        if watch.until(lambda: bool(watch.editions)) is None:
            raise RuntimeError(f"the watch did not begin: {watch.said}")
        yield watch
    finally:
        watch.stop()
