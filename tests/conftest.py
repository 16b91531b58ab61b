"""What the tests share: the sample newsroom, built once, and how golden cases are written."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from hypothesis import settings

from markwire import Edition, Site, build, load_site
from markwire.formats import addresses, jsonfeed
from markwire.model import FORMATS, Article, Format

ROOT = Path(__file__).parents[1]

# How long an example takes says how busy the machine is.
settings.register_profile("markwire", deadline=None)
settings.load_profile("markwire")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-golden",
        action="store_true",
        help="write what golden cases become now into their out.* files, instead of comparing",
    )


@dataclass(repr=False)
class Newspaper:
    """The sample newsroom as it is published, in a folder of its own. Not to be changed."""

    site: Site
    edition: Edition

    @property
    def feeds(self) -> Path:
        return self.site.folders.feeds

    @cached_property
    def keys(self) -> list[str]:
        """The folders that hold a feed, as URLs know them."""
        found = (path.parent.relative_to(self.feeds) for path in self.feeds.rglob("rss.xml"))
        return sorted(path.as_posix().removeprefix(".") for path in found)

    @cached_property
    def articles(self) -> dict[str, Article]:
        """Every published article, by its GUID, as its own JSON gives it back."""
        found = (
            jsonfeed.read(path.read_bytes()).article
            for path in sorted((self.feeds / "articles").glob("*.json"))
        )
        return {article.guid: article for article in found}

    def path(self, key: str, form: Format) -> Path:
        return self.feeds / addresses.path(key, form)

    def documents(self) -> list[tuple[str, Format, bytes]]:
        """Every feed file: its key, its format and its bytes."""
        return [
            (key, form, self.path(key, form).read_bytes()) for key in self.keys for form in FORMATS
        ]


# A word that no reader may ever meet, in each place from which one has leaked somewhere.
CANARY = "kanarienvogel"
HIDDEN = {
    "brouillon.md": f"title: {CANARY} brouillon\nslug: {CANARY}-a\ntags: [{CANARY}]\ndraft: true",
    "a-venir.md": f"title: {CANARY} à venir\nslug: {CANARY}-b\ntags: [{CANARY}]\ndate: 2999-01-01",
    "embargo.md": f"title: {CANARY}\nsection: {CANARY}\nembargo: 2999-01-01T06:00Z",
    "perime.md": f"title: {CANARY} périmé\ndate: 2025-01-01\nexpires: 2025-02-01\ntags: [{CANARY}]",
    "refuse.md": f"title: {CANARY}\ndate: demain\ntags: [{CANARY}]",
}
SHOWN = f"""---
title: Ce que la rédaction garde pour elle
date: 2026-01-05T09:00:00+05:00
internal_note: {CANARY} dans une clé que nul ne connaît
api_key: {CANARY}
---

Un texte visible. %% {CANARY} dans un commentaire %% Et la suite.

<!-- {CANARY} en HTML -->

[[{CANARY}-a|Un lien vers un brouillon]], [un autre](brouillon.md).
"""


@pytest.fixture(scope="session")
def newspaper(tmp_path_factory: pytest.TempPathFactory) -> Newspaper:
    root = tmp_path_factory.mktemp("newspaper")
    shutil.copytree(ROOT / "content", root / "content")
    shutil.copyfile(ROOT / "markwire.toml", root / "markwire.toml")
    desk = root / "content" / "bureau"
    desk.mkdir()
    for name, front in HIDDEN.items():
        text = f"---\n{front}\n---\n\nLe {CANARY} chante.\n\n![{CANARY}]({CANARY}.png)\n"
        (desk / name).write_text(text, encoding="utf-8")
    (desk / "ouvert.md").write_text(SHOWN, encoding="utf-8")
    shutil.copyfile(root / "content/transport/images/axes-ferres.png", desk / f"{CANARY}.png")
    site = load_site(root)
    return Newspaper(site, build(site, workers=1))
