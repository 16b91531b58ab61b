"""What a running Markwire says of itself, and what is seen of it from outside."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.catalogue.lock import holder, lock
from markwire.errors import LockedError, PublicationError
from markwire.findings import FOUND, finding
from markwire.intake.health import Health
from markwire.outbox import Account
from markwire.pipeline import status as statuses
from markwire.pipeline.assessing import Seen, assess
from markwire.pipeline.clock import Clock, Hold, Reading
from markwire.pipeline.edition import Edition
from markwire.pipeline.status import (
    FILE_NAME,
    Board,
    Fault,
    LastEdition,
    Status,
    Watch,
    as_json,
    read,
)
from markwire.problems import problem
from markwire.wording.voice import voice
from namespaces import UNSHARE, namespaces
from newsroom import NOON

LATER = NOON + timedelta(minutes=3)
WATCHED = Health("watching", "inotify", "local_file_system", looks=1)
EDITION = Edition(0, 0, (), (), (), {}, {})


class Time:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> Reading:
        return Reading(NOON + timedelta(seconds=self.passed), self.passed)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    monkeypatch.setattr(statuses, "_BEAT", 0.0)
    return Time()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path


def said(state: Path) -> Status:
    status = read(state)
    assert status is not None
    return status


# --- what is said --------------------------------------------------------------------------


def test_a_watch_says_what_it_does_and_since_when(state: Path, time: Time) -> None:
    """All that an engineer asks, in one file."""
    with Board(state, "watch", Clock(time)) as board:
        assert said(state) == Status(os.getpid(), "watch", NOON, "idle", NOON)
        time.passed = 180
        board.watch(WATCHED)
        board.work()
        board.beat()
        watch = Watch(WATCHED, LATER, looked=LATER)
        assert (said(state).watch, said(state).work, said(state).work_since) == (
            watch,
            "working",
            LATER,
        )
        refused = problem("MW401", "a.md", value="x", other="b.md")
        board.publish(
            replace(
                EDITION,
                written=("rss.xml",),
                problems=(refused,),
                due=LATER,
                owed=2,
                held=7,
                generation=5,
            )
        )
        board.rest()
        board.beat()
        assert said(state) == Status(
            os.getpid(),
            "watch",
            NOON,
            "idle",
            LATER,
            watch=watch,
            edition=LastEdition(LATER, written=1, removed=0, refused=1, generation=5),
            due=LATER,
            held=7,
            owed=2,
        )
    assert said(state).ended == LATER


def test_the_state_of_the_watch_keeps_its_moment_while_it_lasts(state: Path, time: Time) -> None:
    """Since when it is away must not move with each look."""
    with Board(state, "watch", Clock(time)) as board:
        board.watch(WATCHED)
        time.passed = 180
        board.watch(replace(WATCHED, looks=2, losses=1))
        board.beat()
        assert said(state).watch == Watch(
            replace(WATCHED, looks=2, losses=1), NOON, lost=LATER, looked=LATER
        )
        board.watch(replace(WATCHED, state="away", way=None, looks=2, losses=1))
        watch = said(state).watch
        assert watch is not None
        assert (watch.since, watch.lost, watch.looked) == (LATER, LATER, LATER)


def test_a_fault_stands_until_something_is_published(state: Path, time: Time) -> None:
    """Whoever looks an hour later must see since when."""
    with Board(state, "watch", Clock(time)) as board:
        board.fail(PublicationError("feeds/rss.xml:\nNo space left on device"))
        time.passed = 180
        board.fail(PublicationError("feeds/atom.xml: No space left on device"))
        assert said(state).fault == Fault("feeds/atom.xml: No space left on device", NOON)
        board.publish(EDITION)
        assert said(state).fault is None


def test_an_edition_of_nothing_is_not_the_last_one(state: Path, time: Time) -> None:
    """A look a minute would hide when something was last published."""
    with Board(state, "watch", Clock(time)) as board:
        board.publish(replace(EDITION, written=("rss.xml",)))
        time.passed = 180
        board.publish(EDITION)
        board.beat()
        assert said(state).edition == LastEdition(NOON, 1, 0, 0)


def test_the_next_one_knows_the_last_edition(state: Path, time: Time) -> None:
    """After a restart, too, an engineer wants to know when something was last published."""
    with Board(state, "watch", Clock(time)) as board:
        board.publish(replace(EDITION, written=("rss.xml",)))
    time.passed = 180
    with Board(state, "build", Clock(time)):
        assert said(state).edition == LastEdition(NOON, 1, 0, 0)
        assert said(state).ended is None


def test_a_fault_with_which_a_command_ends_stands(state: Path, time: Time) -> None:
    """A build at night that failed is seen in the morning."""
    with pytest.raises(PublicationError), Board(state, "build", Clock(time)):
        raise PublicationError("full")
    assert said(state).fault == Fault("full", NOON)
    assert said(state).ended == NOON


def test_a_clock_that_is_held_is_said(state: Path, time: Time) -> None:
    """It is told to whoever looks after the machine."""
    clock = Clock(lambda: Reading(NOON + timedelta(hours=time.passed), 0.0))
    with Board(state, "watch", clock) as board:
        time.passed = 5
        board.work()
        board.beat()
        assert said(state).clock == Hold(timedelta(hours=5), NOON)


def test_the_file_is_for_the_engineer_alone_and_touched_where_nothing_is_new(
    state: Path, time: Time
) -> None:
    """It beats once a second for years; a disk does not want to be written to for that."""
    with Board(state, "watch", Clock(time)) as board:
        path = state / FILE_NAME
        os.utime(path, (0, 0))
        before = path.stat()
        board.beat()
        after = path.stat()
        assert (after.st_ino, stat.S_IMODE(after.st_mode)) == (before.st_ino, 0o600)
        assert after.st_mtime > 0
        board.work()
        board.beat()
        assert path.stat().st_ino != before.st_ino
        assert [each.name for each in state.iterdir()] == [FILE_NAME]


def test_a_status_that_somebody_removed_is_written_again(state: Path, time: Time) -> None:
    """Nothing is lost by it."""
    with Board(state, "watch", Clock(time)) as board:
        (state / FILE_NAME).unlink()
        board.beat()
        board.beat()
        assert said(state).pid == os.getpid()


def test_a_status_that_cannot_be_written_ends_nothing(
    state: Path, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    """Feeds come first."""
    with Board(state / "nowhere", "watch", Clock(time)) as board:
        board.beat()
        board.beat()
    assert caplog.messages == ["status_not_written reason=No such file or directory"]


FULL = """
import sys
from pathlib import Path
from markwire.errors import PublicationError
from markwire.pipeline.clock import Clock
from markwire.pipeline.status import Board, read
state = Path(sys.argv[1])
with Board(state, "watch", Clock()) as board:
    try:
        with (state / "filling").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
    except OSError:
        pass
    board.fail(PublicationError("No space left on device"))
    print(read(state).fault.text, sorted(each.name for each in state.iterdir()))
