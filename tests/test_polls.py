"""Who polls: counted in memory, laid into files, taken in exactly once."""

from __future__ import annotations

import os
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.pipeline.polling import FOLDER, take_in, taking_in
from markwire.polls import (
    KEPT_DAYS,
    Counts,
    Group,
    Polled,
    Stated,
    Tally,
    as_json,
    from_json,
    joined,
)
from markwire.serving.polls import Polls
from newsroom import Newsroom
from newsroom import newsroom as newsroom

ALMATY = ZoneInfo("Asia/Almaty")
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC).timestamp()
ALWAYS = "0001-01-01"
FEEDLY = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; {} subscribers; )"
FEEDBIN = "Feedbin feed-id:{} - {} subscribers"


class Hour:
    """A clock that only the test moves, in seconds since 1970."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hour() -> Hour:
    return Hour()


@pytest.fixture
def polls(tmp_path: Path, hour: Hour) -> Polls:
    return Polls(tmp_path, ALMATY, hour)


@pytest.fixture
def catalogue(tmp_path: Path) -> SqliteCatalogue:
    return SqliteCatalogue(tmp_path / FILE_NAME)


def kept(catalogue: SqliteCatalogue) -> Tally:
    """Give all that a catalogue has counted, as one tally."""
    rows = catalogue._db.execute("SELECT * FROM polls").fetchall()
    agents = catalogue._db.execute("SELECT * FROM pollers").fetchall()
    stated = catalogue._db.execute("SELECT * FROM subscribers").fetchall()
    return Tally(
        {Polled(*row[:3]): Counts(*row[3:]) for row in rows},
        {(Polled(*row[:3]), row[3]): row[4] for row in agents},
        {Group(Polled(*row[:3]), row[3], row[4]): Stated(*row[5:]) for row in stated},
    )


# --- counting --------------------------------------------------------------------------------


def test_answers_are_counted_by_what_they_were(polls: Polls) -> None:
    """What a newsroom asks: how many, how many had nothing new, how much was sent."""
    for status, sent in ((304, 0), (200, 500), (200, 700), (226, 30), (301, 9), (410, 8), (503, 7)):
        polls.count("", "rss", status, sent, b"")
    polls.count("tag/rail", "json", 200, 11, b"")
    main, rail = Polled("2026-05-04", "", "rss"), Polled("2026-05-04", "tag/rail", "json")
    tally = polls.take()
    assert tally.counts == {
        main: Counts(unchanged=1, whole=3, moved=1, refused=1, failed=1, sent=1254),
        rail: Counts(whole=1, sent=11),
    }
    assert tally.agents == {(main, "other"): 7, (rail, "other"): 1}
    assert polls.take() == Tally()


def test_a_day_is_the_newsrooms(polls: Polls, hour: Hour) -> None:
    """Editors look at days of their own; Almaty is five hours ahead."""
    hour.now = datetime(2026, 5, 4, 18, 59, 59, tzinfo=UTC).timestamp()
    polls.count("", "rss", 200, 1, b"")
    hour.now += 1
    polls.count("", "rss", 200, 1, b"")
    hour.now -= 1  # a clock that was set back
    polls.count("", "rss", 200, 1, b"")
    days = {polled.day: counts.requests for polled, counts in polls.take().counts.items()}
    assert days == {"2026-05-04": 2, "2026-05-05": 1}


def test_a_day_on_which_clocks_change_is_one_day(tmp_path: Path) -> None:
    """The last Sunday of October has 25 hours in Paris, that of March 23."""
    for first, hours in (((2026, 10, 25), 25), ((2026, 3, 29), 23)):
        begun = datetime(*first, tzinfo=PARIS).timestamp()
        hour = Hour()
        polls = Polls(tmp_path, PARIS, hour)
        for minutes in range(0, 24 * 60 * 2, 30):
            hour.now = begun + minutes * 60
            polls.count("", "rss", 200, 1, b"")
        day = datetime(*first).date().isoformat()  # noqa: DTZ001 (a day of the calendar)
        assert polls.take().counts[Polled(day, "", "rss")].requests == hours * 2


def test_the_newest_count_of_each_id_counts_and_ids_add_up(
    polls: Polls, hour: Hour, catalogue: SqliteCatalogue, tmp_path: Path
) -> None:
    """One aggregator may know a feed by several addresses, each with readers of its own."""
    said = [("rss", FEEDLY.format(100)), ("rss", FEEDLY.format(90)), ("atom", FEEDLY.format(7))]
    said += [("rss", FEEDBIN.format(1, 20)), ("rss", FEEDBIN.format(2, 5))]
    said += [("rss", FEEDBIN.format(1, 21)), ("rss", "FreshRSS/1.28.0 (Linux)")]
    for form, text in said:
        hour.now += 60
        polls.count("tag/rail", form, 304, 0, text.encode())  # type: ignore[arg-type]
        polls.lay()
    take_in(tmp_path, catalogue)
    assert catalogue.subscribers(since=ALWAYS) == {"tag/rail": {"Feedbin": 26, "Feedly": 97}}
    (day,) = catalogue.polls(since=ALWAYS)
    assert (day.requests, day.unchanged, day.subscribers) == (7, 7, 123)
    assert catalogue.pollers(since=ALWAYS) == {"Feedbin": 3, "Feedly": 3, "FreshRSS": 1}


def test_what_was_stated_yesterday_stands_until_something_else_is(
    polls: Polls, hour: Hour, catalogue: SqliteCatalogue, tmp_path: Path
) -> None:
    """An aggregator that is told by a hub polls seldom; its readers are readers all the same."""
    polls.count("", "rss", 200, 1, FEEDLY.format(100).encode())
    polls.count("", "rss", 200, 1, FEEDBIN.format(1, 20).encode())
    hour.now += 24 * 3600
    polls.count("", "rss", 200, 1, FEEDLY.format(80).encode())
    polls.lay()
    take_in(tmp_path, catalogue)
    assert catalogue.subscribers(since=ALWAYS) == {"": {"Feedbin": 20, "Feedly": 80}}
    assert catalogue.subscribers(since="2026-05-05") == {"": {"Feedly": 80}}
    assert [day.subscribers for day in catalogue.polls(since=ALWAYS)] == [120, 80]


def test_who_asks_for_what_is_not_there_states_nothing(polls: Polls) -> None:
    """A subscription to a feed that was killed has no readers to count."""
    polls.count("", "rss", 410, 1, FEEDLY.format(100).encode())
    assert polls.take().stated == {}


def test_a_liar_fills_no_memory(polls: Polls) -> None:
    """Ids are the client's own; there may be as many as it has requests."""
    for number in range(1000):
        polls.count("", "rss", 200, 1, FEEDBIN.format(number, 3).encode())
    assert len(polls.take().stated) == 64


