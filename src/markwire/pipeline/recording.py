"""The first half of an edition: from paths that may have changed to what the catalogue records.

Nothing is composed or written here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from markwire import identity as identities
from markwire import planner
from markwire.article.compose import names
from markwire.article.read import Refused, read
from markwire.article.slugs import slug
from markwire.catalogue import Catalogue, Entry, KnownMedia, Remembered
from markwire.catalogue.names import mention_key
from markwire.intake import folder
from markwire.intake.pictures import inspect
from markwire.intake.watch import Batch
from markwire.model import Found, Identity, Manuscript, Media, Site
from markwire.outlet.directory import Directory
from markwire.pipeline.recovery import restore
from markwire.planner import Known, Traits
from markwire.problems import Problem, problem
from markwire.selection import memberships, release

_NANOSECONDS: Final = 1_000_000_000


@dataclass(slots=True)
class Recorded:
    """What a recording changed, for the second half of the edition.

    ``read`` counts files; ``articles`` are numbers of changed ones; ``obsolete`` are output
    paths that may no longer be wanted; ``everything`` says that all of them must be looked at.
    """

    read: int = 0
    articles: set[int] = field(default_factory=set)
    obsolete: set[str] = field(default_factory=set)
    everything: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """One file as read; ``manuscript`` is without its text, or None where it is refused."""

    found: Found
    digest: str
    manuscript: Manuscript | None
    mentions: tuple[str, ...]
    problems: tuple[Problem, ...]


class Recorder:
    """Takes a batch of changes into the catalogue. Use inside one ``catalogue.batch()``."""

    def __init__(self, site: Site, catalogue: Catalogue, outlet: Directory, now: datetime) -> None:
        self._site = site
        self._catalogue = catalogue
        self._outlet = outlet
        self._now = now
        self._done = Recorded()
        self._touched: set[str] = set()

    def record(self, batch: Batch, *, reread: bool) -> Recorded:
        """Record what has changed, and owe every feed that it concerns.

        ``reread`` reads every file, whatever its times say: what it means has changed.
        """
        root = self._site.folders.content
        scope = None if batch.everything else batch.paths
        listing = folder.scan(root) if scope is None else folder.look(root, scope)
        left_alone = batch.unsettled | listing.unseen
        self._record_media(listing.media, scope, left_alone)
        found = {path: state for path, state in listing.articles.items() if path not in left_alone}
        told = {each.path for each in listing.problems}
        known = {
            path: state
            for path, state in self._catalogue.known(scope).items()
            if path not in told and not _is_under(path, left_alone)
        }
        hinted = found if reread else batch.paths
        plan = planner.plan(found, known, hinted=hinted)
        readings, vanished = self._read(plan, known, reread=reread)
        self._record_articles(readings, vanished, known)
        for each in listing.problems:
            state = Known(Found(each.path, 0, 0, 0), "", 0)
            self._catalogue.record_file(state, (each,))
        self._renew_mentioning()
        for number in self._catalogue.due(self._now):
            self._release(number)
        return self._done

    # --- reading -------------------------------------------------------------------------

    def _read(
        self, plan: planner.Plan, known: Mapping[str, Known], *, reread: bool
    ) -> tuple[dict[str, _Reading], dict[str, Known]]:
        readings = {}
        vanished = {path: known[path] for path in plan.vanished}
        for path in plan.read:
            source = folder.read(self._site.folders.content, path)
            self._done.read += 1
            if source is None:
                if path in known:
                    vanished[path] = known[path]
                continue
            if isinstance(source, Problem):
                state = known[path].found if path in known else Found(path, 0, 0, 0)
                readings[path] = _Reading(state, "", None, (), (source,))
                continue
            if path in known and known[path].digest == source.digest and not reread:
                self._catalogue.record_seen(self._known(source.found, source.digest, None))
                continue
            readings[path] = _reading(source.found, source.digest, source.content, self._site)
        return readings, vanished

    def _known(self, found: Found, digest: str, article: int | None) -> Known:
        return Known(found, digest, int(self._now.timestamp() * _NANOSECONDS), article)

    # --- articles ------------------------------------------------------------------------

    def _record_articles(
        self,
        readings: Mapping[str, _Reading],
        vanished: Mapping[str, Known],
        known: Mapping[str, Known],
    ) -> None:
        appeared = {
            path: Traits(each.digest, each.manuscript.headline if each.manuscript else "")
            for path, each in readings.items()
            if path not in known
        }
        moved = planner.renamed(appeared, vanished) if vanished else {}
        numbers = {path: state.article for path, state in known.items()}
        numbers |= {new: vanished[old].article for new, old in moved.items()}
        for path, state in vanished.items():
            self._catalogue.forget(path)
            self._touched.add(mention_key(path))
            if path not in moved.values() and state.article is not None:
                self._withdraw(state.article)
        for path, reading in readings.items():
            if path not in known:
                self._touched.add(mention_key(path))
            self._record_article(path, reading, numbers.get(path))

    def _record_article(self, path: str, reading: _Reading, number: int | None) -> None:
        problems = reading.problems
        manuscript = reading.manuscript
        if manuscript is not None:
            remembered = self._remembered(manuscript, number)
            if isinstance(remembered, Problem):
                problems = (*problems, remembered)
            else:
                number = self._record_manuscript(manuscript, remembered, reading)
        elif number is None:
            number = restore(path, self._catalogue, self._outlet, self._site, self._now)
            if number is not None:
                self._catalogue.owe(self._catalogue.feeds_of(number))
        self._catalogue.record_file(self._known(reading.found, reading.digest, number), problems)
        if manuscript is not None and number is not None:
            self._release(number)

    def _remembered(
        self, manuscript: Manuscript, number: int | None
    ) -> Remembered | Problem | None:
        """Find the article that a manuscript is: the one known there, or one that came back."""
        if number is not None:
            return self._catalogue.article(number)
        if manuscript.guid:
            same = self._catalogue.find(own_id=manuscript.guid)
            if same is not None and same.present:
                return problem("MW401", manuscript.path, value=manuscript.guid, other=same.path)
            if same is not None:
                return same
        same = self._catalogue.find(fingerprint=identities.fingerprint(manuscript.path))
        return same if same is not None and not same.present else None

    def _record_manuscript(
        self, manuscript: Manuscript, remembered: Remembered | None, reading: _Reading
    ) -> int:
        number = remembered.number if remembered else None
        who = self._identity(manuscript, remembered, reading.found)
        permalink = identities.permalink(self._site, who, manuscript.section)
        entry = Entry(
            identity=who,
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
        first = was.published if remembered.released else modified
        word = was.slug
        if manuscript.slug and manuscript.slug != was.slug:
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

    def _record_media(
        self, found: Mapping[str, Found], scope: Collection[str] | None, left: Collection[str]
    ) -> None:
        known = self._catalogue.known_media(scope)
        for path, state in found.items():
            if path in left or (path in known and known[path].found == state):
                continue
            measured = inspect(self._site.folders.content, path)
            if measured is None or isinstance(measured, Problem):
                continue
            name = slug(path.rpartition("/")[2].rpartition(".")[0], default="media")
            suffix = path.rpartition(".")[2].lower()
            url = f"{self._site.feeds_url}media/{name}-{measured.digest[:12]}.{suffix}"
            media = Media(url, measured.type, measured.length, measured.width, measured.height)
            self._catalogue.record_media(KnownMedia(state, media, measured.digest))
            self._touched.add(mention_key(path))
        for path in known:
            if path not in found and not _is_under(path, left):
                self._catalogue.forget(path)
                self._touched.add(mention_key(path))

    def _renew_mentioning(self) -> None:
        """Compose again what mentions a name that came, went, or means something else now."""
        numbers = self._catalogue.mentioning(self._touched)
        self._touched.clear()
        self._catalogue.expire(numbers)
        for number in numbers:
            self._catalogue.owe(self._catalogue.feeds_of(number))


def _reading(found: Found, digest: str, content: bytes, site: Site) -> _Reading:
    result = read(content, path=found.path, site=site)
    if isinstance(result, Refused):
        return _Reading(found, digest, None, (), result.problems)
    mentioned = {mention_key(mention.name) for mention in names(result.manuscript)}
    # Texts of a whole archive do not fit in memory; they are read again to be composed.
    manuscript = result.manuscript.without_text()
    return _Reading(found, digest, manuscript, tuple(sorted(mentioned)), result.problems)


def _pages(word: str) -> set[str]:
    return {f"articles/{word}.html", f"articles/{word}.json"}


def _is_under(path: str, places: Collection[str]) -> bool:
    return path in places or any(path.startswith(f"{place}/") for place in places)
