"""The feeds folder over HTTP, at ``/feeds/``."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from markwire.formats import addresses
from markwire.model import Site
from markwire.serving.files import read_below

_TYPES: Final = {
    ".xml": "application/xml",
    ".json": "application/json",
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".opml": "text/x-opml",
}
_FEEDS: Final = {
    "rss.xml": addresses.MEDIA_TYPES["rss"],
    "atom.xml": addresses.MEDIA_TYPES["atom"],
    "feed.json": addresses.MEDIA_TYPES["json"],
}


class Feeds:
    """Answers for the files below the feeds folder."""

    def __init__(self, site: Site) -> None:
        self._root = site.folders.feeds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        request = Request(scope, receive)
        response = self._answer(request.url.path.removeprefix("/feeds/"))
        await response(scope, receive, send)

    def _answer(self, path: str) -> Response:
        if not path or path.endswith("/"):
            path += addresses.INDEX
        content = read_below(self._root, path)
        if content is None:
            return Response("404\n", status_code=404, media_type="text/plain")
        name = PurePosixPath(path)
        kind = _FEEDS.get(name.name) or _TYPES.get(name.suffix, "application/octet-stream")
        return Response(content, media_type=kind)
