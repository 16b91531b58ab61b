"""What was done before costs no memory when it is done again: nothing is kept of each edit."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from markwire.formats import FRAGMENT
from markwire.intake.watch import Batch
from markwire.model import FORMATS, Article, Format
from newsroom import PNG, Newsroom, newsroom
from watching import Watch, linux_only

__all__ = ["newsroom"]

FEW, MANY = 12, 30  # rounds
CONTAINERS = (dict, list, set, deque)
TRIES = 3  # what is kept of each round is kept each time
LEARNING = 3  # rounds in which caches learn what comes


def test_nothing_is_kept_of_an_edition(newsroom: Newsroom) -> None:
    """A watch goes on for months."""
    for number in range(4):
        newsroom.write(f"a{number}.md", title=f"T{number}", date="2026-05-01T06:00Z", tags=["x"])
    newsroom.save("carte.png", PNG)
    with newsroom.press() as press:
        newsroom.edition(press)

        def changed(*paths: str) -> None:
            newsroom.edition(press, Batch(frozenset(paths)))

        def a_round() -> None:
            for body in ("Un.", "Deux.\n\n![Carte](carte.png)"):
                newsroom.write("a0.md", body, title="T", tags=["x", "y"], section="S")
                changed("a0.md")
            newsroom.save("a1.md", "---\ntitle: [\n---\n")
            changed("a1.md")
            newsroom.write("a1.md", title="T", draft=True)
            changed("a1.md")
            newsroom.write("a1.md", title="T")
            changed("a1.md")
            for source, target in (("a2.md", "b/a2.md"), ("b/a2.md", "a2.md")):
                newsroom.rename(source, target)
                changed(source, target)
            newsroom.edition(press)

        assert kept_of(a_round, FEW) == Counter()


@pytest.mark.parametrize("form", FORMATS)
def test_a_kept_fragment_takes_no_more_than_it_is_long(newsroom: Newsroom, form: Format) -> None:
    """How many are kept is decided by their length; a buffer behind them would go uncounted."""
    day = datetime(2026, 5, 1, tzinfo=UTC)
    body = "<p>Le train part à l’heure.</p>" * 100
    article = Article("tag:x", "t", "https://example.org/t", "T", "S", body, day, day, "fr")
    kept = [FRAGMENT[form](article, newsroom.site)]
    tracemalloc.start()
    try:
        kept += [FRAGMENT[form](article, newsroom.site) for _ in range(50)]
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 1.2 * sum(map(len, kept))


@linux_only
def test_nothing_is_kept_of_what_is_told(tmp_path: Path) -> None:
    """Folders come and go by the thousand, and each has a watch of its own while it is there."""
    (tmp_path / "a.md").write_text("Un.")
    with Watch(tmp_path) as watch:
        watch.whole()

        def a_round() -> None:
            (tmp_path / "a.md").write_text("Deux.")
            until_told(watch, "a.md")
            (tmp_path / "b").mkdir()
            (tmp_path / "a.md").rename(tmp_path / "b" / "a.md")
            until_told(watch, "b/a.md")
            (tmp_path / "b").rename(tmp_path / "c")
            until_told(watch, "c/a.md")
            (tmp_path / "c" / "a.md").rename(tmp_path / "a.md")
            (tmp_path / "c").rmdir()
            until_told(watch, "a.md")
            watch.content.clear()

        assert kept_of(a_round, MANY) == Counter()


def until_told(watch: Watch, path: str) -> None:
    """Wait for word of a path, or that everything is to be looked at."""
    while path not in (batch := watch.next()).paths and not batch.everything:
        pass


def kept_of(a_round: Callable[[], None], rounds: int) -> Counter[str]:
    """Give of which types there are more objects after many rounds of the same, and how many more:
    at least one a round. What the containers hold counts as a type, too.
    """
    for _ in range(LEARNING):
        a_round()
    kept: Counter[str] = Counter()
    for _ in range(
        TRIES
    ):  # On a busy machine threads are amid their work, and watches are renewed.
        before = objects()
        for _ in range(rounds):
            a_round()
        grown = objects() - before
        kept = Counter({name: count for name, count in grown.items() if count >= rounds})
        if not kept:
            break
    return kept


def objects() -> Counter[str]:
    gc.collect()
    found = gc.get_objects()
    counted = Counter(type(each).__qualname__ for each in found)
    lists = sum(len(each) for each in found if isinstance(each, CONTAINERS))
    # A connection of SQLite keeps references to its last two hundred cursors, dead or alive.
    counted["in containers"] = lists - counted.pop("ReferenceType", 0)
    return counted
