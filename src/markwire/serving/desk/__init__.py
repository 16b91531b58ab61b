"""The desk: the page that editors leave open all day. Server-rendered, and live where scripts run.

Everything is below ``/desk/``; ``guard`` stands around all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.routing import BaseRoute, Mount, Route, Router

from markwire.model import Site
from markwire.serving.desk import assets
from markwire.serving.desk.asking import Asking
from markwire.serving.desk.door import Door
from markwire.serving.desk.live import Wire
from markwire.serving.desk.pages import Desk
from markwire.serving.guard import Guard

__all__ = ["Asking", "Wire", "routes"]


def now() -> datetime:
    """Give the machine's time."""
    return datetime.now(UTC)


def routes(
    site: Site,
    asking: Asking,
    guard: Guard,
    wire: Wire,
    clock: Callable[[], datetime] = now,
) -> list[BaseRoute]:
    """Give the desk of a site; ``wire`` tells open pages what is new, until the server ends it."""
    desk = Desk(site, asking, clock, leaves=guard.wants_token)
    door = Door(site, guard, clock)
    inside = Router(
        [
            # All below it is free of the token: nothing but files may be answered there.
            Route("/static/{name:path}", assets.asset),
            Route("/login", door.login, methods=["GET", "POST"]),
            Route("/logout", door.logout, methods=["POST"]),
            Route("/events", wire.stream),
            Route("/", desk.board),
            Route("/article", desk.article),
            Route("/preview", desk.preview),
            Route("/feeds", desk.feeds),
            Route("/feeds/check", desk.check),
            Route("/deliveries", desk.deliveries),
            Route("/trends", desk.trends),
            Route("/explain/{code}", desk.explain),
            Route("/help", desk.help),
            Route("/{rest:path}", desk.unknown),
        ]
    )
    app = guard.around(inside, login="/desk/login", free=(assets.PREFIX,))
    return [Mount("/desk", app=app)]
