"""``markwire why``: in which feeds an article is, and why it is not in the others."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from markwire.cli import terminal
from markwire.cli.diagnostics import Finding, full
from markwire.cli.places import below_content, shown_path
from markwire.errors import ConfigurationError
from markwire.model import Site
from markwire.pipeline.sources import Sources
from markwire.pipeline.whereabouts import whereabouts
from markwire.wording.excerpt import safe
from markwire.wording.voice import Voice
from markwire.wording.whereabouts import (
    OWED,
    THERE,
    Whereabouts,
    next_edition,
    presence_text,
    standing_text,
)


@click.command(cls=terminal.Command)
@click.argument("file")
@terminal.json_option
@terminal.language_option
@click.pass_context
def why(context: click.Context, file: str, *, as_json: bool, language: str | None) -> None:
    """Tell in which feeds FILE is, and why it is not in the others.

    Looks at files only, so that it may be asked while a watch is at work.
    """
    site = terminal.site_of(context)
    voice = terminal.voice_of(site, language)
    path = below_content(file, site, must_exist=False)
    found = whereabouts(site, path, datetime.now(UTC))
    if found.standing == "absent" and not found.is_published:
        raise ConfigurationError(
            voice.say("there is no {file}, neither here nor in the content folder", file=safe(file))
        )
    if as_json:
        terminal.give(_as_json(found, site, voice))
    else:
        click.echo("\n".join(_told(found, site, voice)), color=terminal.color())
    context.exit(terminal.REFUSED if found.standing == "refused" else 0)


def _as_json(found: Whereabouts, site: Site, voice: Voice) -> dict[str, object]:
    when = found.release
    return {
        "path": f"{terminal.content_name(site)}/{found.path}",
        "state": found.standing,
        "text": " ".join(standing_text(found, site, voice)),
        "headline": found.manuscript.headline if found.manuscript else "",
        "appears": when.appears.isoformat() if when else None,
        "expires": when.expires.isoformat() if when and when.expires else None,
        "guid": found.guid,
        "permalink": found.permalink,
        "problems": terminal.problems_as_json(found.problems, site, voice),
        "feeds": [
            {
                "key": each.feed.key or "main",
                "title": each.feed.title,
                "url": each.url,
                "carries": each.reason in THERE,
                "reason": each.reason,
                "text": presence_text(each, found, site, voice),
                "position": each.position,
                "entries": each.entries,
                "unmet": [*each.unmet],
            }
            for each in found.presences
        ],
    }


def _told(found: Whereabouts, site: Site, voice: Voice) -> list[str]:
    name = safe(shown_path(found.path, site))
    head = click.style(name, bold=True)
    if found.manuscript:
        head += voice.say(": ") + safe(found.manuscript.headline)
    told = [head, *standing_text(found, site, voice)]
    if found.permalink:
        told.append(found.permalink)
    if found.problems:
        sources = Sources(site)
        findings = [
            Finding(each, voice.tell(each), shown_path(each.path, site), sources.line(each))
            for each in found.problems
        ]
        told += ["", full(findings, voice).rstrip("\n")]
    if not found.presences:
        return told
    there, missing = voice.say("in"), voice.say("not in")
    width = max(len(there), len(missing))
    told.append("")
    for each in found.presences:
        is_there = each.reason in THERE
        mark = click.style(
            f"{there if is_there else missing:<{width}}", fg="green" if is_there else "yellow"
        )
        reason = presence_text(each, found, site, voice)
        told.append(f"{mark}  {safe(each.feed.title)}{voice.say(': ')}{safe(reason)}")
    advice = next_edition(voice)
    if advice not in told and any(each.reason in OWED for each in found.presences):
        told += ["", advice]
    return told
