"""Whether a Markwire is at work on a site, and whether it is well: from outside, beside it.

At the I/O rim by ``look``; ``assess`` is pure. Nothing here opens the catalogue, and nothing waits
for the process that is looked at.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from markwire.catalogue.lock import holder
from markwire.findings import Finding, finding
from markwire.outbox import Account
from markwire.pipeline.clock import distance
from markwire.pipeline.status import Status, Watch, beaten, read

PATIENCE: Final = 10.0  # seconds
_AGAIN: Final = 2.5  # seconds in which one that is alive shows it
_BETWEEN: Final = 0.1
_LONG: Final = timedelta(hours=1)  # for which a hub may be away before somebody should look

_POLLED: Final = {
    "shared_file_system": "watches_share",
    "watch_limit": "watches_past_limit",
    "watch_refused": "watches_refused",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of a site from outside.

    ``holder`` is the process that has its lock, None where none has; ``beat`` the last sign of
    life, and ``is_silent`` whether that is too long ago; ``unwritable`` the state folder where
    nothing can be written there.
    """

    status: Status | None
    holder: int | None
    beat: datetime | None
    is_silent: bool = False
    unwritable: str = ""


def look(state: Path, *, patience: float = PATIENCE) -> Seen:
    """Look at a site's state folder.

    One that was silent for ``patience`` seconds is given a moment to show that it is alive: the
    clock may have been set meanwhile.
    """
    has_lock = holder(state)
    is_silent = has_lock is not None and _is_silent(state, patience)
    beat = beaten(state)
    return Seen(
        read(state),
        holder(state),
        None if beat is None else datetime.fromtimestamp(beat, UTC),
        is_silent,
        "" if os.access(state, os.W_OK) else str(state),
    )


def _is_silent(state: Path, patience: float) -> bool:
    first = beaten(state)
    if first is not None and abs(time.time() - first) < patience:
        return False
    until = time.monotonic() + _AGAIN
    while time.monotonic() < until:
        time.sleep(_BETWEEN)
        if beaten(state) != first or holder(state) is None:
            return False
    return True


def assess(seen: Seen) -> tuple[Finding, ...]:
    """Say what is well and what is not."""
    return tuple(_findings(seen))


def _findings(seen: Seen) -> Iterator[Finding]:
    status = seen.status
    is_its_own = status is not None and status.ended is None
    if seen.holder is None:
        if status is not None and is_its_own and seen.beat is not None:
            yield finding("died", command=status.command, pid=str(status.pid), beat=seen.beat)
        else:
            yield finding("runs_not")
        yield from _last(status)
    elif status is None or not is_its_own or status.pid != seen.holder:
        yield finding("runs_unheard", pid=str(seen.holder or "?"))
        yield from _last(status)
    else:
        yield from _of_process(seen, status)
        if status.watch is not None and not seen.is_silent:
            yield from _of_watch(status.watch)
        if status.work == "working" or not seen.is_silent:
            yield finding("works" if status.work == "working" else "idles", since=status.work_since)
        yield from _last(status)


def _of_process(seen: Seen, status: Status) -> Iterator[Finding]:
    if not seen.is_silent or seen.beat is None:
        yield finding("runs", command=status.command, pid=str(status.pid), since=status.started)
    elif seen.unwritable:
        yield finding(
            "hangs_unwritable",
            command=status.command,
            pid=str(status.pid),
            beat=seen.beat,
            folder=seen.unwritable,
        )
    else:
        yield finding("hangs", command=status.command, pid=str(status.pid), beat=seen.beat)


def _of_watch(watch: Watch) -> Iterator[Finding]:
    health = watch.health
    match health.state:
        case "watching" if health.way == "polling":
            yield finding(_POLLED.get(health.reason, "watches_polling"))
        case "watching":
            yield finding("watches_inotify" if health.way == "inotify" else "watches_native")
        case "away" if health.reason == "unmounted":
            yield finding("folder_unmounted", since=watch.since)
        case "away":
            yield finding("folder_gone", since=watch.since)
        case "failed":
            yield finding("watch_failed", since=watch.since, reason=health.reason)
        case "starting":
            pass
    if watch.looked is not None:
        yield finding("looked", when=watch.looked)
    if watch.lost is not None:
        yield finding("events_lost", count=health.losses, when=watch.lost)
    if health.faults:
        yield finding("faults_contained", count=health.faults)


def _last(status: Status | None) -> Iterator[Finding]:
    if status is not None and status.fault is not None:
        yield finding("fault", since=status.fault.since, fault=status.fault.text)
    if status is not None and status.clock is not None:
        yield finding("clock_held", step=distance(status.clock.step), since=status.clock.since)
    if status is None or status.edition is None:
        yield finding("edition_none")
        return
    yield finding("edition", when=status.edition.when, written=status.edition.written)
    if status.edition.refused:
        yield finding("refused", count=status.edition.refused)
    if status.held:
        yield finding("held", count=status.held)
    if status.owed:
        yield finding("owed", count=status.owed)
    for account in status.pushes:
        yield from _of_push(account)
    if status.due is not None and status.ended is None:
        yield finding("due", when=status.due)


def _of_push(account: Account) -> Iterator[Finding]:
    target, answer = account.target, account.answer
    if account.given_up is not None:
        yield finding("push_given_up", target=target, when=account.given_up, reason=answer)
    elif account.failing is not None and account.owed:
        code = "push_fails" if _is_long(account) else "push_waits"
        yield finding(
            code,
            target=target,
            count=account.owed,
            since=account.failing,
            reason=answer,
            next=account.next or account.failing,
        )
    elif account.owed and account.since is not None:
        yield finding("push_owed", target=target, count=account.owed, since=account.since)


def _is_long(account: Account) -> bool:
    """Say whether a target has failed so long that somebody should look."""
    return (
        account.failing is not None
        and account.next is not None
        and account.next - account.failing >= _LONG
    )