def test_many_texts_are_added_up(polls: Polls) -> None:
    """A client may say something else each time that it asks."""
    for number in range(45_000):
        polls.count("", "rss", 304, 0, b"%d" % number)
    assert [counts.unchanged for counts in polls.take().counts.values()] == [45_000]


def test_nothing_of_a_reader_is_in_a_file(polls: Polls, tmp_path: Path) -> None:
    """Not what it is called, where it comes from, nor the text that it sends."""
    polls.count("", "rss", 200, 1, b"Mozilla/5.0 (canary; 192.0.2.7) aliya@example.org")
    polls.count(
        "", "rss", 200, 1, b"canary/1 192.0.2.7 " + FEEDBIN.format(4711081547110815, 3).encode()
    )
    polls.lay()
    (file,) = (tmp_path / FOLDER).iterdir()
    content = file.name + file.read_text()
    assert [
        each for each in ("canary", "192.0.2", "aliya", "4711081547110815") if each in content
    ] == []


# --- files -----------------------------------------------------------------------------------


def test_what_cannot_be_written_is_laid_later(polls: Polls, tmp_path: Path) -> None:
    """A disk is full for an hour, and the day's figures are whole all the same."""
    folder = tmp_path / FOLDER
    folder.write_text("a file, where the folder should be")
    polls.count("", "rss", 200, 5, b"")
    assert not polls.lay()
    folder.unlink()
    polls.count("", "rss", 200, 6, b"")
    assert polls.lay()
    (file,) = folder.iterdir()
    assert from_json(file.read_bytes()).counts == {
        Polled("2026-05-04", "", "rss"): Counts(whole=2, sent=11)
    }


def test_where_nobody_polls_nothing_is_written(polls: Polls, tmp_path: Path) -> None:
    """A server that idles must not wake a disk."""
    assert polls.lay()
    assert not (tmp_path / FOLDER).exists()


