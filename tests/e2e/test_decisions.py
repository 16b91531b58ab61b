"""What only a person can decide, by command: alone, and beside a watch that holds the lock."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from commands import run, watching
from newsroom import SITE


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A newsroom of ten articles, whose watch waits a second before it withdraws one."""
    root = tmp_path / "site"
    (root / "content/d").mkdir(parents=True)
    (root / "markwire.toml").write_text(f"{SITE}[editors]\ngrace = 1\n", encoding="utf-8")
    for number in range(10):
        text = f"---\ntitle: Le {number}\ndate: 2026-05-0{number % 9 + 1}\n---\n\nTexte.\n"
        file = root / "content/d" / f"{number}.md"
        file.write_text(text, encoding="utf-8")
        os.utime(file, (1_777_000_000, 1_777_000_000))  # long settled
    return root


def titles(site: Path) -> list[str]:
    return [item["title"] for item in json.loads((site / "feeds/feed.json").read_text())["items"]]


def test_an_article_is_killed_and_restored_where_nobody_watches(site: Path) -> None:
    """From the site, by the name under which the shell completes it."""
    assert run("build", cwd=site).code == 0
    killed = run("kill", "content/d/3.md", "--reason", "Erreur sur la personne.", cwd=site)
    assert (killed.code, killed.out, "content" in killed.err) == (0, "", False)
    assert "Le 3" not in titles(site)
    assert "Erreur sur la personne." in (site / "feeds/rss.xml").read_text(encoding="utf-8")
    assert run("build", cwd=site).code == 0
    assert "Le 3" not in titles(site)
    assert run("restore", "d/3.md", cwd=site).code == 0
    assert "Le 3" in titles(site)
    assert not list((site / ".markwire/requests").iterdir())


def test_an_article_is_killed_beside_a_running_watch(site: Path) -> None:
    """Nobody must stop a newsroom to obey a court."""
    with watching(site):
        killed = run("kill", "d/3.md", cwd=site)
        assert (killed.code, "d/3.md" in killed.err) == (0, True)
        assert "Le 3" not in titles(site)
        assert run("restore", "d/3.md", cwd=site).code == 0
        assert "Le 3" in titles(site)


def test_a_deleted_file_is_withdrawn_by_a_watch_after_its_grace(site: Path) -> None:
    """By itself: nothing else happens in the folder."""
    with watching(site) as watch:
        (watch.content / "d/3.md").unlink()
        edition = watch.until("rss.xml")
        assert edition["removed"] == ["articles/3.html"]
        assert "Le 3" not in titles(site)


def test_a_mass_deletion_waits_for_a_word(site: Path) -> None:
    """From whoever knows whether the share was unmounted."""
    assert run("build", cwd=site).code == 0
    shutil.rmtree(site / "content/d")
    held = run("build", cwd=site)
    assert (held.code, "MW402" in held.err, len(titles(site))) == (1, True, 10)
    assert "MW402" in run("build", "--json", cwd=site).out
    assert run("confirm", cwd=site).code == 0
    assert titles(site) == []
    assert run("build", cwd=site).code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("kill", "d/none.md"), 1),
        (("kill", "../outside.md"), 2),
        (("restore", "d/3.md"), 1),
        (("kill", "d/3.md", "--reason", "x" * 501), 2),
    ],
)
def test_what_cannot_be_done_is_said(site: Path, words: tuple[str, ...], code: int) -> None:
    """With an exit code that a script can act on."""
    assert run("build", cwd=site).code == 0
    done = run(*words, cwd=site)
    assert (done.code, done.err.count("\n")) == (code, 1)
    assert len(titles(site)) == 10
