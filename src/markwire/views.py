"""What the desk is told of a newsroom: questions, and the views that answer them.

Pure: frozen values that cross from the process that publishes to the one that serves, as JSON.
Moments are aware UTC datetimes, durations milliseconds, sizes bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from markwire.model import Format
from markwire.problems import Problem

PAGE: Final = 50  # articles on one page of the board

# Where an article stands: just one of them.
Standing = Literal[
    "draft",
    "scheduled",
    "embargoed",
    "published",
    "corrected",
    "withdrawn",
    "killed",
    "expired",
]
# Under which it is on the board; one that is refused is nowhere else.
Column = Standing | Literal["refused"]
COLUMNS: Final[tuple[Column, ...]] = (
    "refused",
    "draft",
    "scheduled",
    "embargoed",
    "published",
    "corrected",
    "withdrawn",
    "expired",
    "killed",
)


# --- questions ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskBoard:
    """Which articles there are. ``search`` is looked for in headlines and paths, without case and
    accents; the empty ``column``, ``section`` or ``language`` means any; pages count from 1.
    """

    column: Column | Literal[""] = ""
    search: str = ""
    section: str = ""
    language: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class AskArticle:
    """All there is to say of the article whose file is at ``path`` below the content folder.

    In ``language``, or in the site's where that is empty.
    """

    path: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class AskFeeds:
    """How the feeds are."""


@dataclass(frozen=True, slots=True)
class AskPushes:
    """What is owed to hubs and partners, and what was lately delivered."""


@dataclass(frozen=True, slots=True)
class AskTrends:
    """How long editions took, how large feeds are, and who polled."""


Question = AskBoard | AskArticle | AskFeeds | AskPushes | AskTrends


# --- views -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """One article on the board.

    ``moment`` is what its column is sorted by and tells: when it appears, was published,
    corrected, withdrawn, or its file was last read. ``slug`` is empty where no reader ever saw it.
    """

    path: str
    column: Column
    headline: str
    moment: datetime | None
    language: str
    section: str
    slug: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardView:
    """One page of the board; ``counts`` are of all articles that the search and filters leave."""

    cards: tuple[Card, ...]
    counts: dict[Column, int]
    page: int
    pages: int
    sections: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An article and one feed: whether it is carried, and why, in the language of the desk."""

    key: str
    title: str
    is_carried: bool
    reason: str
    why: str
    position: int = 0
    entries: int = 0


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article as it stands.

    ``standing`` is in words, in the language of the desk. ``forms`` are its entries, raw, by
    format: as feeds carry them, or would, of what readers cannot see yet; empty where none could.
    """

    card: Card
    standing: tuple[str, ...]
    guid: str
    permalink: str
    published: datetime | None
    updated: datetime | None
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    places: tuple[Place, ...]
    forms: dict[Format, str]
    body: str
    standfirst: str


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One feed; ``sizes`` in bytes by format, ``addresses`` as readers use them."""

    key: str
    title: str
    language: str
    addresses: dict[Format, str]
    sizes: dict[Format, int]
    entries: int
    changed: datetime | None
    subscribers: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class FeedsView:
    """All feeds, the main one first."""

    rows: tuple[FeedRow, ...]


@dataclass(frozen=True, slots=True)
class OwedPush:
    """One notice that is owed; ``target`` is an address without its secrets."""

    kind: str
    target: str
    topic: str
    since: datetime
    attempts: int
    next_attempt: datetime | None
    last_answer: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver a notice, and how it was answered."""

    when: datetime
    kind: str
    target: str
    topic: str
    answer: str
    milliseconds: float
    is_delivered: bool


@dataclass(frozen=True, slots=True)
class PushesView:
    """What is owed, the longest first, and the latest deliveries, newest first."""

    owed: tuple[OwedPush, ...]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class EditionPoint:
    """One edition for the charts; ``milliseconds`` from the batch to live feeds."""

    when: datetime
    milliseconds: float
    changed: int
    written: int
    refused: int


@dataclass(frozen=True, slots=True)
class PollPoint:
    """Who polled all feeds on one day."""

    day: str
    requests: int
    unchanged: int
    sent: int
    subscribers: int


@dataclass(frozen=True, slots=True)
class TrendsView:
    """The latest editions, oldest first; polls by day, oldest first; and by which ``clients`` in
    all these days, the most frequent first.
    """

    editions: tuple[EditionPoint, ...]
    polls: tuple[PollPoint, ...]
    clients: dict[str, int]


View = BoardView | ArticleView | FeedsView | PushesView | TrendsView


@dataclass(frozen=True, slots=True)
class News:
    """What the desk is told by itself: an edition was published, or something else has changed.

    ``changed`` are paths of articles' files that came, went, were mended or refused.
    """

    when: datetime
    generation: int
    changed: tuple[str, ...]
    written: int
    removed: int
    refused: int
    milliseconds: float
