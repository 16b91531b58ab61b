"""``markwire.toml`` → ``Site``, once; unknown keys are refused with the nearest known one.

At the I/O rim: reads one file. Nothing else in Markwire reads configuration.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from string import Formatter
from typing import Final, NoReturn, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markwire.article.html import clean_text
from markwire.article.slugs import DEVICES, is_slug
from markwire.article.urls import absolute
from markwire.compression import AVAILABLE, SUFFIXES
from markwire.errors import ConfigurationError
from markwire.model import Body, Each, Feed, Folders, Push, Serve, Sidecar, Site, Webhook, Where

FILE_NAME: Final = "markwire.toml"

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
_FEED_KEYS: Final = ("title", "description", "language", "limit", "body", "typography", "where")
_WHERE_KEYS: Final = ("section", "tag", "author", "language", "path")
_EDITORS_KEYS: Final = ("report", "grace")
_SERVE_KEYS: Final = ("hosts", "token_file", "moved", "proxies")
_PUSH_KEYS: Final = ("webhooks", "indexnow_key", "indexnow_key_url", "indexnow_url", "private")
_WEBHOOK_KEYS: Final = ("url", "name", "secret_file", "secret_env")
_PERMALINK_WORDS: Final = ("feeds_url", "url", "year", "month", "day", "section", "slug")
# Folders that Markwire itself writes below feeds/.
_RESERVED: Final = ("articles", "media", "section", "tag", "author", "language")

# A name as it stands in ``Host``, without a port (RFC 9110 7.2); an IPv6 address with brackets.
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]+\]", re.IGNORECASE)

# What is never watched nor published (``intake.names``), and no folder's own page.
_REPORT: Final = re.compile(r"(?!_index\.)[._](?!\.?\Z)[^/\\\x00-\x1f\x7f]{0,100}\Z")

# IndexNow: what a key is made of.
_INDEXNOW_KEY: Final = re.compile(r"[A-Za-z0-9-]{8,128}\Z")

_HEADER: Final = re.compile(r"\s*\[\[?([^\[\]]+)\]")

_Table = Mapping[str, object]


def find_site(start: Path) -> Path:
    """Give the nearest folder, from ``start`` upwards, that holds a ``markwire.toml``.

    Raises ConfigurationError where there is none.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise ConfigurationError(
        f"no {FILE_NAME} in {start} or any folder above it; make one with 'markwire init'"
    )


def load_site(folder: Path) -> Site:
    """Read the ``markwire.toml`` of a folder.

    Raises ConfigurationError, naming the key and the remedy, where it cannot be read or asks
    for something that cannot be.
    """
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError(
            f"no {FILE_NAME} in {folder}; make one with 'markwire init'"
        ) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigurationError(f"{path} cannot be read: {fault}") from fault
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise ConfigurationError(f"{path} is not TOML: {fault}") from fault
    return _Reader(text).site(tables, folder.absolute())


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


