"""One edition after the other: record what has changed, publish feeds, then the archive.

At the I/O rim. What is owed is recorded before a file is written, so that a crash anywhere is
mended by the next edition.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import Final

from markwire.catalogue import Catalogue
from markwire.errors import UnconfirmedError
from markwire.executors import Workers
from markwire.formats import addresses
from markwire.intake.watch import Batch
from markwire.model import Site
from markwire.outlet.directory import Directory
from markwire.outlet.gate import are_many
from markwire.pipeline.announcing import Announcer
from markwire.pipeline.clock import Hold, MachineTime, Timepiece, hold_problems
from markwire.pipeline.edition import MOST_PATHS, Edition
from markwire.pipeline.furnishing import Furnishing
from markwire.pipeline.publishing import Published, Publisher
from markwire.pipeline.recording import Recorder
from markwire.pipeline.recovery import media_files, remember_published
from markwire.pipeline.reporting import Reporter
from markwire.pipeline.requests import Answer, Request, carry_out
from markwire.pipeline.revising import Recorded, Reviser
from markwire.pipeline.stages import Stages
from markwire.pipeline.standing import Standing
from markwire.pipeline.withdrawing import Withdrawing, held, held_problem
from markwire.problems import Problem
from markwire.push.paying import Paying
from markwire.recipe import recipe
from markwire.selection import configured
from markwire.views import EditionPoint

_log: Final = logging.getLogger("markwire")
_UNFINISHED: Final = "unfinished"
_RECIPE: Final = "recipe"
_LAST_EDITION: Final = "last_edition"
_SLICE: Final = 0.03  # seconds of work on the archive, between two looks for changes
_LONG: Final = 0.5  # the same where nobody waits, between two words of progress
_PAUSE: Final = 5.0  # seconds before work that has failed is taken up again
_MANY: Final = 10_000  # files that are written before an edition of archive pages is told

_NONE: Final[Mapping[str, Request]] = {}

Progress = Callable[[int, int], None]


class Press:
    """Makes the editions of one site, one at a time."""

    def __init__(
        self,
        site: Site,
        catalogue: Catalogue,
        outlet: Directory,
        workers: Workers,
        progress: Progress,
        *,
        grace: timedelta = timedelta(0),
        timepiece: Timepiece | None = None,
        pulse: Callable[[], None] = lambda: None,
        paying: Paying | None = None,
    ) -> None:
        """``pulse`` is called again and again while there is work; ``paying`` pays what is owed."""
        self._furnishing = Furnishing(site)
        self._site = site
        self._grace = grace
        self._timepiece = timepiece or MachineTime()
        self._told_hold: Hold | None = None
        self._reporter = Reporter(catalogue)
        self._answers: dict[str, Answer] = {}
        self._catalogue = catalogue
        self._outlet = outlet
        self._workers = workers
        self._progress = progress
        self._stages = Stages(pulse)
        self._standing = Standing(catalogue, outlet, site)
        self.paying = paying or Paying(catalogue, (), site.push, self._timepiece.now)
        self._announcer = Announcer(site, catalogue, self.paying.wake)
        self._publisher = Publisher(site, catalogue, outlet, workers, self._stages, self._announcer)
        self._recorded = Recorded()
        self._recipe = recipe(site)
        self._to_compose = 0
        self._spent: float | None = None  # milliseconds until the feeds of an edition were live
        self._now: datetime
        self._has_missed = False  # a batch could not be recorded, and what it told is lost
        self._has_failed = False
        self._resume_at = -inf
        self._next_due: datetime | None = None
        self._asked_at: datetime | None = None

    @property
    def catalogue(self) -> Catalogue:
        """What this press remembers by; other threads may ask it, a batch at a time."""
        return self._catalogue

    @property
    def site(self) -> Site:
        """The site as it is published now, with its authors and sections."""
        return self._site

    @property
    def reading(self) -> tuple[int, int]:
        """How many files have been read, and of how many, while an archive is being read."""
        return self._stages.reading

    def edition(
        self, batch: Batch, now: datetime, requests: Mapping[str, Request] = _NONE
    ) -> Edition:
        """Work off one batch of changes, wholly. ``now`` decides what is visible, and no more.

        ``requests``, by name, are carried out with it.
        """
        self._publish(batch, now, requests)
        self._go_on(inf, _LONG)
        return self._end()

    def step(
        self, batch: Batch, now: datetime, requests: Mapping[str, Request] = _NONE
    ) -> Edition | None:
        """Work off one batch of changes as far as feeds go, and of the archive a little.

        Give the edition when there is something to tell. While ``is_behind``, more of the
        archive is done by stepping on with a batch of nothing.
        """
        has_news = bool(batch.paths or batch.everything or requests or self._has_failed)
        if has_news or self._is_due(now):
            has_news = True
            self._publish(batch, now, requests)
        self._go_on(_SLICE, _SLICE)
        if has_news or not self._publisher.is_behind or self._publisher.count_written() > _MANY:
            return self._end()
        return None

    def is_behind(self) -> bool:
        """Say whether there is work left that could go on now."""
        is_behind = self._publisher.is_behind or self._has_failed
        return is_behind and monotonic() >= self._resume_at

    def seconds_until_due(self) -> float | None:
        """Give how long it is until time alone changes something: an article is due, or a grace
        or a notice ends.
        """
        now = self._timepiece.now()
        if self._timepiece.hold != self._told_hold:
            return 0.0  # That the clock is held, or is not any more, is news.
        if self._asked_at is None or now < self._asked_at:  # The clock went back.
            with self._catalogue.batch():
                self._next_due = now if self._catalogue.due(now) else self._catalogue.next_due(now)
        self._asked_at = now
        return None if self._next_due is None else (self._next_due - now).total_seconds()

    def _is_due(self, now: datetime) -> bool:
        with self._catalogue.batch():
            moment = self._catalogue.next_due(now)
            return bool(self._catalogue.due(now)) or (moment is not None and moment <= now)

    # --- feeds ---------------------------------------------------------------------------

    def _publish(self, batch: Batch, now: datetime, requests: Mapping[str, Request]) -> None:
        self._asked_at = None
        self._now = now
        began = monotonic()
        with self._minding_failure():
            if self._has_missed:
                batch = replace(batch, everything=True)
            self._has_missed = True
            self._furnish(batch)
            recorded = self._record(batch, now, requests)
            self._has_missed = False
            self._recorded.read += recorded.read
            self._recorded.articles |= recorded.articles
            is_confirmed = _are_confirming(requests)
            self._publisher.begin(recorded, now, confirmed=is_confirmed)
            self._publisher.publish_feeds()
            self._spent = (monotonic() - began) * 1000
            self._publisher.remove_obsolete()
        self._to_compose = 0

    def _furnish(self, batch: Batch) -> None:
        """Take in who signs and what sections there are, where a batch tells of it."""
        self._furnishing.look(batch)
        site = self._furnishing.site
        if site != self._site:
            self._site = site
            self._recipe = recipe(site)
            self._standing = Standing(self._catalogue, self._outlet, site)
            self._publisher.furnish(site)

    def _record(self, batch: Batch, now: datetime, requests: Mapping[str, Request]) -> Recorded:
        wanted = self._recipe
        is_confirmed = _are_confirming(requests)
        with self._catalogue.batch():
            last = self._catalogue.setting(_RECIPE)
            if not last:
                remember_published(self._catalogue, self._outlet, self._site)
            anew = last != wanted
            crashed = bool(self._catalogue.setting(_UNFINISHED)) and not self._publisher.is_behind
            if anew:
                batch = Batch(everything=True, unsettled=batch.unsettled)
                self._catalogue.expire(None)
                self._catalogue.owe(None)
            self._catalogue.set(_UNFINISHED, "edition")
            restored, asked_for = set(), set()
            for name, request in requests.items():
                self._answers[name], number = carry_out(
                    request, catalogue=self._catalogue, site=self._site, now=now
                )
                if request.kind == "restore":
                    restored.add(request.path)
                if number is not None:
                    asked_for.add(number)
            batch = replace(
                batch,
                paths=batch.paths | restored,
                everything=batch.everything or _want_all(requests),
            )
            self._catalogue.bury(now)
            withdrawing = Withdrawing(
                self._catalogue, now, grace=self._grace, confirmed=is_confirmed
            )
            reviser = Reviser(
                self._site,
                self._catalogue,
                self._outlet,
                now,
                withdrawing=withdrawing,
                anew=anew,
            )
            recorder = Recorder(
                self._site,
                self._catalogue,
                self._workers,
                self._stages,
                now,
                reviser=reviser,
                withdrawing=withdrawing,
            )
            recorded = recorder.record(batch, reread=anew)
            recorded.articles |= asked_for
            self._announcer.begin(now)
            if not last:
                if not is_confirmed:
                    self._miss_none()
                self._catalogue.depart(now)
            self._catalogue.set(_RECIPE, wanted)
            self._catalogue.set(_LAST_EDITION, now.isoformat())
            if anew:
                # A feed named in the configuration stands even before it has an article.
                keys = self._catalogue.feed_keys()
                self._catalogue.owe(feed.key for feed in self._site.feeds if feed.key not in keys)
                recorded.obsolete |= self._drop_feeds()
            with self._stages.timed("scan"):
                if anew or crashed:
                    # Files may be there of which the catalogue does not know.
                    self._standing.restore_all()
                    recorded.obsolete |= self._publisher.unwanted(media_files(self._outlet))
                    outputs = (path for path, _ in self._catalogue.outputs())
                    recorded.obsolete |= self._publisher.unwanted(outputs)
                elif batch.everything:
                    self._standing.restore()
        return recorded

    def _miss_none(self) -> None:
        """Hold all as it is where the catalogue was lost, and much of what it knew is not there.

        Raises UnconfirmedError then.
        """
        missing, seen = self._catalogue.missing()
        if are_many(missing, seen):
            raise UnconfirmedError(
                f"the catalogue is new, and {missing} of the {seen} published articles have no file"
                f" in {self._site.folders.content}; nothing is changed. Bring the folder back, or"
                " withdraw them with 'markwire confirm'"
            )

    def _drop_feeds(self) -> set[str]:
        """Forget feeds that the configuration no longer asks for; give their files."""
        dropped: set[str] = set()
        for key in self._catalogue.feed_keys():
            if not configured(key, self._site):
                dropped.update(addresses.files(key))
                self._catalogue.drop_feed(key)
                self._announcer.drop_feed(key)
        return dropped

    # --- the archive ---------------------------------------------------------------------

    def _go_on(self, seconds: float, step: float) -> None:
        """Work on the archive for so long, or to its end, telling progress after each step."""
        if not self._publisher.is_behind:
            return
        until = monotonic() + seconds
        with self._minding_failure():
            self._to_compose = max(self._to_compose, self._count_stale())
            while self._publisher.is_behind:
                self._publisher.publish_archive(seconds=min(step, until - monotonic()))
                if self._to_compose:
                    self._progress(self._to_compose - self._count_stale(), self._to_compose)
                if monotonic() >= until:
                    break  # However short the time, one slice is done.
            self._publisher.remove_obsolete()

    def _count_stale(self) -> int:
        with self._catalogue.batch():
            return self._catalogue.count_stale()

    @contextmanager
    def _minding_failure(self) -> Iterator[None]:
        """Drop what was staged if it could not be made live, and try again after a pause."""
        try:
            yield
            self._has_failed = False
        except BaseException:
            self._has_failed = True
            self._resume_at = monotonic() + _PAUSE
            self._publisher.rest()
            raise
        finally:
            self._outlet.discard()

    def _end(self) -> Edition:
        """Note that all is done, and tell what was."""
        done = self._publisher.take()
        if done.held:
            raise done.held[0]
        with self._catalogue.batch():
            if not self._publisher.is_behind:
                self._workers.close()
                self._catalogue.set(_UNFINISHED, "")
                self._standing.note()
            away = held(self._catalogue)
            due, owed = self._catalogue.next_due(self._now), len(self._catalogue.owed())
            generation = self._catalogue.generation()
            self._told_hold = self._timepiece.hold
            problems = (
                *hold_problems(self._told_hold),
                *self._furnishing.problems,
                *self._catalogue.problems(),
            )
            unconfirmed = self._publisher.unconfirmed
            paths = self._paths(self._recorded.articles)
            self._note_edition(done, problems)
            self._reporter.tell(
                (*unconfirmed, *problems), held=away, site=self._site, now=self._now
            )
        recorded, self._recorded = self._recorded, Recorded()
        stages = self._stages.take()
        answers, self._answers = self._answers, {}
        edition = Edition(
            read=recorded.read,
            changed=len(recorded.articles),
            written=done.written,
            removed=done.removed,
            problems=(*held_problem(away), *unconfirmed, *problems),
            stages=stages,
            answers=answers,
            due=due,
            owed=owed,
            held=len(away),
            generation=generation,
            paths=paths,
        )
        _log.info(
            "edition_written files=%d removed=%d read=%d changed=%d refused=%d ms=%.0f %s",
            len(edition.written),
            len(edition.removed),
            edition.read,
            edition.changed,
            len(edition.refused),
            sum(stages.values()),
            " ".join(f"{stage}_ms={spent:.1f}" for stage, spent in stages.items()),
        )
        return edition

    def _note_edition(self, done: Published, problems: Collection[Problem]) -> None:
        """Remember how long it took until the feeds of an edition were live."""
        spent, self._spent = self._spent, None
        changed = len(self._recorded.articles)
        if spent is None or not (changed or done.written or done.removed):
            return
        refused = {each.path for each in problems if each.severity == "error"}
        self._catalogue.record_edition(
            EditionPoint(self._now, round(spent, 1), changed, len(done.written), len(refused))
        )

    def _paths(self, numbers: Collection[int]) -> tuple[str, ...]:
        """Give the files of some articles, the first of them where they are many."""
        first = sorted(numbers)[:MOST_PATHS]
        return tuple(sorted({self._catalogue.article(number).path for number in first} - {""}))


def _are_confirming(requests: Mapping[str, Request]) -> bool:
    return any(each.kind == "confirm" for each in requests.values())


def last_edition(catalogue: Catalogue) -> datetime | None:
    """Give the moment of the last edition that was recorded; None where there was none."""
    with catalogue.batch():
        text = catalogue.setting(_LAST_EDITION)
    return datetime.fromisoformat(text) if text else None


def _want_all(requests: Mapping[str, Request]) -> bool:
    return any(each.kind in ("build", "confirm") for each in requests.values())
