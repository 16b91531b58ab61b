"""What is owed, and when it is tried again: laws, without a clock and without a network."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from markwire.config import load_site
from markwire.outbox import GIVEN_UP, MOST_WAIT, Event, after, shown, targets, wait
from newsroom import Newsroom
from newsroom import newsroom as newsroom

chances = st.floats(0, 1)
failures = st.integers(1, 10_000)


@given(failures, chances)
def test_a_wait_is_some_seconds_at_first_and_never_more_than_an_hour_and_a_half(
    count: int, chance: float
) -> None:
    """A hub that is back must hear soon; one that is away for a week must not be hammered."""
    found = wait(count, chance, None)
    assert timedelta(seconds=2.5) <= found <= timedelta(minutes=90)
    assert wait(1, chance, None) <= timedelta(seconds=7.5)


@given(failures, failures, chances)
def test_who_failed_more_often_waits_no_less(few: int, many: int, chance: float) -> None:
    """Waits grow, or they are a storm."""
    few, many = sorted((few, many))
    assert wait(few, chance, None) <= wait(many, chance, None)


@given(failures, chances, chances)
def test_chance_spreads_those_who_wait_for_one_hub(count: int, one: float, other: float) -> None:
    """A thousand publishers must not come back in one second; nor does one wait for nothing."""
    spread = abs(wait(count, one, None) - wait(count, other, None)) / wait(count, 0.5, None)
    assert abs(spread - abs(one - other)) < 0.001


@given(failures, chances, st.timedeltas(timedelta(0), timedelta(days=3000)))
def test_whoever_asks_to_be_left_alone_is_but_not_for_ever(
    count: int, chance: float, asked: timedelta
) -> None:
    """RFC 9110 10.2.3; a hub that says 'in ten years' means nothing by it."""
    found = wait(count, chance, asked)
    assert found >= min(asked, MOST_WAIT)
    assert found == max(wait(count, chance, None), min(asked, MOST_WAIT))


def test_a_target_that_is_away_for_a_day_is_asked_some_forty_times() -> None:
    """That is what 'never a storm' comes to, whatever chance says."""
    for chance in (0.0, 0.5, 1.0):
        passed, count = timedelta(0), 0
        while passed < GIVEN_UP:
            count += 1
            passed += wait(count, chance, None)
        assert 24 <= count <= 60


def test_what_a_partner_has_not_heard_of_is_told_as_new() -> None:
    """Whoever was away while an article came and changed must not hear of a change of nothing."""
    found: dict[tuple[Event, Event], Event] = {
        (owed, new): after(owed, new)
        for owed in ("published", "updated", "corrected", "withdrawn", "killed")
        for new in ("published", "updated", "corrected", "withdrawn", "killed")
    }
    others = {pair: event for pair, event in found.items() if event != pair[1]}
    assert others == {
        ("published", "updated"): "published",
        ("published", "corrected"): "published",
        ("corrected", "updated"): "corrected",
    }


SECRET = "https://user:pass@hooks.example/T0/B1/secretpath?token=abc"


def test_no_secret_of_an_address_is_shown(newsroom: Newsroom) -> None:
    """Status, log and desk are read by many, and pasted into tickets."""
    newsroom.configure(
        f"[push]\nindexnow_key = 'abcdefgh'\n[[push.webhooks]]\nurl = '{SECRET}'\n"
        "secret_env = 'X'\n[[push.webhooks]]\nname = 'partner'\n"
        "url = 'https://p.example/other'\nsecret_env = 'X'\n"
    )
    found = targets(load_site(newsroom.root))
    assert [(each.kind, each.shown) for each in found] == [
        ("webhook", "https://hooks.example/…"),
        ("webhook", "partner"),
        ("indexnow", "https://api.indexnow.org/indexnow"),
    ]
    told = repr(found) + repr([each.key for each in found])
    for secret in ("user", "pass", "secretpath", "token", "abc", "other"):
        assert secret not in told
    assert shown("https://u:p@hub.example:8/x?y=1#z") == "https://hub.example:8/x"


def test_no_two_are_shown_alike(newsroom: Newsroom) -> None:
    """An engineer must see which of two partners on one host does not answer."""
    hooks = "".join(
        f"[[push.webhooks]]\nurl = 'https://hooks.example/{name}'\nsecret_env = 'X'\n"
        for name in "abc"
    )
    newsroom.configure(hooks)
    assert [each.shown for each in targets(newsroom.site)] == [
        "https://hooks.example/…",
        "https://hooks.example/… (2)",
        "https://hooks.example/… (3)",
    ]


def test_a_target_that_is_named_twice_is_one(newsroom: Newsroom) -> None:
    """Its owner would be told everything twice."""
    newsroom.configure(
        site=(newsroom.root / "markwire.toml").read_text(encoding="utf-8")
        + "hubs = ['https://hub.example/', 'https://hub.example/']\n"
    )
    assert [each.url for each in targets(newsroom.site)] == ["https://hub.example/"]
