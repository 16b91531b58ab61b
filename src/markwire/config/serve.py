"""``[serve]`` and ``[static]``: how feeds are served. Pure."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Final, get_args

from markwire.article.slugs import is_slug
from markwire.compression import AVAILABLE, SUFFIXES
from markwire.config.reader import Reader, Table
from markwire.model import Serve, Sidecar

_SERVE_KEYS: Final = ("hosts", "token_file", "moved", "proxies")
# A name as it stands in ``Host``, without a port (RFC 9110 7.2); an IPv6 address with brackets.
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]+\]", re.IGNORECASE)


def read_sidecars(reader: Reader, table: Table) -> tuple[Sidecar, ...]:
    """Read which files lie beside those that are served."""
    reader.only(table, ("sidecars",), "static")
    wanted = reader.texts(table, "sidecars", "static")
    kinds: tuple[Sidecar, ...] = get_args(Sidecar)
    if strange := set(wanted).difference(kinds):
        reader.refuse(
            "sidecars",
            f"'sidecars' in [static] names some of {', '.join(kinds)}, not '{min(strange)}'",
            "static",
        )
    there = {SUFFIXES[coding].removeprefix(".") for coding in AVAILABLE} | {"etag"}
    if missing := set(wanted).difference(there):
        reader.refuse(
            "sidecars",
            f"'{min(missing)}' in [static] wants a library that is not installed here;"
            " install it with pip install 'markwire[serve]'",
            "static",
        )
    return tuple(kind for kind in kinds if kind in wanted)


def read_serve(reader: Reader, table: Table, folder: Path) -> Serve:
    """Read who may ask for the desk, which feeds have moved, and what stands before us."""
    reader.only(table, _SERVE_KEYS, "serve")
    hosts = reader.texts(table, "hosts", "serve")
    for host in hosts:
        if not _HOST.fullmatch(host):
            reader.refuse(
                "hosts",
                f"'hosts' in [serve] wants names such as desk.example.org, not '{host}'",
                "serve",
            )
    file = reader.text(table, "token_file", "serve")
    proxies = reader.texts(table, "proxies", "serve")
    for proxy in proxies:
        if not _is_network(proxy):
            reader.refuse(
                "proxies",
                f"'proxies' in [serve] wants addresses such as 10.0.0.5 or 10.0.0.0/24, not"
                f" '{proxy}'",
                "serve",
            )
    return Serve(hosts, folder / file if file else None, _moved(reader, table), proxies)


def _moved(reader: Reader, serve: Table) -> tuple[tuple[str, str], ...]:
    table = reader.table(serve, "moved", "serve.moved")
    moved = {key: reader.text(table, key, "serve.moved", required=True) for key in table}
    for old, new in moved.items():
        if not all(is_slug(part) for name in (old, new) for part in name.split("/")):
            reader.refuse(
                old,
                f"'moved' in [serve] names feeds as in their addresses, such as tag/rail, not"
                f" '{old}' and '{new}'",
                "serve.moved",
            )
        if old == "main" or new in moved:
            reader.refuse(old, f"the feed '{old}' cannot have moved to '{new}'", "serve.moved")
    return tuple((old, "" if new == "main" else new) for old, new in sorted(moved.items()))


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
