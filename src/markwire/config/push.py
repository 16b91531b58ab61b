"""``[push]``: who is told. Pure, but that links among the folders are followed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from markwire.config.reader import Reader, Table
from markwire.model import Folders, Push, Webhook

_PUSH_KEYS: Final = ("webhooks", "indexnow_key", "indexnow_key_url", "indexnow_url", "private")
_WEBHOOK_KEYS: Final = ("url", "name", "secret_file", "secret_env")
# IndexNow: what a key is made of.
_INDEXNOW_KEY: Final = re.compile(r"[A-Za-z0-9-]{8,128}\Z")


def read_push(
    reader: Reader, table: Table, folder: Path, folders: Folders, feeds_url: str, permalink: str
) -> Push:
    """Read who is told; ``permalink`` is the template with its addresses in place."""
    reader.only(table, _PUSH_KEYS, "push")
    key = reader.text(table, "indexnow_key", "push")
    if key and not _INDEXNOW_KEY.match(key):
        reader.refuse(
            "indexnow_key",
            "'indexnow_key' in [push] is 8 to 128 of a-z, A-Z, 0-9 and '-'",
            "push",
        )
    key_url = reader.address(table, "indexnow_key_url", "push") or f"{feeds_url}{key}.txt"
    if key and not permalink.partition("{")[0].startswith(key_url.rpartition("/")[0] + "/"):
        # IndexNow: a key speaks for the addresses below the folder in which it lies.
        reader.refuse(
            "indexnow_key",
            f"articles do not stand below {key_url.rpartition('/')[0]}/, where the key lies;"
            " put it into a file above them, and write its address as 'indexnow_key_url'",
            "push",
        )
    return Push(
        webhooks=_webhooks(reader, table, folder, folders),
        indexnow_key=key,
        indexnow_key_url=key_url if key else "",
        indexnow_url=reader.address(table, "indexnow_url", "push") or Push().indexnow_url,
        private=tuple(host.lower() for host in reader.texts(table, "private", "push")),
    )


def _webhooks(reader: Reader, push: Table, folder: Path, folders: Folders) -> tuple[Webhook, ...]:
    tables = push.get("webhooks", [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        reader.refuse(
            "webhooks",
            "'webhooks' in [push] is a list of tables; write [[push.webhooks]] above each",
            "push",
        )
    place = "push.webhooks"
    webhooks = []
    for table in tables:
        if "secret" in table:
            reader.refuse(
                "secret",
                "a secret does not stand in the configuration; name a file as 'secret_file',"
                " or an environment variable as 'secret_env'",
                place,
            )
        reader.only(table, _WEBHOOK_KEYS, place)
        if not reader.text(table, "url", place):
            reader.refuse("webhooks", "'url' is missing in [[push.webhooks]]", "push")
        file = reader.text(table, "secret_file", place)
        variable = reader.text(table, "secret_env", place)
        if bool(file) == bool(variable):
            reader.refuse(
                "webhooks",
                "each of [[push.webhooks]] has either 'secret_file' or 'secret_env'",
                "push",
            )
        path = (folder / file).resolve()
        if file and any(
            path.is_relative_to(each.resolve()) for each in (folders.content, folders.feeds)
        ):
            reader.refuse(
                "secret_file",
                "'secret_file' lies in the content or the feeds folder, which others can read;"
                " put it elsewhere",
                place,
            )
        webhooks.append(
            Webhook(
                reader.address(table, "url", place),
                reader.text(table, "name", place),
                str(path) if file else "",
                variable,
            )
        )
    return tuple(webhooks)
