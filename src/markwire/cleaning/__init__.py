"""What of a media file is published: all that shows or plays, and nothing about who made it.

Pure; pictures are never decoded. One module a family of containers, each a walk from part to part
that names what stays; all else is left out, whatever it is. A file that cannot be walked to its end
is not published. See docs/privacy.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from markwire.cleaning import boxes, ebml, flac, gif, jpeg, mp3, ogg, pdf, png, riff
from markwire.cleaning.walk import (
    Cleaned,
    Content,
    Held,
    Piece,
    Span,
    UncleanError,
    View,
    Walk,
    joined,
)

__all__ = ["Cleaned", "Content", "Held", "UncleanError", "View", "clean", "tells"]

_Cleaner = Callable[[Walk], Iterator[Piece]]

PAPER: Final = "application/pdf"


def clean(content: Content, kind: str) -> Cleaned:
    """Say what of a file of media type ``kind`` is published.

    What it is, its first bytes decide: a picture may be of another format than its name says, but
    not a sound. Raises UncleanError for what is neither, and for what cannot be walked to its end.
    """
    if kind == PAPER:
        return joined([Span(0, content.size)])
    cleaner = _cleaner(content, kind.partition("/")[0])
    if cleaner is None:
        raise UncleanError("it is not what its name says")
    return joined(cleaner(Walk(content)))


def tells(content: Content, kind: str) -> bool:
    """Say whether what is published of a file may tell who made it.

    Raises UncleanError as ``clean`` does.
    """
    return kind == PAPER and pdf.tells(Walk(content))


def _cleaner(content: Content, kind: str) -> _Cleaner | None:
    head = content.at(0, 12)
    if kind == "image":
        if head.startswith(b"\xff\xd8\xff"):
            return jpeg.clean
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return png.clean
        if head.startswith((b"GIF87a", b"GIF89a")):
            return gif.clean
        if head.startswith(b"RIFF") and head[8:] == b"WEBP":
            return riff.clean_webp
        return boxes.clean if head[4:8] == b"ftyp" else None
    if head[4:8] == b"ftyp":
        return boxes.clean
    if head.startswith(b"OggS"):
        return ogg.clean
    if head.startswith(b"\x1aE\xdf\xa3"):
        return ebml.clean
    if head.startswith(b"RIFF") and head[8:] == b"WAVE":
        return riff.clean_wave
    if head.startswith(b"fLaC") or (head.startswith(b"ID3") and _is_flac(content)):
        return flac.clean
    return mp3.clean if kind == "audio" else None


def _is_flac(content: Content) -> bool:
    start, _ = mp3.tagged(Walk(content))
    return content.at(start, 4) == b"fLaC"
