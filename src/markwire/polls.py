"""Who polls: how often each feed was asked for on a day, by what, and for how many subscribers.

Pure: values that the process that serves counts, and the one that publishes adds up, as JSON in
between. Nothing here names a reader: no address, no cookie, and of a client's own words only which
entry of our list of readers it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple, cast

from markwire.model import FORMATS, Format

# Of those on which anybody polled, the newest: no clock decides what is forgotten.
KEPT_DAYS: Final = 400
_VERSION: Final = 1
_LARGEST: Final = 2**62  # bytes and requests of one file; a number above is none of ours


class Polled(NamedTuple):
    """One document of a feed on one day; ``day`` as ISO 8601, in the newsroom's time zone."""

    day: str
    feed: str
    form: Format


class Counts(NamedTuple):
    """Requests by how they were answered, and the bytes of the bodies that were sent.

    ``unchanged`` are the 304s, ``whole`` all that gave a document (2xx), ``moved`` other
    redirections, ``refused`` 4xx, ``failed`` 5xx.
    """

    unchanged: int = 0
    whole: int = 0
    moved: int = 0
    refused: int = 0
    failed: int = 0
    sent: int = 0

    @property
    def requests(self) -> int:
        """All of them."""
        return self.unchanged + self.whole + self.moved + self.refused + self.failed


class Group(NamedTuple):
    """Subscribers whom an aggregator counts together: those of one address, or of one id of its.

    ``number`` stands for the id that it states, 0 where it states none.
    """

    polled: Polled
    agent: str
    number: int


class Stated(NamedTuple):
    """What was last stated of a group: when, in seconds since 1970, and how many they are."""

    at: int
    subscribers: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Polls of a while: how they were answered, by whom they came, what was stated."""

    counts: Mapping[Polled, Counts] = field(default_factory=dict)
    agents: Mapping[tuple[Polled, str], int] = field(default_factory=dict)
    stated: Mapping[Group, Stated] = field(default_factory=dict)


def joined(tallies: Iterable[Tally]) -> Tally:
    """Give the sum of tallies, the same in whatever order they come.

    Of what was stated of a group the newest stays; of two at one moment, the greater.
    """
    counts: dict[Polled, Counts] = {}
    agents: dict[tuple[Polled, str], int] = {}
    stated: dict[Group, Stated] = {}
    for tally in tallies:
        for polled, more in tally.counts.items():
            both = zip(counts.get(polled, Counts()), more, strict=True)
            counts[polled] = Counts(*(one + other for one, other in both))
        for who, requests in tally.agents.items():
            agents[who] = agents.get(who, 0) + requests
        for group, newest in tally.stated.items():
            stated[group] = max(newest, stated.get(group, newest))
    return Tally(counts, agents, stated)


# --- as it lies in the state folder ----------------------------------------------------------


def as_json(tally: Tally) -> bytes:
    """Give a tally as the bytes of a file."""
    told = {
        "version": _VERSION,
        "counts": [[*polled, *counts] for polled, counts in sorted(tally.counts.items())],
        "agents": [[*polled, who, n] for (polled, who), n in sorted(tally.agents.items())],
        "stated": [
            [*group.polled, group.agent, group.number, *stated]
            for group, stated in sorted(tally.stated.items())
        ],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(content: bytes) -> Tally:
    """Give the tally of a file. Raises ValueError where it is none."""
    try:
        told = json.loads(content)
        if told["version"] != _VERSION:
            raise ValueError(f"version {told['version']}")
        return Tally(
            {_polled(row): Counts(*_numbers(row[3:], 6)) for row in told["counts"]},
            {(_polled(row), _text(row[3])): _numbers(row[4:], 1)[0] for row in told["agents"]},
            {
                Group(_polled(row), _text(row[3]), *_numbers(row[4:5], 1)): Stated(
                    *_numbers(row[5:], 2)
                )
                for row in told["stated"]
            },
        )
    except (KeyError, IndexError, TypeError, AttributeError, RecursionError) as fault:
        raise ValueError(f"no polls: {type(fault).__name__}") from fault


def _polled(row: Any) -> Polled:
    day, feed, form = row[:3]
    if form not in FORMATS or date.fromisoformat(day).isoformat() != day:
        raise ValueError(f"no polls of a day: {row[:3]}")
    return Polled(day, _text(feed), cast("Format", form))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _numbers(row: list[object], length: int) -> list[int]:
    found = [each for each in row if type(each) is int and 0 <= each <= _LARGEST]
    if len(found) != length or len(row) != length:
        raise ValueError("no numbers of polls")
    return found
