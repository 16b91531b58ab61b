"""A clock that is set wrong publishes nothing early, and takes nothing from readers.

Who tries it with libfaketime: 0.9.10 fakes CLOCK_BOOTTIME wherever it fakes CLOCK_MONOTONIC, and
spares both with FAKETIME_DONT_FAKE_MONOTONIC=1 (or DONT_FAKE_MONOTONIC=1). It never fakes
adjtimex(2), which therefore cannot vouch for what it pretends.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.intake.watch import Batch
from markwire.pipeline import Request, ask, build
from markwire.pipeline import clock as clocks
from markwire.pipeline.clock import MOST, Clock, Hold, Reading, Trust, begin, distance, go_on
from markwire.pipeline.press import last_edition
from newsroom import NOON, Newsroom, codes, newsroom

__all__ = ["newsroom"]

HOUR = timedelta(hours=1)
START = Reading(NOON, 1000.0)


class Machine:
    """A machine whose clock can be set, and that can sleep."""

    def __init__(self) -> None:
        self.reading = START

    def __call__(self) -> Reading:
        return self.reading

    def wait(self, *, vouched: bool = False, **time: float) -> None:
        passed = timedelta(**time)
        self.reading = Reading(
            self.reading.wall + passed, self.reading.elapsed + passed.total_seconds(), vouched
        )

    def set(self, step: timedelta) -> None:
        self.reading = replace(self.reading, wall=self.reading.wall + step)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> Clock:
    found = Clock(machine)
    found.begin(None)
    return found


# --- one jump ------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [HOUR, -HOUR, timedelta(days=9000), timedelta(days=-9000)])
def test_a_clock_that_jumps_is_not_believed(
    machine: Machine, clock: Clock, caplog: pytest.LogCaptureFixture, step: timedelta
) -> None:
    """The schedule goes on at the true pace, whichever way it went."""
    machine.wait(minutes=1)
    machine.set(step)
    machine.wait(minutes=1)
    assert clock.now() == NOON + timedelta(minutes=2)
    assert clock.hold == Hold(step, NOON + timedelta(minutes=2))
    machine.wait(hours=3)
    assert clock.now() == NOON + timedelta(hours=3, minutes=2)
    assert clock.hold == Hold(step, NOON + timedelta(minutes=2))
    assert caplog.messages == [f"clock_stepped by_seconds={step.total_seconds():.0f}"]


def test_a_clock_that_is_set_right_within_minutes_is_followed(
    machine: Machine, clock: Clock
) -> None:
    """Every machine's clock is a little off now and then."""
    machine.set(timedelta(minutes=4))
    assert (clock.now(), clock.hold) == (NOON + timedelta(minutes=4), None)


def test_a_clock_that_goes_back_a_little_is_waited_for(machine: Machine, clock: Clock) -> None:
    """What went out a minute ago does not go in again."""
    machine.set(timedelta(minutes=-4))
    assert (clock.now(), clock.hold) == (NOON, None)
    machine.wait(minutes=5)
    assert clock.now() == NOON + timedelta(minutes=1)


def test_a_machine_that_slept_has_not_jumped(machine: Machine, clock: Clock) -> None:
    """What came due meanwhile is published when it wakes."""
    machine.wait(hours=9)
    assert (clock.now(), clock.hold) == (NOON + timedelta(hours=9), None)


def test_a_clock_that_jumps_on_is_told_anew(machine: Machine, clock: Clock) -> None:
    """What an engineer reads must be how it is."""
    machine.set(HOUR)
    clock.now()
    machine.set(HOUR)
    assert clock.now() == NOON
    assert clock.hold == Hold(2 * HOUR, NOON)


# --- until it is believed ------------------------------------------------------------------


def test_a_clock_that_comes_back_is_followed_again(machine: Machine, clock: Clock) -> None:
    """Somebody has seen the mistake."""
    machine.set(HOUR)
    clock.now()
    machine.wait(minutes=10)
    machine.set(-HOUR + timedelta(minutes=1))
    assert (clock.now(), clock.hold) == (NOON + timedelta(minutes=11), None)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_clock_that_the_kernel_vouches_for_is_followed(
    machine: Machine, clock: Clock, step: timedelta
) -> None:
    """A time server has set it right: it was wrong before."""
    machine.set(step)
    assert clock.now() == NOON
    machine.wait(seconds=30, vouched=True)
    assert (clock.now(), clock.hold) == (NOON + step + timedelta(seconds=30), None)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_clock_that_somebody_confirms_is_followed(
    machine: Machine, clock: Clock, step: timedelta
) -> None:
    """There are machines without a time server."""
    machine.set(step)
    clock.now()
    clock.believe()
    assert (clock.now(), clock.hold) == (NOON + step, None)


