"""Choose how a folder can be watched, by what the system can tell about it.

Above the I/O floor; reads ``/proc`` on Linux, and the folder.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

# inotify: Linux, which also tells when a writer closes a file. native: FSEvents, kqueue or
# ReadDirectoryChangesW. polling: compare listings, which works everywhere.
Way = Literal["inotify", "native", "polling"]

# What another machine changes here, the kernel of this one never sees.
# fmt: off
_SHARED: Final = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs",
    "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "smb3", "smbfs", "vboxsf",
    "virtiofs", "vmhgfs",
})
# fmt: on
_MAX_WATCHES: Final = Path("/proc/sys/fs/inotify/max_user_watches")
_MAX_WATCHES_HERE: Final = Path("/proc/sys/user/max_inotify_watches")  # in a container
_MOUNTS: Final = Path("/proc/self/mountinfo")
_DESCRIPTORS: Final = Path("/proc/self/fdinfo")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to watch, and the reason in one word."""

    way: Way
    reason: str


def choose(root: Path) -> Choice:
    """Choose how to watch ``root``, an absolute path without symbolic links."""
    if not sys.platform.startswith("linux"):
        return Choice("native", "platform")
    try:
        kind = file_system(_MOUNTS.read_text("utf-8", "surrogateescape"), str(root))
        limit = int(_MAX_WATCHES.read_text("ascii"))
    except (OSError, ValueError):
        return Choice("polling", "no_proc")
    if is_shared(kind):
        return Choice("polling", "shared_file_system")
    if count_folders(root) > limit:
        return Choice("polling", "watch_limit")
    return Choice("inotify", "local_file_system")


def file_system(mounts: str, path: str) -> str:
    """Give the kind of file system that holds ``path``; empty where ``mounts`` does not say.

    ``mounts`` is the text of ``/proc/self/mountinfo`` (proc_pid_mountinfo(5)).
    """
    return _mount(mounts, path)[1]


def mount_of(root: Path) -> str:
    """Give the system's number of the mount that holds a folder; empty where it has none."""
    try:
        return _mount(_MOUNTS.read_text("utf-8", "surrogateescape"), str(root.resolve()))[0]
    except OSError:
        return ""


def kind_of(root: Path) -> str:
    """Give the kind of file system that holds a folder; empty where the system does not say."""
    try:
        return file_system(_MOUNTS.read_text("utf-8", "surrogateescape"), str(root.resolve()))
    except OSError:
        return ""


def _mount(mounts: str, path: str) -> tuple[str, str]:
    """Give the number and the kind of what is mounted where ``path`` is."""
    best = ""
    found = "", ""
    for line in mounts.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5:
            continue
        point = _OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4])
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        # Of two mounts on one point, the later hides the earlier.
        if inside and len(point) >= len(best):
            best, found = point, (fields[0], after.split(" ")[0])
    return found


def is_shared(kind: str) -> bool:
    """Say whether a file system of this kind can be changed from another machine."""
    # fuse.sshfs, fuse.rclone, fuse.grpcfuse; "fuseblk" is a local disk.
    return kind in _SHARED or kind == "fuse" or kind.startswith("fuse.")


def count_folders(root: Path) -> int:
    """Count ``root`` and all folders below it, those left alone too: each takes a watch."""
    return sum(1 for _ in os.walk(root))


def watch_limit() -> int | None:
    """Give how many inotify watches the system grants; None where it has none to grant."""
    limits = []
    for place in (_MAX_WATCHES, _MAX_WATCHES_HERE):
        try:
            limits.append(int(place.read_text("ascii")))
        except (OSError, ValueError):
            continue
    return min(limits, default=None)


def count_watches() -> int:
    """Count the inotify watches that this process holds; 0 where that is not told."""
    total = 0
    try:
        descriptors = list(_DESCRIPTORS.iterdir())
    except OSError:
        return 0
    for each in descriptors:
        try:
            total += each.read_text("ascii", "replace").count("\ninotify wd:")
        except OSError:  # closed meanwhile
            continue
    return total
