"""``markwire status``: whether a Markwire is at work on the site, and whether it is well."""

from __future__ import annotations

import click

from markwire.cli import found, terminal
from markwire.pipeline.assessing import PATIENCE, assess, look
from markwire.pipeline.status import as_json as status_as_json


@click.command(cls=terminal.Command)
@terminal.json_option
@terminal.language_option
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=PATIENCE,
    show_default=True,
    help="Seconds without a sign of life after which a Markwire does not answer.",
)
@click.pass_context
def status(context: click.Context, *, as_json: bool, language: str | None, patience: float) -> None:
    """Say whether a Markwire is at work on the site, and whether it is well.

    Works beside a running one, and disturbs it in nothing. Ends with 0 where all is well, also
    where none is running; with 3 where something is wrong: it ended without a word, does not
    answer, cannot publish, its content folder is away, or its clock is not believed.
    """
    site = terminal.site_of(context)
    voice = terminal.voice_of(site, language)
    seen = look(site.folders.state, patience=patience)
    findings = assess(seen)
    if as_json:
        told = status_as_json(seen.status) if seen.status else {}
        told["running"] = seen.holder is not None
        told["answers"] = seen.holder is not None and not seen.is_silent
        if seen.beat:
            told["heartbeat"] = seen.beat.isoformat()
        told["well"] = found.are_well(findings)
        told["findings"] = found.as_json(findings, site, voice)
        terminal.give(told)
    else:
        found.show(findings, site, voice)
    found.leave(context, findings)
