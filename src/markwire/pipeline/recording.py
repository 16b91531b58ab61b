"""The first half of an edition: from paths that may have changed to what the catalogue records.

Nothing is composed or written here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from markwire import identity as identities
from markwire import planner
from markwire.catalogue import Catalogue, Entry, Remembered
from markwire.catalogue.names import mention_key
from markwire.intake import folder
from markwire.intake.watch import Batch
from markwire.model import Found, Identity, Manuscript, Site, Source
from markwire.outlet.directory import Directory
from markwire.pipeline.media import record_media
from markwire.pipeline.reading import Reading, carried, is_under, reading_of
from markwire.pipeline.recovery import restore
from markwire.planner import Known
from markwire.problems import Problem, problem
from markwire.selection import memberships, release

_NANOSECONDS: Final = 1_000_000_000
_TAKEN: Final = "MW401"


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


class Recorder:
    """Takes a batch of changes into the catalogue. Use inside one ``catalogue.batch()``."""

    def __init__(self, site: Site, catalogue: Catalogue, outlet: Directory, now: datetime) -> None:
        self._site = site
        self._catalogue = catalogue
        self._outlet = outlet
        self._now = now
        self._done = Recorded()
        self._touched: set[str] = set()
        self._anew = False
        self._owners: Mapping[int, str] = {}

    def record(self, batch: Batch, *, reread: bool) -> Recorded:
        """Record what has changed, and owe every feed that it concerns.

        ``reread`` reads every file, whatever its times say: what it means has changed.
        """
        self._anew = reread
        root = self._site.folders.content
        scope = None if batch.everything else batch.paths
        listing = folder.scan(root) if scope is None else folder.look(root, scope)
        left_alone = batch.unsettled | listing.unseen
        self._touched |= record_media(
            self._catalogue, self._site, listing.media, scope=scope, left_alone=left_alone
        )
        found = {path: state for path, state in listing.articles.items() if path not in left_alone}
        told = {each.path for each in listing.problems}
        known = {
            path: state
            for path, state in self._catalogue.known(scope).items()
            if path not in told and not is_under(path, left_alone)
        }
        hinted = found if reread else batch.paths
        plan = planner.plan(found, known, hinted=hinted)
        readings, vanished = self._read(plan, known)
        self._record_articles(readings, vanished, known, left_alone)
        for each in listing.problems:
            # Read again as soon as it can be, whatever its times say then.
            seen = self._catalogue.known((each.path,)).get(each.path)
            state = Known(Found(each.path, 0, 0, 0), "", 0, seen.article if seen else None)
            self._catalogue.record_file(state, (each,))
        self._renew_mentioning()
        for number in self._catalogue.due(self._now):
            self._release(number)
        return self._done

    # --- reading -------------------------------------------------------------------------

    def _read(
        self, plan: planner.Plan, known: Mapping[str, Known]
    ) -> tuple[dict[str, Reading], dict[str, Known]]:
        readings = {}
        vanished = {path: known[path] for path in plan.vanished}
        for path in plan.read:
            source = folder.read(self._site.folders.content, path)
            self._done.read += 1
            if source is None:
                if path in known:
                    vanished[path] = known[path]
            elif (
                isinstance(source, Source)
                and not self._anew
                and (path in known and known[path].digest == source.digest)
            ):
                self._catalogue.record_seen(self._known(source.found, source.digest, None))
            else:
                readings[path] = reading_of(path, source, self._site)
        return readings, vanished

    def _known(self, found: Found, digest: str, article: int | None) -> Known:
        return Known(found, digest, int(self._now.timestamp() * _NANOSECONDS), article)

    # --- articles ------------------------------------------------------------------------

    def _record_articles(
        self,
        readings: dict[str, Reading],
        vanished: Mapping[str, Known],
        known: Mapping[str, Known],
        left_alone: Collection[str],
    ) -> None:
        changed = {
            path: known[path]
            for path, each in readings.items()
            if path in known and each.digest and each.digest != known[path].digest
        }
        numbers = carried(readings, vanished=vanished, changed=changed, known=known)
        kept = {numbers.get(path) for path in readings}
        gone = [
            state.article
            for state in (*vanished.values(), *changed.values())
            if state.article is not None and state.article not in kept
        ]
        for path in vanished:
            self._catalogue.forget(path)
            self._touched.add(mention_key(path))
        for number in gone:
            self._withdraw(number)
        if gone:
            copies = self._copies(readings, left_alone)
            readings = readings | copies
            known = {**known, **self._catalogue.known(copies)}
            numbers |= {path: known[path].article for path in copies}
        self._owners = self._published_from(path for path in readings if numbers.get(path) is None)
        for path in sorted(readings):
            if path not in known or known[path].article != numbers.get(path):
                self._touched.add(mention_key(path))
            self._record_article(path, readings[path], numbers.get(path))

    def _copies(
        self, readings: Mapping[str, Reading], left_alone: Collection[str]
    ) -> dict[str, Reading]:
        """Read again what was refused for an id that is perhaps no longer another's."""
        copies = {}
        for each in self._catalogue.problems():
            path = each.path
            if each.code == _TAKEN and path not in readings and not is_under(path, left_alone):
                source = folder.read(self._site.folders.content, path)
                if source is not None:
                    copies[path] = reading_of(path, source, self._site)
        return copies

    def _published_from(self, paths: Iterable[str]) -> dict[int, str]:
        """Give the articles that stand published from these paths, though no file is known."""
        last = ((self._at(path, None), path) for path in paths)
        return {article.number: path for article, path in last if article and article.page}

    def _record_article(self, path: str, reading: Reading, number: int | None) -> None:
        problems = reading.problems
        manuscript = reading.manuscript
        if manuscript is not None:
            remembered = self._remembered(manuscript, number)
            if isinstance(remembered, Problem):
                problems, manuscript = (*problems, remembered), None
            else:
                number = self._record_manuscript(manuscript, remembered, reading)
        if manuscript is None:
            number = self._keep_last(path, number)
        self._catalogue.record_file(self._known(reading.found, reading.digest, number), problems)
        if number is not None:
            self._release(number)

    def _remembered(
        self, manuscript: Manuscript, number: int | None
    ) -> Remembered | Problem | None:
        """Find the article that a manuscript is: the one known there, or one that came back."""
        mine = self._at(manuscript.path, number)
        own = manuscript.guid
        if not own or (mine is not None and mine.identity.own_id == own):
            return mine
        same = self._catalogue.find(own_id=own)
        if same is None and (guid := identities.own_guid(own)):
            same = self._catalogue.find(guid=guid)
        if same is None or (mine is not None and mine.number == same.number):
            return mine
        if other := same.path if same.present else self._owners.get(same.number, ""):
            return problem(_TAKEN, manuscript.path, value=own, other=other)
        # What stands published from a path is that path's article, whatever id it has now.
        return mine if mine is not None and (mine.present or mine.page) else same

    def _at(self, path: str, number: int | None) -> Remembered | None:
        """Give the article that is known at a path, or was last published from there."""
        if number is not None:
            return self._catalogue.article(number)
        last = self._catalogue.find(fingerprint=identities.fingerprint(path))
        return last if last is not None and not last.present else None

    def _keep_last(self, path: str, number: int | None) -> int | None:
        """Have the last good version of a refused file stand, if there is one."""
        last = self._at(path, number)
        if last is None:
            return None
        if number is not None and last.path == path and not self._anew:
            return number
        if last.path and last.path != path:
            self._done.moved.add(last.number)
        self._catalogue.owe(self._catalogue.feeds_of(last.number))
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
        self, manuscript: Manuscript, remembered: Remembered | None, reading: Reading
    ) -> int:
        number = remembered.number if remembered else None
        who = self._identity(manuscript, remembered, reading.found)
        permalink = identities.permalink(self._site, who, manuscript.section)
        entry = Entry(
            identity=who,
            own_slug=manuscript.slug,
            path=manuscript.path,
            fingerprint=identities.fingerprint(manuscript.path),
            headline=manuscript.headline,
            permalink=permalink,
            updated=identities.updated(manuscript, who.published),
            release=release(manuscript, who.published),
            memberships=memberships(manuscript, self._site),
            mentions=reading.mentions,
        )
        if remembered is not None:
            self._catalogue.owe(self._catalogue.feeds_of(remembered.number))
            if remembered.permalink != permalink:
                self._touched.add(mention_key(manuscript.path))
            if remembered.identity.slug != who.slug:
                self._done.obsolete |= _pages(remembered.identity.slug)
        number = self._catalogue.record(entry, number, self._now)
        self._done.articles.add(number)
        return number

    def _identity(
        self, manuscript: Manuscript, remembered: Remembered | None, found: Found
    ) -> Identity:
        number = remembered.number if remembered else None
        modified = min(datetime.fromtimestamp(found.modified // _NANOSECONDS, UTC), self._now)

        def slug_taken(word: str) -> bool:
            return self._catalogue.slug_holder(word) not in (None, number)

        if remembered is None:
            return identities.mint(
                manuscript,
                self._site,
                modified=modified,
                taken=self._catalogue.guid_taken,
                slug_taken=slug_taken,
            )
        was = remembered.identity
        # Until readers have seen an article, a date that nobody wrote is still open.
        first = remembered.seen or modified
        word = was.slug
        if identities.asks_for_slug(manuscript.slug, slug=word, before=remembered.own_slug):
            word = identities.free_slug(manuscript.slug, slug_taken)
        return Identity(was.guid, word, identities.first_published(manuscript, first), was.own_id)

    def _release(self, number: int) -> None:
        """Make an article live or not, and owe the feeds that carry it now or did before."""
        before = self._catalogue.feeds_of(number)
        was = self._catalogue.article(number)
        live = self._catalogue.release(number, self._now)
        if live != was.live:
            self._touched.add(mention_key(was.path))
            self._renew_mentioning()
            self._done.articles.add(number)
        if was.live and not live:
            self._done.obsolete |= self._outputs(was)
        self._catalogue.owe(before | self._catalogue.feeds_of(number))

    def _withdraw(self, number: int) -> None:
        gone = self._catalogue.article(number)
        self._catalogue.owe(self._catalogue.feeds_of(number))
        self._done.obsolete |= self._outputs(gone)
        self._done.articles.add(number)
        self._catalogue.withdraw(number, self._now)

    def _outputs(self, article: Remembered) -> set[str]:
        prefix = self._site.feeds_url
        shown = self._catalogue.shown_by(article.number)
        return _pages(article.identity.slug) | {
            url.removeprefix(prefix) for url in shown if url.startswith(prefix)
        }

    # --- what articles mention -----------------------------------------------------------

    def _renew_mentioning(self) -> None:
        """Compose again what mentions a name that came, went, or means something else now."""
        numbers = self._catalogue.mentioning(self._touched)
        self._touched.clear()
        self._catalogue.expire(numbers)
        for number in numbers:
            self._catalogue.owe(self._catalogue.feeds_of(number))


def _pages(word: str) -> set[str]:
    return {f"articles/{word}.html", f"articles/{word}.json"}