class _Reader:
    """Turns the tables of one file into a ``Site``; knows the text only to name lines."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def site(self, tables: _Table, folder: Path) -> Site:
        self._only(tables, _SECTIONS, "")
        site = self._table(tables, "site")
        self._only(site, _SITE_KEYS, "site")
        title = self._text(site, "title", "site", required=True)
        url = self._folder_url(site, "url", required=True)
        language = self._text(site, "language", "site") or "en"
        description = self._text(site, "description", "site") or title
        typography = self._flag(site, "typography", "site", default=True)
        editors = self._table(tables, "editors")
        self._only(editors, _EDITORS_KEYS, "editors")
        feeds_url = self._folder_url(site, "feeds_url") or url + "feeds/"
        folders = self._folders(self._table(tables, "folders"), folder)
        permalink = self._permalink(site)
        return Site(
            title=title,
            url=url,
            feeds_url=feeds_url,
            time_zone=self._zone(site),
            language=language,
            description=description,
            rights=self._text(site, "rights", "site"),
            permalink=permalink,
            hubs=tuple(self._url(hub, "hubs") for hub in self._texts(site, "hubs", "site")),
            icon=self._link(site, "icon", url),
            logo=self._link(site, "logo", url),
            ttl=self._number(site, "ttl", "site", default=60),
            feeds=self._feeds(
                self._table(tables, "feeds"), title, description, language, typography=typography
            ),
            each=self._each(self._table(tables, "each")),
            folders=folders,
            report=self._report(editors, language),
            grace=self._number(editors, "grace", "editors", default=60, least=0),
            author_emails=self._flag(site, "author_emails", "site", default=False),
            typography=typography,
            sidecars=self._sidecars(self._table(tables, "static")),
            serve=self._serve(self._table(tables, "serve"), folder),
            push=self._push(
                self._table(tables, "push"),
                folder,
                folders,
                feeds_url,
                permalink.replace("{feeds_url}", feeds_url).replace("{url}", url),
            ),
        )

    def _sidecars(self, table: _Table) -> tuple[Sidecar, ...]:
        self._only(table, ("sidecars",), "static")
        wanted = self._texts(table, "sidecars", "static")
        kinds: tuple[Sidecar, ...] = get_args(Sidecar)
        if strange := set(wanted).difference(kinds):
            self._refuse(
                "sidecars",
                f"'sidecars' in [static] names some of {', '.join(kinds)}, not '{min(strange)}'",
                "static",
            )
        there = {SUFFIXES[coding].removeprefix(".") for coding in AVAILABLE} | {"etag"}
        if missing := set(wanted).difference(there):
            self._refuse(
                "sidecars",
                f"'{min(missing)}' in [static] wants a library that is not installed here;"
                " install it with pip install 'markwire[serve]'",
                "static",
            )
        return tuple(kind for kind in kinds if kind in wanted)

    def _serve(self, table: _Table, folder: Path) -> Serve:
        self._only(table, _SERVE_KEYS, "serve")
        hosts = self._texts(table, "hosts", "serve")
        for host in hosts:
            if not _HOST.fullmatch(host):
                self._refuse(
                    "hosts",
                    f"'hosts' in [serve] wants names such as desk.example.org, not '{host}'",
                    "serve",
                )
        file = self._text(table, "token_file", "serve")
        proxies = self._texts(table, "proxies", "serve")
        for proxy in proxies:
            if not _is_network(proxy):
                self._refuse(
                    "proxies",
                    f"'proxies' in [serve] wants addresses such as 10.0.0.5 or 10.0.0.0/24, not"
                    f" '{proxy}'",
                    "serve",
                )
        return Serve(hosts, folder / file if file else None, self._moved(table), proxies)

    def _moved(self, serve: _Table) -> tuple[tuple[str, str], ...]:
        table = self._table(serve, "moved", "serve.moved")
        moved = {key: self._text(table, key, "serve.moved", required=True) for key in table}
        for old, new in moved.items():
            if not all(is_slug(part) for name in (old, new) for part in name.split("/")):
                self._refuse(
                    old,
                    f"'moved' in [serve] names feeds as in their addresses, such as tag/rail, not"
                    f" '{old}' and '{new}'",
                    "serve.moved",
                )
            if old == "main" or new in moved:
                self._refuse(old, f"the feed '{old}' cannot have moved to '{new}'", "serve.moved")
        return tuple((old, "" if new == "main" else new) for old, new in sorted(moved.items()))

    def _push(
        self, table: _Table, folder: Path, folders: Folders, feeds_url: str, permalink: str
    ) -> Push:
        self._only(table, _PUSH_KEYS, "push")
        key = self._text(table, "indexnow_key", "push")
        if key and not _INDEXNOW_KEY.match(key):
            self._refuse(
                "indexnow_key",
                "'indexnow_key' in [push] is 8 to 128 of a-z, A-Z, 0-9 and '-'",
                "push",
            )
        key_url = self._address(table, "indexnow_key_url", "push") or f"{feeds_url}{key}.txt"
        if key and not permalink.partition("{")[0].startswith(key_url.rpartition("/")[0] + "/"):
            # IndexNow: a key speaks for the addresses below the folder in which it lies.
            self._refuse(
                "indexnow_key",
                f"articles do not stand below {key_url.rpartition('/')[0]}/, where the key lies;"
                " put it into a file above them, and write its address as 'indexnow_key_url'",
                "push",
            )
        return Push(
            webhooks=self._webhooks(table, folder, folders),
            indexnow_key=key,
            indexnow_key_url=key_url if key else "",
            indexnow_url=self._address(table, "indexnow_url", "push") or Push().indexnow_url,
            private=tuple(host.lower() for host in self._texts(table, "private", "push")),
        )

    def _webhooks(self, push: _Table, folder: Path, folders: Folders) -> tuple[Webhook, ...]:
        tables = push.get("webhooks", [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            self._refuse(
                "webhooks",
                "'webhooks' in [push] is a list of tables; write [[push.webhooks]] above each",
                "push",
            )
        place = "push.webhooks"
        webhooks = []
        for table in tables:
            if "secret" in table:
                self._refuse(
                    "secret",
                    "a secret does not stand in the configuration; name a file as 'secret_file',"
                    " or an environment variable as 'secret_env'",
                    place,
                )
            self._only(table, _WEBHOOK_KEYS, place)
            if not self._text(table, "url", place):
                self._refuse("webhooks", "'url' is missing in [[push.webhooks]]", "push")
            file = self._text(table, "secret_file", place)
            variable = self._text(table, "secret_env", place)
            if bool(file) == bool(variable):
                self._refuse(
                    "webhooks",
                    "each of [[push.webhooks]] has either 'secret_file' or 'secret_env'",
                    "push",
                )
            path = (folder / file).resolve()
            if file and any(
                path.is_relative_to(each.resolve()) for each in (folders.content, folders.feeds)
            ):
                self._refuse(
                    "secret_file",
                    "'secret_file' lies in the content or the feeds folder, which others can read;"
                    " put it elsewhere",
                    place,
                )
            webhooks.append(
                Webhook(
                    self._address(table, "url", place),
                    self._text(table, "name", place),
                    str(path) if file else "",
                    variable,
                )
            )
        return tuple(webhooks)

    def _report(self, editors: _Table, language: str) -> str:
        if "report" not in editors:
            return "_rapport.md" if re.match("fr\\b", language, re.IGNORECASE) else "_report.md"
        name = self._text(editors, "report", "editors")
        if name and not _REPORT.match(name):
            self._refuse(
                "report",
                "'report' in [editors] is the name of a file that starts with '_' or '.', which "
                "Markwire never publishes; write one such as '_report.md', or '' for none",
                "editors",
            )
        return name

    def _feeds(
        self, tables: _Table, title: str, description: str, language: str, *, typography: bool
    ) -> tuple[Feed, ...]:
        feeds = []
        for name in sorted({*tables, "main"}, key=lambda name: (name != "main", name)):
            place = f"feeds.{name}"
            table = self._table(tables, name, place)
            self._only(table, _FEED_KEYS, place)
            if name != "main" and not all(is_slug(part) for part in name.split("/")):
                self._refuse(name, f"a feed is named with a-z, 0-9 and '-', not '{name}'", place)
            if name.split("/")[0] in _RESERVED:
                self._refuse(
                    name, f"Markwire keeps feeds/{name}/ for itself; name it otherwise", place
                )
            if not DEVICES.isdisjoint(name.split("/")):
                self._refuse(
                    name, f"Windows keeps '{name}' for a device; name the feed otherwise", place
                )
            label = self._text(table, "title", place)
            own_title = title if name == "main" else f"{title} — {name}"
            if label:
                own_title = label if name == "main" else f"{title} — {label}"
            feeds.append(
                Feed(
                    key="" if name == "main" else name,
                    title=own_title,
                    description=self._text(table, "description", place) or description,
                    language=self._text(table, "language", place) or language,
                    limit=self._number(table, "limit", place, default=50),
                    body=self._body(table, place, typography=typography),
                    where=self._where(table, place),
                )
            )
        return tuple(feeds)

    def _where(self, feed: _Table, place: str) -> Where:
        where = self._table(feed, "where", f"{place}.where")
        self._only(where, _WHERE_KEYS, f"{place}.where")
        return Where(**{key: self._texts(where, key, f"{place}.where") for key in where})

    def _body(self, feed: _Table, place: str, *, typography: bool) -> Body:
        said = self._text(feed, "body", place) or "full"
        typeset = self._flag(feed, "typography", place, default=typography)
        if said == "summary":
            return "summary" if typeset else "summary-plain"
        if said != "full":
            self._refuse("body", f"'body' in [{place}] is 'full' or 'summary', not '{said}'", place)
        return "full" if typeset else "full-plain"

    def _each(self, table: _Table) -> Each:
        self._only(table, ("section", "tag", "author", "language"), "each")
        return Each(**{key: self._flag(table, key, "each", default=False) for key in table})

    def _folders(self, table: _Table, folder: Path) -> Folders:
        self._only(table, ("content", "feeds", "state"), "folders")
        content, feeds, state = (
            folder / (self._text(table, key, "folders") or default)
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
                self._refuse(
                    key, f"the {key} folder may not lie inside the {place} folder", "folders"
                )
        return Folders(content=content, feeds=feeds, state=state)

    def _permalink(self, site: _Table) -> str:
        template = self._text(site, "permalink", "site") or "{feeds_url}articles/{slug}.html"
        try:
            parts = [part for part in Formatter().parse(template) if part[1] is not None]
        except ValueError:  # a brace without its other half
            parts = []
        # Words alone: a template that reaches into what they stand for gives no address.
        names = [name for _, name, form, turn in parts if not form and not turn]
        if len(names) < len(parts) or "slug" not in names or set(names) - {*_PERMALINK_WORDS}:
            words = ", ".join(f"{{{word}}}" for word in _PERMALINK_WORDS)
            self._refuse(
                "permalink",
                f"'permalink' in [site] is made of text, {words}; {{slug}} must be one",
                "site",
            )
        if not template.startswith(("{feeds_url}", "{url}")):
            self._url(template, "permalink")
        return template

    def _zone(self, site: _Table) -> ZoneInfo:
        name = self._text(site, "time_zone", "site") or "UTC"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._refuse(
                "time_zone",
                f"'{name}' is no time zone; write one such as 'Europe/Paris'",
                "site",
            )

    def _folder_url(self, table: _Table, key: str, *, required: bool = False) -> str:
        value = self._text(table, key, "site", required=required)
        return self._url(value, key).rstrip("/") + "/" if value else ""

    def _link(self, table: _Table, key: str, base: str) -> str:
        value = self._text(table, key, "site")
        return self._url(absolute(value, base), key) if value else ""

    def _address(self, table: _Table, key: str, place: str) -> str:
        value = self._text(table, key, place)
        return self._url(value, key, place) if value else ""

    def _url(self, value: str, key: str, place: str = "site") -> str:
        try:
            parts = urlsplit(value)
            is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:  # an IPv6 host without its bracket
            is_whole = False
        address = absolute(value, value) if is_whole and "{" not in value else value
        if not is_whole or not address:
            self._refuse(key, f"'{key}' wants a whole address such as https://example.org/", place)
        return address

    def _text(self, table: _Table, key: str, place: str, *, required: bool = False) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self._refuse(key, f"'{key}' in [{place}] is text; write it between quotes", place)
        self._only_legal(value, key, place)
        if required and not value.strip():
            self._refuse(key, f"'{key}' is missing in [{place}]", place)
        return value.strip()

    def _texts(self, table: _Table, key: str, place: str) -> tuple[str, ...]:
        value = table.get(key, [])
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in values):
            self._refuse(key, f"'{key}' in [{place}] is text, or a list of texts", place)
        for each in values:
            self._only_legal(str(each), key, place)
        return tuple(str(each) for each in values)

    def _only_legal(self, value: str, key: str, place: str) -> None:
        # TOML can write by escapes what XML cannot carry (XML 1.0 section 2.2).
        if clean_text(value) != value:
            self._refuse(
                key,
                f"'{key}' in [{place}] holds a character that feeds cannot carry; take it out",
                place,
            )

    def _number(self, table: _Table, key: str, place: str, *, default: int, least: int = 1) -> int:
        value = table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self._refuse(key, f"'{key}' in [{place}] is a whole number from {least}", place)
        return value

    def _flag(self, table: _Table, key: str, place: str, *, default: bool) -> bool:
        value = table.get(key, default)
        if not isinstance(value, bool):
            self._refuse(key, f"'{key}' in [{place}] is true or false", place)
        return value

    def _table(self, tables: _Table, key: str, place: str = "") -> _Table:
        value = tables.get(key, {})
        if not isinstance(value, dict):
            self._refuse(key, f"'{key}' is a table; write [{place or key}]")
        return value

    def _only(self, table: _Table, known: tuple[str, ...], place: str) -> None:
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                remedy = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
                inside = f" in [{place}]" if place else ""
                self._refuse(key, f"the key '{key}'{inside} is not known; {remedy}", place)

    def _refuse(self, key: str, sentence: str, place: str = "") -> NoReturn:
        """Stop with the line on which ``key`` stands in the table ``place``, or else anywhere."""
        as_key = re.compile(rf"""(?<![\w-])["']?{re.escape(key)}["']?\s*[=.\]]""")
        table, anywhere = "", 0
        for number, line in enumerate(self._lines, start=1):
            if header := _HEADER.match(line):
                table = header[1].replace('"', "").replace("'", "").replace(" ", "")
            if as_key.search(line) and not line.lstrip().startswith("#"):
                anywhere = anywhere or number
                # An inline table stands in the table above it.
                if place and f"{place}.".startswith(f"{table}."):
                    raise ConfigurationError(f"{FILE_NAME}:{number}: {sentence}")
        line = f":{anywhere}" if anywhere else ""
        raise ConfigurationError(f"{FILE_NAME}{line}: {sentence}")
