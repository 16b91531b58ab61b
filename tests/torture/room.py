"""A newsroom to torment: articles that say who they are, and what readers have seen of them.

Every article has an ``id``, a date and a slug of its own, so that a clean build of the same folder
is the same to the byte. Chance decides what editors do; the seed decides chance.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

from newsroom import SITE, png

CONFIG: Final = (
    f"{SITE}[feeds.main]\nlimit = 200\n[each]\nsection = true\ntag = true\n[editors]\ngrace = 1\n"
)
_ARTICLE: Final = """\
---
title: "{headline}"
{identity}slug: s{number}
date: 2026-0{month}-{day:02}T08:30:00Z
section: {section}
tags: [{tags}]
---

{text}

![Carte](carte-{picture}.png)
"""
_SECTIONS: Final = ("Transport", "Économie")
_TAGS: Final = ("rail", "été", "blé")
_PICTURES: Final = 3
_SETTLED: Final = 1_767_225_600  # seconds: the first day of 2026


@dataclass(frozen=True, slots=True)
class Piece:
    """One article, as its editor has it."""

    number: int
    headline: str
    text: str
    section: str
    tags: tuple[str, ...]
    picture: int
    has_id: bool = True

    @property
    def slug(self) -> str:
        return f"s{self.number}"

    def source(self) -> str:
        """Give what stands in its file."""
        return _ARTICLE.format(
            number=self.number,
            identity=f"id: nr-{self.number}\n" if self.has_id else "",
            headline=self.headline,
            month=1 + self.number // 28 % 9,
            day=1 + self.number % 28,
            section=self.section,
            tags=", ".join(self.tags),
            text=self.text,
            picture=self.picture,
        )


class Room:
    """One site, its editors, and what stands in its content folder (``pieces``, by file name).

    ``gone`` are the slugs of what they deleted. Without ids, a GUID comes from the first name of a
    file: only who remembers knows it. On a ``disk`` of their own lie the feeds,
    and the state below ``state``, where these are given. ``config`` is more of its configuration.
    """

    def __init__(
        self,
        root: Path,
        seed: int,
        *,
        articles: int = 12,
        with_ids: bool = True,
        disk: Path | None = None,
        state: Path | None = None,
        config: str = "",
    ) -> None:
        self.root = root
        self.content = root / "content"
        self.feeds = (disk or root) / "feeds"
        self.state = (state or root) / ".markwire"
        self.chance = Random(seed)
        self.pieces: dict[str, Piece] = {}
        self.gone: set[str] = set()
        self._with_ids = with_ids
        self._config = CONFIG + config
        self._count = 0
        self._edits = 0
        self.content.mkdir(parents=True)
        folders = f"[folders]\nfeeds = '{self.feeds}'\nstate = '{self.state}'\n"
        config = self._config + (folders if disk or state else "")
        (root / "markwire.toml").write_text(config, encoding="utf-8")
        for picture in range(_PICTURES):
            (self.content / f"carte-{picture}.png").write_bytes(png(b"%d" % picture))
        for _ in range(articles):
            self.add()
        for path in self.content.iterdir():
            os.utime(path, (_SETTLED, _SETTLED))  # A watch waits for what was written just now.

    @property
    def slugs(self) -> set[str]:
        """The articles that should stand."""
        return {piece.slug for piece in self.pieces.values()}

    # --- what editors do -----------------------------------------------------------------

    def edit(self) -> str:
        """Do one of the things that editors do; give what it was."""
        deeds = (self.add, self.rewrite, self.rewrite, self.retitle, self.retag, self.rename)
        deeds = (*deeds, self.delete) if len(self.pieces) > 8 else deeds
        if len(self.pieces) > 24:
            deeds = (self.delete,)
        deed = self.chance.choice((*deeds, self.repaint))
        deed()
        return deed.__name__

    def add(self) -> None:
        """Write a new article."""
        number = self._count
        self._count += 1
        piece = Piece(
            number,
            f"Titre {number}",
            self._text(),
            _SECTIONS[number % len(_SECTIONS)],
            (_TAGS[number % len(_TAGS)],),
            number % _PICTURES,
            self._with_ids,
        )
        self._save(f"a{number}.md", piece)

    def rewrite(self) -> None:
        """Change the text of an article."""
        self._save(name := self._any(), replace(self.pieces[name], text=self._text()))

    def retitle(self) -> None:
        """Change the headline of an article."""
        name = self._any()
        piece = self.pieces[name]
        self._edits += 1
        self._save(name, replace(piece, headline=f"Titre {piece.number}, {self._edits}"))

    def retag(self) -> None:
        """Move an article to other feeds."""
        name = self._any()
        tags = tuple(self.chance.sample(_TAGS, self.chance.randint(0, len(_TAGS))))
        section = self.chance.choice(_SECTIONS)
        self._save(name, replace(self.pieces[name], tags=tags, section=section))

    def rename(self) -> None:
        """Give the file of an article another name."""
        name = self._any()
        self._edits += 1
        self.move(name, f"a{self.pieces[name].number}-{self._edits}.md")

    def move(self, name: str, target: str) -> None:
        """Move the file of an article to another place in the folder."""
        (self.content / target).parent.mkdir(parents=True, exist_ok=True)
        (self.content / name).rename(self.content / target)
        self.pieces[target] = self.pieces.pop(name)

    def delete(self) -> None:
        """Delete the file of an article."""
        name = self._any()
        (self.content / name).unlink()
        self.gone.add(self.pieces.pop(name).slug)

    def repaint(self) -> None:
        """Change a picture that articles show."""
        self._edits += 1
        picture = self.chance.randrange(_PICTURES)
        (self.content / f"carte-{picture}.png").write_bytes(png(b"%d" % self._edits))

    def _any(self) -> str:
        return self.chance.choice(sorted(self.pieces))

    def _text(self) -> str:
        self._edits += 1
        words = self.chance.randint(5, 60)
        return f"Version {self._edits}. " + "Le train part à l’heure. " * words

    def _save(self, name: str, piece: Piece) -> None:
        (self.content / name).write_text(piece.source(), encoding="utf-8")
        self.pieces[name] = piece

    # --- for comparison ------------------------------------------------------------------

    def copy_for_clean_build(self, target: Path) -> Path:
        """Lay the same content into an empty folder; give its root."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        (target / "markwire.toml").write_text(self._config, encoding="utf-8")
        shutil.copytree(self.content, target / "content", symlinks=True)
        return target
