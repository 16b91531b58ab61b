"""The whole of ``markwire.toml``: the site, its folders, its editors. Pure."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markwire.config.feeds import read_each, read_feeds
from markwire.config.push import read_push
from markwire.config.reader import Reader, Table
from markwire.config.serve import read_serve, read_sidecars
from markwire.model import Folders, Site

_SECTIONS: Final = ("site", "folders", "feeds", "each", "editors", "static", "serve", "push")
_SITE_KEYS: Final = (
    "title",
    "url",
    "feeds_url",
    "language",
    "time_zone",
    "permalink",
    "hubs",
    "description",
    "rights",
    "icon",
    "logo",
    "ttl",
    "typography",
    "author_emails",
)
_EDITORS_KEYS: Final = ("report", "grace")
_PERMALINK_WORDS: Final = ("feeds_url", "url", "year", "month", "day", "section", "slug")
# What is never watched nor published (``intake.names``), and no folder's own page.
_REPORT: Final = re.compile(r"(?!_index\.)[._](?!\.?\Z)[^/\\\x00-\x1f\x7f]{0,100}\Z")


def read_site(reader: Reader, tables: Table, folder: Path) -> Site:
    """Read a whole file; paths are from ``folder``. Raises ConfigurationError."""
    reader.only(tables, _SECTIONS, "")
    site = reader.table(tables, "site")
    reader.only(site, _SITE_KEYS, "site")
    title = reader.text(site, "title", "site", required=True)
    url = reader.folder_url(site, "url", required=True)
    language = reader.text(site, "language", "site") or "en"
    description = reader.text(site, "description", "site") or title
    typography = reader.flag(site, "typography", "site", default=True)
    editors = reader.table(tables, "editors")
    reader.only(editors, _EDITORS_KEYS, "editors")
    feeds_url = reader.folder_url(site, "feeds_url") or url + "feeds/"
    folders = _folders(reader, reader.table(tables, "folders"), folder)
    permalink = _permalink(reader, site)
    return Site(
        title=title,
        url=url,
        feeds_url=feeds_url,
        time_zone=_zone(reader, site),
        language=language,
        description=description,
        rights=reader.text(site, "rights", "site"),
        permalink=permalink,
        hubs=tuple(reader.url(hub, "hubs") for hub in reader.texts(site, "hubs", "site")),
        icon=reader.link(site, "icon", url),
        logo=reader.link(site, "logo", url),
        ttl=reader.number(site, "ttl", "site", default=60),
        feeds=read_feeds(
            reader,
            reader.table(tables, "feeds"),
            title,
            description,
            language,
            typography=typography,
        ),
        each=read_each(reader, reader.table(tables, "each")),
        folders=folders,
        report=_report(reader, editors, language),
        grace=reader.number(editors, "grace", "editors", default=60, least=0),
        author_emails=reader.flag(site, "author_emails", "site", default=False),
        typography=typography,
        sidecars=read_sidecars(reader, reader.table(tables, "static")),
        serve=read_serve(reader, reader.table(tables, "serve"), folder),
        push=read_push(
            reader,
            reader.table(tables, "push"),
            folder,
            folders,
            feeds_url,
            permalink.replace("{feeds_url}", feeds_url).replace("{url}", url),
        ),
    )


def _report(reader: Reader, editors: Table, language: str) -> str:
    if "report" not in editors:
        return "_rapport.md" if re.match("fr\\b", language, re.IGNORECASE) else "_report.md"
    name = reader.text(editors, "report", "editors")
    if name and not _REPORT.match(name):
        reader.refuse(
            "report",
            "'report' in [editors] is the name of a file that starts with '_' or '.', which "
            "Markwire never publishes; write one such as '_report.md', or '' for none",
            "editors",
        )
    return name


def _permalink(reader: Reader, site: Table) -> str:
    template = reader.text(site, "permalink", "site") or "{feeds_url}articles/{slug}.html"
    try:
        parts = [part for part in Formatter().parse(template) if part[1] is not None]
    except ValueError:  # a brace without its other half
        parts = []
    # Words alone: a template that reaches into what they stand for gives no address.
    names = [name for _, name, form, turn in parts if not form and not turn]
    if len(names) < len(parts) or "slug" not in names or set(names) - {*_PERMALINK_WORDS}:
        words = ", ".join(f"{{{word}}}" for word in _PERMALINK_WORDS)
        reader.refuse(
            "permalink",
            f"'permalink' in [site] is made of text, {words}; {{slug}} must be one",
            "site",
        )
    if not template.startswith(("{feeds_url}", "{url}")):
        reader.url(template, "permalink")
    return template


def _zone(reader: Reader, site: Table) -> ZoneInfo:
    name = reader.text(site, "time_zone", "site") or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reader.refuse(
            "time_zone",
            f"'{name}' is no time zone; write one such as 'Europe/Paris'",
            "site",
        )


def _folders(reader: Reader, table: Table, folder: Path) -> Folders:
    reader.only(table, ("content", "feeds", "state"), "folders")
    content, feeds, state = (
        folder / (reader.text(table, key, "folders") or default)
        for key, default in (("content", "content"), ("feeds", "feeds"), ("state", ".markwire"))
    )
    places = {
        key: path.resolve()
        for key, path in (("content", content), ("feeds", feeds), ("state", state))
    }
    # What is written inside the watched folder would wake the watcher for ever; and what is
    # not meant for readers, below what is served, would be theirs.
    for key, place in (
        ("feeds", "content"),
        ("state", "content"),
        ("content", "feeds"),
        ("state", "feeds"),
    ):
        if places[key].is_relative_to(places[place]):
            reader.refuse(key, f"the {key} folder may not lie inside the {place} folder", "folders")
    return Folders(content=content, feeds=feeds, state=state)
