"""Figures of operation at ``/metrics``, for Prometheus.

Told by the process that serves: what it answers, and what it sees of the one that publishes. Labels
are of small closed sets. Not for everybody: who asks is checked by ``guard``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from markwire.model import Site
from markwire.serving.exposition import MEDIA_TYPE, Family, Sample, histogram, single, written
from markwire.serving.health import Health, Lookout
from markwire.serving.meters import BOUNDS, CLASSES, KINDS, Meters
from markwire.serving.sizes import EachSize, FeedSize, Sizes

_BEGUN: Final = time.time()


@dataclass(frozen=True, slots=True)
class Load:
    """What is held in memory: versions of files, and their bytes."""

    versions: int = 0
    versions_bytes: int = 0


class Metrics:
    """Answers ``/metrics`` of one server; ``load`` tells what it holds."""

    def __init__(
        self, site: Site, meters: Meters, lookout: Lookout, load: Callable[[], Load] = Load
    ) -> None:
        self._meters = meters
        self._lookout = lookout
        self._load = load
        self._sizes = Sizes(site)
        self._one_by_one = asyncio.Lock()

    async def answer(self, _request: Request) -> Response:
        """Answer with all figures."""
        async with self._one_by_one:
            health = await self._lookout.look()
            feeds, each = await asyncio.to_thread(lambda: (self._sizes.feeds(), self._sizes.each()))
        families = (
            *_of_answers(self._meters),
            *_of_load(self._load(), self._meters),
            *_of_health(health),
            *_of_feeds(feeds, each),
            *_of_process(),
        )
        return Response(
            written(families),
            headers={
                "Content-Type": MEDIA_TYPE,
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )


def _of_answers(meters: Meters) -> Iterator[Family]:
    yield Family(
        "markwire_requests_total",
        "counter",
        "Answers given, by what was asked for and how it was answered; 304 by itself.",
        tuple(
            Sample(meters.requests[kind][place], {"kind": kind, "status": status})
            for kind in KINDS
            for place, status in enumerate(CLASSES)
            if status != "1xx"
        ),
    )
    yield Family(
        "markwire_sent_bytes_total",
        "counter",
        "Bytes of bodies sent, as they went out, compressed or not.",
        tuple(Sample(meters.sent[kind], {"kind": kind}) for kind in KINDS),
    )
    yield histogram(
        "markwire_answer_seconds",
        "Time from a request's head until its answer began.",
        BOUNDS,
        meters.buckets,
        meters.seconds,
    )


def _of_load(load: Load, meters: Meters) -> Iterator[Family]:
    yield single("markwire_connections", "gauge", "Open connections.", meters.connections())
    yield single(
        "markwire_in_flight", "gauge", "Requests being answered, streams too.", meters.in_flight
    )
    yield single("markwire_versions", "gauge", "Files that are kept in memory.", load.versions)
    yield single(
        "markwire_versions_bytes",
        "gauge",
        "Bytes of memory that they take with their compressed forms.",
        load.versions_bytes,
    )


def _of_health(health: Health) -> Iterator[Family]:
    seen, status = health.seen, health.seen.status
    yield single(
        "markwire_well", "gauge", "1 where nothing is wrong, as /healthz.", int(health.is_well)
    )
    is_running = int(seen.holder is not None)
    yield single("markwire_publisher_running", "gauge", "1 where one publishes.", is_running)
    if seen.beat is not None:
        yield single(
            "markwire_heartbeat_timestamp_seconds",
            "gauge",
            "When the one that publishes last showed that it is alive.",
            seen.beat.timestamp(),
        )
    if status is None:
        return
    yield single("markwire_owed_feeds", "gauge", "Feeds still to be written.", status.owed)
    yield Family(
        "markwire_owed_pushes",
        "gauge",
        "Notices owed to hubs and partners.",
        tuple(
            Sample(each.owed, {"kind": each.kind, "target": each.target}) for each in status.pushes
        ),
    )
    yield single("markwire_held_files", "gauge", "Files that went at once, and wait.", status.held)
    if status.edition is not None:
        yield single(
            "markwire_last_edition_timestamp_seconds",
            "gauge",
            "When an edition last changed something.",
            status.edition.when.timestamp(),
        )
        yield single(
            "markwire_refused_articles",
            "gauge",
            "Articles that cannot be published as they stand.",
            status.edition.refused,
        )


def _of_feeds(feeds: tuple[FeedSize, ...], each: tuple[EachSize, ...]) -> Iterator[Family]:
    yield Family(
        "markwire_feed_bytes",
        "gauge",
        "Size of each feed that the configuration names.",
        tuple(
            Sample(size, {"feed": feed.key or "main", "format": form})
            for feed in feeds
            for form, size in feed.sizes.items()
        ),
    )
    yield Family(
        "markwire_feed_entries",
        "gauge",
        "Articles in each feed that the configuration names.",
        tuple(Sample(feed.entries, {"feed": feed.key or "main"}) for feed in feeds),
    )
    yield Family(
        "markwire_each_feeds",
        "gauge",
        "Feeds that [each] makes, by what of.",
        tuple(Sample(all_.feeds, {"each": all_.dimension}) for all_ in each),
    )
    yield Family(
        "markwire_each_feed_bytes",
        "gauge",
        "Size of all feeds together that [each] makes, by what of.",
        tuple(Sample(all_.size, {"each": all_.dimension}) for all_ in each),
    )


def _of_process() -> Iterator[Family]:
    used = time.process_time()
    yield single(
        "process_cpu_seconds_total", "counter", "Time of the processor that serving took.", used
    )
    yield single("process_start_time_seconds", "gauge", "When serving began, since 1970.", _BEGUN)
