"""An application of HTTP, asked without a network: one request, and its answer as a plain value."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.types import ASGIApp, Message

LOCAL = "127.0.0.1:8000"


@dataclass(frozen=True)
class Answer:
    """Status, headers by their lower-case names (``set-cookie`` as a list of its own), body."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def scope(
    path: str,
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    host: str | None = LOCAL,
    client: tuple[str, int] | None = ("127.0.0.1", 50_000),
    scheme: str = "http",
) -> dict[str, Any]:
    """What a server tells an application of a request."""
    parts = urlsplit(path)
    named = [("host", host), *headers] if host is not None else list(headers)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": parts.path,
        "raw_path": quote(parts.path).encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in named],
        "client": client,
        "server": ("127.0.0.1", 8000),
        "state": {},
    }


def ask(app: ASGIApp, path: str, *, body: bytes = b"", **request: Any) -> Answer:
    """Send one request, and give what comes."""
    sent: list[Message] = []
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope(path, **request), receive, send))
    start, *rest = sent
    pairs = [(name.decode(), value.decode()) for name, value in start["headers"]]
    return Answer(
        start["status"],
        {name: value for name, value in pairs if name != "set-cookie"},
        [value for name, value in pairs if name == "set-cookie"],
        b"".join(message.get("body", b"") for message in rest),
    )
