"""``markwire init``: make a site."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from markwire.cli import terminal
from markwire.cli.new import write_article
from markwire.config import FILE_NAME, load_site
from markwire.errors import ConfigurationError, PublicationError

_FIRST = {
    "en": """This is your first article. It is published as soon as you save it.

Change this text, add a picture beside it, or drop another Markdown file into this folder:
the feeds follow by themselves.
""",
    "fr": """Voici votre premier article. Il est publié dès que vous l’enregistrez.

Modifiez ce texte, ajoutez une image à côté, ou déposez un autre fichier Markdown dans ce
dossier : les flux suivent d’eux-mêmes.
""",
}


@click.command(cls=terminal.Command)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--title", prompt="Title of the site", help="What readers see as its name.")
@click.option("--url", prompt="Address where readers find it", help="https://…")
@click.option("--language", prompt="Language", default="en", help="A code such as fr.")
@click.option("--time-zone", prompt="Time zone", default="UTC", help="Such as Asia/Almaty.")
@click.pass_context
def init(
    context: click.Context, folder: Path | None, title: str, url: str, language: str, time_zone: str
) -> None:
    """Make a site in FOLDER (default: this one): its configuration and a first article.

    Asks for what no option gives. Never writes over a site that is there.
    """
    target = (folder or context.obj or Path.cwd()).absolute()
    config = target / FILE_NAME
    lines = ["[site]"] + [
        f"{key} = {json.dumps(value.strip(), ensure_ascii=False)}"
        for key, value in (
            ("title", title), ("url", url), ("language", language), ("time_zone", time_zone)
        )
    ]  # fmt: skip
    try:
        target.mkdir(parents=True, exist_ok=True)
        with config.open("x", encoding="utf-8", newline="\n") as file:
            file.write("\n".join((*lines, "")))
    except FileExistsError:
        raise ConfigurationError(f"{config} is there already; nothing was changed") from None
    except OSError as fault:
        raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault
    try:
        site = load_site(target)
    except ConfigurationError:
        config.unlink()
        raise
    now = datetime.now(site.time_zone).replace(second=0, microsecond=0)
    text = _FIRST.get(site.language.partition("-")[0], _FIRST["en"])
    article = write_article(site.folders.content, title, now, draft=False, text=text)
    click.echo(config)
    click.echo(article)
    terminal.talk("Publish it with: markwire watch", fg="green")
