"""What time it is, for a press that publishes by the hour: the machine's clock, unless it jumps.

At the I/O rim by ``read``; what is decided is pure. A clock that is set wrong must neither publish
what is embargoed nor take away what readers have seen: so a jump of more than ``MOST`` is not
believed before there is a reason to, and the schedule goes on at the true pace from the last time
that was trusted.
"""

from __future__ import annotations

import ctypes
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from markwire.problems import Problem, problem

MOST: Final = timedelta(minutes=5)
# A machine whose battery is empty starts in 1970, or in the year in which it was made.
EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
# What lies so far ahead was recorded by a clock that was wrong itself.
_ABSURD: Final = timedelta(days=366)
_SAME: Final = timedelta(minutes=1)  # less than this apart, two jumps are told as one

_log: Final = logging.getLogger("markwire")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the machine says at one moment.

    ``wall`` is the time of day, which anybody may set; ``elapsed`` the seconds of a clock that
    nobody can, which also counts sleep; ``is_vouched`` says whether the kernel has its time of
    day from a source that keeps it right.
    """

    wall: datetime
    elapsed: float
    is_vouched: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A jump that is not believed: how far it went, and when, by the time that is trusted."""

    step: timedelta
    since: datetime


@dataclass(frozen=True, slots=True)
class Trust:
    """What is trusted: that it was ``wall`` at ``elapsed``, and that it is ``now`` at least.

    Where ``is_floor``, the true time may be any later one: a machine that was off for days had
    no clock to tell for how long.
    """

    wall: datetime
    elapsed: float
    now: datetime
    hold: Hold | None = None
    is_floor: bool = False


def begin(reading: Reading, last: datetime | None) -> Trust:
    """Begin to trust a clock; ``last`` is the moment of the last edition, if there was one.

    A clock that is behind it is not believed, for what readers have seen would be taken from them.
    But it is where the kernel vouches for it, or where the last edition is more than a year
    ahead of a clock that may be right: a newsroom must not be held for ever by one wrong clock.
    """
    wall = reading.wall
    if last is None or wall >= last or reading.is_vouched:
        return Trust(wall, reading.elapsed, wall)
    behind = last - wall
    if behind <= MOST:
        return Trust(wall, reading.elapsed, last)
    if behind > _ABSURD and wall >= EARLIEST:
        return Trust(wall, reading.elapsed, wall)
    return Trust(last, reading.elapsed, last, Hold(-behind, last), is_floor=True)


def go_on(trust: Trust, reading: Reading) -> Trust:
    """Take one more reading.

    What is trusted never goes back, but for a jump that the kernel vouches for: there the time
    of day was wrong before.
    """
    expected = trust.wall + timedelta(seconds=max(reading.elapsed - trust.elapsed, 0.0))
    step = reading.wall - expected
    if abs(step) <= MOST or (trust.is_floor and step > MOST):
        return Trust(reading.wall, reading.elapsed, max(trust.now, reading.wall))
    if reading.is_vouched:
        return Trust(reading.wall, reading.elapsed, reading.wall)
    now = max(trust.now, expected)
    hold = trust.hold
    if hold is None or abs(hold.step - step) > _SAME:
        hold = Hold(step, hold.since if hold else now)
    return replace(trust, now=now, hold=hold)


class Timepiece(Protocol):
    """Tells a press what time it is."""

    @property
    def hold(self) -> Hold | None:
        """The jump that is not believed."""

    def now(self) -> datetime:
        """Give the time by which is published."""


class MachineTime:
    """The machine's clock as it stands, believed whatever it says."""

    hold = None

    def now(self) -> datetime:
        """Give the time of day."""
        return datetime.now(UTC)


class Clock:
    """The time of one press, from one reading to the next; see ``begin`` and ``go_on``."""

    def __init__(self, read: Callable[[], Reading] | None = None) -> None:
        """Take readings by ``read``, by default of the machine."""
        self._read = read or _read
        self._trust: Trust | None = None
        self._has_begun = False

    @property
    def hold(self) -> Hold | None:
        """The jump that is not believed, None where there is none."""
        return self._trust.hold if self._trust else None

    def begin(self, last: datetime | None) -> None:
        """Begin, ``last`` being the moment of the last edition. Once begun, it goes on."""
        if not self._has_begun:
            self._has_begun = True
            self._take(begin(self._read(), last))

    def now(self) -> datetime:
        """Give the time by which is published."""
        reading = self._read()
        trust = go_on(self._trust, reading) if self._trust else begin(reading, None)
        self._take(trust)
        return trust.now

    def glance(self) -> datetime:
        """Give the time by which is published, from any thread: nothing is trusted for it."""
        trust, reading = self._trust, self._read()
        return (go_on(trust, reading) if trust else begin(reading, None)).now

    def believe(self) -> None:
        """Believe what the machine says now: somebody has looked."""
        self._take(begin(self._read(), None))

    def _take(self, trust: Trust) -> None:
        before, self._trust = self.hold, trust
        if trust.hold == before:
            return
        if trust.hold is None:
            _log.info("clock_believed")
        else:
            _log.warning("clock_stepped by_seconds=%d", trust.hold.step.total_seconds())


def hold_problems(hold: Hold | None) -> tuple[Problem, ...]:
    """Tell that the clock is not believed."""
    return () if hold is None else (problem("MW404", ".", step=distance(hold.step)),)


def distance(step: timedelta) -> str:
    """Write how far a clock jumped as hours and minutes, with its sign."""
    minutes = round(abs(step).total_seconds() / 60)
    sign = "+" if step > timedelta(0) else "−"
    return f"{sign}{minutes // 60}:{minutes % 60:02}"


# --- the machine ----------------------------------------------------------------------------


def _elapsed() -> Callable[[], float]:
    """Give the clock that nobody can set and that counts sleep, by its name on each system."""
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):  # Linux; macOS, where it counts sleep.
        number = getattr(time, name, None)
        if number is not None:
            return lambda: time.clock_gettime(number)
    return time.monotonic  # Windows, where it does, too.


_seconds: Final = _elapsed()


def _read() -> Reading:
    while True:
        elapsed, wall = _seconds(), datetime.now(UTC)
        # A process that was stopped between the two must not take that for a jump.
        if _seconds() - elapsed < 1.0:
            return Reading(wall, elapsed, is_vouched(wall))


class _Timex(ctypes.Structure):
    """What adjtimex(2) fills; the kernel writes no further than the space at its end."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("seconds", ctypes.c_long),
        ("fraction", ctypes.c_long),
        ("space", ctypes.c_byte * 256),
    )


_TIME_ERROR: Final = 5  # adjtimex(2): the clock is not synchronised; setting it by hand says so


def is_vouched(wall: datetime) -> bool:
    """Say whether the kernel has its time from a source that keeps it right, and it is ``wall``.

    It vouches for its own clock: not for one that somebody has put before this process.
    """
    if _adjtimex is None:
        return False
    timex = _Timex()
    state = _adjtimex(ctypes.byref(timex))
    if state < 0 or state == _TIME_ERROR:
        return False
    return abs(int(timex.seconds) - wall.timestamp()) <= MOST.total_seconds()


def _find_adjtimex() -> Callable[..., int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        found: Callable[..., int] = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):
        return None
    return found


_adjtimex: Final = _find_adjtimex()
