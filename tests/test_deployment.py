"""What docs/deployment.md and ``packaging/`` give to engineers works as it is written there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from commands import COMMAND
from programs import needs
from servers import ANY, ask, serving

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / "packaging"
SITE = '[site]\ntitle = "Mini"\nurl = "https://example.org/"\n[each]\ntag = true\n'


IGNORED = "/feeds/\n/.markwire/\n/content/_report.md\n"


# --- a Git repository ---------------------------------------------------------------------


class Clone:
    """A clone of a repository, with nothing of anybody's own configuration."""

    def __init__(self, origin: Path, root: Path, bin_folder: Path) -> None:
        self.root = root
        self._env = {
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(root.parent),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Aliya",
            "GIT_AUTHOR_EMAIL": "aliya@example.org",
            "GIT_COMMITTER_NAME": "Aliya",
            "GIT_COMMITTER_EMAIL": "aliya@example.org",
        }
        root.parent.mkdir(parents=True, exist_ok=True)
        self._run("git", "clone", "--quiet", str(origin), str(root), cwd=root.parent)

    def git(self, *words: str, when: str = "") -> str:
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when} if when else {}
        return self._run("git", *words, cwd=self.root, **dates)

    def commit(self, name: str, text: str, *, when: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", name, when=when)
        self.git("push", "--quiet", "origin", "HEAD:main")

    def publish(self) -> None:
        """Do as the recipe says."""
        self._run("sh", str(PACKAGING / "git" / "publish.sh"), cwd=self.root)

    def feed(self) -> list[tuple[str, str, str]]:
        """GUID, date and title of each article of the main feed."""
        read = json.loads((self.root / "feeds" / "feed.json").read_bytes())
        return [(item["id"], item["date_published"], item["title"]) for item in read["items"]]

    def _run(self, *words: str, cwd: Path, **more: str) -> str:
        done = subprocess.run(
            words, cwd=cwd, env=self._env | more, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    needs("git")
    path = tmp_path / "origin.git"
    subprocess.run(("git", "init", "--quiet", "--bare", "-b", "main", str(path)), check=True)
    return path


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A folder with ``markwire`` in it, as an installation has one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "markwire"
    command.write_text("#!/bin/sh\nexec " + " ".join(COMMAND) + ' "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return folder


def test_a_fresh_clone_publishes_under_the_same_guids_and_dates(
    origin: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """A runner remembers nothing; readers would see the whole archive as new."""
    first = Clone(origin, tmp_path / "one" / "site", bin_folder)
    first.commit("markwire.toml", SITE, when="2025-01-01T08:00:00Z")
    first.commit(".gitignore", IGNORED, when="2025-01-01T08:00:00Z")
    dated = "---\ntitle: Daté\ndate: 2025-01-03T08:00:00Z\ntags: [rail]\n---\n\nTexte.\n"
    first.commit("content/date.md", dated, when="2025-01-04T08:00:00Z")
    first.commit("content/sans date.md", "# Sans date\n\nTexte.\n", when="2025-01-02T08:00:00Z")
    first.commit("content/parti.md", "# Parti\n\nTexte.\n", when="2025-01-05T08:00:00Z")
    first.publish()
    published = first.feed()
    assert [(date, title) for _, date, title in published] == [
        ("2025-01-05T08:00:00Z", "Parti"),
        ("2025-01-03T08:00:00Z", "Daté"),
        ("2025-01-02T08:00:00Z", "Sans date"),
    ]
    before = first.git("rev-parse", "HEAD:content"), first.git("ls-remote", "origin", "gh-pages")

    second = Clone(origin, tmp_path / "two" / "site", bin_folder)
    second.publish()
    assert second.feed() == published
    assert second.git("ls-remote", "origin", "gh-pages") == before[1]  # nothing to push

    second.git("rm", "--quiet", "content/parti.md")
    second.commit("content/neuf.md", "# Neuf\n\nTexte.\n", when="2025-01-06T08:00:00Z")
    second.publish()
    third = Clone(origin, tmp_path / "three" / "site", bin_folder)
    third.publish()
    assert third.feed() == second.feed()
    assert [title for _, _, title in third.feed()] == ["Neuf", "Daté", "Sans date"]
    assert {*third.feed()} >= {item for item in published if item[2] != "Parti"}
    marks = (third.root / "feeds" / "atom.xml").read_text(encoding="utf-8")
    assert f'ref="{published[0][0]}" when=' in marks


def test_no_file_is_written_anew_in_a_fresh_clone(
    origin: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """What is written anew is pushed anew, and polled anew."""
    first = Clone(origin, tmp_path / "one" / "site", bin_folder)
    first.commit("markwire.toml", SITE, when="2025-01-01T08:00:00Z")
    first.commit(".gitignore", IGNORED, when="2025-01-01T08:00:00Z")
    first.commit("content/a.md", "# Un\n\nTexte.\n", when="2025-01-02T08:00:00Z")
    first.publish()
    second = Clone(origin, tmp_path / "two" / "site", bin_folder)
    second.git("fetch", "--quiet", "origin", "gh-pages")
    second.git("worktree", "add", "--quiet", "--detach", "feeds", "FETCH_HEAD")
    inodes = {path: path.stat().st_ino for path in second.root.glob("feeds/**/*.*")}
    done = subprocess.run(
        (*COMMAND, "build", "--json"), cwd=second.root, capture_output=True, check=True
    )
    assert json.loads(done.stdout)["written"] == []
    assert {path: path.stat().st_ino for path in second.root.glob("feeds/**/*.*")} == inodes


def test_an_article_that_is_refused_is_told_and_the_others_are_published(
    origin: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """The run turns red; the newsroom goes on."""
    clone = Clone(origin, tmp_path / "one" / "site", bin_folder)
    clone.commit("markwire.toml", SITE, when="2025-01-01T08:00:00Z")
    clone.commit("content/a.md", "# Un\n\nTexte.\n", when="2025-01-02T08:00:00Z")
    clone.commit("content/b.md", "---\ntitle: [\n---\n", when="2025-01-03T08:00:00Z")
    with pytest.raises(AssertionError, match="MW"):
        clone.publish()
    assert "gh-pages" in clone.git("ls-remote", "origin")
    assert [title for _, _, title in clone.feed()] == ["Un"]


def test_the_action_does_what_the_recipe_does() -> None:
    """It calls the script that the tests run, and with the whole history."""
    text = (PACKAGING / "git" / "publish.yml").read_text(encoding="utf-8")
    action = yaml.safe_load(text)
    steps = action["jobs"]["publish"]["steps"]
    assert steps[-1]["run"] == "sh publish.sh gh-pages"
    assert steps[0]["with"]["fetch-depth"] == 0
    assert action["permissions"] == {"contents": "write"}
    assert action["concurrency"]["group"]


# --- systemd ------------------------------------------------------------------------------

UNIT = PACKAGING / "systemd" / "markwire.service"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with the command where it is here."""
    text = UNIT.read_text(encoding="utf-8")
    assert text.count("/opt/markwire/bin/markwire ") == 1
    command = tmp_path / "markwire"
    command.write_text("#!/bin/sh\n", encoding="utf-8")
    command.chmod(0o755)
    path = tmp_path / "markwire.service"
    path.write_text(text.replace("/opt/markwire/bin/markwire ", f"{command} "), encoding="utf-8")
    return path


def test_the_unit_is_one_that_systemd_reads(unit: Path) -> None:
    """A key with a slip is passed over in silence when the service starts."""
    needs("systemd-analyze")
    done = subprocess.run(
        ("systemd-analyze", "verify", "--man=no", str(unit)),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_lets_little_happen(unit: Path) -> None:
    """It reads what strangers wrote: systemd's own measure must stay below 2.5 of 10."""
    needs("systemd-analyze")
    words = ("systemd-analyze", "security", "--offline=true", "--threshold=25", "--no-pager")
    done = subprocess.run((*words, str(unit)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_unit_forbids_no_system_call_that_is_made(tmp_path: Path) -> None:
    """A filter that is too narrow shows when a disk is full, or a clock steps."""
    needs("systemd-analyze", "strace")
    site = tmp_path / "site"
    (site / "content").mkdir(parents=True)
    (site / "markwire.toml").write_text(f"{SITE}[static]\nsidecars = ['gz', 'br', 'zst']\n")
    (site / "content" / "a.md").write_text("# Un\n\nTexte.\n")
    trace = tmp_path / "trace"
    words = ("strace", "-D", "-f", "-qq", "-o", str(trace), *COMMAND, "--site", str(site))
    with subprocess.Popen(
        (*words, "watch", "--serve", ANY), stderr=subprocess.PIPE, text=True
    ) as watch:
        assert watch.stderr is not None
        url = next(found[0] for line in watch.stderr if (found := re.search(r"http://\S+/", line)))
        assert ask(url, "/feeds/rss.xml").status == 200
        watch.terminate()
        watch.stderr.read()
    made = set(re.findall(r"^\d+ +(\w+)\(", trace.read_text(errors="replace"), re.MULTILINE))
    assert {"openat", "fsync", "inotify_add_watch", "accept4"} <= made
    (filter_,) = re.findall(r"^SystemCallFilter=(.+)$", UNIT.read_text(), re.MULTILINE)
    assert made <= _allowed(filter_.split())


def _allowed(names: list[str]) -> set[str]:
    """Give all system calls of a filter, those of its sets too."""
    found: set[str] = set()
    for name in names:
        if name.startswith("@"):
            words = ("systemd-analyze", "syscall-filter", "--no-pager", name)
            said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
            found |= _allowed([line.strip() for line in said.splitlines()[1:] if "#" not in line])
        else:
            found.add(name)
    return found


# --- a container --------------------------------------------------------------------------

DOCKERFILE = PACKAGING / "docker" / "Dockerfile"


def _instructions() -> list[tuple[str, str]]:
    """Give name and words of each instruction."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines if line.strip()]


def test_the_dockerfile_is_as_its_linter_wants_it() -> None:
    """No engine of containers runs here; hadolint knows what goes wrong in one."""
    needs("hadolint")
    done = subprocess.run(
        ("hadolint", str(DOCKERFILE)), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_all_that_is_copied_into_the_image_is_there_and_let_in() -> None:
    """Also what the installation asks for: the README and the licence that pyproject names."""
    copied = {
        name
        for what, words in _instructions()
        if what == "COPY" and not words.startswith("--from")
        for name in words.split()[:-1]
    }
    let_in = (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert copied == {line.removeprefix("!") for line in let_in if line.startswith("!")}
    assert {project["readme"], *project["license-files"]} <= copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_what_the_image_runs_runs_and_its_health_is_seen(tmp_path: Path) -> None:
    """The very words of ENTRYPOINT, CMD and HEALTHCHECK, on a port of this machine."""
    said = dict(_instructions())
    entry, command = json.loads(said["ENTRYPOINT"]), json.loads(said["CMD"])
    check = json.loads(said["HEALTHCHECK"].partition("CMD ")[2])
    assert (entry, check[0]) == (["/opt/markwire/bin/markwire"], "/opt/markwire/bin/python")
    assert command[-1] == "0.0.0.0:8000"
    (tmp_path / "content").mkdir()
    (tmp_path / "markwire.toml").write_text(SITE)
    (tmp_path / "content" / "a.md").write_text("# Un\n\nTexte.\n")
    with serving(*command[:-1], "0.0.0.0:0", site=tmp_path) as server:
        port = str(urlsplit(server.url).port)
        words = [sys.executable, *(word.replace(":8000/", f":{port}/") for word in check[1:])]
        assert subprocess.run(words, capture_output=True, check=False).returncode == 0
    assert subprocess.run(words, capture_output=True, check=False).returncode != 0
