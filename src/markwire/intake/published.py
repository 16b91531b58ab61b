"""Open a media file of the content folder as it is published: without what tells who made it.

Above the I/O floor; reads only. Nothing is held of a film but the block that is on its way.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from markwire.cleaning import Cleaned, UncleanError, View, clean, tells
from markwire.intake.inside import open_inside
from markwire.model import MAX_MEDIA


class _OpenFile:
    """The content of an open file."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def at(self, offset: int, size: int) -> bytes:
        """Give the bytes from ``offset`` on, as many as there are of ``size``."""
        os.lseek(self.descriptor, offset, os.SEEK_SET)
        parts = []
        while size > 0 and (part := os.read(self.descriptor, size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Published:
    """What of an open file is published; ``state`` is that of the file itself."""

    state: os.stat_result
    cleaned: Cleaned
    content: _OpenFile
    kind: str

    def is_oversized(self) -> bool:
        """Say whether the file is longer than one that is published: then nothing of it is."""
        return self.state.st_size > MAX_MEDIA

    @property
    def length(self) -> int:
        """How many bytes are published."""
        return self.cleaned.length

    def chunks(self) -> Iterator[bytes]:
        """Give the published bytes, block by block.

        Raises UncleanError where the file has become shorter, OSError where it cannot be read.
        """
        return self.cleaned.chunks(self.content)

    def verified(self, digest: str) -> Iterator[bytes]:
        """Give the published bytes, if their SHA-256 in hexadecimal is this one.

        Raises UncleanError, at the latest after the last of them, where they are others or cannot
        be read.
        """
        sha256 = hashlib.sha256()
        try:
            for chunk in self.chunks():
                sha256.update(chunk)
                yield chunk
        except OSError as fault:
            raise UncleanError("it cannot be read") from fault
        if sha256.hexdigest() != digest:
            raise UncleanError("it has changed")

    def is_unchanged(self) -> bool:
        """Say whether nobody has written to the file since it was opened."""
        now = os.fstat(self.content.descriptor)
        return (now.st_size, now.st_mtime_ns) == (self.state.st_size, self.state.st_mtime_ns)

    def view(self) -> View:
        """Give the published bytes as an open file."""
        return View(self.cleaned, self.content)

    def tells(self) -> bool:
        """Say whether what is published may tell who made it."""
        return not self.is_oversized() and tells(self.content, self.kind)


@contextmanager
def open_published(root: Path, path: str, kind: str) -> Iterator[Published | None]:
    """Open the media file ``root/path``, of the media type ``kind``; None for what is no file.

    Raises UncleanError where nothing of it can be published, and what ``open_inside`` does.
    """
    with open_inside(root, path) as descriptor:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            yield None
            return
        content = _OpenFile(descriptor)
        # What is not published is not walked through: that would keep articles waiting.
        cleaned = Cleaned(()) if state.st_size > MAX_MEDIA else clean(content, kind)
        yield Published(state, cleaned, content, kind)
