"""Threads that share the catalogue: each has it to itself, for a whole batch at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.errors import CatalogueError, OccupiedError
from markwire.intake.watch import Batch
from newsroom import Newsroom
from newsroom import newsroom as newsroom

_WAIT = 10.0  # seconds; a test that waits so long has failed


@pytest.fixture
def catalogue(tmp_path: Path) -> SqliteCatalogue:
    return SqliteCatalogue(tmp_path / FILE_NAME)


def _in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_thread_never_sees_half_of_anothers_batch(catalogue: SqliteCatalogue) -> None:
    """The desk would show an article that no feed carries, or pay what is not owed yet."""
    rounds, seen = 200, set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            with catalogue.batch():
                seen.add((catalogue.setting("one"), catalogue.setting("two")))

    readers = [_in_thread(read) for _ in range(2)]
    for number in range(rounds):
        with catalogue.batch():
            catalogue.set("one", str(number))
            catalogue.set("two", str(number))
    done.set()
    for reader in readers:
        reader.join(_WAIT)
    catalogue.close()
    assert seen
    assert {one == two for one, two in seen} == {True}


def test_a_thread_waits_for_the_batch_that_has_begun(catalogue: SqliteCatalogue) -> None:
    """Two transactions on one connection would be one, and end with whichever ends first."""
    order: list[str] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with catalogue.batch():
            order.append(catalogue.setting("first"))

    with catalogue.batch():
        thread = _in_thread(second)
        assert begun.wait(_WAIT)
        catalogue.set("first", "whole")
        order.append("first")
    thread.join(_WAIT)
    catalogue.close()
    assert order == ["first", "whole"]


def test_what_one_thread_gives_up_no_other_keeps(catalogue: SqliteCatalogue) -> None:
    """A batch that fails must leave nothing, whoever comes next."""

    def fail(number: int) -> None:
        with suppress(ZeroDivisionError), catalogue.batch():
            catalogue.set(f"lost{number}", "1")
            raise ZeroDivisionError

    def keep(number: int) -> None:
        with catalogue.batch():
            catalogue.set(f"kept{number}", "1")

    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(work, n) for n in range(50) for work in (fail, keep)]:
            each.result()
    with catalogue.batch():
        kept = [catalogue.setting(f"kept{number}") for number in range(50)]
        lost = [catalogue.setting(f"lost{number}") for number in range(50)]
    catalogue.close()
    assert (set(kept), set(lost)) == ({"1"}, {""})


def test_a_batch_in_a_batch_fails_at_once(catalogue: SqliteCatalogue) -> None:
    """A thread that waits for itself waits for ever."""
    with pytest.raises(CatalogueError, match="transaction"), catalogue.batch(), catalogue.batch():
        pass
    with catalogue.batch():
        catalogue.set("well", "1")
    catalogue.close()


def test_a_thread_that_comes_after_the_end_is_told_so(catalogue: SqliteCatalogue) -> None:
    """It must not take a catalogue that was closed for one that is damaged."""
    catalogue.close()
    with pytest.raises(CatalogueError, match="closed") as told, catalogue.batch():
        pass
    assert type(told.value) is CatalogueError


def test_who_will_not_wait_is_told_that_it_would_have_to(catalogue: SqliteCatalogue) -> None:
    """A first edition takes minutes; the desk says so, and does not look dead."""
    begun, going_on = threading.Event(), threading.Event()

    def hold() -> None:
        with catalogue.batch():
            begun.set()
            going_on.wait(_WAIT)

    thread = _in_thread(hold)
    assert begun.wait(_WAIT)
    with pytest.raises(OccupiedError), catalogue.batch(0.05):
        pass

    def wait() -> None:
        with catalogue.batch():
            pass

    waiting = _in_thread(wait)
    with pytest.raises(OccupiedError), catalogue.batch(0.05):  # behind one that waits for ever
        pass
    going_on.set()
    thread.join(_WAIT)
    waiting.join(_WAIT)
    assert not waiting.is_alive()


def test_who_goes_round_and_round_keeps_nobody_out(catalogue: SqliteCatalogue) -> None:
    """The archive is composed in one batch after the other; the desk has its turn between two."""
    done = threading.Event()
    rounds = 0

    def go_round() -> None:
        nonlocal rounds
        while not done.is_set():
            with catalogue.batch():
                rounds += 1
                for number in range(20):
                    catalogue.set(f"work{number}", str(rounds))

    thread = _in_thread(go_round)
    waited = []
    for _ in range(20):
        with catalogue.batch(_WAIT):
            before = rounds
        # Whoever comes next waits for the batch at hand, and for no second one.
        with catalogue.batch(_WAIT):
            waited.append(rounds - before)
    done.set()
    thread.join(_WAIT)
    catalogue.close()
    assert max(waited) <= 2


def test_nothing_is_asked_outside_of_a_batch(newsroom: Newsroom) -> None:
    """What a press asks without the lock may be half of what another thread records."""
    newsroom.configure("[each]\nauthor = true\n[feeds.rail]\nwhere = { tag = 'rail' }\n")
    newsroom.write("a.md", "Voir [b](b.md).", title="A", tags=["rail"], author="Aliya")
    unlocked: set[str] = set()
    with newsroom.press() as press:
        catalogue = press._catalogue
        assert isinstance(catalogue, SqliteCatalogue)

        def heard(statement: str) -> None:
            if not catalogue._lock._is_owned():  # type: ignore[attr-defined] # of Python's own
                unlocked.add(statement)

        catalogue._db.set_trace_callback(heard)
        newsroom.edition(press)
        newsroom.write("b.md", title="B", date="2026-05-03")
        newsroom.edition(press, Batch(frozenset(["b.md"])))
        newsroom.delete("a.md")
        newsroom.edition(press)
        press.seconds_until_due()
        press.is_behind()
    assert unlocked == set()


def test_sqlite_lets_threads_share_a_connection() -> None:
    """Built without its own locks, it could not be used from two threads even one by one."""
    assert sqlite3.threadsafety >= 1
