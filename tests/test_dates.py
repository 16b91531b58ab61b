"""Moments as editors write them: explicit forms only, and the later one where clocks change."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markwire.article.dates import moment

ALMATY = ZoneInfo("Asia/Almaty")
PARIS = ZoneInfo("Europe/Paris")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-05-01", at(2026, 4, 30, 19)),
        ("2026-5-1", at(2026, 4, 30, 19)),
        ("2026-05-01 06:00", at(2026, 5, 1, 1)),
        ("2026-05-01T06:00", at(2026, 5, 1, 1)),
        ("2026-05-01t06:00:30", at(2026, 5, 1, 1, 0, 30)),
        ("2026-05-01 6:00", at(2026, 5, 1, 1)),
        ("2026-05-01T06:00Z", at(2026, 5, 1, 6)),
        ("2026-05-01T06:00:00.123456z", at(2026, 5, 1, 6)),
        ("2026-05-01T06:00+05:00", at(2026, 5, 1, 1)),
        ("2026-05-01 06:00:00 +0500", at(2026, 5, 1, 1)),
        ("2026-05-01T06:00-03:30", at(2026, 5, 1, 9, 30)),
        ("2026-05-01T06:00+14:00", at(2026, 4, 30, 16)),
        (" 2026-05-01 ", at(2026, 4, 30, 19)),
        ("2028-02-29", at(2028, 2, 28, 19)),
        ("1000-06-01T00:00Z", at(1000, 6, 1)),
        ("9998-12-31T00:00Z", at(9998, 12, 31)),
    ],
)
def test_an_explicit_moment_is_read(text: str, when: datetime) -> None:
    """RFC 3339, and what people write instead of it; without a zone it is the site's."""
    assert moment(text, ALMATY) == when


@pytest.mark.parametrize(
    "text",
    [
        "", "demain 8h", "hier", "1 mai 2026", "01/05/2026", "2026/05/01", "20260501", "2026-05",
        "2026", "2026-02-29", "2026-02-30", "2026-13-01", "2026-00-01", "2026-05-00", "26-05-01",
        "2026-05-01T24:00", "2026-05-01T06:60", "2026-05-01T06:00:60", "2026-05-01T06",
        "2026-05-01T6h30", "2026-05-01T06:00+25:00", "2026-05-01T06:00+14:30",
        "2026-05-01T06:00+05:75", "2026-05-01T06:00 Asia/Almaty", "2026-05-01T06:00 EST",
        "2026-05-01T06:00Z+05:00", "2026-05-01 Z", "0001-01-01", "0999-12-31", "9999-01-01",
        "12026-05-01", "2026-05-01T06:00\u00a0+05:00x", "1777593600", "-2026-05-01",
        "２０２６-05-01",
    ],
)  # fmt: skip
def test_anything_else_is_no_moment(text: str) -> None:
    """A date that is guessed is a date that is wrong one day."""
    assert moment(text, ALMATY) is None


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-03-29 01:59", at(2026, 3, 29, 0, 59)),
        ("2026-03-29 02:30", at(2026, 3, 29, 1, 30)),  # skipped: 03:30 in summer time
        ("2026-03-29 03:00", at(2026, 3, 29, 1)),
        ("2026-10-25 02:30", at(2026, 10, 25, 1, 30)),  # the second of the two
        ("2026-10-25 03:00", at(2026, 10, 25, 2)),
    ],
)
def test_an_hour_that_clocks_skip_or_repeat_is_the_later_one(text: str, when: datetime) -> None:
    """An embargo may end late, never early."""
    assert moment(text, PARIS) == when


def test_a_bare_date_is_the_midnight_of_the_site() -> None:
    """Read as UTC it would be yesterday evening, or tomorrow, for half the world."""
    assert moment("2026-05-01", ALMATY) == at(2026, 4, 30, 19)
    assert moment("2026-05-01", PARIS) == at(2026, 4, 30, 22)
    assert moment("2024-02-29", ALMATY) == at(2024, 2, 28, 18)  # +6 until March 2024


zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
locals_ = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
law = settings(deadline=None)


@law
@given(locals_, st.integers(-14 * 60, 14 * 60), zones)
def test_an_offset_says_it_all(local: datetime, minutes: int, zone: ZoneInfo) -> None:
    """What RFC 3339 writes is read as that moment, wherever the site is."""
    when = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert moment(when.isoformat(), zone) == when


@law
@given(locals_, zones)
def test_a_local_time_is_never_read_as_an_earlier_one(local: datetime, zone: ZoneInfo) -> None:
    """In every zone of the world and through all changes of its clocks."""
    local = local.replace(microsecond=0)
    when = moment(local.isoformat(" "), zone)
    assert when is not None
    readings = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    assert when == max(readings)


@law
@given(st.text(st.sampled_from("0123456789-:TtZz+. \u00a0hé"), max_size=26))
def test_only_explicit_forms_are_moments(text: str) -> None:
    """Whatever is read as a moment has at least a year, a month and a day in digits."""
    if moment(text, ALMATY) is not None:
        assert re.match(r"\s*\d{4}-\d{1,2}-\d{1,2}(?!\d)", text)
