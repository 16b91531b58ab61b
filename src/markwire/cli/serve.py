"""``markwire serve``: feeds and pages over HTTP."""

from __future__ import annotations

from contextlib import closing
from importlib.util import find_spec

import click

from markwire.cli import terminal
from markwire.errors import ConfigurationError
from markwire.serving.listening import DEFAULT, listen, parse, url


@click.command(cls=terminal.Command)
@click.argument("address", metavar="[HOST:PORT]", default=DEFAULT)
@terminal.language_option
@click.pass_context
def serve(context: click.Context, address: str, language: str | None) -> None:
    """Serve feeds and pages over HTTP, by default on 127.0.0.1:8000.

    Publishes nothing: 'markwire watch --serve HOST:PORT' does both. Runs until it is stopped
    with Ctrl-C.
    """
    site = terminal.site_of(context)
    voice = terminal.voice_of(site, language)
    need_server()
    from markwire.serving.server import Server  # noqa: PLC0415  (of an extra)

    with closing(listen(parse(address))) as listener:
        server = Server(site, listener)
        terminal.talk(voice.say("Serving on {url}", url=url(listener)), fg="green")
        terminal.talk(voice.say("For editors: {url}", url=f"{url(listener)}desk/"))
        terminal.talk(voice.say("Stop with Ctrl-C."))
        server.serve_on()


def need_server() -> None:
    """Raise ConfigurationError where what serves is not installed."""
    for library in ("jinja2", "starlette", "uvicorn"):
        if find_spec(library) is None:
            raise ConfigurationError(
                f"serving needs {library}, which is not installed; install 'markwire[serve]'"
            )
