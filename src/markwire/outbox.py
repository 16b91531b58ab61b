"""What is owed to hubs and partners, and when it is tried again.

Pure: ``now`` and chance are arguments, and nothing is sent here. A *target* is a hub, a partner's
webhook or IndexNow, as the configuration names it; a *notice* is what one target is to hear of one
topic: of a feed's document, of an article, of a page. However much happens to a topic, one notice
is owed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal
from urllib.parse import urlsplit, urlunsplit

from markwire.model import Site, Webhook

Kind = Literal["websub", "webhook", "indexnow"]
Event = Literal["", "published", "updated", "corrected", "withdrawn", "killed"]
# refused: the target is well, and will not have this notice. failed: the target is not well.
Verdict = Literal["delivered", "refused", "failed"]

GIVEN_UP: Final = timedelta(days=1)
"""After so long, what fails once more is not owed any more."""

MOST_WAIT: Final = timedelta(hours=12)
"""The longest that a target can ask to be left alone for."""

MOST_COUNTED: Final = 10_000
"""So many notices of one target are counted; where there are more, it is more than enough."""

_FIRST: Final = 5.0  # seconds
_LONGEST: Final = 3600.0
_DOUBLINGS: Final = 20  # far past the longest; more would only be a large number

TOGETHER: Final[dict[Kind, int]] = {"websub": 1, "webhook": 1, "indexnow": 10_000}
"""How many notices one request carries.

PubSubHubbub 0.3 lets ``hub.url`` be repeated; not every hub reads more than the first. IndexNow
takes 10 000 addresses.
"""

PAUSE: Final[dict[Kind, float]] = {"websub": 0.1, "webhook": 0.1, "indexnow": 10.0}
"""Seconds between two requests to one target."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whoever is to hear of something. ``shown`` is its address without what may be a secret."""

    kind: Kind
    url: str = field(repr=False)
    shown: str
    webhook: Webhook | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """By what the catalogue knows it, without its address."""
        return sha256(f"{self.kind} {self.url}".encode()).hexdigest()[:20]

    @property
    def host(self) -> str:
        """The machine that it is on."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True)
class Notice:
    """What one target is to hear of one topic.

    ``version`` counts how often it was owed before it was delivered; ``body`` is what is sent,
    where the topic alone does not say it.
    """

    topic: str
    event: Event
    body: str
    since: datetime
    version: int
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """The notices that one target is to be sent now, which just failed so many times."""

    notices: tuple[Notice, ...] = ()
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending notices; ``again`` is when what was not delivered is tried again.

    ``answer`` is in our words, never in the target's.
    """

    target: Target
    notices: tuple[Notice, ...]
    when: datetime
    verdict: Verdict
    answer: str
    milliseconds: float
    again: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """How one target stands.

    ``owed`` counts notices, up to ``MOST_COUNTED``; ``since`` is when the oldest of them began to
    be owed, ``next`` when one is tried; ``failing`` since when the target has not answered as it
    should. ``given_up`` is when something was last given up, and nothing delivered since.
    """

    kind: Kind
    target: str
    owed: int
    since: datetime | None
    next: datetime | None
    failing: datetime | None
    given_up: datetime | None
    answer: str


def targets(site: Site) -> tuple[Target, ...]:
    """Give all that a site pushes to, each once, in the order of the configuration.

    No two are shown alike.
    """
    found = [Target("websub", hub, shown(hub)) for hub in site.hubs]
    found += [
        Target("webhook", each.url, each.name or _host(each.url), each)
        for each in site.push.webhooks
    ]
    if site.push.indexnow_key:
        found.append(Target("indexnow", site.push.indexnow_url, shown(site.push.indexnow_url)))
    each = {target.key: target for target in found}.values()
    alike = Counter[tuple[Kind, str]]()
    told = []
    for target in each:
        alike[target.kind, target.shown] += 1
        number = alike[target.kind, target.shown]
        is_first = number == 1
        told.append(target if is_first else replace(target, shown=f"{target.shown} ({number})"))
    return tuple(told)


def shown(url: str) -> str:
    """Give an address without what may be a secret: a name, a password, a query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _host(url: str) -> str:
    """Give no more than the host of a webhook: of many, the path is the secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…"


def after(owed: Event, new: Event) -> Event:
    """Give what a partner is to hear who has not yet heard of ``owed``, and ``new`` has come."""
    if owed == "published" and new in ("updated", "corrected"):
        return "published"
    if owed == "corrected" and new == "updated":
        return "corrected"
    return new


def wait(failures: int, chance: float, asked: timedelta | None) -> timedelta:
    """Give how long to leave alone what has failed so often in a row, from 1 on.

    Five seconds, then twice as long each time, up to an hour; ``chance``, from 0 to 1, makes it
    half to one and a half of that, so that many who wait for one hub do not come back together.
    Where the target ``asked`` to be left alone for longer, as long as that.
    """
    doubled = min(_FIRST * 2.0 ** min(failures - 1, _DOUBLINGS), _LONGEST)
    own = timedelta(seconds=doubled * (0.5 + chance))
    return max(own, min(asked or timedelta(0), MOST_WAIT))
