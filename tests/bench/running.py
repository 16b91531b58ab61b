"""Run a command, or keep one running: its time, memory and bytes written, and a certain end.

Linux and macOS. Memory is the resident size of a command and all it has started, looked at every
``LOOK`` seconds; pages that several of them share are counted for each, so it is an upper bound.
What the system's account of an ended command leaves out, since what it started was waited for by
another, comes from the last look.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep
from types import TracebackType
from typing import Final, Self

import psutil

LOOK: Final = 0.05
_LOOK_FOR_NEW: Final = 0.2  # seconds between looks for what else it has started
MB: Final = 1_000_000
_GRACE: Final = 15.0  # seconds between asking a command to end and ending it


class CommandFailedError(Exception):
    """A command ended when it should not have, or with another code than 0, or not in time."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took: seconds of wall and CPU, the peak in MB, bytes that it wrote."""

    wall: float
    cpu: float
    peak: float
    written: float
    output: str


@dataclass(frozen=True, slots=True)
class Resident:
    """Resident memory in MB: of the command itself, and with all that it has started."""

    main: float
    everything: float


class Running:
    """A command that runs within a ``with`` and has ended, with all it started, after it."""

    def __init__(self, command: Sequence[str], folder: Path, log: Path) -> None:
        self._command = list(command)
        self._folder = folder
        self._log = log
        self._ended = threading.Event()
        self._read = 0
        self._last: dict[psutil.Process, tuple[float, float]] = {}  # CPU and bytes of each

    def __enter__(self) -> Self:
        self._bytes_before = _written(psutil.Process())
        self.peak = 0.0
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log, self._errors.open("wb") as errors:
            self.started = perf_counter()
            self._popen = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=errors,
                start_new_session=True,
            )
        threading.Thread(target=self._reap, daemon=True).start()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._sampler.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._ended.is_set():
            self._signal(signal.SIGTERM)
            if not self._ended.wait(_GRACE):
                self._signal(signal.SIGKILL)
                self._ended.wait()
        self._signal(signal.SIGKILL)  # What it started and left behind, if anything.
        self._sampler.join()

    def finish(self, limit: float) -> Run:
        """Wait until the command has ended by itself, with code 0, within ``limit`` seconds."""
        if not self._ended.wait(limit):
            raise CommandFailedError(f"{self} has not ended in {limit:.0f} s")
        self._sampler.join()
        if self._code != 0:
            raise CommandFailedError(f"{self} ended with {self._code}: {self._said()}")
        return Run(
            wall=self._end - self.started,
            cpu=max(self._cpu, sum(used for used, _ in self._last.values())),
            peak=self.peak,
            # The kernel adds what an ended command wrote to the account of who waited for it.
            written=max(
                _written(psutil.Process()) - self._bytes_before,
                sum(written for _, written in self._last.values()),
            ),
            output=self._log.read_text(encoding="utf-8", errors="replace"),
        )

    def lines(self) -> list[str]:
        """Give the whole lines written to stdout since the last call."""
        self.must_live()
        with self._log.open("rb") as log:
            log.seek(self._read)
            new, _, _ = log.read().rpartition(b"\n")
        if not new:
            return []
        self._read += len(new) + 1
        return new.decode("utf-8", errors="replace").splitlines()

    def wait_for_line(self, limit: float) -> list[str]:
        """Wait for the next whole lines on stdout."""
        end = monotonic() + limit
        while not (lines := self.lines()):
            if monotonic() > end:
                raise CommandFailedError(f"{self} has said nothing for {limit:.0f} s")
            sleep(0.002)
        return lines

    def wait_until_idle(self, limit: float, *, window: float = 0.5) -> None:
        """Wait until it and all it has started used at most 2 % of a core for ``window`` s."""
        end = monotonic() + limit
        before = self._cpu_now()
        while monotonic() < end:
            sleep(window)
            now = self._cpu_now()
            if now - before <= max(0.02 * window, 0.011):  # The kernel counts in steps of 10 ms.
                return
            before = now
        raise CommandFailedError(f"{self} is still busy after {limit:.0f} s")

    def resident(self) -> Resident:
        """Give the resident memory of now."""
        sizes = [_resident(one) for one in self._tree()]
        return Resident(sizes[0], sum(sizes))

    def bytes_written(self) -> float:
        """Give the bytes that it, and what it has running, sent to the disk so far."""
        return sum(_written(one) for one in self._tree())

    def cpu(self) -> float:
        """Give the seconds of processor time that it, and what it has running, took so far."""
        return self._cpu_now()

    @property
    def ended(self) -> bool:
        """Whether the command has ended."""
        return self._ended.is_set()

    def must_live(self) -> None:
        """Raise if the command has ended."""
        if self._ended.is_set():
            raise CommandFailedError(f"{self} ended with {self._code}: {self._said()}")

    def __str__(self) -> str:
        return " ".join(Path(word).name for word in self._command[:4])

    @property
    def _errors(self) -> Path:
        return self._log.with_suffix(".err")

    def _said(self) -> str:
        return self._errors.read_text(encoding="utf-8", errors="replace")[-2000:]

    def _reap(self) -> None:
        _, status, usage = os.wait4(self._popen.pid, 0)
        self._end = perf_counter()
        self._cpu = usage.ru_utime + usage.ru_stime
        self._code = self._popen.returncode = os.waitstatus_to_exitcode(status)
        self._ended.set()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, number)

    def _sample(self) -> None:
        known: list[psutil.Process] = []
        looked = 0.0
        while not self._ended.wait(LOOK):
            if monotonic() - looked > _LOOK_FOR_NEW:  # It reads a file for each one that runs.
                known, looked = self._tree(), monotonic()
            self.peak = max(self.peak, sum(_resident(one) for one in known))
            for one in known:
                with suppress(psutil.Error):
                    self._last[one] = (_cpu(one), _written(one))

    def _tree(self) -> list[psutil.Process]:
        try:
            main = psutil.Process(self._popen.pid)
            return [main, *main.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _cpu_now(self) -> float:
        self.must_live()
        total = 0.0
        for one in self._tree():
            with suppress(psutil.Error):
                total += _cpu(one)
        return total


def run(command: Sequence[str], folder: Path, log: Path, *, limit: float) -> Run:
    """Run a command to its end."""
    with Running(command, folder, log) as running:
        return running.finish(limit)


def _cpu(one: psutil.Process) -> float:
    times = one.cpu_times()
    return float(times.user + times.system)


def _resident(one: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(one.memory_info().rss / MB)
    return 0.0


def _written(one: psutil.Process) -> float:
    """Bytes sent to the disk, where the system tells; not a number where it does not."""
    if not hasattr(one, "io_counters"):
        return math.nan
    return float(one.io_counters().write_bytes)
