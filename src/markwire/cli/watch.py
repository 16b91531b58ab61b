"""``markwire watch``: publish every change as it is made."""

from __future__ import annotations

import json
import signal
import threading
from types import FrameType

import click

from markwire import pipeline
from markwire.cli import terminal
from markwire.errors import MarkwireError
from markwire.formats import addresses
from markwire.model import FORMATS, Site
from markwire.pipeline import Edition


@click.command(cls=terminal.Command)
@terminal.workers_option
@terminal.json_option
@click.pass_context
def watch(context: click.Context, *, workers: int | None, as_json: bool) -> None:
    """Publish what the content folder holds, and then every change to it.

    Runs until it is stopped with Ctrl-C. With --json, each edition is one line on stdout.
    """
    site = terminal.site_of(context)
    content = terminal.content_name(site)
    stop = threading.Event()
    _stop_on_signals(stop)
    first = True

    def told(edition: Edition) -> None:
        nonlocal first
        if as_json:
            click.echo(json.dumps(terminal.edition_as_json(edition), ensure_ascii=False))
        else:
            terminal.tell_problems(edition.problems, content)
            terminal.talk(terminal.result_line(edition), fg="green")
            if first:
                _welcome(site)
        first = False

    def failed(fault: MarkwireError) -> None:
        terminal.talk(f"markwire: {fault}", fg="red")

    pipeline.watch(
        site,
        stop=stop,
        told=told,
        failed=failed,
        workers=workers,
        progress=terminal.progress(),
    )
    terminal.talk("Stopped; the feeds stay as they are.")


def _welcome(site: Site) -> None:
    """Say where the feeds are, and how to go on and to stop."""
    names = ", ".join(addresses.path("", form) for form in FORMATS)
    terminal.talk(f"Published in {site.folders.feeds}: {names}")
    terminal.talk(f"Watching {site.folders.content}; save a Markdown file there to publish it.")
    terminal.talk("Stop with Ctrl-C.")


def _stop_on_signals(stop: threading.Event) -> None:
    def handle(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
