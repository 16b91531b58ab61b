"""All that is answered over HTTP, put together of the rooms that answer."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from markwire.model import Site


def make_app(site: Site) -> Starlette:
    """Give the application that serves a site."""
    routes: list[BaseRoute] = []
    return Starlette(routes=routes)
