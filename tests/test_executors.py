"""Work done here or in processes gives the same results, in the same order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from markwire import executors
from markwire.errors import PublicationError
from markwire.executors import Workers


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
def test_a_killed_worker_is_told_and_the_next_edition_has_others() -> None:
    """Out of memory, the system takes the largest process: not a reason for a traceback."""
    with closing(Workers(2)) as workers:
        with pytest.raises(PublicationError, match="was killed, perhaps for want of memory"):
            list(workers.map(die, range(3), 3))
        assert list(workers.map(double, range(3), 3)) == [0, 2, 4]


# Its processes have hardly begun to start when Ctrl-C comes to all of the group.
INTERRUPTED = """
import os, signal
from concurrent.futures import ProcessPoolExecutor
from markwire import executors
from test_executors import double

if __name__ == "__main__":
    start = ProcessPoolExecutor.submit
    def interrupted(*words, **more):
        result = start(*words, **more)
        os.killpg(0, signal.SIGINT)
        return result
    ProcessPoolExecutor.submit = interrupted
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
