"""Whether what was written still stands on disk as it was written; what does not is owed again.

At the I/O rim. Feeds are looked at each time. The archive has two files an article: which files
it has is told by the times of its folders, and what is in them by looking at some thousands each
time, going round, so that the cost of a look does not grow with the archive.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Final

from markwire.catalogue import Catalogue
from markwire.model import Site
from markwire.outlet.directory import Directory
from markwire.outlet.disk import State
from markwire.outlet.sidecars import whole

_ARCHIVE: Final = ("articles", "media")
_ROUND: Final = 5_000  # files of the archive that are looked at in one go
_LOOKED_UNTIL: Final = "looked until"

Outputs = Iterable[tuple[str, State]]


class Standing:
    """Compares the feeds folder with what the catalogue knows to be written there."""

    def __init__(self, catalogue: Catalogue, outlet: Directory, site: Site) -> None:
        self._catalogue = catalogue
        self._outlet = outlet
        self._site = site

    def restore_all(self) -> None:
        """Have written again whatever is not on disk as it was written; leftovers go.

        So do sidecars of kinds that are no longer wanted, before the first file is replaced.
        """
        self._outlet.tidy()
        for path in [path for path, _ in self._catalogue.outputs() if self._is_left_beside(path)]:
            self._outlet.remove(path)
            self._catalogue.forget_output(path)
        self._look(self._catalogue.outputs())

    def restore(self) -> None:
        """Have written again what can be seen at little cost not to be as it was written."""
        outputs = self._catalogue.outputs
        # '0' is the character after '/'.
        self._look(
            chain(
                outputs(before="articles/"),
                outputs(after="articles0", before="media/"),
                outputs(after="media0"),
            )
        )
        for name in _ARCHIVE:
            if str(self._outlet.folder_time(name)) != self._catalogue.setting(_time_of(name)):
                self._look(outputs(after=f"{name}/", before=f"{name}0"))
        self._look_on()

    def note(self) -> None:
        """Remember when the archive's folders last changed, by our own hand."""
        for name in _ARCHIVE:
            time = str(self._outlet.folder_time(name))
            if self._catalogue.setting(_time_of(name)) != time:
                self._catalogue.set(_time_of(name), time)

    def _look_on(self) -> None:
        """Look at the next files of the archive, where the last look ended."""
        since = self._catalogue.setting(_LOOKED_UNTIL)
        outputs = tuple(
            self._catalogue.outputs(after=since or "articles/", before="media0", limit=_ROUND)
        )
        self._look(outputs)
        until = outputs[-1][0] if len(outputs) == _ROUND else ""
        if until != since:
            self._catalogue.set(_LOOKED_UNTIL, until)

    def _look(self, outputs: Outputs) -> None:
        spoilt = [path for path, state in outputs if self._outlet.state(path) != state]
        for path in spoilt:
            self._owe(path)

    def _is_left_beside(self, path: str) -> bool:
        file = whole(path)
        return path != file and path not in self._outlet.beside(file)

    def _owe(self, path: str) -> None:
        """Have a file written again, or what is beside it."""
        path = whole(path)
        kind, _, name = path.partition("/")
        if kind == "articles":
            number = self._catalogue.slug_holder(name.rpartition(".")[0])
            self._catalogue.expire([number] if number else [])
        elif kind == "media":
            self._catalogue.expire(self._catalogue.showing(self._site.feeds_url + path))
        elif (key := path.rpartition("/")[0]) in self._catalogue.feed_keys():
            self._catalogue.owe([key])


def _time_of(folder: str) -> str:
    return f"time of {folder}"
