"""The second half of an edition: compose what windows lack, and put what is owed.

Order matters to readers: pictures and pages stand before the feeds that name them, and nothing
is removed before the feeds that named it are replaced.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from markwire.article.compose import Composed, Job, compose, names
from markwire.article.mentions import resolve
from markwire.article.read import Refused, read
from markwire.catalogue import Catalogue, Remembered
from markwire.catalogue.names import mention_key
from markwire.executors import Workers
from markwire.formats import ASSEMBLE, addresses
from markwire.identity import fingerprint
from markwire.intake import folder
from markwire.intake.inside import open_inside
from markwire.model import FORMATS, Body, Feed, Site, Source, Window
from markwire.outlet.directory import Directory
from markwire.outlet.gate import check
from markwire.selection import configured, feed_of

_ARCHIVE_CHUNK: Final = 256

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Published:
    """What a publishing wrote and removed, as paths below the feeds folder.

    ``obsolete`` are paths that may no longer be wanted: to be given to ``remove``.
    """

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    obsolete: set[str] = field(default_factory=set)


class Publisher:
    """Brings the files of the feeds folder up to what the catalogue records; ``done`` tells."""

    def __init__(
        self, site: Site, catalogue: Catalogue, outlet: Directory, workers: Workers
    ) -> None:
        self._site = site
        self._catalogue = catalogue
        self._outlet = outlet
        self._workers = workers
        self.done = Published()

    def publish_feeds(self) -> None:
        """Compose what the windows of the owed feeds lack, and put these feeds."""
        feeds = [
            feed_of(key, self._catalogue.label(key), self._site)
            for key in self._catalogue.owed()
            if configured(key, self._site)
        ]
        lacking = dict.fromkeys(
            row.article
            for feed in feeds
            for row in self._catalogue.window(feed.key, limit=feed.limit, body=feed.body)
            if not row.current
        )
        self._compose(tuple(lacking), self._site.bodies)
        for feed in feeds:
            self._put_feed(feed)
        self._go_live(feeds)

    def publish_archive(self, told: Progress) -> None:
        """Compose, newest first, the articles that no owed window asked for."""
        stale = tuple(self._catalogue.stale())
        for start in range(0, len(stale), _ARCHIVE_CHUNK):
            told(start, len(stale))
            self._compose(stale[start : start + _ARCHIVE_CHUNK], ())
            self._go_live(())
        if stale:
            told(len(stale), len(stale))

    def remove_obsolete(self, paths: Collection[str]) -> None:
        """Remove those files that nothing live wants any more: of ``paths``, and our own."""
        with self._catalogue.batch():
            for path in sorted({*paths, *self.done.obsolete}):
                if not self._is_wanted(path):
                    self._outlet.remove(path)
                    self._catalogue.forget_output(path)
                    self.done.removed.append(path)

    def drop_feeds(self) -> set[str]:
        """Forget feeds that the configuration no longer asks for; give their files."""
        dropped = set()
        for key in self._catalogue.feed_keys():
            if not configured(key, self._site):
                dropped |= {addresses.path(key, form) for form in FORMATS}
                self._catalogue.drop_feed(key)
        return dropped

    # --- feeds ---------------------------------------------------------------------------

    def _put_feed(self, feed: Feed) -> None:
        rows = self._catalogue.window(feed.key, limit=feed.limit, body=feed.body)
        # An article that could never be composed has no fragment yet; its problem is told.
        rows = tuple(row for row in rows if None not in row.fragments.values())
        updated = max((row.updated for row in rows), default=self._catalogue.feed_updated(feed.key))
        self._catalogue.record_feed(feed.key, label=feed.label, updated=updated)
        for form in FORMATS:
            fragments = tuple(row.fragments[form] or b"" for row in rows)
            document = ASSEMBLE[form](feed, Window(fragments, updated), self._site)
            path = addresses.path(feed.key, form)
            check(document, form, entries=len(rows), path=path)
            self._outlet.put(path, document)

    def _go_live(self, feeds: Collection[Feed]) -> None:
        written = self._outlet.publish()
        with self._catalogue.batch():
            for path, (size, modified) in written.items():
                self._catalogue.record_output(path, size, modified)
            self._catalogue.paid(feed.key for feed in feeds)
        self.done.written.extend(written)

    # --- composing -----------------------------------------------------------------------

    def _compose(self, numbers: Collection[int], bodies: tuple[Body, ...]) -> None:
        """Compose articles, stage their pages and pictures, and keep their fragments."""
        taken: deque[int] = deque()
        results = self._workers.map(compose, self._jobs(numbers, bodies, taken), len(numbers))
        with self._catalogue.batch():
            for result in results:
                number = taken.popleft()
                if isinstance(result, Refused):
                    self._catalogue.refuse(number, result.problems)
                else:
                    self._put_article(number, result)

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
        self._outlet.put(f"articles/{word}.html", composed.page)
        self._outlet.put(f"articles/{word}.json", composed.document)
        self._put_media(composed.media)
        self._catalogue.keep(
            number,
            fragments=composed.fragments,
            shown=composed.media,
            problems=composed.problems,
        )
        self.done.obsolete |= {self._output(url) for url in before - set(composed.media)}

    def _put_media(self, urls: Collection[str]) -> None:
        """Copy the pictures and other files that an article shows, where they are ours."""
        for url in urls:
            path = self._catalogue.media_of(url)
            if path is not None:
                with open_inside(self._site.folders.content, path) as source:
                    self._outlet.put_file(self._output(url), source)

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
