"""``markwire check``: look at articles without publishing them, and mend what is safe to mend."""

from __future__ import annotations

import shutil
import sys
from typing import Final, Literal

import click

from markwire.cli import machine, terminal
from markwire.cli.diagnostics import Finding, concise, full
from markwire.cli.fixing import Mending, mendings, write
from markwire.cli.places import below_content, shown_path
from markwire.model import Site
from markwire.pipeline.checking import Checked
from markwire.pipeline.checking import check as look
from markwire.pipeline.sources import Sources
from markwire.wording.explained import title
from markwire.wording.voice import Voice

Form = Literal["full", "concise", "json", "github", "sarif"]
FORMS: Final[tuple[Form, ...]] = ("full", "concise", "json", "github", "sarif")
_NARROWEST, _WIDEST = 60, 120
_STDIN: Final = "-"
_DIFF_COLORS: Final = {"+": "green", "-": "red", "@": "cyan"}
_YES: Final = {"y", "yes", "o", "oui"}


@click.command(cls=terminal.Command)
@click.argument("files", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="full", help="How to show problems."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--fix", is_flag=True, help="Mend what is safe, after a look at the difference.")
@click.option("--diff", "only_diff", is_flag=True, help="Show what --fix would do, and no more.")
@click.option("--yes", is_flag=True, help="With --fix: do not ask.")
@click.option("--strict", is_flag=True, help="Warnings count as errors for the exit code.")
@click.option("--stdin-filename", help="Where the article that '-' reads would be saved.")
@terminal.workers_option
@terminal.language_option
@click.pass_context
def check(
    context: click.Context,
    files: tuple[str, ...],
    *,
    form: Form,
    as_json: bool,
    fix: bool,
    only_diff: bool,
    yes: bool,
    strict: bool,
    stdin_filename: str | None,
    workers: int | None,
    language: str | None,
) -> None:
    """Look at FILES, or at all articles, and tell what is wrong. Nothing is published.

    A file or folder is named from here or from the content folder; '-' is what stands on stdin.
    Ends with 1 where an article cannot be published as it stands.
    """
    site = terminal.site_of(context)
    voice = terminal.voice_of(site, language)
    typed: dict[str, bytes] = {}
    if _STDIN in files:
        if files != (_STDIN,) or not stdin_filename:
            raise click.UsageError("'-' stands alone, with --stdin-filename")
        if fix or only_diff:
            raise click.UsageError("what stands on stdin cannot be mended; save it first")
        path = below_content(stdin_filename, site, must_exist=False)
        typed[path] = sys.stdin.buffer.read()
    paths = [below_content(file, site) for file in files if file != _STDIN]
    asked = paths if files else None
    checked = look(site, asked, typed=typed, workers=workers)
    if only_diff:
        _show_mendings(checked, site, voice, err=False)
        context.exit(_exit_code(checked, strict=strict))
    if fix and _mend(checked, site, voice, yes=yes):
        checked = look(site, asked, workers=workers)
    _give(checked, site, voice, form="json" if as_json else form, sources=Sources(site, typed))
    _sum_up(checked, voice)
    context.exit(_exit_code(checked, strict=strict))


def _show_mendings(checked: Checked, site: Site, voice: Voice, *, err: bool) -> list[Mending]:
    """Show what could be mended, as a patch."""
    wrong = {each.path for each in checked.problems}
    found = mendings(site, [path for path in checked.articles if path in wrong])
    for mending in found:
        for line in mending.diff(shown_path(mending.path, site)):
            style = _DIFF_COLORS.get(line[:1])
            click.secho(line, fg=style, err=err, color=terminal.color())
        for each in mending.fixed:
            terminal.talk(f"{each.code}: {voice.tell(each).message}")
    if not found:
        terminal.talk(voice.say("Nothing here can be mended without knowing what you meant."))
    return found


def _mend(checked: Checked, site: Site, voice: Voice, *, yes: bool) -> bool:
    """Mend what is safe once its editor has agreed; give whether anything was written."""
    found = _show_mendings(checked, site, voice, err=True)
    if not found:
        return False
    if not yes:
        question = voice.say_many(
            "Write this change to {number} file? [y/N]",
            "Write these changes to {number} files? [y/N]",
            len(found),
        )
        answer = click.prompt(question, default="", show_default=False, err=True)
        if answer.strip().casefold() not in _YES:
            terminal.talk(voice.say("Nothing was changed."))
            return False
    for mending in found:
        if not write(mending, site.folders.content):
            name = shown_path(mending.path, site)
            terminal.talk(
                voice.say("{name} has changed in the meantime, and was left as it is.", name=name),
                fg="yellow",
            )
    return True


def _exit_code(checked: Checked, *, strict: bool) -> int:
    counts = (each.severity == "error" or strict for each in checked.problems)
    return terminal.REFUSED if any(counts) else 0


def _give(checked: Checked, site: Site, voice: Voice, *, form: Form, sources: Sources) -> None:
    """Write the problems to stdout."""
    if form == "json":
        terminal.give(terminal.problems_as_json(checked.problems, site, voice))
        return
    findings = [
        Finding(each, voice.tell(each), shown_path(each.path, site), sources.line(each))
        for each in checked.problems
    ]
    match form:
        case "full":
            width = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size((100, 24)).columns))
            text = full(findings, voice, width=width)
        case "concise":
            text = concise(findings, voice)
        case "github":
            text = machine.github(findings)
        case _:
            codes = {each.problem.code for each in findings}
            titles = {code: title(code, voice.language) for code in codes}
            text = machine.sarif(findings, voice, titles=titles)
    click.echo(text, nl=False, color=terminal.color())


def _sum_up(checked: Checked, voice: Voice) -> None:
    """Say in one line on stderr how it stands."""
    refused = {each.path for each in checked.problems if each.severity == "error"}
    warnings = sum(each.severity == "warning" for each in checked.problems)
    say_many = voice.say_many
    parts = []
    if refused:
        parts.append(
            say_many(
                "{number} article cannot be published",
                "{number} articles cannot be published",
                len(refused),
            )
        )
    if warnings:
        parts.append(say_many("{number} warning", "{number} warnings", warnings))
    if parts:
        terminal.talk(", ".join(parts), fg="red" if refused else "yellow")
        return
    looked = len(checked.articles)
    terminal.talk(
        say_many("{number} article is in order", "{number} articles are in order", looked),
        fg="green",
    )