def test_the_kernel_does_not_vouch_for_a_clock_that_is_not_its_own() -> None:
    """Tools that pretend another time for one program leave the kernel's alone."""
    assert not clocks.is_vouched(datetime.now(UTC) + HOUR)
    assert not clocks.is_vouched(datetime.now(UTC) - HOUR)


def test_the_machine_is_read() -> None:
    """Two clocks that go on, of which one is the time of day."""
    first, second = clocks._read(), clocks._read()
    assert 0 <= second.elapsed - first.elapsed < 60
    assert abs(datetime.now(UTC) - second.wall) < timedelta(minutes=1)


# --- a start -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "now", "step"),
    [
        (None, NOON, None),
        (NOON - timedelta(days=30), NOON, None),
        (NOON + timedelta(minutes=4), NOON + timedelta(minutes=4), None),
        (NOON + HOUR, NOON + HOUR, -HOUR),
        (NOON + timedelta(days=300), NOON + timedelta(days=300), timedelta(days=-300)),
        (NOON + timedelta(days=400), NOON, None),
    ],
)
def test_a_start_behind_the_last_edition_takes_that_for_the_time(
    last: datetime | None, now: datetime, step: timedelta | None
) -> None:
    """But one clock that was years ahead must not hold the newsroom until then."""
    trust = begin(START, last)
    assert trust.now == now
    assert (trust.hold.step if trust.hold else None) == step


def test_a_start_in_1970_takes_the_last_edition_however_far_it_is() -> None:
    """The battery of the machine's clock is empty: every article would be in the future."""
    trust = begin(Reading(datetime(1970, 1, 1, tzinfo=UTC), 5.0), NOON)
    assert (trust.now, trust.hold is not None) == (NOON, True)


def test_a_start_that_the_kernel_vouches_for_is_believed() -> None:
    """It was the last edition that had the wrong time."""
    assert begin(replace(START, is_vouched=True), NOON + HOUR) == Trust(NOON, 1000.0, NOON)


def test_after_a_start_behind_it_any_later_time_is_believed(machine: Machine) -> None:
    """The machine was off for days: how long, only the clock that is set right can tell."""
    clock = Clock(machine)
    machine.set(timedelta(days=-10))
    clock.begin(NOON)
    assert clock.now() == NOON
    machine.wait(minutes=30)
    assert clock.now() == NOON + timedelta(minutes=30)
    machine.set(timedelta(days=13))
    assert (clock.now(), clock.hold) == (NOON + timedelta(days=3, minutes=30), None)


# --- laws ----------------------------------------------------------------------------------

SECONDS = st.floats(0, 10 * 86_400)
STEPS = st.one_of(st.just(0.0), st.floats(-1e5, 1e5), st.floats(-1e9, 1e9))


@given(st.lists(st.tuples(SECONDS, STEPS)))
def test_time_never_goes_back_and_never_runs_ahead(moves: list[tuple[float, float]]) -> None:
    """Whatever anybody does to the clock: five minutes at a time is the most that it gives."""
    machine = Machine()
    trust = begin(machine(), None)
    for seconds, step in moves:
        machine.wait(seconds=seconds)
        machine.set(timedelta(seconds=step))
        after = go_on(trust, machine())
        assert trust.now <= after.now
        slack = MOST + timedelta(milliseconds=1)
        assert after.now <= trust.now + timedelta(seconds=seconds) + slack
        trust = after


@given(st.lists(st.tuples(SECONDS, st.floats(-299, 299)), min_size=1))
def test_a_clock_that_is_never_set_by_much_is_never_held(
    moves: list[tuple[float, float]],
) -> None:
    """Nor is it ever more than those minutes off."""
    machine = Machine()
    trust = begin(machine(), None)
    for seconds, step in moves:
        machine.wait(seconds=seconds)
        machine.set(timedelta(seconds=step))
        trust = go_on(trust, machine())
        assert trust.hold is None
        assert machine().wall <= trust.now


