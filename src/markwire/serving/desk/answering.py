"""How a page of the desk is answered: its headers, its language, its part that changes."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from markwire.model import Site
from markwire.serving.desk.speaking import COOKIE, Speech, chosen

# What the script of a page asks with, to be given only what may have changed.
PART: Final = "desk-part"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# What an article is shown under: nothing runs, nothing is sent, and it is nobody's origin.
PAPER: Final = (
    "sandbox; default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # Not less: without it a form's Origin is null.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Desk-Part, Accept-Language, Cookie",
}
_YEAR: Final = 365 * 24 * 3600


def speech(request: Request, site: Site, now: datetime) -> Speech:
    """Give how a page speaks to whoever asks for it."""
    voice = chosen(
        request.query_params.get("lang", ""),
        request.cookies.get(COOKIE, ""),
        request.headers.get("accept-language", ""),
        site,
    )
    return Speech(site, voice, now)


def is_part(request: Request) -> bool:
    """Say whether only the part of a page is asked for that may have changed."""
    return PART in request.headers


def html(text: str, request: Request, *, status: int = 200, policy: str = POLICY) -> HTMLResponse:
    """Answer with a page; the language that was asked for is remembered."""
    headers = _HEADERS | {"Content-Security-Policy": policy}
    answer = HTMLResponse(text, status, headers=headers)
    asked = request.query_params.get("lang", "")
    if asked in ("en", "fr"):
        answer.set_cookie(
            COOKIE, asked, max_age=_YEAR, path="/desk", httponly=True, samesite="strict"
        )
    return answer
