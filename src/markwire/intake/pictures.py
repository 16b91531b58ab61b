"""Measure pictures and other media: type, length, size in pixels, digest.

Above the I/O floor; the only import of imagesize. Pictures are never decoded: a header of a few
bytes can promise gigabytes of pixels.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from markwire.intake.inside import open_inside, unreadable
from markwire.intake.names import media_type
from markwire.model import MAX_MEDIA
from markwire.problems import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Callable

_TRIES: Final = 3
_HEADER_LIMIT: Final = 4 * 1024 * 1024  # bytes; camera metadata may come before the size

# imagesize recognises more kinds than feeds carry, and parses SVG as XML: none of those here.
_IS_PICTURE: Final[tuple[Callable[[bytes], bool], ...]] = (
    lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    lambda head: head.startswith(b"\xff\xd8\xff"),
    lambda head: head.startswith((b"GIF87a", b"GIF89a")),
    lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP",
    lambda head: head[4:8] == b"ftyp",  # AVIF
)


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One media file, measured.

    ``length`` is in bytes; ``width`` and ``height`` are in pixels as a reader sees the picture
    (turned as its metadata asks), 0 for what is no picture or has a header that makes no sense.
    ``digest`` is the SHA-256 of the bytes in hexadecimal, empty for a file above ``MAX_MEDIA``:
    that is not published, and reading it would keep articles waiting.
    """

    type: str
    length: int
    width: int
    height: int
    digest: str


def inspect(root: Path, path: str) -> MediaFile | Problem | None:
    """Measure the media file ``root/path``; None where there is no such file.

    Gives the problem MW103 for a file that cannot be read, and MW303 for one that feeds cannot
    carry. Raises FolderError where the content folder itself cannot be read, ValueError for a
    path that would lead out of it.
    """
    kind = media_type(posixpath.basename(path))
    if not kind:
        return problem("MW303", path, name=posixpath.basename(path))
    try:
        for _ in range(_TRIES):
            with open_inside(root, path) as descriptor:
                before = os.fstat(descriptor)
                if not stat.S_ISREG(before.st_mode):
                    return None
                if before.st_size > MAX_MEDIA:
                    return MediaFile(kind, before.st_size, 0, 0, "")
                with os.fdopen(os.dup(descriptor), "rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                    width, height = _pixels(file) if kind.startswith("image/") else (0, 0)
                after = os.fstat(descriptor)
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
                return MediaFile(kind, before.st_size, width, height, digest)
    except OSError as fault:
        return unreadable(path, fault)
    return problem("MW103", path, reason="it changed each time it was read")


def _pixels(file: BinaryIO) -> tuple[int, int]:
    """Give width and height of an open picture; ``(0, 0)`` where its header does not say."""
    file.seek(0)
    head = file.read(16)
    if not any(matches(head) for matches in _IS_PICTURE):
        return 0, 0
    file.seek(0)
    import imagesize  # noqa: PLC0415  (slow to import, and most articles have no picture)

    try:
        width, height = imagesize.get(_Header(file))
    except Exception:  # a hostile header may break it in any way
        return 0, 0
    return (int(width), int(height)) if width > 0 and height > 0 else (0, 0)


class _Header:
    """A file of which a parser may read only so much, wherever a hostile header sends it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = _HEADER_LIMIT

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > self._left:
            raise ValueError("the header is too long")
        # A small reading costs its time: thousands of them end as a long one does.
        self._left -= max(size, 256)
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)
