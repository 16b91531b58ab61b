"""Where articles are read and composed: here, or in processes; the results are the same bytes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from typing import Final, TypeVar

from markwire.errors import PublicationError

In = TypeVar("In")
Out = TypeVar("Out")

# Below this many jobs, starting processes costs more than it saves.
WORTH_PROCESSES: Final = 300
_AHEAD: Final = 3  # chunks that wait or run for each process
_NICER: Final = 10  # an editor's change must not wait for an archive
# A server that imports this once, and forks a process when one is wanted; a fork of ourselves
# would copy the watcher's threads and the catalogue's connection.
_PRELOADED: Final = ["markwire.cli", "markwire.pipeline.preloaded"]


class Workers:
    """Runs functions over many jobs, in processes once there are enough of them.

    ``count`` is the number of processes; 1 means that all is done in this one. Processes start
    when they are first needed and go with ``close``.
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = count or os.cpu_count() or 1
        self._executor: ProcessPoolExecutor | None = None

    def prepare(self) -> None:
        """Have processes start sooner, for much work is to come; returns at once."""
        if self._count > 1:
            _context()

    def map(
        self,
        function: Callable[[In], Out],
        jobs: Iterable[In],
        total: int,
        *,
        chunk: int = 16,
        worth: int | None = None,
    ) -> Iterator[Out]:
        """Give ``function`` of each job, in the order of the jobs.

        ``total`` is how many jobs to expect, ``chunk`` how many go to a process at once, ``worth``
        from how many on processes pay (default: ``WORTH_PROCESSES``). Jobs are taken a few
        chunks ahead, so that memory never holds all; what was taken is dropped when the
        iterator is closed. Raises PublicationError where a process was killed.
        """
        if self._count == 1 or total < (WORTH_PROCESSES if worth is None else worth):
            yield from map(function, jobs)
            return
        left = iter(jobs)
        running: deque[Future[list[Out]]] = deque()
        try:
            for _ in range(self._count * _AHEAD):
                self._submit(function, left, chunk, running)
            while running:
                results = running.popleft().result()
                self._submit(function, left, chunk, running)
                yield from results
        except BrokenProcessPool as fault:
            self._executor = None
            raise PublicationError(
                "a process that converts articles was killed, perhaps for want of memory;"
                " try again with --workers 1"
            ) from fault
        finally:
            for future in running:
                future.cancel()

    def _submit(
        self,
        function: Callable[[In], Out],
        left: Iterator[In],
        chunk: int,
        running: deque[Future[list[Out]]],
    ) -> None:
        jobs = tuple(islice(left, chunk))
        if jobs:
            if self._executor is None:
                self._executor = ProcessPoolExecutor(
                    self._count, mp_context=_context(), initializer=_begin
                )
            with _interrupts_held_back():  # Here processes start.
                running.append(self._executor.submit(_each, function, jobs))

    def close(self) -> None:
        """End the processes; jobs not begun are dropped. The next ``map`` starts others."""
        if self._executor:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


def _each(function: Callable[[In], Out], jobs: tuple[In, ...]) -> list[Out]:
    return [function(job) for job in jobs]


def _context() -> BaseContext:
    """Give how processes are made: by a server that is told once what to import."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")  # Windows
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    # As it starts, the tracker takes back the signals that were held back: it goes first.
    resource_tracker.ensure_running()
    with _interrupts_held_back():
        forkserver.ensure_running()
    return context


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Have processes that start here not know Ctrl-C before they can leave it aside."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Leave Ctrl-C, which the terminal sends to all, to the process that has the overview."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICER)
