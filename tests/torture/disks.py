"""Disks to torment: small ones in memory, and files that are mounted as disks and can be cut off.

A cut is the file system's own emergency stop (``EXT4_IOC_SHUTDOWN``, ``XFS_IOC_GOINGDOWN``) without
flushing its journal: what was not on the disk by then never comes there, as when the power fails.
The disk itself keeps all that it was given; one that loses its own cache is not tested here.
"""

from __future__ import annotations

import ctypes
import os
import struct
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Final

from torture.torment import Outcome

Torture = Callable[[int, int, Path], Outcome]

_NEW_MOUNTS: Final = 0x00020000  # CLONE_NEWNS
_SHUTDOWN: Final = 0x8004587D  # _IOR('X', 125, __u32), the same on both
_WITHOUT_FLUSHING: Final = struct.pack("I", 2)  # EXT4_GOING_FLAGS_NOLOGFLUSH, as XFS's
_MAKE: Final = {
    "ext4": ("mkfs.ext4", "-q", "-F"),
    "xfs": ("mkfs.xfs", "-q", "-f"),
}
_SIZE: Final = {"ext4": 64 << 20, "xfs": 320 << 20}  # bytes; xfs wants no less


def cut(place: Path) -> None:
    """Cut the power of the disk that is mounted at ``place``, right now."""
    import fcntl  # noqa: PLC0415  (Windows has none, and no such disks)

    descriptor = os.open(place, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, _SHUTDOWN, _WITHOUT_FLUSHING)
    finally:
        os.close(descriptor)


class Disk:
    """A file with a file system in it, mounted at ``place``."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.place = folder / "disk"
        self._file = folder / "disk.img"
        self.place.mkdir(parents=True)
        with self._file.open("wb") as file:
            file.truncate(_SIZE[kind])
        run(*_MAKE[kind], str(self._file))
        self._mount()

    def _mount(self) -> None:
        run("mount", "-o", "loop", str(self._file), str(self.place))

    def come_back(self) -> None:
        """Mount a disk again after its power was cut: what its journal holds is replayed."""
        run("umount", str(self.place))
        self._mount()

    def close(self) -> None:
        """Let go of it."""
        with suppress(subprocess.CalledProcessError):
            run("umount", "--lazy", str(self.place))
        self._file.unlink()


def apart(torment: Torture) -> Torture:
    """Have a torment see mounts of its own, which nobody else sees, and which go with it.

    In a thread, for a mount namespace belongs to one; the processes that it starts inherit it.
    """

    @wraps(torment)
    def run_apart(count: int, seed: int, folder: Path) -> Outcome:
        def run_it() -> Outcome:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.unshare(_NEW_MOUNTS) != 0:
                raise OSError(ctypes.get_errno(), "no mounts of one's own")
            run("mount", "--make-rprivate", "/")
            return torment(count, seed, folder)

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(run_it).result()

    return run_apart


@contextmanager
def in_memory(place: Path, size: int) -> Iterator[None]:
    """Have a disk of ``size`` bytes at ``place``."""
    place.mkdir(parents=True, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", f"size={size}", "markwire-torture", str(place))
    try:
        yield
    finally:
        run("umount", "--lazy", str(place))


def remount(place: Path, options: str) -> None:
    """Give a mounted disk other options."""
    run("mount", "-o", f"remount,{options}", str(place))


def used(place: Path) -> int:
    """Give how many bytes of a disk are used."""
    status = os.statvfs(place)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


def run(*words: str) -> None:
    """Run a command of the machine. Raises CalledProcessError where it fails."""
    # The places of root's programs need not be on a person's PATH.
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    subprocess.run(words, check=True, capture_output=True, env=os.environ | {"PATH": places})
