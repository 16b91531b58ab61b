"""A year in a newsroom, found by trying: whatever happens in it, and in whatever order.

A watch that only ever hears of what has changed must come to the same files as builds that look
at everything, at the same moments of the same history. No article changes its GUID, and not one
word is out before its time, or after its article was killed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from markwire.intake.watch import Batch
from markwire.pipeline import Press, Request
from newsroom import EVERYTHING, Newsroom

GRACE = 60.0
PATHS = ("a.md", "b.md", "c/a.md", "é.md")
CONFIG = "[feeds.main]\nlimit = 3\n[feeds.bref]\nbody = 'summary'\n[each]\ntag = true\n"

Act = Callable[[Newsroom], None]


@dataclass
class Version:
    """What one save said, by a word that stands nowhere else, and when it may be read."""

    word: str
    life: int
    draft: bool
    appears: datetime | None


@dataclass
class Moment:
    """One edition of the history: what was done before it, which paths it named, and when."""

    now: datetime
    acts: list[Act] = field(default_factory=list)
    paths: frozenset[str] = frozenset()
    request: Request | None = None


def play(room: Newsroom, press: Press, moment: Moment, batch: Batch) -> None:
    """Make the edition of one moment."""
    requests = {"x": moment.request} if moment.request else {}
    press.edition(batch, moment.now, requests)


def memory() -> Path | None:
    """Give a folder where syncing costs nothing, if there is one."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() else None