def test_what_is_counted_is_laid_at_the_end(polls: Polls, tmp_path: Path) -> None:
    """A restart of the server costs no count."""
    with polls.laying():
        polls.count("", "rss", 200, 5, b"")
    (file,) = (tmp_path / FOLDER).iterdir()
    assert from_json(file.read_bytes()).counts


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"version":2,"counts":[],"agents":[],"stated":[]}',
        b'{"version":1,"counts":[["2026-05-04","","rss",1,2,3,4,5]],"agents":[],"stated":[]}',
        b'{"version":1,"counts":[["2026-05-04","","rss",1,2,3,4,5,-6]],"agents":[],"stated":[]}',
        b'{"version":1,"counts":[["2026-05-04","","rss",1,2,3,4,5,1e9]],"agents":[],"stated":[]}',
        b'{"version":1,"counts":[["4 May","","rss",1,2,3,4,5,6]],"agents":[],"stated":[]}',
        b'{"version":1,"counts":[["2026-05-04","","opml",1,2,3,4,5,6]],"agents":[],"stated":[]}',
        b'{"version":1,"counts":[],"agents":[["2026-05-04","","rss",7,1]],"stated":[]}',
        b'{"version":1,"counts":[],"agents":[],"stated":[["2026-05-04","","rss","A",1,2]]}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_none_of_ours_is_removed_and_said(
    catalogue: SqliteCatalogue, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    """One file that a disk spoilt must not stop the others, nor be read for ever."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "a.json").write_bytes(content)
    (folder / "b.json").write_bytes(as_json(Tally({Polled("2026-05-04", "", "rss"): Counts(1)})))
    (folder / ".c.json").write_bytes(b"half a fi")
    assert take_in(tmp_path, catalogue) == 1
    assert [file.name for file in folder.iterdir()] == [".c.json"]
    assert caplog.messages[0].startswith("polls_dropped reason=")


def test_what_a_killed_server_left_is_swept_up(catalogue: SqliteCatalogue, tmp_path: Path) -> None:
    """Each would lie there for ever."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    for name in (".old", ".new"):
        (folder / name).write_bytes(b"half a fi")
    os.utime(folder / ".old", (NOON, NOON))
    (folder / "b.json").write_bytes(as_json(Tally({Polled("2026-05-04", "", "rss"): Counts(1)})))
    take_in(tmp_path, catalogue)
    assert [file.name for file in folder.iterdir()] == [".new"]


