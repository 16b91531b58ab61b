"""What fuzzing found stays found: the corpus of each target, and each input that broke a rule."""

from __future__ import annotations

import pytest

from fuzz import CORPUS
from fuzz.targets import ALL

MOST = 200_000  # bytes in the tree


@pytest.mark.parametrize("target", ALL)
def test_no_input_of_the_corpus_breaks_a_rule(target: str) -> None:
    """An input that reaches code of its own is the first to meet a change of that code."""
    files = sorted((CORPUS / target).iterdir())
    assert files
    for file in files:
        try:
            ALL[target](file.read_bytes())
        except Exception as fault:
            fault.add_note(f"in {file}")
            raise


def test_the_corpus_is_small() -> None:
    files = [file for file in CORPUS.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= MOST
    assert {file.parent for file in files} == {CORPUS / target for target in ALL}
