"""Measure pictures and other media: type, length, size in pixels, digest.

Above the I/O floor; the only import of imagesize. Pictures are never decoded: a header of a few
bytes can promise gigabytes of pixels.
"""

from __future__ import annotations

import hashlib
import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markwire.cleaning import UncleanError, View
from markwire.intake.inside import unreadable
from markwire.intake.names import media_type
from markwire.intake.published import Published, open_published
from markwire.problems import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Callable

UNCLEAN: Final = "MW320"
TELLS: Final = "MW321"
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
    """One media file as it is published, measured.

    ``length`` is in bytes; ``width`` and ``height`` are in pixels as a reader sees the picture
    (turned as its metadata asks), 0 for what is no picture or has a header that makes no sense.
    ``digest`` is the SHA-256 of the published bytes in hexadecimal, empty for a file above
    ``MAX_MEDIA``: that is not published, and reading it would keep articles waiting. ``flaw`` is
    the code of what is to be told to whoever publishes it, or empty.
    """

    type: str
    length: int
    width: int
    height: int
    digest: str
    flaw: str = ""


def inspect(root: Path, path: str) -> MediaFile | Problem | None:
    """Measure the media file ``root/path``; None where there is no such file.

    Gives the problem MW103 for a file that cannot be read, MW303 for one that feeds cannot carry,
    and MW320 for one of which nothing can be published. Raises FolderError where the content
    folder itself cannot be read, ValueError for a path that would lead out of it.
    """
    name = posixpath.basename(path)
    kind = media_type(name)
    if not kind:
        return problem("MW303", path, name=name)
    unclean = False
    try:
        for _ in range(_TRIES):
            try:
                with open_published(root, path, kind) as published:
                    if published is None:
                        return None
                    if published.is_oversized():
                        return MediaFile(kind, published.state.st_size, 0, 0, "")
                    measured = _measured(published, kind)
                    if published.is_unchanged():
                        return measured
                unclean = False
            except UncleanError:
                # It may just be on its way: what follows comes with the next look.
                unclean = True
    except OSError as fault:
        return unreadable(path, fault)
    if unclean:
        return problem(UNCLEAN, path, name=name)
    return problem("MW103", path, reason="it changed each time it was read")


def flaw(root: Path, path: str) -> str:
    """Give the code of what is to be told to whoever publishes a media file, or nothing.

    It is not measured, and so told sooner than by ``inspect``.
    """
    try:
        with open_published(root, path, media_type(posixpath.basename(path))) as published:
            return TELLS if published is not None and published.tells() else ""
    except UncleanError:
        return UNCLEAN
    except OSError:
        return ""


def _measured(published: Published, kind: str) -> MediaFile:
    sha256 = hashlib.sha256()
    for chunk in published.chunks():
        sha256.update(chunk)
    width, height = _pixels(published.view()) if kind.startswith("image/") else (0, 0)
    told = TELLS if published.tells() else ""
    return MediaFile(kind, published.length, width, height, sha256.hexdigest(), told)


def _pixels(file: View) -> tuple[int, int]:
    """Give width and height of a picture; ``(0, 0)`` where its header does not say."""
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

    def __init__(self, file: View) -> None:
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
