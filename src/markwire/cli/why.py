"""``markwire why``: in which feeds an article is, and why it is not in the others."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from markwire.cli import terminal
from markwire.cli.diagnostics import Finding, full
from markwire.cli.excerpt import safe
from markwire.cli.places import below_content, shown_path
from markwire.cli.sources import Sources
from markwire.errors import ConfigurationError
from markwire.model import Site
from markwire.pipeline.whereabouts import Presence, Whereabouts, whereabouts
from markwire.selection import values
from markwire.wording.moments import moment
from markwire.wording.voice import Voice

_THERE = ("carried", "leaving")
_OWED = ("leaving", "waiting", "no feed")  # what the next edition puts right


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
                "carries": each.reason in _THERE,
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
        is_there = each.reason in _THERE
        mark = click.style(
            f"{there if is_there else missing:<{width}}", fg="green" if is_there else "yellow"
        )
        reason = presence_text(each, found, site, voice)
        told.append(f"{mark}  {safe(each.feed.title)}{voice.say(': ')}{safe(reason)}")
    advice = _next_edition(voice)
    if advice not in told and any(each.reason in _OWED for each in found.presences):
        told += ["", advice]
    return told


def standing_text(found: Whereabouts, site: Site, voice: Voice) -> list[str]:
    """Say what an article is now, and what readers see of it."""
    when, said = found.release, []
    match found.standing:
        case "refused":
            said.append(voice.say("It cannot be published as it stands."))
            if found.is_published:
                said.append(voice.say("Readers see its last good version."))
            return said
        case "left alone":
            return [voice.say("Its name, or where it lies, keeps it from being an article.")]
        case "absent":
            return [
                voice.say("The file is no more; its article goes with one of the next editions.")
            ]
        case "withdrawn" if found.changed:
            at = moment(found.changed, site, voice)
            return [voice.say("It was withdrawn on {moment}.", moment=at)]
        case "killed" if not when and found.changed:
            at = moment(found.changed, site, voice)
            return [voice.say("It was killed on {moment}.", moment=at)]
        case "draft":
            said.append(voice.say("It is a draft."))
        case "killed" if when and when.killed:
            at = moment(when.killed, site, voice)
            return [voice.say("It was killed on {moment}.", moment=at)]
        case "scheduled" if when:
            at = moment(when.appears, site, voice)
            said.append(voice.say("It is scheduled for {moment}.", moment=at))
        case "embargoed" if when:
            at = moment(when.appears, site, voice)
            said.append(voice.say("It is embargoed until {moment}.", moment=at))
        case "expired" if when and when.expires:
            at = moment(when.expires, site, voice)
            said.append(voice.say("It expired on {moment}.", moment=at))
        case _:
            if not found.is_published:
                said.append(voice.say("It may be published, but readers do not see it yet."))
                said.append(_next_edition(voice))
            elif when:
                at = moment(when.appears, site, voice)
                said.append(voice.say("It is published since {moment}.", moment=at))
                changed = found.changed
                if found.standing == "updated" and changed:
                    at = moment(changed, site, voice)
                    said.append(voice.say("It was updated on {moment}.", moment=at))
                elif found.standing == "corrected" and changed:
                    at = moment(changed, site, voice)
                    said.append(voice.say("It was corrected on {moment}.", moment=at))
            return said
    if found.is_published:
        said.append(voice.say("Readers still see an earlier version of it."))
        said.append(_next_edition(voice))
    return said


def presence_text(each: Presence, found: Whereabouts, site: Site, voice: Voice) -> str:
    """Say why an article is, or is not, in a feed."""
    match each.reason:
        case "carried" if found.standing == "killed":
            return voice.say("a notice stands in its place")
        case "carried":
            return voice.say(
                "number {position} of {entries}", position=each.position, entries=each.entries
            )
        case "leaving":
            return voice.say("it is still there, and leaves with the next edition")
        case "state":
            return _states(voice).get(found.standing, voice.say("it is not published"))
        case "unmet":
            return "; ".join(_unmet_text(kind, each, found, voice) for kind in each.unmet)
        case "below":
            oldest = moment(each.oldest, site, voice) if each.oldest else ""
            return voice.say_many(
                "the feed holds {number} article, which is newer: of {oldest}",
                "the feed holds {number} articles, all newer: the oldest is of {oldest}",
                each.entries,
                oldest=oldest,
            )
        case "no feed":
            return voice.say("the feed has not been written yet")
        case "waiting":
            return voice.say("the next edition brings it")


def _states(voice: Voice) -> dict[str, str]:
    return {
        "refused": voice.say("it cannot be published as it stands"),
        "left alone": voice.say("it is no article"),
        "absent": voice.say("its file is no more"),
        "draft": voice.say("it is a draft"),
        "scheduled": voice.say("it is scheduled for later"),
        "embargoed": voice.say("it is under embargo"),
        "expired": voice.say("it has expired"),
        "killed": voice.say("it was killed"),
        "withdrawn": voice.say("it was withdrawn"),
    }


def _unmet_text(kind: str, each: Presence, found: Whereabouts, voice: Voice) -> str:
    """Say which condition of a feed an article does not meet, and what it has instead."""
    wanted = voice.listed(getattr(each.feed.where, kind))
    if kind == "path":
        return voice.say("the feed wants files such as {wanted}", wanted=wanted)
    said = values(found.manuscript, kind) if found.manuscript else ()
    has = ", ".join(voice.quoted(word) for word in said)
    texts = {
        "section": (
            voice.say("the feed wants the section {wanted}; the article has none", wanted=wanted),
            voice.say("the feed wants the section {wanted}; the article is in {has}",
                      wanted=wanted, has=has),
        ),
        "tag": (
            voice.say("the feed wants the tag {wanted}; the article has no tags", wanted=wanted),
            voice.say("the feed wants the tag {wanted}; the article has {has}",
                      wanted=wanted, has=has),
        ),
        "author": (
            voice.say("the feed wants articles by {wanted}; this one is not signed", wanted=wanted),
            voice.say("the feed wants articles by {wanted}; this one is by {has}",
                      wanted=wanted, has=has),
        ),
        "language": (
            "",
            voice.say("the feed wants the language {wanted}; the article is in {has}",
                      wanted=wanted, has=has),
        ),
    }  # fmt: skip
    without, otherwise = texts[kind]
    return otherwise if has else without


def _next_edition(voice: Voice) -> str:
    return voice.say("Run 'markwire build', or have 'markwire watch' running.")
