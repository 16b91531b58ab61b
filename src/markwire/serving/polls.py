"""Count who polls, in memory, and lay what was counted into the state folder now and then.

At the I/O rim. This process never opens the catalogue: ``pipeline.polling`` takes the files in,
each exactly once. What was counted since the last file is lost where this process is killed, which
is half a minute's; what cannot be written is kept, and laid later.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from operator import add
from pathlib import Path
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from markwire.model import Format
from markwire.outlet.disk import write_through
from markwire.pipeline.polling import FOLDER, SUFFIX
from markwire.polls import Counts, Group, Polled, Stated, Tally, as_json, joined
from markwire.serving.agents import LONGEST, Agent, read

_BETWEEN: Final = 30.0  # seconds from one file to the next
# Where nobody takes them in, files are laid ever more seldom: at this many, half as often.
_MANY: Final = 20
_GROUPS: Final = 64  # of which a day's counts are kept for one document; more are no aggregators
_CELLS: Final = 20_000  # texts of clients, each with a document, at which all is added up at once

_log: Final = logging.getLogger("markwire")


class _Cell:
    """What one document was asked for by clients that say the same of themselves, on one day."""

    __slots__ = ("agent", "answers", "at", "sent")

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.answers = [0, 0, 0, 0, 0, 0]  # by the first figure of the status, at 0 the 304s
        self.sent = 0
        self.at = 0.0  # when it was last answered, but with an error


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
        self._cells: dict[tuple[str, Format, bytes], _Cell] = {}
        self._kept: list[Tally] = []  # of days that are over, and what could not be written
        self._is_mute = False
        self._ending = threading.Event()

    def count(self, feed: str, form: Format, status: int, sent: int, agent: bytes) -> None:
        """Count an answer: of the feed ``feed`` as ``form``, with ``sent`` bytes of body.

        ``agent`` is the client's ``User-Agent``, or empty. It is forgotten with the next file.
        """
        now = self._clock()
        with self._lock:
            if not self._from <= now < self._until:
                self._turn(now)
            cell = self._cells.get((feed, form, agent))
            if cell is None:
                cell = self._cell(feed, form, agent)
            if status == 304:
                cell.answers[0] += 1
                cell.at = now
            else:
                cell.answers[status // 100] += 1
                cell.sent += sent
                if status < 400:
                    cell.at = now

    def take(self) -> Tally:
        """Give all that was counted since this was last asked."""
        with self._lock:
            self._add_up()
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
            if not self._is_mute:
                _log.warning("polls_not_written reason=%s", fault.strerror)
            self._is_mute = True
            return False
        self._is_mute = False
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

    def _cell(self, feed: str, form: Format, agent: bytes) -> _Cell:
        if len(self._cells) >= _CELLS:
            self._add_up()
            self._kept = [joined(self._kept)]
        cell = _Cell(read(agent[:LONGEST].decode("latin-1")))
        self._cells[feed, form, agent] = cell
        return cell

    def _turn(self, now: float) -> None:
        """Begin another day."""
        self._add_up()
        day = datetime.fromtimestamp(now, self._zone).date()
        # Of the day's first moment to the next one's: a day of 23 or 25 hours is one, too.
        self._from, self._until = (
            datetime(each.year, each.month, each.day, tzinfo=self._zone).timestamp()
            for each in (day, day + timedelta(days=1))
        )
        self._day = day.isoformat()

    def _add_up(self) -> None:
        """Put what the cells have counted into one tally, and begin anew."""
        counts: dict[Polled, Counts] = {}
        agents: dict[tuple[Polled, str], int] = {}
        stated: dict[Group, Stated] = {}
        groups: Counter[Polled] = Counter()
        for (feed, form, _), cell in self._cells.items():
            polled, agent = Polled(self._day, feed, form), cell.agent
            unchanged, _, whole, moved, refused, failed = cell.answers
            more = Counts(unchanged, whole, moved, refused, failed, cell.sent)
            counts[polled] = Counts(*map(add, counts.get(polled, Counts()), more))
            who = polled, agent.name
            agents[who] = agents.get(who, 0) + more.requests
            if agent.subscribers is not None and cell.at:
                group = Group(polled, agent.name, agent.number)
                last = Stated(int(cell.at), agent.subscribers)
                if group in stated or groups[polled] < _GROUPS:
                    groups[polled] += group not in stated
                    stated[group] = max(last, stated.get(group, last))
        if counts:
            self._kept.append(Tally(counts, agents, stated))
        self._cells = {}
