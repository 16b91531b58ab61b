"""Namespaces of a test's own: limits can be small there, and disks come and go, without rights."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")


def _is_granted() -> bool:
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        return False
    limit = "test -w /proc/sys/user/max_inotify_watches && mount -t tmpfs none /tmp"
    done = subprocess.run((*UNSHARE, "sh", "-c", limit), capture_output=True, check=False)
    return done.returncode == 0


namespaces = pytest.mark.skipif(not _is_granted(), reason="the machine grants no namespaces")
