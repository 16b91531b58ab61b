"""From changed files to published feeds: the only room that joins the floors.

At the I/O rim. ``press`` makes editions: ``recording`` takes in what the folder holds, in one
transaction that also says which feeds are owed; ``publishing`` composes what their windows
lack, puts them, removes what is obsolete, and then composes the rest of the archive.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import monotonic, sleep
from typing import Final

from markwire.article.compose import ready
from markwire.catalogue.lock import lock
from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.errors import FolderError, LockedError, MarkwireError
from markwire.executors import WORTH_PROCESSES, Workers
from markwire.intake.folder import Scan
from markwire.intake.profiles import furnish
from markwire.intake.watch import Batch
from markwire.intake.watch import watch as watch_folder
from markwire.memory import keep_large_buffers
from markwire.model import Feed, Site
from markwire.outlet.directory import Directory
from markwire.pipeline.edition import Edition
from markwire.pipeline.lasting import LastingPress, bugs_told
from markwire.pipeline.press import Press, Progress
from markwire.pipeline.recovery import published_feeds
from markwire.pipeline.requests import Answer, Request, Requests
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
_EVERYTHING: Final = Batch(everything=True)


def build(
    site: Site, *, workers: int | None = None, progress: Progress = lambda _done, _all: None
) -> Edition:
    """Publish what the content folder holds, once.

    ``workers`` is the number of processes that compose (default: one a core). ``progress`` is
    told how many of how many archive articles are composed. Raises LockedError where another
    Markwire works on the site, PublicationError where a file cannot be written, FolderError
    where the content folder cannot be read, CatalogueError where the catalogue cannot.
    """
    requests = Requests(site.folders.state)
    with lock(site.folders.state), bugs_told(), _press(site, workers, progress) as press:
        edition = press.edition(_EVERYTHING, datetime.now(UTC), requests.waiting())
    _answer(requests, edition)
    return edition


def ask(site: Site, request: Request, *, patience: float = 30.0) -> Answer:
    """Have a request carried out: here, or by the Markwire that works on the site.

    ``patience`` is how many seconds its answer is waited for. Raises LockedError where none
    comes, and what ``build`` raises.
    """
    requests = Requests(site.folders.state)
    name = requests.ask(request, datetime.now(UTC))
    until = monotonic() + patience
    while True:
        try:
            build(site)
        except LockedError:
            if monotonic() >= until:
                requests.withdraw(name)
                raise
        except MarkwireError:
            requests.withdraw(name)
            raise
        answer = requests.answered(name)
        if answer is not None:
            return answer
        sleep(_BETWEEN_LOOKS)


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
    next pass makes up for it, some seconds later without being asked; a fault that stays the same
    is told once. Raises LockedError, and CatalogueError at the start, as ``build`` does.
    """
    keep_large_buffers()
    requests = Requests(site.folders.state)
    grace = timedelta(seconds=site.grace)
    last_fault: object = None
    first = True
    with lock(site.folders.state):
        press = LastingPress(lambda: _press(site, workers, progress, grace))
        batches = watch_folder(
            site.folders.content,
            stop=stop,
            wake=lambda: (
                0.0 if requests.are_waiting() and not press.rests() else press.seconds_until_due()
            ),
            busy=press.is_behind,
        )
        with closing(press):
            press.open()
            for batch in batches:
                try:
                    edition = press.step(batch, datetime.now(UTC), requests.waiting())
                    if edition is not None:
                        _answer(requests, edition)
                except MarkwireError as fault:
                    if _kind(fault) != last_fault:
                        failed(fault)
                    last_fault = _kind(fault)
                    continue
                if edition is None:
                    continue
                last_fault = None
                if first or edition.changed or edition.written or edition.removed or batch.paths:
                    told(edition)
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
        (feed_of(key, feed.label, site), feed.entries)
        for key, feed in published_feeds(Directory(site.folders.feeds))
        if configured(key, site)
    ]
    return tuple(sorted(found, key=lambda each: ("/" in each[0].key, each[0].key)))


def _answer(requests: Requests, edition: Edition) -> None:
    for name, answer in edition.answers.items():
        requests.answer(name, answer)


@contextmanager
def _press(
    site: Site, workers: int | None, progress: Progress, grace: timedelta = timedelta(0)
) -> Iterator[Press]:
    catalogue = SqliteCatalogue(site.folders.state / FILE_NAME)
    pool = Workers(workers)
    try:
        if catalogue.is_empty() and _is_large(site):
            pool.prepare()
        outlet = Directory(site.folders.feeds)
        yield Press(site, catalogue, outlet, pool, progress, grace=grace)
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
