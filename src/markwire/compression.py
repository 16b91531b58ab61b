"""Content codings of HTTP: the same bytes from the same content and libraries. Pure.

The only import of brotli and zstandard, which come with the extra ``serve``; gzip is always
there. Levels are those past which a feed of 200 kB takes twice the time for a hundredth less.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from importlib.util import find_spec
from typing import Final, Literal

Coding = Literal["br", "zstd", "gzip"]
"""A content coding, as ``Accept-Encoding`` and ``Content-Encoding`` name it."""

SUFFIXES: Final[dict[Coding, str]] = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}
"""How a file ends that holds another one in this coding; nginx and Caddy look for these."""

_GZIP_LEVEL: Final = 6
_BROTLI_QUALITY: Final = 5
_ZSTD_LEVEL: Final = 6  # its window stays below the 8 MB that browsers take (RFC 9659)
_GZIP_FRAME: Final = 31  # zlib's word for a window of 32 kB in gzip's frame
_SYSTEM: Final = 9  # where gzip's head names the system that made it (RFC 1952 2.3.1)
_UNKNOWN: Final = b"\xff"


def _gzip(content: bytes) -> bytes:
    # zlib writes no time, but it does write what it was built on.
    packed = zlib.compress(content, _GZIP_LEVEL, _GZIP_FRAME)
    return packed[:_SYSTEM] + _UNKNOWN + packed[_SYSTEM + 1 :]


def _brotli(content: bytes) -> bytes:
    import brotli  # noqa: PLC0415  (a build that compresses nothing does without)

    return bytes(brotli.compress(content, quality=_BROTLI_QUALITY))


def _zstd(content: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415

        return zstd.compress(content, level=_ZSTD_LEVEL)
    import zstandard  # noqa: PLC0415

    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(content)


_COMPRESS: Final[dict[Coding, Callable[[bytes], bytes]]] = {
    "br": _brotli,
    "zstd": _zstd,
    "gzip": _gzip,
}


def _is_there(coding: Coding) -> bool:
    if coding == "zstd":
        return sys.version_info >= (3, 14) or find_spec("zstandard") is not None
    return coding == "gzip" or find_spec("brotli") is not None


AVAILABLE: Final[tuple[Coding, ...]] = tuple(filter(_is_there, _COMPRESS))
"""The codings that are there, best first: smallest for feeds at about the same time."""


def compress(coding: Coding, content: bytes) -> bytes:
    """Give content in a coding: ``br`` (RFC 7932), ``zstd`` (RFC 8878) or ``gzip`` (RFC 1952).

    Neither the clock nor the number of threads changes a byte; another version of a library may.
    Raises ImportError for a coding that is not ``AVAILABLE``.
    """
    return _COMPRESS[coding](content)
