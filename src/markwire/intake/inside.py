"""Open a file of the content folder without following any link out of it.

Above the I/O floor; reads only. ``root`` itself may be a symbolic link, nothing below it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from markwire.errors import FolderError
from markwire.problems import Problem, problem

# What "there is no such regular file inside the folder" looks like. ELOOP and ENOTDIR are a
# symbolic link met where none is followed; ENXIO and ENODEV are sockets and devices.
_NOT_THERE: Final = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EISDIR}
)
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO must not hold us up
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def open_inside(root: Path, path: str) -> Iterator[int]:
    """Open the file ``root/path`` for reading, provided that no link leads there.

    Each folder is opened from the one above it, so that nobody can slip in a symbolic link
    between the check and the opening. Gives a file descriptor, which may be that of a FIFO or
    a folder; raises OSError for the file, FolderError for ``root`` itself, and ValueError for
    a path that would lead out of the folder.
    """
    *folders, name = parts_of(path)
    if os.open not in os.supports_dir_fd:  # Windows
        with _closing(_open_by_name(root, folders, name)) as descriptor:
            yield descriptor
        return
    folder = _open_root(root)
    try:
        for each in folders:
            below = os.open(each, _FOLDER | _NO_LINK, dir_fd=folder)
            os.close(folder)
            folder = below
        descriptor = os.open(name, _FILE | _NO_LINK, dir_fd=folder)
    finally:
        os.close(folder)
    with _closing(descriptor):
        yield descriptor


def parts_of(path: str) -> list[str]:
    """Split a path below the folder. Raises ValueError for one that would lead out of it."""
    parts = path.split("/")
    barred = ("\0", "\\", ":") if os.name == "nt" else ("\0",)
    if any(part in ("", ".", "..") or any(sign in part for sign in barred) for part in parts):
        raise ValueError(f"not a path below the content folder: {path!r}")
    return parts


def unreadable(path: str, fault: OSError) -> Problem | None:
    """Give the problem that ``fault`` means for ``path``; None where the file is not there."""
    if fault.errno in _NOT_THERE:
        return None
    return problem("MW103", path, reason=_reason(fault))


def printable(path: str) -> str:
    r"""Give a path as text, bytes that are not UTF-8 shown as ``\xe9``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def root_error(root: Path, fault: OSError) -> FolderError:
    """Give the error that ``fault`` means for the content folder itself."""
    return FolderError(
        f"{root}: the content folder cannot be read: {_reason(fault)}; "
        "create it, or correct [folders] content in markwire.toml"
    )


def _open_root(root: Path) -> int:
    try:
        return os.open(root, _FOLDER)
    except OSError as fault:
        raise root_error(root, fault) from fault


def _open_by_name(root: Path, folders: list[str], name: str) -> int:
    """Open a file where folders cannot be held open: check the way, open, compare."""
    if not root.is_dir():
        raise root_error(root, FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))
    way = root.joinpath(*folders, name)
    if way.resolve() != root.resolve().joinpath(*folders, name):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return os.open(way, _FILE)


@contextmanager
def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _reason(fault: OSError) -> str:
    return (fault.strerror or type(fault).__name__).lower()
