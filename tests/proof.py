"""Publish one article by itself, the whole way from file to feeds.

What golden and conformance cases compare is what readers would get: nothing on the way is
replaced. The clock decides only what is visible, so the same case, dated in the past, gives the
same bytes on every day and machine.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from markwire import Edition, build, load_site
from markwire.model import FILE_NAMES, FORMATS, Format

# The moment by which feeds are judged; a case is dated before it, and so always published.
NOW: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
# When the files of a case were last changed: the date of an article that gives none.
SAVED: Final = datetime(2026, 5, 4, 6, 30, tzinfo=UTC)
HOME: Final = "https://example.org/feeds/"
SITE: Final = """
[site]
title = "La Route des steppes"
url = "https://example.org/"
language = "fr"
time_zone = "Asia/Almaty"
description = "L’actualité de l’Asie centrale"
rights = "© La Route des steppes"
icon = "https://example.org/icon.png"
logo = "https://example.org/logo.png"
hubs = ["https://hub.example.org/"]

[each]
section = false
tag = false
"""


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """What became of one article: the main feed in each format, its page, and what was said."""

    feeds: Mapping[Format, bytes]
    page: bytes
    document: bytes
    edition: Edition


def proof(
    root: Path, name: str, article: bytes, *, site: str = SITE, beside: tuple[Path, ...] = ()
) -> Proof:
    """Publish ``article`` as ``content/<name>.md`` below ``root``, with the files ``beside`` it.

    ``root`` is an empty folder, ``site`` the text of its ``markwire.toml``.
    """
    content = root / "content"
    content.mkdir(parents=True)
    (root / "markwire.toml").write_text(site, encoding="utf-8")
    (content / f"{name}.md").write_bytes(article)
    for file in beside:
        shutil.copyfile(file, content / file.name)
    for file in content.iterdir():
        os.utime(file, (SAVED.timestamp(), SAVED.timestamp()))
    edition = build(load_site(root), workers=1)
    written = {path: (root / "feeds" / path).read_bytes() for path in edition.written}
    pages = [path for path in written if path.startswith("articles/") and path.endswith(".html")]
    return Proof(
        feeds={form: written[FILE_NAMES[form]] for form in FORMATS},
        page=written[pages[0]] if pages else b"",
        document=written[pages[0].removesuffix("html") + "json"] if pages else b"",
        edition=edition,
    )
