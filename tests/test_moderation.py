"""Who asks very often is asked to wait, and nobody else."""

from __future__ import annotations

import pytest

from markwire.serving.moderation import A_SECOND, BURST, Moderation

FAR = "203.0.113.7"


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def asks(moderation: Moderation, times: int, client: str = FAR, forwarded: str = "") -> list[int]:
    return [moderation.seconds_to_wait(client, forwarded) for _ in range(times)]


def test_who_asks_very_often_is_told_when_to_come_back() -> None:
    """One client in a loop must not take the line from all others."""
    time = Time()
    moderation = Moderation(clock=time)
    assert set(asks(moderation, int(BURST))) == {0}
    wait = moderation.seconds_to_wait(FAR, "")
    assert wait > 0
    time.now += wait
    assert moderation.seconds_to_wait(FAR, "") == 0
    assert moderation.seconds_to_wait("203.0.113.8", "") == 0


def test_an_aggregator_that_fetches_every_feed_each_minute_is_never_refused() -> None:
    """Two hundred feeds, each once a minute, for a day."""
    time = Time()
    moderation = Moderation(clock=time)
    for _ in range(24 * 60):
        assert set(asks(moderation, 200)) == {0}
        time.now += 60


def test_who_asks_from_this_machine_is_not_counted() -> None:
    """A proxy that nobody told us of asks for everybody."""
    assert set(asks(Moderation(), int(BURST) + 100, "127.0.0.1", FAR)) == {0}
    assert set(asks(Moderation(), int(BURST) + 100, "::1")) == {0}


@pytest.mark.parametrize(
    ("client", "forwarded", "same"),
    [
        ("10.0.0.1", FAR, True),
        ("10.0.0.1", f"198.51.100.1, {FAR}", True),  # what a client made up stands before
        ("10.0.0.1", f"{FAR}, 10.0.0.2", True),
        (f"::ffff:{FAR}", "", True),
        ("198.51.100.9", FAR, False),  # is no proxy of ours, and may say what it likes
        ("10.0.0.1", "198.51.100.1", False),
        ("10.0.0.1", "junk", False),
    ],
)
def test_behind_a_proxy_of_ours_its_word_counts(client: str, forwarded: str, same: bool) -> None:
    """Otherwise one reader would have all be refused, or escape by a header."""
    moderation = Moderation(("10.0.0.0/24",), Time())
    asks(moderation, int(BURST))
    assert (moderation.seconds_to_wait(client, forwarded) > 0) == same


def test_one_network_of_ipv6_is_one_client() -> None:
    """A household has 2 to the 64th addresses."""
    moderation = Moderation(clock=Time())
    for number in range(int(BURST)):
        moderation.seconds_to_wait(f"2001:db8:1:2::{number:x}", "")
    assert moderation.seconds_to_wait("2001:db8:1:2:ffff::1", "") > 0
    assert moderation.seconds_to_wait("2001:db8:1:3::1", "") == 0


def test_a_clock_that_stands_still_or_goes_back_gives_nothing_away() -> None:
    """And takes nothing, either."""
    time = Time()
    moderation = Moderation(clock=time)
    asks(moderation, int(BURST))
    time.now -= 3600
    assert moderation.seconds_to_wait(FAR, "") > 0
    time.now += 3600 + 100 / A_SECOND
    assert moderation.seconds_to_wait(FAR, "") == 0
