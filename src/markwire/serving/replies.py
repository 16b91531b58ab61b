"""Ready answers: status, headers and bytes, made once and sent as often as they are asked for.

Pure. What changes with each answer, ``Date``, is added by the server.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

Headers = Iterable[tuple[str, str]]
RawHeaders = list[tuple[bytes, bytes]]

_PLAIN: Final = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)


_WITHOUT_LENGTH: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: ``raw`` are its headers for ASGI, ``head`` all lines before ``Date``."""

    status: int
    raw: RawHeaders
    head: bytes
    body: bytes


def reply(status: int, headers: Headers, body: bytes = b"") -> Reply:
    """Give an answer. Its length is told, but for 204 and 304, which have none (RFC 9110 8.6)."""
    named = list(headers)
    if status not in _WITHOUT_LENGTH:
        named.append(("Content-Length", str(len(body))))
    return streamed(status, named, body)


def streamed(status: int, named: Headers, body: bytes = b"") -> Reply:
    """Give an answer whose headers say all there is to say, its length among them."""
    named = tuple(named)
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in named]
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in named]
    return Reply(status, raw, "\r\n".join((*lines, "")).encode("latin-1"), body)


def without_body(answer: Reply) -> Reply:
    """Give what HEAD is answered: all but the bytes (RFC 9110 9.3.2)."""
    return Reply(answer.status, answer.raw, answer.head, b"")


def varying(answer: Reply, on: str) -> Reply:
    """Give an answer that also says on which headers of the request it depends."""
    lines = answer.head.decode("latin-1").split("\r\n")
    kept = [line for line in lines if not line.lower().startswith("vary:")]
    kept.insert(-1, f"Vary: {on}")
    raw = [(name, value) for name, value in answer.raw if name != b"vary"]
    raw.append((b"vary", on.encode("latin-1")))
    return Reply(answer.status, raw, "\r\n".join(kept).encode("latin-1"), answer.body)


def plain(status: int, text: str, *headers: tuple[str, str]) -> Reply:
    """Give an answer of one sentence, which nobody keeps."""
    caching = () if any(name == "Cache-Control" for name, _ in headers) else (_UNKEPT,)
    return reply(status, (*_PLAIN, *caching, *headers), f"{text}\n".encode())


_UNKEPT: Final = ("Cache-Control", "no-store")
