"""The one shape that every torment has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a torment did, and what did not hold.

    ``ran`` is how many times it was done, ``what`` a phrase for the table, ``broken`` a sentence
    for each promise that was found broken (none: all held), ``figures`` what else is worth
    telling, each with its unit.
    """

    ran: int
    what: str
    broken: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Torment:
    """One way to torment it, and how often that is done.

    ``run`` gets how often (a count of what the torment repeats), a seed and an empty folder of
    its own, and must not need a clock, a network, or another torment. ``rows`` are those of the
    failure table that it stands for. ``wants`` are names of ``programs.PROGRAMS`` without which
    it cannot run.
    """

    name: str
    run: Callable[[int, int, Path], Outcome]
    long: int
    short: int
    rows: tuple[int, ...] = ()
    wants: tuple[str, ...] = ()
