"""The table of what was done: on the terminal, and in the page of promises."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from torture.torment import Outcome

BEGIN: Final = "<!-- torture: begin -->"
END: Final = "<!-- torture: end -->"
_HEAD: Final = ("torment", "what was done", "times", "seconds", "broken", "commit")


@dataclass(frozen=True, slots=True)
class Row:
    """One torment as it went; ``left_out`` says why it was not run, where it was not."""

    name: str
    seconds: float
    outcome: Outcome | None
    left_out: str = ""
    commit: str = ""

    @property
    def is_broken(self) -> bool:
        return self.outcome is not None and bool(self.outcome.broken)


def table(rows: Iterable[Row], kept: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """Give the table in Markdown, and below it what broke; ``kept`` are cells of other torments."""
    several = list(rows)
    cells = [_HEAD, *(dict(kept or {}) | {row.name: _cells(row) for row in several}).values()]
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
        return row.name, f"left out: {row.left_out}", "0", "0", "", row.commit
    figures = [f"{name}: {figure}" for name, figure in row.outcome.figures.items()]
    what = "; ".join((row.outcome.what, *figures))
    broken = str(len(row.outcome.broken))
    return row.name, what, f"{row.outcome.ran:,}", f"{row.seconds:,.0f}", broken, row.commit


def find_commit(root: Path) -> str:
    """Give the commit that is checked out, and whether something was changed since.

    The page into which rows are put is no change: each torment that is run by itself writes it.
    """

    def ask(*words: str) -> str:
        git = ("git", "-C", str(root), *words)
        return subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()

    commit = ask("rev-parse", "--short=8", "HEAD") or "unknown"
    changed = ask("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/promises.md")
    return f"{commit}-dirty" if changed else commit


def machine() -> str:
    """Give when and on what machine, as one line."""
    return (
        f"Last run on {datetime.now(UTC):%Y-%m-%d}: {platform.system()} {platform.release()},"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
        f" {os.cpu_count()} cores."
    )


def put_into(page: Path, rows: Iterable[Row]) -> None:
    """Write the table into a page, between its two markers; rows of other torments stay there.

    Raises ValueError where it has no markers.
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no '{BEGIN}' and '{END}'")
    middle = f"{BEGIN}\n\n{machine()}\n\n{table(rows, _kept(old))}\n\n{END}"
    page.write_text(f"{before}{middle}{after}", encoding="utf-8")


def _kept(old: str) -> dict[str, tuple[str, ...]]:
    """Give the cells of each torment in a table of before."""
    lines = (line for line in old.splitlines() if line.startswith("| "))
    cells = (tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines)
    return {each[0]: each for each in cells if len(each) == len(_HEAD) and each != _HEAD}
