"""Publish every change as it is made, until told to stop.

At the I/O rim. Nothing that goes wrong with an edition ends a watch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta

from markwire.article.compose import ready
from markwire.catalogue.lock import lock
from markwire.catalogue.opening import set_aside
from markwire.errors import MarkwireError
from markwire.intake.watch import watch as watch_folder
from markwire.memory import keep_large_buffers
from markwire.model import Site
from markwire.pipeline.answering import Answering
from markwire.pipeline.clock import Clock
from markwire.pipeline.edition import Edition
from markwire.pipeline.lasting import LastingPress, bugs_told
from markwire.pipeline.opening import Failed, open_press, time_of
from markwire.pipeline.press import Press, Progress
from markwire.pipeline.requests import Requests
from markwire.pipeline.service import Service
from markwire.pipeline.status import Board
from markwire.pipeline.telling.desk import Desk
from markwire.problems import Problem


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
    is told once. The desk can ask meanwhile, and is told of editions. Raises LockedError, and
    CatalogueError at the start, as ``build`` does.
    """
    keep_large_buffers()
    requests = Requests(site.folders.state)
    answering = Answering(requests)
    grace = timedelta(seconds=site.grace)
    clock = Clock()
    last_fault: object = None
    problems: tuple[Problem, ...] = ()
    first = True
    service = Service()
    board = Board(site.folders.state, "watch", clock, pulse=service.beat)

    def wake() -> float | None:
        board.beat(press.accounts)
        return 0.0 if requests.are_waiting() and not press.rests() else press.seconds_until_due()

    with lock(site.folders.state, "watch"), board:
        press = LastingPress(
            lambda: _paying(
                open_press(site, workers, desk.minded(progress), failed, clock, board, grace)
            ),
            lambda fault: set_aside(site.folders.state, fault, datetime.now(UTC)),
        )
        desk = Desk(site.folders.state, lambda: press.opened, clock)
        batches = watch_folder(
            site.folders.content,
            stop=stop,
            wake=wake,
            busy=press.is_behind,
            health=lambda health: board.watch(desk.counted(health)),
        )
        requests.resume()
        with closing(press), desk, closing(service):
            press.open()
            for batch in batches:
                board.work()
                try:
                    with bugs_told():
                        waiting = requests.waiting()
                        edition = press.step(batch, time_of(clock, waiting), waiting)
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
                desk.publish(edition)
                service.ready()
                last_fault = None
                has_news = edition.changed or edition.written or edition.removed or batch.paths
                if first or has_news or edition.problems != problems:
                    told(edition)
                problems = edition.problems
                if first:
                    ready(site)
                first = False


@contextmanager
def _paying(opening: AbstractContextManager[Press]) -> Iterator[Press]:
    """Open a press, and pay from then on what is owed to hubs and partners."""
    with opening as press:
        press.paying.start()
        yield press


def _kind(fault: MarkwireError) -> object:
    """Give by what a fault is known again, whichever file it is told of next."""
    return type(fault), getattr(fault.__cause__, "errno", str(fault))
