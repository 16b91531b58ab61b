"""The command line: choose torments and how often, run them, print, and write the page."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

from programs import missing
from torture.report import Row, find_commit, put_into, table
from torture.table import TORMENTS
from torture.torment import Torment

ROOT: Final = Path(__file__).parents[2]
SEED: Final = 20261128


def main() -> None:
    """Run what is asked for; end with 1 where a promise was broken."""
    asked = _arguments()
    rows = []
    for torment in TORMENTS:
        if not asked.names or torment.name in asked.names:
            _tell(f"{torment.name} …")
            row = _run(torment, asked)
            _tell(f"{torment.name}: {'BROKEN' if row.is_broken else 'held'}, {row.seconds:.0f} s")
            rows.append(row)
    print(table(rows))
    if asked.write:
        put_into(ROOT / "docs" / "promises.md", rows)
        _tell("docs/promises.md is written")
    sys.exit(any(row.is_broken for row in rows))


def _arguments() -> argparse.Namespace:
    names = [torment.name for torment in TORMENTS]
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help=f"torments of {', '.join(names)} [all]")
    add("--short", action="store_true", help="as often as 'make test' does: minutes, not hours")
    add("--count", type=int, help="how often each is done")
    add("--seed", type=int, default=SEED, help="what chance comes from: the same one, the same run")
    add("--scratch", type=Path, help="where to work [the machine's folder for such]")
    add("--keep", action="store_true", help="keep what the torments worked on")
    add("--write", action="store_true", help="put the table into docs/promises.md")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(names)
    if unknown:
        parser.error(f"no such torment: {', '.join(sorted(unknown))}")
    asked.commit = find_commit(ROOT)
    return asked


def _run(torment: Torment, asked: argparse.Namespace) -> Row:
    reason = missing(torment.wants)
    if reason:
        return Row(torment.name, 0, None, reason, asked.commit)
    folder = Path(tempfile.mkdtemp(prefix=f"markwire-{torment.name}-", dir=asked.scratch))
    count = asked.count or (torment.short if asked.short else torment.long)
    begun = perf_counter()
    try:
        outcome = torment.run(count, asked.seed, folder)
    finally:
        if asked.keep:
            _tell(f"{torment.name} worked in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return Row(torment.name, perf_counter() - begun, outcome, commit=asked.commit)


def _tell(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
