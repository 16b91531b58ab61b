"""The feeds folder over HTTP, at ``/feeds/``.

Most answers are ready, and given without waiting for anything (``at_once``); all others by ASGI.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from starlette.types import Receive, Scope, Send

from markwire.compression import Coding
from markwire.formats import addresses
from markwire.formats.labels import labels
from markwire.model import FILE_NAMES, Format, Site
from markwire.outlet import marker
from markwire.serving import replies
from markwire.serving.asked import Asked, asked_of
from markwire.serving.conditional import held, is_unchanged_since
from markwire.serving.editions import Editions
from markwire.serving.files import is_name, mark_of, opened
from markwire.serving.kinds import Kind
from markwire.serving.moderation import Moderation
from markwire.serving.news import News
from markwire.serving.replies import Reply
from markwire.serving.version import Version
from markwire.serving.versions import Versions
from markwire.wording.voice import voice

Count = Callable[[str, Format, int, int, bytes], None]
"""Takes note of an answer: feed, form, status, bytes of body, ``User-Agent``."""

PREFIX: Final = "/feeds/"
_PREFIX: Final = PREFIX.encode()
_LENGTH: Final = len(PREFIX)
_CHUNK: Final = 2**18
_AGAIN: Final = 5  # seconds after which is asked again while there is no edition yet

_FEED_FILES: Final = frozenset({*FILE_NAMES.values(), addresses.INDEX})
_ALLOWED: Final = "GET, HEAD, OPTIONS"
_PREFLIGHT: Final = (
    ("Allow", _ALLOWED),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", _ALLOWED),
    ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, A-IM"),
    ("Access-Control-Max-Age", "86400"),
    ("Cache-Control", "no-store"),
)


class Feeds:
    """Answers for the files below the feeds folder of a site.

    ``count`` is told of each answer that is a feed's.
    """

    def __init__(self, site: Site, count: Count | None = None) -> None:
        self._site = site
        self._count = count
        self._root = str(site.folders.feeds)
        place = site.folders.state / marker.FILE_NAME
        self._versions = Versions(site, Editions(str(place)))
        self._moved = dict(site.serve.moved)
        self._moderation = Moderation(site.serve.proxies)
        self._news = News()
        self._says = voice(site.language)
        self._gone = labels(site.language).gone_sentence

    def held(self) -> tuple[int, int]:
        """Give how many files are kept in memory, and how many bytes they take."""
        return self._versions.held()

    # --- without waiting -----------------------------------------------------------------

    def at_once(self, method: bytes, target: bytes, asked: Asked, client: str) -> Reply | None:
        """Give the answer to a request where it is ready; None where it has to be looked for."""
        if not target.startswith(_PREFIX):
            return None
        path = target[_LENGTH:].decode("latin-1")
        if path[-1:] in ("", "/"):
            path += addresses.INDEX
        version = self._versions.kept(path)
        if version is None or version.is_gone:
            return None
        kind = version.kind
        if asked.has_body or (kind.form and (asked.is_for_a_person or asked.wants_news_only)):
            return None
        answer = _unchanged(version, asked)
        if answer is None:
            answer = version.whole.get(asked.coding if kind.is_text else None)
            if answer is None:
                return None
            if wait := self._moderation.seconds_to_wait(client, asked.forwarded):
                answer = self._later(wait)
        if method == b"HEAD":
            answer = replies.without_body(answer)
        if self._count is not None and kind.feed is not None and kind.form is not None:
            self._count(kind.feed, kind.form, answer.status, len(answer.body), asked.agent)
        return answer

    # --- by ASGI -------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        asked = asked_of(scope["headers"])
        raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        found = await self._answer(scope["method"], raw.partition(b"?")[0], asked)
        if found.status == 200 if isinstance(found, Reply) else True:
            client = scope.get("client")
            wait = self._moderation.seconds_to_wait(client[0] if client else "", asked.forwarded)
            found = self._later(wait) if wait else found
        if isinstance(found, Version):
            await self._stream(found, scope["method"], send)
            return
        body = b"" if scope["method"] == "HEAD" else found.body
        await send({"type": "http.response.start", "status": found.status, "headers": found.raw})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, method: str, raw: bytes, asked: Asked) -> Reply | Version:
        """Give an answer, or the version of a large file that is to be sent whole."""
        if method == "OPTIONS":
            return replies.reply(204, _PREFLIGHT)
        if method not in ("GET", "HEAD"):
            return replies.plain(405, _ALLOWED, ("Allow", _ALLOWED))
        path = _path(raw)
        if path is None:
            return self._missing()
        folder, _, name = path.rpartition("/")
        if folder in self._moved and name in _FEED_FILES:
            new = self._moved[folder]
            place = f"{self._site.feeds_url}{new}/{name}" if new else self._site.feeds_url + name
            return replies.plain(
                301, place, ("Location", place), ("Cache-Control", "public, max-age=86400")
            )
        if not self._versions.has_begun():
            sentence = self._says.say("The first edition is not out yet; ask again soon.")
            return replies.plain(503, sentence, ("Retry-After", str(_AGAIN)))
        version = await self._versions.find(path)
        if version is None:
            return await self._absent(path)
        if version.is_gone:
            if path.endswith(".json"):
                return self._left()
            return await self._versions.whole(version, _coding(version, asked))
        kind = version.kind
        if kind.feed is not None and asked.is_for_a_person:
            page = await self._versions.find(addresses.page(kind.feed))
            if page is not None:
                answer = await self._chosen(page, asked)
                if isinstance(answer, Reply):
                    answer = replies.varying(answer, dict(kind.caching)["Vary"])
                return answer
        answer = await self._chosen(version, asked)
        if asked.wants_news_only and asked.tags and getattr(answer, "status", 0) == 200:
            tags = asked.tags.decode("latin-1")
            answer = await asyncio.to_thread(self._news.since, version, tags) or answer
        if kind.form is not None and isinstance(answer, Reply):
            sent = 0 if method == "HEAD" else len(answer.body)
            self._told(kind, answer.status, sent, asked)
        return answer

    async def _chosen(self, version: Version, asked: Asked) -> Reply | Version:
        answer = _unchanged(version, asked)
        if answer is not None:
            return answer
        if version.content is None:
            return version
        return await self._versions.whole(version, _coding(version, asked))

    async def _absent(self, path: str) -> Reply:
        """Say that there is no such file, any more or at all; or where its folder's page is."""
        if not path.endswith(addresses.INDEX) and self._versions.is_folder(path):
            place = f"{PREFIX}{quote(path)}/"
            return replies.plain(301, place, ("Location", place))
        folder, _, name = path.rpartition("/")
        stem, _, suffix = name.rpartition(".")
        if folder == "articles" and suffix == "html":
            twin = await self._versions.find(f"{folder}/{stem}.json")
            if twin is not None and twin.is_gone:
                return self._left()
        return self._missing()

    def _later(self, seconds: int) -> Reply:
        sentence = self._says.say("You ask very often. Ask again in a while.")
        return replies.plain(429, sentence, ("Retry-After", str(seconds)))

    def _left(self) -> Reply:
        return replies.plain(410, self._gone, ("Cache-Control", "public, max-age=300"))

    def _missing(self) -> Reply:
        sentence = self._says.say("There is nothing here. All feeds are at {url}", url=PREFIX)
        return replies.plain(404, sentence, ("Cache-Control", "public, max-age=60"))

    async def _stream(self, version: Version, method: str, send: Send) -> None:
        """Send a large file, if it is still the version that was looked for."""
        with opened(self._root, version.path) as descriptor:
            if descriptor is None or mark_of(os.fstat(descriptor)) != version.mark:
                answer = replies.plain(503, "503", ("Retry-After", "1"))
                await send({"type": "http.response.start", "status": 503, "headers": answer.raw})
                await send({"type": "http.response.body", "body": answer.body})
                return
            answer = version.streamed()
            await send({"type": "http.response.start", "status": 200, "headers": answer.raw})
            left = 0 if method == "HEAD" else version.mark.size
            while left > 0:
                part = os.read(descriptor, min(_CHUNK, left))
                if not part:
                    raise OSError(f"{version.path} was cut short while it was sent")
                left -= len(part)
                await send({"type": "http.response.body", "body": part, "more_body": left > 0})
            if method == "HEAD" or not version.mark.size:
                await send({"type": "http.response.body", "body": b""})

    def _told(self, kind: Kind, status: int, sent: int, asked: Asked) -> None:
        if self._count is not None and kind.feed is not None and kind.form is not None:
            self._count(kind.feed, kind.form, status, sent, asked.agent)


def _unchanged(version: Version, asked: Asked) -> Reply | None:
    """Give the answer *not modified*, where it is true (RFC 9110 13.2.2)."""
    tags = asked.tags
    if tags is not None:
        answer = version.unchanged.get(tags)
        if answer is not None:
            return answer
        form = held(tags.decode("latin-1"), version.digest)
        return version.not_modified(form) if form else None
    if asked.since is not None and is_unchanged_since(asked.since, version.last_modified):
        return version.not_modified(_coding(version, asked))
    return None


def _coding(version: Version, asked: Asked) -> Coding | None:
    return asked.coding if version.kind.is_text else None


def _path(raw: bytes) -> str | None:
    """Give the place below the feeds folder that a request names; None where it can name none."""
    if not raw.startswith(_PREFIX):
        return None
    parts = [unquote_to_bytes(part) for part in raw[_LENGTH:].split(b"/")]
    if any(b"/" in part for part in parts):
        return None
    try:
        path = b"/".join(parts).decode()
    except UnicodeDecodeError:
        return None
    if path[-1:] in ("", "/"):
        path += addresses.INDEX
    return path if is_name(path) else None
