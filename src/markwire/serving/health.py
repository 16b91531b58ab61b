"""Whether all is well, at ``/healthz``: for load balancers and those who keep watch.

Open to all, and so terse: it names no file, no article, and not what a fault says. What is well is
decided by ``pipeline.assessing`` alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from markwire.findings import Finding
from markwire.pipeline.assessing import Seen, assess, look

_KEPT: Final = 1.0  # seconds for which a look is believed


@dataclass(frozen=True, slots=True)
class Health:
    """How a site's Markwire was found, and when."""

    seen: Seen
    findings: tuple[Finding, ...]
    when: datetime

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return all(finding.verdict != "wrong" for finding in self.findings)


class Lookout:
    """Looks how a site's Markwire is: in a thread, once a second at most, whoever asks how often.

    Belongs to one event loop. ``find`` is what looks.
    """

    def __init__(self, state: Path, find: Callable[[Path], Seen] = look) -> None:
        self._state = state
        self._find = find
        self._last: Health | None = None
        self._until = 0.0
        self._looking: asyncio.Task[Health] | None = None

    async def look(self) -> Health:
        """Give how it is."""
        if self._last is not None and monotonic() < self._until:
            return self._last
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> Health:
        # It may take seconds, where the one that is looked at is silent.
        seen = await asyncio.to_thread(self._find, self._state)
        self._last = Health(seen, assess(seen), datetime.now(UTC))
        self._until = monotonic() + _KEPT
        return self._last

    async def answer(self, _request: Request) -> Response:
        """Answer ``/healthz``: 200 where all is well, 503 where something is wrong."""
        health = await self.look()
        return JSONResponse(
            as_json(health),
            200 if health.is_well else 503,
            headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
        )


def as_json(health: Health) -> dict[str, Any]:
    """Give what is told. Ages are in seconds; what is not known is null."""
    seen, status = health.seen, health.seen.status
    edition = status.edition if status else None
    return {
        "well": health.is_well,
        "running": seen.holder is not None,
        "answers": seen.holder is not None and not seen.is_silent,
        "heartbeat": _told(seen.beat),
        "heartbeat_age": _age(seen.beat, health.when),
        "last_edition": _told(edition.when if edition else None),
        "last_edition_age": _age(edition.when if edition else None, health.when),
        "generation": edition.generation if edition else None,
        "refused": edition.refused if edition else None,
        "owed_feeds": status.owed if status else None,
        "owed_pushes": sum(each.owed for each in status.pushes) if status else None,
        "findings": [
            {"check": each.check, "verdict": each.verdict, "code": each.code}
            for each in health.findings
        ],
    }


def _told(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat(timespec="seconds")


def _age(when: datetime | None, now: datetime) -> float | None:
    # A clock that was set back must not tell of what is to come.
    return None if when is None else max(0.0, round((now - when).total_seconds(), 1))
