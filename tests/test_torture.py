"""The short form of each torment; ``make torture`` runs the long ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs import needs
from torture.report import BEGIN, END, Row, put_into
from torture.table import TORMENTS
from torture.torment import Outcome, Torment

SEED = 20261128


@pytest.mark.parametrize("torment", TORMENTS, ids=[torment.name for torment in TORMENTS])
def test_what_is_promised_holds_under(torment: Torment, tmp_path: Path) -> None:
    """Nothing lost, nothing torn, nothing leaked: whatever befalls the machine."""
    needs(*torment.wants)
    outcome = torment.run(torment.short, SEED, tmp_path)
    assert outcome.broken == ()
    assert outcome.ran > 0


def test_torments_have_names_of_their_own() -> None:
    """They are asked for by name."""
    names = [torment.name for torment in TORMENTS]
    assert len(names) == len({*names})


def test_the_table_goes_between_its_markers(tmp_path: Path) -> None:
    """What people wrote around it stays, and so do rows of torments that were not run now."""
    page = tmp_path / "promises.md"
    page.write_text(f"# Promises\n\n{BEGIN}\n\nold\n\n{END}\n\nAfter.\n", encoding="utf-8")
    held = Outcome(1200, "killed at random", (), {"median": "3 ms"})
    put_into(page, [Row("kill", 61.2, held, commit="abc"), Row("cut", 0, None, "no disk", "abc")])
    torn = Outcome(7, "cut off", ("a feed was torn",))
    put_into(page, [Row("cut", 9, torn, commit="def")])
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# Promises\n\n{BEGIN}\n")
    assert text.endswith(f"\n{END}\n\nAfter.\n")
    assert "old" not in text
    assert (
        "| kill    | killed at random; median: 3 ms | 1,200 | 61      | 0      | abc    |" in text
    )
    assert (
        "| cut     | cut off                        | 7     | 9       | 1      | def    |" in text
    )
    assert "- **cut**: a feed was torn" in text
