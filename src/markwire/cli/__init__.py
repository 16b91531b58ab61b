"""The ``markwire`` command. Terminal output lives here only.

stdout carries data, stderr talk. Exit codes: 0 done, 1 some articles refused, 2 usage or
configuration, 3 publication failed, 4 another instance holds the lock, 130 interrupted.
"""

from __future__ import annotations

import logging
from pathlib import Path

import click

from markwire.cli.build import build
from markwire.cli.check import check
from markwire.cli.completion import completion
from markwire.cli.doctor import doctor
from markwire.cli.explain import explain
from markwire.cli.feeds import feeds
from markwire.cli.init import init
from markwire.cli.new import new
from markwire.cli.requests import confirm, kill, restore
from markwire.cli.serve import serve
from markwire.cli.status import status
from markwire.cli.terminal import Command, Group
from markwire.cli.watch import watch
from markwire.cli.why import why

__all__ = ["Command", "main"]


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="markwire")
@click.option(
    "--site",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that holds markwire.toml. [default: the nearest one upwards]",
)
@click.option("-v", "--verbose", is_flag=True, help="Tell on stderr what happens, as events.")
@click.pass_context
def main(context: click.Context, folder: Path | None, *, verbose: bool) -> None:
    """Turn a folder of Markdown into RSS, Atom and JSON feeds."""
    context.obj = folder
    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")


for command in (
    init,
    new,
    build,
    watch,
    serve,
    check,
    why,
    explain,
    status,
    doctor,
    feeds,
    kill,
    restore,
    confirm,
    completion,
):
    main.add_command(command)
