"""All that is answered over HTTP, put together of the rooms that answer."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from markwire.model import Site
from markwire.serving import desk
from markwire.serving.desk.reception import Reception
from markwire.serving.feeds import Feeds
from markwire.serving.guard import Guard, Rules
from markwire.serving.health import Lookout
from markwire.serving.meters import Meters
from markwire.serving.metrics import Load, Metrics
from markwire.serving.polls import Polls
from markwire.serving.tokens import read_token


def make_app(site: Site, *, is_open: bool = False) -> Starlette:
    """Give the application that serves a site; ``is_open`` where others reach the machine.

    Its state has ``at_once`` for what is answered without it, ``polls`` and ``meters``, which
    count, and ``wire``, which is to be ended before the server. Raises ConfigurationError for a
    token that cannot be read or could be guessed.
    """
    guard = Guard(Rules(site.serve.hosts, read_token(site.serve.token_file), is_open))
    newsroom = Reception(site.folders.state)
    wire = desk.Wire(newsroom)
    polls = Polls(site.folders.state, site.time_zone)
    meters = Meters()
    lookout = Lookout(site.folders.state)
    feeds = Feeds(site, polls.count)
    metrics = Metrics(site, meters, lookout, lambda: Load(*feeds.held()))
    routes: list[BaseRoute] = [
        Route("/", _to_readers),
        Route("/feeds", _to_readers),
        Mount("/feeds", feeds),
        Route("/healthz", lookout.answer),
        Route("/metrics", metrics.answer, middleware=[Middleware(guard.around)]),
        *desk.routes(site, newsroom, guard, wire),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(meters.around)])
    app.state.at_once = meters.noting(feeds.at_once)
    app.state.polls, app.state.meters, app.state.wire = polls, meters, wire
    return app


def _to_readers(_request: Request) -> Response:
    return RedirectResponse("/feeds/", status_code=302)
