"""``markwire feeds``: which feeds there are, and where."""

from __future__ import annotations

import click

from markwire.cli import terminal
from markwire.formats import addresses
from markwire.model import FORMATS
from markwire.pipeline import list_feeds


@click.command(cls=terminal.Command)
@terminal.json_option
@click.pass_context
def feeds(context: click.Context, *, as_json: bool) -> None:
    """List the feeds, with their addresses and how many articles each carries."""
    site = terminal.site_of(context)
    listed = list_feeds(site)
    if as_json:
        terminal.give(
            [
                {
                    "key": feed.key or "main",
                    "title": feed.title,
                    "language": feed.language,
                    "entries": entries,
                    **{form: addresses.url(feed, form, site) for form in FORMATS},
                }
                for feed, entries in listed
            ]
        )
        return
    width = max((len(feed.title) for feed, _ in listed), default=0)
    for feed, entries in listed:
        click.echo(f"{feed.title:<{width}}  {entries:>4}  {addresses.url(feed, 'rss', site)}")
