"""The same articles give the same bytes: on every machine, in every order, on every day."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from markwire import executors
from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.config import load_site
from markwire.executors import Workers
from markwire.outlet.directory import Directory
from markwire.pipeline import Press
from newsroom import EVERYTHING

SAMPLE = Path(__file__).parent.parent
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def files(root: Path) -> dict[str, bytes]:
    feeds = root / "feeds"
    return {
        path.relative_to(feeds).as_posix(): path.read_bytes()
        for path in sorted(feeds.rglob("*"))
        if path.is_file()
    }


def times(root: Path) -> dict[str, int]:
    feeds = root / "feeds"
    return {name: (feeds / name).stat().st_mtime_ns for name in files(root)}


def build(root: Path, *, now: datetime = NOW, workers: int = 1) -> Path:
    site = load_site(root)
    catalogue = SqliteCatalogue(site.folders.state / FILE_NAME)
    pool = Workers(workers)
    try:
        press = Press(site, catalogue, Directory(site.folders.feeds), pool, lambda _d, _a: None)
        press.edition(EVERYTHING, now)
    finally:
        pool.close()
        catalogue.close()
    return root


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample newsroom as it stands, without what was published of it."""
    root = tmp_path_factory.mktemp("sample") / "site"
    shutil.copytree(SAMPLE / "content", root / "content")
    shutil.copy2(SAMPLE / "markwire.toml", root)
    return root


@pytest.fixture(scope="module")
def expected(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What every other build must give, too."""
    root = tmp_path_factory.mktemp("expected") / "site"
    shutil.copytree(sample, root)
    found = files(build(root))
    assert len(found) > 100
    return found


@pytest.fixture
def room(sample: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample, tmp_path / "site")
    return tmp_path / "site"


ENVIRONMENTS = {
    "Auckland in C": {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    "Honolulu in French": {"TZ": "HST10", "LC_ALL": "fr_FR.UTF-8", "PYTHONHASHSEED": "2"},
    "bytes as Latin-1": {"LC_ALL": "POSIX", "PYTHONIOENCODING": "latin-1"},
}


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_no_environment_changes_a_byte(
    room: Path, expected: dict[str, bytes], environment: dict[str, str]
) -> None:
    """A build in a container, on a laptop and in a cron job must be one build."""
    code = f"""
import sys
from datetime import datetime
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_determinism import build
build(Path({str(room)!r}), now=datetime.fromisoformat({NOW.isoformat()!r}))
"""
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": str(room)} | environment,
        timeout=60,
    )
    assert files(room) == expected


def test_a_month_later_nothing_is_different(room: Path, expected: dict[str, bytes]) -> None:
    """Only what articles say, and when they say to appear, decides; never the clock."""
    assert files(build(room, now=NOW + timedelta(days=31))) == expected
    before = times(room)
    build(room, now=NOW + timedelta(days=62))
    assert files(room) == expected
    assert times(room) == before


def test_processes_give_the_same_bytes(
    room: Path, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many cores there are is no business of readers."""
    monkeypatch.setattr(executors, "WORTH_PROCESSES", 1)
    assert files(build(room, workers=3)) == expected


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_files_were_made_is_not_seen(
    sample: Path, tmp_path: Path, expected: dict[str, bytes], seed: int
) -> None:
    """Folders list their files in an order of their own, another on each disk."""
    sources = sorted(path for path in sample.rglob("*") if path.is_file())
    random.Random(seed).shuffle(sources)
    for source in sources:
        target = tmp_path / "site" / source.relative_to(sample)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    assert files(build(tmp_path / "site")) == expected


@pytest.mark.parametrize("seed", range(2))
def test_articles_that_come_one_by_one_give_the_same_as_all_at_once(
    sample: Path, tmp_path: Path, expected: dict[str, bytes], seed: int
) -> None:
    """The watch of a year and the build of a minute end with the same feeds."""
    root = tmp_path / "site"
    root.mkdir()
    shutil.copy2(sample / "markwire.toml", root)
    (root / "content").mkdir()
    sources = sorted(path for path in (sample / "content").rglob("*") if path.is_file())
    random.Random(seed).shuffle(sources)
    for start in range(0, len(sources), 9):
        for source in sources[start : start + 9]:
            target = root / source.relative_to(sample)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
        build(root)
    assert files(root) == expected


def test_a_lost_catalogue_changes_no_byte_and_writes_nothing(
    room: Path, expected: dict[str, bytes]
) -> None:
    """It is a cache, but for identities, and those stand in what is published."""
    build(room)
    before = times(room)
    shutil.rmtree(room / ".markwire")
    build(room, now=NOW + timedelta(days=31))
    assert files(room) == expected
    assert times(room) == before


def test_lost_feeds_are_written_again_to_the_byte(room: Path, expected: dict[str, bytes]) -> None:
    """``rm -r feeds`` is how people start afresh."""
    build(room)
    shutil.rmtree(room / "feeds")
    build(room, now=NOW + timedelta(days=31))
    assert files(room) == expected
