"""A file below a folder, read through one descriptor, whatever the name asks for.

At the I/O rim. No link is followed, no name leads out, and what is no ordinary file is not there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from markwire.outlet.staging import STAGED

_READ: Final = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT: Final = getattr(os, "O_NONBLOCK", 0)  # a pipe without a writer would wait for one
_FOLDER: Final = getattr(os, "O_DIRECTORY", 0)
_HAS_FOLDERS: Final = os.open in os.supports_dir_fd
# What stands beside a file for servers that cannot compress, and is no file of its own.
_SIDECARS: Final = (".gz", ".br", ".zst", ".etag")


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a file is known to be the same as before, without reading it.

    Times are in nanoseconds. ``changed`` is the system's own, which nobody can set back.
    """

    device: int
    number: int
    size: int
    modified: int
    changed: int


def is_name(path: str) -> bool:
    """Say whether a path can be that of a file that is served: parts apart by ``/``.

    Parts that start with a dot name nothing, nor does what the outlet writes aside.
    """
    return not (
        any(not part or part.startswith(".") for part in path.split("/"))
        or "\\" in path
        or "\0" in path
        or ":" in path
        or path.endswith((STAGED, *_SIDECARS))
    )


def mark_of(status: os.stat_result) -> Mark:
    """Give the mark of a file whose state is known."""
    return Mark(
        status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    )


def look(root: str, path: str) -> os.stat_result | None:
    """Give the state of what has a name, itself and not what it links to; None without any."""
    try:
        return os.lstat(f"{root}/{path}")
    except (OSError, ValueError):
        return None


@contextmanager
def opened(root: str, path: str) -> Iterator[int | None]:
    """Open an ordinary file below ``root``, following no link; None where there is none."""
    descriptor = _open(root, path)
    try:
        if descriptor is not None and not stat.S_ISREG(os.fstat(descriptor).st_mode):
            yield None
        else:
            yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _open(root: str, path: str) -> int | None:
    if not is_name(path):
        return None
    *folders, name = path.split("/")
    if not _HAS_FOLDERS:
        places = [
            f"{root}/{'/'.join(path.split('/')[: depth + 1])}" for depth in range(len(folders))
        ]
        with suppress(OSError):
            if not any(map(os.path.islink, (*places, f"{root}/{path}"))):
                return os.open(f"{root}/{path}", _READ | getattr(os, "O_BINARY", 0))
        return None
    above = None
    try:
        above = os.open(root, _READ | _FOLDER)
        for folder in folders:
            below = os.open(folder, _READ | _FOLDER | _NO_LINK, dir_fd=above)
            os.close(above)
            above = below
        return os.open(name, _READ | _NO_LINK | _NO_WAIT, dir_fd=above)
    except (OSError, ValueError):
        return None
    finally:
        if above is not None:
            os.close(above)
