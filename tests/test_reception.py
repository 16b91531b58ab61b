"""A watch is asked by another process: what it tells, whom it trusts, and how it ends."""

from __future__ import annotations

import json
import os
import pickle
import re
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from pathlib import Path
from queue import Queue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import DEADLINE, Watching, watching
from markwire.errors import (
    AtWorkError,
    CatalogueError,
    InternalError,
    MarkwireError,
    NoArticleError,
    NoWatchError,
    OccupiedError,
)
from markwire.intake.health import Health
from markwire.pipeline.clock import Clock
from markwire.pipeline.edition import Edition
from markwire.pipeline.telling.desk import Desk
from markwire.reception import address, letters
from markwire.reception.asking import ask, news
from markwire.reception.letters import Quiet, Refusal, Subscribe
from markwire.reception.listening import Reception
from markwire.reception.meeting import enter
from markwire.views import AskArticle, AskBoard, AskTrends, BoardView, News, Question, View
from newsroom import UNREADABLE, Newsroom, newsroom

__all__ = ["newsroom"]

linux_only = pytest.mark.skipif(os.name == "nt", reason="Windows has pipes, and no signals")
EMPTY = BoardView((), {}, 1, 1, (), ())


def told(room: Newsroom) -> dict[str, str]:
    """Column of each article, as the watch tells it."""
    return {card.path: card.column for card in ask(room.state, AskBoard()).cards}


class Listener:
    """Somebody who listens to news, in a thread of its own; None comes at their end."""

    def __init__(self, state: Path) -> None:
        self.news: Queue[News | None] = Queue()
        self.stop = threading.Event()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(state,), daemon=True)
        self._thread.start()

    def _run(self, state: Path) -> None:
        with suppress(NoWatchError):
            for each in news(state, stop=self.stop, begun=self._begun.set):
                self.news.put(each)
        self.news.put(None)

    def begun(self) -> Listener:
        """Wait until nothing is missed any more."""
        assert self._begun.wait(DEADLINE)
        return self

    def of(self, path: str) -> News:
        """Wait for news of an article."""
        while True:
            each = self.news.get(timeout=DEADLINE)
            assert each is not None, "news have ended"
            if path in each.changed:
                return each

    def end(self) -> None:
        """Wait until news end."""
        while self.news.get(timeout=DEADLINE) is not None:
            pass


