"""``markwire doctor``: whether the machine and the folders are what a site needs."""

from __future__ import annotations

import click

from markwire.cli import found, terminal
from markwire.pipeline.examining import examine


@click.command(cls=terminal.Command)
@terminal.json_option
@terminal.language_option
@click.pass_context
def doctor(context: click.Context, *, as_json: bool, language: str | None) -> None:
    """Say what of this machine and of the site's folders could keep it from publishing.

    Limits, disks, permissions, clock, time zones, libraries, catalogue: each with what to do.
    Works beside a running Markwire. Ends with 0, or with 3 where something is wrong.
    """
    site = terminal.site_of(context)
    voice = terminal.voice_of(site, language)
    findings = examine(site)
    if as_json:
        terminal.give(
            {
                "well": found.are_well(findings),
                "findings": found.as_json(findings, site, voice),
            }
        )
    else:
        found.show(findings, site, voice)
    found.leave(context, findings)
