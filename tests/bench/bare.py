"""The bare loop: what the disk takes to make the same bytes durable, one file after the other.

For each file: write a temporary one, fsync it, rename it to its name; when all are done, fsync
each folder once. This is the least that any tool can do that loses nothing in a power cut.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Bare:
    """Seconds until the last file has its name, and until the folders are durable too."""

    renamed: float
    durable: float


def put(folder: Path, files: Mapping[str, bytes]) -> Bare:
    """Write ``files``, by their paths below ``folder``; its folders are made beforehand."""
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    start = perf_counter()
    for name, content in files.items():
        target = folder / name
        temporary = target.with_name(f".{target.name}.tmp")
        with temporary.open("wb", buffering=0) as file:
            file.write(content)
            os.fsync(file.fileno())
        temporary.replace(target)
    renamed = perf_counter()
    for place in {(folder / name).parent for name in files}:
        descriptor = os.open(place, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return Bare(renamed - start, perf_counter() - start)
