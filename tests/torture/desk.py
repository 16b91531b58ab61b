"""A newsroom where everything happens that happens in a year, as fast as it goes.

Beside what ``Room`` knows: drafts, articles broken and mended, folders moved,
pictures away and back, saves in every way. ``settle`` ends what a clean build cannot know of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from newsroom import PNG
from torture.room import Piece, Room

_LEAVE: Final = 4  # as many as may go without being held as too many
_MOST: Final = 80
_FEWEST: Final = 50
_FOLDERS: Final = 5


class Desk(Room):
    """A room with more hands. ``kept`` are the pieces that are drafts or broken, by file name."""

    def __init__(self, root: Path, seed: int) -> None:
        self.kept: dict[str, str] = {}
        self._left = 0
        self._away: list[str] = []
        super().__init__(root, seed, articles=60)

    def edit(self) -> str:
        """Do one of the things that editors do; give what it was."""
        deeds: tuple[Callable[[], None], ...] = (
            *(self.rewrite, self.rewrite, self.rewrite, self.retitle, self.retag, self.rename),
            *(self.break_, self.mend, self.move_folder, self.file_away, self.repaint),
            *(self.release, self.take_picture_away, self.swap),
        )
        if len(self.pieces) < _MOST:
            deeds = (*deeds, self.add)
        if self._left < _LEAVE and len(self.pieces) > _FEWEST:
            deeds = (*deeds, self.delete, self.hold_back)
        deed = self.chance.choice(deeds)
        deed()
        return deed.__name__.strip("_")

    # --- how it is saved -----------------------------------------------------------------

    def _save(self, name: str, piece: Piece) -> None:
        self.kept.pop(name, None)
        self.pieces[name] = piece
        self._write(name, piece.source())

    def _write(self, name: str, source: str) -> None:
        file = self.content / name
        how = self.chance.randrange(3) if file.exists() else 0
        if how == 0:  # in place
            file.write_text(source, encoding="utf-8")
        elif how == 1:  # a new file renamed over it
            part = file.with_name(f".{file.name}.part")
            part.write_text(source, encoding="utf-8")
            part.replace(file)
        else:  # the old one renamed away
            backup = file.with_name(f"{file.name}~")
            file.rename(backup)
            file.write_text(source, encoding="utf-8")
            backup.unlink()

    # --- what else is done ---------------------------------------------------------------

    def delete(self) -> None:
        """Delete the file of an article."""
        self._left += 1
        name = self._any()
        (self.content / name).unlink()
        self.kept.pop(name, None)
        self.gone.add(self.pieces.pop(name).slug)

    def hold_back(self) -> None:
        """Make an article a draft again."""
        self._left += 1
        name = self._any()
        self._write(name, self.pieces[name].source().replace("---\n", "---\ndraft: true\n", 1))
        self.kept[name] = "draft"
        self.gone.add(self.pieces[name].slug)

    def break_(self) -> None:
        """Break the front matter of an article, of which the last version goes on standing."""
        name = self._any()
        if name not in self.kept:
            self._write(name, self.pieces[name].source().replace("tags: [", "tags: [[", 1))
            self.kept[name] = "broken"

    def mend(self) -> None:
        """Mend one that is broken."""
        self._restore("broken")

    def release(self) -> None:
        """Publish a draft."""
        self._restore("draft")

    def _restore(self, state: str) -> None:
        names = sorted(name for name, each in self.kept.items() if each == state)
        if names:
            name = self.chance.choice(names)
            self._save(name, self.pieces[name])

    def move(self, name: str, target: str) -> None:
        """Move the file of an article to another place in the folder."""
        if name in self.kept:
            self.kept[target] = self.kept.pop(name)
        super().move(name, target)

    def swap(self) -> None:
        """Have two files exchange their names, by way of a third."""
        one, other = self._any(), self._any()
        if one != other:
            self._edits += 1
            third = f"tausch-{self._edits}.md"
            for source, target in ((one, third), (other, one), (third, other)):
                self.move(source, target)

    def file_away(self) -> None:
        """Move an article into a folder."""
        name = self._any()
        self._edits += 1
        folder = f"dossier-{self.chance.randrange(_FOLDERS)}"
        self.move(name, f"{folder}/a{self.pieces[name].number}-{self._edits}.md")

    def move_folder(self) -> None:
        """Give a folder another name, with all that is in it."""
        folders = sorted({name.partition("/")[0] for name in self.pieces if "/" in name})
        if folders:
            folder = self.chance.choice(folders)
            self._edits += 1
            target = f"dossier-{self.chance.randrange(_FOLDERS)}-{self._edits}"
            (self.content / folder).rename(self.content / target)
            for name in [name for name in self.pieces if name.startswith(f"{folder}/")]:
                moved = target + name[len(folder) :]
                self.pieces[moved] = self.pieces.pop(name)
                if name in self.kept:
                    self.kept[moved] = self.kept.pop(name)

    def take_picture_away(self) -> None:
        """Remove a picture that articles show, or bring one back."""
        if self._away:
            (self.content / self._away.pop()).write_bytes(PNG + b"%d" % self._edits)
        else:
            name = f"carte-{self.chance.randrange(3)}.png"
            (self.content / name).unlink(missing_ok=True)
            self._away.append(name)

    # --- for comparison ------------------------------------------------------------------

    @property
    def slugs(self) -> set[str]:
        """The articles that should stand."""
        drafts = {name for name, state in self.kept.items() if state == "draft"}
        return {piece.slug for name, piece in self.pieces.items() if name not in drafts}

    def settle(self) -> None:
        """Mend what is broken, and bring pictures back: a clean build knows no last version."""
        while "broken" in self.kept.values():
            self.mend()
        while self._away:
            self.take_picture_away()
        self.clear_away()
        self._left = 0

    def clear_away(self) -> None:
        """Remove the folders in which nothing is left."""
        for folder in [*self.content.iterdir()]:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    @property
    def folders(self) -> int:
        """The number of folders below that of the content."""
        return sum(each.is_dir() for each in self.content.iterdir())

    def sign(self) -> str:
        """Write an article that stands in the feeds once all before it does; give its words."""
        name = min(name for name in self.pieces if name not in self.kept)
        piece = replace(self.pieces[name], text=self._text())
        self._save(name, piece)
        return piece.text.partition(".")[0]
