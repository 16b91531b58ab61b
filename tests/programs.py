"""Programs of the machine that tests want beside Python: what for, and where Debian has them.

The one list of them. ``python tests/programs.py`` installs what is missing, where it can: as
root, with apt-get. Where a program is missing all the same, the tests that want it are skipped
and say so; under ``CI``, as ``.ci/run`` sets it, they fail instead (on Linux, as root).
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final


def _has_command(name: str) -> Callable[[], bool]:
    # The places of root's programs need not be on a person's PATH.
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    return lambda: shutil.which(name, path=places) is not None


def _has_faketime() -> bool:
    return any(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


def _has_njs() -> bool:
    return Path("/usr/lib/nginx/modules/ngx_http_js_module.so").exists()


def _has_atheris() -> bool:
    # It has wheels for Linux on x86-64 alone.
    return importlib.util.find_spec("atheris") is not None


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _has_loop_devices() -> bool:
    """Say whether a file can be mounted as a disk: loop devices are there, and may be used."""
    if not (_is_root() and Path("/dev/loop-control").exists() and shutil.which("losetup")):
        return False
    return subprocess.run(("losetup", "--find"), capture_output=True, check=False).returncode == 0


def _can_mount() -> bool:
    """Say whether a file system may be mounted in a namespace of its own."""
    words = ("unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt")
    if not (sys.platform == "linux" and shutil.which("unshare")):
        return False
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _can_limit_watches() -> bool:
    """Say whether a user namespace can be given fewer inotify watches than the machine has."""
    limit = "echo 1 >/proc/sys/user/max_inotify_watches"
    words = ("unshare", "--user", "--map-root-user", "sh", "-c", limit)
    if not (sys.platform == "linux" and shutil.which("unshare") and shutil.which("nsenter")):
        return False
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@dataclass(frozen=True, slots=True)
class Program:
    """Something of the machine: whether it is there, what brings it, and which tests want it.

    ``package`` is Debian's; empty where no package can bring it.
    """

    is_there: Callable[[], bool]
    package: str
    wanted_by: str


PROGRAMS: Final = {
    "strace": Program(_has_command("strace"), "strace", "torture: syscalls"),
    "faketime": Program(_has_faketime, "libfaketime", "torture: clock"),
    "mkfs.xfs": Program(_has_command("mkfs.xfs"), "xfsprogs", "torture: cut-xfs"),
    "mkfs.ext4": Program(_has_command("mkfs.ext4"), "e2fsprogs", "torture: cut-ext4"),
    "chromium": Program(_has_command("chromium"), "chromium", "torture: xss"),
    "git": Program(_has_command("git"), "git", "publishing from a repository"),
    "nginx": Program(_has_command("nginx"), "nginx-light", "nginx beside our own server"),
    "njs": Program(_has_njs, "libnginx-mod-http-js", "nginx beside our own server"),
    "caddy": Program(_has_command("caddy"), "", "Caddy beside our own server"),
    "systemd-analyze": Program(_has_command("systemd-analyze"), "systemd", "the unit of systemd"),
    "hadolint": Program(_has_command("hadolint"), "", "the Dockerfile"),
    "openssl": Program(_has_command("openssl"), "openssl", "push: certificates"),
    "atheris": Program(_has_atheris, "", "torture: fuzz"),
    "wrk": Program(_has_command("wrk"), "wrk", "make bench: serve, flood"),
    "loop devices": Program(_has_loop_devices, "", "torture: cut-ext4, cut-xfs"),
    "mounts": Program(_can_mount, "", "torture: full, mounts"),
    "user namespaces": Program(_can_limit_watches, "", "torture: limit, mounts"),
    "inotify": Program(Path("/proc/sys/fs/inotify").is_dir, "", "torture: burst, saves"),
}


def missing(names: Iterable[str]) -> str:
    """Give why something cannot be run here, in a sentence; an empty text where it can."""
    lacking = [name for name in names if not PROGRAMS[name].is_there()]
    return f"this machine has no {', '.join(lacking)}" if lacking else ""


def needs(*names: str) -> None:
    """Skip the running test where one of these is missing, saying why; fail under ``CI``."""
    import pytest  # noqa: PLC0415  (whoever installs programs need not have it)

    reason = missing(names)
    if reason and os.environ.get("CI") and sys.platform == "linux" and _is_root():
        pytest.fail(f"{reason}, and nothing may be left out here")
    if reason:
        pytest.skip(reason)


def main() -> None:
    """Install what is missing and can be had; say what cannot."""
    lacking = {name: each for name, each in PROGRAMS.items() if not each.is_there()}
    packages = sorted({each.package for each in lacking.values() if each.package})
    if packages and _is_root() and shutil.which("apt-get"):
        # Of the servers among them none is to be started: runlevel 1 has none.
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        install = ("apt-get", "install", "-qq", "--no-install-recommends", *packages)
        for words in (("apt-get", "update", "-qq"), install):
            subprocess.run(words, env=quiet, capture_output=True, check=False)
    for name, each in lacking.items():
        if not each.is_there():
            print(f"no {name}: left out are {each.wanted_by}", file=sys.stderr)


if __name__ == "__main__":
    main()
