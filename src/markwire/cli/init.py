"""``markwire init``: make a site, or the files with which editors' tools know one."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

import click

from markwire.cli import terminal
from markwire.cli.new import write_article
from markwire.config import FILE_NAME, find_site, load_site
from markwire.editors import EDITORS, Desk, files
from markwire.errors import ConfigurationError, PublicationError
from markwire.intake.names import is_article, is_left_alone
from markwire.model import Site
from markwire.wording.voice import voice

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
@click.option("--title", help="What readers see as the site's name.")
@click.option("--url", help="The address where readers find it: https://…")
@click.option("--language", help="A code such as fr. [default: en]")
@click.option("--time-zone", help="Such as Asia/Almaty. [default: UTC]")
@click.option(
    "--editor",
    "editors",
    type=click.Choice([*EDITORS]),
    multiple=True,
    help="Add the files of a tool that articles are written with; may be repeated.",
)
@click.pass_context
def init(
    context: click.Context,
    folder: Path | None,
    *,
    title: str | None,
    url: str | None,
    language: str | None,
    time_zone: str | None,
    editors: tuple[str, ...],
) -> None:
    """Make a site in FOLDER (default: this one): its configuration and a first article.

    Asks for what no option gives. With --editor, a site that is there gets the files of that tool.
    Never writes over a file that is there.
    """
    target = _target(folder or context.obj, to_be_found=bool(editors))
    if editors and (target / FILE_NAME).exists():
        site = load_site(target)
    else:
        site = _new_site(
            target,
            # As they are asked for, and never where an option has said it.
            title=title if title is not None else click.prompt("Title of the site"),
            url=url if url is not None else click.prompt("Address where readers find it"),
            language=language if language is not None else click.prompt("Language", default="en"),
            time_zone=(
                time_zone if time_zone is not None else click.prompt("Time zone", default="UTC")
            ),
        )
        said = voice(site.language).say("Publish it with: {command}", command="markwire watch")
        terminal.talk(said, fg="green")
    _write_files(target, site, editors)


def _target(folder: Path | None, *, to_be_found: bool) -> Path:
    """Give the folder that is meant: of a site that is to be found, the nearest upwards."""
    if folder is None and to_be_found:
        try:
            return find_site(Path.cwd())
        except ConfigurationError:
            pass
    return (folder or Path.cwd()).absolute()


def _new_site(target: Path, *, title: str, url: str, language: str, time_zone: str) -> Site:
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
    return site


def _write_files(target: Path, site: Site, editors: tuple[str, ...]) -> None:
    """Write what each tool wants and has not; print what was written."""
    content = Path(os.path.relpath(site.folders.content, target)).as_posix()
    desk = Desk(site.language, content, _sections(site.folders.content))
    speaking = voice(site.language)
    wanted = {file.path: file.text for editor in editors for file in files(editor, desk)}
    for path, text in wanted.items():
        place = target / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            told = speaking.say("{path} is there already, and was left as it is.", path=str(place))
            terminal.talk(told, fg="yellow")
        except OSError as fault:
            raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault
        else:
            click.echo(place)


def _sections(content: Path) -> tuple[str, ...]:
    """Give the folders of the content folder that hold articles themselves."""
    if not content.is_dir():
        return ()
    return tuple(
        sorted(
            each.name
            for each in content.iterdir()
            if not is_left_alone(each.name)
            and each.is_dir()
            and not each.is_symlink()
            and any(is_article(file.name) for file in each.iterdir())
        )
    )