class Year(RuleBasedStateMachine):
    """Editors, an engineer, a clock, and a watch that is stopped and started at times."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=memory()))
        self.room = Newsroom(self.folder / "site", CONFIG)
        self.running = ExitStack()
        self.history: list[Moment] = []
        self.versions: list[Version] = []
        self.lives: dict[str, int] = {}
        self.deleted: dict[int, tuple[str, bytes]] = {}
        self.killed: set[int] = set()
        self.guids: dict[int, str] = {}
        self.born = 0

    @initialize()
    def open(self) -> None:
        self.press = self.running.enter_context(self.room.press(grace=GRACE))
        self.happen()

    def teardown(self) -> None:
        self.running.close()
        try:
            self.the_same_history_by_whole_builds_gives_the_same_files()
        finally:
            shutil.rmtree(self.folder)

    # --- what happens ------------------------------------------------------------------------

    def happen(self, *paths: str, act: Act | None = None, request: Request | None = None) -> None:
        """Do something, note it, and have the watch hear of it."""
        moment = Moment(self.room.now, [act] if act else [], frozenset(paths), request)
        for each in moment.acts:
            each(self.room)
        self.history.append(moment)
        batch = Batch(moment.paths) if len(self.history) > 1 else EVERYTHING
        play(self.room, self.press, moment, batch)

    def write(self, path: str, life: int, front: dict[str, object]) -> None:
        word = f"mot{len(self.versions)}mot"
        embargo = front.get("embargo")
        date = front.get("date")
        moments = [datetime.fromisoformat(str(each)) for each in (embargo, date) if each]
        draft = bool(front.get("draft"))
        self.versions.append(Version(word, life, draft, max(moments, default=None)))
        front = {"title": f"N{life} {word}", "summary": word, **front}
        self.happen(path, act=lambda room: void(room.write(path, f"Le {word}.", **front)))

    def front(self, kind: str, hours: int) -> dict[str, object]:
        """What an editor writes to have the article as ``kind`` says, hours from now or ago."""
        now = self.room.now
        later, before = now + timedelta(hours=hours), now - timedelta(hours=hours)
        return {
            "out": {"date": before.isoformat(), "tags": ["rail"]},
            "undated": {},
            "scheduled": {"date": later.isoformat(), "tags": ["rail"]},
            "embargoed": {"date": before.isoformat(), "embargo": later.isoformat()},
            "ending": {"date": before.isoformat(), "expires": later.isoformat()},
            "draft": {"date": before.isoformat(), "draft": True},
            "corrected": {
                "date": before.isoformat(),
                "corrections": [{"date": now.isoformat(), "text": "Une erreur.", "kind": "typo"}],
            },
        }[kind]

    kinds = st.sampled_from(
        ["out", "out", "undated", "scheduled", "embargoed", "ending", "draft", "corrected"]
    )

    @rule(path=st.sampled_from(PATHS), kind=kinds, hours=st.integers(1, 200))
    def save(self, path: str, kind: str, hours: int) -> None:
        if path not in self.lives:
            self.lives[path] = self.life_of(path)
        self.write(path, self.lives[path], self.front(kind, hours))

    def life_of(self, path: str) -> int:
        """Give the article that a new file is: the one that went from there, or a new one."""
        gone = [life for life, (where, _) in self.deleted.items() if where == path]
        if gone:
            del self.deleted[max(gone)]
            return max(gone)
        self.born += 1
        return self.born

    @precondition(lambda self: self.lives)
    @rule(data=st.data(), to=st.sampled_from(PATHS))
    def rename(self, data: st.DataObject, to: str) -> None:
        path = data.draw(st.sampled_from(sorted(self.lives)))
        if to in self.lives:
            return
        self.lives[to] = self.lives.pop(path)
        self.happen(path, to, act=lambda room: room.rename(path, to))

    @precondition(lambda self: self.lives)
    @rule(data=st.data(), to=st.sampled_from(PATHS), seconds=st.sampled_from([0, 1, 59]))
    def rename_by_copying(self, data: st.DataObject, to: str, seconds: int) -> None:
        path = data.draw(st.sampled_from(sorted(self.lives)))
        gone = {where for where, _ in self.deleted.values()}
        if to in self.lives or to in gone:
            return  # A copy is another article where one has been.
        content = (self.room.content / path).read_bytes()
        self.happen(to, act=lambda room: void(room.save(to, content)))
        self.room.now += timedelta(seconds=seconds)
        self.lives[to] = self.lives.pop(path)
        self.happen(path, act=lambda room: room.delete(path))

    @precondition(lambda self: self.lives)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.lives)))
        self.deleted[self.lives.pop(path)] = path, (self.room.content / path).read_bytes()
        self.happen(path, act=lambda room: room.delete(path))

    @precondition(lambda self: self.deleted)
    @rule(data=st.data())
    def bring_back(self, data: st.DataObject) -> None:
        path, _ = self.deleted[data.draw(st.sampled_from(sorted(self.deleted)))]
        if path in self.lives:
            return
        contents = {life: content for life, (_, content) in self.deleted.items()}
        life = self.lives[path] = self.life_of(path)
        content = contents[life]
        self.happen(path, act=lambda room: void(room.save(path, content)))

    @precondition(lambda self: self.lives)
    @rule(data=st.data())
    def kill(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.lives)))
        if self.lives[path] in self.guids:  # Readers have seen it.
            self.killed.add(self.lives[path])
            self.happen(request=Request("kill", path, "Décision de justice."))

    @precondition(lambda self: self.killed & {*self.lives.values()})
    @rule()
    def restore(self) -> None:
        life = min(self.killed & {*self.lives.values()})
        (path,) = (path for path, each in self.lives.items() if each == life)
        self.killed.remove(life)
        self.happen(request=Request("restore", path))

    @rule(seconds=st.sampled_from([1, 59, 60, 3600, 86_400, 86_400 * 7, 86_400 * 31]))
    def wait(self, seconds: int) -> None:
        self.room.now += timedelta(seconds=seconds)
        self.happen()

    @rule()
    def restart(self) -> None:
        self.running.close()
        self.press = self.running.enter_context(self.room.press(grace=GRACE))
        self.history.append(Moment(self.room.now))
        self.press.edition(EVERYTHING, self.room.now)

    # --- what always holds -------------------------------------------------------------------

    @invariant()
    def no_word_is_out_before_its_time_or_after_its_article_was_killed(self) -> None:
        silent = [
            each.word
            for each in self.versions
            if each.draft
            or (each.appears is not None and each.appears > self.room.now)
            or each.life in self.killed
        ]
        assert self.room.holds(silent) == []

    @invariant()
    def every_article_keeps_its_guid(self) -> None:
        for feed in self.room.all_feeds().values():
            for item in feed.items:
                if item.headline.startswith("N"):
                    life = int(item.headline[1:].partition(" ")[0])
                    assert self.guids.setdefault(life, item.guid) == item.guid
        assert len(set(self.guids.values())) == len(self.guids)

    @invariant()
    def a_tombstone_is_of_what_readers_have_known(self) -> None:
        marked = {guid for key in self.room.all_feeds() for guid, _ in self.room.tombstones(key)}
        assert marked <= {*self.guids.values()}

    def the_same_history_by_whole_builds_gives_the_same_files(self) -> None:
        other = Newsroom(self.folder / "clean", CONFIG)
        for moment in self.history:
            other.now = moment.now
            for act in moment.acts:
                act(other)
            with other.press(grace=GRACE) as press:
                play(other, press, moment, EVERYTHING)
        one, two = other.files(), self.room.files()
        assert [name for name in one.keys() | two.keys() if one.get(name) != two.get(name)] == []


def void(_: object) -> None:
    """Forget a result: acts give none."""


Year.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestYear = Year.TestCase
