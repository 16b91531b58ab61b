"""The feeds of a newsroom and who asks for them, how editions went, and what is pushed.

At the I/O rim by the catalogue that it asks, within a batch of whoever calls.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from markwire.catalogue import Catalogue
from markwire.catalogue.seeking import FeedSizes
from markwire.formats import addresses
from markwire.model import FORMATS, Feed, Site
from markwire.selection import configured, feed_of
from markwire.views import FeedRow, FeedsView, PushesView, TrendsView

_STATED: Final = timedelta(days=2)  # aggregators that ask once a day have stated it since
_DRAWN: Final = timedelta(days=30)
_MOST: Final = 200  # notices that are owed, and attempts: nobody reads on


def tell_feeds(catalogue: Catalogue, site: Site, now: datetime) -> FeedsView:
    """Tell of each feed that stands; requests are of today, subscribers as last stated."""
    requests: dict[str, int] = {}
    for (key, _), count in catalogue.polled(since=_day(now, site)).items():
        requests[key] = requests.get(key, 0) + count
    subscribers = {
        key: sum(stated.values())
        for key, stated in catalogue.subscribers(since=_day(now - _STATED, site)).items()
    }
    rows = []
    for each in catalogue.feed_sizes():
        feed = _feed(each, site)
        if feed is not None:
            rows.append(
                FeedRow(
                    key=each.key,
                    title=feed.title,
                    language=feed.language,
                    addresses={form: addresses.url(feed, form, site) for form in FORMATS},
                    sizes=dict(each.sizes),
                    entries=each.entries,
                    changed=each.changed,
                    subscribers=subscribers.get(each.key, 0),
                    requests=requests.get(each.key, 0),
                )
            )
    # Those that somebody named come before those that are made for each value.
    return FeedsView(tuple(sorted(rows, key=lambda row: ("/" in row.key, row.key))))


def tell_trends(catalogue: Catalogue, site: Site, now: datetime) -> TrendsView:
    """Tell how the latest editions went, and who polled in the last thirty days."""
    since = _day(now - _DRAWN, site)
    return TrendsView(
        catalogue.editions(), catalogue.polls(since=since), dict(catalogue.pollers(since=since))
    )


def tell_pushes(catalogue: Catalogue) -> PushesView:
    """Tell what is owed to hubs and partners, and what became of what was lately sent."""
    return PushesView(catalogue.owed_pushes(_MOST), catalogue.deliveries(_MOST))


def _feed(each: FeedSizes, site: Site) -> Feed | None:
    if not configured(each.key, site):
        return None
    feed = feed_of(each.key, each.label, site)
    return feed if feed.label or feed in site.feeds else None


def _day(when: datetime, site: Site) -> str:
    """Give the day in the newsroom, as polls are counted by."""
    return when.astimezone(site.time_zone).date().isoformat()
