"""What becomes of one article when its file is read, goes, or comes to its moment.

At the I/O rim. Everything is recorded, and owed to the feeds that it concerns; nothing is
composed or written here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from markwire import identity as identities
from markwire.catalogue import Catalogue, Entry, Remembered
from markwire.catalogue.names import mention_key
from markwire.model import Found, Identity, Manuscript, Site
from markwire.outlet.directory import Directory
from markwire.pipeline.newcomers import Newcomers, entry_of, known_as, modified
from markwire.pipeline.owing import owing
from markwire.pipeline.reading import Reading, has_changed
from markwire.pipeline.recovery import restore
from markwire.pipeline.remembering import Memory
from markwire.pipeline.withdrawing import Withdrawing
from markwire.problems import Problem, problem


@dataclass(slots=True)
class Recorded:
    """What a recording changed, for the second half of the edition.

    ``read`` counts files; ``articles`` are numbers of changed ones, ``moved`` those of refused
    ones whose files have other names now; ``obsolete`` are output paths that may no longer be
    wanted.
    """

    read: int = 0
    articles: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    obsolete: set[str] = field(default_factory=set)


class Reviser:
    """Records one article after the other.

    ``done`` is what has changed so far, ``touched`` the names, folded by ``mention_key``, that
    stand for something else now. Where everything is read ``anew``, feeds are owed anyway.
    """

    def __init__(
        self,
        site: Site,
        catalogue: Catalogue,
        outlet: Directory,
        now: datetime,
        *,
        withdrawing: Withdrawing,
        anew: bool,
    ) -> None:
        self._site = site
        self._catalogue = catalogue
        self._outlet = outlet
        self._now = now
        self._withdrawing = withdrawing
        self._anew = anew
        self.done = Recorded()
        self.touched: set[str] = set()
        self.memory = Memory(catalogue, withdrawing.waiting)
        self.newcomers = Newcomers(site, catalogue, now)

    def take_in(self, path: str, reading: Reading, number: int | None) -> None:
        """Record what a file holds now; ``number`` is the article that it is known to hold."""
        problems, manuscript = reading.problems, reading.manuscript
        if manuscript is not None:
            remembered = self.memory.article_of(manuscript, number)
            if remembered is None:
                if other := self.copied(path, reading):
                    self._wait_as_copy(path, reading, other)
                    return
                self.newcomers.add(manuscript, reading)
                self.done.articles.update(self.newcomers.record())
                return
            if isinstance(remembered, Remembered):
                if self._stays_for_now(manuscript, remembered):
                    self._catalogue.put_by(path, reading.digest)
                    return
                if remembered.path != path and remembered.path in self._withdrawing.waiting:
                    self._catalogue.forget(remembered.path)
                    self.touched.add(mention_key(remembered.path))
                with self.owing(remembered.number):
                    self._record_manuscript(manuscript, remembered, reading)
                    self._record_file(reading, remembered.number, problems)
                return
            problems = (*problems, remembered)
        last = self.memory.at(path, number)
        if last is None:
            self._record_file(reading, None, problems)
            return
        with self.owing(last.number):
            self._record_file(reading, self._keep_last(path, number, last), problems)

    def copied(self, path: str, reading: Reading) -> str | None:
        """Give the file that a new one may become the new name of: some rename by copying."""
        if not self._withdrawing.keeps_waiting(path):
            return None
        size, digest = reading.found.size, reading.digest
        return self._catalogue.same_bytes(path, size=size, digest=digest)

    def _wait_as_copy(self, path: str, reading: Reading, other: str) -> None:
        told = (*reading.problems, problem("MW403", path, other=other))
        # Of no digest: it is read again with every look.
        self._catalogue.record_file(known_as(reading.found, "", None, self._now), told)
        self._withdrawing.wait(path)

    def _stays_for_now(self, manuscript: Manuscript, remembered: Remembered) -> bool:
        """Say whether readers still see the last version of what has become a draft."""
        return (
            manuscript.draft
            and remembered.live
            and remembered.release.killed is None
            and remembered.path == manuscript.path
            and not self._anew
            and not self._withdrawing.may_go(manuscript.path)
        )

    def _record_file(
        self, reading: Reading, number: int | None, problems: Collection[Problem]
    ) -> None:
        self._catalogue.record_file(
            known_as(reading.found, reading.digest, number, self._now), problems
        )
        if number is not None:
            self.release(number)

    def _keep_last(self, path: str, number: int | None, last: Remembered) -> int | None:
        """Have the last good version of a refused file stand, if there is one."""
        if number is not None and last.path == path and not self._anew:
            return number
        if last.path and last.path != path:
            self.done.moved.add(last.number)
        self._catalogue.move(last.number, path=path, fingerprint=identities.fingerprint(path))
        restored = restore(
            last.number,
            catalogue=self._catalogue,
            outlet=self._outlet,
            site=self._site,
            now=self._now,
        )
        return last.number if restored else number

    def _record_manuscript(
        self, manuscript: Manuscript, remembered: Remembered, reading: Reading
    ) -> None:
        killed = remembered.release.killed
        if killed:
            # Its notice stays what it is, whatever the file says now.
            who = remembered.identity
            entry = entry_of(manuscript, who, reading, self._site, killed=killed)
            entry = replace(
                entry,
                memberships=self._catalogue.memberships(remembered.number),
                language=remembered.language or entry.language,
            )
        else:
            who = self._identity(manuscript, remembered, reading.found)
            entry = entry_of(manuscript, who, reading, self._site)
        if remembered.permalink != entry.permalink:
            self.touched.add(mention_key(manuscript.path))
        if remembered.identity.slug != who.slug:
            self.done.obsolete |= _pages(remembered.identity.slug)
        self._catalogue.record(entry, remembered.number)
        self._ask(entry, remembered)
        self.done.articles.add(remembered.number)

    def _ask(self, entry: Entry, remembered: Remembered) -> None:
        """Note whether a published article reads otherwise now, and nobody has declared it."""
        was, now = remembered.substance, entry.substance
        is_open = remembered.live and remembered.seen and was and not entry.release.killed
        if is_open and has_changed(was, now) and entry.updated <= remembered.updated:
            since = remembered.asked or self._now
            self._catalogue.ask(remembered.number, substance=was, since=since)
        else:
            self._catalogue.ask(remembered.number, substance=now, since=None)

    def _identity(self, manuscript: Manuscript, remembered: Remembered, found: Found) -> Identity:
        def slug_taken(word: str) -> bool:
            return self._catalogue.slug_holder(word) not in (None, remembered.number)

        was = remembered.identity
        # Until readers have seen an article, a date that nobody wrote is still open.
        first = remembered.seen or modified(found, self._now)
        word = was.slug
        if identities.asks_for_slug(manuscript.slug, slug=word, before=remembered.own_slug):
            word = identities.free_slug(manuscript.slug, slug_taken)
        return Identity(was.guid, word, identities.first_published(manuscript, first), was.own_id)

    def release(self, number: int) -> None:
        """Make an article live or not, as its release says."""
        was = self._catalogue.article(number)
        live = self._catalogue.release(number, self._now)
        if live != was.live:
            self.touched.add(mention_key(was.path))
            self.done.articles.add(number)
        if was.live and not live:
            self.done.obsolete |= self._outputs(was)

    def withdraw(self, number: int) -> None:
        """Take an article from its readers, because its file is no more."""
        gone = self._catalogue.article(number)
        self.done.obsolete |= self._outputs(gone)
        self.done.articles.add(number)
        with self.owing(number):
            self._catalogue.withdraw(number, self._now)

    def owing(self, number: int) -> AbstractContextManager[None]:
        """Owe the feeds that what happens to an article inside concerns."""
        if self._anew:
            return self._owing_all(number)
        return owing(number, catalogue=self._catalogue, site=self._site)

    @contextmanager
    def _owing_all(self, number: int) -> Iterator[None]:
        """Owe whatever feeds carry an article now; those that did before are owed already."""
        yield
        self._catalogue.owe(self._catalogue.feeds_of(number))

    def _outputs(self, article: Remembered) -> set[str]:
        prefix = self._site.feeds_url
        shown = self._catalogue.shown_by(article.number)
        return _pages(article.identity.slug) | {
            url.removeprefix(prefix) for url in shown if url.startswith(prefix)
        }


def _pages(word: str) -> set[str]:
    return {f"articles/{word}.html", f"articles/{word}.json"}
