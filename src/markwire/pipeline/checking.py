"""Find every problem of articles without publishing anything: no lock, no catalogue, no writing.

At the I/O rim: reads the content folder. Articles are read and composed just as an edition does
it; only what is remembered of them, and so their identity, is not asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Final

from markwire import identity as identities
from markwire.article.front.folder_defaults import Inherited
from markwire.catalogue.names import mention_key
from markwire.executors import Undone, Workers
from markwire.intake import folder
from markwire.intake.folder import Scan
from markwire.intake.names import media_type
from markwire.intake.pictures import UNCLEAN, flaw
from markwire.intake.profiles import furnish
from markwire.model import Found, Identity, Media, Site, Source
from markwire.pipeline.composing import Failure, Named, Order, compose_source
from markwire.pipeline.containing import Looks, is_heavy, refusal
from markwire.pipeline.inheriting import read_defaults
from markwire.pipeline.reading import Reading, Seen, above, is_under, read_file, read_source
from markwire.pipeline.remembering import TAKEN
from markwire.problems import Problem, problem

_CHUNK: Final = 32  # articles that a worker takes at a time
_WHENEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Checked:
    """All problems that were found, sorted by place, and the paths of the articles looked at."""

    problems: tuple[Problem, ...]
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Task:
    """One article to compose. ``content`` is what it holds, where that is not saved."""

    order: Order
    content: bytes | None


def check(
    site: Site,
    paths: Collection[str] | None = None,
    *,
    typed: Mapping[str, bytes] | None = None,
    workers: int | None = None,
) -> Checked:
    """Look at the articles at or below some ``paths`` of the content folder, or at all.

    ``typed`` are articles as they stand in an editor, unsaved, by path. Raises FolderError where
    the content folder cannot be read.
    """
    pool = Workers(workers)
    try:
        return _Check(site, pool, typed or {}).check(paths)
    finally:
        pool.close()


class _Check:
    """One look at the folder."""

    def __init__(self, site: Site, workers: Workers, typed: Mapping[str, bytes]) -> None:
        # Names and pictures of authors have a part in what is composed.
        self._site, self._told = furnish(site)
        self._workers = workers
        self._typed = typed
        scan = Scan(site.folders.content)
        self._articles = {found.path for found in scan}
        self._rest = scan.rest()
        self._inherited = read_defaults(self._site, self._rest.defaults)
        self._by_name = _by_name(self._articles)
        self._media = _by_name(self._rest.media)
        self._readings: dict[str, Reading | None] = {}
        self._flaws: dict[str, str] = {}

    def check(self, paths: Collection[str] | None) -> Checked:
        saved = (path for path in self._articles if paths is None or is_under(path, paths))
        wanted = sorted({*saved, *self._typed})
        self._read(wanted)
        readings = {path: reading for path in wanted if (reading := self._readings[path])}
        good = [each for each in readings.values() if each.manuscript]
        self._read(path for each in good for path in self._meant(each, self._by_name))
        told = [each for reading in readings.values() for each in reading.problems]
        told += (
            each
            for each in (*self._rest.problems, *self._told)
            if paths is None or is_under(each.path, paths)
        )
        told += self._taken(wanted)
        tasks = [_Task(self._order(each), self._typed.get(each.found.path)) for each in good]
        made = self._workers.map(
            partial(_compose, site=self._site),
            tasks,
            len(tasks),
            chunk=_CHUNK,
            heavy=lambda task: is_heavy(task.order.size),
        )
        for task, problems in zip(tasks, made, strict=True):
            if isinstance(problems, Undone):
                told.append(refusal(task.order.path, problems))
            else:
                told += problems
        return Checked(tuple(sorted(set(told))), tuple(wanted))

    def _read(self, paths: Iterable[str]) -> None:
        """Read what has not been read yet."""
        wanted = sorted({*paths} - self._readings.keys())
        for path in self._typed.keys() & {*wanted}:
            self._readings[path] = self._unsaved(path)
        saved = [path for path in wanted if path not in self._typed]
        task = partial(read_file, site=self._site, inherited=self._inherited)
        files = [(path, "") for path in saved]
        looks = Looks(self._site.folders.content)
        read = self._workers.map(task, files, len(files), chunk=_CHUNK, heavy=looks.is_heavy)
        for path, reading in zip(saved, read, strict=True):
            self._readings[path] = self._as_read(path, reading)

    def _as_read(self, path: str, reading: Reading | Seen | Undone | None) -> Reading | None:
        if isinstance(reading, Undone):
            return Reading(Found(path, 0, 0, 0), "", None, (), (refusal(path, reading),))
        return reading if isinstance(reading, Reading) else None

    def _unsaved(self, path: str) -> Reading | None:
        content = self._typed[path]
        source = Source(Found(path, len(content), 0, 0), content, sha256(content).hexdigest())
        task = partial(_read_typed, site=self._site, inherited=self._inherited)
        read = self._workers.map(task, [source], 1, heavy=lambda each: is_heavy(len(each.content)))
        return self._as_read(path, next(read))

    # --- what names mean -----------------------------------------------------------------

    def _meant(self, reading: Reading, among: Mapping[str, Sequence[str]]) -> list[str]:
        return [path for name in reading.mentions for path in among.get(name, ())]

    def _order(self, reading: Reading) -> Order:
        manuscript = reading.manuscript
        assert manuscript is not None
        who = Identity(f"tag:check,2000:{reading.digest[:12]}", manuscript.name, _WHENEVER)
        permalink = identities.permalink(self._site, who, manuscript.section)
        named = {}
        for name in reading.mentions:
            media = {path: self._as_media(path) for path in self._media.get(name, ())}
            links = {path: permalink for path in self._by_name.get(name, ()) if self._reads(path)}
            if media or links:
                named[name] = Named(media, links)
        return Order(
            number=0,
            path=reading.found.path,
            digest=reading.digest,
            size=reading.found.size,
            identity=who,
            permalink=permalink,
            updated=_WHENEVER,
            named=named,
            bodies=self._site.bodies,
            inherited=above(reading.found.path, self._inherited),
        )

    def _reads(self, path: str) -> bool:
        reading = self._readings.get(path)
        return reading is not None and reading.manuscript is not None

    def _as_media(self, path: str) -> Media:
        # No more than its kind and its flaw decide whether an article can show a file.
        if path not in self._flaws:
            self._flaws[path] = flaw(self._site.folders.content, path)
        url = "" if self._flaws[path] == UNCLEAN else f"{self._site.feeds_url}media/-"
        size = self._rest.media[path].size
        return Media(url, media_type(path), size, flaw=self._flaws[path])

    # --- the site as a whole -------------------------------------------------------------

    def _taken(self, wanted: Sequence[str]) -> list[Problem]:
        """Tell where an ``id`` is another article's; the first of them, by path, is its owner."""
        ids = {
            path: each.manuscript.guid
            for path in wanted
            if (each := self._readings[path]) and each.manuscript and each.manuscript.guid
        }
        if not ids:
            return []
        if len(wanted) < len(self._articles):
            self._read(self._mentioning({*ids.values()}))
        owners: dict[str, str] = {}
        found = []
        for path in sorted(self._readings):
            reading = self._readings[path]
            own = reading.manuscript.guid if reading and reading.manuscript else ""
            if not own:
                continue
            owner = owners.setdefault(own, path)
            if owner != path and path in ids:
                found.append(problem(TAKEN, path, value=own, other=owner))
        return found

    def _mentioning(self, ids: Collection[str]) -> list[str]:
        """Give the articles in whose bytes one of these ids stands: most need not be read."""
        wanted = [own.encode() for own in ids]
        found = []
        for path in sorted(self._articles - self._readings.keys()):
            source = folder.read(self._site.folders.content, path)
            if isinstance(source, Source) and any(own in source.content for own in wanted):
                found.append(path)
        return found


def _read_typed(source: Source, *, site: Site, inherited: tuple[Inherited, ...]) -> Reading:
    return read_source(source.found.path, source, site, inherited)


def _by_name(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        found.setdefault(mention_key(path), []).append(path)
    return found


def _compose(task: _Task, *, site: Site) -> tuple[Problem, ...]:
    """Give the problems that composing one article brings to light."""
    content = task.content
    if content is None:
        source = folder.read(site.folders.content, task.order.path)
        if not isinstance(source, Source):
            return ()
        content = source.content
    made = compose_source(task.order, content, site=site)
    if made is None:
        return ()
    return made.problems if isinstance(made, Failure) else made.composed.problems
