"""Folders to measure in: the same articles for every tool, each with the front matter it reads."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, time_ns
from typing import Final

from bench.corpus import AUTHORS, NEWS, SECTIONS, TAGS, Corpus, Written

PEERS: Final = Path(__file__).parent / "peers"
CONFIG: Final = """[site]
title = "Bench"
url = "https://example.org/"

[each]
section = true
tag = true
author = true
"""
FORMATS: Final = ("rss.xml", "atom.xml", "feed.json")
_MADE: Final = ".made"


@dataclass(frozen=True, slots=True)
class Drop:
    """One change to let go: an article new or changed, written in place or renamed to."""

    number: int
    turn: int
    path: Path
    text: str
    renamed: bool

    @property
    def marker(self) -> bytes:
        """What only this version of the article holds."""
        return f"Version {self.turn}.".encode()

    def let_go(self) -> float:
        """Do it, and give the ``perf_counter`` just before the close or the rename."""
        if self.renamed:
            temporary = self.path.with_name(f".{self.path.name}.tmp")
            temporary.write_text(self.text, encoding="utf-8")
            start = perf_counter()
            temporary.replace(self.path)
            return start
        with self.path.open("w", encoding="utf-8") as file:
            file.write(self.text)
            file.flush()
            return perf_counter()


class Site:
    """A tool's folder with ``size`` articles, and the changes that are made to it."""

    def __init__(self, root: Path, tool: str, size: int) -> None:
        self.root = root
        self.tool = tool
        self.size = size
        self.content = root / "content"
        self.corpus = Corpus()
        self._news = 0
        self._turn = 0

    def make(self) -> None:
        """Write the set-up and the articles, unless they stand from an earlier run."""
        stamp = self.root / _MADE
        if not stamp.exists() or stamp.read_text() != str(self.size):
            shutil.rmtree(self.root, ignore_errors=True)
            self.root.mkdir(parents=True)
            for number in range(self.size):
                path = self.content / self.corpus.path(number)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(self._text(number, 0), encoding="utf-8")
            stamp.write_text(str(self.size))
        self._lay_out()
        shutil.rmtree(self.content / NEWS, ignore_errors=True)
        (self.content / NEWS).mkdir()

    def put_away(self, *names: str) -> None:
        """Take what a tool has written out of its folder, and let the disk come to rest.

        It is moved and not removed: for some seconds after a removal, ext4 looks for each new file
        past all that were removed, and every tool would be ten times slower.
        """
        for name in names:
            written = self.root / name
            if written.exists():
                away = self.root.parent / "away" / f"{self.tool}-{time_ns()}"
                away.parent.mkdir(exist_ok=True)
                written.rename(away)
        os.sync()

    def next_drop(self) -> Drop:
        """Give the next change: a new article and a change to it in turn, in both ways in turn."""
        self._turn += 1
        if self._turn % 2:
            self._news += 1
        number = -self._news
        return Drop(
            number=number,
            turn=self._turn,
            path=self.content / self.corpus.path(number),
            text=self._text(number, self._turn),
            renamed=(self._turn - 1) // 2 % 2 == 1,
        )

    def newest(self) -> Iterator[tuple[int, Written]]:
        """Give the articles of now, the newest first."""
        for number in range(-self._news, self.size):
            yield number, self.corpus.written(number)

    def _lay_out(self) -> None:
        if self.tool == "markwire":
            (self.root / "markwire.toml").write_text(CONFIG, encoding="utf-8")
            return
        shutil.copytree(
            PEERS / self.tool,
            self.root,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("node_modules", "__pycache__"),
        )
        modules = PEERS / self.tool / "node_modules"
        if modules.is_dir():
            with suppress(FileExistsError):
                (self.root / "node_modules").symlink_to(modules)

    def _text(self, number: int, turn: int) -> str:
        if self.tool in _HEADS:
            written = self.corpus.written(number, turn=turn)
            return _HEADS[self.tool](written) + "\n" + written.text
        return self.corpus.article(number, turn=turn)


def feeds_of(written: Written) -> list[str]:
    """Give the folders, below Markwire's feeds, of all the feeds that an article is in."""
    return [
        "",
        f"section/{word(written.section)}",
        *(f"tag/{word(tag)}" for tag in written.tags),
        *(f"author/{word(author)}" for author in written.authors),
    ]


def newest_in_feeds(site: Site) -> dict[str, int]:
    """Give every feed's folder with the number of the newest article in it."""
    newest: dict[str, int] = {}
    for number, written in site.newest():
        for folder in feeds_of(written):
            newest.setdefault(folder, number)
        if len(newest) == 1 + len(SECTIONS) + len(TAGS) + len(AUTHORS):
            break
    return newest


def word(value: str) -> str:
    """Give a section, tag or author as it stands in an address: ASCII, in lower case."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _yaml(written: Written, section: list[str]) -> str:
    lines = [
        "---",
        f'title: "{written.headline}"',
        f'description: "{written.standfirst}"',
        f"date: {written.date:%Y-%m-%dT%H:%M:%S}Z",
        "authors:",
        *(f"  - {author}" for author in written.authors),
        *section,
        "tags:",
        *(f"  - {tag}" for tag in written.tags),
        f"language: {written.language}",
        "---",
        "",
    ]
    return "\n".join(lines)


def _pelican(written: Written) -> str:
    lines = [
        f"Title: {written.headline}",
        f"Summary: {written.standfirst}",
        f"Date: {written.date:%Y-%m-%dT%H:%M:%S}Z",
        f"Authors: {'; '.join(written.authors)}",
        f"Category: {written.section}",
        f"Tags: {', '.join(written.tags)}",
        "",
    ]
    return "\n".join(lines)


_HEADS: Final[dict[str, Callable[[Written], str]]] = {
    "hugo": lambda written: _yaml(written, ["categories:", f"  - {written.section}"]),
    "eleventy": lambda written: _yaml(written, [f"section: {written.section}"]),
    "pelican": _pelican,
}
