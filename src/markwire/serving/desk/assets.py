"""The desk's stylesheet, script and mark: under names that change with their bytes.

Reads the package. They hold nothing private, so that they are answered without a token; and since
a name never means other bytes, browsers keep them for a year (RFC 9111, RFC 8246).
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

FOLDER: Final = Path(__file__).parent / "static"
PREFIX: Final = "/desk/static/"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def address(name: str) -> str:
    """Give where a file of ours is served. Raises KeyError where there is none."""
    return PREFIX + _names()[name]


async def asset(request: Request) -> Response:
    """Answer with one of the files."""
    found = _files().get(request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    content, media_type = found
    return Response(
        content,
        media_type=media_type,
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            # What an article is shown in is nobody's origin, and loads its stylesheet.
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


@cache
def _names() -> dict[str, str]:
    return {
        path.name: f"{path.stem}.{sha256(path.read_bytes()).hexdigest()[:12]}{path.suffix}"
        for path in sorted(FOLDER.iterdir())
        if path.suffix in _TYPES
    }


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    return {
        digested: ((FOLDER / name).read_bytes(), _TYPES[Path(name).suffix])
        for name, digested in _names().items()
    }
