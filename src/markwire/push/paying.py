"""Pay what is owed, from threads of their own: one for each host, so that none waits for another.

At the I/O rim. A thread sends one request at a time and rests between two; it sleeps until
something is owed or is to be tried again. The outbox is asked in short batches, never while
something is sent: whoever publishes waits for none of this.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from math import inf
from threading import Condition, Thread
from time import monotonic
from typing import Any, Final, Protocol

from markwire.errors import CatalogueError, PushError
from markwire.model import Push
from markwire.outbox import (
    PAUSE,
    TOGETHER,
    Account,
    Attempt,
    Due,
    Kind,
    Target,
    Verdict,
    wait,
)
from markwire.push.requests import Reply, asked_wait, parcel, verdict

_log: Final = logging.getLogger("markwire")
_LONGEST: Final = 30.0  # seconds of sleep: clocks are set, and machines are put to sleep
_AFTER_FAULT: Final = 5.0  # seconds of rest, however often it is said that something is owed
_GRACE: Final = 2.0  # seconds in which what is being sent may come to its end
_BUG: Final = "a fault of Markwire itself"
_RESULT: Final[dict[Verdict, str]] = {
    "delivered": "push_delivered",
    "refused": "push_refused",
    "failed": "push_failed",
}


class Outbox(Protocol):
    """What is owed, and how it fared; see ``Catalogue`` for what each method promises."""

    def batch(self) -> AbstractContextManager[None]: ...  # noqa: D102  # said there

    def due_pushes(self, target: Target, now: datetime, *, limit: int) -> Due: ...  # noqa: D102

    def next_push(self, target: Target) -> datetime | None: ...  # noqa: D102

    def record_attempt(self, attempt: Attempt) -> None: ...  # noqa: D102

    def push_accounts(self) -> tuple[Account, ...]: ...  # noqa: D102


class Paying:
    """Pays what an outbox owes to some targets."""

    def __init__(
        self,
        outbox: Outbox,
        targets: Sequence[Target],
        push: Push,
        now: Callable[[], datetime],
        *,
        send: Callable[..., Reply] | None = None,
        chance: Callable[[], float] = random.random,
        pauses: Mapping[Kind, float] = PAUSE,
    ) -> None:
        """Take the time from ``now``, and the spread of waits from ``chance``, from 0 to 1."""
        self._outbox = outbox
        self._push = push
        self._now = now
        self._send = send or _send
        self._chance = chance
        self._pauses = pauses
        self._hosts: dict[str, list[Target]] = {}
        for target in targets:
            self._hosts.setdefault(target.host, []).append(target)
        self._sent: dict[str, float] = {}
        self._news = Condition()
        self._woken = 0
        self._is_stopped = False
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Pay from now on, until ``stop``."""
        self._threads = [
            Thread(target=self._go_on, args=(targets,), name=f"push {host}", daemon=True)
            for host, targets in self._hosts.items()
        ]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that something may be owed."""
        with self._news:
            self._woken += 1
            self._news.notify_all()

    def stop(self) -> None:
        """Begin nothing more; what is being sent has a moment to come to its end."""
        with self._news:
            self._is_stopped = True
            self._news.notify_all()
        until = monotonic() + _GRACE
        for thread in self._threads:
            thread.join(max(until - monotonic(), 0.0))

    def pay_once(self, seconds: float) -> None:
        """Try once what is due, for at most so long; the rest stays owed."""
        threads = [
            Thread(target=self._pay_all_once, args=(targets,), name=f"push {host}", daemon=True)
            for host, targets in self._hosts.items()
        ]
        until = monotonic() + seconds
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(until - monotonic(), 0.0))
        with self._news:
            self._is_stopped = True
            self._news.notify_all()

    def accounts(self) -> tuple[Account, ...]:
        """Give how each target stands. Raises CatalogueError where that cannot be read."""
        if not self._hosts:
            return ()
        with self._outbox.batch():
            return self._outbox.push_accounts()

    # --- threads -------------------------------------------------------------------------

    def _go_on(self, targets: Sequence[Target]) -> None:
        while not self._is_stopped:
            with self._news:
                woken = self._woken
            try:
                due = self._pay_all(targets)
            except CatalogueError as fault:
                self._tell_fault(fault)
                with self._news:
                    self._news.wait_for(lambda: self._is_stopped, _AFTER_FAULT)
                continue
            with self._news:
                if self._woken == woken and not self._is_stopped:
                    self._news.wait(_LONGEST if due is None else min(max(due, 0.1), _LONGEST))

    def _pay_all(self, targets: Sequence[Target]) -> float | None:
        """Pay what is due to some targets; give in how many seconds the next is, None if none."""
        waits = [self._pay(target) for target in targets]
        known = [each for each in waits if each is not None]
        return min(known) if known else None

    def _pay_all_once(self, targets: Sequence[Target]) -> None:
        try:
            self._pay_all(targets)
        except CatalogueError as fault:
            self._tell_fault(fault)

    def _tell_fault(self, fault: CatalogueError) -> None:
        if not self._is_stopped:
            _log.warning("push_interrupted reason=%s", fault)

    def _pay(self, target: Target) -> float | None:
        while not self._is_stopped:
            with self._outbox.batch():
                now = self._now()
                due = self._outbox.due_pushes(target, now, limit=TOGETHER[target.kind])
                again = self._outbox.next_push(target)
            if not due.notices:
                return None if again is None else (again - now).total_seconds()
            if self._rest(target):
                continue  # More of it may be due by now, or less.
            attempt = self._attempt(target, due)
            self._sent[target.key] = monotonic()
            with self._outbox.batch():
                self._outbox.record_attempt(attempt)
            _tell(attempt)
        return None

    def _rest(self, target: Target) -> bool:
        """Rest where the last request to a target was a moment ago; give whether that was so."""
        left = self._sent.get(target.key, -inf) + self._pauses[target.kind] - monotonic()
        if left <= 0:
            return False
        with self._news:
            self._news.wait_for(lambda: self._is_stopped, left)
        return True

    def _attempt(self, target: Target, due: Due) -> Attempt:
        now, begun = self._now(), monotonic()
        asked = None
        try:
            sent = parcel(target, due.notices, now, self._push)
            reply = self._send(sent.url, sent.body, sent.headers, private=self._push.private)
        except PushError as fault:
            result: Verdict = "failed"
            answer = str(fault)
        except Exception as fault:
            # Whatever it is, it is of one target: its thread must go on, and not at once.
            _log.exception("push_met_fault target=%s kind=%s", target.shown, type(fault).__name__)
            result, answer = "failed", _BUG
        else:
            result, answer = verdict(reply.status), f"HTTP {reply.status}"
            asked = asked_wait(reply.retry_after, now)
        taken = (monotonic() - begun) * 1000
        after = self._now()
        tried = due.failures if result == "failed" else due.notices[0].attempts
        again = after + wait(tried + 1, self._chance(), asked)
        return Attempt(target, due.notices, after, result, answer, taken, again)


def _send(*words: Any, **named: Any) -> Reply:
    """Send over the wire, which costs a tenth of a second to load: most sites push nothing."""
    from markwire.push import wire  # noqa: PLC0415  # see above

    return wire.send(*words, **named)


def _tell(attempt: Attempt) -> None:
    _log.info(
        "%s kind=%s target=%s notices=%d answer=%s ms=%d",
        _RESULT[attempt.verdict],
        attempt.target.kind,
        attempt.target.shown,
        len(attempt.notices),
        attempt.answer.replace(" ", "_"),
        attempt.milliseconds,
    )
