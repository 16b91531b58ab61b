"""The first half of an edition: from paths that may have changed to what the catalogue records.

Nothing is composed or written here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from markwire import planner
from markwire.article.front.folder_defaults import Inherited
from markwire.catalogue import Catalogue
from markwire.catalogue.names import mention_key
from markwire.executors import Undone, Workers
from markwire.intake.watch import Batch
from markwire.model import Found, Site
from markwire.pipeline.containing import Looks, refusal
from markwire.pipeline.inheriting import inherited, record_defaults
from markwire.pipeline.looking import look
from markwire.pipeline.media import record_media
from markwire.pipeline.newcomers import known_as
from markwire.pipeline.owing import held_by
from markwire.pipeline.puzzle import Puzzle
from markwire.pipeline.reading import (
    Reading,
    Seen,
    carried,
    is_under,
    read_file,
)
from markwire.pipeline.remembering import TAKEN
from markwire.pipeline.revising import Recorded, Reviser
from markwire.pipeline.stages import Stages
from markwire.pipeline.withdrawing import Withdrawing
from markwire.planner import Known

_CHUNK: Final = 64  # files that a worker reads at a time
_WORTH_WORKERS: Final = 1500  # files: below that, they are read here
_UNREAD: Final = "MW103"
_TOGETHER: Final = 500  # newcomers that are recorded at a time


class Recorder:
    """Takes a batch of changes into the catalogue. Use inside one ``catalogue.batch()``."""

    def __init__(
        self,
        site: Site,
        catalogue: Catalogue,
        workers: Workers,
        stages: Stages,
        now: datetime,
        *,
        reviser: Reviser,
        withdrawing: Withdrawing,
    ) -> None:
        self._site = site
        self._catalogue = catalogue
        self._workers = workers
        self._stages = stages
        self._now = now
        self._reviser = reviser
        self._withdrawing = withdrawing
        self._puzzle = Puzzle(site, catalogue, reviser.memory)
        self._anew = False
        self._to_read: set[str] = set()
        self._taken: Collection[str] = ()
        self._inherited: tuple[Inherited, ...] = ()

    def record(self, batch: Batch, *, reread: bool) -> Recorded:
        """Record what has changed, and owe every feed that it concerns.

        ``reread`` reads every file, whatever its times say: what it means has changed.
        """
        # What was refused for its id is read with each look at everything, though it is as it was.
        taken = self._puzzle.taken() if batch.everything else frozenset()
        batch = replace(batch, paths=batch.paths | taken)
        self._to_read, self._taken = set(taken), taken
        self._anew = reread
        with self._stages.timed("scan"):
            plan, listing = look(
                batch,
                catalogue=self._catalogue,
                site=self._site,
                reread=reread,
                leaving=self._withdrawing.looked_at,
            )
            left_alone = batch.unsettled | listing.unseen
            scope = None if batch.everything else batch.paths
            folders = record_defaults(
                self._catalogue,
                self._site,
                listing.defaults,
                scope=scope,
                left_alone=left_alone,
                now=self._now,
            )
            self._inherited = inherited(self._catalogue)
            plan = self._with_those_below(folders, plan, left_alone)
            self._reviser.touched |= record_media(
                self._catalogue,
                self._site,
                listing.media,
                scope=scope,
                left_alone=left_alone,
            )
        with self._stages.timed("record"):
            is_part = not batch.everything and len(plan.new) <= _TOGETHER
            if is_part or plan.vanished or plan.known or self._withdrawing.waiting:
                is_recorded = self._record_changes(plan, batch, left_alone)
            else:
                is_recorded = True
                self._record_new(plan.new)
        if not is_recorded:
            return self.record(self._puzzle.whole(batch), reread=reread)
        with self._stages.timed("record"):
            for each in listing.problems:
                # Read again as soon as it can be, whatever its times say then.
                seen = self._catalogue.known((each.path,)).get(each.path)
                state = Known(Found(each.path, 0, 0, 0), "", 0, seen.article if seen else None)
                self._catalogue.record_file(state, (each,))
            for number in self._catalogue.due(self._now):
                with self._reviser.owing(number):
                    self._reviser.release(number)
            self._renew_mentioning()
        return self._reviser.done

    def _with_those_below(
        self, folders: Collection[str], plan: planner.Plan, left_alone: Collection[str]
    ) -> planner.Plan:
        """Have all articles read again that are below folders of which something else is said."""
        if not folders or self._anew:
            return plan
        stamps = self._catalogue.stamps(None if "" in folders else folders)
        settled = {*plan.new, *plan.vanished}
        self._to_read |= {
            stamp.path
            for stamp in stamps
            if stamp.path not in settled and not is_under(stamp.path, left_alone)
        }
        return replace(plan, known=tuple(sorted(self._to_read.union(plan.known))))

    def _readings(
        self, paths: Sequence[str], known: Mapping[str, Known], *, first: int = 0, total: int = 0
    ) -> Iterator[tuple[str, Reading | Seen | None]]:
        """Read files, giving each with its path, in order; ``first`` of ``total`` came before."""
        digests = (
            "" if self._anew or path in self._to_read or path not in known else known[path].digest
            for path in paths
        )
        looks = Looks(self._site.folders.content)
        results = self._workers.map(
            partial(read_file, site=self._site, inherited=self._inherited),
            zip(paths, digests, strict=True),
            len(paths),
            chunk=_CHUNK,
            worth=_WORTH_WORKERS,
            heavy=looks.is_heavy,
        )
        for count, path in enumerate(paths, start=1):
            with self._stages.timed("read"):
                result = next(results)
            self._stages.reading = (first + count, total or len(paths))
            self._reviser.done.read += 1
            if isinstance(result, Undone):
                # Of no digest: whatever the file holds next is something else.
                refused = (refusal(path, result),)
                yield path, Reading(looks.found(path), "", None, (), refused)
            else:
                yield path, result
        self._stages.reading = (0, 0)

    def _record_new(self, paths: Sequence[str]) -> None:
        """Record files of which nothing is known, as they are read: there may be very many."""
        newcomers = self._reviser.newcomers
        is_empty = self._catalogue.is_empty()
        if not is_empty:
            self._reviser.memory.expect(paths)
        for path, reading in self._readings(paths, {}):
            if not isinstance(reading, Reading):
                continue
            self._reviser.touched.add(mention_key(path))
            manuscript, memory = reading.manuscript, self._reviser.memory
            if (
                manuscript is None
                or newcomers.has_id(manuscript.guid)
                or not (is_empty or memory.at(path, None) is None)
                or (manuscript.guid and memory.article_of(manuscript, None) is not None)
                or (not is_empty and self._reviser.copied(path, reading))
            ):
                self._reviser.done.articles.update(newcomers.record())
                self._reviser.take_in(path, reading, None)
                continue
            newcomers.add(manuscript, reading)
            if len(newcomers) >= _TOGETHER:
                self._reviser.done.articles.update(newcomers.record())
        self._reviser.done.articles.update(newcomers.record())

    def _record_changes(
        self, plan: planner.Plan, batch: Batch, left_alone: Collection[str]
    ) -> bool:
        """Record what changed; give whether it can be known without looking at everything."""
        vanished = dict(self._catalogue.known(plan.vanished))
        known = dict(vanished)
        readings: dict[str, Reading] = {}
        for start in range(0, len(plan.known), _WORTH_WORKERS):
            paths = plan.known[start : start + _WORTH_WORKERS]
            before = self._catalogue.known(paths)
            known_ones = self._readings(paths, before, first=start, total=len(plan.known))
            for path, reading in known_ones:
                if isinstance(reading, Seen):
                    self._catalogue.record_seen(
                        known_as(reading.found, reading.digest, None, self._now)
                    )
                elif reading is None:
                    known[path] = vanished[path] = before[path]
                elif path not in self._taken and _is_same(reading, before[path]):
                    # The site has changed, not the file: of an archive of these, none is held.
                    self._reviser.take_in(path, reading, before[path].article)
                else:
                    known[path], readings[path] = before[path], reading
        readings |= {
            path: reading
            for path, reading in self._readings(plan.new, {})
            if isinstance(reading, Reading)
        }
        changed = {
            path: known[path]
            for path, each in readings.items()
            if path in known and each.digest and each.digest != known[path].digest
        }
        numbers = carried(readings, vanished=vanished, changed=changed, known=known)
        manuscripts = [each.manuscript for each in readings.values() if each.manuscript]
        looked_at = readings.keys() | vanished.keys()
        numbers |= self._reviser.memory.named(
            manuscripts, numbers, looked_at=looked_at, vanished=vanished
        )
        if not batch.everything and self._puzzle.is_partial(
            readings, known=known, changed=changed, numbers=numbers, looked_at=looked_at
        ):
            return False
        gone = set(vanished)

        def may_be_gone(path: str) -> bool:
            return path in gone or not (batch.everything or is_under(path, batch.paths))

        self._record_articles(readings, numbers, vanished, known, left_alone, may_be_gone)
        return True

    def _record_articles(
        self,
        readings: dict[str, Reading],
        numbers: dict[str, int | None],
        vanished: Mapping[str, Known],
        known: Mapping[str, Known],
        left_alone: Collection[str],
        may_be_gone: Callable[[str], bool],
    ) -> None:
        kept = {numbers.get(path) for path in readings}
        if any(path not in known and _is_unread(each) for path, each in readings.items()):
            self._withdrawing.doubt()
        vanished = self._gone_for_good(vanished, kept, may_be_gone)
        for path in vanished:
            self._catalogue.forget(path)
            self._reviser.touched.add(mention_key(path))
        held = (known[path] for path in readings if path in known)
        if self._withdraw({state.article for state in (*vanished.values(), *held)} - kept):
            copies = self._copies(readings, left_alone)
            readings = readings | copies
            known = {**known, **self._catalogue.known(copies)}
            numbers |= {path: known[path].article for path in copies}
            manuscripts = [each.manuscript for each in readings.values() if each.manuscript]
            numbers |= self._reviser.memory.named(
                manuscripts, numbers, looked_at=readings, vanished=()
            )
            self._withdraw(
                {known[path].article for path in copies} - {numbers.get(path) for path in readings}
            )
        self._reviser.memory.expect(path for path in readings if numbers.get(path) is None)
        for path in sorted(readings):
            if path not in known or known[path].article != numbers.get(path):
                self._reviser.touched.add(mention_key(path))
            self._reviser.take_in(path, readings[path], numbers.get(path))

    def _withdraw(self, numbers: Collection[int | None]) -> bool:
        """Withdraw articles that no file holds any more; give whether there was one."""
        gone = sorted(number for number in numbers if number is not None)
        for number in gone:
            self._reviser.withdraw(number)
        return bool(gone)

    def _gone_for_good(
        self,
        vanished: Mapping[str, Known],
        moved: Collection[int | None],
        may_be_gone: Callable[[str], bool],
    ) -> dict[str, Known]:
        """Give those of the vanished files that need not be waited for."""
        waited_for = {
            path
            for path, state in vanished.items()
            if state.article is not None
            and state.article not in moved
            and self._catalogue.article(state.article).live
        }
        gone = self._withdrawing.decide(waited_for, may_be_gone=may_be_gone)
        return {
            path: state
            for path, state in vanished.items()
            if path not in waited_for or path in gone
        }

    def _copies(
        self, readings: Mapping[str, Reading], left_alone: Collection[str]
    ) -> dict[str, Reading]:
        """Read again what was refused for an id that is perhaps no longer another's."""
        copies = {}
        for each in self._catalogue.problems():
            path = each.path
            if each.code == TAKEN and path not in readings and not is_under(path, left_alone):
                reading = read_file((path, ""), site=self._site, inherited=self._inherited)
                if isinstance(reading, Reading):
                    copies[path] = reading
        return copies

    def _renew_mentioning(self) -> None:
        """Compose again what mentions a name that came, went, or means something else now."""
        numbers = self._catalogue.mentioning(self._reviser.touched)
        self._reviser.touched.clear()
        self._catalogue.expire(numbers)
        for number in numbers:
            self._catalogue.owe(held_by(number, catalogue=self._catalogue, site=self._site))


def _is_unread(reading: Reading) -> bool:
    return any(each.code == _UNREAD for each in reading.problems)


def _is_same(reading: Reading, known: Known) -> bool:
    """Say whether a file that holds a good article holds what it held before."""
    return (
        reading.manuscript is not None
        and known.article is not None
        and reading.digest == known.digest
    )
