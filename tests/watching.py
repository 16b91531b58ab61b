"""A watch in a thread of its own, for tests: what it yields, waited for and never slept for."""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from markwire.intake.watch import Batch, watch

DEADLINE = 10.0  # seconds; a test that waits so long has failed
QUIET = 0.08
GRACE = 0.06
TEXT = "# Title\n\n" + "words " * 500

linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells when a file is closed"
)


class Watch:
    """A watch in a thread of its own; ``content`` is what readers of its batches found."""

    def __init__(self, root: Path, **options: object) -> None:
        self.root = root
        self.stop = threading.Event()
        self.batches: queue.Queue[Batch] = queue.Queue()
        self.content: dict[str, list[str]] = {}
        settings: dict[str, object] = {"quiet": QUIET, "grace": GRACE, "way": None} | options
        self._watch = watch(root, stop=self.stop, **settings)  # type: ignore[arg-type]
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _run(self) -> None:
        for batch in self._watch:
            for path in batch.paths - batch.unsettled:
                file = self.root / path
                if file.is_file():
                    self.content.setdefault(path, []).append(file.read_text())
            self.batches.put(batch)

    def next(self) -> Batch:
        return self.batches.get(timeout=DEADLINE)

    def whole(self) -> Batch:
        """Wait for a batch that asks for a look at everything."""
        while not (batch := self.next()).everything:
            pass
        return batch

    def until(self, *paths: str) -> list[Batch]:
        """Wait until each of ``paths`` was in a batch; give all batches up to then."""
        missing = set(paths)
        batches: list[Batch] = []
        while missing:
            batches.append(self.next())
            missing -= batches[-1].paths
        return batches

    def rest(self) -> list[Batch]:
        """Give all that comes until a change made now has gone the slowest way through."""
        slow = self.root / "zz-last.md"
        slow.symlink_to("nowhere")  # never a file: it must be gone for a while to settle
        try:
            return self.until(slow.name)[:-1]
        finally:
            slow.unlink()

    def end(self) -> float:
        """Stop; give the seconds that it took."""
        before = time.monotonic()
        self.stop.set()
        self._thread.join(DEADLINE)
        assert not self._thread.is_alive()
        return time.monotonic() - before


@contextmanager
def watch_over(root: Path, **options: object) -> Iterator[Watch]:
    """Watch, from the first look at everything on."""
    with Watch(root, **options) as over:
        over.whole()
        yield over


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


def rested(path: Path, text: str = TEXT) -> Path:
    """Write a file that was last touched a minute ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    before = time.time() - 60
    os.utime(path, (before, before))
    return path


def paths(batches: list[Batch]) -> set[str]:
    return set().union(*(batch.paths for batch in batches))
