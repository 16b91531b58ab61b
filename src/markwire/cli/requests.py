"""``markwire kill``, ``restore`` and ``confirm``: what only a person can decide."""

from __future__ import annotations

from typing import Final

import click

from markwire import pipeline
from markwire.cli import terminal
from markwire.cli.places import below_content
from markwire.errors import ConfigurationError
from markwire.pipeline import Answer, Request
from markwire.wording.voice import Voice

_LONGEST: Final = 500  # characters of a public reason


@click.command(cls=terminal.Command)
@click.argument("file")
@click.option("--reason", default="", help="Why, in one public sentence for readers.")
@terminal.language_option
@click.pass_context
def kill(context: click.Context, file: str, *, reason: str, language: str | None) -> None:
    """Take the article of FILE from its readers at once, and leave a notice in its place.

    The notice stands for thirty days in RSS and JSON Feed under the same GUID; Atom has a
    tombstone. The article stays away whatever becomes of the file, until it is restored. Works
    beside a running watch.
    """
    site = terminal.site_of(context)
    words = " ".join(reason.split())
    if len(words) > _LONGEST:
        raise ConfigurationError(f"the reason has {len(words)} characters; {_LONGEST} are enough")
    voice = terminal.voice_of(site, language)
    path = below_content(file, site, must_exist=False)
    answer = pipeline.ask(site, Request("kill", path, words))
    _tell(context, answer, path, voice, done=voice.say("{path} is killed.", path=path))


@click.command(cls=terminal.Command)
@click.argument("file")
@terminal.language_option
@click.pass_context
def restore(context: click.Context, file: str, *, language: str | None) -> None:
    """Undo 'kill': the file says again what becomes of its article, under its old GUID."""
    site = terminal.site_of(context)
    voice = terminal.voice_of(site, language)
    path = below_content(file, site, must_exist=False)
    answer = pipeline.ask(site, Request("restore", path))
    _tell(context, answer, path, voice, done=voice.say("{path} is restored.", path=path))


@click.command(cls=terminal.Command)
@terminal.language_option
@click.pass_context
def confirm(context: click.Context, *, language: str | None) -> None:
    """Do what was held back until somebody has looked.

    The articles of files that went are withdrawn, however many, and without waiting longer; feeds
    that would change as nobody can have meant become what they would be; and the machine's clock
    is believed.
    """
    site = terminal.site_of(context)
    voice = terminal.voice_of(site, language)
    answer = pipeline.ask(site, Request("confirm"))
    _tell(context, answer, "", voice, done=voice.say("Confirmed: what was held back is done."))


def _tell(context: click.Context, answer: Answer, path: str, voice: Voice, *, done: str) -> None:
    """Say what became of a request; what could not be done ends with 1."""
    match answer:
        case "done":
            terminal.talk(done, fg="green")
            return
        case "unknown":
            text = voice.say("No article of {path} was ever known.", path=path)
        case "unseen":
            text = voice.say(
                "Readers have never seen {path}; make it a draft, or delete it.", path=path
            )
        case "not killed":
            text = voice.say("{path} is not killed.", path=path)
    terminal.talk(text, fg="red")
    context.exit(terminal.REFUSED)
