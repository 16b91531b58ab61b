"""One Markwire at a time on one site: an advisory lock on a file of the state folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Final

from markwire.errors import CatalogueError, LockedError

try:
    import fcntl
except ImportError:  # Windows has no flock; there, opening the file twice is not noticed.
    fcntl = None  # type: ignore[assignment]

FILE_NAME: Final = "lock"
_ATTEMPTS: Final = 4  # for ``holder`` may have it for a moment
_BETWEEN: Final = 0.03  # seconds


@contextmanager
def lock(state: Path, command: str = "") -> Iterator[None]:
    """Hold the site's lock; it falls with the process, however that ends.

    ``command`` is what others are told that the holder does. Raises LockedError, naming the
    holder, where another process has it, and CatalogueError where the state folder cannot be
    written.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(state / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as fault:
        raise CatalogueError(f"{fault.filename}: {fault.strerror}") from fault
    try:
        if fcntl is not None:
            for attempt in range(_ATTEMPTS):
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if attempt + 1 < _ATTEMPTS:
                        sleep(_BETWEEN)
                        continue
                    raise LockedError(
                        f"another Markwire (process {holder_of(state) or 'unknown'}) works on this"
                        " site; stop it first, or let it do the work"
                    ) from None
                except OSError as fault:  # Some network file systems have no locks.
                    raise CatalogueError(
                        f"{state / FILE_NAME} cannot be locked: {fault.strerror}; put [folders]"
                        " state on a local disk"
                    ) from fault
        with suppress(OSError):  # That others cannot be told who we are stops nothing.
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}{f', {command}' if command else ''}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder_of(state: Path) -> str:
    """Give who holds, or last held, a site's lock: its process, and what it does; or nothing."""
    try:
        return (state / FILE_NAME).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def holder(state: Path) -> int | None:
    """Give the process that holds a site's lock, 0 where its number is not known; None where
    nobody does.
    """
    try:
        descriptor = os.open(state / FILE_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    is_free = False
    try:
        if fcntl is not None:
            # Asked for and let go at once: who takes the lock meanwhile tries again.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            is_free = True
        return None if is_free else _named(state)
    except BlockingIOError:
        return _named(state)
    except OSError:  # A file system without locks.
        return None
    finally:
        os.close(descriptor)


def _named(state: Path) -> int:
    """Give the process that wrote its number into the lock; 0 where there is none."""
    text = holder_of(state).partition(",")[0]
    return int(text) if text.isdecimal() else 0
