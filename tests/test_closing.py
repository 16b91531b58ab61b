"""A catalogue that lies as it was closed is opened without a look at every page, and no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from markwire.catalogue import closing
from markwire.catalogue.sqlite import SqliteCatalogue
from markwire.errors import CatalogueError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalogue, closed."""
    path = tmp_path / "catalogue.sqlite"
    SqliteCatalogue(path).close()
    return path


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What catalogues were asked as they were opened."""
    asked: list[str] = []
    monkeypatch.setattr(SqliteCatalogue, "_check", lambda _self, question: asked.append(question))
    return asked


def test_what_was_closed_is_not_checked(path: Path, checks: list[str]) -> None:
    """A check reads every page: half a second among 100,000 articles."""
    with (catalogue := SqliteCatalogue(path)).batch():
        catalogue.set("a", "b")
    catalogue.close()
    SqliteCatalogue(path).close()
    assert checks == []


def test_what_was_never_closed_is_checked(path: Path, checks: list[str]) -> None:
    """It may have been killed, or the power cut."""
    SqliteCatalogue(path)
    SqliteCatalogue(path).close()
    assert checks != []


def test_what_met_a_fault_is_checked(path: Path, checks: list[str]) -> None:
    """A disk that failed once may have spoilt more."""
    catalogue = SqliteCatalogue(path)
    with pytest.raises(CatalogueError), catalogue.batch():
        catalogue._db.execute("SELECT nothing FROM nowhere")
    catalogue.close()
    SqliteCatalogue(path).close()
    assert checks != []


def test_what_another_has_touched_is_checked(path: Path, checks: list[str]) -> None:
    """Whoever sets the time of a file back cannot set back when that was."""
    before = path.stat()
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # Some clocks of files are coarse.
        path.write_bytes(path.read_bytes())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    SqliteCatalogue(path).close()
    assert checks != []


def test_now_and_then_it_is_checked_all_the_same(path: Path, checks: list[str]) -> None:
    """A disk may spoil what nobody writes."""
    for _ in range(closing.MOST_UNCHECKED):
        SqliteCatalogue(path).close()
    assert checks == []
    SqliteCatalogue(path).close()
    assert checks != []
    checks.clear()
    SqliteCatalogue(path).close()
    assert checks == []


def test_one_with_a_log_beside_it_is_checked(path: Path) -> None:
    """What the log holds is not in the file yet."""
    path.with_name(f"{path.name}-wal").touch()
    assert closing.take(path) == 0