"""


@namespaces
def test_a_full_disk_is_told_of_on_that_very_disk(tmp_path: Path) -> None:
    """There the fault stands, and there the status lies."""
    mount = 'mount -t tmpfs -o size=256k none "$1" && exec "$2" -c "$3" "$1"'
    done = subprocess.run(
        (*UNSHARE, "sh", "-c", mount, "sh", str(tmp_path), sys.executable, FULL),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == f"No space left on device ['filling', '{FILE_NAME}']", done.stderr


MOMENTS = st.integers(0, 10**10).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
STEP = partial(timedelta, 0)
COUNTS = st.integers(0, 10**6)
WATCHES = st.builds(
    Watch,
    st.builds(
        Health,
        st.sampled_from(["starting", "watching", "away", "failed"]),
        st.sampled_from([None, "inotify", "native", "polling"]),
        st.text(),
        COUNTS,
        COUNTS,
        COUNTS,
    ),
    MOMENTS,
    st.none() | MOMENTS,
    st.none() | MOMENTS,
)
STATUSES = st.builds(
    Status,
    COUNTS,
    st.sampled_from(["watch", "build"]),
    MOMENTS,
    st.sampled_from(["working", "idle"]),
    MOMENTS,
    st.none() | MOMENTS,
    st.none() | WATCHES,
    st.none() | st.builds(LastEdition, MOMENTS, COUNTS, COUNTS, COUNTS, COUNTS),
    st.none() | MOMENTS,
    st.none() | st.builds(Fault, st.text(), MOMENTS),
    st.none()
    | st.builds(Hold, st.integers(-(10**9), 10**9).map(lambda s: timedelta(0, s)), MOMENTS),
    COUNTS,
    COUNTS,
)


@given(STATUSES)
def test_what_is_written_is_what_is_read(status: Status) -> None:
    """Whatever is said, the command beside it understands."""
    assert statuses._from_json(json.loads(json.dumps(as_json(status)))) == status


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b'{"version": 1}', b"\xff"])
def test_what_is_torn_is_no_status(state: Path, content: bytes) -> None:
    """A power cut may leave anything."""
    (state / FILE_NAME).write_bytes(content)
    assert read(state) is None


# --- the lock ------------------------------------------------------------------------------


def test_who_holds_the_lock_is_known_while_it_is_held(state: Path) -> None:
    """And asking takes it from nobody."""
    assert holder(state) is None
    with lock(state):
        assert holder(state) == os.getpid()
        with pytest.raises(LockedError, match=f"process {os.getpid()}"), lock(state):
            pass
    assert holder(state) is None


# --- what is seen from outside ---------------------------------------------------------------


RUNNING = Status(12, "watch", NOON, "idle", NOON, watch=Watch(WATCHED, NOON, looked=NOON))
DONE = replace(RUNNING, ended=LATER)
EDITED = LastEdition(NOON, 3, 0, 0)


def health(state: str, way: str | None, reason: str, **counts: int) -> Status:
    found = Health(state, way, reason, **counts)  # type: ignore[arg-type]  # words of the table
    return replace(RUNNING, watch=Watch(found, NOON, lost=LATER if found.losses else None))


@pytest.mark.parametrize(
    ("seen", "codes"),
    [
        (Seen(None, None, None), ["runs_not", "edition_none"]),
        (Seen(DONE, None, NOON), ["runs_not", "edition_none"]),
        (Seen(replace(DONE, edition=EDITED), None, NOON), ["runs_not", "edition"]),
        (
            Seen(replace(DONE, fault=Fault("full", NOON)), None, NOON),
            ["runs_not", "fault", "edition_none"],
        ),
        (Seen(RUNNING, None, NOON), ["died", "edition_none"]),
        (Seen(None, 12, None), ["runs_unheard", "edition_none"]),
        (Seen(replace(RUNNING, pid=13), 12, NOON), ["runs_unheard", "edition_none"]),
        (Seen(DONE, 12, NOON), ["runs_unheard", "edition_none"]),
        (
            Seen(RUNNING, 12, NOON),
            ["runs", "watches_inotify", "looked", "idles", "edition_none"],
        ),
        (Seen(RUNNING, 12, NOON, is_silent=True), ["hangs", "edition_none"]),
        (
            Seen(replace(RUNNING, work="working"), 12, NOON, is_silent=True),
            ["hangs", "works", "edition_none"],
        ),
        (
            Seen(RUNNING, 12, NOON, is_silent=True, unwritable="/srv/state"),
            ["hangs_unwritable", "edition_none"],
        ),
        (
            Seen(
                replace(
                    RUNNING,
                    watch=None,
                    clock=Hold(timedelta(hours=1), NOON),
                    edition=replace(EDITED, refused=2),
                    held=7,
                    owed=1,
                    due=LATER,
                ),
                12,
                NOON,
            ),
            ["runs", "idles", "clock_held", "edition", "refused", "held", "owed", "due"],
        ),
    ],
)
def test_what_is_seen_is_told(seen: Seen, codes: list[str]) -> None:
    """Each state in its own words, and none that is not known."""
    assert [each.code for each in assess(seen)] == codes


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (health("watching", "native", "platform"), "watches_native"),
        (health("watching", "polling", "shared_file_system"), "watches_share"),
        (health("watching", "polling", "watch_limit"), "watches_past_limit"),
        (health("watching", "polling", "watch_refused"), "watches_refused"),
        (health("watching", "polling", "configured"), "watches_polling"),
        (health("away", None, "not_there"), "folder_gone"),
        (health("away", None, "unmounted"), "folder_unmounted"),
        (health("failed", None, "EACCES"), "watch_failed"),
        (health("watching", "inotify", "x", losses=2), "events_lost"),
        (health("watching", "inotify", "x", faults=2), "faults_contained"),
    ],
)
def test_each_way_of_watching_is_told(status: Status, code: str) -> None:
    """Above all that it does not watch."""
    assert code in [each.code for each in assess(Seen(status, 12, NOON))]


def test_what_wants_doing_says_what_to_do() -> None:
    """A complaint without a remedy helps nobody."""
    assert [
        code for code, saying in FOUND.items() if (saying.verdict == "ok") == bool(saying.hint)
    ] == []


def test_a_finding_without_one_of_its_words_is_a_bug() -> None:
    """It shows where it is made, not where it is told."""
    with pytest.raises(KeyError):
        finding("fault", fault="full")


# --- hubs and partners -----------------------------------------------------------------------

HUB = Account("websub", "https://hub.example/", 3, NOON, LATER, None, None, "HTTP 202")
AWAY = replace(HUB, failing=NOON, answer="no answer in time")


def of_push(account: Account) -> tuple[str, str]:
    found = assess(replace(SEEN_WITH_PUSHES, status=with_pushes(account)))
    (push,) = [each for each in found if each.check == "push"]
    return push.code, push.verdict


def with_pushes(*accounts: Account) -> Status:
    edition = LastEdition(NOON, written=1, removed=0, refused=0)
    return Status(1, "watch", NOON, "idle", NOON, edition=edition, pushes=accounts)


SEEN_WITH_PUSHES = Seen(with_pushes(), 1, NOON)


def test_how_hubs_stand_comes_back_as_it_was_said(state: Path, time: Time) -> None:
    """Status, health and desk read it from the file."""
    accounts = (HUB, AWAY, replace(HUB, owed=0, since=None, next=None, given_up=LATER))
    with Board(state, "watch", Clock(time)) as board:
        board.beat(lambda: accounts)
        assert said(state).pushes == accounts
        board.beat(lambda: None)  # Not to be known just now: that is no news.
        assert said(state).pushes == accounts


def test_a_hub_that_fails_is_told_with_a_remedy_once_it_has_for_an_hour() -> None:
    """Nobody should be called for a hub that is started anew."""
    assert of_push(HUB) == ("push_owed", "ok")
    assert of_push(replace(AWAY, next=NOON + timedelta(minutes=59))) == ("push_waits", "ok")
    assert of_push(replace(AWAY, next=NOON + timedelta(hours=1))) == ("push_fails", "advice")
    gone = replace(AWAY, owed=0, given_up=LATER)
    assert of_push(gone) == ("push_given_up", "advice")


def test_a_hub_that_is_well_and_owed_nothing_is_no_word_worth() -> None:
    """Silence is the everyday."""
    well = replace(HUB, owed=0, since=None, next=None)
    found = assess(replace(SEEN_WITH_PUSHES, status=with_pushes(well)))
    assert [each for each in found if each.check == "push"] == []


def test_why_a_hub_fails_is_said_in_the_newsrooms_language() -> None:
    """The sentence is ours, and not the server's."""
    found = finding(
        "push_fails", target="X", count=1, since=NOON, next=NOON, reason="no answer in time"
    )
    told = voice("fr").tell_finding(found, str)
    assert "(pas de réponse à temps)" in told.message
    assert "(no answer in time)" in voice("en").tell_finding(found, str).message
