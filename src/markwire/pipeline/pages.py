"""Compose articles: stage their pages and pictures, keep their fragments.

At the I/O rim; the composing itself is done by workers.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from markwire.article.front.folder_defaults import Inherited
from markwire.catalogue import Catalogue
from markwire.catalogue.names import mention_key
from markwire.cleaning import UncleanError
from markwire.executors import Undone, Workers
from markwire.formats.marker import marker
from markwire.intake.published import open_published
from markwire.model import Body, Site
from markwire.outlet.directory import Directory
from markwire.pipeline.announcing import Announcer
from markwire.pipeline.composing import Delivery, Failure, Order, compose_file
from markwire.pipeline.containing import is_heavy, refusal
from markwire.pipeline.inheriting import inherited
from markwire.pipeline.ordering import order
from markwire.pipeline.owing import held_by, owing
from markwire.pipeline.recovery import move, restore
from markwire.pipeline.stages import Stages
from markwire.pipeline.written import Written
from markwire.problems import Problem


class Pages:
    """The articles' side of publishing.

    ``obsolete`` are files that articles no longer show, ``passed_over`` the articles whose files
    could not be read just now: feeds have their last version.
    """

    def __init__(
        self,
        site: Site,
        catalogue: Catalogue,
        outlet: Directory,
        workers: Workers,
        stages: Stages,
        written: Written,
        announcer: Announcer,
    ) -> None:
        self._site = site
        self._catalogue = catalogue
        self._outlet = outlet
        self._workers = workers
        self._stages = stages
        self._written = written
        self._announcer = announcer
        self._now: datetime
        self._inherited: tuple[Inherited, ...] | None = None
        self.obsolete: set[str] = set()
        self.passed_over: set[int] = set()

    def furnish(self, site: Site) -> None:
        """Take the site in as it is now."""
        self._site = site

    def begin(self, now: datetime) -> None:
        """Say what the time is: it decides what is visible, and nothing else."""
        self._now = now
        self._inherited = None

    def move(self, number: int) -> None:
        """Have the JSON of an article that is not composed say by what its file is found."""
        move(self._catalogue.article(number), self._outlet)

    def mark_departed(self) -> None:
        """Leave a marker of each article that left its readers, by which it is known again."""
        for number in self._catalogue.departed():
            slug = self._catalogue.article(number).identity.slug
            self._written.put(f"articles/{slug}.json", marker(self._catalogue.marker(number)))
            self._catalogue.mark_departed(number)
            self._announcer.gone(number)

    def compose(self, numbers: Sequence[int], bodies: tuple[Body, ...]) -> bool:
        """Compose articles, stage their pages and pictures, and keep their fragments.

        Gives whether one was held back: then other articles and feeds are to be looked at.
        """
        held_back = False
        for outcome in self.outcomes(numbers, bodies):
            held_back |= self.take_in(outcome)
        return held_back

    def outcomes(
        self, numbers: Sequence[int], bodies: tuple[Body, ...]
    ) -> Generator[Delivery | Failure | None]:
        """Give what comes of composing articles, as it comes; what is left is dropped on close."""
        orders = (self._order(number, bodies) for number in numbers)
        work = partial(compose_file, site=self._site)
        outcomes = self._workers.map(
            work, orders, len(numbers), heavy=lambda order: is_heavy(order.size)
        )
        for number in numbers:
            with self._stages.timed("compose"):
                outcome = next(outcomes)
            if isinstance(outcome, Undone):
                path = self._catalogue.article(number).path
                yield Failure(number, (refusal(path, outcome),))
            else:
                if outcome is None:
                    self.passed_over.add(number)
                yield outcome

    def take_in(self, outcome: Delivery | Failure | None) -> bool:
        """Stage and keep what was composed; give whether feeds are to be looked at again: for an
        article was held back instead, or was passed over before.
        """
        if isinstance(outcome, Failure):
            self._hold_back(outcome.number, outcome.problems)
            return True
        if outcome is not None:
            self._put_article(outcome)
            if outcome.number in self.passed_over:
                self.passed_over.remove(outcome.number)
                return True
        return False

    def _hold_back(self, number: int, problems: Collection[Problem]) -> None:
        """Keep the last good version of an article that cannot be converted, or else none."""
        was = self._catalogue.article(number)
        with owing(number, catalogue=self._catalogue, site=self._site):
            if restore(
                number,
                catalogue=self._catalogue,
                outlet=self._outlet,
                site=self._site,
                now=self._now,
            ):
                self.move(number)
            else:
                self._catalogue.hold_back(number, self._now)
            self._catalogue.refuse(number, problems)
        now = self._catalogue.article(number)
        if (now.live, now.permalink) != (was.live, was.permalink):
            linking = self._catalogue.mentioning((mention_key(was.path),))
            self._catalogue.expire(linking)
            for each in linking:
                self._catalogue.owe(held_by(each, catalogue=self._catalogue, site=self._site))

    def _order(self, number: int, bodies: tuple[Body, ...]) -> Order:
        if self._inherited is None:
            self._inherited = inherited(self._catalogue)
        return order(number, bodies, catalogue=self._catalogue, inherited=self._inherited)

    def _put_article(self, delivery: Delivery) -> None:
        number, composed = delivery.number, delivery.composed
        before = self._catalogue.shown_by(number)
        self._written.put(f"articles/{delivery.slug}.html", composed.page)
        self._written.put(f"articles/{delivery.slug}.json", composed.document)
        self._put_media(composed.media)
        self._catalogue.keep(
            number,
            fragments=composed.fragments,
            shown=composed.media,
            problems=composed.problems,
        )
        self._announcer.article(number, composed.document)
        self.obsolete |= {
            self._output(url)
            for url in before - set(composed.media)
            if url.startswith(self._site.feeds_url)
        }

    def _put_media(self, urls: Collection[str]) -> None:
        """Copy the pictures and other files that an article shows, where they are ours.

        Without what tells who made them, as they were when they were measured: an address never
        means two contents.
        """
        folder = self._site.folders.content
        for url in urls:
            path = self._catalogue.media_of(url)
            known = self._catalogue.media_at(path) if path else None
            if path is None or known is None:
                continue
            # One that went away or has changed since it was listed: the next batch tells.
            with (
                suppress(OSError, UncleanError),
                open_published(folder, path, known.media.type) as published,
            ):
                if published is not None:
                    chunks = published.verified(known.digest)
                    self._written.put_file(self._output(url), chunks, digest=known.digest)

    def _output(self, url: str) -> str:
        return url.removeprefix(self._site.feeds_url)
