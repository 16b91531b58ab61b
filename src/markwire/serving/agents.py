"""What a client says of itself in ``User-Agent``: which reader it is, and for how many it asks.

Pure. Aggregators that fetch once for many people say for how many (no standard has it), and some by
which number of theirs they know the feed. All of it is a claim: it is believed of the aggregators
that are named here alone, and up to ``MOST``. Nothing of a client's own words leaves this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

# Scrapers that pose as an aggregator like to say a million.
MOST: Final = 500_000
LONGEST: Final = 512  # characters that are looked at
OTHER: Final = "other"
BROWSER: Final = "browser"

_COUNT: Final = re.compile(r"(?<![0-9.,-])([0-9]{1,9}) (?:subscriber|reader)(?:s|\(s\))?\b")
_ID: Final = r"\bfeed-?id[=:] ?([0-9a-f]{1,40})\b"


@dataclass(frozen=True, slots=True)
class Agent:
    """What a client is, by a name of ours, and what it states; ``subscribers`` None if nothing.

    ``number`` stands for the aggregator's own id of the feed; 0 where it states none.
    """

    name: str
    subscribers: int | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """A client and its product, as a pattern of lower case.

    ``id`` is how one that asks for many states its own id, None of one that asks for itself. Where
    ``has_id``, it always states one: who does not is another that took its name.
    """

    name: str
    product: str
    id: str | None = None
    has_id: bool = False


# Aggregators first; where a text names two products, the one that comes first in the text counts.
_KNOWN: Final = (
    _Known("BazQux", r"bazqux/", _ID),
    _Known("Bloglovin", r"bloglovin/", _ID),
    _Known("CommaFeed", r"commafeed/", _ID),
    _Known("Dreamwidth", r"dreamwidth studios \(", _ID),
    _Known("Feed Wrangler", r"feed wrangler/", _ID),
    _Known("Feedbin", r"feedbin feed-id:", r"^feedbin feed-id:([0-9]{1,20})\b", has_id=True),
    _Known("Feeder", r"feeder(?:\.co)?[/ ]", _ID),
    _Known("FeedHQ", r"feedhq/", _ID),
    _Known("Feedly", r"feedly(?:bot)?/", _ID),
    _Known("Feedspot", r"feedspot[ /]", _ID),
    _Known("G2Reader", r"g2reader-bot/", _ID),
    _Known("Google", r"feedfetcher-google", _ID),
    _Known("Inoreader", r"inoreader(?:\.com|/)", _ID),
    _Known("LiveJournal", r"livejournal\.com \(", _ID),
    _Known("Netvibes", r"netvibes ?[/(]", _ID),
    _Known(
        "NewsBlur", r"newsblur feed fetcher", r"newsblur\.com/site/([0-9]{1,20})\b", has_id=True
    ),
    _Known("Overcast", r"overcast/", _ID),
    _Known("Player FM", r"playerfm/", _ID),
    _Known("Readwise", r"readwise(?:\.io|/)", _ID),
    _Known("Superfeedr", r"superfeedr bot/", _ID),
    _Known("The Old Reader", r"theoldreader\.com", _ID),
    _Known("Yandex", r"yandex[a-z]{3,12}/", _ID),
    _Known("Akregator", r"akregator/"),
    _Known("Apple", r"applebot/|apple-pubsub/|applesyndication/"),
    _Known("Blogtrottr", r"blogtrottr/"),
    _Known("curl", r"curl/"),
    _Known("Dlvr.it", r"dlvr\.it/"),
    _Known("feedparser", r"(?:universal)?feedparser/"),
    _Known("Flipboard", r"flipboard(?:proxy|rss)?/"),
    _Known("FreshRSS", r"freshrss/"),
    _Known("Go", r"go-http-client/"),
    _Known("Google bots", r"googlebot(?:-[a-z]{4,6})?/|googleother\b"),
    _Known("IFTTT", r"ifttt-protocol/"),
    _Known("Java", r"java/|okhttp/|apache-httpclient/"),
    _Known("Liferea", r"liferea/"),
    _Known("Mastodon", r"mastodon/"),
    _Known("Microsoft", r"bingbot/|msnbot/|windows-rss-platform/"),
    _Known("Miniflux", r"miniflux/"),
    _Known("NetNewsWire", r"netnewswire[ /]"),
    _Known("Newsboat", r"newsboat/"),
    _Known("Nextcloud News", r"nextcloud-news/"),
    _Known("Node", r"node-fetch/|axios/|undici\b|rss-parser\b"),
    _Known("Perl", r"libwww-perl/"),
    _Known("Python", r"python-(?:requests|urllib|httpx)/|aiohttp/"),
    _Known("QuiteRSS", r"quiterss/"),
    _Known("Reeder", r"reeder/"),
    _Known("RSS Guard", r"rssguard/"),
    _Known("Ruby", r"feedjira\b|faraday\b|http\.rb/"),
    _Known("Slack", r"slackbot\b|slack-imgproxy\b"),
    _Known("SmartNews", r"smartnewsbot\b|smartformat\b|smartnews/"),
    _Known("Telegram", r"telegrambot\b"),
    _Known("Thunderbird", r"thunderbird/"),
    _Known("Tiny Tiny RSS", r"tiny tiny rss/"),
    _Known("Vienna", r"vienna/"),
    _Known("W3C validator", r"w3c_validator/|feedvalidator/"),
    _Known("Wget", r"wget/"),
    _Known("WordPress", r"wordpress/|simplepie/"),
    _Known("Zapier", r"zapier\b"),
)
_PRODUCT: Final = re.compile(
    # Google's fetcher is what others say that they are like.
    r"(?:^|(?<=[^a-z0-9.\-_/@]))(?<!like )(?:"
    + "|".join(f"(?P<k{place}>{known.product})" for place, known in enumerate(_KNOWN))
    + ")"
)
NAMES: Final = frozenset({BROWSER, OTHER, *(known.name for known in _KNOWN)})


@lru_cache(maxsize=2048)  # Thousands of requests come with a few dozen of texts.
def read(text: str) -> Agent:
    """Read a ``User-Agent``; one that is not known is a browser or another."""
    text = text[:LONGEST].lower()
    found = _PRODUCT.search(text)
    if found is None:
        return Agent(BROWSER if text.startswith("mozilla/") else OTHER)
    known = _KNOWN[int((found.lastgroup or "")[1:])]
    if known.id is None:
        return Agent(known.name)
    own = re.search(known.id, text)
    counts = _COUNT.findall(text)
    if len(counts) != 1 or int(counts[0]) > MOST or (known.has_id and own is None):
        return Agent(known.name)
    return Agent(known.name, int(counts[0]), crc32(own[1].encode()) if own else 0)
