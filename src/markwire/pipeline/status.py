"""What a running Markwire says of itself, in ``status.json`` of the state folder.

At the I/O rim. The file is written anew when something has changed, and touched about once a second
by the loop that also publishes: never by a thread of its own, which would go on where that loop
hangs. No headline stands in it, and no path of an article but in a fault that names one.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Final, Literal

from markwire.errors import MarkwireError
from markwire.intake.health import Health
from markwire.outbox import Account
from markwire.pipeline.clock import Clock, Hold
from markwire.pipeline.edition import Edition

FILE_NAME: Final = "status.json"
_VERSION: Final = 1
_BEAT: Final = 1.0  # seconds
# The file is as long as a block of a disk, so that a full one can still be told of in its place.
_LENGTH: Final = 4096

_log: Final = logging.getLogger("markwire")


@dataclass(frozen=True, slots=True)
class Watch:
    """How the watch is, and since when; when events were last lost, and the folder looked at."""

    health: Health
    since: datetime
    lost: datetime | None = None
    looked: datetime | None = None


@dataclass(frozen=True, slots=True)
class LastEdition:
    """What the last edition did, how many articles were refused, and which feeds stand whole."""

    when: datetime
    written: int
    removed: int
    refused: int
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Why nothing can be published, and since when."""

    text: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """What a Markwire says of itself; ``ended`` is when it stopped of its own will.

    ``due`` is when time alone changes something, ``owed`` the number of feeds still to be written,
    ``held`` of files that went at once, ``pushes`` how each hub and partner stands.
    """

    pid: int
    command: str
    started: datetime
    work: Literal["working", "idle"]
    work_since: datetime
    ended: datetime | None = None
    watch: Watch | None = None
    edition: LastEdition | None = None
    due: datetime | None = None
    fault: Fault | None = None
    clock: Hold | None = None
    held: int = 0
    owed: int = 0
    pushes: tuple[Account, ...] = ()


class Board:
    """Keeps the status of this process; within ``with``, what is said is true of it.

    That it cannot be written ends nothing.
    """

    def __init__(
        self,
        state: Path,
        command: str,
        clock: Clock,
        *,
        pulse: Callable[[], None] = lambda: None,
    ) -> None:
        """``pulse`` is called with every sign of life."""
        self._pulse = pulse
        self._path = state / FILE_NAME
        self._clock = clock
        now = clock.now()
        self._status = Status(os.getpid(), command, now, "idle", now)
        self._written: Status | None = None
        self._beaten = -_BEAT
        self._is_mute = False

    def __enter__(self) -> Board:
        last = read(self._path.parent)
        if last is not None:
            self._say(edition=last.edition)
        self._flush()
        return self

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        if isinstance(fault, MarkwireError):
            self.fail(fault)
        self.rest()
        self._say(ended=self._clock.now())
        self._flush()

    def beat(self, pushes: Callable[[], tuple[Account, ...] | None] = lambda: None) -> None:
        """Show that the loop goes round, at most once a second, and what has changed since.

        ``pushes`` is then asked how hubs and partners stand; None where that is not known.
        """
        self._pulse()
        now = monotonic()
        if now - self._beaten < _BEAT:
            return
        self._say(clock=self._clock.hold)
        self.owe(pushes())
        self._flush()

    def work(self) -> None:
        """Say that there is work."""
        if self._status.work != "working":
            self._say(work="working", work_since=self._clock.now())

    def rest(self) -> None:
        """Say that there is none."""
        if self._status.work != "idle":
            self._say(work="idle", work_since=self._clock.now())

    def watch(self, health: Health) -> None:
        """Say how the watch is."""
        now = self._clock.now()
        last = self._status.watch or Watch(Health(), now)
        is_other = health.state != last.health.state
        self._say(
            watch=Watch(
                health,
                now if is_other else last.since,
                now if health.losses > last.health.losses else last.lost,
                now if health.looks > last.health.looks else last.looked,
            )
        )
        if is_other:
            self._flush()

    def publish(self, edition: Edition) -> None:
        """Say what an edition did; with it, no fault stands any more."""
        last = self._status.edition
        refused = len(edition.refused)
        if last is None or edition.written or edition.removed or edition.changed:
            last = LastEdition(
                self._clock.now(), len(edition.written), len(edition.removed), refused
            )
        last = replace(last, refused=refused, generation=edition.generation)
        stood = self._status.fault is not None
        self._say(
            edition=last,
            due=edition.due,
            owed=edition.owed,
            held=edition.held,
            fault=None,
        )
        if stood:
            self._flush()

    def owe(self, accounts: tuple[Account, ...] | None) -> None:
        """Say how hubs and partners stand, where that is known."""
        if accounts is not None and accounts != self._status.pushes:
            self._say(pushes=accounts)

    def fail(self, fault: MarkwireError) -> None:
        """Say that nothing can be published, since the first of the faults that stand."""
        stood = self._status.fault
        text = " ".join(str(fault).split())
        if stood is None or stood.text != text:
            self._say(fault=Fault(text, stood.since if stood else self._clock.now()))
            self._flush()

    def _say(self, **changes: Any) -> None:
        self._status = replace(self._status, **changes)

    def _flush(self) -> None:
        self._beaten = monotonic()
        try:
            if self._status != self._written:
                _put(self._path, as_json(self._status))
                self._written = self._status
            else:
                os.utime(self._path)
            self._is_mute = False
        except OSError as fault:
            self._written = None
            if not self._is_mute:
                _log.warning("status_not_written reason=%s", fault.strerror)
            self._is_mute = True


