"""Folders of other tools as they are, published, and what became of each of their files.

``tests/dialects/<tool>/`` is such a folder, ``tests/dialects/<tool>.toml`` what is expected.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from markwire import Edition, build, load_site
from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.formats import jsonfeed
from markwire.identity import fingerprint
from markwire.model import Article
from markwire.problems import Problem
from markwire.selection import state
from newsroom import Newsroom

FOLDER: Final = Path(__file__).parent / "dialects"
TOOLS: Final = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
SITE: Final = """\
[site]
title = "{title}"
url = "https://example.org/"
language = "{language}"
time_zone = "{zone}"
"""
MEDIA: Final = (".png", ".pdf")
# What no reader may meet outside of code, whatever tool it comes from.
REMNANTS: Final = (
    "{{", "}}", "{%", "%}", "{#", "#}", "{:", "{::", "{.", "{<", ">}", "+++",
    "{static}", "{filename}", "{attach}", "{tag}", "{category}", "|filename|", "@/", "](",
    "__GHOST_URL__", "[caption", "[/caption]", "[gallery", "[embed", "[TOC]", "[[",
    "endraw", "import {", "export const", "wp:", "kg-card",
)  # fmt: skip
_CODE: Final = re.compile(r"<code\b[^>]*>.*?</code>", re.S)
_TYPED: Final = str.maketrans({"\u2019": "'", "\u00a0": " ", "\u202f": " ", "\u2026": "..."})
_STYLE: Final = re.compile(r"<style\b.*?</style>", re.S)


@dataclass(frozen=True)
class Outcome:
    """What became of one file: ``state`` is one of those in the table of compatibility.md."""

    path: str
    state: str
    problems: tuple[Problem, ...]
    article: Article | None = None

    @property
    def codes(self) -> list[str]:
        return [f"{each.code}:{each.line}:{each.column}" for each in self.problems]


@dataclass(frozen=True)
class Dialect:
    """One folder, published."""

    tool: str
    expected: dict[str, Any]
    outcomes: dict[str, Outcome]
    edition: Edition
    newsroom: Newsroom

    def count(self, *states: str) -> int:
        return sum(outcome.state in states for outcome in self.outcomes.values())

    def readable(self) -> dict[str, str]:
        """Every file below the feeds folder as its readers read it, without code samples."""
        texts = {}
        for name, content in self.newsroom.files().items():
            if name.endswith(MEDIA):
                continue
            if name.endswith(".json"):
                text = "\n".join(_strings(json.loads(content)))
            elif name.endswith(".xml"):
                root = ElementTree.fromstring(content)
                parts = [value for each in root.iter() for value in each.attrib.values()]
                text = "\n".join([*root.itertext(), *parts])
            else:
                text = _STYLE.sub("", content.decode())
            text = untypeset(unescape(_CODE.sub("", text)))
            for literal in self.expected.get("literal", ()):
                text = text.replace(literal, "")
            texts[name] = text
        return texts


def untypeset(text: str) -> str:
    """A text as it was typed, near enough to compare: typography is not what is tested here."""
    return text.translate(_TYPED)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def expected(tool: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{tool}.toml").read_text(encoding="utf-8"))


def publish(tool: str, root: Path) -> Dialect:
    """Publish a copy of a tool's folder by the real pipeline."""
    wanted = expected(tool)
    shutil.copytree(FOLDER / tool, root / "content")
    given = {"title": tool, "language": "en", "zone": "Asia/Almaty"} | wanted.get("site", {})
    (root / "markwire.toml").write_text(SITE.format(**given), encoding="utf-8")
    site = load_site(root)
    edition = build(site, workers=1)
    now = datetime.now(UTC)
    by_source = {}
    for path in (site.folders.feeds / "articles").glob("*.json"):
        published = jsonfeed.read(path.read_bytes())
        by_source[published.source] = published.article
    outcomes = {}
    catalogue = SqliteCatalogue(site.folders.state / FILE_NAME)
    try:
        for file in sorted((FOLDER / tool).rglob("*")):
            path = file.relative_to(FOLDER / tool).as_posix()
            if not file.is_file():
                continue
            problems = tuple(each for each in edition.problems if each.path == path)
            article = by_source.get(fingerprint(path))
            remembered = catalogue.at(path)
            if article:
                what = "published"
            elif any(each.severity == "error" for each in problems):
                what = "refused"
            elif any(each.code == "MW112" for each in problems):
                what = "page"
            elif remembered:
                what = state(remembered.release, now)
            else:
                what = "not an article"
            outcomes[path] = Outcome(path, what, problems, article)
    finally:
        catalogue.close()
    return Dialect(tool, wanted, outcomes, edition, Newsroom.found(root, now))
