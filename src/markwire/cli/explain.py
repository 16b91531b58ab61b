"""``markwire explain``: what a code means, with an example that is wrong and one that is right."""

from __future__ import annotations

from pathlib import Path

import click

from markwire.cli import terminal
from markwire.config import find_site, load_site
from markwire.errors import ConfigurationError
from markwire.pipeline.sources import lines
from markwire.problems import CODES
from markwire.wording.excerpt import excerpt, safe
from markwire.wording.explained import Example, Explanation, explanation
from markwire.wording.voice import Voice, voice

_SHOWN = 30  # lines of an example


@click.command(cls=terminal.Command)
@click.argument("code", required=False)
@terminal.json_option
@terminal.language_option
@click.pass_context
def explain(
    context: click.Context, code: str | None, *, as_json: bool, language: str | None
) -> None:
    """Tell what CODE means and how to mend it; without CODE, list all codes."""
    speaking = voice(language or _language(context))
    if code is None:
        found = [explanation(each, speaking.language) for each in sorted(CODES)]
        if as_json:
            terminal.give([_as_json(each) for each in found])
            return
        for each in found:
            color = "red" if CODES[each.code].severity == "error" else "yellow"
            click.secho(each.code, fg=color, bold=True, nl=False, color=terminal.color())
            click.echo(f"  {each.title}")
        return
    known = code.strip().upper()
    if known not in CODES:
        raise ConfigurationError(
            speaking.say(
                "there is no code {code}; 'markwire explain' lists all of them", code=safe(code)
            )
        )
    one = explanation(known, speaking.language)
    if as_json:
        terminal.give(_as_json(one))
        return
    click.echo("\n".join(_told(one, speaking)), color=terminal.color())


def _language(context: click.Context) -> str:
    """Give the language of the site, where there is one: what is explained needs none."""
    folder: Path | None = context.obj
    try:
        return load_site(folder or find_site(Path.cwd())).language
    except ConfigurationError:
        return "en"


def _as_json(one: Explanation) -> dict[str, object]:
    return {
        "code": one.code,
        "severity": CODES[one.code].severity,
        "title": one.title,
        "text": one.text,
    }


def _told(one: Explanation, speaking: Voice) -> list[str]:
    words = {"error": speaking.say("error"), "warning": speaking.say("warning")}
    kind = words[CODES[one.code].severity]
    head = f"{one.code} ({kind}){speaking.say(': ')}{one.title}"
    told = [click.style(head, bold=True), "", one.text]
    if one.place is not None:
        told += ["", click.style(speaking.say("Wrong:"), fg="red", bold=True)]
        for example in one.wrong:
            told += _example(example, one.place)
    if one.right:
        told += ["", click.style(speaking.say("Right:"), fg="green", bold=True)]
        for example in one.right:
            told += _example(example, None)
    return told


def _example(example: Example, place: tuple[str, int, int] | None) -> list[str]:
    """Show a file of an example, with a mark where it is wrong."""
    shown = lines(example.content)
    if len(shown) > 1 and not shown[-1]:
        shown.pop()
    told = ["", f"    {click.style(safe(example.path), bold=True)}"]
    for number, line in enumerate(shown[:_SHOWN], start=1):
        told.append(f"    | {safe(line[:100])}".rstrip())
        if place and place[:2] == (example.path, number):
            mark = excerpt(line[:100], place[2]).mark
            told.append(f"    | {click.style(mark, fg='red', bold=True)}")
    if len(shown) > _SHOWN:
        told.append("    | …")
    return told