def read(state: Path) -> Status | None:
    """Give what was last said in a state folder; None where nothing was, or nothing readable."""
    try:
        return _from_json(json.loads((state / FILE_NAME).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def beaten(state: Path) -> float | None:
    """Give when the last sign of life was, in seconds since 1970; None where there was none."""
    try:
        return (state / FILE_NAME).stat().st_mtime
    except OSError:
        return None


# --- the file -------------------------------------------------------------------------------


def as_json(status: Status) -> dict[str, Any]:
    """Give a status as it stands in the file: moments by ISO 8601, what is not known left out."""
    watch = status.watch
    told: dict[str, Any] = {"version": _VERSION, **_plain(replace(status, watch=None))}
    if status.clock is not None:
        told["clock"] = {
            "step_seconds": round(status.clock.step.total_seconds()),
            "since": status.clock.since.isoformat(),
        }
    if watch is not None:
        health = asdict(watch.health)
        told["watch"] = health | {k: v for k, v in _plain(watch).items() if k != "health"}
    told["pushes"] = [_plain(account) for account in status.pushes]
    return told


def _plain(value: Any) -> dict[str, Any]:
    found = asdict(value)
    return {name: _moments(each) for name, each in found.items() if each is not None}


def _moments(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _moments(each) for name, each in value.items()}
    return value


def _from_json(told: Mapping[str, Any]) -> Status:
    watch, edition, fault, clock = (
        told.get(name) for name in ("watch", "edition", "fault", "clock")
    )
    return Status(
        pid=int(told["pid"]),
        command=str(told["command"]),
        started=_moment(told["started"]),
        work="working" if told["work"] == "working" else "idle",
        work_since=_moment(told["work_since"]),
        ended=_maybe(told, "ended"),
        watch=_watch(watch) if watch else None,
        edition=LastEdition(**{**edition, "when": _moment(edition["when"])}) if edition else None,
        due=_maybe(told, "due"),
        fault=Fault(str(fault["text"]), _moment(fault["since"])) if fault else None,
        clock=(
            Hold(timedelta(seconds=clock["step_seconds"]), _moment(clock["since"]))
            if clock
            else None
        ),
        held=int(told["held"]),
        owed=int(told["owed"]),
        pushes=tuple(_account(each) for each in told.get("pushes", ())),
    )


def _account(told: Mapping[str, Any]) -> Account:
    return Account(
        told["kind"],
        str(told["target"]),
        int(told["owed"]),
        _maybe(told, "since"),
        _maybe(told, "next"),
        _maybe(told, "failing"),
        _maybe(told, "given_up"),
        str(told["answer"]),
    )


def _watch(told: Mapping[str, Any]) -> Watch:
    names = ("state", "way", "reason", "losses", "faults", "looks")
    return Watch(
        Health(**{name: told[name] for name in names}),
        _moment(told["since"]),
        _maybe(told, "lost"),
        _maybe(told, "looked"),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(told: Mapping[str, Any], name: str) -> datetime | None:
    return _moment(told[name]) if name in told else None


def _put(path: Path, told: object) -> None:
    """Write the file whole; on a full disk, over the blocks that it has already."""
    content = json.dumps(told, ensure_ascii=False, indent=1).encode().ljust(_LENGTH - 1) + b"\n"
    unfinished = path.with_name(f".{path.name}.new")
    try:
        _write(unfinished, content, os.O_CREAT | os.O_TRUNC)
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        _write(path, content, 0)


def _write(path: Path, content: bytes, how: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | how, 0o600)
    try:
        written = 0
        while written < len(content):  # A disk that is nearly full takes a part first.
            written += os.write(descriptor, content[written:])
        os.ftruncate(descriptor, len(content))
    finally:
        os.close(descriptor)
