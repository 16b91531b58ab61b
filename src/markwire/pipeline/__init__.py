"""From changed files to published feeds: the only room that joins the floors.

At the I/O rim. An edition is one pass: ``recording`` takes in what the folder holds, in one
transaction that also says which feeds are owed; ``publishing`` composes what their windows
lack, puts them, removes what is obsolete, and then composes the rest of the archive. What is
owed is known before a file is written, so that a crash anywhere is mended by the next pass.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Final

from markwire.catalogue import Catalogue
from markwire.catalogue.lock import lock
from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.errors import MarkwireError
from markwire.executors import Workers
from markwire.formats import addresses
from markwire.intake.watch import Batch
from markwire.intake.watch import watch as watch_folder
from markwire.model import FORMATS, Feed, Site
from markwire.outlet.directory import Directory
from markwire.pipeline.publishing import Publisher
from markwire.pipeline.recording import Recorded, Recorder
from markwire.pipeline.recovery import media_files, published_feeds, remember_published
from markwire.problems import Problem
from markwire.recipe import recipe
from markwire.selection import configured, feed_of

_log: Final = logging.getLogger("markwire")
_EVERYTHING: Final = Batch(everything=True)
_UNFINISHED: Final = "unfinished"
_RECIPE: Final = "recipe"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Edition:
    """The result of one pass.

    ``read`` counts the files read, ``changed`` the articles that came, changed or went;
    ``written`` and ``removed`` are paths below the feeds folder; ``problems`` are all that
    stand; ``stages`` are milliseconds by stage.
    """

    read: int
    changed: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]
    stages: Mapping[str, float]

    @property
    def refused(self) -> tuple[str, ...]:
        """The paths of the articles that cannot be published as they stand."""
        return tuple(dict.fromkeys(each.path for each in self.problems if each.severity == "error"))


def build(
    site: Site, *, workers: int | None = None, progress: Progress = lambda _done, _all: None
) -> Edition:
    """Publish what the content folder holds, once.

    ``workers`` is the number of processes that compose (default: one a core). ``progress`` is
    told how many of how many archive articles are composed. Raises LockedError where another
    Markwire works on the site, PublicationError where a file cannot be written, FolderError
    where the content folder cannot be read, CatalogueError where the catalogue cannot.
    """
    with _press(site, workers, progress) as press:
        return press.edition(_EVERYTHING, datetime.now(UTC))


def watch(
    site: Site,
    *,
    stop: threading.Event,
    told: Callable[[Edition], None],
    failed: Callable[[MarkwireError], None],
    workers: int | None = None,
    progress: Progress = lambda _done, _all: None,
) -> None:
    """Publish what the content folder holds, and every change to it, until ``stop`` is set.

    ``told`` gets each edition in which something happened, and the first in any case. An
    edition that fails (a full disk, say) is told to ``failed``; what is live stays, and the
    next pass makes up for it. Raises LockedError and CatalogueError as ``build`` does.
    """
    with _press(site, workers, progress) as press:
        first = True
        batches = watch_folder(site.folders.content, stop=stop, wake=press.seconds_until_due)
        for batch in batches:
            try:
                edition = press.edition(batch, datetime.now(UTC))
            except MarkwireError as fault:
                failed(fault)
                continue
            if first or edition.changed or edition.written or edition.removed or batch.paths:
                told(edition)
            first = False


def list_feeds(site: Site) -> tuple[tuple[Feed, int], ...]:
    """Give the site's feeds as they stand on disk, each with its number of entries.

    Reads published files only, so that it never meets a running watch.
    """
    found = [
        (feed_of(key, feed.label, site), feed.entries)
        for key, feed in published_feeds(Directory(site.folders.feeds))
        if configured(key, site)
    ]
    return tuple(sorted(found, key=lambda each: ("/" in each[0].key, each[0].key)))


class Press:
    """Makes the editions of one site, one at a time."""

    def __init__(
        self,
        site: Site,
        catalogue: Catalogue,
        outlet: Directory,
        workers: Workers,
        progress: Progress,
    ) -> None:
        self._site = site
        self._catalogue = catalogue
        self._outlet = outlet
        self._workers = workers
        self._progress = progress

    def edition(self, batch: Batch, now: datetime) -> Edition:
        """Work off one batch of changes. ``now`` decides what is visible, and nothing else."""
        stages = _Stages()
        recorded = self._record(batch, now)
        stages.end("record")
        publisher = Publisher(
            self._site, self._catalogue, self._outlet, self._workers, recorded, now
        )
        try:
            publisher.publish_feeds()
            stages.end("feeds")
            publisher.remove_obsolete()
            publisher.publish_archive(self._progress)
            publisher.remove_obsolete()
            stages.end("archive")
        finally:
            self._outlet.discard()
        if publisher.done.held:
            raise publisher.done.held[0]
        with self._catalogue.batch():
            self._catalogue.set(_UNFINISHED, "")
            problems = self._catalogue.problems()
        edition = Edition(
            read=recorded.read,
            changed=len(recorded.articles),
            written=tuple(dict.fromkeys(publisher.done.written)),
            removed=tuple(publisher.done.removed),
            problems=problems,
            stages=stages.milliseconds,
        )
        _log.info(
            "edition_written files=%d removed=%d read=%d changed=%d refused=%d ms=%.0f",
            len(edition.written),
            len(edition.removed),
            edition.read,
            edition.changed,
            len(edition.refused),
            sum(stages.milliseconds.values()),
        )
        return edition

    def seconds_until_due(self) -> float | None:
        """Give how long it is until a scheduled article appears or one expires."""
        now = datetime.now(UTC)
        with self._catalogue.batch():
            if self._catalogue.due(now):
                return 0.0
            due = self._catalogue.next_due(now)
        return None if due is None else (due - now).total_seconds()

    def _record(self, batch: Batch, now: datetime) -> Recorded:
        wanted = recipe(self._site)
        with self._catalogue.batch():
            last = self._catalogue.setting(_RECIPE)
            if not last:
                remember_published(self._catalogue, self._outlet, self._site)
            anew = last != wanted
            everything = anew or bool(self._catalogue.setting(_UNFINISHED))
            if anew:
                batch = Batch(everything=True, unsettled=batch.unsettled)
                self._catalogue.expire(None)
                self._catalogue.owe(None)
            self._catalogue.set(_UNFINISHED, "edition")
            recorded = Recorder(self._site, self._catalogue, self._outlet, now).record(
                batch, reread=anew
            )
            self._catalogue.set(_RECIPE, wanted)
            # A feed named in the configuration stands even before it has an article.
            keys = self._catalogue.feed_keys()
            self._catalogue.owe(feed.key for feed in self._site.feeds if feed.key not in keys)
            recorded.obsolete |= self._drop_feeds()
            if batch.everything:
                self._restore_files()
            if everything:
                # After a crash, files may be there of which the catalogue does not know.
                recorded.obsolete |= {*self._catalogue.outputs(), *media_files(self._outlet)}
        return recorded

    def _drop_feeds(self) -> set[str]:
        """Forget feeds that the configuration no longer asks for; give their files."""
        dropped = set()
        for key in self._catalogue.feed_keys():
            if not configured(key, self._site):
                dropped |= {addresses.path(key, form) for form in FORMATS}
                self._catalogue.drop_feed(key)
        return dropped

    def _restore_files(self) -> None:
        """Have written again what is not on disk as it was written."""
        files = self._outlet.files()
        for path, state in self._catalogue.outputs().items():
            if files.get(path) == state:
                continue
            kind, _, name = path.partition("/")
            if kind == "articles":
                number = self._catalogue.slug_holder(name.rpartition(".")[0])
                self._catalogue.expire([number] if number else [])
            elif kind == "media":
                self._catalogue.expire(self._catalogue.showing(self._site.feeds_url + path))
            elif (key := path.rpartition("/")[0]) in self._catalogue.feed_keys():
                self._catalogue.owe([key])


class _Stages:
    """A stopwatch with laps."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}
        self._since = perf_counter()

    def end(self, stage: str) -> None:
        now = perf_counter()
        self.milliseconds[stage] = (now - self._since) * 1000
        self._since = now


@contextmanager
def _press(site: Site, workers: int | None, progress: Progress) -> Iterator[Press]:
    with lock(site.folders.state):
        catalogue = SqliteCatalogue(site.folders.state / FILE_NAME)
        pool = Workers(workers)
        try:
            yield Press(site, catalogue, Directory(site.folders.feeds), pool, progress)
        finally:
            pool.close()
            catalogue.close()
