"""``markwire completion``: let the shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from markwire.cli import terminal

_HOW = {
    "bash": 'eval "$(markwire completion bash)"  in ~/.bashrc',
    "zsh": 'eval "$(markwire completion zsh)"  in ~/.zshrc',
    "fish": "markwire completion fish > ~/.config/fish/completions/markwire.fish",
}


@click.command(cls=terminal.Command)
@click.argument("shell", type=click.Choice(tuple(_HOW)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a SHELL."""
    maker = get_completion_class(shell)
    if maker is None:
        raise click.UsageError(f"no completion for {shell}")
    root = context.find_root().command
    click.echo(maker(root, {}, "markwire", "_MARKWIRE_COMPLETE").source())
    terminal.talk(f"Use it: {_HOW[shell]}")
