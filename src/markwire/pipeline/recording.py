"""The first half of an edition: from paths that may have changed to what the catalogue records.

Nothing is composed or written here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from markwire import identity as identities
from markwire import planner
from markwire.catalogue import Catalogue, Remembered
from markwire.catalogue.names import mention_key
from markwire.executors import Workers
from markwire.intake.watch import Batch
from markwire.model import Found, Identity, Manuscript, Site
from markwire.outlet.directory import Directory
from markwire.pipeline.looking import look
from markwire.pipeline.media import record_media
from markwire.pipeline.newcomers import Newcomers, entry_of, known_as, modified
from markwire.pipeline.owing import held_by, owing
from markwire.pipeline.reading import Reading, Seen, carried, is_under, read_file
from markwire.pipeline.recovery import restore
from markwire.pipeline.remembering import TAKEN, Memory
from markwire.pipeline.stages import Stages
from markwire.planner import Known
from markwire.problems import Problem

_CHUNK: Final = 64  # files that a worker reads at a time
_WORTH_WORKERS: Final = 1500  # files: below that, they are read here
_TOGETHER: Final = 500  # newcomers that are recorded at a time


@dataclass(slots=True)
class Recorded:
    """What a recording changed, for the second half of the edition.

    ``read`` counts files; ``articles`` are numbers of changed ones, ``moved`` those of refused
    ones whose files have other names now; ``obsolete`` are output paths that may no longer be
    wanted.
    """

    read: int = 0
    articles: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    obsolete: set[str] = field(default_factory=set)


class Recorder:
    """Takes a batch of changes into the catalogue. Use inside one ``catalogue.batch()``."""

    def __init__(
        self,
        site: Site,
        catalogue: Catalogue,
        outlet: Directory,
        workers: Workers,
        stages: Stages,
        now: datetime,
    ) -> None:
        self._site = site
        self._catalogue = catalogue
        self._outlet = outlet
        self._workers = workers
        self._stages = stages
        self._now = now
        self._done = Recorded()
        self._touched: set[str] = set()
        self._anew = False
        self._memory = Memory(catalogue)
        self._newcomers = Newcomers(site, catalogue, now)

    def record(self, batch: Batch, *, reread: bool) -> Recorded:
        """Record what has changed, and owe every feed that it concerns.

        ``reread`` reads every file, whatever its times say: what it means has changed.
        """
        self._anew = reread
        with self._stages.timed("scan"):
            plan, listing = look(batch, catalogue=self._catalogue, site=self._site, reread=reread)
            left_alone = batch.unsettled | listing.unseen
            self._touched |= record_media(
                self._catalogue,
                self._site,
                listing.media,
                scope=None if batch.everything else batch.paths,
                left_alone=left_alone,
            )
        with self._stages.timed("record"):
            if plan.vanished or plan.known:
                self._record_changes(plan, left_alone)
            else:
                self._record_new(plan.new)
            for each in listing.problems:
                # Read again as soon as it can be, whatever its times say then.
                seen = self._catalogue.known((each.path,)).get(each.path)
                state = Known(Found(each.path, 0, 0, 0), "", 0, seen.article if seen else None)
                self._catalogue.record_file(state, (each,))
            for number in self._catalogue.due(self._now):
                with self._owing(number):
                    self._release(number)
            self._renew_mentioning()
        return self._done

    # --- reading -------------------------------------------------------------------------

    def _readings(
        self, paths: Sequence[str], known: Mapping[str, Known]
    ) -> Iterator[tuple[str, Reading | Seen | None]]:
        """Read files, giving each with its path, in order."""
        digests = ("" if self._anew or path not in known else known[path].digest for path in paths)
        results = self._workers.map(
            partial(read_file, site=self._site),
            zip(paths, digests, strict=True),
            len(paths),
            chunk=_CHUNK,
            worth=_WORTH_WORKERS,
        )
        for path in paths:
            with self._stages.timed("read"):
                result = next(results)
            self._done.read += 1
            yield path, result

    # --- new articles --------------------------------------------------------------------

    def _record_new(self, paths: Sequence[str]) -> None:
        """Record files of which nothing is known, as they are read: there may be very many."""
        newcomers = self._newcomers
        is_empty = self._catalogue.is_empty()
        if not is_empty:
            self._memory.expect(paths)
        for path, reading in self._readings(paths, {}):
            if not isinstance(reading, Reading):
                continue
            self._touched.add(mention_key(path))
            manuscript = reading.manuscript
            if (
                manuscript is None
                or newcomers.has_id(manuscript.guid)
                or not (is_empty or self._memory.at(path, None) is None)
                or (manuscript.guid and self._memory.article_of(manuscript, None) is not None)
            ):
                self._done.articles.update(newcomers.record())
                self._record_article(path, reading, None)
                continue
            newcomers.add(manuscript, reading)
            if len(newcomers) >= _TOGETHER:
                self._done.articles.update(newcomers.record())
        self._done.articles.update(newcomers.record())

    # --- changes of known files ----------------------------------------------------------

    def _record_changes(self, plan: planner.Plan, left_alone: Collection[str]) -> None:
        vanished = dict(self._catalogue.known(plan.vanished))
        known = dict(vanished)
        readings: dict[str, Reading] = {}
        for start in range(0, len(plan.known), _WORTH_WORKERS):
            paths = plan.known[start : start + _WORTH_WORKERS]
            before = self._catalogue.known(paths)
            for path, reading in self._readings(paths, before):
                if isinstance(reading, Seen):
                    self._catalogue.record_seen(
                        known_as(reading.found, reading.digest, None, self._now)
                    )
                elif reading is None:
                    known[path] = vanished[path] = before[path]
                elif _is_same(reading, before[path]):
                    # The site has changed, not the file: of an archive of these, none is held.
                    self._record_article(path, reading, before[path].article)
                else:
                    known[path], readings[path] = before[path], reading
        readings |= {
            path: reading
            for path, reading in self._readings(plan.new, {})
            if isinstance(reading, Reading)
        }
        self._record_articles(readings, vanished, known, left_alone)

    def _record_articles(
        self,
        readings: dict[str, Reading],
        vanished: Mapping[str, Known],
        known: Mapping[str, Known],
        left_alone: Collection[str],
    ) -> None:
        changed = {
            path: known[path]
            for path, each in readings.items()
            if path in known and each.digest and each.digest != known[path].digest
        }
        numbers = carried(readings, vanished=vanished, changed=changed, known=known)
        kept = {numbers.get(path) for path in readings}
        gone = [
            state.article
            for state in (*vanished.values(), *changed.values())
            if state.article is not None and state.article not in kept
        ]
        for path in vanished:
            self._catalogue.forget(path)
            self._touched.add(mention_key(path))
        for number in gone:
            self._withdraw(number)
        if gone:
            copies = self._copies(readings, left_alone)
            readings = readings | copies
            known = {**known, **self._catalogue.known(copies)}
            numbers |= {path: known[path].article for path in copies}
        self._memory.expect(path for path in readings if numbers.get(path) is None)
        for path in sorted(readings):
            if path not in known or known[path].article != numbers.get(path):
                self._touched.add(mention_key(path))
            self._record_article(path, readings[path], numbers.get(path))

    def _copies(
        self, readings: Mapping[str, Reading], left_alone: Collection[str]
    ) -> dict[str, Reading]:
        """Read again what was refused for an id that is perhaps no longer another's."""
        copies = {}
        for each in self._catalogue.problems():
            path = each.path
            if each.code == TAKEN and path not in readings and not is_under(path, left_alone):
                reading = read_file((path, ""), site=self._site)
                if isinstance(reading, Reading):
                    copies[path] = reading
        return copies

    def _record_article(self, path: str, reading: Reading, number: int | None) -> None:
        problems, manuscript = reading.problems, reading.manuscript
        if manuscript is not None:
            remembered = self._memory.article_of(manuscript, number)
            if remembered is None:
                self._newcomers.add(manuscript, reading)
                self._done.articles.update(self._newcomers.record())
                return
            if isinstance(remembered, Remembered):
                with self._owing(remembered.number):
                    self._record_manuscript(manuscript, remembered, reading)
                    self._record_file(reading, remembered.number, problems)
                return
            problems = (*problems, remembered)
        last = self._memory.at(path, number)
        if last is None:
            self._record_file(reading, None, problems)
            return
        with self._owing(last.number):
            self._record_file(reading, self._keep_last(path, number, last), problems)

    def _record_file(
        self, reading: Reading, number: int | None, problems: Collection[Problem]
    ) -> None:
        self._catalogue.record_file(
            known_as(reading.found, reading.digest, number, self._now), problems
        )
        if number is not None:
            self._release(number)

    def _keep_last(self, path: str, number: int | None, last: Remembered) -> int | None:
        """Have the last good version of a refused file stand, if there is one."""
        if number is not None and last.path == path and not self._anew:
            return number
        if last.path and last.path != path:
            self._done.moved.add(last.number)
        self._catalogue.move(last.number, path=path, fingerprint=identities.fingerprint(path))
        restored = restore(
            last.number,
            catalogue=self._catalogue,
            outlet=self._outlet,
            site=self._site,
            now=self._now,
        )
        return last.number if restored else number

    def _record_manuscript(
        self, manuscript: Manuscript, remembered: Remembered, reading: Reading
    ) -> None:
        who = self._identity(manuscript, remembered, reading.found)
        entry = entry_of(manuscript, who, reading, self._site)
        if remembered.permalink != entry.permalink:
            self._touched.add(mention_key(manuscript.path))
        if remembered.identity.slug != who.slug:
            self._done.obsolete |= _pages(remembered.identity.slug)
        self._catalogue.record(entry, remembered.number)
        self._done.articles.add(remembered.number)

    def _identity(self, manuscript: Manuscript, remembered: Remembered, found: Found) -> Identity:
        def slug_taken(word: str) -> bool:
            return self._catalogue.slug_holder(word) not in (None, remembered.number)

        was = remembered.identity
        # Until readers have seen an article, a date that nobody wrote is still open.
        first = remembered.seen or modified(found, self._now)
        word = was.slug
        if identities.asks_for_slug(manuscript.slug, slug=word, before=remembered.own_slug):
            word = identities.free_slug(manuscript.slug, slug_taken)
        return Identity(was.guid, word, identities.first_published(manuscript, first), was.own_id)

    def _release(self, number: int) -> None:
        """Make an article live or not, as its release says."""
        was = self._catalogue.article(number)
        live = self._catalogue.release(number, self._now)
        if live != was.live:
            self._touched.add(mention_key(was.path))
            self._done.articles.add(number)
        if was.live and not live:
            self._done.obsolete |= self._outputs(was)

    def _withdraw(self, number: int) -> None:
        gone = self._catalogue.article(number)
        self._done.obsolete |= self._outputs(gone)
        self._done.articles.add(number)
        with self._owing(number):
            self._catalogue.withdraw(number, self._now)

    def _owing(self, number: int) -> AbstractContextManager[None]:
        if self._anew:
            return self._owing_all(number)
        return owing(number, catalogue=self._catalogue, site=self._site)

    def _outputs(self, article: Remembered) -> set[str]:
        prefix = self._site.feeds_url
        shown = self._catalogue.shown_by(article.number)
        return _pages(article.identity.slug) | {
            url.removeprefix(prefix) for url in shown if url.startswith(prefix)
        }

    @contextmanager
    def _owing_all(self, number: int) -> Iterator[None]:
        """Owe whatever feeds carry an article now; those that did before are owed already."""
        yield
        self._catalogue.owe(self._catalogue.feeds_of(number))

    # --- what articles mention -----------------------------------------------------------

    def _renew_mentioning(self) -> None:
        """Compose again what mentions a name that came, went, or means something else now."""
        numbers = self._catalogue.mentioning(self._touched)
        self._touched.clear()
        self._catalogue.expire(numbers)
        for number in numbers:
            self._catalogue.owe(held_by(number, catalogue=self._catalogue, site=self._site))


def _is_same(reading: Reading, known: Known) -> bool:
    """Say whether a file that holds a good article holds what it held before."""
    return (
        reading.manuscript is not None
        and known.article is not None
        and reading.digest == known.digest
    )


def _pages(word: str) -> set[str]:
    return {f"articles/{word}.html", f"articles/{word}.json"}
