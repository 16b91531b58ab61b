"""Read the content folder: what it holds, and the bytes of one file.

Above the I/O floor; reads only. No symbolic link is ever followed below the folder: what is
published is what the editor put there, not what a link from there leads to.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Final

from markwire.intake.inside import open_inside, parts_of, printable, root_error, unreadable
from markwire.intake.names import Kind, is_defaults, is_left_alone, is_ordinary, kind
from markwire.model import Found, Source
from markwire.problems import Problem, problem

LIMIT: Final = 4 * 1024 * 1024  # bytes of one article
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """What the content folder, or a part of it, holds.

    ``articles``, ``media`` and ``defaults``, the folders' own files, are by path, sorted.
    ``unseen`` are files and folders that are there but would not be looked at (permissions, a
    failing disk): their problem is among ``problems``, and what is known of them and below them
    stands.
    """

    articles: Mapping[str, Found]
    media: Mapping[str, Found]
    problems: tuple[Problem, ...] = ()
    unseen: frozenset[str] = frozenset()
    defaults: Mapping[str, Found] = field(default_factory=dict)


class Scan:
    """A walk through the whole content folder.

    Iterating gives the articles one by one, in the order of their paths; however many there
    are, no more than the folders on the way to one of them are held. The rest of what a
    ``Listing`` tells is complete when the walk has ended. Raises FolderError where the folder
    itself cannot be listed: an empty answer would read as "every article was deleted".
    """

    def __init__(self, root: Path) -> None:
        self._survey = _Survey(root)

    def __iter__(self) -> Iterator[Found]:
        yield from self._survey.below("")

    def rest(self) -> Listing:
        """Give all but the articles."""
        return self._survey.listing()


def look(root: Path, paths: Iterable[str]) -> Listing:
    """List these ``paths`` only, relative to ``root`` with ``/``; ``""`` is the whole folder.

    A path that is a folder now gives all that is below it; one that is no more, or is none of
    ours, gives nothing. Raises FolderError as ``scan`` does, ValueError for a path that would
    lead out of the folder.
    """
    survey = _Survey(root)
    try:
        if not stat.S_ISDIR(root.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as fault:
        raise root_error(root, fault) from fault
    for path in sorted(set(paths)):
        survey.visit(path)
    return survey.listing()


def read(root: Path, path: str) -> Source | Problem | None:
    """Read one article in a single, unchanged state; None where there is no such file.

    Gives the problem MW102 for a file above ``LIMIT`` bytes and MW103 for one that cannot be
    read. Raises FolderError where the content folder itself cannot be read: that says nothing
    of the file; ValueError for a path that would lead out of the folder.
    """
    try:
        for _ in range(_TRIES):
            with open_inside(root, path) as descriptor:
                before = os.fstat(descriptor)
                if not stat.S_ISREG(before.st_mode):
                    return None
                if before.st_size > LIMIT:
                    return problem("MW102", path, size=before.st_size, limit=LIMIT)
                content = _read_all(descriptor, before.st_size)
                # A file that grew, shrank or was rewritten under our eyes is read again: the
                # bytes would be of one version and the size and time of another.
                if _version(before) == _version(os.fstat(descriptor)) and (
                    len(content) == before.st_size
                ):
                    return Source(
                        found=_found(path, before),
                        content=content,
                        digest=hashlib.sha256(content).hexdigest(),
                    )
    except OSError as fault:
        return unreadable(path, fault)
    return problem("MW103", path, reason="it changed each time it was read")


@dataclass(slots=True)
class _Survey:
    """A walk through the content folder, and what it met so far."""

    root: Path
    articles: dict[str, Found] = field(default_factory=dict)
    media: dict[str, Found] = field(default_factory=dict)
    defaults: dict[str, Found] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    _plain: set[str] = field(default_factory=set)

    def listing(self) -> Listing:
        return Listing(
            articles=dict(sorted(self.articles.items())),
            media=dict(sorted(self.media.items())),
            problems=tuple(sorted(set(self.problems))),
            unseen=frozenset(self.unseen),
            defaults=dict(sorted(self.defaults.items())),
        )

    def visit(self, path: str) -> None:
        """Look at one path, and below it where it is a folder."""
        if not path:
            self._folder("")
            return
        parts = parts_of(path)
        is_ours = is_defaults(path) or not any(is_left_alone(name) for name in parts)
        if not is_ours or not self._leads(parts[:-1]):
            return
        status = self._status(path)
        if status is None:
            return
        if stat.S_ISDIR(status.st_mode):
            if self._is_named_well(path, parts[-1]):
                self._folder(path)
        elif is_defaults(path):
            self._note_defaults(path, status)
        elif (what := kind(parts[-1])) and (found := self._file(path, parts[-1], what, status)):
            self.articles[path] = found

    def _leads(self, folders: list[str]) -> bool:
        """Say whether the way down is through real folders, none of them a symbolic link."""
        way = ""
        for name in folders:
            way = f"{way}/{name}" if way else name
            if way in self._plain:
                continue
            status = self._status(way)
            if status is None or not stat.S_ISDIR(status.st_mode):
                return False
            self._plain.add(way)
        return True

    def _status(self, path: str) -> os.stat_result | None:
        try:
            return os.lstat(self.root / path)
        except OSError as fault:
            self._fault(path, fault)
            return None

    def _fault(self, path: str, fault: OSError) -> None:
        trouble = unreadable(printable(path), fault)
        if trouble is not None:
            self.problems.append(trouble)
            self.unseen.add(path)

    def _folder(self, path: str) -> None:
        self.articles |= {found.path: found for found in self.below(path)}

    def below(self, path: str) -> Iterator[Found]:
        """Give the articles below a folder in the order of their paths, noting all else."""
        waiting = self._entries(path)
        while waiting:
            here, is_ordinary_one, entry = waiting.pop()
            try:
                if here[-1] == "/":
                    if self._is_named_well(here[:-1], entry.name):
                        waiting += self._entries(here[:-1])
                elif is_ordinary_one:
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        yield Found(here, status.st_size, status.st_mtime_ns, status.st_ino)
                elif is_defaults(here):
                    self._note_defaults(here, entry.stat(follow_symlinks=False))
                elif (what := kind(entry.name)) and (
                    found := self._file(here, entry.name, what, entry.stat(follow_symlinks=False))
                ):
                    yield found
            except OSError as fault:
                self._fault(here.removesuffix("/"), fault)

    def _entries(self, path: str) -> list[tuple[str, bool, os.DirEntry[str]]]:
        """Give what a folder holds, with its path, the last in the order of all paths first.

        What is in the folder "a" stands behind "a.md": folders have their ``/`` already. The
        second value says of an article that nothing more need be asked of its name.
        """
        prefix = f"{path}/" if path else ""
        is_ascii = prefix.isascii()
        found = []
        try:
            with os.scandir(self.root / path) as entries:
                for entry in entries:
                    name = entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if not is_left_alone(name):
                            found.append((f"{prefix}{name}/", False, entry))
                    elif is_ascii and is_ordinary(name):
                        found.append((prefix + name, True, entry))
                    elif not is_left_alone(name) or is_defaults(prefix + name):
                        found.append((prefix + name, False, entry))
        except OSError as fault:
            if not path:
                raise root_error(self.root, fault) from fault
            self._fault(path, fault)
            return []
        found.sort(key=itemgetter(0), reverse=True)
        return found

    def _note_defaults(self, path: str, status: os.stat_result) -> None:
        if stat.S_ISREG(status.st_mode):
            self.defaults[path] = _found(path, status)

    def _file(self, path: str, name: str, what: Kind, status: os.stat_result) -> Found | None:
        """Give a file that is an article; note what else it is."""
        if not stat.S_ISREG(status.st_mode) or not self._is_named_well(path, name):
            return None
        if what == "conflict":
            self.problems.append(problem("MW104", path))
        elif self._is_twin(path, status):
            self.problems.append(problem("MW106", path))
        elif what == "article":
            return _found(path, status)
        else:
            self.media[path] = _found(path, status)
        return None

    def _is_named_well(self, path: str, name: str) -> bool:
        """Say whether the name is text; catalogue, feeds and JSON cannot hold other names."""
        try:
            name.encode()
        except UnicodeEncodeError:
            self.problems.append(problem("MW105", printable(path)))
            return False
        return True

    def _is_twin(self, path: str, status: os.stat_result) -> bool:
        """Say whether a *different* file has this name in composed form (NFC).

        macOS stores accents decomposed, other systems as typed: sync programs then make two
        files of one name. Where the file system itself takes both for one, it is no twin.
        """
        if unicodedata.is_normalized("NFC", path):
            return False
        composed = unicodedata.normalize("NFC", path)
        try:
            other = os.lstat(self.root / composed)
        except OSError:
            return False
        return (other.st_dev, other.st_ino) != (status.st_dev, status.st_ino)


def _found(path: str, status: os.stat_result) -> Found:
    return Found(path, status.st_size, status.st_mtime_ns, status.st_ino)


def _read_all(descriptor: int, size: int) -> bytes:
    """Read ``size`` bytes, and one more if there is one: so growth shows."""
    chunks: list[bytes] = []
    wanted = size + 1
    while wanted > 0 and (chunk := os.read(descriptor, wanted)):
        chunks.append(chunk)
        wanted -= len(chunk)
    return b"".join(chunks)


def _version(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns
