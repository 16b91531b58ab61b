"""Take in who polled: files that the process that serves lays into the state folder.

At the I/O rim. Each file is counted exactly once, whenever this process or the machine stops: its
name is recorded in the transaction that counts it, and forgotten when the file is gone for good.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from markwire.catalogue import Catalogue
from markwire.errors import CatalogueError
from markwire.outlet.disk import sync_folder
from markwire.polls import Tally, from_json

FOLDER: Final = "polls"
SUFFIX: Final = ".json"
_BETWEEN: Final = 15.0  # seconds
_AT_ONCE: Final = 500  # files; what is left comes with the next call
_LONG_AGO: Final = 3600.0  # seconds; no file takes so long to be written
_LARGEST: Final = 16_000_000  # bytes of a file that may be one of ours

_log: Final = logging.getLogger("markwire")


def take_in(state: Path, catalogue: Catalogue) -> int:
    """Count what lies in a state folder, and drop what is too old; give how many files it was.

    Raises CatalogueError where nothing can be recorded; the files stay then.
    """
    folder = state / FOLDER
    names = _lying(folder)
    if not names:
        return 0
    _sweep(folder)
    is_durable = _sync(folder)
    read = {name: tally for name in names[:_AT_ONCE] if (tally := _read(folder / name))}
    with catalogue.batch():
        known = catalogue.taken_polls()
        if is_durable:
            # A file that is not there now, after the folder was flushed, never comes back.
            catalogue.forget_taken_polls(known - {*names})
        new = {name: tally for name, tally in read.items() if name not in known}
        for name, tally in new.items():
            catalogue.take_polls(name, tally)
        catalogue.drop_polls()
    for name in read:
        with suppress(OSError):  # It is known; the next call tries again.
            (folder / name).unlink(missing_ok=True)
    return len(new)


def _lying(folder: Path) -> list[str]:
    try:
        names = [file.name for file in folder.iterdir()]
    except OSError:
        return []
    return sorted(name for name in names if name.endswith(SUFFIX) and name[0] != ".")


def _sweep(folder: Path) -> None:
    """Remove what was left half written by a server that was killed."""
    with suppress(OSError):
        for file in folder.glob(".*"):
            if time.time() - file.stat().st_mtime > _LONG_AGO:
                file.unlink(missing_ok=True)


def _sync(folder: Path) -> bool:
    try:
        sync_folder(str(folder))
    except OSError:
        return False
    return True


def _read(file: Path) -> Tally | None:
    """Give what a file counts; what is no such file is removed, for it will never be one."""
    try:
        content = file.read_bytes() if file.stat().st_size <= _LARGEST else b""
    except OSError:
        return None
    try:
        return from_json(content)
    except ValueError as fault:
        _log.warning("polls_dropped reason=%s", fault)
        with suppress(OSError):
            file.unlink(missing_ok=True)
        return None


@contextmanager
def taking_in(state: Path, catalogue: Catalogue, *, between: float = _BETWEEN) -> Iterator[None]:
    """Take in what lies there, and what comes meanwhile, in a thread; a last time at the end.

    A thread, so that no change waits for it: the catalogue is another's only for one batch.
    """
    ending = threading.Event()

    def work() -> None:
        is_last = False
        while not is_last:
            is_last = ending.wait(between)
            try:
                take_in(state, catalogue)
            except CatalogueError as fault:  # Whoever publishes meets it, too, and tells it.
                _log.warning("polls_not_taken reason=%s", fault)

    thread = threading.Thread(target=work, name="polls", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()
