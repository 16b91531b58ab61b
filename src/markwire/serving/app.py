"""All that is answered over HTTP, put together of the rooms that answer."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from markwire.model import Site
from markwire.serving.feeds import Feeds


def make_app(site: Site) -> Starlette:
    """Give the application that serves a site."""
    feeds = Feeds(site)
    routes: list[BaseRoute] = [
        Route("/", _to_readers),
        Route("/feeds", _to_readers),
        Mount("/feeds", feeds),
    ]
    app = Starlette(routes=routes)
    app.state.at_once = feeds.at_once
    return app


def _to_readers(_request: Request) -> Response:
    return RedirectResponse("/feeds/", status_code=302)
