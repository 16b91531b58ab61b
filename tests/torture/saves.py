"""How editors and sync programs save, replayed byte by byte under a running watch.

After each the article is out in its new version, under its GUID, and no reader has seen it away
or half-written. Rows 9 to 16 and 59 of the failure table.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from unicodedata import normalize

from newsroom import PNG
from torture import verdict
from torture.burst import overflow
from torture.forks import forking
from torture.room import Piece, Room
from torture.torment import Outcome
from torture.weather import Weathered, unlike_clean, weathered
from torture.witness import Witness, text

_EXCHANGE: Final = 2  # renameat2(2): RENAME_EXCHANGE
_HERE: Final = -100  # AT_FDCWD
_YEAR_2099: Final = 4_070_908_800


@dataclass(slots=True)
class _Stage:
    """The room, its watch, its reader, and which version each article should be out in."""

    room: Room
    watch: Weathered
    witness: Witness
    version: int = 0

    def next_of(self, name: str) -> tuple[Path, bytes]:
        """Give the file of an article, and the bytes of its next version."""
        self.version += 1
        self.room.pieces[name] = piece = replace(self.room.pieces[name], text=text(self.version))
        return self.room.content / name, piece.source().encode()

    def new(self, name: str) -> tuple[Path, bytes]:
        """Give the same for a new article."""
        number = 1000 + self.version
        self.room.pieces[name] = Piece(number, f"Nouveau {number}", "", "Transport", (), 0)
        file = self.room.content / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return self.next_of(name)

    def is_out(self) -> list[str]:
        """Tell of each article that is not out in its version."""
        out = self.witness.versions()
        wanted = {piece.slug: piece.text for piece in self.room.pieces.values()}
        return [
            f"{slug} is out as {out.get(slug)}"
            for slug, wanted_text in wanted.items()
            if wanted_text != text(out.get(slug, -1))
        ]

    def pass_by(self) -> None:
        """Have the watch publish another article: whatever it took for settled is out then."""
        file, new = self.next_of("a0.md")
        file.write_bytes(new)
        slug, version = self.room.pieces["a0.md"].slug, self.version
        faults = self.watch.until_none(
            lambda: [] if self.witness.versions()[slug] == version else ["it never came"]
        )
        self.witness.faults += faults


_Save = Callable[[_Stage, str], None]


# --- editors -----------------------------------------------------------------------------


def _in_place(stage: _Stage, name: str) -> None:
    """VS Code, nano, Notepad: emptied and written anew."""
    file, new = stage.next_of(name)
    file.write_bytes(new)


def _in_two_halves(stage: _Stage, name: str) -> None:
    """An upload over a slow line."""
    file, new = stage.next_of(name)
    with file.open("wb", buffering=0) as stream:
        stage.pass_by()
        stream.write(new[: len(new) // 2])
        stage.pass_by()
        stream.write(new[len(new) // 2 :])


def _emptied_and_closed_first(stage: _Stage, name: str) -> None:
    """Editors that empty a file, close it, and open it again to write."""
    file, new = stage.next_of(name)
    file.open("wb").close()
    stage.pass_by()
    file.write_bytes(new)


def _each_keystroke(stage: _Stage, name: str) -> None:
    """Obsidian: whole, in place, again and again."""
    for _ in range(40):
        file, new = stage.next_of(name)
        file.write_bytes(new)


def _sed(stage: _Stage, name: str) -> None:
    """The real one: a new file of a name of its own, renamed over the old."""
    file, new = stage.next_of(name)
    old = file.read_bytes().rpartition(b"Version ")[2].partition(b".")[0].decode()
    words = (
        f"s/Version {old}\\./Version {stage.version}./",
        f"s/Fin {old}\\./Fin {stage.version}./",
    )
    subprocess.run(("sed", "-i", "-e", words[0], "-e", words[1], str(file)), check=True)
    assert file.read_bytes() == new


def _vim(stage: _Stage, name: str) -> None:
    """Try the folder, rename away, write anew, set rights, remove the backup."""
    file, new = stage.next_of(name)
    swap, backup = file.with_name(f".{name}.swp"), file.with_name(f"{name}~")
    swap.write_bytes(b"b0VIM 9.0")
    probe = file.with_name("4913")
    probe.touch()
    probe.unlink()
    file.rename(backup)
    with file.open("wb", buffering=0) as stream:
        stream.write(new)
        os.fsync(stream.fileno())
        os.fchmod(stream.fileno(), 0o644)
    backup.unlink()
    swap.unlink()


def _vim_that_was_slow(stage: _Stage, name: str) -> None:
    """The same, with time to publish that the article is gone."""
    file, new = stage.next_of(name)
    backup = file.with_name(f"{name}~")
    file.rename(backup)
    stage.pass_by()
    file.write_bytes(new)
    backup.unlink()


def _emacs(stage: _Stage, name: str) -> None:
    """Lock by a link to nowhere, save itself, keep a backup by renaming."""
    file, new = stage.next_of(name)
    lock, auto = file.with_name(f".#{name}"), file.with_name(f"#{name}#")
    lock.symlink_to("somebody@host.1234:5678")
    auto.write_bytes(new[:1000])
    file.rename(file.with_name(f"{name}~"))
    file.write_bytes(new)
    auto.unlink()
    lock.unlink()


def _gnome(stage: _Stage, name: str) -> None:
    """Gedit: a hard link as backup, and a stream renamed over the file."""
    file, new = stage.next_of(name)
    backup, stream = file.with_name(f"{name}~"), file.with_name(".goutputstream-A1B2C3")
    backup.unlink(missing_ok=True)
    backup.hardlink_to(file)
    stream.write_bytes(new)
    stream.rename(file)


def _libre_office(stage: _Stage, name: str) -> None:
    """A lock, a temporary file beside it, copied over in place."""
    file, new = stage.next_of(name)
    lock, temporary = file.with_name(f".~lock.{name}#"), file.with_name("lu12345abcde.tmp")
    lock.write_bytes(b",somebody,host;")
    temporary.write_bytes(new)
    shutil.copyfile(temporary, file)
    temporary.unlink()
    lock.unlink()


def _macos(stage: _Stage, name: str) -> None:
    """TextEdit: a folder for what replaces it, exchanged with the file."""
    file, new = stage.next_of(name)
    folder = file.with_name("(A Document Being Saved By TextEdit)")
    folder.mkdir()
    (folder / name).write_bytes(new)
    _exchange(folder / name, file)
    shutil.rmtree(folder)


def _git(stage: _Stage, name: str) -> None:
    """A checkout: removed, and made anew."""
    file, new = stage.next_of(name)
    file.unlink()
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(new)


# --- sync programs -----------------------------------------------------------------------


def _synced(file: Path, new: bytes, temporary: str) -> None:
    """Write aside, give it the time that the file has elsewhere, rename over it."""
    before = file.stat()
    part = file.with_name(temporary)
    part.write_bytes(new[: len(new) // 3])
    part.write_bytes(new)
    os.utime(part, ns=(before.st_mtime_ns, before.st_mtime_ns))
    part.rename(file)


def _rsync(stage: _Stage, name: str) -> None:
    file, new = stage.next_of(name)
    _synced(file, new, f".{name}.Ab3dEf")


def _nextcloud(stage: _Stage, name: str) -> None:
    """With a conflict beside it, which is nobody's article."""
    file, new = stage.next_of(name)
    _synced(file, new, f".{name}.~1a2b3c4d")
    stem = name.removesuffix(".md")
    conflict = file.with_name(f"{stem} (conflicted copy 2026-05-04 101112).md")
    conflict.write_bytes(new.replace(b"id: nr-", b"id: other-"))


