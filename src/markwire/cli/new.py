"""``markwire new``: start an article."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from markwire.article.profiles import section_called
from markwire.article.slugs import slug
from markwire.cli import terminal
from markwire.errors import ConfigurationError, PublicationError
from markwire.intake.profiles import furnish


@click.command(cls=terminal.Command)
@click.argument("title")
@click.option("--section", default="", help="The section, by any of its names, and the folder.")
@click.option("--publish", is_flag=True, help="Leave out 'draft: true'.")
@click.pass_context
def new(context: click.Context, title: str, section: str, *, publish: bool) -> None:
    """Start an article with front matter in the content folder, and print its path.

    It is a draft, published once its editor takes 'draft: true' away.
    """
    site = terminal.site_of(context)
    if not title.strip():
        raise ConfigurationError('an article needs a title: markwire new "Le titre"')
    if section and site.folders.content.is_dir():
        known = section_called(section, furnish(site)[0])
        section = known.title if known else section
    folder = site.folders.content / (slug(section) if section else "")
    now = datetime.now(site.time_zone).replace(second=0, microsecond=0)
    path = write_article(folder, title, now, section=section, draft=not publish)
    click.echo(path)


def write_article(
    folder: Path, title: str, now: datetime, *, section: str = "", draft: bool, text: str = ""
) -> Path:
    """Write a new article under a name that is free; never over one that is there.

    Raises PublicationError where it cannot be written.
    """
    lines = ["---", f"title: {_quoted(title)}", 'summary: ""', f"date: {now.isoformat()}"]
    if section:
        lines.append(f"section: {_quoted(section)}")
    lines += ["tags: []", *(["draft: true"] if draft else []), "---", "", text]
    word = slug(title)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = folder / (f"{word}.md" if number == 1 else f"{word}-{number}.md")
            try:
                with path.open("x", encoding="utf-8", newline="\n") as file:
                    file.write("\n".join(lines))
            except FileExistsError:
                continue
            return path
    except OSError as fault:
        raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault
    raise PublicationError(f"{folder} has a thousand articles named {word} already")


def _quoted(text: str) -> str:
    """Give a YAML double-quoted scalar (YAML 1.2, 7.3.1)."""
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
