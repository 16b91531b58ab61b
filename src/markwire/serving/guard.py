"""Who may see what is not for readers: the desk, and the figures of operation.

A page of another site must not read the desk through an editor's
browser, whatever name it gives this machine (DNS rebinding), nor do anything in it; there is no
CORS. Whoever asks from beyond the machine needs a token, and where one is set everybody does: a
proxy on this machine would make all the world look like it.
"""

from __future__ import annotations

import hmac
import re
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from time import monotonic
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from markwire.serving.tokens import VARIABLE

LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "::1"))
COOKIE: Final = "markwire-desk"
# RFC 9110 7.2: no userinfo, as an address of the web may have.
_HOST: Final = re.compile(r"(?:\[(?P<number>[0-9a-f:.]+)\]|(?P<name>[a-z0-9.-]+))(?::[0-9]{0,5})?")
_SAFE: Final = frozenset(("GET", "HEAD"))
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_TRIES: Final = 5  # wrong tokens of one address at once; then one each so many seconds
_PAUSE: Final = 12.0
_ADDRESSES: Final = 1000  # that are remembered, in memory alone


@dataclass(frozen=True, slots=True)
class Rules:
    """Under which names the machine is asked, and what lets one in.

    ``hosts`` are names without ports, besides those of the loopback; ``token`` is empty where none
    is set. ``is_open`` says that the server listens beyond the loopback.
    """

    hosts: Collection[str] = ()
    token: str = ""
    is_open: bool = False


def is_loopback(address: str) -> bool:
    """Say whether an address or name is this machine's own, reached by nobody else."""
    if address in LOOPBACK:
        return True
    try:
        return ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


class Guard:
    """Lets requests pass to what it stands around, by its rules; ``ticks`` are seconds."""

    def __init__(self, rules: Rules, ticks: Callable[[], float] = monotonic) -> None:
        self._rules = rules
        self._hosts = LOOPBACK | {name.lower().strip("[]") for name in rules.hosts}
        self._ticks = ticks
        self._allowances: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._pass = _pass(rules.token)

    @property
    def wants_token(self) -> bool:
        """Whether there is a token, which then everybody needs."""
        return bool(self._rules.token)

    def around(self, app: ASGIApp, *, login: str = "", free: Collection[str] = ()) -> ASGIApp:
        """Stand around an application.

        Who lacks the token is led to ``login``, or refused where that is empty. Below the ``free``
        paths, of which the login is one, no token is wanted; all else is checked there, too.
        """

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 1008})
                return
            refusal = self.refusal(scope)
            is_free = scope["path"] == login or scope["path"].startswith(tuple(free))
            if refusal is None and not is_free:
                refusal = self._closed(scope, login)
            await (refusal or app)(scope, receive, send)

        return guarded

    def refusal(self, scope: Scope) -> Response | None:
        """Give why a request is not answered, whoever sends it; None where it may be."""
        headers = Headers(scope=scope)
        named = headers.getlist("host")
        host = _name(named[0]) if len(named) == 1 else ""
        if host not in self._hosts:
            return _refused(
                421,
                "This is not served under that name. Ask by the address that the server tells, or"
                " add the name to 'hosts' in [serve] of markwire.toml.",
            )
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        is_safe = scope["method"] in _SAFE
        if not is_safe and origin is None and site is None:
            return _refused(403, "Only a page of the desk itself may ask for this.")
        if is_safe and not _is_stream(headers):
            return None
        if origin is not None and _authority(origin) != named[0].lower():
            return _refused(403, "A page of another site may not ask for this.")
        if site is not None and site != "same-origin":
            return _refused(403, "A page of another site may not ask for this.")
        return None

    def admits(self, token: str, scope: Scope) -> str | None:
        """Give the pass that a token buys; None for a wrong one, or where too many were tried.

        A right one is refused as well after too many: trying would tell otherwise.
        """
        who = _who(scope)
        now = self._ticks()
        left, then = self._allowances.pop(who, (float(_TRIES), now))
        left = min(float(_TRIES), left + (now - then) / _PAUSE)
        is_right = left >= 1 and self.wants_token and _same(token, self._rules.token)
        if not is_right:
            self._allowances[who] = (max(0.0, left - 1), now)
            while len(self._allowances) > _ADDRESSES:
                self._allowances.popitem(last=False)
        return self._pass if is_right else None

    def cookie(self, value: str, scope: Scope) -> str:
        """Give the ``Set-Cookie`` that keeps a pass, or with an empty value drops it."""
        is_https = scope["scheme"] == "https" or (
            Headers(scope=scope).get("x-forwarded-proto") == "https"
        )
        parts = [f"{COOKIE}={value}", "Path=/desk", "HttpOnly", "SameSite=Strict"]
        parts += [] if value else ["Max-Age=0"]
        parts += ["Secure"] if is_https else []
        return "; ".join(parts)

    def _closed(self, scope: Scope, login: str) -> Response | None:
        """Give where somebody without a pass is led; None for whoever has one, or needs none."""
        if not self.wants_token:
            if self._is_beyond(scope):
                return _refused(
                    403,
                    "From beyond this machine this is answered only with a token. Set 'token_file'"
                    f" in [serve] of markwire.toml, or {VARIABLE}.",
                )
            return None
        headers = Headers(scope=scope)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.admits(given.strip(), scope):
            return None
        if _same(_cookie(headers), self._pass):
            return None
        if not login or scope["method"] not in _SAFE or _is_stream(headers):
            wanted = {"WWW-Authenticate": "Bearer"}
            return _refused(401, "A token is wanted here.", wanted)
        asked = scope["path"]
        if scope["query_string"]:
            asked += f"?{scope['query_string'].decode('latin-1')}"
        return RedirectResponse(
            f"{login}?next={quote(asked, safe='')}", 303, headers={"Cache-Control": "no-store"}
        )

    def _is_beyond(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        client = scope.get("client")
        return (
            self._rules.is_open
            or client is None
            or not is_loopback(client[0])
            or _name(headers.get("host", "")) not in LOOPBACK
            or any(name in headers for name in _FORWARDED)
        )


def _pass(token: str) -> str:
    # A cookie that is read somewhere must not tell the token; another token ends every pass.
    return hmac.digest(token.encode(), b"markwire desk", "sha256").hex() if token else ""


def _same(given: str, wanted: str) -> bool:
    given_bytes = given.encode("utf-8", "surrogatepass")
    return bool(wanted) and hmac.compare_digest(given_bytes, wanted.encode())


def _cookie(headers: Headers) -> str:
    for header in headers.getlist("cookie"):
        for part in header.split(";"):
            name, _, value = part.strip().partition("=")
            if name == COOKIE:
                return value
    return ""


def _is_stream(headers: Headers) -> bool:
    return "text/event-stream" in headers.get("accept", "")


def _name(host: str) -> str:
    """Give the name of a ``Host`` without its port, an IPv6 address without brackets."""
    found = _HOST.fullmatch(host.lower())
    return (found["number"] or found["name"]) if found else ""


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _who(scope: Scope) -> str:
    """Give whom tries are counted for: an address, of IPv6 the network of one customer."""
    client = scope.get("client")
    try:
        address = ip_address(client[0] if client else "")
    except ValueError:
        return ""
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _refused(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    kept = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return PlainTextResponse(f"{why}\n", status, headers=kept | (headers or {}))
