"""A watch outlives faults: it rests, opens anew what may be spoilt, and forgets nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast

import pytest

from markwire.errors import (
    CatalogueError,
    FolderError,
    InternalError,
    MarkwireError,
    PublicationError,
    SpoiltCatalogueError,
)
from markwire.intake.watch import Batch
from markwire.pipeline import lasting
from markwire.pipeline.lasting import LastingPress
from markwire.pipeline.press import Press

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SAVED = Batch(frozenset(["a.md"]))


class Presses:
    """Presses that fail as told, one after the other; notes what each was given to do."""

    def __init__(self, *faults: Exception | None) -> None:
        self.faults = list(faults)
        self.opened = 0
        self.closed = 0
        self.batches: list[Batch] = []
        self.set_aside = 0

    @contextmanager
    def opening(self) -> Iterator[Press]:
        self.opened += 1
        try:
            yield cast("Press", self)
        finally:
            self.closed += 1

    def replacing(self, fault: SpoiltCatalogueError) -> SpoiltCatalogueError:
        assert self.closed == self.opened
        self.set_aside += 1
        return SpoiltCatalogueError(f"{fault}, set aside")

    def lasting(self) -> LastingPress:
        return LastingPress(self.opening, self.replacing)

    def step(self, batch: Batch, _now: datetime, _requests: object) -> None:
        self.batches.append(batch)
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault

    def is_behind(self) -> bool:
        return False

    def seconds_until_due(self) -> float | None:
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        return 60.0


@pytest.mark.parametrize(
    ("fault", "raised", "opened"),
    [
        (PublicationError("full"), PublicationError, 1),
        (FolderError("away"), FolderError, 1),
        (CatalogueError("disk I/O error"), CatalogueError, 2),
        (ZeroDivisionError("a bug"), InternalError, 2),
    ],
)
def test_what_may_be_spoilt_is_opened_anew_and_then_looks_at_everything(
    fault: Exception, raised: type[MarkwireError], opened: int
) -> None:
    """A press that has lost its catalogue has lost what it was told, too."""
    presses = Presses(fault)
    press = presses.lasting()
    press.open()
    with pytest.raises(raised):
        press.step(SAVED, NOW, {})
    press.step(Batch(), NOW, {})
    assert presses.batches == [SAVED, Batch(everything=opened == 2)]
    assert presses.opened == opened
    press.close()
    assert presses.closed == opened


def test_after_a_fault_work_rests_and_is_then_taken_up_without_being_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A full disk must not be tried ten times a second, nor wait for the next save."""
    clock = [100.0]
    monkeypatch.setattr(lasting, "monotonic", lambda: clock[0])
    presses = Presses(CatalogueError("database or disk is full"))
    press = presses.lasting()
    with pytest.raises(CatalogueError):
        press.step(SAVED, NOW, {})
    assert (press.rests(), press.is_behind(), press.seconds_until_due()) == (True, False, 5.0)
    clock[0] += 5.0
    assert (press.rests(), press.is_behind(), press.seconds_until_due()) == (False, True, 0.0)
    press.step(Batch(), NOW, {})
    assert (press.rests(), press.is_behind(), press.seconds_until_due()) == (False, False, 60.0)


def test_a_catalogue_that_fails_when_asked_what_is_due_is_opened_anew() -> None:
    """The question comes from within the watch: a fault there must not end it."""
    presses = Presses(None, CatalogueError("disk I/O error"))
    press = presses.lasting()
    press.step(SAVED, NOW, {})
    assert press.seconds_until_due() == 0.0
    assert press.is_behind()
    press.step(Batch(), NOW, {})
    assert (presses.opened, presses.batches[-1]) == (2, Batch(everything=True))


def test_a_spoilt_catalogue_is_set_aside_and_work_goes_on_at_once() -> None:
    """Nobody has to move a file by hand in the night."""
    presses = Presses(SpoiltCatalogueError("damaged"))
    press = presses.lasting()
    with pytest.raises(SpoiltCatalogueError, match="damaged, set aside"):
        press.step(SAVED, NOW, {})
    assert (press.rests(), press.is_behind()) == (False, True)
    press.step(Batch(), NOW, {})
    assert (presses.set_aside, presses.opened, presses.batches[-1]) == (
        1,
        2,
        Batch(everything=True),
    )


def test_a_bug_is_told_in_one_sentence_with_its_place() -> None:
    """An editor who sees a traceback closes the window, and with it the watch."""
    press = Presses(KeyError("guid")).lasting()
    with pytest.raises(InternalError) as told:
        press.step(SAVED, NOW, {})
    said = str(told.value)
    assert "KeyError at test_lasting.py:" in said
    assert "guid" not in said
    assert "\n" not in said
