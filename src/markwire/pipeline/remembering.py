"""Which article a file holds: one that is known there, or one that came back.

At the I/O rim by its neighbours. Nothing is recorded here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping

from markwire import identity as identities
from markwire.catalogue import Catalogue, Remembered
from markwire.model import Manuscript
from markwire.problems import Problem, problem

TAKEN = "MW401"

Numbers = Mapping[str, int | None]


class Memory:
    """What the catalogue remembers of articles whose files come, go and come back."""

    def __init__(self, catalogue: Catalogue, leaving: Container[str]) -> None:
        self._catalogue = catalogue
        self._leaving = leaving
        self._owners: Mapping[int, str] = {}

    def expect(self, paths: Iterable[str]) -> None:
        """Note which articles stand published from these paths, though no file is known there."""
        last = ((self.at(path, None), path) for path in paths)
        self._owners = {article.number: path for article, path in last if article and article.page}

    def at(self, path: str, number: int | None) -> Remembered | None:
        """Give the article that is known at a path, or was last published from there."""
        if number is not None:
            return self._catalogue.article(number)
        last = self._catalogue.find(fingerprint=identities.fingerprint(path))
        return last if last is not None and not last.present else None

    def claimed(self, own: str) -> Remembered | None:
        """Give the article that an editor's ``id`` names, if there is one."""
        same = self._catalogue.find(own_id=own) if own else None
        if same is None and (guid := identities.own_guid(own)):
            same = self._catalogue.find(guid=guid)
        return same

    def named(
        self,
        manuscripts: Iterable[Manuscript],
        numbers: Numbers,
        *,
        looked_at: Container[str],
        vanished: Container[str],
    ) -> Numbers:
        """Give the articles of paths that hold another than ``numbers`` says, as their ids tell.

        ``numbers`` is what each path is taken to hold. A path has the article that its id names
        where no other path names the same, the article's own path was ``looked_at``, too, and
        holds another now or has ``vanished``; and where what the path held before has an id of its
        own, or goes on under another path.
        """

        def has_gone(found: Remembered) -> bool:
            return found.present and (found.path in vanished or found.path in self._leaving)

        claims = {each.path: found for each in manuscripts if (found := self.claimed(each.guid))}
        times = Counter(found.number for found in claims.values())
        holders = {number: path for path, number in numbers.items() if number is not None}
        wanted = {
            path: found.number
            for path, found in claims.items()
            if times[found.number] == 1
            and numbers.get(path) != found.number
            and (not found.present or found.path in looked_at or has_gone(found))
        }

        def is_free(number: int) -> bool:
            holder = holders.get(number)
            return holder is None or holder in wanted

        def is_left(path: str) -> bool:
            number = numbers.get(path)
            if number is None or number in wanted.values() or has_gone(claims[path]):
                return True
            return bool(self._catalogue.article(number).identity.own_id)

        while alone := [
            path for path, number in wanted.items() if not is_free(number) or not is_left(path)
        ]:
            for path in alone:
                del wanted[path]
        return wanted

    def article_of(self, manuscript: Manuscript, number: int | None) -> Remembered | Problem | None:
        """Find the article that a manuscript is; a problem where its ``id`` is another's."""
        mine = self.at(manuscript.path, number)
        own = manuscript.guid
        if not own or (mine is not None and mine.identity.own_id == own):
            return mine
        same = self.claimed(own)
        if same is None or (mine is not None and mine.number == same.number):
            return mine
        if mine is None and same.present and same.path in self._leaving:
            return same  # It moved: its file went a moment ago.
        if mine is not None and mine.identity.own_id:
            # Not this path's article, changed: readers would see one under another's GUID.
            return problem(TAKEN, manuscript.path, value=own, other=same.path or mine.path)
        if other := same.path if same.present else self._owners.get(same.number, ""):
            return problem(TAKEN, manuscript.path, value=own, other=other)
        # What stands published from a path is that path's article, whatever id it has now.
        return mine if mine is not None and (mine.present or mine.page) else same