@given(SECONDS, st.floats(301, 1e9), st.sampled_from([1, -1]), SECONDS)
def test_a_jump_and_its_way_back_leave_no_trace(
    before: float, step: float, sign: int, between: float
) -> None:
    """An hour of a wrong clock costs nothing when it is over."""
    machine = Machine()
    trust = begin(machine(), None)
    machine.wait(seconds=before)
    machine.set(timedelta(seconds=sign * step))
    trust = go_on(trust, machine())
    assert trust.hold is not None
    machine.wait(seconds=between)
    trust = go_on(trust, machine())
    expected = NOON + timedelta(seconds=before) + timedelta(seconds=between)
    assert abs(trust.now - expected) < timedelta(milliseconds=1)
    machine.set(timedelta(seconds=-sign * step))
    trust = go_on(trust, machine())
    assert (trust.hold, abs(trust.now - expected) < timedelta(milliseconds=1)) == (None, True)


# --- what readers and editors see ----------------------------------------------------------


@pytest.mark.parametrize("step", [3 * HOUR, -3 * HOUR])
def test_a_jump_leaks_no_embargo_and_takes_nothing_away(
    newsroom: Newsroom, machine: Machine, clock: Clock, step: timedelta
) -> None:
    """Readers see what they would have seen, and when they would have."""
    newsroom.write("a.md", date="2026-05-04T11:00:00Z", title="Avant")
    newsroom.write("b.md", date="2026-05-04T13:00:00Z", title="Bientôt")
    with newsroom.press(timepiece=clock) as press:
        press.edition(Batch(everything=True), clock.now())
        machine.set(step)
        edition = press.step(Batch(), clock.now())
        assert edition is not None
        assert newsroom.headlines() == ["Avant"]
        assert codes(edition) == [(".", "MW404")]
        assert press.seconds_until_due() == 3600
        machine.wait(minutes=60)
        press.step(Batch(), clock.now())
        assert newsroom.headlines() == ["Bientôt", "Avant"]
        report = (newsroom.content / "_rapport.md").read_text(encoding="utf-8")
        assert f"(MW404) — l’horloge de la machine s’écarte de {distance(step)}" in report


def test_that_the_clock_is_held_is_told_at_once_and_so_is_its_end(
    newsroom: Newsroom, machine: Machine, clock: Clock
) -> None:
    """No file has changed, and nothing is due: but editors must know."""
    with newsroom.press(timepiece=clock) as press:
        press.edition(Batch(everything=True), clock.now())
        assert press.seconds_until_due() is None
        for step, expected in ((HOUR, [(".", "MW404")]), (-HOUR, [])):
            machine.set(step)
            assert press.seconds_until_due() == 0.0
            edition = press.step(Batch(), clock.now())
            assert edition is not None
            assert codes(edition) == expected
            assert press.seconds_until_due() is None


def test_the_moment_of_the_last_edition_is_remembered(newsroom: Newsroom) -> None:
    """By it the next start knows that the clock is behind."""
    newsroom.build()
    newsroom.wait(minutes=10)
    catalogue = SqliteCatalogue(newsroom.state / FILE_NAME)
    try:
        assert last_edition(catalogue) == NOON + timedelta(minutes=10)
    finally:
        catalogue.close()


def test_a_build_by_a_clock_that_is_behind_takes_nothing_away(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container that starts with the date of its image must not withdraw the day's articles."""
    now = datetime.now(UTC).replace(microsecond=0)
    newsroom.write("a.md", date=now.isoformat(), title="Du jour")
    build(newsroom.site)
    before = newsroom.states()
    monkeypatch.setattr(clocks, "_read", lambda: Reading(now - 25 * HOUR, 7.0))
    edition = build(newsroom.site)
    assert codes(edition) == [(".", "MW404")]
    assert newsroom.states() == before
    assert ask(newsroom.site, Request("confirm")) == "done"
    assert newsroom.headlines() == []
    monkeypatch.undo()
    assert codes(build(newsroom.site)) == []
    assert newsroom.headlines() == ["Du jour"]


def test_a_distance_is_told_in_hours_and_minutes() -> None:
    """In every language alike."""
    assert distance(timedelta(days=31, minutes=3)) == "+744:03"
    assert distance(timedelta(minutes=-90)) == "−1:30"
