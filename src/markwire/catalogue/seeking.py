"""Which articles an editor asks for, and what the desk is shown of them and of feeds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from markwire.model import Format


class CardRow(NamedTuple):
    """One article on the board; ``moment`` is what its standing is sorted by.

    ``slug`` is empty where readers cannot see it.
    """

    path: str
    headline: str
    language: str
    section: str
    slug: str
    moment: datetime | None


@dataclass(frozen=True, slots=True)
class Sought:
    """Which articles are asked for: ``words`` in headline or path, and what is empty is any.

    ``refused`` are the paths of those that stand among the refused, and nowhere else.
    """

    words: str = ""
    section: str = ""
    language: str = ""
    refused: frozenset[str] = frozenset()


class FeedSizes(NamedTuple):
    """One feed that stands: its ``sizes`` in bytes, and when one of its files last changed."""

    key: str
    label: str
    entries: int
    sizes: Mapping[Format, int]
    changed: datetime
