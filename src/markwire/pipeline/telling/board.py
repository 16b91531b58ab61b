"""The board: how many articles stand where, and a page of them.

At the I/O rim by the catalogue that it asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from markwire.catalogue import Catalogue
from markwire.catalogue.seeking import CardRow, Sought
from markwire.problems import Problem
from markwire.views import COLUMNS, PAGE, AskBoard, BoardView, Card, Column

_KEPT: Final = 64  # searches whose counts are remembered until something changes

Batch = Callable[[], AbstractContextManager[None]]


@dataclass(slots=True)
class _Counted:
    """What was counted since something last changed."""

    counts: dict[Sought, Mapping[Column, int]] = field(default_factory=dict)


class BoardTeller:
    """Tells the board of one site; see ``tell``."""

    def __init__(self) -> None:
        self._counted = _Counted()
        self._problems: tuple[Problem, ...] | None = None
        self._by_path: Mapping[str, tuple[Problem, ...]] = {}
        self._refused: frozenset[str] = frozenset()

    def forget(self) -> None:
        """Count everything anew."""
        self._counted = _Counted()

    def tell(
        self, question: AskBoard, catalogue: Catalogue, batch: Batch, now: datetime
    ) -> BoardView:
        """Give one page of the board as it is at ``now``; the last where there is none so high.

        ``batch`` is one of the catalogue's: what is counted, and what is shown, is asked in one
        each, for a search looks at all there is.
        """
        counted = self._counted  # Another takes its place when something changes meanwhile.
        with batch():
            self._take_in(catalogue.problems())
            sought = Sought(
                question.search, question.section, question.language, refused=self._refused
            )
            counts = counted.counts.get(sought)
            if counts is None:
                counts = self._count(catalogue, sought, now)
                if len(counted.counts) < _KEPT:
                    counted.counts[sought] = counts
            sections, languages = catalogue.said_of("section"), catalogue.said_of("language")
        columns = (question.column,) if question.column else COLUMNS
        total = sum(counts.get(column, 0) for column in columns)
        pages = max(-(-total // PAGE), 1)
        page = min(max(question.page, 1), pages)
        cards: list[Card] = []
        with batch():
            for column, first, most in _parts(columns, counts, (page - 1) * PAGE):
                cards += self._cards(catalogue, column, sought, now, first=first, most=most)
        return BoardView(
            cards=tuple(cards),
            counts={column: counts[column] for column in COLUMNS if column in counts},
            page=page,
            pages=pages,
            sections=sections,
            languages=languages,
        )

    def _take_in(self, problems: tuple[Problem, ...]) -> None:
        """Sort the problems that stand by their files, where they are others than the last."""
        if problems is self._problems:
            return
        found = defaultdict(list)
        for each in problems:
            found[each.path].append(each)
        self._by_path = {path: tuple(told) for path, told in found.items()}
        self._refused = frozenset(each.path for each in problems if each.severity == "error")
        self._problems = problems

    def _count(self, catalogue: Catalogue, sought: Sought, now: datetime) -> Mapping[Column, int]:
        counts: dict[Column, int] = dict(catalogue.count_standings(sought, now).items())
        if sought.refused and (refused := len(catalogue.refused_cards(sought))):
            counts["refused"] = refused
        return counts

    def _cards(
        self,
        catalogue: Catalogue,
        column: Column,
        sought: Sought,
        now: datetime,
        *,
        first: int,
        most: int,
    ) -> Iterator[Card]:
        if column == "refused":
            rows = catalogue.refused_cards(sought)[first : first + most]
        else:
            rows = catalogue.cards(column, sought, now, first=first, most=most)
        return (self._card(column, row) for row in rows)

    def _card(self, column: Column, row: CardRow) -> Card:
        return Card(
            path=row.path,
            column=column,
            headline=row.headline,
            moment=row.moment,
            language=row.language,
            section=row.section,
            slug=row.slug,
            problems=self._by_path.get(row.path, ()) if row.path else (),
        )


def _parts(
    columns: tuple[Column, ...], counts: Mapping[Column, int], first: int
) -> Iterator[tuple[Column, int, int]]:
    """Give of which columns a page is made that begins after ``first`` articles, and how much."""
    left = PAGE
    for column in columns:
        count = counts.get(column, 0)
        if first < count and left:
            most = min(count - first, left)
            yield column, first, most
            left -= most
        first = max(first - count, 0)
