"""Content codings: what decoders that are not ours make of them."""

from __future__ import annotations

import gzip
import subprocess
import sys

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from markwire.compression import AVAILABLE, SUFFIXES, Coding, compress

_DECODE = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda packed: zstandard.ZstdDecompressor().decompress(packed),
}


@pytest.mark.parametrize("coding", SUFFIXES)
@given(content=st.binary(max_size=2000))
def test_what_is_compressed_comes_back_whole(coding: Coding, content: bytes) -> None:
    """A torn feed is worse than a large one."""
    assert _DECODE[coding](compress(coding, content)) == content


def test_gzip_says_neither_when_nor_where_it_was_made() -> None:
    """Two machines must publish the same bytes: RFC 1952 2.3.1, MTIME and OS."""
    head = compress("gzip", b"Un train.")[:10]
    assert head[:4] + head[4:8] + head[9:] == b"\x1f\x8b\x08\x00" + bytes(4) + b"\xff"


def test_the_codings_of_the_extra_are_there_best_first() -> None:
    """Clients that take anything get the smallest."""
    assert AVAILABLE == ("br", "zstd", "gzip")


def test_without_the_extra_gzip_is_left() -> None:
    """A core installation builds, and compresses, without libraries of C."""
    program = (
        "import importlib.util as u, sys\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name: None if name in ('brotli', 'zstandard') else find(name)\n"
        "from markwire.compression import AVAILABLE\n"
        "print(*AVAILABLE)\n"
    )
    done = subprocess.run((sys.executable, "-c", program), capture_output=True, check=True)
    assert done.stdout == (b"zstd gzip\n" if sys.version_info >= (3, 14) else b"gzip\n")
