"""The table of what was done: on the terminal, and in the page of promises."""

from __future__ import annotations

import platform
import sqlite3
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from torture.torment import Outcome

BEGIN: Final = "<!-- torture: begin -->"
END: Final = "<!-- torture: end -->"
_HEAD: Final = ("torment", "what was done", "times", "seconds", "broken")


@dataclass(frozen=True, slots=True)
class Row:
    """One torment as it went; ``left_out`` says why it was not run, where it was not."""

    name: str
    seconds: float
    outcome: Outcome | None
    left_out: str = ""

    @property
    def is_broken(self) -> bool:
        return self.outcome is not None and bool(self.outcome.broken)


def table(rows: Iterable[Row]) -> str:
    """Give the table in Markdown, and below it what broke."""
    several = list(rows)
    cells = [_HEAD, *map(_cells, several)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    broken = [
        f"- **{row.name}**: {each}" for row in several if row.outcome for each in row.outcome.broken
    ]
    return "\n".join((*lines, *([""] if broken else []), *broken))


def _cells(row: Row) -> tuple[str, ...]:
    if row.outcome is None:
        return row.name, f"left out: {row.left_out}", "0", "0", ""
    figures = [f"{name}: {figure}" for name, figure in row.outcome.figures.items()]
    what = "; ".join((row.outcome.what, *figures))
    broken = str(len(row.outcome.broken))
    return row.name, what, f"{row.outcome.ran:,}", f"{row.seconds:,.0f}", broken


def machine(root: Path) -> str:
    """Give when, of which commit and on what machine, as one line."""
    words = ("git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=8")
    commit = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit or 'unknown'},"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}."
    )


def put_into(page: Path, rows: Iterable[Row], root: Path) -> None:
    """Write the table into a page, between its two markers. Raises ValueError where it has none."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no '{BEGIN}' and '{END}'")
    middle = f"{BEGIN}\n\n{machine(root)}\n\n{table(rows)}\n\n{END}"
    page.write_text(f"{before}{middle}{after}", encoding="utf-8")
