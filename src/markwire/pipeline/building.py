"""Publish once: here, or by the Markwire that works on the site already.

At the I/O rim.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Final

from markwire.catalogue.lock import lock
from markwire.catalogue.opening import set_aside
from markwire.errors import LockedError, SpoiltCatalogueError
from markwire.intake.watch import Batch
from markwire.model import Site
from markwire.pipeline.answering import Answering, edition_of
from markwire.pipeline.clock import Clock
from markwire.pipeline.edition import Edition
from markwire.pipeline.lasting import bugs_told
from markwire.pipeline.opening import Failed, open_press, time_of
from markwire.pipeline.press import Progress
from markwire.pipeline.requests import Answer, Reply, Request, Requests
from markwire.pipeline.status import Board

_BETWEEN_LOOKS: Final = 0.1  # seconds
_PATIENCE: Final = 30.0  # seconds
_PAYING: Final = 10.0  # seconds in which hubs and partners are told; the rest stays owed
_EVERYTHING: Final = Batch(everything=True)


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
    cannot be read, CatalogueError where the catalogue cannot, UnconfirmedError where it is new and
    many published articles have no file.
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
        with open_press(site, workers, progress, failed, clock, board) as press:
            waiting = requests.waiting()
            edition = press.edition(_EVERYTHING, time_of(clock, waiting), waiting)
            board.publish(edition)
            press.paying.pay_once(_PAYING)
            board.owe(press.paying.accounts())
            return edition

    board = Board(site.folders.state, "build", clock)
    with lock(site.folders.state, "build"), board, bugs_told():
        requests.resume()
        board.work()
        try:
            edition = publish()
        except SpoiltCatalogueError as fault:
            failed(set_aside(site.folders.state, fault, datetime.now(UTC)))
            edition = publish()
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
