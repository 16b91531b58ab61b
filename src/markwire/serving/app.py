"""All that is answered over HTTP, put together of the rooms that answer."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from markwire.model import Site
from markwire.serving.feeds import Feeds
from markwire.serving.health import Lookout
from markwire.serving.meters import Meters
from markwire.serving.polls import Polls


def make_app(site: Site) -> Starlette:
    """Give the application that serves a site.

    Its state has ``at_once`` for what is answered without it, and ``polls`` and ``meters``, which
    count.
    """
    polls = Polls(site.folders.state, site.time_zone)
    meters = Meters()
    lookout = Lookout(site.folders.state)
    feeds = Feeds(site, polls.count)
    routes: list[BaseRoute] = [
        Route("/", _to_readers),
        Route("/feeds", _to_readers),
        Mount("/feeds", feeds),
        Route("/healthz", lookout.answer),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(meters.around)])
    app.state.at_once = meters.noting(feeds.at_once)
    app.state.polls, app.state.meters = polls, meters
    return app


def _to_readers(_request: Request) -> Response:
    return RedirectResponse("/feeds/", status_code=302)
