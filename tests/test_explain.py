"""Every code is explained, and its examples are what they say they are."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from markwire.cli import main
from markwire.pipeline.checking import check
from markwire.problems import CODES
from markwire.wording.explained import FOLDER, Example, explanation
from markwire.wording.voice import LANGUAGES
from newsroom import Newsroom, newsroom

__all__ = ["newsroom"]

# What no file of the content folder can show: the machine, or the past, has a part in it.
WITHOUT_EXAMPLE = {"MW103", "MW305", "MW312", "MW313", "MW319", "MW402", "MW403", "MW404", "MW416"}


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["explain", *words])


def given(room: Newsroom, examples: tuple[Example, ...]) -> list[tuple[str, int, int, str]]:
    """The problems of an example, once it lies in a newsroom."""
    for each in examples:
        room.save(_name(each.path), each.content)
    return [(each.path, each.line, each.column, each.code) for each in check(room.site).problems]


def _name(path: str) -> str:
    """A name as a file has it; one that is no text is shown with escapes."""
    if "\\x" not in path:
        return path
    return os.fsdecode(path.encode().decode("unicode_escape").encode("latin-1"))


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_code_is_explained_in_each_language(code: str) -> None:
    """An editor who looks one up must not find an empty page."""
    told = [explanation(code, language) for language in LANGUAGES]
    assert all(each.title and not each.title.endswith(".") for each in told)
    assert all(len(each.text) > 40 for each in told)
    assert len({each.text for each in told}) == len(LANGUAGES)


@pytest.mark.parametrize("code", sorted({*CODES} - WITHOUT_EXAMPLE))
def test_a_wrong_example_is_wrong_where_it_says(code: str, newsroom: Newsroom) -> None:
    """An example that does not show what it is for teaches nothing."""
    one = explanation(code, "en")
    assert one.place is not None
    assert (*one.place, code) in given(newsroom, one.wrong)


@pytest.mark.parametrize("code", sorted({*CODES} - WITHOUT_EXAMPLE))
def test_a_right_example_has_no_problem(code: str, newsroom: Newsroom) -> None:
    """It is what an editor copies."""
    assert given(newsroom, explanation(code, "en").right) == []


@pytest.mark.parametrize("code", sorted(WITHOUT_EXAMPLE))
def test_what_cannot_be_shown_has_no_example(code: str) -> None:
    """Neither half of one."""
    one = explanation(code, "en")
    assert (one.wrong, one.right, one.place) == ((), (), None)


def test_there_is_no_explanation_of_what_nobody_says() -> None:
    """A code that went leaves none behind."""
    assert {path.stem for path in FOLDER.glob("*.md")} == {*CODES}


def test_explain_shows_the_example_with_a_mark() -> None:
    """As ``check`` would show it."""
    shown = run("mw212", "--language", "en").stdout
    assert shown.splitlines()[0] == "MW212 (error): A colon in a value"
    assert "    | title: Kazakhstan: la route du nord\n    |                  ^^^" in shown
    assert '    | title: "Kazakhstan: la route du nord"\n' in shown


def test_without_a_code_all_are_listed() -> None:
    """One line each, in their order."""
    lines = run("--language", "fr").stdout.splitlines()
    assert [line.split()[0] for line in lines] == sorted(CODES)
    listed = json.loads(run("--json", "--language", "fr").stdout)
    assert [each["code"] for each in listed] == sorted(CODES)
    assert json.loads(run("MW104", "--json").stdout)["severity"] == "warning"


def test_it_needs_no_site_and_takes_the_language_of_one(
    newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A code is looked up from wherever one has read it."""
    monkeypatch.chdir(tmp_path)
    assert "A colon in a value" in run("MW212").stdout
    monkeypatch.chdir(newsroom.content)
    assert "Un deux-points dans une valeur" in run("MW212").stdout


def test_a_code_that_is_none_is_a_mistake_of_usage() -> None:
    """With the way to those that are."""
    result = run("MW\x1b999")
    assert (result.exit_code, "\x1b" in result.stderr) == (2, False)
    assert "markwire explain" in result.stderr
