"""Where the token is given, and given back. A wrong one is answered like a missing one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from markwire.model import Site
from markwire.serving.desk.answering import html, speech
from markwire.serving.desk.rendering import rendered
from markwire.serving.guard import Guard

HOME: Final = "/desk/"
_LONGEST: Final = 4096  # bytes of a form


class Door:
    """The door of a desk."""

    def __init__(self, site: Site, guard: Guard, clock: Callable[[], datetime]) -> None:
        self._site = site
        self._guard = guard
        self._clock = clock

    async def login(self, request: Request) -> Response:
        """Show the form, or take the token that was written into it."""
        if request.method == "POST":
            return await self._enter(request)
        return self._form(request, request.query_params.get("next", ""))

    async def logout(self, request: Request) -> Response:
        """Take the pass back."""
        answer = RedirectResponse("/desk/login", 303)
        answer.headers.append("Set-Cookie", self._guard.cookie("", request.scope))
        return answer

    async def _enter(self, request: Request) -> Response:
        form = await _form(request)
        onward = form.get("next", [""])[0]
        given = self._guard.admits(form.get("token", [""])[0], request.scope)
        if given is None:
            return self._form(request, onward, is_refused=True)
        answer = RedirectResponse(_inside(onward), 303, headers={"Cache-Control": "no-store"})
        answer.headers.append("Set-Cookie", self._guard.cookie(given, request.scope))
        return answer

    def _form(self, request: Request, onward: str, *, is_refused: bool = False) -> Response:
        said = speech(request, self._site, self._clock())
        refusal = ""
        if is_refused:
            refusal = said.voice.say("That did not work. Wait a moment, and try again.")
        elif not self._guard.wants_token:
            refusal = said.voice.say("No token is set for this desk; nobody can log in.")
        text = rendered(
            "login.html",
            said,
            refusal=refusal,
            can_enter=self._guard.wants_token,
            next=_inside(onward),
        )
        return html(text, request, status=403 if is_refused else 200)


def _inside(address: str) -> str:
    """Give an address that is of the desk; its first page for any other."""
    is_plain = address.isascii() and address.isprintable() and "\\" not in address
    return address if is_plain and address.startswith(HOME) else HOME


async def _form(request: Request) -> dict[str, list[str]]:
    content = b""
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > _LONGEST:
                return {}
    except ClientDisconnect:
        return {}
    return parse_qs(content.decode("utf-8", "replace"), max_num_fields=10)
