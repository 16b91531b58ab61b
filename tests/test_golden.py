"""What newsrooms write, and the feeds that it becomes: each folder of ``golden`` is a case.

A case is ``in.md`` with what stands beside it, published alone under the folder's name. A
``markwire.toml`` of its own replaces the site's. ``out.rss``, ``out.atom`` and ``out.json`` are
the feeds, ``out.txt`` the problems that the editor is told; ``make golden`` writes them anew:
read the difference before you keep it. ``findings.txt`` holds what the validator says of the
feeds, a line each, where that is not nothing; nothing writes it but a person who knows why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from markwire.formats.addresses import path as path_of
from markwire.model import FORMATS, Format
from oracles import findings
from proof import HOME, NOW, SITE, Proof, proof

CASES = Path(__file__).parent / "golden"

_CDATA_OR_BOUNDARY = re.compile(r"(<!\[CDATA\[.*?\]\]>)|>(?=<[^/!])", re.S)


@dataclass(frozen=True, repr=False)
class Case:
    """One folder, and what its article became."""

    folder: Path
    proof: Proof

    def lines(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text("utf-8").splitlines() if path.exists() else []


@pytest.fixture(scope="module", params=sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = request.param
    assert isinstance(folder, Path)
    own = folder / "markwire.toml"
    made = proof(
        tmp_path_factory.mktemp("golden"),
        folder.name,
        (folder / "in.md").read_bytes(),
        site=own.read_text("utf-8") if own.exists() else SITE,
        beside=tuple(file for file in folder.iterdir() if file.suffix == ".png"),
    )
    return Case(folder, made)


def readable(document: bytes, form: Format) -> str:
    """A feed with a line for each element or member, and nothing else changed in it."""
    text = document.decode()
    if form == "json":
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
    return _CDATA_OR_BOUNDARY.sub(lambda found: found[1] or ">\n", text)


def outputs(made: Proof) -> Mapping[str, str]:
    problems = "".join(f"{problem}\n" for problem in made.edition.problems)
    feeds = {f"out.{form}": readable(made.feeds[form], form) for form in FORMATS}
    return {**feeds, "out.txt": problems} if problems else feeds


def test_an_article_becomes_what_its_case_says(case: Case, pytestconfig: pytest.Config) -> None:
    """A change to what readers get must be seen, and wanted, before it is kept."""
    become = outputs(case.proof)
    if pytestconfig.getoption("--write-golden"):
        for old in case.folder.glob("out.*"):
            old.unlink()
        for name, text in become.items():
            (case.folder / name).write_text(text, encoding="utf-8", newline="")
    kept = {path.name: path.read_bytes().decode() for path in sorted(case.folder.glob("out.*"))}
    assert become == kept


def test_a_case_has_no_fault_that_it_does_not_name(case: Case) -> None:
    """What is frozen must be right, not just the same."""
    said = [
        f"{form}: {finding}"
        for form in FORMATS
        for finding in findings(
            case.proof.feeds[form], form=form, url=HOME + path_of("", form), now=NOW
        )
    ]
    assert said == case.lines("findings.txt")
