"""Open what an edition is made with: the catalogue, the feeds folder, workers, and the press.

At the I/O rim. Whoever opens a press holds the site's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice

from markwire.catalogue.opening import open_catalogue
from markwire.errors import FolderError, MarkwireError
from markwire.executors import WORTH_PROCESSES, Workers
from markwire.intake.folder import Scan
from markwire.model import Site
from markwire.outbox import targets
from markwire.outlet.directory import Directory
from markwire.outlet.marker import FILE_NAME as MARKER
from markwire.outlet.marker import EditionMarker
from markwire.pipeline.clock import Clock
from markwire.pipeline.polling import taking_in
from markwire.pipeline.press import Press, Progress, last_edition
from markwire.pipeline.requests import Request
from markwire.pipeline.status import Board
from markwire.push.paying import Paying

Failed = Callable[[MarkwireError], None]


@contextmanager
def open_press(
    site: Site,
    workers: int | None,
    progress: Progress,
    failed: Failed,
    clock: Clock,
    board: Board,
    grace: timedelta = timedelta(0),
) -> Iterator[Press]:
    """Give a press, for as long as it is wanted; ``failed`` is told of a spoilt catalogue.

    ``grace`` is how long an article outlives its file. Raises CatalogueError where there is no
    opening the catalogue.
    """
    catalogue, fault = open_catalogue(site.folders.state, datetime.now(UTC))
    if fault is not None:
        failed(fault)
    pool = Workers(workers)
    paying: Paying | None = None
    try:
        if catalogue.is_empty() and _is_large(site):
            pool.prepare()
        marker = EditionMarker(site.folders.state / MARKER)
        outlet = Directory(site.folders.feeds, site.sidecars, marker=marker)
        clock.begin(last_edition(catalogue))
        paying = Paying(catalogue, targets(site), site.push, clock.glance)
        with taking_in(site.folders.state, catalogue):
            yield Press(
                site,
                catalogue,
                outlet,
                pool,
                progress,
                grace=grace,
                timepiece=clock,
                pulse=board.beat,
                paying=paying,
            )
    finally:
        pool.close()
        if paying is not None:
            paying.stop()
        catalogue.close()


def time_of(clock: Clock, requests: Mapping[str, Request]) -> datetime:
    """Give the time by which is published; whoever confirms something has looked at the clock."""
    if any(each.kind == "confirm" for each in requests.values()):
        clock.believe()
    return clock.now()


def _is_large(site: Site) -> bool:
    """Say whether there are so many articles that processes will be wanted to compose them."""
    try:
        articles = islice(Scan(site.folders.content), WORTH_PROCESSES)
        return sum(1 for _ in articles) == WORTH_PROCESSES
    except FolderError:
        return False  # The edition tells it.
