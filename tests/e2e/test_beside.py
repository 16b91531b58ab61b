"""``markwire status`` beside a real watch: well, killed, stopped, and without its folder."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands import DEADLINE, Result, Watching, run, watching
from newsroom import SITE


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "content").mkdir(parents=True)
    (root / "content/a.md").write_text("# Départ\n\nLe train part.\n", encoding="utf-8")
    (root / "markwire.toml").write_text(SITE, encoding="utf-8")
    return root


def status(site: Path, *words: str) -> Result:
    return run("--site", str(site), "status", *words, cwd=site)


def until(site: Path, code: str, *words: str) -> dict[str, Any]:
    """Ask until it finds this."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        result = status(site, "--json", *words)
        told: dict[str, Any] = result.json
        if code in [each["code"] for each in told["findings"]]:
            assert result.code == (0 if told["well"] else 3)
            return told
    raise AssertionError(told)


@pytest.fixture
def watch(site: Path) -> Iterator[Watching]:
    with watching(site) as found:
        yield found


def pid(watch: Watching) -> int:
    return watch._process.pid


def test_where_nothing_runs_all_is_well(site: Path) -> None:
    """And what was last published is known."""
    assert (status(site).code, status(site, "--json").json["running"]) == (0, False)
    assert run("--site", str(site), "build", cwd=site).code == 0
    told = status(site, "--json")
    assert (told.code, told.json["running"], told.json["edition"]["refused"]) == (0, False, 0)
    assert "aucun Markwire" in status(site).out


def test_a_watch_that_is_well_says_so(site: Path, watch: Watching) -> None:
    """In the newsroom's language, and to programs."""
    told = until(site, "edition")
    assert (told["well"], told["running"], told["answers"]) == (True, True, True)
    assert (told["pid"], told["command"]) == (pid(watch), "watch")
    assert told["watch"]["state"] == "watching"
    assert (told["edition"]["written"] > 0, told["edition"]["generation"] > 0) == (True, True)
    shown = status(site)
    assert (shown.code, shown.err) == (0, "")
    assert "« markwire watch » tourne" in shown.out.replace("\xa0", " ")
    assert "'markwire watch' is running" in status(site, "--language", "en").out


def test_no_text_of_an_article_is_in_it(site: Path, watch: Watching) -> None:
    """The folder of the state is no place for what is not published."""
    (watch.content / "secret.md").write_text(
        "---\ntitle: kanarienvogel\ndraft: true\nslug: kanarienvogel\n---\n\nkanarienvogel\n",
        encoding="utf-8",
    )
    (watch.content / "b.md").write_text("# Deux\n\nTexte.\n", encoding="utf-8")
    watch.until("articles/b.html")
    until(site, "edition")
    assert "kanarienvogel" not in (site / ".markwire/status.json").read_text(encoding="utf-8")


def test_a_watch_that_was_killed_is_found_dead(site: Path, watch: Watching) -> None:
    """Out of memory, the system ends it without a word."""
    watch.stop(signal.SIGKILL)
    told = until(site, "died")
    assert (told["running"], told["answers"], told["well"]) == (False, False, False)
    # The next one clears it.
    with watching(site):
        assert until(site, "edition")["well"]
    assert until(site, "runs_not")["well"]


def test_a_watch_that_hangs_does_not_answer_and_comes_back(site: Path, watch: Watching) -> None:
    """A share that hangs stops it in the midst of a call."""
    os.kill(pid(watch), signal.SIGSTOP)
    try:
        told = until(site, "hangs", "--patience", "1")
        assert (told["running"], told["answers"]) == (True, False)
    finally:
        os.kill(pid(watch), signal.SIGCONT)
    assert until(site, "runs", "--patience", "1")["well"]


def test_a_folder_that_is_away_is_told_and_so_is_its_return(site: Path, watch: Watching) -> None:
    """Nothing is withdrawn meanwhile."""
    (site / "content").rename(site / "away")
    assert not until(site, "folder_gone")["well"]
    (site / "away").rename(site / "content")
    assert until(site, "watches_inotify")["well"]
    (site / "content/b.md").write_text("# Retour\n\nTexte.\n", encoding="utf-8")
    watch.until("articles/b.html")


def test_a_fault_stands_until_it_is_over(site: Path, watch: Watching) -> None:
    """What cannot be written is told with its reason."""
    (site / "feeds/articles").rename(site / "feeds/set-aside")
    (site / "feeds/articles").write_text("no folder", encoding="utf-8")
    (watch.content / "b.md").write_text("# Deux\n\nTexte.\n", encoding="utf-8")
    told = until(site, "fault")
    assert not told["well"]
    assert "feeds" in told["fault"]["text"]
    (site / "feeds/articles").unlink()
    (site / "feeds/set-aside").rename(site / "feeds/articles")
    watch.until("articles/b.html")
    until(site, "runs")
    while (told := status(site, "--json").json).get("fault"):
        pass
    assert told["well"]
