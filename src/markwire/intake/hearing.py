"""What a change that was told means for the files of the folder: which of them are to settle.

Above the I/O floor: a folder that came or moved is listed, for of its files no word may come.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from markwire.errors import FolderError
from markwire.intake.folder import Listing, Scan, look
from markwire.intake.names import is_file_of_ours, is_folder_of_ours
from markwire.intake.notices import Told
from markwire.intake.settle import Settler
from markwire.model import Found


class Hearing:
    """Takes in what is told of one folder; ``settler`` is given each file that may have changed.

    A file that was written to less than ``quiet`` seconds ago may not be finished.
    """

    def __init__(self, root: Path, settler: Settler, *, quiet: float) -> None:
        self._root = root
        self._settler = settler
        self._quiet = quiet

    def take(self, told: Told, now: float) -> None:
        """Take note of one change at ``now``, in the settler's seconds."""
        is_ours = is_folder_of_ours if told.is_folder else is_file_of_ours
        path = told.path if told.path and is_ours(told.path) else ""
        target = told.target if told.target and is_ours(told.target) else ""
        if told.change != "moved":
            if path and told.is_folder and told.change != "gone":
                self._take_folder(path, now)
            elif path:
                self._settler.note(path, told.change, now)
        elif not target:
            if path:
                self._settler.note(path, "gone", now)
        elif told.is_folder:
            self._take_moved_folder(path, target, now)
        elif path:
            self._settler.move(path, target, now)
        else:
            self._settler.note(target, "arrived", now)

    def take_unfinished(self, now: float) -> None:
        """Take note of every file of the folder that may be in the making."""
        try:
            scan = Scan(self._root)
            for found in scan:
                if self._is_fresh(found):
                    self._settler.note(found.path, "changed", now)
            for path in self._unfinished(scan.rest()):
                self._settler.note(path, "changed", now)
        except FolderError:
            return

    def _take_folder(self, folder: str, now: float) -> None:
        """Take note of what a new folder holds: its files may have come before its watch."""
        for path in _files(self._listing(folder)):
            self._settler.note(path, "changed", now)

    def _take_moved_folder(self, source: str, target: str, now: float) -> None:
        """Take note of every file of a moved folder at once, so that none looks deleted."""
        listing = self._listing(target)
        unfinished = self._unfinished(listing)
        for path in _files(listing):
            if source:
                self._settler.move(source + path[len(target) :], path, now)
            else:
                self._settler.note(path, "changed" if path in unfinished else "arrived", now)

    def _listing(self, folder: str) -> Listing:
        try:
            return look(self._root, (folder,))
        except FolderError:
            return Listing({}, {})

    def _unfinished(self, listing: Listing) -> frozenset[str]:
        """Give the files written to a moment ago: their writer may not have finished."""
        return frozenset(
            found.path
            for part in (listing.articles, listing.media)
            for found in part.values()
            if self._is_fresh(found)
        )

    def _is_fresh(self, found: Found) -> bool:
        return abs(time.time_ns() - found.modified) < int(self._quiet * 1e9)


def _files(listing: Listing) -> Iterator[str]:
    yield from listing.articles
    yield from listing.media
    yield from (each.path for each in listing.problems if each.code == "MW104")
