"""The real command in a process of its own, for tests: what it says, and how it ends."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DEADLINE = 30.0  # seconds; a test that waits so long has failed
COMMAND = (sys.executable, "-m", "markwire")


def run(*words: str, cwd: Path, env: Mapping[str, str] | None = None, text: str = "") -> Result:
    """Run ``markwire`` to its end."""
    done = subprocess.run(
        (*COMMAND, *words),
        cwd=cwd,
        env=os.environ | (env or {}),
        input=text,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Result(done)


class Result:
    """How a run ended: exit code, data, talk."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Watching:
    """``markwire watch --json`` at work; each of its lines is one edition."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.content = site / "content"
        self.feeds = site / "feeds"
        self._process = subprocess.Popen(
            (*COMMAND, "--site", str(site), "watch", "--json"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._editions: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._editions.put(json.loads(line))

    def edition(self) -> dict[str, Any]:
        """Wait for the next edition."""
        return self._editions.get(timeout=DEADLINE)

    def until(self, path: str, *, key: str = "written") -> dict[str, Any]:
        """Wait for the edition that wrote, removed or refused ``path``."""
        while path not in (edition := self.edition())[key]:
            pass
        return edition

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Stop it; give exit code and what it said."""
        self._process.send_signal(how)
        assert self._process.stderr is not None
        said = self._process.stderr.read()
        code = self._process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        self._process.stderr.close()
        if self._process.stdout:
            self._process.stdout.close()
        return code, said


@contextmanager
def watching(site: Path) -> Iterator[Watching]:
    """Watch a site, from its first edition on."""
    watch = Watching(site)
    try:
        watch.edition()
        yield watch
    finally:
        if watch._process.poll() is None:
            watch.stop()
