"""``markwire build``: publish what the content folder holds, once."""

from __future__ import annotations

import click

from markwire import pipeline
from markwire.cli import terminal


@click.command(cls=terminal.Command)
@terminal.workers_option
@terminal.json_option
@terminal.language_option
@click.option("--profile", is_flag=True, help="Tell, stage by stage, where the time went.")
@click.pass_context
def build(
    context: click.Context,
    *,
    workers: int | None,
    as_json: bool,
    language: str | None,
    profile: bool,
) -> None:
    """Publish what the content folder holds, once."""
    site = terminal.site_of(context)
    edition = pipeline.build(
        site, workers=workers, progress=terminal.progress(), failed=terminal.tell_fault
    )
    voice = terminal.voice_of(site, language)
    if as_json:
        problems = terminal.problems_as_json(edition.problems, site, voice)
        terminal.give({**terminal.edition_as_json(edition), "problems": problems})
    else:
        terminal.tell_problems(edition.problems, site, voice)
        click.echo(terminal.result_line(edition, voice))
    if profile:
        terminal.tell_stages(edition)
    terminal.leave(context, edition)
