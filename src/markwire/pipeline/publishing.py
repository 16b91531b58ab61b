"""The second half of an edition: compose what windows lack, and put what is owed.

Order matters to readers: pictures and pages stand before the feeds that name them, the main feed
before the others, all feeds before the rest of the archive, and nothing is removed before the
feeds that named it are replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Final

from markwire.catalogue import Catalogue, Row
from markwire.catalogue.names import mention_key
from markwire.errors import PublicationError
from markwire.executors import Workers
from markwire.formats import ASSEMBLE, addresses
from markwire.intake.inside import open_inside
from markwire.model import FORMATS, Body, Feed, Site, Window
from markwire.outlet.directory import Directory
from markwire.outlet.gate import check
from markwire.pipeline.composing import Delivery, Failure, Named, Order, compose_file
from markwire.pipeline.owing import held_by, owing
from markwire.pipeline.recording import Recorded
from markwire.pipeline.recovery import move, restore
from markwire.pipeline.stages import Stages
from markwire.problems import Problem
from markwire.selection import configured, feed_of

_TOGETHER: Final = 16  # feeds that are made live at once
_ROUND: Final = 4096  # articles of the archive that are asked for at once
_SLICE: Final = 96  # articles of the archive that are made live at once

Outcomes = Iterator[Delivery | Failure | None]


@dataclass(slots=True)
class Published:
    """What a publishing wrote and removed, as paths below the feeds folder.

    ``held`` are the faults of feeds that the gate held back.
    """

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    held: list[PublicationError] = field(default_factory=list)


class Publisher:
    """Brings the files of the feeds folder up to what the catalogue records."""

    def __init__(
        self,
        site: Site,
        catalogue: Catalogue,
        outlet: Directory,
        workers: Workers,
        stages: Stages,
    ) -> None:
        self._site = site
        self._catalogue = catalogue
        self._outlet = outlet
        self._workers = workers
        self._stages = stages
        self._now: datetime
        self._moved: set[int] = set()
        self._obsolete: set[str] = set()
        self._identical: set[str] = set()
        self._done = Published()
        self._outcomes: Generator[Delivery | Failure | None] | None = None
        self._passed: set[int] = set()
        self.is_behind = False
        """Whether articles of the archive may be left to compose."""

    def begin(self, recorded: Recorded, now: datetime) -> None:
        """Take in what a recording changed. What is being composed of the archive is dropped."""
        self._moved |= recorded.moved
        self._obsolete |= recorded.obsolete
        self._now = now
        self._drop_outcomes()
        self._passed.clear()
        self.is_behind = True

    def take(self) -> Published:
        """Give what was done since the last time."""
        done, self._done = self._done, Published()
        return done

    def count_written(self) -> int:
        """Give how many files were written since the last ``take``."""
        return len(self._done.written)

    def publish_feeds(self) -> None:
        """Compose what the windows of the owed feeds lack, and put these feeds.

        What is composed is kept only once it is live: after a crash it is composed again.
        """
        with self._catalogue.batch():
            while self._moved:
                self._move(self._moved.pop())
            # A main feed of fifty articles need not wait for a thousand feeds of tags.
            held_back = self._publish_owed(lambda feed: not feed.key)
            self._go_live()
            held_back |= self._publish_owed(lambda feed: True)
            if held_back:
                self._publish_owed(lambda feed: True)
            self._go_live()
            self._settle()

    def publish_archive(self, *, seconds: float) -> None:
        """Compose, newest first, articles that no owed window asked for.

        Ends when there are none left, or soon after ``seconds``; ``is_behind`` tells which.
        """
        until = monotonic() + seconds
        while self.is_behind:
            if self._publish_slice(until):
                self._drop_outcomes()
                self.publish_feeds()
            if monotonic() >= until:
                break

    def rest(self) -> None:
        """Drop what is being composed; it stays to be composed."""
        self._drop_outcomes()

    def remove_obsolete(self) -> None:
        """Remove those files that nothing live wants any more."""
        if not self._obsolete:
            return
        with self._stages.timed("remove"), self._catalogue.batch():
            for path in sorted(self._obsolete):
                if not self._is_wanted(path):
                    if self._outlet.remove(path):
                        self._done.removed.append(path)
                    self._catalogue.forget_output(path)
            self._outlet.sync()
        self._obsolete.clear()

    # --- feeds ---------------------------------------------------------------------------

    def _publish_owed(self, wanted: Callable[[Feed], bool]) -> bool:
        """Put the owed feeds that are wanted; give whether an article was held back."""
        held_back = False
        windows = self._windows(wanted)
        while self._compose(_lacking(windows)):
            held_back = True
            windows = self._windows(wanted)
        for count, (feed, rows) in enumerate(windows, start=1):
            with self._stages.timed("assemble"):
                self._put_feed(feed, rows)
            if count % _TOGETHER == 0:
                self._go_live()
        return held_back

    def _windows(self, wanted: Callable[[Feed], bool]) -> list[tuple[Feed, tuple[Row, ...]]]:
        """Give the owed feeds that are wanted, with their windows."""
        with self._stages.timed("assemble"):
            return [
                (feed, self._catalogue.window(feed.key, limit=feed.limit, body=feed.body))
                for feed in self._owed_feeds(wanted)
            ]

    def _owed_feeds(self, wanted: Callable[[Feed], bool]) -> tuple[Feed, ...]:
        feeds = []
        for key in self._catalogue.owed():
            if configured(key, self._site):
                feed = feed_of(key, self._catalogue.label(key), self._site)
                if not wanted(feed):
                    continue
                if feed.label or feed in self._site.feeds:
                    feeds.append(feed)
                else:  # Its one article was held back: readers never knew it.
                    self._catalogue.forgive(key)
        return tuple(feeds)

    def _put_feed(self, feed: Feed, window: Iterable[Row]) -> None:
        """Put a feed in all formats, or in none where the gate holds one back."""
        rows = [
            (row, fragments)
            for row in window
            # An article that could never be composed has no fragment yet; its problem is told.
            if (fragments := self._catalogue.fragments(row.article, feed.body))
        ]
        moments = [row.updated for row, _ in rows]
        updated = max(moments) if moments else self._catalogue.feed_updated(feed.key)
        guids = [row.guid for row, _ in rows]
        documents = {}
        for form in FORMATS:
            entries = tuple(fragments[form] for _, fragments in rows)
            document = ASSEMBLE[form](feed, Window(entries, updated), self._site)
            path = addresses.path(feed.key, form)
            try:
                check(document, form, fragments=entries, guids=guids, path=path)
            except PublicationError as fault:
                self._done.held.append(fault)
                return
            documents[path] = document
        for path, document in documents.items():
            self._put(path, document)
        self._catalogue.record_feed(feed.key, label=feed.label, updated=updated)

    def _put(self, path: str, content: bytes) -> None:
        with self._stages.timed("write"):
            if not self._outlet.put(path, content):
                self._identical.add(path)

    def _go_live(self) -> None:
        with self._stages.timed("write"):
            written = self._outlet.publish()
            states = {path: self._outlet.state(path) for path in sorted(self._identical)}
            for path, state in (states | written).items():
                if state is not None:
                    self._catalogue.record_output(path, *state)
            self._identical.clear()
        self._done.written.extend(written)

    def _settle(self) -> None:
        """Have all that went live be durable under its name, too."""
        with self._stages.timed("write"):
            self._outlet.sync()

    def _move(self, number: int) -> None:
        """Have the JSON of an article that is not composed say by what its file is found."""
        move(self._catalogue.article(number), self._outlet)

    # --- the archive ---------------------------------------------------------------------

    def _publish_slice(self, until: float) -> bool:
        """Compose some articles of the archive and make them live.

        Gives whether one was held back: then feeds are to be looked at again.
        """
        with self._catalogue.batch():
            if self._outcomes is None:
                self._outcomes = self._begin_round()
            held_back = self._take_in_some(self._outcomes, until)
            self._go_live()
            self._settle()
        return held_back

    def _take_in_some(self, outcomes: Outcomes, until: float) -> bool:
        for count, outcome in enumerate(self._timed(outcomes), start=1):
            if self._take_in(outcome):
                return True
            if count == _SLICE or monotonic() >= until:
                return False
        self._outcomes = None
        return False

    def _begin_round(self) -> Generator[Delivery | Failure | None]:
        numbers = self._catalogue.stale(_ROUND + len(self._passed))
        left = [number for number in numbers if number not in self._passed][:_ROUND]
        self.is_behind = bool(left)
        # Those whose files have changed stay as they are, until the change brings them.
        self._passed.update(left)
        return self._outcomes_of(left, ())

    def _drop_outcomes(self) -> None:
        if self._outcomes is not None:
            self._outcomes.close()
            self._outcomes = None
            self._passed.clear()

    # --- composing -----------------------------------------------------------------------

    def _compose(self, numbers: Sequence[int]) -> bool:
        """Compose articles for feeds, stage their pages and pictures, and keep their fragments.

        Gives whether one was held back: then other articles and feeds are to be looked at.
        """
        held_back = False
        for outcome in self._timed(self._outcomes_of(numbers, self._site.bodies)):
            held_back |= self._take_in(outcome)
        return held_back

    def _outcomes_of(
        self, numbers: Sequence[int], bodies: tuple[Body, ...]
    ) -> Generator[Delivery | Failure | None]:
        orders = (self._order(number, bodies) for number in numbers)
        work = partial(compose_file, site=self._site)
        yield from self._workers.map(work, orders, len(numbers))

    def _timed(self, outcomes: Outcomes) -> Outcomes:
        """Count the time in which something is composed, or waited for."""
        while True:
            with self._stages.timed("compose"):
                try:
                    outcome = next(outcomes)
                except StopIteration:
                    return
            yield outcome

    def _take_in(self, outcome: Delivery | Failure | None) -> bool:
        """Stage and keep what was composed; give whether an article was held back instead."""
        if isinstance(outcome, Failure):
            self._hold_back(outcome.number, outcome.problems)
            return True
        if outcome is not None:
            self._put_article(outcome)
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
                self._move(number)
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
        article = self._catalogue.article(number)
        known = self._catalogue.known((article.path,)).get(article.path)
        return Order(
            number=number,
            path=article.path,
            digest=known.digest if known else "",
            identity=article.identity,
            permalink=article.permalink,
            updated=article.updated,
            named={key: self._named(key) for key in self._catalogue.mentioned_by(number)},
            bodies=bodies,
        )

    def _named(self, key: str) -> Named:
        articles, files = self._catalogue.named(key)
        media = ((path, self._catalogue.media_at(path)) for path in files)
        others = ((path, self._catalogue.at(path)) for path in articles)
        return Named(
            media={path: known.media for path, known in media if known},
            articles={
                path: other.permalink if other and other.live else "" for path, other in others
            },
        )

    def _put_article(self, composed: Delivery) -> None:
        before = self._catalogue.shown_by(composed.number)
        self._put(f"articles/{composed.slug}.html", composed.page)
        self._put(f"articles/{composed.slug}.json", composed.document)
        self._put_media(composed.media)
        self._catalogue.keep(
            composed.number,
            fragments=composed.fragments,
            shown=composed.media,
            problems=composed.problems,
        )
        self._obsolete |= {
            self._output(url)
            for url in before - set(composed.media)
            if url.startswith(self._site.feeds_url)
        }

    def _put_media(self, urls: Collection[str]) -> None:
        """Copy the pictures and other files that an article shows, where they are ours."""
        for url in urls:
            path = self._catalogue.media_of(url)
            if path is None:
                continue
            output = self._output(url)
            # One that went away since it was listed: the next batch tells.
            with suppress(OSError), open_inside(self._site.folders.content, path) as source:
                known = self._catalogue.output(output)
                if not self._outlet.put_file(output, source, known=known):
                    self._identical.add(output)

    def _output(self, url: str) -> str:
        return url.removeprefix(self._site.feeds_url)

    # --- what stays ----------------------------------------------------------------------

    def unwanted(self, paths: Iterable[str]) -> set[str]:
        """Give those of these files that nothing live is the reason for."""
        return {path for path in paths if not self._is_wanted(path)}

    def _is_wanted(self, path: str) -> bool:
        """Say whether a live article or a feed is the reason for a file."""
        kind, _, name = path.partition("/")
        if kind == "articles":
            number = self._catalogue.slug_holder(name.rpartition(".")[0])
            return number is not None and self._catalogue.article(number).live
        if kind == "media":
            return bool(self._catalogue.showing(self._site.feeds_url + path))
        return path.rpartition("/")[0] in self._catalogue.feed_keys()


def _lacking(windows: Iterable[tuple[Feed, Iterable[Row]]]) -> tuple[int, ...]:
    """Give the articles that windows want composed, each once."""
    return tuple(
        dict.fromkeys(row.article for _, rows in windows for row in rows if not row.current)
    )
