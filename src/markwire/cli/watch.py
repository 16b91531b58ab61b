"""``markwire watch``: publish every change as it is made."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from markwire import pipeline
from markwire.cli import terminal
from markwire.cli.serve import need_server
from markwire.formats import addresses
from markwire.model import FORMATS, Site
from markwire.pipeline import Edition
from markwire.serving.beside import Beside
from markwire.serving.listening import parse
from markwire.serving.tokens import read_token
from markwire.wording.voice import Voice


@click.command(cls=terminal.Command)
@terminal.workers_option
@click.option(
    "--serve", "address", metavar="HOST:PORT", help="Serve feeds and pages over HTTP, too."
)
@terminal.json_option
@terminal.language_option
@click.pass_context
def watch(
    context: click.Context,
    *,
    workers: int | None,
    address: str | None,
    as_json: bool,
    language: str | None,
) -> None:
    """Publish what the content folder holds, and then every change to it.

    Runs until it is stopped with Ctrl-C. With --json, each edition is one line on stdout. Where
    nobody sits at a terminal, problems are counted by their codes, and no article is named.
    """
    site = terminal.site_of(context)
    voice = terminal.voice_of(site, language)
    stop = threading.Event()
    _stop_on_signals(stop)
    first = True

    def told(edition: Edition) -> None:
        nonlocal first
        if as_json:
            click.echo(json.dumps(terminal.edition_as_json(edition), ensure_ascii=False))
        else:
            if sys.stderr.isatty():
                terminal.tell_problems(edition.problems, site, voice)
            else:
                terminal.count_problems(edition.problems, voice)
            terminal.talk(terminal.result_line(edition, voice), fg="green")
            if first:
                _welcome(site, voice)
        first = False

    with _beside(context, site, address, voice):
        pipeline.watch(
            site,
            stop=stop,
            told=told,
            failed=terminal.tell_fault,
            workers=workers,
            progress=terminal.progress(),
        )
    terminal.talk(voice.say("Stopped; the feeds stay as they are."))


@contextmanager
def _beside(
    context: click.Context, site: Site, address: str | None, voice: Voice
) -> Iterator[None]:
    """Serve meanwhile, where an address is given."""
    if address is None:
        yield
        return
    need_server()
    read_token(site.serve.token_file)  # What is wrong with it is told here, and not by the child.
    with Beside(terminal.folder_of(context), parse(address)) as server:
        terminal.talk(voice.say("Serving on {url}", url=server.url), fg="green")
        terminal.talk(voice.say("For editors: {url}", url=f"{server.url}desk/"))
        yield


def _welcome(site: Site, voice: Voice) -> None:
    """Say where the feeds are, and how to go on and to stop."""
    names = ", ".join(addresses.path("", form) for form in FORMATS)
    feeds, content = str(site.folders.feeds), str(site.folders.content)
    terminal.talk(voice.say("Published in {folder}: {names}", folder=feeds, names=names))
    watching = voice.say(
        "Watching {folder}; save a Markdown file there to publish it.", folder=content
    )
    terminal.talk(watching)
    terminal.talk(voice.say("Stop with Ctrl-C."))


def _stop_on_signals(stop: threading.Event) -> None:
    def handle(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
