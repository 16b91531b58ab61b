"""When the article of a file that went is taken from its readers: after a grace, and never many
at once without a word.

At the I/O rim by its neighbours. Sync programs take files away and bring them back, editors
rename by copying, and a share that is unmounted looks like a folder that was emptied.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from markwire.catalogue import Catalogue
from markwire.outlet.gate import are_many
from markwire.problems import Problem, problem

_HELD: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Withdrawing:
    """The files that are leaving: ``waiting`` says until when each article stays published.

    A copy of another file waits, too, to be published: the other may go. Without a ``grace``, none
    waits; where it is ``confirmed``, however many go.
    """

    def __init__(
        self, catalogue: Catalogue, now: datetime, *, grace: timedelta, confirmed: bool
    ) -> None:
        self._catalogue = catalogue
        self._now = now
        self._grace = grace
        self._confirmed = confirmed
        self._is_unsure = False
        self.waiting: dict[str, datetime] = dict(catalogue.leaving())

    @property
    def looked_at(self) -> Collection[str]:
        """The files that every look is to include, so that one that comes back is known."""
        return [path for path, until in self.waiting.items() if until != _HELD]

    def doubt(self) -> None:
        """Have all wait for the next look, at least: a new file cannot be read, and may be one of
        them under another name.
        """
        self._is_unsure = True

    def decide(
        self, vanished: Collection[str], *, may_be_gone: Callable[[str], bool]
    ) -> frozenset[str]:
        """Give those of the files that have vanished whose articles are withdrawn now.

        The others wait. ``may_be_gone`` says of a path that it was not looked at, or not there.
        """
        held_before = [path for path, until in self.waiting.items() if until == _HELD]
        leaving = {*vanished, *filter(may_be_gone, held_before)}
        for path in held_before:
            if path not in leaving:
                self._catalogue.stay(path)
                del self.waiting[path]
        if not self._confirmed and self._are_too_many(len(leaving)):
            for path in leaving:
                self._put_off(path, _HELD)
            return frozenset()
        if self._is_unsure and not (self._grace or self._confirmed):
            for path in leaving:
                self._put_off(path, self._now)
            return frozenset()
        return frozenset(path for path in sorted(leaving) if self.may_go(path))

    def may_go(self, path: str) -> bool:
        """Say whether the article of a file that went, or holds a draft now, is withdrawn yet."""
        if self._confirmed or not self._grace:
            return True
        until = self.waiting.get(path, _HELD)
        if until == _HELD:
            self._put_off(path, self._now + self._grace)
            return False
        return until <= self._now

    def keeps_waiting(self, path: str) -> bool:
        """Say whether a file that is a copy of another may still turn out to be its new name."""
        return bool(self._grace) and self.waiting.get(path, _HELD) > self._now

    def wait(self, path: str) -> None:
        """Record that it does, until the grace that began when it came is over."""
        until = self.waiting.setdefault(path, self._now + self._grace)
        self._catalogue.leave(path, until)

    def _put_off(self, path: str, until: datetime) -> None:
        if self.waiting.get(path) != until:
            self._catalogue.leave(path, until)
            self.waiting[path] = until

    def _are_too_many(self, count: int) -> bool:
        return are_many(count, self._catalogue.count_files())


def held(catalogue: Catalogue) -> tuple[str, ...]:
    """Give the files that went, too many at once, and whose articles stay until confirmed."""
    return tuple(sorted(path for path, until in catalogue.leaving().items() if until == _HELD))


def held_problem(paths: Collection[str]) -> tuple[Problem, ...]:
    """Tell that the articles of these files are held, once for all of them."""
    return (problem("MW402", min(paths), count=len(paths)),) if paths else ()
