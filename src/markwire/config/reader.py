"""Tables of ``markwire.toml``: values by their type, each refusal with its line. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final, NoReturn
from urllib.parse import urlsplit

from markwire.article.html import clean_text
from markwire.article.urls import absolute
from markwire.errors import ConfigurationError

FILE_NAME: Final = "markwire.toml"

_HEADER: Final = re.compile(r"\s*\[\[?([^\[\]]+)\]")

Table = Mapping[str, object]


class Reader:
    """Reads values out of the tables of one file; knows the text only to name lines.

    What is of another kind than it should be raises a ConfigurationError with its line.
    """

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def folder_url(self, table: Table, key: str, *, required: bool = False) -> str:
        """Give an address of [site] that ends in ``/``; empty where there is none."""
        value = self.text(table, key, "site", required=required)
        return self.url(value, key).rstrip("/") + "/" if value else ""

    def link(self, table: Table, key: str, base: str) -> str:
        """Give an address of [site], whole by ``base``; empty where there is none."""
        value = self.text(table, key, "site")
        return self.url(absolute(value, base), key) if value else ""

    def address(self, table: Table, key: str, place: str) -> str:
        """Give a whole address; empty where there is none."""
        value = self.text(table, key, place)
        return self.url(value, key, place) if value else ""

    def url(self, value: str, key: str, place: str = "site") -> str:
        """Give an address if it is a whole one of the web."""
        try:
            parts = urlsplit(value)
            is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:  # an IPv6 host without its bracket
            is_whole = False
        address = absolute(value, value) if is_whole and "{" not in value else value
        if not is_whole or not address:
            self.refuse(key, f"'{key}' wants a whole address such as https://example.org/", place)
        return address

    def text(self, table: Table, key: str, place: str, *, required: bool = False) -> str:
        """Give a text without the blanks around it; empty where there is none."""
        value = table.get(key, "")
        if not isinstance(value, str):
            self.refuse(key, f"'{key}' in [{place}] is text; write it between quotes", place)
        self._only_legal(value, key, place)
        if required and not value.strip():
            self.refuse(key, f"'{key}' is missing in [{place}]", place)
        return value.strip()

    def texts(self, table: Table, key: str, place: str) -> tuple[str, ...]:
        """Give a list of texts, or the one that stands in its place."""
        value = table.get(key, [])
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in values):
            self.refuse(key, f"'{key}' in [{place}] is text, or a list of texts", place)
        for each in values:
            self._only_legal(str(each), key, place)
        return tuple(str(each) for each in values)

    def _only_legal(self, value: str, key: str, place: str) -> None:
        # TOML can write by escapes what XML cannot carry (XML 1.0 section 2.2).
        if clean_text(value) != value:
            self.refuse(
                key,
                f"'{key}' in [{place}] holds a character that feeds cannot carry; take it out",
                place,
            )

    def number(self, table: Table, key: str, place: str, *, default: int, least: int = 1) -> int:
        """Give a whole number of at least ``least``."""
        value = table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.refuse(key, f"'{key}' in [{place}] is a whole number from {least}", place)
        return value

    def flag(self, table: Table, key: str, place: str, *, default: bool) -> bool:
        """Give true or false."""
        value = table.get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, f"'{key}' in [{place}] is true or false", place)
        return value

    def table(self, tables: Table, key: str, place: str = "") -> Table:
        """Give a table; empty where there is none. ``place`` is how it is written."""
        value = tables.get(key, {})
        if not isinstance(value, dict):
            self.refuse(key, f"'{key}' is a table; write [{place or key}]")
        return value

    def only(self, table: Table, known: tuple[str, ...], place: str) -> None:
        """Refuse keys that are not known, with the nearest that is."""
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                remedy = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
                inside = f" in [{place}]" if place else ""
                self.refuse(key, f"the key '{key}'{inside} is not known; {remedy}", place)

    def refuse(self, key: str, sentence: str, place: str = "") -> NoReturn:
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
