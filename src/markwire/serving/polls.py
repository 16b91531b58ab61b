"""Count who polls, in memory, and lay what was counted into the state folder now and then.

At the I/O rim. This process never opens the catalogue: ``pipeline.polling`` takes the files in,
each exactly once. What was counted since the last file is lost where this process is killed, which
is half a minute's; what cannot be written is kept, and laid later.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from markwire.model import Format
from markwire.outlet.disk import write_through
from markwire.pipeline.polling import FOLDER, SUFFIX
from markwire.polls import Counts, Group, Polled, Stated, Tally, as_json, joined
from markwire.serving.agents import read

_BETWEEN: Final = 30.0  # seconds from one file to the next
# Where nobody takes them in, files are laid ever more seldom: at this many, half as often.
_MANY: Final = 20
_GROUPS: Final = 64  # of which a day's counts are kept for one document; more are no aggregators
_PLACES: Final = ("whole", "moved", "refused", "failed")

_log: Final = logging.getLogger("markwire")


class _Row:
    """What was counted of one document: see ``Counts``; agents by name, what groups stated."""

    __slots__ = ("agents", "answers", "sent", "stated", "unchanged")

    def __init__(self) -> None:
        self.unchanged = 0
        self.answers = [0, 0, 0, 0, 0, 0]  # by the first figure of the status
        self.sent = 0
        self.agents: dict[str, int] = {}
        self.stated: dict[tuple[str, int], Stated] = {}


class Polls:
    """Counts polls of one site. May be asked from any thread.

    ``clock`` gives seconds since 1970. Days are the newsroom's, for it is editors who look at them.
    """

    def __init__(self, state: Path, zone: ZoneInfo, clock: Callable[[], float] = time.time) -> None:
        self._folder = state / FOLDER
        self._zone = zone
        self._clock = clock
        self._lock = threading.Lock()
        self._day = ""
        self._from = self._until = 0.0
        self._rows: dict[tuple[str, Format], _Row] = {}
        self._kept: list[Tally] = []  # of days that are over, and what could not be written
        self._ending = threading.Event()

    def count(self, feed: str, form: Format, status: int, sent: int, agent: str) -> None:
        """Count an answer: of the feed ``feed`` as ``form``, with ``sent`` bytes of body.

        ``agent`` is the client's ``User-Agent``, or an empty text.
        """
        who = read(agent)
        now = self._clock()
        with self._lock:
            if not self._from <= now < self._until:
                self._turn(now)
            row = self._rows.get((feed, form))
            if row is None:
                row = self._rows[feed, form] = _Row()
            if status == 304:
                row.unchanged += 1
            else:
                row.answers[status // 100] += 1
                row.sent += sent
            row.agents[who.name] = row.agents.get(who.name, 0) + 1
            if who.subscribers is not None and status < 400:
                group = (who.name, who.number)
                if group in row.stated or len(row.stated) < _GROUPS:
                    row.stated[group] = Stated(int(now), who.subscribers)

    def take(self) -> Tally:
        """Give all that was counted since this was last asked."""
        with self._lock:
            self._keep_rows()
            kept, self._kept = self._kept, []
        return joined(kept)

    def lay(self) -> bool:
        """Lay what was counted into the state folder; give whether it need not be tried again."""
        tally = self.take()
        if not tally.counts:
            return True
        now = datetime.fromtimestamp(self._clock(), UTC)
        name = f"{now:%Y%m%dT%H%M%S}-{uuid4().hex}"
        unfinished = self._folder / f".{name}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_through(str(unfinished), as_json(tally))
            unfinished.replace(self._folder / f"{name}{SUFFIX}")
        except OSError as fault:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            with self._lock:
                self._kept.append(tally)
            _log.warning("polls_not_written reason=%s", fault.strerror)
            return False
        return True

    @contextmanager
    def laying(self) -> Iterator[None]:
        """Lay what is counted meanwhile, every half minute and at the end."""
        thread = threading.Thread(target=self._lay_on, name="polls", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ending.set()
            thread.join()
            self.lay()

    def _lay_on(self) -> None:
        while not self._ending.wait(_BETWEEN * (1 + self._lying() / _MANY)):
            self.lay()

    def _lying(self) -> int:
        """Count the files that nobody has taken in."""
        try:
            return sum(1 for _ in self._folder.iterdir())
        except OSError:
            return 0

    def _turn(self, now: float) -> None:
        """Begin another day."""
        self._keep_rows()
        day = datetime.fromtimestamp(now, self._zone).date()
        # Of the day's first moment to the next one's: a day of 23 or 25 hours is one, too.
        self._from, self._until = (
            datetime(each.year, each.month, each.day, tzinfo=self._zone).timestamp()
            for each in (day, day + timedelta(days=1))
        )
        self._day = day.isoformat()

    def _keep_rows(self) -> None:
        if not self._rows:
            return
        counts: dict[Polled, Counts] = {}
        agents: dict[tuple[Polled, str], int] = {}
        stated: dict[Group, Stated] = {}
        for (feed, form), row in self._rows.items():
            polled = Polled(self._day, feed, form)
            answers = dict(zip(_PLACES, row.answers[2:], strict=True))
            counts[polled] = Counts(unchanged=row.unchanged, sent=row.sent, **answers)
            agents |= {(polled, name): requests for name, requests in row.agents.items()}
            stated |= {Group(polled, *group): last for group, last in row.stated.items()}
        self._rows = {}
        self._kept.append(Tally(counts, agents, stated))