@pytest.fixture(scope="module")
def busy_room(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    return Newsroom(tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="module")
def watched(busy_room: Newsroom) -> Iterator[Watching]:
    """One watch for all that does not end it."""
    busy_room.write("publie.md", title="Publié", date="2026-05-01")
    busy_room.write("brouillon.md", title="Brouillon secret", draft=True)
    busy_room.save("refuse.md", UNREADABLE)
    with watching(busy_room.root) as watch:
        yield watch


STANDING = {"publie.md": "published", "brouillon.md": "draft", "refuse.md": "refused"}

# --- what is told ------------------------------------------------------------------------


def test_a_watch_tells_where_its_articles_stand(busy_room: Newsroom, watched: Watching) -> None:
    """The desk is a process of its own, and has nobody else to ask."""
    assert told(busy_room) == STANDING


def test_many_ask_at_once(busy_room: Newsroom, watched: Watching) -> None:
    """A newsroom has more than one desk."""
    with ThreadPoolExecutor(20) as desks:
        answers = [desks.submit(told, busy_room) for _ in range(60)]
        assert [answer.result() for answer in answers] == [STANDING] * 60


def test_a_drop_a_mending_and_a_withdrawal_are_told_with_their_editions(tmp_path: Path) -> None:
    """A page that is left open shows what happens without being asked to."""
    room = Newsroom(tmp_path)
    room.save("refuse.md", UNREADABLE)
    with watching(room.root) as watch:
        listener = Listener(room.state).begun()
        room.write("neuf.md", title="Neuf", date="2026-05-01")
        each = listener.of("neuf.md")
        assert (each.changed, each.refused, each.removed) == (("neuf.md",), 1, 0)
        assert each.written >= 5
        assert told(room) == {"neuf.md": "published", "refuse.md": "refused"}
        assert (room.feeds / "rss.xml").read_text().count("<item>") == 1

        room.write("refuse.md", title="Réparé", date="2026-05-01")
        assert listener.of("refuse.md").refused == 0
        assert told(room) == {"neuf.md": "published", "refuse.md": "published"}

        room.save("neuf.md", UNREADABLE)
        assert listener.of("neuf.md").refused == 1
        assert told(room) == {"neuf.md": "refused", "refuse.md": "published"}

        room.write("refuse.md", title="Réparé", date="2999-05-01")
        assert listener.of("refuse.md").removed == 1  # its JSON tells that it is gone
        assert told(room) == {"neuf.md": "refused", "refuse.md": "scheduled"}
        watch.stop()
        listener.end()


def test_an_article_that_goes_is_told_when_readers_lose_it(tmp_path: Path) -> None:
    """Until its minute is over, it has not gone."""
    room = Newsroom(tmp_path)
    room.configure("[editors]\ngrace = 0\n")
    room.write("un.md", title="Un", date="2026-05-01")
    with watching(room.root):
        listener = Listener(room.state).begun()
        room.delete("un.md")
        listener.of("un.md")
        assert told(room) == {"un.md": "withdrawn"}
        listener.stop.set()
        listener.end()


# --- who is let in -----------------------------------------------------------------------


@linux_only
def test_only_the_owner_can_read_the_key_and_reach_the_socket(
    busy_room: Newsroom, watched: Watching
) -> None:
    """Drafts are told here, and to editors alone."""
    file = busy_room.state / address.FILE_NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(bytes.fromhex(json.loads(file.read_bytes())["key"])) == 32
    found = address.read(busy_room.state)
    assert found is not None
    assert stat.S_IMODE(Path(found.place).parent.stat().st_mode) == 0o700


def _place(room: Newsroom) -> address.Address:
    found = address.read(room.state)
    assert found is not None
    return found


@contextmanager
def _let_in(room: Newsroom) -> Iterator[Connection]:
    found = _place(room)
    with closing(Client(found.place)) as connection:
        enter(connection, found.key, DEADLINE)
        yield connection


def test_who_does_not_know_the_key_is_told_nothing(busy_room: Newsroom, watched: Watching) -> None:
    """A socket that can be reached must not be enough."""
    with pytest.raises((AuthenticationError, EOFError, OSError)):
        Client(_place(busy_room).place, authkey=b"x" * 32)
    assert told(busy_room) == STANDING


class _Trap:
    """What would write a file, were it unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return open, (str(self._path), "w")


@pytest.mark.parametrize(
    "rubbish",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
        pytest.param(b"[]", id="no letter"),
        pytest.param(b'["AskBoard"]', id="half"),
        pytest.param(b'["AskBoard",{"page":"x"}]', id="not a number"),
        pytest.param(b'["AskBoard",{"column":"none"}]', id="no column"),
        pytest.param(b'["News",{}]', id="no question"),
        pytest.param(b'["__class__",{}]', id="no such letter"),
        pytest.param(b"[" * 10_000, id="deep"),
        pytest.param(b"x" * 10_000_000, id="ten megabytes"),
    ],
)
def test_rubbish_is_let_go_of_and_disturbs_nobody(
    rubbish: bytes, busy_room: Newsroom, watched: Watching
) -> None:
    """A client with a fault must cost no more than itself."""
    with _let_in(busy_room) as connection, suppress(OSError):
        connection.send_bytes(rubbish)
        with pytest.raises((EOFError, OSError)):
            connection.recv_bytes()
    assert told(busy_room) == STANDING


def test_a_letter_that_is_no_question_is_refused(busy_room: Newsroom, watched: Watching) -> None:
    """Whoever mistakes one letter for another is told so."""
    with _let_in(busy_room) as connection:
        connection.send_bytes(letters.write(Quiet()))
        assert letters.read(connection.recv_bytes()) == Refusal("no question")


def test_a_pickle_is_never_loaded(busy_room: Newsroom, watched: Watching, tmp_path: Path) -> None:
    """A pickle does what its writer wants."""
    trap = tmp_path / "trap"
    with _let_in(busy_room) as connection:
        connection.send_bytes(pickle.dumps(_Trap(trap)))
        with pytest.raises((EOFError, OSError)):
            connection.recv_bytes()
    assert told(busy_room) == STANDING
    assert not trap.exists()


def test_those_who_say_nothing_keep_nobody_out(busy_room: Newsroom, watched: Watching) -> None:
    """However many connections hang about, the next is taken."""
    silent = [Client(_place(busy_room).place) for _ in range(100)]
    try:
        assert told(busy_room) == STANDING
        for connection in silent:
            with suppress(OSError):
                os.write(connection.fileno(), b"\0\0")  # half of a length
        assert told(busy_room) == STANDING
    finally:
        for connection in silent:
            connection.close()


# --- how it ends -------------------------------------------------------------------------


def test_where_no_watch_runs_one_is_told_so(tmp_path: Path) -> None:
    """The desk says it in words, rather than fail."""
    with pytest.raises(NoWatchError, match="no 'markwire watch'"):
        ask(tmp_path, AskBoard())
    with pytest.raises(NoWatchError):
        next(news(tmp_path))
    (tmp_path / address.FILE_NAME).write_text('{"version": 1, "address": 7')
    with pytest.raises(NoWatchError):
        ask(tmp_path, AskBoard())


@linux_only
def test_what_a_killed_watch_left_is_known_for_that(newsroom: Newsroom) -> None:
    """Nothing is there to take it away; the next watch does."""
    newsroom.write("a.md", title="A", date="2026-05-01")
    with watching(newsroom.root) as watch:
        listener = Listener(newsroom.state).begun()
        watch.stop(signal.SIGKILL)
        listener.end()
    left = address.read(newsroom.state)
    assert left is not None
    assert Path(left.place).exists()
    with pytest.raises(NoWatchError):
        ask(newsroom.state, AskBoard())
    with watching(newsroom.root):
        assert told(newsroom) == {"a.md": "published"}
        assert not Path(left.place).parent.exists()
        own = address.read(newsroom.state)
        assert own is not None
    assert not Path(own.place).parent.exists()
    assert [*newsroom.state.glob("reception*")] == []


@linux_only
def test_a_watch_that_was_stopped_is_not_waited_for_for_ever(newsroom: Newsroom) -> None:
    """Its socket still takes what is said, and nobody reads it."""
    newsroom.write("a.md", title="A", date="2026-05-01")
    with watching(newsroom.root) as watch:
        watch._process.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(AtWorkError):
                ask(newsroom.state, AskBoard(), patience=0.2)
        finally:
            watch._process.send_signal(signal.SIGCONT)
        assert told(newsroom) == {"a.md": "published"}


def test_where_a_socket_cannot_be_made_feeds_are_published_all_the_same(tmp_path: Path) -> None:
    """Some disks have no sockets; readers do not need any."""
    room = Newsroom(tmp_path)
    room.write("a.md", title="A", date="2026-05-01")
    (room.state / address.FILE_NAME).mkdir(parents=True)  # nothing can take its place
    with watching(room.root) as watch:
        with pytest.raises(NoWatchError):
            ask(room.state, AskBoard())
        room.write("b.md", title="B", date="2026-05-01")
        watch.until("rss.xml")
        assert sorted(room.headlines()) == ["A", "B"]


# --- the reception alone -----------------------------------------------------------------


@contextmanager
def _reception(state: Path, answer: Callable[[Question], View]) -> Iterator[Reception]:
    with Reception(state, answer) as reception:
        yield reception


@pytest.mark.parametrize(
    ("fault", "heard", "faults"),
    [
        (NoArticleError("none there"), NoArticleError, 0),
        (CatalogueError("no room on the disk"), InternalError, 0),
        (KeyError("unforeseen"), InternalError, 1),
        (RecursionError("unforeseen"), InternalError, 1),
    ],
)
def test_a_fault_is_told_and_the_next_question_answered(
    fault: Exception, heard: type[MarkwireError], faults: int, tmp_path: Path
) -> None:
    """A mistake in one view must not take the others away, nor the watch."""
    faulty = True

    def answer(_question: Question) -> View:
        if faulty:
            raise fault
        return EMPTY

    with _reception(tmp_path, answer) as reception:
        with pytest.raises(heard):
            ask(tmp_path, AskBoard())
        faulty = False
        assert ask(tmp_path, AskBoard()) == EMPTY
        assert reception.faults == faults


def test_who_has_to_wait_is_told_how_far_the_work_is(tmp_path: Path) -> None:
    """The first edition of an archive takes minutes, and the desk must not look dead."""

    def answer(_question: Question) -> View:
        raise OccupiedError("an edition is made")

    work = Refusal("at work", done=300, total=4000, work="reading")
    with Reception(tmp_path, answer, lambda: work), pytest.raises(AtWorkError) as heard:
        ask(tmp_path, AskBoard())
    assert (heard.value.done, heard.value.total, heard.value.work) == (300, 4000, "reading")


def test_a_question_waits_no_longer_than_it_was_said_to_for_others(tmp_path: Path) -> None:
    """One that hangs must not take the desk away from all others without a word."""
    asked, going_on = threading.Event(), threading.Event()

    def answer(question: Question) -> View:
        if question == AskBoard(search="hangs"):
            asked.set()
            going_on.wait(DEADLINE)
        return EMPTY

    with _reception(tmp_path, answer), ThreadPoolExecutor(1) as other:
        hanging = other.submit(ask, tmp_path, AskBoard(search="hangs"), patience=DEADLINE)
        assert asked.wait(DEADLINE)
        with pytest.raises(AtWorkError):
            ask(tmp_path, AskBoard())
        going_on.set()
        assert hanging.result() == EMPTY
        assert ask(tmp_path, AskBoard()) == EMPTY


def test_news_keep_nobody_waiting_who_publishes(tmp_path: Path) -> None:
    """A desk that sleeps is let go of, and asks anew; the others hear everything."""
    some = News(datetime(2026, 5, 4, tzinfo=UTC), 1, ("x" * 5000,) * 90, 0, 0, 0, 0.0)
    with _reception(tmp_path, lambda _: EMPTY) as reception:
        found = address.read(tmp_path)
        assert found is not None
        with closing(Client(found.place)) as sleeper:
            enter(sleeper, found.key, DEADLINE)
            sleeper.send_bytes(letters.write(Subscribe()))
            assert letters.read(sleeper.recv_bytes()) == Quiet()
            for _ in range(200):
                reception.tell(some)
            listener = Listener(tmp_path).begun()
            reception.tell(some)
            assert listener.news.get(timeout=DEADLINE) == some
    listener.end()


def test_an_answer_of_another_kind_is_a_fault_of_the_watch(tmp_path: Path) -> None:
    """Two versions may run side by side after an update."""
    with (
        _reception(tmp_path, lambda _: Quiet()),  # type: ignore[arg-type,return-value]
        pytest.raises(InternalError),
    ):
        ask(tmp_path, AskBoard())


def test_a_fault_in_telling_never_reaches_an_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers must not wait for what only the desk is told."""

    def fail() -> None:
        raise KeyError("unforeseen")

    desk = Desk(tmp_path, lambda: None, Clock())
    monkeypatch.setattr(desk._teller, "forget", fail)
    with desk:
        desk.publish(Edition(0, 0, (), (), (), {}, {}))
        with pytest.raises(AtWorkError):  # There is no press to ask.
            ask(tmp_path, AskBoard())
    assert desk.counted(Health(faults=2)).faults == 3


# --- letters -----------------------------------------------------------------------------

_NO_NUMBER = re.compile(r"=(-?inf|nan)\b")  # JSON has neither, and no watch takes so long
_LETTERS = st.one_of(*(st.from_type(kind) for kind in letters._TYPES.values())).filter(
    lambda letter: not _NO_NUMBER.search(repr(letter))
)


@given(_LETTERS)
def test_a_letter_is_read_as_it_was_written(letter: letters.Letter) -> None:
    """Between two processes nothing may change its meaning."""
    assert letters.read(letters.write(letter)) == letter


@given(st.binary())
def test_whatever_comes_is_a_letter_or_a_value_error(content: bytes) -> None:
    """Nothing that is sent may raise what nobody expects."""
    with suppress(ValueError):
        letters.read(content)


def test_whoever_asks_loads_nothing_that_publishes() -> None:
    """The process that serves is small, and starts at once."""
    code = "import sys, markwire.reception.asking; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "msgspec" in loaded
    assert loaded.isdisjoint(
        {"babel", "feedgen", "lxml", "mistune", "nh3", "orjson", "pebble", "sqlite3", "watchdog"}
    )


@pytest.mark.parametrize("question", [AskTrends(), AskArticle("x"), AskBoard("draft", page=2)])
def test_each_question_arrives_as_it_was_asked(question: Question, tmp_path: Path) -> None:
    """What is asked decides what is told."""
    heard: list[Question] = []

    def answer(each: Question) -> View:
        heard.append(each)
        return EMPTY

    with _reception(tmp_path, answer):
        ask(tmp_path, question)  # type: ignore[call-overload]  # any of them
    assert heard == [question]