def _syncthing(stage: _Stage, name: str) -> None:
    """With a conflict beside it, too."""
    file, new = stage.next_of(name)
    _synced(file, new, f".syncthing.{name}.tmp")
    stem = name.removesuffix(".md")
    conflict = file.with_name(f"{stem}.sync-conflict-20260504-101112-ABCDEFG.md")
    conflict.write_bytes(new.replace(b"id: nr-", b"id: other-"))


def _same_size_and_time(stage: _Stage, name: str) -> None:
    """Written in place, of the same length, and its time set back."""
    file, new = stage.next_of(name)
    before = file.stat()
    new = new.ljust(before.st_size, b"\n")
    file.write_bytes(new)
    os.utime(file, ns=(before.st_mtime_ns, before.st_mtime_ns))


def _year_1970(stage: _Stage, name: str) -> None:
    file, new = stage.next_of(name)
    file.write_bytes(new)
    os.utime(file, (0, 0))


def _year_2099(stage: _Stage, name: str) -> None:
    file, new = stage.next_of(name)
    file.write_bytes(new)
    os.utime(file, (_YEAR_2099, _YEAR_2099))


# --- what files can do besides -------------------------------------------------------------


def _swapped(stage: _Stage, name: str) -> None:
    """Two files exchange their names in one moment, and then by a third name."""
    file, new = stage.next_of(name)
    file.write_bytes(new)
    other = next(each for each in sorted(stage.room.pieces) if each not in {name, "a0.md"})
    pieces = stage.room.pieces
    _exchange(file, stage.room.content / other)
    pieces[name], pieces[other] = pieces[other], pieces[name]
    stage.pass_by()
    third = file.with_name("troisieme.md")
    file.rename(third)
    (stage.room.content / other).rename(file)
    third.rename(stage.room.content / other)
    pieces[name], pieces[other] = pieces[other], pieces[name]


