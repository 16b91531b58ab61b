"""``markwire build``: publish what the content folder holds, once."""

from __future__ import annotations

import click

from markwire import pipeline
from markwire.cli import terminal


@click.command(cls=terminal.Command)
@terminal.workers_option
@terminal.json_option
@click.pass_context
def build(context: click.Context, *, workers: int | None, as_json: bool) -> None:
    """Publish what the content folder holds, once."""
    site = terminal.site_of(context)
    edition = pipeline.build(site, workers=workers, progress=terminal.progress())
    content = terminal.content_name(site)
    if as_json:
        terminal.give(
            {
                "read": edition.read,
                "changed": edition.changed,
                "written": sorted(edition.written),
                "removed": sorted(edition.removed),
                "refused": list(edition.refused),
                "problems": terminal.problems_as_json(edition.problems, content),
                "stages": edition.stages,
            }
        )
    else:
        terminal.tell_problems(edition.problems, content)
        click.echo(terminal.result_line(edition))
    terminal.leave(context, edition)
