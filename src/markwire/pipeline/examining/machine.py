"""The machine: Python and its libraries, limits, clock and time zones.

At the I/O rim. What is read and what is made of it are apart, so that the latter is tested with
plain values.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Final
from zoneinfo import ZoneInfo

from markwire.article.front.yaml_front import IS_FAST
from markwire.catalogue.sqlite import sqlite_version
from markwire.findings import Finding, finding
from markwire.intake.ways import count_folders, watch_limit
from markwire.model import Site
from markwire.pipeline.clock import EARLIEST, MOST, is_vouched
from markwire.pipeline.status import read

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None  # type: ignore[assignment]

_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_FEW_FILES: Final = 256
# Kazakhstan has had one time since 2024-03-01: who does not know it has old zones.
_PROBE: Final = "Asia/Almaty"
_PROBED: Final = datetime(2026, 5, 1, tzinfo=UTC)
_RIGHT: Final = timedelta(hours=5)
# sqlite.org/wal.html: the WAL-reset bug, and the releases that it was mended in.
_WAL_RESET: Final = (3, 7, 0), (3, 51, 2)
_MENDED: Final = frozenset({(3, 44, 6), (3, 50, 7)})


def python() -> Iterator[Finding]:
    """Say whether names of files are read as what they are."""
    encoding = sys.getfilesystemencoding()
    if encoding.lower().replace("-", "") == "utf8":
        yield finding("python", version=".".join(map(str, sys.version_info[:3])))
    else:
        yield finding("python_names", encoding=encoding)


def yaml() -> Iterator[Finding]:
    """Say whether front matter is read fast."""
    yield finding("yaml" if IS_FAST else "yaml_slow")


def sqlite(linked: tuple[int, int, int] | None = None) -> Iterator[Finding]:
    """Say which SQLite there is, and whether two connections could spoil a catalogue."""
    linked = linked or sqlite_version()
    first, last = _WAL_RESET
    has_fault = first <= linked <= last and linked not in _MENDED
    yield finding("sqlite_wal" if has_fault else "sqlite", version=".".join(map(str, linked)))


def zones(site: Site) -> Iterator[Finding]:
    """Say whether the time zones are up to date, and what time it is in the site's."""
    edition = version("tzdata")
    offset = _PROBED.astimezone(ZoneInfo(_PROBE)).utcoffset()
    if offset != _RIGHT:
        yield finding("zones_old", version=edition, offset=str(offset))
        return
    now = datetime.now(UTC).astimezone(site.time_zone)
    yield finding("zones", version=edition, time=f"{now:%H:%M}", zone=site.time_zone.key)


def open_files() -> Iterator[Finding]:
    """Say how many files can be open at once."""
    if resource is not None:
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limit != resource.RLIM_INFINITY:
            yield finding("files_few" if limit < _FEW_FILES else "files", limit=limit)


def clock(site: Site) -> Iterator[Finding]:
    """Say whether the clock can be believed."""
    now = datetime.now(UTC)
    status = read(site.folders.state)
    last = status.edition.when if status and status.edition else None
    yield from judge_clock(now, vouched=is_vouched(now), last=last)


def judge_clock(now: datetime, *, vouched: bool, last: datetime | None) -> Iterator[Finding]:
    """Say whether a clock can be believed that says ``now``, after an edition at ``last``."""
    if not EARLIEST <= now < _LATEST:
        yield finding("clock_strange", now=now)
    elif last is not None and last - now > MOST:
        yield finding("clock_behind", when=last)
    else:
        yield finding("clock" if vouched else "clock_alone")


def watches(site: Site) -> Iterator[Finding]:
    """Say whether every folder can be watched."""
    limit = watch_limit()
    if limit is None:
        yield finding("watches_otherwise")
        return
    refused = _refused()
    if refused:
        yield finding("instances_none", reason=refused)
    folders = count_folders(site.folders.content)
    code = "watches_short" if folders > limit else "watches"
    yield finding(code, folders=folders, limit=limit)


def _refused() -> str:
    """Try to begin to watch, and give why the system refuses; nothing where it does not."""
    begin = getattr(ctypes.CDLL(None, use_errno=True), "inotify_init1", None)
    if begin is None:
        return ""
    descriptor = begin(os.O_CLOEXEC)
    if descriptor < 0:
        return errno.errorcode.get(ctypes.get_errno(), "unknown")
    os.close(descriptor)
    return ""
