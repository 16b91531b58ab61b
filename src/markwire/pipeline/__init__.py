"""From changed files to published feeds: the only room that joins the floors.

At the I/O rim. ``press`` makes editions: ``recording`` takes in what the folder holds, in one
transaction that also says which feeds are owed; ``publishing`` composes what their windows
lack, puts them, removes what is obsolete, and then composes the rest of the archive.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import monotonic, sleep
from typing import Final

from markwire.article.compose import ready
from markwire.catalogue.lock import lock
from markwire.catalogue.opening import open_catalogue, set_aside
from markwire.errors import FolderError, LockedError, MarkwireError, SpoiltCatalogueError
from markwire.executors import WORTH_PROCESSES, Workers
from markwire.intake.folder import Scan
from markwire.intake.profiles import furnish
from markwire.intake.watch import Batch
from markwire.intake.watch import watch as watch_folder
from markwire.memory import keep_large_buffers
from markwire.model import Feed, Site
from markwire.outlet.directory import Directory
from markwire.pipeline.answering import Answering, edition_of
from markwire.pipeline.clock import Clock
from markwire.pipeline.edition import Edition
from markwire.pipeline.lasting import LastingPress, bugs_told
from markwire.pipeline.press import Press, Progress, last_edition
from markwire.pipeline.recovery import published_feeds
from markwire.pipeline.requests import Answer, Reply, Request, Requests
from markwire.pipeline.status import Board
from markwire.problems import Problem
from markwire.selection import configured, feed_of

__all__ = [
    "Answer",
    "Edition",
    "Press",
    "Progress",
    "Request",
    "ask",
    "build",
    "list_feeds",
    "watch",
]

_BETWEEN_LOOKS: Final = 0.1  # seconds
_PATIENCE: Final = 30.0  # seconds
_EVERYTHING: Final = Batch(everything=True)

Failed = Callable[[MarkwireError], None]


def build(
    site: Site,
    *,
    workers: int | None = None,
    progress: Progress = lambda _done, _all: None,
    failed: Failed = lambda _fault: None,
    patience: float = _PATIENCE,
) -> Edition:
    """Publish what the content folder holds, once.

    Where another Markwire works on the site, a watch does it, and another build is waited for;
    ``patience`` is how many seconds may pass before either begins.

    ``workers`` is the number of processes that compose (default: one a core). ``progress`` is
    told how many of how many archive articles are composed, ``failed`` what went wrong and could
    be put right: a spoilt catalogue is made again. Raises LockedError where the other does not
    begin, PublicationError where a file cannot be written, FolderError where the content folder
    cannot be read, CatalogueError where the catalogue cannot.
    """

    def alone() -> Edition:
        return _build_alone(site, workers, progress, failed)

    try:
        return alone()
    except LockedError:
        return edition_of(_have_done(site, Request("build"), alone, patience))


def ask(site: Site, request: Request, *, patience: float = _PATIENCE) -> Answer:
    """Have a request carried out: here, or by the Markwire that works on the site.

    ``patience`` is how many seconds may pass before it begins. Raises LockedError where it does
    not, and what ``build`` raises.
    """
    return _have_done(site, request, lambda: _build_alone(site), patience).answer


def _build_alone(
    site: Site,
    workers: int | None = None,
    progress: Progress = lambda _done, _all: None,
    failed: Failed = lambda _fault: None,
) -> Edition:
    requests = Requests(site.folders.state)
    clock = Clock()

    def publish() -> Edition:
        with _press(site, workers, progress, failed, clock, board) as press:
            waiting = requests.waiting()
            return press.edition(_EVERYTHING, _now(clock, waiting), waiting)

    board = Board(site.folders.state, "build", clock)
    with lock(site.folders.state, "build"), board, bugs_told():
        requests.resume()
        board.work()
        try:
            edition = publish()
        except SpoiltCatalogueError as fault:
            failed(set_aside(site.folders.state, fault, datetime.now(UTC)))
            edition = publish()
        board.publish(edition)
    Answering(requests).give(edition, is_behind=False)
    return edition


def _have_done(
    site: Site, request: Request, alone: Callable[[], Edition], patience: float
) -> Reply:
    """Lay a request down until whoever works on the site has answered it, or we have."""
    requests = Requests(site.folders.state)
    name = requests.ask(request, datetime.now(UTC))
    until = monotonic() + patience
    try:
        while True:
            try:
                alone()
            except LockedError:
                if monotonic() >= until and not requests.is_begun(name):
                    raise
            reply = requests.answered(name)
            if reply is not None:
                return reply
            sleep(_BETWEEN_LOOKS)
    finally:
        requests.withdraw(name)


def watch(
    site: Site,
    *,
    stop: threading.Event,
    told: Callable[[Edition], None],
    failed: Failed,
    workers: int | None = None,
    progress: Progress = lambda _done, _all: None,
) -> None:
    """Publish what the content folder holds, and every change to it, until ``stop`` is set.

    ``told`` gets each edition in which something happened, and the first in any case. An
    edition that fails (a full disk, say) is told to ``failed``; what is live stays, and the
    next pass makes up for it, some seconds later without being asked; a fault that stays the same
    is told once. Raises LockedError, and CatalogueError at the start, as ``build`` does.
    """
    keep_large_buffers()
    requests = Requests(site.folders.state)
    answering = Answering(requests)
    grace = timedelta(seconds=site.grace)
    clock = Clock()
    last_fault: object = None
    problems: tuple[Problem, ...] = ()
    first = True
    board = Board(site.folders.state, "watch", clock)

    def wake() -> float | None:
        board.beat()
        return 0.0 if requests.are_waiting() and not press.rests() else press.seconds_until_due()

    with lock(site.folders.state, "watch"), board:
        press = LastingPress(
            lambda: _press(site, workers, progress, failed, clock, board, grace),
            lambda fault: set_aside(site.folders.state, fault, datetime.now(UTC)),
        )
        batches = watch_folder(
            site.folders.content,
            stop=stop,
            wake=wake,
            busy=press.is_behind,
            health=board.watch,
        )
        requests.resume()
        with closing(press):
            press.open()
            for batch in batches:
                board.work()
                try:
                    waiting = requests.waiting()
                    edition = press.step(batch, _now(clock, waiting), waiting)
                    if edition is not None:
                        answering.give(edition, is_behind=press.is_behind())
                except MarkwireError as fault:
                    board.fail(fault)
                    if _kind(fault) != last_fault:
                        failed(fault)
                    last_fault = _kind(fault)
                    continue
                finally:
                    if not press.is_behind():
                        board.rest()
                if edition is None:
                    continue
                board.publish(edition)
                last_fault = None
                has_news = edition.changed or edition.written or edition.removed or batch.paths
                if first or has_news or edition.problems != problems:
                    told(edition)
                problems = edition.problems
                if first:
                    ready(site)
                first = False


def _kind(fault: MarkwireError) -> object:
    """Give by what a fault is known again, whichever file it is told of next."""
    return type(fault), getattr(fault.__cause__, "errno", str(fault))


def list_feeds(site: Site) -> tuple[tuple[Feed, int], ...]:
    """Give the site's feeds as they stand on disk, each with its number of entries.

    Reads published files and what sections are called, so that it never meets a running watch.
    """
    with suppress(FolderError):  # Its feeds stand all the same.
        site, _ = furnish(site)
    found = [
        (feed_of(key, feed.label, site), len(feed.carried))
        for key, feed in published_feeds(Directory(site.folders.feeds))
        if configured(key, site)
    ]
    return tuple(sorted(found, key=lambda each: ("/" in each[0].key, each[0].key)))


def _now(clock: Clock, requests: Mapping[str, Request]) -> datetime:
    """Give the time by which is published; whoever confirms something has looked at the clock."""
    if any(each.kind == "confirm" for each in requests.values()):
        clock.believe()
    return clock.now()


@contextmanager
def _press(
    site: Site,
    workers: int | None,
    progress: Progress,
    failed: Failed,
    clock: Clock,
    board: Board,
    grace: timedelta = timedelta(0),
) -> Iterator[Press]:
    catalogue, fault = open_catalogue(site.folders.state, datetime.now(UTC))
    if fault is not None:
        failed(fault)
    pool = Workers(workers)
    try:
        if catalogue.is_empty() and _is_large(site):
            pool.prepare()
        outlet = Directory(site.folders.feeds)
        clock.begin(last_edition(catalogue))
        yield Press(
            site,
            catalogue,
            outlet,
            pool,
            progress,
            grace=grace,
            timepiece=clock,
            pulse=board.beat,
        )
    finally:
        pool.close()
        catalogue.close()


def _is_large(site: Site) -> bool:
    """Say whether there are so many articles that processes will be wanted to compose them."""
    try:
        articles = islice(Scan(site.folders.content), WORTH_PROCESSES)
        return sum(1 for _ in articles) == WORTH_PROCESSES
    except FolderError:
        return False  # The edition tells it.
