"""A file below a folder, read through one descriptor, whatever the name asks for.

At the I/O rim. No link is followed, no name leads out, and what is no ordinary file is not there.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

_FLAGS: Final = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


def read_below(root: Path, path: str) -> bytes | None:
    """Give the bytes of the file ``path``, parts apart by ``/``; None where there is none.

    Parts that start with a dot name nothing.
    """
    parts = path.split("/")
    if any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    with suppress(OSError):
        descriptor = os.open(root.joinpath(*parts), _FLAGS | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return file.read()
    return None