def _folder_out_and_in(stage: _Stage, name: str) -> None:
    """A folder is moved out, its file written to there, and moved back."""
    stage.room.move(name, f"dossier/{name}")
    stage.pass_by()
    outside = stage.room.root / "dehors"
    (stage.room.content / "dossier").rename(outside)
    _, new = stage.next_of(f"dossier/{name}")
    (outside / name).write_bytes(new)
    outside.rename(stage.room.content / "dossier")
    stage.pass_by()
    stage.room.move(f"dossier/{name}", name)


def _picture_after_its_article(stage: _Stage, name: str) -> None:
    """A sync program brings the text first."""
    file, new = stage.new(f"{stage.version}-image.md")
    file.write_bytes(new + f"![Plan](plan-{stage.version}.png)\n".encode())
    stage.pass_by()
    (stage.room.content / f"plan-{stage.version - 1}.png").write_bytes(PNG + b"plan")


def _long_name_and_deep_path(stage: _Stage, name: str) -> None:
    file, new = stage.new(f"{stage.version:n>252}.md")
    file.write_bytes(new)
    file, new = stage.new(f"{'d/' * 200}profond-{stage.version}.md")
    file.write_bytes(new)


def _names_that_nobody_can_type(stage: _Stage, name: str) -> None:
    """Accents stored in two ways, and a name that is no text: told, and in nobody's way."""
    file, new = stage.new(f"caf\u00e9-{stage.version}.md")
    file.write_bytes(new)
    twin = file.with_name(normalize("NFD", file.name))
    twin.write_bytes(new.replace(b"id: nr-", b"id: twin-"))
    latin = os.fsencode(file.parent) + b"/caf\xe9-%d.md" % stage.version
    Path(os.fsdecode(latin)).write_bytes(new.replace(b"id: nr-", b"id: latin-"))


def _growing_for_ever(stage: _Stage, name: str) -> None:
    """A file that is never closed keeps nobody waiting."""
    file, new = stage.next_of(name)
    with file.open("wb", buffering=0) as stream:
        for start in range(0, len(new), len(new) // 4):
            stream.write(new[start : start + len(new) // 4])
            stage.pass_by()


# fmt: off
_SAVES: Final[tuple[_Save, ...]] = (
    _in_place, _in_two_halves, _emptied_and_closed_first, _each_keystroke, _sed, _vim,
    _vim_that_was_slow, _emacs, _gnome, _libre_office, _macos, _git, _rsync, _nextcloud,
    _syncthing, _same_size_and_time, _year_1970, _year_2099, _swapped, _folder_out_and_in,
    _picture_after_its_article, _long_name_and_deep_path, _names_that_nobody_can_type,
    _growing_for_ever,
)
# fmt: on


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Replay every way to save ``count`` times."""
    room = Room(folder / "site", seed, articles=6)
    ledger = verdict.Ledger()
    broken: list[str] = []
    with forking() as forks, weathered(room.root) as watch:
        witness = Witness(room.feeds)
        stage = _Stage(room, watch, witness)
        for name in list(room.pieces):
            _in_place(stage, name)
        broken += watch.until_none(stage.is_out)
        witness.expect(*(piece.slug for piece in room.pieces.values()))
        with witness.looking():
            for round_ in range(count):
                for save in _SAVES:
                    ledger.look(verdict.files(room.feeds))
                    save(stage, f"a{1 + stage.version % 5}.md")
                    found = watch.until_none(stage.is_out)
                    found += ledger.look(verdict.files(room.feeds))
                    broken += [f"{save.__name__.strip('_')}: {each}" for each in found]
                unheard = _unheard(stage, hurry=round_ == 0)
                broken += [f"unheard: {each}" for each in unheard]
                broken += watch.until_none(unlike_clean(room, forks, folder / "clean"))
        broken += witness.faults
    what = "saves as editors and sync programs make them, each followed by a reader's look"
    ran = count * (len(_SAVES) + 1)
    return Outcome(ran, what, tuple(broken[:20]), {"looks of the reader": f"{witness.looks:,}"})


def _unheard(stage: _Stage, *, hurry: bool) -> list[str]:
    """Write where the kernel tells nobody: by a map of memory, and by a name outside.

    A look at the whole folder finds both: the next regular one, or in a ``hurry`` the one that
    follows upon a full queue.
    """
    mapped, new = stage.next_of("a1.md")
    with mapped.open("r+b") as stream:
        stream.truncate(len(new))
        map_ = mmap.mmap(stream.fileno(), len(new))
    stage.pass_by()
    map_[:] = new
    map_.flush()
    map_.close()
    linked, new = stage.next_of("a2.md")
    outside = stage.room.root / "dehors.md"
    outside.unlink(missing_ok=True)
    outside.hardlink_to(linked)
    outside.write_bytes(new)
    if hurry:
        stage.watch.freeze()
        overflow(stage.room.content)
        stage.watch.thaw()
    return stage.watch.until_none(stage.is_out)


def _exchange(one: Path, other: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE):
        raise OSError(ctypes.get_errno(), "renameat2", str(one))
