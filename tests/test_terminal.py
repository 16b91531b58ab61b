"""What the commands do where a person leaves, or where there is none."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from markwire.cli import main


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
