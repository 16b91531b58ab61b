"""Every bad file at once: each is told with its place, in both languages, and stops no other.

The cases of ``cases/frontmatter`` bear their problems in their names; what is too large to keep as
a file, or that is no ordinary file, is made here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from markwire.wording.voice import voice
from newsroom import Newsroom, newsroom

__all__ = ["newsroom"]

CASES = sorted((Path(__file__).parent / "cases" / "frontmatter").glob("*.md"))
_BOMB = "\n".join(
    f"k{level}: &k{level} [{', '.join([f'*k{level - 1}' if level else 'x'] * 9)}]"
    for level in range(8)
)
GENERATED: dict[str, tuple[bytes, str]] = {
    "crochets.md": (b"---\na: " + b"[" * 30_000 + b"]" * 30_000 + b"\n---\n", "MW204"),
    "tirets.md": (b"---\n" + b"- " * 20_000 + b"\n---\n", "MW204"),
    "titre-long.md": (b"---\ntitle: " + b"x" * 1_000_000 + b"\n---\n", "MW204"),
    "bombe.md": (f"---\n{_BOMB}\n---\n".encode(), "MW216"),
    "fusion.md": (b"---\na: &a {x: 1}\nb:\n  <<: [*a, *a]\n---\n", "MW216"),
    "profond.md": (b"<div>" * 200 + b"x" + b"</div>" * 200, "MW304"),
    "citations.md": (b"> " * 20_000 + b"x", "MW304"),
    "renvois.md": (b"[x]: " + b"u" * 5_000 + b"\n\n" + b"[x] " * 16_000, "MW304"),
    "lourd.md": (b"x" * (4 * 1024 * 1024 + 1), "MW102"),
    "copie (conflicted copy 2026-05-04 101112).md": (b"Une copie.", "MW104"),
}
_NAME = re.compile(r"(MW\d{3})_(\d+)_(\d+)")


@pytest.fixture
def full(newsroom: Newsroom) -> Newsroom:
    """A newsroom with every bad file, and one good article."""
    newsroom.write("bon.md", title="Le bon", date="2026-05-01")
    for case in CASES:
        newsroom.save(f"cas/{case.name}", case.read_bytes())
    for name, (content, _) in GENERATED.items():
        newsroom.save(name, content)
    (newsroom.content / "lien.md").symlink_to(newsroom.content / "bon.md")
    os.mkfifo(newsroom.content / "tube.md")
    (newsroom.content / os.fsdecode(b"caf\xe9.md")).write_text("x")
    return newsroom


def test_each_is_told_with_its_place_and_none_stops_another(full: Newsroom) -> None:
    """A hundred slips on one day are a hundred sentences, and one good article out."""
    edition = full.build()
    found: dict[str, set[tuple[str, int, int]]] = {}
    for each in edition.problems:
        found.setdefault(each.path, set()).add((each.code, each.line, each.column))
    for case in CASES:
        named = {(code, int(line), int(column)) for code, line, column in _NAME.findall(case.name)}
        assert named <= found.get(f"cas/{case.name}", set()), case.name
    for name, (_, code) in GENERATED.items():
        assert {told for told, _, _ in found.get(name, ())} == ({code} if code else set()), name
    assert any("caf" in path and ("MW105", 1, 1) in told for path, told in found.items())
    assert "lien.md" not in found
    assert "tube.md" not in found
    assert "Le bon" in full.headlines()
    assert len(CASES) > 100


def test_each_is_told_in_both_languages(full: Newsroom) -> None:
    """Words of a parser mean nothing to an editor; English means little to a French one."""
    english, french = voice("en"), voice("fr")
    for each in full.build().problems:
        one, two = english.tell(each), french.tell(each)
        assert one.message
        assert one.hint
        assert two.message != one.message, each.code
        assert two.hint != one.hint, each.code
