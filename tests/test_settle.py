"""When a change has settled: laws that hold for every order of events, without a clock."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from markwire.intake.settle import (
    Change,
    Delays,
    Settler,
    Stamp,
    delays_where_closing_is_not_told,
    delays_where_closing_is_told,
)

NAMES = ["a", "b", "c"]
TOLD = delays_where_closing_is_told(quiet=0.5, grace=0.3, patience=10.0)
NOT_TOLD = delays_where_closing_is_not_told(quiet=0.5, grace=0.3)


class Disk:
    """A folder of a few files, the clock of the one who watches it, and what came out."""

    def __init__(self, delays: Delays) -> None:
        self.delays = delays
        self.settler = Settler(delays)
        self.now = 100.0
        self.files: dict[str, Stamp] = {}
        self.finished: dict[str, float] = {}
        self.told: set[str] = set()
        self.emitted: list[tuple[str, Stamp | None]] = []
        self.hasty: list[str] = []
        self._writes = 0

    def write(self, name: str, change: Change, size: int = 9) -> None:
        self._writes += 1
        self.files[name] = Stamp(size, self._writes, self._writes)
        self.finished[name] = self.now + self.delays[change if size else "changed"]
        self._tell(name, change)

    def create(self, name: str) -> None:
        """Create a file, or change the rights of the one that is there."""
        if name in self.files:
            self._tell(name, "changed")
        else:
            self.write(name, "changed")

    def delete(self, name: str) -> None:
        if self.files.pop(name, None):
            self._tell(name, "gone")

    def rename(self, name: str, target: str) -> None:
        if name in self.files and name != target:
            self.files[target] = self.files.pop(name)
            self.finished[target] = self.finished.pop(name)
            self.settler.move(name, target, self.now)
            self.told |= {name, target}

    def _tell(self, name: str, change: Change) -> None:
        self.settler.note(name, change, self.now)
        self.told.add(name)

    def settle(self) -> frozenset[str]:
        out = self.settler.settled(self.now, self.files.get)
        self.emitted += [(name, self.files.get(name)) for name in sorted(out)]
        self.hasty += [n for n in out if n in self.files and self.now < self.finished[n]]
        return out

    def wait(self, seconds: float) -> None:
        """Let time pass, and settle whenever something is due."""
        self.settle()
        end = self.now + seconds
        while (due := self.settler.due()) is not None and due <= end:
            self.now = max(self.now, due)
            self.settle()
        self.now = end


NAME = st.sampled_from(NAMES)
STEP = st.one_of(
    st.tuples(st.sampled_from(["closed", "emptied", "written", "arrived"]), NAME),
    st.tuples(st.sampled_from(["create", "delete"]), NAME),
    st.tuples(st.just("rename"), NAME, NAME),
    st.tuples(st.just("wait"), st.floats(0, 1)),
)
DELAYS = st.sampled_from([TOLD, NOT_TOLD])
STEPS = st.lists(STEP, max_size=30)
RENAMED_TWICE = [("closed", "a"), ("rename", "a", "b"), ("rename", "b", "c")]
RENAMED_OVER = [
    ("closed", "a"),
    ("closed", "c"),
    ("rename", "a", "b"),
    ("rename", "c", "b"),
]
RENAMED_AND_WRITTEN_ANEW = [("closed", "a"), ("rename", "a", "b"), ("written", "a")]


def step(disk: Disk, action: tuple[object, ...]) -> None:
    match action:
        case ("emptied", str(name)):
            disk.write(name, "closed", size=0)
        case ("closed" | "written" | "arrived" as change, str(name)):
            disk.write(name, change)
        case ("create", str(name)):
            disk.create(name)
        case ("delete", str(name)):
            disk.delete(name)
        case ("rename", str(name), str(target)):
            disk.rename(name, target)
        case ("wait", float(seconds)):
            disk.wait(seconds)


@given(delays=DELAYS, steps=STEPS)
@example(delays=TOLD, steps=RENAMED_TWICE)
@example(delays=TOLD, steps=RENAMED_OVER)
@example(delays=TOLD, steps=RENAMED_AND_WRITTEN_ANEW)
def test_nothing_is_lost(delays: Delays, steps: list[tuple[object, ...]]) -> None:
    """Each path told of comes out, last in the state that the folder ends in."""
    disk = Disk(delays)
    for action in steps:
        step(disk, action)
    disk.wait(60.0)
    last = dict(disk.emitted)
    assert last == {name: disk.files.get(name) for name in disk.told}
    assert disk.settler.unsettled() == frozenset()
    assert disk.settler.due() is None


@given(delays=DELAYS, steps=STEPS)
def test_nothing_comes_out_twice(delays: Delays, steps: list[tuple[object, ...]]) -> None:
    """What has come out stays so until something new is told."""
    disk = Disk(delays)
    for action in steps:
        step(disk, action)
        disk.settle()
        assert disk.settle() == frozenset()


@given(delays=DELAYS, steps=STEPS)
@example(delays=TOLD, steps=RENAMED_AND_WRITTEN_ANEW)
def test_nothing_comes_out_before_its_writer_has_finished(
    delays: Delays, steps: list[tuple[object, ...]]
) -> None:
    """Half an article must never be published."""
    disk = Disk(delays)
    for action in steps:
        step(disk, action)
    disk.wait(60.0)
    assert disk.hasty == []


@given(before=st.sampled_from(["closed", "arrived", "written"]), after=st.floats(0, 0.29))
def test_a_deletion_within_the_grace_never_shows(before: Change, after: float) -> None:
    """An editor swaps two files in the blink of an eye."""
    disk = Disk(TOLD)
    disk.write("a", before)
    disk.wait(60.0)
    disk.emitted.clear()
    disk.delete("a")
    disk.wait(after)
    disk.write("a", "closed")
    disk.wait(60.0)
    assert disk.emitted == [("a", disk.files["a"])]


@given(steps=STEPS)
def test_both_names_of_a_rename_come_out_together(steps: list[tuple[object, ...]]) -> None:
    """Apart, they would read as a new article and a deleted one."""
    for delays in (TOLD, NOT_TOLD):
        disk = Disk(delays)
        for action in steps:
            step(disk, action)
        disk.wait(60.0)
        disk.write("d", "closed")
        disk.wait(60.0)
        disk.rename("d", "e")
        disk.emitted.clear()
        disk.wait(60.0)
        assert disk.emitted == [("d", None), ("e", disk.files["e"])]


def test_a_file_written_without_end_comes_out_when_it_pauses() -> None:
    """No close may ever come: the writer crashed, or writes through a memory map."""
    disk = Disk(TOLD)
    disk.write("a", "written")
    disk.wait(TOLD["written"] - 0.01)
    assert disk.emitted == []
    disk.wait(0.02)
    assert disk.emitted == [("a", disk.files["a"])]


@pytest.mark.parametrize(("delays", "delay"), [(TOLD, 10.0), (NOT_TOLD, 0.5)])
def test_a_change_that_nobody_told_of_starts_the_wait_again(delays: Delays, delay: float) -> None:
    """Events are hints: the file itself must be seen to lie still."""
    disk = Disk(delays)
    disk.write("a", "written")
    disk.wait(0.1)
    disk.files["a"] = Stamp(10, 10, 10)
    disk.wait(delay + 0.1)
    disk.wait(delay - 0.4)
    assert disk.emitted == []
    disk.wait(0.4)
    assert disk.emitted == [("a", Stamp(10, 10, 10))]


def test_what_is_told_as_gone_but_is_there_must_lie_still() -> None:
    """Word of what replaced it was lost, and so may be the word that it is finished."""
    disk = Disk(TOLD)
    disk.write("a", "closed")
    disk.wait(1.0)
    disk.emitted.clear()
    disk.settler.note("a", "gone", disk.now)
    disk.wait(0.7)
    assert disk.emitted == []
    disk.wait(0.2)
    assert disk.emitted == [("a", disk.files["a"])]


def test_rights_set_after_the_last_write_do_not_delay() -> None:
    """Vim sets them on every save."""
    disk = Disk(TOLD)
    disk.write("a", "closed")
    disk.create("a")
    assert disk.settle() == {"a"}


def test_a_renamed_file_that_is_being_written_is_still_being_written() -> None:
    """A new name is no close."""
    disk = Disk(TOLD)
    disk.write("a", "written")
    disk.rename("a", "b")
    disk.wait(1.0)
    assert disk.emitted == []
    assert disk.settler.unsettled() == {"a", "b"}
    disk.write("b", "closed")
    assert disk.settle() == {"a", "b"}


def test_a_waiting_path_costs_little() -> None:
    """An archive of ten thousand files arrives in one burst."""
    disk = Disk(TOLD)
    for i in range(10_000):
        disk.write(str(i), "changed")
        disk.settle()
    before = time.monotonic()
    for i in range(1000):
        disk.write(f"new{i}", "closed")
        assert disk.settle() == {f"new{i}"}
    assert time.monotonic() - before < 1.0
