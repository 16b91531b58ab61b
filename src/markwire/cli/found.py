"""How findings look: on a terminal, and to programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click

from markwire.cli import terminal
from markwire.findings import Finding, Verdict
from markwire.model import Site
from markwire.wording.excerpt import safe
from markwire.wording.found import told
from markwire.wording.voice import Voice

WRONG: Final = 3
_COLORS: Final[dict[Verdict, str]] = {"ok": "green", "advice": "yellow", "wrong": "red"}


def show(findings: Sequence[Finding], site: Site, voice: Voice) -> None:
    """Print each finding with its verdict, and below what to do."""
    labels: dict[Verdict, str] = {
        "ok": voice.say("ok"),
        "advice": voice.say("advice"),
        "wrong": voice.say("wrong"),
    }
    width = max(map(len, labels.values()))
    for each in findings:
        said = told(each, site, voice)
        verdict = click.style(f"{labels[each.verdict]:<{width}}", fg=_COLORS[each.verdict])
        click.echo(f"{verdict}  {safe(said.message)}", color=terminal.color())
        if said.hint:
            hint = voice.say("help: {hint}", hint=said.hint)
            click.echo(f"{'':<{width}}  {safe(hint)}", color=terminal.color())


def as_json(findings: Sequence[Finding], site: Site, voice: Voice) -> list[dict[str, object]]:
    """Give findings as the contract of ``--json`` has them."""
    given: list[dict[str, object]] = []
    for each in findings:
        said = told(each, site, voice)
        given.append(
            {
                "check": each.check,
                "verdict": each.verdict,
                "code": each.code,
                "message": said.message,
                "hint": said.hint,
            }
        )
    return given


def are_well(findings: Sequence[Finding]) -> bool:
    """Say whether nothing is wrong."""
    return all(each.verdict != "wrong" for each in findings)


def leave(context: click.Context, findings: Sequence[Finding]) -> None:
    """End a command with the exit code that its findings ask for."""
    context.exit(0 if are_well(findings) else WRONG)
