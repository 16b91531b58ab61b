"""The second half of an edition: compose what windows lack, and put what is owed.

Order matters to readers: pictures and pages stand before the feeds that name them, the main feed
before the others, all feeds before the rest of the archive, and nothing is removed before the
feeds that named it are replaced.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final

from markwire.catalogue import Catalogue, Row
from markwire.errors import PublicationError
from markwire.executors import Workers
from markwire.formats import ASSEMBLE, addresses
from markwire.model import FORMATS, Feed, Site, Window
from markwire.outlet.directory import Directory
from markwire.outlet.gate import are_many, changes_too_much, check
from markwire.outlet.sidecars import whole
from markwire.pipeline.announcing import Announcer
from markwire.pipeline.composing import Delivery, Failure
from markwire.pipeline.kiosk import Kiosk
from markwire.pipeline.pages import Pages
from markwire.pipeline.revising import Recorded
from markwire.pipeline.stages import Stages
from markwire.pipeline.written import Written
from markwire.problems import Problem, problem
from markwire.selection import configured, feed_of

_log: Final = logging.getLogger("markwire")
_TOGETHER: Final = 16  # feeds that are made live at once
_ROUND: Final = 4096  # articles of the archive that are asked for at once
_SLICE: Final = 256  # articles of the archive that are made live at once

Outcomes = Iterator[Delivery | Failure | None]


@dataclass(frozen=True, slots=True)
class Published:
    """What a publishing wrote and removed, as paths below the feeds folder.

    ``held`` are the faults of feeds that the gate held back.
    """

    written: tuple[str, ...]
    removed: tuple[str, ...]
    held: tuple[PublicationError, ...]


class Publisher:
    """Brings the files of the feeds folder up to what the catalogue records."""

    def __init__(
        self,
        site: Site,
        catalogue: Catalogue,
        outlet: Directory,
        workers: Workers,
        stages: Stages,
        announcer: Announcer,
    ) -> None:
        self._site = site
        self._catalogue = catalogue
        self._outlet = outlet
        self._stages = stages
        self._announcer = announcer
        self._written = Written(catalogue, outlet, stages)
        self._pages = Pages(site, catalogue, outlet, workers, stages, self._written, announcer)
        self._kiosk = Kiosk(site, catalogue, self._written)
        self._moved: set[int] = set()
        self._removed: list[str] = []
        self._held: list[PublicationError] = []
        self._unconfirmed: dict[str, Problem] = {}
        self._confirmed = False
        self._now: datetime
        self._outcomes: Generator[Delivery | Failure | None] | None = None
        self._passed: set[int] = set()
        self.is_behind = False
        """Whether articles of the archive may be left to compose."""

    def furnish(self, site: Site) -> None:
        """Take the site in as it is now."""
        self._site = site
        self._pages.furnish(site)
        self._kiosk.furnish(site)

    @property
    def unconfirmed(self) -> tuple[Problem, ...]:
        """Give why feeds are held until somebody confirms what they would become."""
        return tuple(problem for _, problem in sorted(self._unconfirmed.items()))

    def begin(self, recorded: Recorded, now: datetime, *, confirmed: bool) -> None:
        """Take in what a recording changed. What is being composed of the archive is dropped.

        Where it is ``confirmed``, feeds go live however much they change.
        """
        self._now, self._confirmed = now, confirmed
        self._unconfirmed.clear()
        self._moved |= recorded.moved
        self._pages.obsolete |= recorded.obsolete
        self._pages.begin(now)
        self._drop_outcomes()
        self._passed.clear()
        self.is_behind = True

    def take(self) -> Published:
        """Give what was done since the last time."""
        done = Published(self._written.take(), tuple(self._removed), tuple(self._held))
        self._removed.clear()
        self._held.clear()
        return done

    def count_written(self) -> int:
        """Give how many files were written since the last ``take``."""
        return len(self._written)

    def publish_feeds(self) -> None:
        """Compose what the windows of the owed feeds lack, and put these feeds.

        What is composed is kept only once it is live: after a crash it is composed again.
        """
        with self._catalogue.batch():
            while self._moved:
                self._pages.move(self._moved.pop())
            # A main feed of fifty articles need not wait for a thousand feeds of tags.
            held_back = self._publish_owed(lambda feed: not feed.key)
            self._written.go_live()
            held_back |= self._publish_owed(lambda feed: True)
            if held_back:
                self._publish_owed(lambda feed: True)
            # Made while the feeds, which are large, are being flushed.
            with self._stages.timed("assemble"):
                self._held += self._kiosk.put()
            self._pages.mark_departed()
            if key_file := self._announcer.key_file():
                self._written.put(*key_file)
            self._written.go_live()
            self._written.settle()
        self._announcer.end()

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
        self._kiosk.forget()

    def remove_obsolete(self) -> None:
        """Remove those files that nothing live wants any more."""
        if not self._pages.obsolete:
            return
        with self._stages.timed("remove"), self._catalogue.batch():
            for path in sorted(self._pages.obsolete):
                if not self._is_wanted(path):
                    if self._outlet.remove(path):
                        self._removed.append(path)
                    for each in (path, *self._outlet.beside(path)):
                        self._catalogue.forget_output(each)
            self._outlet.sync()
        self._pages.obsolete.clear()

    # --- feeds ---------------------------------------------------------------------------

    def _publish_owed(self, wanted: Callable[[Feed], bool]) -> bool:
        """Put the owed feeds that are wanted; give whether an article was held back."""
        held_back = False
        windows = self._windows(wanted)
        while self._pages.compose(_lacking(windows), self._site.bodies):
            held_back = True
            windows = self._windows(wanted)
        for count, (feed, rows) in enumerate(windows, start=1):
            with self._stages.timed("assemble"):
                self._put_feed(feed, rows)
            if count % _TOGETHER == 0:
                self._written.go_live()
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
        found = [(row, self._catalogue.fragments(row.article, feed.body)) for row in window]
        carried = self._catalogue.carried(feed.key)
        absent = {row.guid for row, fragments in found if not fragments}
        if not absent.isdisjoint(carried):
            # Its file is being changed at this moment: that change brings it, and this feed, again.
            _log.info("feed_waits feed=%s articles=%d", feed.key or "main", len(absent))
            return
        # An article that could never be composed has no fragment yet.
        rows = [(row, fragments) for row, fragments in found if fragments]
        tombstones = self._catalogue.tombstones(feed.key, limit=feed.limit)
        moments = [row.updated for row, _ in rows] + [each.when for each in tombstones]
        updated = max(moments) if moments else self._catalogue.feed_updated(feed.key)
        if self._needs_confirming(feed, carried, [row.guid for row, _ in rows]):
            return
        documents = {}
        for form in FORMATS:
            # Of a killed article, Atom has a tombstone, and no entry beside it.
            held = [(row.guid, fragments[form]) for row, fragments in rows if fragments[form]]
            guids, entries = [guid for guid, _ in held], tuple(entry for _, entry in held)
            document = ASSEMBLE[form](feed, Window(entries, updated, tombstones), self._site)
            path = addresses.path(feed.key, form)
            try:
                check(document, form, fragments=entries, guids=guids, path=path)
            except PublicationError as fault:
                self._held.append(fault)
                return
            documents[path] = document
        for path, document in documents.items():
            is_written = self._written.put(path, document)
            self._announcer.feed(path, document, is_written=is_written)
        self._catalogue.record_feed(
            feed.key, label=feed.label, updated=updated, carried=[row.guid for row, _ in rows]
        )
        self._kiosk.show(feed, [fragments["json"] for _, fragments in rows if fragments["json"]])
        if absent or any(row.article in self._pages.passed_over for row, _ in rows):
            # One that could not be read at this moment: no change need bring it again.
            self._catalogue.owe((feed.key,))

    def _needs_confirming(
        self, feed: Feed, carried: Collection[str], guids: Collection[str]
    ) -> bool:
        """Say whether a feed is held, since it would change as nobody can have meant it to.

        It stays owed, and is looked at again with each edition.
        """
        self._unconfirmed.pop(feed.key, None)
        gone = sorted(set(carried).difference(guids))
        if self._confirmed or not are_many(len(gone), len(carried)):
            return False
        lost = self._catalogue.lost(feed.key, gone, self._now)
        if feed.label:  # Whoever renames a folder or a tag means to leave its feed.
            lost = {guid: loss for guid, loss in lost.items() if loss != "elsewhere"}
        moved = sum(1 for loss in lost.values() if loss == "elsewhere")
        if not changes_too_much(lost=len(lost) - moved, moved=moved, of=len(carried)):
            return False
        known = filter(None, (self._catalogue.find(guid=guid) for guid in (*lost, *guids)))
        self._unconfirmed[feed.key] = problem(
            "MW416",
            next((article.path for article in known if article.path), "."),
            feed=addresses.path(feed.key, "rss"),
            count=len(lost),
            of=len(carried),
        )
        return True

    # --- the archive ---------------------------------------------------------------------

    def _publish_slice(self, until: float) -> bool:
        """Compose some articles of the archive and make them live.

        Gives whether one was held back: then feeds are to be looked at again.
        """
        with self._catalogue.batch():
            if self._outcomes is None:
                self._outcomes = self._begin_round()
            held_back = self._take_in_some(self._outcomes, until)
            self._written.go_live()
            self._written.settle()
        self._announcer.end()
        return held_back

    def _take_in_some(self, outcomes: Outcomes, until: float) -> bool:
        for count, outcome in enumerate(outcomes, start=1):
            if self._pages.take_in(outcome):
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
        return self._pages.outcomes(left, ())

    def _drop_outcomes(self) -> None:
        if self._outcomes is not None:
            self._outcomes.close()
            self._outcomes = None
            self._passed.clear()

    # --- what stays ----------------------------------------------------------------------

    def unwanted(self, paths: Iterable[str]) -> set[str]:
        """Give those of these files that nothing live is the reason for."""
        return {path for path in paths if not self._is_wanted(path)}

    def _is_wanted(self, path: str) -> bool:
        """Say whether a live article or a feed is the reason for a file, or for one beside it."""
        file = whole(path)
        if path != file and path not in self._outlet.beside(file):
            return False
        path = file
        kind, _, name = path.partition("/")
        if kind == "articles":
            number = self._catalogue.slug_holder(name.rpartition(".")[0])
            if number is None:
                return False
            article = self._catalogue.article(number)
            return article.live or (article.gone is not None and name.endswith(".json"))
        if kind == "media":
            return bool(self._catalogue.showing(self._site.feeds_url + path))
        if path.endswith(".txt"):
            return path in (self._announcer.key_file() or ())
        return path.rpartition("/")[0] in self._catalogue.feed_keys()


def _lacking(windows: Iterable[tuple[Feed, Iterable[Row]]]) -> tuple[int, ...]:
    """Give the articles that windows want composed, each once."""
    return tuple(
        dict.fromkeys(row.article for _, rows in windows for row in rows if not row.current)
    )
