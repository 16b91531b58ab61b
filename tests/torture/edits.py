"""Thousands of edits against one running watch, which is stopped and let go at random.

At random moments all comes to rest: then the state is that of a clean build of the same content,
and no GUID and no date has moved. Rows 9, 10, 12, 14, 25 and 30 of the failure table; promise 4.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from torture import verdict
from torture.desk import Desk
from torture.forks import forking
from torture.torment import Outcome
from torture.weather import Weathered, unlike_clean, weathered

_ENOUGH: Final = 3  # checkpoints that broke, after which more tell nothing
_BETWEEN: Final = 160  # edits from one checkpoint to the next, at the most


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Do ``count`` edits."""
    room = Desk(folder / "site", seed)
    ledger = verdict.Ledger()
    broken: list[str] = []
    done = checkpoints = failed = 0
    with forking() as forks, weathered(room.root) as watch:
        ledger.look(verdict.files(room.feeds))
        while done < count and failed < _ENOUGH:
            several = min(room.chance.randint(_BETWEEN // 4, _BETWEEN), count - done)
            found = _work(watch, room, several, ledger)
            done += several
            checkpoints += 1
            room.settle()
            found += watch.until_none(unlike_clean(room, forks, folder / "clean"))
            published = verdict.files(room.feeds)
            found += verdict.torn(published) + ledger.look(published)
            found += verdict.lost(published, ledger, room.slugs)
            failed += bool(found)
            broken += [f"after {done} edits: {each}" for each in found[:8]]
        broken += [line for line in watch.said if "watch_met_fault" in line or "Traceback" in line]
    what = "random edits under a running watch, stopped now and then; compared with clean builds"
    return Outcome(done, what, tuple(broken), {"comparisons": f"{checkpoints:,}"})


def _work(watch: Weathered, room: Desk, several: int, ledger: verdict.Ledger) -> list[str]:
    """Edit for a while; give what readers saw amiss meanwhile."""
    found: list[str] = []
    frozen = False
    for _ in range(several):
        chance = room.chance.random()
        if chance < 0.02:
            (watch.thaw if frozen else watch.freeze)()
            frozen = not frozen
        elif chance < 0.04:
            with suppress(FileNotFoundError):  # It was replaced as we read.
                published = verdict.files(room.feeds)
                found += verdict.torn(published) + ledger.look(published)
        elif chance < 0.06 and not frozen:
            _wait_for_news(watch)
        room.edit()
    if frozen:
        watch.thaw()
    return found


def _wait_for_news(watch: Weathered) -> None:
    """Let it work off something, or a second pass."""
    count = len(watch.editions)
    watch.until(lambda: len(watch.editions) > count, seconds=1)