def test_a_folder_that_nobody_may_write_is_told_once(
    polls: Polls, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Twice a minute for weeks would bury what else a log tells."""
    (tmp_path / FOLDER).write_text("a file, where the folder should be")
    for _ in range(3):
        polls.count("", "rss", 200, 5, b"")
        polls.lay()
    assert len(caplog.messages) == 1


def test_only_the_newest_days_are_kept(catalogue: SqliteCatalogue, tmp_path: Path) -> None:
    """A year and a month: enough to compare with last year's, and no archive of readers' habits."""
    first = datetime(2025, 1, 1, tzinfo=UTC)
    days = [(first + timedelta(days=3 * n)).date().isoformat() for n in range(KEPT_DAYS + 5)]
    polled = [Polled(day, "", "rss") for day in days]
    tally = Tally(
        {each: Counts(1) for each in polled},
        {(each, "Feedly"): 1 for each in polled},
        {Group(each, "Feedly", 0): Stated(1, 1) for each in polled},
    )
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "a.json").write_bytes(as_json(tally))
    take_in(tmp_path, catalogue)
    left = kept(catalogue)
    assert sorted(each.day for each in left.counts) == days[5:]
    assert sorted(each.day for each, _ in left.agents) == days[5:]
    assert sorted(each.polled.day for each in left.stated) == days[5:]


def test_a_press_takes_in_what_lies_there(newsroom: Newsroom) -> None:
    """Where feeds are built by the hour, polls are taken in by the hour."""
    newsroom.write("a.md", title="A")
    polls = Polls(newsroom.state, ALMATY, Hour())
    polls.count("", "rss", 200, 5, b"")
    polls.lay()
    catalogue = SqliteCatalogue(newsroom.state / FILE_NAME)
    with taking_in(newsroom.state, catalogue):
        pass
    assert len(catalogue.polls(since=ALWAYS)) == 1
    catalogue.close()


# --- laws ------------------------------------------------------------------------------------

# Few, so that tallies tell of the same.
polled = st.sampled_from([Polled("2026-05-04", "", "rss"), Polled("2026-05-05", "tag/é", "json")])
numbers = st.integers(0, 2**40)
tallies = st.builds(
    Tally,
    st.dictionaries(polled, st.builds(Counts, *[numbers] * 6), max_size=3),
    st.dictionaries(st.tuples(polled, st.sampled_from(["Feedly", "other"])), numbers, max_size=3),
    st.dictionaries(
        st.builds(Group, polled, st.just("Feedbin"), st.integers(0, 1)),
        st.builds(Stated, st.integers(0, 3), st.integers(0, 3)),
        max_size=3,
    ),
)


@given(st.lists(tallies, max_size=5), st.randoms(use_true_random=False))
def test_no_order_of_tallies_changes_their_sum(several: list[Tally], chance: random.Random) -> None:
    """Files come in any order, and several servers count at once."""
    whole = joined(several)
    chance.shuffle(several)
    assert joined(several) == whole
    cut = chance.randint(0, len(several))
    assert joined([joined(several[:cut]), joined(several[cut:])]) == whole


@given(st.lists(tallies, max_size=3))
def test_the_catalogue_adds_up_as_tallies_do(several: list[Tally]) -> None:
    """A server that could not write for a while lays what is older than what others told."""
    with tempfile.TemporaryDirectory() as place:
        catalogue = SqliteCatalogue(Path(place) / FILE_NAME)
        with catalogue.batch():
            for number, tally in enumerate(several):
                catalogue.take_polls(f"{number}.json", tally)
        assert kept(catalogue) == joined(several)
        catalogue.close()


@given(tallies)
def test_a_file_tells_what_was_counted(tally: Tally) -> None:
    """What one process writes, the other reads."""
    assert from_json(as_json(tally)) == tally


class Crash(BaseException):
    """The process ends here, as by SIGKILL."""


class Counting(RuleBasedStateMachine):
    """Two servers that count and die, and a watch that takes in, dies, and loses what it unlinked.

    ``sure`` is what lay in a file at some time: all of that is to be counted, once.
    """

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")  # where syncing costs nothing
        self._place = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.state = Path(self._place.name)
        self.hour = Hour()
        self.sure: list[Tally] = []
        self.unlinked: dict[Path, bytes] = {}

    def teardown(self) -> None:
        self.catalogue.close()
        self._place.cleanup()

    @initialize()
    def begin(self) -> None:
        self.servers = [Polls(self.state, ALMATY, self.hour) for _ in range(2)]
        self.catalogue = SqliteCatalogue(self.state / FILE_NAME)

    @rule(
        which=st.integers(0, 1),
        feed=st.sampled_from(["", "tag/é"]),
        text=st.sampled_from([FEEDLY.format(3), FEEDLY.format(4), FEEDBIN.format(1, 2), "x"]),
        later=st.sampled_from([0, 1, 20_000, -20_000]),
        then=st.sampled_from(["lay", "lay", "fail", "wait"]),
    )
    def poll(self, which: int, feed: str, text: str, later: int, then: str) -> None:
        self.hour.now += later
        self.servers[which].count(feed, "rss", 200, 10, text.encode())
        folder = self.state / FOLDER
        before = {*folder.glob("*.json")}
        if then == "lay":
            assert self.servers[which].lay()
        elif then == "fail":
            full = OSError(28, "full")
            with mock.patch("markwire.serving.polls.write_through", side_effect=full):
                assert not self.servers[which].lay()
        for file in {*folder.glob("*.json")} - before:
            self.sure.append(from_json(file.read_bytes()))

    @rule(which=st.integers(0, 1))
    def server_dies(self, which: int) -> None:
        self.servers[which] = Polls(self.state, ALMATY, self.hour)

    @rule(moment=st.sampled_from(["", "", "take_polls", "drop_polls", "unlink"]))
    def take_in(self, moment: str) -> None:
        """Take in; be killed within the transaction, before its end, or after it."""
        folder = self.state / FOLDER
        before = {file: file.read_bytes() for file in folder.glob("*.json")}
        place = Path if moment == "unlink" else SqliteCatalogue
        try:
            if not moment:
                take_in(self.state, self.catalogue)
            else:
                with mock.patch.object(place, moment, side_effect=Crash):
                    take_in(self.state, self.catalogue)
        except Crash:
            self.catalogue.close()
            self.catalogue = SqliteCatalogue(self.state / FILE_NAME)
        if before:  # The folder was flushed at first: what was gone then stays so.
            self.unlinked = {file: told for file, told in before.items() if not file.exists()}

    @rule()
    def power_fails(self) -> None:
        """Files that were removed are back, unless their folder was flushed since."""
        for file, content in self.unlinked.items():
            file.write_bytes(content)
        self.unlinked.clear()
        for which in (0, 1):
            self.server_dies(which)

    @invariant()
    def nothing_is_lost_or_counted_twice(self) -> None:
        if not hasattr(self, "catalogue"):
            return
        known = self.catalogue.taken_polls()
        lying = [
            from_json(file.read_bytes())
            for file in (self.state / FOLDER).glob("*.json")
            if file.name not in known
        ]
        assert joined([kept(self.catalogue), *lying]) == joined(self.sure)


Counting.TestCase.settings = settings(
    max_examples=100, stateful_step_count=20, derandomize=True, deadline=None
)
TestCounting = Counting.TestCase
