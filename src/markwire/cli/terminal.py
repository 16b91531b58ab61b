"""What the commands share: how a result, a problem, a fault and progress look on a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import click

from markwire.cli.diagnostics import Finding, with_hints
from markwire.cli.machine import as_json
from markwire.config import find_site, load_site
from markwire.errors import MarkwireError
from markwire.model import Site
from markwire.pipeline import Edition
from markwire.pipeline.stages import STAGES
from markwire.problems import Problem
from markwire.wording.excerpt import safe
from markwire.wording.voice import LANGUAGES, Voice, voice

INTERRUPTED = 130
REFUSED = 1

json_option = click.option("--json", "as_json", is_flag=True, help="Give the result as JSON.")
workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes that convert articles. [default: one a core]",
)
language_option = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="In which language to speak. [default: the site's]",
)


class Command(click.Command):
    """A command whose faults are told in one sentence, with their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MarkwireError as fault:
            tell_fault(fault)
            ctx.exit(fault.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


class Group(click.Group):
    """A group that obeys NO_COLOR (no-color.org) and lists its commands as they were added."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.Abort as abort:
            # What a prompt raises for Ctrl-C, and for the end of its input.
            if isinstance(abort.__context__, EOFError):
                raise click.UsageError("nobody is there to answer; give options instead") from None
            ctx.exit(INTERRUPTED)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        if os.environ.get("NO_COLOR"):
            kwargs.setdefault("color", False)
        for stream in (sys.stdout, sys.stderr):
            # What a terminal of another encoding cannot show must not end the command.
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().main(*args, **kwargs)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)


def site_of(context: click.Context) -> Site:
    """Give the site that a command is for. Raises ConfigurationError where there is none."""
    return load_site(folder_of(context))


def folder_of(context: click.Context) -> Path:
    """Give the folder of that site. Raises ConfigurationError where there is none."""
    folder: Path | None = context.obj
    return folder.absolute() if folder else find_site(Path.cwd())


def voice_of(site: Site, language: str | None) -> Voice:
    """Give the language in which a site's editors are spoken to, or the one asked for."""
    return voice(language or site.language)


def talk(text: str, **style: Any) -> None:
    """Say something to a person: on stderr."""
    click.secho(text, err=True, color=color(), **style)


def tell_fault(fault: MarkwireError) -> None:
    """Say what stopped an edition; names of files in it do not command the terminal."""
    lines = (safe(line) for line in f"markwire: {fault}".splitlines())
    talk("\n".join(lines), fg="red")


def give(value: object) -> None:
    """Give data to a program: on stdout, as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def color() -> bool | None:
    """Say whether to write colours; None where it depends on what they are written to."""
    context = click.get_current_context(silent=True)
    return context.color if context else None


def result_line(edition: Edition, voice: Voice) -> str:
    """Say what an edition did, in one line."""
    say_many = voice.say_many
    removed, refused = len(edition.removed), len(edition.refused)
    parts = [
        say_many("{number} article read", "{number} articles read", edition.read),
        say_many("{number} changed", "{number} changed", edition.changed),
        say_many("{number} file written", "{number} files written", len(edition.written)),
    ]
    if removed:
        parts.append(say_many("{number} removed", "{number} removed", removed))
    if refused:
        parts.append(say_many("{number} article refused", "{number} articles refused", refused))
    spent = round(sum(edition.stages.values()))
    return voice.say("{parts} in {spent} ms", parts=", ".join(parts), spent=spent)


def edition_as_json(edition: Edition) -> dict[str, object]:
    """Give what an edition did; times are in milliseconds."""
    return {
        "read": edition.read,
        "changed": edition.changed,
        "written": sorted(edition.written),
        "removed": sorted(edition.removed),
        "refused": list(edition.refused),
        "ms": round(sum(edition.stages.values()), 3),
        "stages": {stage: round(spent, 3) for stage, spent in edition.stages.items()},
    }


def tell_stages(edition: Edition) -> None:
    """Print where the time of an edition went."""
    whole = sum(edition.stages.values()) or 1.0
    for stage, words in STAGES.items():
        spent = edition.stages[stage]
        talk(f"{stage:<9} {spent:>10.1f} ms {spent / whole:>5.0%}  {words}")


def tell_problems(problems: Iterable[Problem], site: Site, voice: Voice) -> None:
    """Print each problem with place, cause and remedy."""
    content = content_name(site)
    findings = (Finding(each, voice.tell(each), _shown(each, content), None) for each in problems)
    click.echo(with_hints(findings, voice), err=True, nl=False, color=color())


def count_problems(problems: Iterable[Problem], voice: Voice) -> None:
    """Say how many problems there are, by their codes alone, in a log that others may read.

    What a problem quotes, and what an unpublished article's file is called, is for its editor.
    """
    counts = Counter(each.code for each in problems)
    if counts:
        codes = ", ".join(f"{code} × {count}" for code, count in sorted(counts.items()))
        line = voice.say_many(
            "{number} problem ({codes}); 'markwire check' tells it",
            "{number} problems ({codes}); 'markwire check' tells them",
            counts.total(),
            codes=codes,
        )
        talk(line)


def problems_as_json(
    problems: Iterable[Problem], site: Site, voice: Voice
) -> list[dict[str, object]]:
    """Give problems as the contract has them; paths are relative to the site."""
    content = content_name(site)
    return [as_json(each, voice.tell(each), _shown(each, content)) for each in problems]


def _shown(problem: Problem, content: str) -> str:
    """Give the file of a problem, from the site; what concerns them all is in the folder."""
    return content if problem.path == "." else f"{content}/{problem.path}"


def content_name(site: Site) -> str:
    """Give the content folder as an editor names it: relative to the site where it is in it."""
    folder = site.folders.content
    state = site.folders.state.parent
    return str(folder.relative_to(state)) if folder.is_relative_to(state) else str(folder)


def progress() -> Callable[[int, int], None]:
    """Give what shows progress on long work, where stderr is a terminal."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None

    def show(done: int, total: int) -> None:
        end = "\r\x1b[K" if done >= total else ""
        click.echo(f"\r  {done} of {total} articles converted {end}", err=True, nl=False)

    return show


def leave(context: click.Context, edition: Edition) -> NoReturn:
    """End a command with the exit code that its edition asks for."""
    context.exit(REFUSED if edition.refused else 0)
