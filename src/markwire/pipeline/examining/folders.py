"""The folders of a site: on which disks, apart from each other, with room, and whose.

At the I/O rim. Permissions are tried, not computed: access lists, read-only disks and namespaces
have their say. What is made to try is removed at once.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from markwire.findings import Finding, finding
from markwire.intake.ways import is_shared, kind_of
from markwire.model import Site

_MEGABYTE: Final = 1_000_000
_NO_ROOM: Final = 20, 100  # megabytes, files
_LITTLE_ROOM: Final = 500, 10_000
_ENOUGH: Final = 20_000  # files that are tried; what is wrong with an archive shows in these
_ROOT: Final = 0  # reads and writes everything, whoever owns it


def disks(site: Site) -> Iterator[Finding]:
    """Say on what each folder is."""
    for name, folder in _named(site):
        kind = kind_of(_existing(folder))
        if is_shared(kind):
            yield finding(f"{name}_shared", folder=str(folder), kind=kind)
        elif kind:
            yield finding("disk", folder=str(folder), kind=kind)
        else:
            yield finding("disk_unknown", folder=str(folder))


def places(site: Site) -> Iterator[Finding]:
    """Say whether one folder lies inside another."""
    are_apart = True
    for inner_name, inner in _named(site):
        for outer_name, outer in _named(site):
            if inner_name != outer_name and inner.resolve().is_relative_to(outer.resolve()):
                are_apart = False
                yield finding("overlap", inner=str(inner), outer=str(outer))
    if are_apart:
        yield finding("apart")


def space(site: Site) -> Iterator[Finding]:
    """Say how much room there is to write."""
    for name, folder in _named(site):
        if name == "content" or not hasattr(os, "statvfs"):
            continue
        there = os.statvfs(_existing(folder))
        # Some file systems make room for files as they need it, and say 0.
        files = there.f_favail if there.f_files else 10**9
        yield judge_space(str(folder), there.f_bavail * there.f_frsize // _MEGABYTE, files)


def judge_space(folder: str, free: int, files: int) -> Finding:
    """Say whether so many megabytes and files are enough."""
    if free < _NO_ROOM[0] or files < _NO_ROOM[1]:
        return finding("space_none", folder=folder, free=free, files=files)
    if free < _LITTLE_ROOM[0] or files < _LITTLE_ROOM[1]:
        return finding("space_short", folder=folder, free=free, files=files)
    return finding("space", folder=folder, free=free)


def permissions(site: Site) -> Iterator[Finding]:
    """Try to read the articles, and to write where is written."""
    yield from _readable(site.folders.content)
    for folder in (site.folders.feeds, site.folders.state):
        try:
            _try_to_write(_existing(folder))
        except OSError as fault:
            reason = fault.strerror or type(fault).__name__
            yield finding("unwritable", folder=str(folder), reason=reason, user=_user())
        else:
            yield finding("writable", folder=str(folder))
            yield from _foreign(folder)


def _readable(content: Path) -> Iterator[Finding]:
    if not content.is_dir():
        yield finding("content_none", folder=str(content))
        return
    try:
        with os.scandir(content) as entries:
            next(entries, None)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        yield finding("content_closed", folder=str(content), reason=reason, user=_user())
        return
    closed: list[str] = []
    count = 0
    walk = os.walk(content, onerror=lambda fault: closed.append(str(fault.filename)))
    for path in islice(_files(walk), _ENOUGH):
        count += 1
        if not _can_be_read(path):
            closed.append(path)
    if closed:
        path = os.path.relpath(min(closed), content)
        yield finding("content_parts_closed", count=len(closed), path=path, user=_user())
    else:
        yield finding("content", folder=str(content), count=count)


def _files(walk: Iterator[tuple[str, list[str], list[str]]]) -> Iterator[str]:
    return (os.path.join(folder, name) for folder, _, names in walk for name in names)  # noqa: PTH118  # a Path takes longer to make than the file to open


def _can_be_read(path: str) -> bool:
    try:
        # Neither a link nor a pipe is followed or waited for.
        os.close(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW))
    except PermissionError:
        return False
    except OSError:  # A link, or gone meanwhile.
        return True
    return True


def _try_to_write(folder: Path) -> None:
    first = folder / f".markwire-doctor-{os.getpid()}"
    second = first.with_suffix(".renamed")
    try:
        with first.open("xb") as file:
            file.write(b"tried\n")
            file.flush()
            os.fsync(file.fileno())
        first.rename(second)
        second.unlink()
    finally:
        for left in (first, second):
            with suppress(OSError):
                left.unlink()


def _foreign(folder: Path) -> Iterator[Finding]:
    """Tell of files that another user left: a watch of this one may not be able to replace them."""
    if not hasattr(os, "geteuid") or os.geteuid() == _ROOT:
        return
    found = [
        path
        for path in islice(_files(os.walk(folder)), _ENOUGH)
        if os.lstat(path).st_uid != os.geteuid()
    ]
    if found:
        path = os.path.relpath(min(found), folder)
        yield finding("foreign", folder=str(folder), count=len(found), path=path, user=_user())


def _named(site: Site) -> tuple[tuple[str, Path], ...]:
    folders = site.folders
    return ("content", folders.content), ("feeds", folders.feeds), ("state", folders.state)


def _existing(folder: Path) -> Path:
    """Give a folder, or the nearest one upwards in which it would be made."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # A container's user has a number, and no name.
        return str(os.geteuid())
