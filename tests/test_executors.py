"""Work done here or in processes gives the same results, in the same order."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from markwire import executors
from markwire.errors import FolderError
from markwire.executors import Fence, Undone, Workers

# So little that no test waits for it; what is honest below takes a hundredth.
NARROW = Fence(seconds=0.5, memory=64 * 1024 * 1024)


def double(number: int) -> int:
    return number * 2


def process(_number: int) -> int:
    return os.getpid()


def interrupt(number: int) -> int:
    """What the terminal's Ctrl-C sends to every process of the group."""
    os.kill(os.getpid(), signal.SIGINT)
    return number


def die(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def spin(number: int) -> int:
    """A loop in C that gives the interpreter no turn."""
    while True:
        b"x" * 10**6 in b"y" * 10**6  # noqa: B015
    return number


def wait(number: int) -> int:
    threading.Event().wait()
    return number


def swallow(number: int) -> int:
    return len(bytearray(10**9)) + number


def segfault(number: int) -> int:
    ctypes.string_at(0)
    return number


def stumble(number: int) -> int:
    return [number][number + 1]


def lose_the_folder(_number: int) -> int:
    raise FolderError("the content folder went away")


def one_in_forty(number: int, *, guilty: Callable[[int], int]) -> int:
    """Honest work, but for the jobs 17 and 57."""
    return guilty(number) if number % 40 == 17 else number * 2


FAULTS = [
    (spin, "time"),
    (swallow, "memory"),
    (die, "memory"),
    (segfault, "crash"),
]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "WORTH_PROCESSES", 1)


@pytest.mark.usefixtures("small")
def test_results_come_in_the_order_of_the_jobs() -> None:
    """Each result is kept for the article that was asked for."""
    with closing(Workers(2)) as workers:
        assert list(workers.map(double, range(300), 300)) == [2 * n for n in range(300)]
        assert os.getpid() not in set(workers.map(process, range(4), 4))


@pytest.mark.parametrize(("count", "total"), [(1, 1000), (2, 10)])
def test_few_jobs_or_one_worker_need_no_process(count: int, total: int) -> None:
    """A saved file must not wait for two Pythons to start."""
    with closing(Workers(count)) as workers:
        assert set(workers.map(process, range(total), total)) == {os.getpid()}


def test_jobs_are_taken_as_they_are_worked_off() -> None:
    """The texts of a whole archive do not fit in memory."""
    taken = []

    def jobs() -> Iterator[int]:
        for number in range(10):
            taken.append(number)
            yield number

    with closing(Workers(1)) as workers:
        results = workers.map(double, jobs(), 10)
        assert [next(results), next(results)] == [0, 2]
        assert taken == [0, 1]


@pytest.mark.usefixtures("small")
def test_an_interrupt_is_left_to_the_process_that_has_the_overview() -> None:
    """Otherwise each worker answers Ctrl-C with a traceback of its own."""
    with closing(Workers(2)) as workers:
        assert list(workers.map(interrupt, range(3), 3)) == [0, 1, 2]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("guilty", "reason"), FAULTS)
def test_one_job_that_overruns_is_left_and_no_other(
    guilty: Callable[[int], int], reason: str
) -> None:
    """One article must not hold up an archive, nor take those with it that came in its chunk."""
    with closing(Workers(2, fence=NARROW)) as workers:
        results = list(workers.map(partial(one_in_forty, guilty=guilty), range(64), 64))
        assert [
            (number, result) for number, result in enumerate(results) if result != 2 * number
        ] == [(17, Undone(reason)), (57, Undone(reason))]
        assert list(workers.map(double, range(3), 3)) == [0, 2, 4]


@pytest.mark.parametrize(("guilty", "reason"), FAULTS)
def test_a_heavy_job_overruns_elsewhere(guilty: Callable[[int], int], reason: str) -> None:
    """The process that watches the folder must outlive what it is shown."""
    with closing(Workers(1, fence=NARROW)) as workers:
        work = partial(one_in_forty, guilty=guilty)
        results = workers.map(work, range(15, 19), 4, heavy=lambda number: number == 17)
        assert list(results) == [30, 32, Undone(reason), 36]
        at = [*workers.map(process, range(3), 3, heavy=lambda number: number == 1)]
        assert [each == os.getpid() for each in at] == [True, False, True]


def test_what_waits_for_ever_is_given_up() -> None:
    """It takes no time of the processor, so that only the clock tells."""
    with closing(Workers(1, fence=Fence(wall=0.2))) as workers:
        assert list(workers.map(wait, [1], 1, heavy=lambda _: True)) == [Undone("time")]
        assert list(workers.map(double, [1], 1, heavy=lambda _: True)) == [2]


def test_a_process_that_was_killed_idle_is_replaced() -> None:
    """Short of memory, the system takes whichever process it likes."""
    with closing(Workers(1)) as workers:
        for _ in range(3):
            (pid,) = workers.map(process, [0], 1, heavy=lambda _: True)
            assert isinstance(pid, int)
            os.kill(pid, signal.SIGKILL)


def test_where_no_process_can_be_started_all_is_done_here(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A machine may forbid them; the bounds hold all the same."""

    def schedule(*_words: object, **_more: object) -> None:
        raise RuntimeError("The Pool is not active")

    monkeypatch.setattr(executors.ProcessPool, "schedule", schedule)
    monkeypatch.setattr(executors, "WORTH_PROCESSES", 3)
    with closing(Workers(2)) as workers:
        assert list(workers.map(double, range(2), 2, heavy=lambda _: True)) == [0, 2]
        assert list(workers.map(double, range(4), 4)) == [0, 2, 4, 6]
    assert "fence_missing" in caplog.text


@pytest.mark.parametrize("heavy", [False, True])
def test_a_bug_is_told_by_its_kind_and_place(heavy: bool) -> None:
    """A traceback helps no editor, and a mistake of ours in one article is not one in all."""
    with closing(Workers(1)) as workers:
        results = workers.map(stumble, [0], 1, heavy=lambda _: heavy)
        line = stumble.__code__.co_firstlineno + 1
        assert list(results) == [Undone("bug", f"IndexError test_executors.py:{line}")]


@pytest.mark.parametrize("heavy", [False, True])
def test_a_fault_of_the_machine_is_raised(heavy: bool) -> None:
    """That the folder cannot be read says nothing of an article."""
    with closing(Workers(1)) as workers, pytest.raises(FolderError, match="went away"):
        list(workers.map(lose_the_folder, [0], 1, heavy=lambda _: heavy))


# Its processes have hardly begun to start when Ctrl-C comes to all of the group.
INTERRUPTED = """
import os, signal
from pebble import ProcessPool
from markwire import executors
from test_executors import double

if __name__ == "__main__":
    start = ProcessPool.schedule
    def interrupted(*words, **more):
        result = start(*words, **more)
        os.killpg(0, signal.SIGINT)
        return result
    ProcessPool.schedule = interrupted
    executors.WORTH_PROCESSES = 1
    told = []
    signal.signal(signal.SIGINT, lambda *_: told.append("interrupted"))
    workers = executors.Workers(2)
    print(*workers.map(double, range(3), 3), *told)
    workers.close()
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals cannot be held back")
def test_an_interrupt_at_the_start_of_processes_is_left_too(tmp_path: Path) -> None:
    """That is when people press Ctrl-C: they have just seen what they forgot."""
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        timeout=30,
        start_new_session=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 2 4 interrupted\n", "")
