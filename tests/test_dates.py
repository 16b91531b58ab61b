"""Moments as editors write them: explicit forms only, and the later one where clocks change."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.article.front.dates import Moment, is_local, moment, read

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
        ("2026/05/01", at(2026, 4, 30, 19)),
        ("2026.5.1 6:00", at(2026, 5, 1, 1)),
        ("2026-05-01, 6:00", at(2026, 5, 1, 1)),
        ("2026-05-01 6h30", at(2026, 5, 1, 1, 30)),
        ("2026-05-01 6:05 PM", at(2026, 5, 1, 13, 5)),
        ("2026-05-01 12:00 a.m.", at(2026, 4, 30, 19)),
        ("2026-05-01T06:00:00.000Z", at(2026, 5, 1, 6)),
        ("2026-05-01 06:00 UTC", at(2026, 5, 1, 6)),
        ("2026-05-01 06:00 GMT+5", at(2026, 5, 1, 1)),
        ("2026-05-01 06:00 -5:30", at(2026, 5, 1, 11, 30)),
        ("2026-05-01 06:00 Europe/Paris", at(2026, 5, 1, 4)),
        ("2026-05-01T06:00[Europe/Paris]", at(2026, 5, 1, 4)),
        ("2026-05-01T06:00+05:00[Asia/Almaty]", at(2026, 5, 1, 1)),
        ("2026-05-01 06:00 (America/Argentina/Buenos_Aires)", at(2026, 5, 1, 9)),
        ("Fri, 01 May 2026 06:00:00 +0500", at(2026, 5, 1, 1)),
        ("Fri, 1 May 2026 06:00 GMT", at(2026, 5, 1, 6)),
        ("1 May 2026", at(2026, 4, 30, 19)),
        ("May 1st, 2026 6:00", at(2026, 5, 1, 1)),
        ("1er mai 2026", at(2026, 4, 30, 19)),
        ("le 1er mai 2026 à 6h30", at(2026, 5, 1, 1, 30)),
        ("Vendredi 1 mai 2026 à 18 h 30", at(2026, 5, 1, 13, 30)),
        ("12 août 2026", at(2026, 8, 11, 19)),
        ("1 мая 2026 г., 06:00", at(2026, 5, 1, 1)),
    ],
)
def test_an_explicit_moment_is_read(text: str, when: datetime) -> None:
    """RFC 3339, and what people write instead of it; without a zone it is the site's."""
    assert moment(text, ALMATY) == when


@pytest.mark.parametrize(
    "text",
    [
        "", "demain 8h", "hier", "01/05/2026", "20260501", "2026-05", "2026-05/01", "mai 2026",
        "1 mois 2026",
        "2026", "2026-02-29", "2026-02-30", "2026-13-01", "2026-00-01", "2026-05-00", "26-05-01",
        "2026-05-01T24:00", "2026-05-01T06:60", "2026-05-01T06:00:60", "2026-05-01T06",
        "2026-05-01T06:00+25:00", "2026-05-01T06:00+14:30",
        "2026-05-01T06:00+05:75", "2026-05-01T06:00 Asia/Nowhere", "2026-05-01T06:00 EST",
        "2026-05-01 13:00 PM", "2026-05-01 0:00 AM", "Thu, 01 May 2026 06:00:00 +0500",
        "Sun 2026-05-01", "31 février 2026", "lundi 1er mai 2026", "2026-05-01 06:00 " + "x" * 99,
        "2026-05-01T06:00Z+05:00", "2026-05-01 Z", "0001-01-01", "0999-12-31", "1000-01-01",
        "9999-01-01", "12026-05-01", "2026-05-01T06:00\u00a0+05:00x", "1777593600", "-2026-05-01",
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


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2026-05-01T06:00+25:00", "offset"),
        ("2026-05-01T06:00+05:99", "offset"),
        ("2026-05-01T06:00+053020", "offset"),
        ("2026-05-01T06:00-14:01", "offset"),
        ("01/05/2026", "order"),
        ("31.12.2026 06:00", "order"),
        ("5-1-2026", "order"),
        ("2026-05-01 06:00 EST", "zone"),
        ("2026-05-01 06:00 Asia/Almata", "zone"),
        ("2026-05-01 06:00 Asia", "zone"),
        ("demain 8h", "form"),
        ("1777593600", "form"),
        ("2026-02-30", "form"),
    ],
)
def test_what_is_wrong_with_a_date_is_said(text: str, fault: str) -> None:
    """Each has a remedy of its own; even where the day is beyond 12, no order is guessed."""
    assert read(text, ALMATY) == fault


@pytest.mark.parametrize(
    ("text", "skipped"),
    [
        ("2026-03-29 02:30", True),
        ("2026-03-29 02:30 Europe/Berlin", True),
        ("2026-03-29 02:30 Asia/Almaty", False),
        ("2026-03-29 02:30+02:00", False),
        ("2026-03-29 03:00", False),
        ("2026-10-25 02:30", False),
        ("2026-03-29", False),
        ("2018-11-04 00:30 America/Sao_Paulo", True),
    ],
)
def test_an_hour_that_clocks_skip_is_noticed(text: str, skipped: bool) -> None:
    """The editor who wrote it cannot have meant it."""
    found = read(text, PARIS)
    assert isinstance(found, Moment)
    assert found.skipped is skipped


def test_a_day_that_starts_late_is_no_mistake() -> None:
    """Its first moment is meant, and that is one in the morning."""
    found = read("2018-11-04", ZoneInfo("America/Sao_Paulo"))
    assert found == Moment(at(2018, 11, 4, 3))


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2026-05-01", True),
        ("2026-05-01 06:00", True),
        ("demain", False),
        ("1er mai 2026 à 6h00", True),
        ("2026-05-01 06:00 Asia/Almaty", False),
        ("2026-05-01T06:00Z", False),
        ("Fri, 01 May 2026 06:00:00 +0500", False),
    ],
)
def test_a_moment_without_a_zone_is_told_apart(text: str, local: bool) -> None:
    """An embargo must not depend on where the site is."""
    assert is_local(text) is local


def test_a_bare_date_is_the_midnight_of_the_site() -> None:
    """Read as UTC it would be yesterday evening, or tomorrow, for half the world."""
    assert moment("2026-05-01", ALMATY) == at(2026, 4, 30, 19)
    assert moment("2026-05-01", PARIS) == at(2026, 4, 30, 22)
    assert moment("2024-02-29", ALMATY) == at(2024, 2, 28, 18)  # +6 until March 2024


zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
locals_ = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001


@given(locals_, st.integers(-14 * 60, 14 * 60), zones)
def test_an_offset_says_it_all(local: datetime, minutes: int, zone: ZoneInfo) -> None:
    """What RFC 3339 writes is read as that moment, wherever the site is."""
    when = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert moment(when.isoformat(), zone) == when


@given(locals_, zones)
def test_a_local_time_is_never_read_as_an_earlier_one(local: datetime, zone: ZoneInfo) -> None:
    """In every zone of the world and through all changes of its clocks."""
    local = local.replace(microsecond=0)
    when = moment(local.isoformat(" "), zone)
    assert when is not None
    readings = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    assert when == max(readings)


@given(st.text(st.sampled_from("0123456789-/:TtZzh+. \u00a0é,mai[]er"), max_size=26))
def test_only_explicit_forms_are_moments(text: str) -> None:
    """Whatever is read as a moment has a year of four figures, and the month's place or name."""
    if moment(text, ALMATY) is not None:
        assert re.match(r"\s*\d{4}([-/.])\d{1,2}\1\d{1,2}(?!\d)|.*mai.*\b\d{4}\b", text)
