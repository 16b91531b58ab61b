"""Time the way of one article, beside what a script of a few lines would take for the same.

Prints medians in milliseconds and the ratio to the peer of the same run. The peer converts
every article with mistune and writes one RSS file with feedgen each time something changes, as
a script without a memory must.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import mistune
from feedgen.feed import FeedGenerator

from markwire import executors, load_site
from markwire.catalogue.sqlite import SqliteCatalogue
from markwire.intake.watch import Batch
from markwire.outlet.directory import Directory
from markwire.pipeline import Press

ROUNDS = 15
TEXT = Path(__file__).parents[2] / "content" / "transport" / "accord-kazakhstan-russie.md"
CONFIG = """[site]
title = "Mesures"
url = "https://example.org/"
[each]
section = true
tag = true
"""


def main() -> None:
    """Measure folders of the sizes given as arguments, 100 and 1000 articles by default."""
    print(f"{'articles':>8} {'markwire':>10} {'script':>10} {'script / markwire':>18}")
    for size in [int(word) for word in sys.argv[1:]] or [100, 1000]:
        with TemporaryDirectory() as folder:
            ours, theirs = _compare(Path(folder), size)
        print(f"{size:>8} {ours:>7.1f} ms {theirs:>7.1f} ms {theirs / ours:>18.1f}")


def _compare(root: Path, size: int) -> tuple[float, float]:
    """Time one changed article among ``size``, ours and theirs in turn."""
    (root / "content").mkdir()
    (root / "markwire.toml").write_text(CONFIG, encoding="utf-8")
    paths = [root / "content" / f"article-{number}.md" for number in range(size)]
    for number, path in enumerate(paths):
        _write(path, number, 0)
    site = load_site(root)
    catalogue = SqliteCatalogue(site.folders.state / "catalogue.sqlite")
    outlet = Directory(site.folders.feeds)
    press = Press(site, catalogue, outlet, executors.Workers(), lambda _done, _all: None)
    press.edition(Batch(everything=True), datetime.now(UTC))
    ours, theirs = [], []
    for turn in range(1, ROUNDS + 1):
        _write(paths[-1], size - 1, turn)
        batch = Batch(frozenset([paths[-1].name]))
        ours.append(_time(lambda batch=batch: press.edition(batch, datetime.now(UTC))))
        theirs.append(_time(lambda: _script(paths, root / "script.xml")))
    catalogue.close()
    shutil.rmtree(root / "feeds")
    return median(ours), median(theirs)


def _write(path: Path, number: int, turn: int) -> None:
    body = TEXT.read_text(encoding="utf-8").partition("\n---\n")[2]
    # The one that changes is the newest, so that every feed's window holds it.
    day = "2025-12-31" if turn else f"2025-{1 + number % 11:02d}-{1 + number % 28:02d}"
    head = f"---\ntitle: Article {number}\ndate: {day}\nsection: Transport\ntags: [rail]\n---\n"
    path.write_text(f"{head}Tour {turn}.\n\n{body}", encoding="utf-8")


def _script(paths: list[Path], target: Path) -> None:
    """What a user would write from feedgen and mistune."""
    feed = FeedGenerator()
    feed.title("Mesures")
    feed.link(href="https://example.org/")
    feed.description("Mesures")
    for path in paths:
        _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
        entry = feed.add_entry()
        entry.title(head.splitlines()[0].removeprefix("title: "))
        entry.id(path.name)
        entry.content(mistune.html(body), type="CDATA")
    feed.rss_file(str(target))


def _time(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
