"""What a terminal shows: marks under the right place, and what happens where a person leaves."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from markwire.cli import main
from markwire.wording.excerpt import columns, excerpt, safe


def test_a_question_that_nobody_can_answer_is_a_mistake_of_usage(tmp_path: Path) -> None:
    """In a script, a prompt must say what to do instead, not fail without a word."""
    done = CliRunner().invoke(main, ["init", str(tmp_path)], input="")
    assert done.exit_code == 2
    assert "nobody is there to answer; give options instead" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_question_left_by_ctrl_c_ends_with_130(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every interrupted command does; and nothing is made by halves."""

    def leaving(_text: str = "") -> str:
        raise KeyboardInterrupt

    with CliRunner().isolation():
        monkeypatch.setattr(click.termui, "visible_prompt_func", leaving)
        with pytest.raises(SystemExit) as left:
            main.main(["init", str(tmp_path)])
    assert left.value.code == 130
    assert list(tmp_path.iterdir()) == []


# --- excerpts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "column", "words", "shown"),
    [
        ("date: demain 8h # ?", 7, ["demain 8h"], "date: demain 8h # ?\n      ^^^^^^^^^"),
        ("sumary: x", 1, [], "sumary: x\n^^^^^^"),
        ("title: a: b", 9, [], "title: a: b\n        ^^^"),
        ('title: "a" b', 8, [], 'title: "a" b\n       ^^^'),
        ('title: "a b', 8, [], 'title: "a b\n       ^^^^'),
        ("\tsrc: a", 1, [], "    src: a\n^^^^"),
        ("a\tb: c", 3, [], "a   b: c\n    ^"),
        ("voir [a](b.md) ici", 6, ["b.md"], "voir [a](b.md) ici\n     ^^^^^^^^^"),
        ("![[a b.png]] x", 1, [], "![[a b.png]] x\n^^^^^^^^^^^^"),
        ("铁路: 铁", 3, [], "铁路: 铁\n    ^^^^"),
        ("e\u0301te\u0301: x", 6, ["x"], "e\u0301te\u0301: x\n   ^^^"),
        ("fin", 9, [], "fin\n   ^"),
        ("", 1, [], "\n^"),
    ],
)
def test_the_mark_stands_under_what_is_wrong(
    line: str, column: int, words: list[str], shown: str
) -> None:
    """Whatever width its signs have; an editor looks where the mark is, and nowhere else."""
    assert "\n".join(excerpt(line, column, words=words)) == shown


_LINES = st.text(
    st.characters(codec="utf-8", exclude_characters="\n\r") | st.sampled_from("\t铁e\u0301\u200d: ")
)


@given(_LINES, st.integers(1, 300), st.integers(20, 80))
def test_a_line_fits_its_width_and_so_does_its_mark(line: str, column: int, width: int) -> None:
    """A line that wraps tears line and mark apart."""
    shown = excerpt(line, column, width=width)
    assert columns(shown.line) <= width
    assert columns(shown.mark) <= width + 1
    assert set(shown.mark) <= {" ", "^"}
    assert shown.mark.endswith("^")


@given(st.text(st.sampled_from("ab: 铁\u0301"), max_size=30), st.integers(1, 31))
def test_what_stands_before_the_mark_is_as_wide_as_what_stands_before_the_place(
    line: str, column: int
) -> None:
    """Counted in the columns of a terminal, not in characters."""
    shown = excerpt(line, column)
    before = shown.mark.index("^")
    assert before == columns(line.rstrip()[: column - 1])


def test_a_long_line_is_cut_around_the_place() -> None:
    """What is wrong is seen, with some of what stands before and behind it."""
    shown = excerpt("a" * 300 + "XYZ" + "b" * 300, 301, words=["XYZ"], width=60)
    assert shown.line.startswith("…")
    assert shown.line.endswith("…")
    start = shown.mark.index("^")
    assert shown.line[start : start + 3] == "XYZ"
    assert shown.mark.count("^") == 3
    at_end = excerpt("a" * 300 + "XYZ", 301, words=["XYZ"], width=60)
    assert at_end.line.endswith("aXYZ")
    assert columns(at_end.line) > 50


@given(st.text())
def test_no_text_commands_a_terminal(text: str) -> None:
    """Neither by control characters nor by turning the direction of what follows."""
    shown = safe(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in shown)
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f")
