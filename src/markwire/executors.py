"""Where articles are read and composed: here, or in processes; the results are the same bytes.

What one job does wrong stays with it: a job that runs without end, that wants all memory or takes
its process with it gives ``Undone``, and so does a bug that it comes upon. Processes are fenced:
the system itself ends one that overruns, and another takes its place.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Final, Literal, TypeVar

from pebble import ProcessExpired, ProcessPool

from markwire.errors import MarkwireError

In = TypeVar("In")
Out = TypeVar("Out")

# Below this many jobs, starting processes costs more than it saves.
WORTH_PROCESSES: Final = 300
_AHEAD: Final = 3  # chunks that wait or run for each process
_NICER: Final = 10  # an editor's change must not wait for an archive
# A server that imports this once, and forks a process when one is wanted; a fork of ourselves
# would copy the watcher's threads and the catalogue's connection.
_PRELOADED: Final = ["markwire.cli", "markwire.pipeline.preloaded"]
_CHANCES: Final = 3  # for a job whose process failed by no fault of it
_OUT_OF_MEMORY: Final = 77  # how a process ends that says so itself

_log: Final = logging.getLogger("markwire")

Reason = Literal["time", "memory", "crash", "bug"]


@dataclass(frozen=True, slots=True)
class Fence:
    """What one job may cost where it runs in a process of its own.

    ``seconds`` of processor time: an honest job takes as many on a busy machine as on an idle
    one. ``wall`` seconds are for what waits for ever, or where there is no other measure
    (Windows). ``memory`` in bytes is above what the process has when it begins (Linux).
    """

    # The costliest texts that the bounds let pass take three seconds and half of the memory.
    seconds: float = 10.0
    wall: float = 60.0
    memory: int = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Undone:
    """Why a job has no result; of a bug, ``fault`` says what was raised where."""

    reason: Reason
    fault: str = ""


class Workers:
    """Runs functions over many jobs, in processes once there are enough of them.

    ``count`` is the number of processes; 1 means that all is done in this one, but for what is
    heavy. Processes start when they are first needed and go with ``close``.
    """

    def __init__(self, count: int | None = None, *, fence: Fence | None = None) -> None:
        self._count = count or os.cpu_count() or 1
        self._fence = fence or Fence()
        self._pool: ProcessPool | None = None
        self._guard: ProcessPool | None = None

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
        heavy: Callable[[In], bool] = lambda _job: False,
        chunk: int = 16,
        worth: int | None = None,
    ) -> Iterator[Out | Undone]:
        """Give ``function`` of each job, in the order of the jobs, or why there is none.

        ``total`` is how many jobs to expect, ``chunk`` how many go to a process at once, ``worth``
        from how many on processes pay (default: ``WORTH_PROCESSES``). Where they do not, only jobs
        that are ``heavy`` go to one. Jobs are taken a few chunks ahead, so that memory never
        holds all; what was taken is dropped when the iterator is closed. Raises what is raised as
        a MarkwireError or OSError. Where no process can be started, all is done here.
        """
        if self._count == 1 or total < (WORTH_PROCESSES if worth is None else worth):
            for job in jobs:
                yield self._alone(function, job) if heavy(job) else _attempt(function, job)
            return
        left = iter(jobs)
        running: deque[tuple[tuple[In, ...], Future[list[Out | Undone]]]] = deque()
        for _ in range(self._count * _AHEAD):
            self._submit(function, left, chunk, running)
        while running:
            taken, future = running.popleft()
            results = self._results(function, taken, future)
            self._submit(function, left, chunk, running)
            yield from results

    def _submit(
        self,
        function: Callable[[In], Out],
        left: Iterator[In],
        chunk: int,
        running: deque[tuple[tuple[In, ...], Future[list[Out | Undone]]]],
    ) -> None:
        jobs = tuple(islice(left, chunk))
        if jobs:
            if self._pool is None:
                self._pool = self._started(self._count, nicer=_NICER)
            try:
                running.append((jobs, self._schedule(self._pool, function, jobs)))
            except BrokenProcessPool as fault:
                broken: Future[list[Out | Undone]] = Future()
                broken.set_exception(fault)
                running.append((jobs, broken))

    def _results(
        self,
        function: Callable[[In], Out],
        jobs: tuple[In, ...],
        future: Future[list[Out | Undone]],
    ) -> list[Out | Undone]:
        """Give what came of some jobs; where one of them broke the process, of each alone."""
        try:
            return future.result()
        except BrokenProcessPool:
            self._pool = None
        except (TimeoutError, ProcessExpired):
            pass
        return [self._alone(function, job) for job in jobs]

    def _alone(self, function: Callable[[In], Out], job: In) -> Out | Undone:
        """Do one job in a process that has no other to do."""
        is_late = False
        for _ in range(_CHANCES):
            try:
                if self._guard is None:
                    self._guard = self._started(1, nicer=0)
                return self._schedule(self._guard, function, (job,)).result()[0]
            except ProcessExpired as fault:
                return Undone(_reason(fault.exitcode))
            except TimeoutError:
                # By the wall, a machine that was asleep looks like a job without end.
                if is_late:
                    return Undone("time")
                is_late = True
            except BrokenProcessPool:
                self._guard = None  # It was killed while it had nothing to do.
        _log.warning("fence_missing reason=no_process")
        return _attempt(function, job)

    def _started(self, count: int, *, nicer: int) -> ProcessPool:
        begin = (nicer, self._fence.memory)
        return ProcessPool(count, initializer=_begin, initargs=begin, context=_context())

    def _schedule(
        self, pool: ProcessPool, function: Callable[[In], Out], jobs: tuple[In, ...]
    ) -> Future[list[Out | Undone]]:
        arguments = (function, jobs, self._fence.seconds)
        try:
            with _interrupts_held_back():  # Here processes start, and threads that start others.
                return pool.schedule(_each, args=arguments, timeout=self._fence.wall)
        except RuntimeError as fault:  # It has broken, and nobody was there to be told.
            raise BrokenProcessPool from fault

    def close(self) -> None:
        """End the processes, whatever they do. The next ``map`` starts others."""
        pools, self._pool, self._guard = (self._pool, self._guard), None, None
        for pool in filter(None, pools):
            pool.stop()  # type: ignore[no-untyped-call]  # Pebble has no type for it.
            pool.join()


def _reason(exit_code: int) -> Reason:
    if hasattr(signal, "SIGPROF") and exit_code == -signal.SIGPROF:
        return "time"
    # Short of memory, a library in Rust aborts; and the system kills the largest process.
    killed = {-getattr(signal, name) for name in ("SIGKILL", "SIGABRT") if hasattr(signal, name)}
    return "memory" if exit_code == _OUT_OF_MEMORY or exit_code in killed else "crash"


def _attempt(function: Callable[[In], Out], job: In) -> Out | Undone:
    """Do one job here; a bug that it comes upon is no reason to leave the others."""
    try:
        return function(job)
    except MemoryError:
        return Undone("memory")
    except (MarkwireError, OSError):
        raise  # A fault of the machine concerns all.
    except Exception as fault:  # Whatever a library may raise.
        return Undone("bug", _told(fault))


def _told(fault: Exception) -> str:
    """Say what was raised and where, without a word of what was read: ``IndexError read.py:12``."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(fault).__name__
    file = Path(trace.tb_frame.f_code.co_filename).name
    return f"{type(fault).__name__} {file}:{trace.tb_lineno}"


# --- in the processes --------------------------------------------------------------------


def _each(
    function: Callable[[In], Out], jobs: tuple[In, ...], seconds: float
) -> list[Out | Undone]:
    results = []
    for job in jobs:
        with _timed(seconds):
            results.append(_attempt(function, job))
        if isinstance(results[-1], Undone) and results[-1].reason == "memory":
            # What is left of this process is in pieces: another one does the jobs after it.
            os._exit(_OUT_OF_MEMORY)
    return results


@contextmanager
def _timed(seconds: float) -> Iterator[None]:
    """Have the system end this process when it has worked for so long; C code cannot put it off."""
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _begin(nicer: int, memory: int) -> None:
    """Leave Ctrl-C, which the terminal sends to all, to the process that has the overview."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if nicer and hasattr(os, "nice"):
        os.nice(nicer)
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  (not on Windows)

        limit = _held() + memory
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        if most == resource.RLIM_INFINITY or limit < most:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def _held() -> int:
    """Give how many bytes of private memory this process has (proc(5), ``VmData``)."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith("VmData:"))
    return int(line.split()[1]) * 1024


# --- how they start ----------------------------------------------------------------------


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
