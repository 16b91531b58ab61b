"""The second half of an edition: compose what windows lack, and put what is owed.

Order matters to readers: pictures and pages stand before the feeds that name them, and nothing
is removed before the feeds that named it are replaced.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from markwire.article.compose import Composed, Job, compose, names
from markwire.article.mentions import resolve
from markwire.article.read import Refused, read
from markwire.catalogue import Catalogue, Remembered
from markwire.catalogue.names import mention_key
from markwire.errors import PublicationError
from markwire.executors import Workers
from markwire.formats import ASSEMBLE, addresses
from markwire.identity import fingerprint
from markwire.intake import folder
from markwire.intake.inside import open_inside
from markwire.model import FORMATS, Body, Feed, Site, Source, Window
from markwire.outlet.directory import Directory
from markwire.outlet.gate import check
from markwire.pipeline.recording import Recorded
from markwire.pipeline.recovery import move, restore
from markwire.problems import Problem
from markwire.selection import configured, feed_of

_ARCHIVE_CHUNK: Final = 256

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Published:
    """What a publishing wrote and removed, as paths below the feeds folder.

    ``held`` are the faults of feeds that the gate held back.
    """

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    held: list[PublicationError] = field(default_factory=list)


class Publisher:
    """Brings the files of the feeds folder up to what the catalogue records; ``done`` tells."""

    def __init__(
        self,
        site: Site,
        catalogue: Catalogue,
        outlet: Directory,
        workers: Workers,
        recorded: Recorded,
        now: datetime,
    ) -> None:
        self._site = site
        self._catalogue = catalogue
        self._outlet = outlet
        self._workers = workers
        self._now = now
        self._moved = set(recorded.moved)
        self._obsolete = set(recorded.obsolete)
        self._identical: set[str] = set()
        self.done = Published()

    def publish_feeds(self) -> None:
        """Compose what the windows of the owed feeds lack, and put these feeds.

        What is composed is kept only once it is live: after a crash it is composed again.
        """
        with self._catalogue.batch():
            while self._moved:
                self._move(self._moved.pop())
            feeds = self._owed_feeds()
            while self._compose(self._lacking(feeds), self._site.bodies):
                feeds = self._owed_feeds()
            for feed in feeds:
                self._put_feed(feed)
            self._go_live()

    def publish_archive(self, told: Progress) -> None:
        """Compose, newest first, the articles that no owed window asked for."""
        while self._publish_stale(told):
            self.publish_feeds()

    def _publish_stale(self, told: Progress) -> bool:
        stale = tuple(self._catalogue.stale())
        held_back = False
        for start in range(0, len(stale), _ARCHIVE_CHUNK):
            told(start, len(stale))
            with self._catalogue.batch():
                held_back |= self._compose(stale[start : start + _ARCHIVE_CHUNK], ())
                self._go_live()
        if stale:
            told(len(stale), len(stale))
        return held_back

    def remove_obsolete(self) -> None:
        """Remove those files that nothing live wants any more."""
        with self._catalogue.batch():
            for path in sorted(self._obsolete):
                if not self._is_wanted(path):
                    if self._outlet.remove(path):
                        self.done.removed.append(path)
                    self._catalogue.forget_output(path)
            self._outlet.sync()
        self._obsolete.clear()

    # --- feeds ---------------------------------------------------------------------------

    def _owed_feeds(self) -> tuple[Feed, ...]:
        feeds = []
        for key in self._catalogue.owed():
            if configured(key, self._site):
                feed = feed_of(key, self._catalogue.label(key), self._site)
                if feed.label or feed in self._site.feeds:
                    feeds.append(feed)
                else:  # Its one article was held back: readers never knew it.
                    self._catalogue.forgive(key)
        return tuple(feeds)

    def _lacking(self, feeds: Collection[Feed]) -> tuple[int, ...]:
        lacking = dict.fromkeys(
            row.article
            for feed in feeds
            for row in self._catalogue.window(feed.key, limit=feed.limit, body=feed.body)
            if not row.current
        )
        return tuple(lacking)

    def _put_feed(self, feed: Feed) -> None:
        """Put a feed in all formats, or in none where the gate holds one back."""
        rows = self._catalogue.window(feed.key, limit=feed.limit, body=feed.body)
        # An article that could never be composed has no fragment yet; its problem is told.
        rows = tuple(row for row in rows if None not in row.fragments.values())
        updated = max((row.updated for row in rows), default=self._catalogue.feed_updated(feed.key))
        documents = {}
        for form in FORMATS:
            fragments = tuple(row.fragments[form] or b"" for row in rows)
            document = ASSEMBLE[form](feed, Window(fragments, updated), self._site)
            path = addresses.path(feed.key, form)
            try:
                check(document, form, entries=len(rows), path=path)
            except PublicationError as fault:
                self.done.held.append(fault)
                return
            documents[path] = document
        for path, document in documents.items():
            self._put(path, document)
        self._catalogue.record_feed(feed.key, label=feed.label, updated=updated)
        self._catalogue.paid((feed.key,))

    def _put(self, path: str, content: bytes) -> None:
        if not self._outlet.put(path, content):
            self._identical.add(path)

    def _go_live(self) -> None:
        written = self._outlet.publish()
        states = {path: self._outlet.state(path) for path in sorted(self._identical)}
        for path, state in (states | written).items():
            if state is not None:
                self._catalogue.record_output(path, *state)
        self._identical.clear()
        self.done.written.extend(written)

    def _move(self, number: int) -> None:
        """Have the JSON of an article that is not composed say by what its file is found."""
        move(self._catalogue.article(number), self._outlet)

    # --- composing -----------------------------------------------------------------------

    def _compose(self, numbers: Collection[int], bodies: tuple[Body, ...]) -> bool:
        """Compose articles, stage their pages and pictures, and keep their fragments.

        Gives whether one was held back: then other articles and feeds are to be looked at.
        """
        taken: deque[int] = deque()
        results = self._workers.map(compose, self._jobs(numbers, bodies, taken), len(numbers))
        held_back = False
        for result in results:
            number = taken.popleft()
            if isinstance(result, Refused):
                self._hold_back(number, result.problems)
                held_back = True
            else:
                self._put_article(number, result)
        return held_back

    def _hold_back(self, number: int, problems: Collection[Problem]) -> None:
        """Keep the last good version of an article that cannot be converted, or else none."""
        was = self._catalogue.article(number)
        self._catalogue.owe(self._catalogue.feeds_of(number))
        if restore(
            number,
            catalogue=self._catalogue,
            outlet=self._outlet,
            site=self._site,
            now=self._now,
        ):
            self._move(number)
        else:
            self._catalogue.hold_back(number, self._now)
        self._catalogue.refuse(number, problems)
        self._catalogue.owe(self._catalogue.feeds_of(number))
        now = self._catalogue.article(number)
        if (now.live, now.permalink) != (was.live, was.permalink):
            linking = self._catalogue.mentioning((mention_key(was.path),))
            self._catalogue.expire(linking)
            for each in linking:
                self._catalogue.owe(self._catalogue.feeds_of(each))

    def _jobs(
        self, numbers: Collection[int], bodies: tuple[Body, ...], taken: deque[int]
    ) -> Iterator[Job]:
        """Give the job of each article, and its number at the end of ``taken``.

        One whose file has changed since it was recorded is left out: the change brings it again.
        """
        for number in numbers:
            article = self._catalogue.article(number)
            source = folder.read(self._site.folders.content, article.path)
            known = self._catalogue.known((article.path,)).get(article.path)
            if isinstance(source, Source) and known and source.digest == known.digest:
                job = self._job(article, source, bodies)
                if job:
                    taken.append(number)
                    yield job

    def _job(self, article: Remembered, source: Source, bodies: tuple[Body, ...]) -> Job | None:
        result = read(source.content, path=article.path, site=self._site)
        if isinstance(result, Refused):
            return None
        manuscript = result.manuscript
        media, links = {}, {}
        for mention in names(manuscript):
            articles, files = self._catalogue.named(mention_key(mention.name))
            file = resolve(mention.name, at=article.path, candidates=files)
            known = self._catalogue.media_at(file) if file else None
            if known:
                media[mention.name] = known.media
            path = resolve(mention.name, at=article.path, candidates=articles)
            other = self._catalogue.at(path) if path else None
            if other and other.live:
                links[mention.name] = other.permalink
        return Job(
            manuscript=manuscript,
            identity=article.identity,
            permalink=article.permalink,
            updated=article.updated,
            media=media,
            links=links,
            bodies=bodies,
            source=fingerprint(article.path),
            site=self._site,
        )

    def _put_article(self, number: int, composed: Composed) -> None:
        word = composed.article.slug
        before = self._catalogue.shown_by(number)
        self._put(f"articles/{word}.html", composed.page)
        self._put(f"articles/{word}.json", composed.document)
        self._put_media(composed.media)
        self._catalogue.keep(
            number,
            fragments=composed.fragments,
            shown=composed.media,
            problems=composed.problems,
        )
        self._obsolete |= {
            self._output(url)
            for url in before - set(composed.media)
            if url.startswith(self._site.feeds_url)
        }

    def _put_media(self, urls: Collection[str]) -> None:
        """Copy the pictures and other files that an article shows, where they are ours."""
        for url in urls:
            path = self._catalogue.media_of(url)
            if path is None:
                continue
            output = self._output(url)
            # One that went away since it was listed: the next batch tells.
            with suppress(OSError), open_inside(self._site.folders.content, path) as source:
                known = self._catalogue.output(output)
                if not self._outlet.put_file(output, source, known=known):
                    self._identical.add(output)

    def _output(self, url: str) -> str:
        return url.removeprefix(self._site.feeds_url)

    # --- what stays ----------------------------------------------------------------------

    def _is_wanted(self, path: str) -> bool:
        """Say whether a live article or a feed is the reason for a file."""
        kind, _, name = path.partition("/")
        if kind == "articles":
            number = self._catalogue.slug_holder(name.rpartition(".")[0])
            return number is not None and self._catalogue.article(number).live
        if kind == "media":
            return bool(self._catalogue.showing(self._site.feeds_url + path))
        return path.rpartition("/")[0] in self._catalogue.feed_keys()
