"""Bytes on a disk, durably: what the system offers for it, and its price.

At the I/O rim. A flush of one file waits for the disk; many side by side wait little longer than
one; and for very many, Linux flushes a whole file system for the price of a few.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import file_digest
from typing import Any, Final

State = tuple[int, int]
"""Size in bytes and time of change in nanoseconds."""

_MODE: Final = 0o644
_GLANCE: Final = 16_384  # bytes


def write(place: str, content: bytes | Iterable[bytes], *, moment: int | None = None) -> int:
    """Write a new file of bytes, all at once or as they come; give its descriptor, still open.

    Its time of change is ``moment``, in nanoseconds, else now.
    """
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            for chunk in (content,) if isinstance(content, bytes) else content:
                file.write(chunk)
            file.flush()
        if moment is not None:
            os.utime(place, ns=(moment, moment))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def state_of(descriptor: int) -> State:
    """Give the state of an open file."""
    status = os.fstat(descriptor)
    return status.st_size, status.st_mtime_ns


def write_through(place: str, content: bytes, *, moment: int | None = None) -> State:
    """Write a new file, durably; its time of change is ``moment``, as in ``write``."""
    return flush(write(place, content, moment=moment))


def flush(descriptor: int) -> State:
    """Make an open file durable and close it; one that refused once is never asked again."""
    try:
        os.fsync(descriptor)
        return state_of(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: str) -> None:
    """Make durable which names a folder holds: a rename is no more durable than that."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def can_sync_all() -> bool:
    """Say whether ``sync_all`` is there: on Linux, with a C library that has it."""
    return _syncfs() is not None


def sync_all(folder: str) -> None:
    """Make durable all that was written on the file system of a folder (``syncfs(2)``).

    Raises OSError where something could not be written, as Linux tells since 5.8.
    """
    import ctypes  # noqa: PLC0415  (slow to import, and wanted for an archive only)

    function = _syncfs()
    assert function is not None
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if function(descriptor) != 0:
            fault = ctypes.get_errno()
            raise OSError(fault, os.strerror(fault), folder)
    finally:
        os.close(descriptor)


@cache
def _syncfs() -> Any:
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415

    return getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)


def state_at(place: str) -> State | None:
    """Give the state of a file; None where there is none, or none that can be looked at."""
    try:
        status = os.stat(place)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def holds(place: str, content: bytes) -> bool:
    """Say whether a file holds just these bytes."""
    try:
        if os.stat(place).st_size != len(content):
            return False
        with open(place, "rb", buffering=0) as file:
            # A feed that differs does so in its newest articles, which come first.
            start = file.read(_GLANCE)
            return content.startswith(start) and start + file.read() == content
    except OSError:
        return False  # There is none, or none that can be read: it is written anew.


def has_digest(place: str, digest: str) -> bool:
    """Say whether there is a file of bytes with this SHA-256, in hexadecimal."""
    try:
        with open(place, "rb") as file:
            return file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


def walk(folder: str, prefix: str = "") -> Iterator[tuple[os.DirEntry[str], str]]:
    """Give each file below a folder, in order, with ``prefix`` and its path; no link is followed.

    Folders that start with a dot are left alone. Raises OSError where one cannot be listed.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith("."):
                yield from walk(entry.path, f"{prefix}{entry.name}/")
        elif entry.is_file(follow_symlinks=False):
            yield entry, prefix + entry.name
