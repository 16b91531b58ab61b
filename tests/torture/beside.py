"""Whether what stands beside a file is of just this file: decoded by who did not encode it."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Final

import brotli
import zstandard

CONFIG: Final = '[static]\nsidecars = ["br", "etag", "gz", "zst"]\n'
_ETAG: Final = ".etag"
_DECODE: Final[dict[str, tuple[str, Callable[[bytes], bytes]]]] = {
    ".br": ("-br", brotli.decompress),
    ".gz": ("-gzip", gzip.decompress),
    ".zst": ("-zstd", lambda packed: zstandard.ZstdDecompressor().decompress(packed)),
}
_NAMES: Final = (*_DECODE, _ETAG, *(each + _ETAG for each in _DECODE))


def bare(published: dict[str, bytes]) -> dict[str, bytes]:
    """Give the files without what stands beside them."""
    return {path: each for path, each in published.items() if not path.endswith(_NAMES)}


def misled(published: dict[str, bytes]) -> list[str]:
    """Tell of each sidecar that is of another file, of an older one, or of none."""
    sidecars = {path: each for path, each in published.items() if path.endswith(_NAMES)}
    return [fault for path, each in sidecars.items() for fault in _faults(path, each, published)]


def unaccompanied(published: dict[str, bytes]) -> list[str]:
    """Tell of each file but media beside which not all stand that ``CONFIG`` asks for."""
    return [
        f"{path} has no {name}"
        for path in bare(published)
        for name in _NAMES
        if not path.startswith("media/") and path + name not in published
    ]


def _faults(path: str, content: bytes, published: dict[str, bytes]) -> Iterator[str]:
    tells = path.endswith(_ETAG)
    form = path.removesuffix(_ETAG)
    suffix = next((each for each in _DECODE if form.endswith(each)), "")
    file = published.get(form.removesuffix(suffix))
    if file is None:
        yield f"{path} stands beside nothing"
    elif tells:
        tag = sha256(file).hexdigest()[:32] + (_DECODE[suffix][0] if suffix else "")
        if content.decode() != f'"{tag}"':
            yield f"{path} is the ETag of something else"
    else:
        try:
            if _DECODE[suffix][1](content) != file:
                yield f"{path} is not what its file is"
        except (OSError, EOFError, brotli.error, zstandard.ZstdError) as fault:
            yield f"{path} is torn: {fault}"
