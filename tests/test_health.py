"""The watch never dies silently: it tells how it is, and outlives what nobody foresaw."""

from __future__ import annotations

import logging
import queue
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from markwire.intake import hearing, lookout, notices, settle
from markwire.intake import watch as watching
from markwire.intake.health import Health
from markwire.intake.notices import Observation
from watching import DEADLINE, TEXT, Watch, content, linux_only, rested, watch_over

__all__ = ["content"]


class Told:
    """What a watch said of itself, in its order."""

    def __init__(self) -> None:
        self._said: queue.Queue[Health] = queue.Queue()

    def __call__(self, health: Health) -> None:
        self._said.put(health)

    def until(self, **expected: object) -> Health:
        """Wait until it says all of this."""
        while True:
            health = self._said.get(timeout=DEADLINE)
            if all(getattr(health, name) == value for name, value in expected.items()):
                return health


@linux_only
def test_a_watch_tells_in_which_way_it_watches_and_that_it_looked(content: Path) -> None:
    """An engineer sees at a glance whether changes are heard of."""
    told = Told()
    with watch_over(content, health=told):
        assert told.until(looks=1) == Health("watching", "inotify", "local_file_system", looks=1)


def test_a_folder_that_went_is_told_and_so_is_its_return(content: Path, tmp_path: Path) -> None:
    """Nothing is published meanwhile, and somebody must know why."""
    told = Told()
    with watch_over(content, way="native", health=told) as over:
        content.rename(tmp_path / "away")
        assert told.until(state="away") == Health("away", None, "not_there", looks=1)
        (tmp_path / "away").rename(content)
        over.whole()
        assert told.until(looks=2) == Health("watching", "native", "configured", looks=2)


def test_a_folder_that_never_was_there_is_told(tmp_path: Path) -> None:
    """A mistake in the configuration looks like a share that is late."""
    told = Told()
    with Watch(tmp_path / "later", health=told):
        told.until(state="away", reason="not_there")


def test_lost_events_are_counted(content: Path) -> None:
    """Many of them ask for a longer queue."""
    told = Told()
    with watch_over(content, health=told) as over:
        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed")
        over.whole()
        assert told.until(losses=1, looks=2).state == "watching"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (OSError(5, "Input/output error"), "EIO"),
        (RuntimeError("can't start new thread"), "no_threads"),
    ],
)
def test_a_folder_that_cannot_be_watched_at_all_is_told_and_tried_again(
    content: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, reason: str
) -> None:
    """A machine that has nothing left may have something again in a minute."""
    monkeypatch.setattr(lookout, "_RETRY", 0.01)
    start, failing = Observation.start, threading.Event()

    def refuse(self: Observation) -> None:
        if not failing.is_set():
            raise fault
        start(self)

    monkeypatch.setattr(Observation, "start", refuse)
    told = Told()
    with Watch(content, way="native", health=told) as over:
        assert told.until(state="failed") == Health("failed", None, reason)
        failing.set()
        over.whole()
        told.until(state="watching")


def test_threads_that_cannot_be_had_leave_none_behind(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of two threads may have started when the second is refused."""
    before = set(threading.enumerate())
    observation = Observation(content, "polling", poll=0.05)
    start = threading.Thread.start

    def refuse(self: threading.Thread) -> None:
        if "Emitter" not in type(self).__name__:
            raise RuntimeError("can't start new thread")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(RuntimeError):
        observation.start()
    assert [each for each in set(threading.enumerate()) - before if each.is_alive()] == []


@linux_only
def test_a_signal_just_as_a_wait_ends_does_not_make_it_endless(content: Path) -> None:
    """Else whoever stops a watch at that moment waits until somebody saves a file."""
    observation = Observation(content, "polling", poll=0.05)
    rescued = threading.Event()

    def rescue() -> None:
        rescued.set()
        observation._events.put(None)

    timer = threading.Timer(DEADLINE, rescue)
    # Its handler takes longer than is left to wait.
    before = signal.signal(signal.SIGALRM, lambda _signal, _frame: time.sleep(0.1))
    timer.start()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        assert observation.hear(0.05) == []
    finally:
        timer.cancel()
        signal.signal(signal.SIGALRM, before)
    assert not rescued.is_set()


# --- bugs ----------------------------------------------------------------------------------


def failing_once(function: Callable[..., Any], when: threading.Event) -> Callable[..., Any]:
    """Give a function that has a bug the first time that it is called once ``when`` is set."""

    def called(*given: object, **named: object) -> object:
        if when.is_set():
            when.clear()
            raise ZeroDivisionError
        return function(*given, **named)

    return called


@pytest.mark.parametrize(
    ("room", "name"),
    [
        (hearing.Hearing, "take"),
        (hearing, "look"),
        (settle.Settler, "note"),
        (settle.Settler, "settled"),
        (settle.Settler, "due"),
        (notices.Observation, "hear"),
        (notices.Observation, "_relative"),
        (notices.Observation, "overflowed"),
        (lookout.Lookout, "standing"),
        (lookout, "_identity"),
        (watching, "Stamp"),
    ],
)
def test_a_bug_anywhere_on_the_way_of_an_event_ends_nothing(
    content: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    room: Any,
    name: str,
) -> None:
    """What was to be told is found by a look, the next change is told, and the log has the bug."""
    for path in ("new/a.md", "new/b.md"):
        rested(content.parent / path)
    bug = threading.Event()
    monkeypatch.setattr(room, name, failing_once(getattr(room, name), bug))
    told = Told()
    with watch_over(content, health=told) as over:
        bug.set()
        (content.parent / "new").rename(content / "new")
        over.whole()
        assert told.until(faults=1).faults == 1
        (content / "after.md").write_text(TEXT)
        over.until("after.md")
        told.until(state="watching")
    assert "watch_met_fault folder=content error=ZeroDivisionError at=test_health.py" in caplog.text


@pytest.mark.parametrize("asked", ["wake", "busy", "health"])
def test_a_bug_in_what_the_watch_asks_or_tells_ends_nothing(content: Path, asked: str) -> None:
    """The catalogue is behind one of these, and a disk may fail under it."""
    bug = threading.Event()
    answers = {"wake": lambda: None, "busy": lambda: False, "health": lambda _health: None}
    with watch_over(content, rescan=0.2, **{asked: failing_once(answers[asked], bug)}) as over:
        bug.set()
        over.whole()
        while bug.is_set():
            over.whole()
        (content / "after.md").write_text(TEXT)
        over.until("after.md")


def test_a_bug_that_stays_is_logged_once_and_does_not_stop_other_paths(
    content: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One name that nobody thought of must not cost the newsroom its morning."""
    take = hearing.Hearing.take

    def bad(self: hearing.Hearing, told: notices.Told, now: float) -> None:
        if "bad" in told.path:
            raise ZeroDivisionError
        take(self, told, now)

    monkeypatch.setattr(hearing.Hearing, "take", bad)
    told = Told()
    with watch_over(content, health=told) as over:
        for number in range(5):
            (content / f"bad{number}.md").write_text(TEXT)
            (content / f"good{number}.md").write_text(TEXT)
        over.until(*(f"good{number}.md" for number in range(5)))
        told.until(looks=2)
    assert caplog.text.count("watch_met_fault") == 1
