"""Keep the memory of large buffers for the next ones, where the C library can be told to.

At the I/O rim. A feed is a buffer of some hundred kilobytes. By itself the GNU C library gives
each back to the system as soon as it is free and asks for it anew, page by page: a sixth of the
time of an edition went into that.
"""

from __future__ import annotations

import sys
from typing import Final

_TRIM_THRESHOLD: Final = -1  # mallopt(3)
_MMAP_THRESHOLD: Final = -3
_KEPT: Final = 32 * 1024 * 1024  # bytes


def keep_large_buffers() -> None:
    """Have this process keep what it frees, up to some megabytes; elsewhere nothing happens."""
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415  (slow to import)

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, _KEPT)
        mallopt(_MMAP_THRESHOLD, _KEPT)
