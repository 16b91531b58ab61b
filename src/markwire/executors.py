"""Where articles are composed: here, or in processes; the results are the same bytes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import Final, TypeVar

from markwire.errors import PublicationError

In = TypeVar("In")
Out = TypeVar("Out")

# Below this many jobs, starting processes costs more than it saves.
WORTH_PROCESSES: Final = 200
_CHUNK: Final = 16


class Workers:
    """Runs pure functions over many jobs, in processes once there are enough of them.

    ``count`` is the number of processes; 1 means that all is done in this one. Processes start
    when they are first needed and go with ``close``.
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = count or os.cpu_count() or 1
        self._executor: Executor | None = None

    def map(self, function: Callable[[In], Out], jobs: Iterable[In], total: int) -> Iterator[Out]:
        """Give ``function`` of each job, in the order of the jobs.

        ``total`` is how many jobs to expect; they are taken a chunk at a time, so that memory
        holds a few chunks and not all. Raises PublicationError where a process was killed.
        """
        if self._count == 1 or total < WORTH_PROCESSES:
            yield from map(function, jobs)
            return
        if self._executor is None:
            # A fork would copy the watcher's threads and the catalogue's connection.
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(
                self._count, mp_context=context, initializer=_leave_interrupts
            )
        left = iter(jobs)
        try:
            while chunk := tuple(islice(left, _CHUNK * self._count * 4)):
                with _interrupts_held_back():  # Here processes start.
                    results = self._executor.map(function, chunk, chunksize=_CHUNK)
                yield from results
        except BrokenProcessPool as fault:
            self._executor = None
            raise PublicationError(
                "a process that converts articles was killed, perhaps for want of memory;"
                " try again with --workers 1"
            ) from fault

    def close(self) -> None:
        """End the processes; jobs not begun are dropped."""
        if self._executor:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


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


def _leave_interrupts() -> None:
    """Leave Ctrl-C, which the terminal sends to all, to the process that has the overview."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
