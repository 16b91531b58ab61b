"""One article: how it stands, why it is or is not in each feed, and what readers see of it.

At the I/O rim: asks the catalogue in two short batches, reads the article's file between them, and
composes what no reader can see yet, which is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from markwire import identity as identities
from markwire.article.front.folder_defaults import Inherited
from markwire.article.read import Read, Refused, read
from markwire.catalogue import Catalogue, Remembered
from markwire.catalogue.seeking import CardRow, Sought
from markwire.errors import FolderError, NoArticleError
from markwire.executors import Undone, Workers
from markwire.formats import addresses, jsonfeed
from markwire.intake import folder
from markwire.model import Article, Body, Feed, Format, Manuscript, Site, Source
from markwire.pipeline.composing import Delivery, Order, compose_file
from markwire.pipeline.containing import is_heavy, refusal
from markwire.pipeline.inheriting import inherited
from markwire.pipeline.ordering import order
from markwire.pipeline.reading import above
from markwire.pipeline.whereabouts import Entries, File, Live, tell
from markwire.problems import Problem
from markwire.views import ArticleView, AskArticle, Card, Column, Place, Standing
from markwire.wording.voice import voice
from markwire.wording.whereabouts import THERE, Whereabouts, presence_text, standing_text

_NAMES: Final = frozenset(["MW104", "MW105", "MW106"])  # what keeps a file from being looked at
_MOST: Final = 4  # megabytes of one form that are told

Batch = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the catalogue knows of one article, and is asked before its file is read."""

    article: Remembered | None
    standing: tuple[Standing, CardRow] | None
    file: CardRow | None
    digest: str
    is_file: bool
    problems: tuple[Problem, ...]
    inherited: tuple[Inherited, ...]
    order: Order | None


class ArticleTeller:
    """Tells one article after the other; ``close`` ends what it has begun."""

    def __init__(self) -> None:
        self._workers = Workers(1)

    def close(self) -> None:
        """End the processes that composed for it."""
        self._workers.close()

    def tell(
        self, question: AskArticle, catalogue: Catalogue, batch: Batch, site: Site, now: datetime
    ) -> ArticleView:
        """Tell an article as it is at ``now``; ``batch`` is one of the catalogue's.

        Raises NoArticleError where there is none, and never was.
        """
        path, bodies = question.path, site.bodies
        body: Body = "full" if "full" in bodies else bodies[0]
        with batch():
            facts = _facts(path, catalogue, body, now)
        if facts.article is None and not facts.is_file:
            raise NoArticleError(f"there is no article {path}")
        file, result = self._read(path, facts, site)
        with batch():
            found = tell(file, result, _Known(catalogue, facts.article), site, now)
            kept = _kept(facts, body, catalogue)
        found = _with_problems(found, facts, file)
        forms = kept or self._composed(facts, found, body, site)
        return _view(question, found, facts, forms, site)

    def _read(self, path: str, facts: _Facts, site: Site) -> tuple[File, Read | Refused | None]:
        told = tuple(each for each in facts.problems if each.code in _NAMES)
        is_article = facts.is_file and not told
        try:
            source = folder.read(site.folders.content, path) if facts.is_file else None
        except FolderError:
            source = None
        result: Read | Refused | None = None
        if isinstance(source, Source) and is_article:
            task = partial(_read, path=path, site=site, inherited=facts.inherited)
            outcome = next(
                self._workers.map(task, [source], 1, heavy=lambda each: is_heavy(each.found.size))
            )
            result = (
                Refused(path, (refusal(path, outcome),)) if isinstance(outcome, Undone) else outcome
            )
        return File(path, source, is_article, told), result

    def _composed(
        self, facts: _Facts, found: Whereabouts, body: Body, site: Site
    ) -> Mapping[Format, bytes]:
        """Compose an article as readers would see it; nothing where that cannot be."""
        if facts.order is None or found.standing == "refused":
            return {}
        task = partial(compose_file, site=site)
        outcome = next(
            self._workers.map(task, [facts.order], 1, heavy=lambda each: is_heavy(each.size))
        )
        if not isinstance(outcome, Delivery):
            return {}
        fragments = outcome.composed.fragments
        return {form: content for (form, of), content in fragments.items() if of == body}


class _Known:
    """What stands published, as the catalogue knows it."""

    def __init__(self, catalogue: Catalogue, article: Remembered | None) -> None:
        self._catalogue = catalogue
        self._article = article

    def live(self, path: str, manuscript: Manuscript | None) -> Live | None:
        article = self._article
        if article is None or article.seen is None:
            return None
        killed = article.release.killed
        return Live(
            guid=article.identity.guid,
            permalink=article.permalink,
            published=article.seen,
            gone=killed or (None if article.live else article.gone),
            killed=killed is not None,
        )

    def entries(self, feed: Feed) -> Entries | None:
        if self._catalogue.output(addresses.path(feed.key, "json")) is None:
            return None
        guids = self._catalogue.carried(feed.key)
        last = self._catalogue.find(guid=guids[-1]) if guids else None
        return Entries(guids, (last.seen or last.identity.published) if last else None)


def _facts(path: str, catalogue: Catalogue, body: Body, now: datetime) -> _Facts:
    known = catalogue.known((path,)).get(path)
    article = catalogue.at(path)
    if article is None:
        article = catalogue.find(fingerprint=identities.fingerprint(path))
        # One that lies elsewhere by now is another file's.
        if article is not None and article.present and article.path != path:
            article = None
    folders = tuple(above(path, inherited(catalogue)))
    is_composed = article is not None and article.present and not article.release.killed
    return _Facts(
        article=article,
        standing=catalogue.card(article.number, now) if article else None,
        file=next(iter(catalogue.refused_cards(Sought(refused=frozenset([path])))), None),
        digest=known.digest if known else "",
        is_file=known is not None,
        problems=tuple(each for each in catalogue.problems() if each.path == path),
        inherited=folders,
        order=(
            order(article.number, (body,), catalogue=catalogue, inherited=folders)
            if article and is_composed
            else None
        ),
    )


def _kept(facts: _Facts, body: Body, catalogue: Catalogue) -> Mapping[Format, bytes]:
    """Give what readers see, or last saw where nothing can be composed any more."""
    if facts.article is None or not (facts.article.live or facts.order is None):
        return {}
    return catalogue.fragments(facts.article.number, body) or {}


def _with_problems(found: Whereabouts, facts: _Facts, file: File) -> Whereabouts:
    """Add what only composing the article has shown, where its file is still the same."""
    source = file.source
    if not isinstance(source, Source) or source.digest != facts.digest or not file.is_article:
        return found
    problems = tuple(sorted({*found.problems, *facts.problems}))
    is_refused = any(each.severity == "error" for each in problems)
    return replace(found, problems=problems, standing="refused" if is_refused else found.standing)


def _read(
    source: Source, *, path: str, site: Site, inherited: tuple[Inherited, ...]
) -> Read | Refused:
    return read(source.content, path=path, site=site, inherited=inherited)


# --- the view ----------------------------------------------------------------------------


def _view(
    question: AskArticle,
    found: Whereabouts,
    facts: _Facts,
    forms: Mapping[Format, bytes],
    site: Site,
) -> ArticleView:
    told = voice(question.language or site.language)
    manuscript, article = found.manuscript, facts.article
    shown = _shown(forms)
    return ArticleView(
        card=_card(found, facts),
        standing=tuple(standing_text(found, site, told)),
        guid=found.guid or (article.identity.guid if article else ""),
        permalink=found.permalink,
        published=article.identity.published if article else None,
        updated=found.changed or (article.updated if article else None),
        authors=(
            tuple(each.name for each in manuscript.authors)
            if manuscript
            else tuple(each.name for each in shown.authors)
            if shown
            else ()
        ),
        tags=manuscript.tags if manuscript else shown.tags if shown else (),
        places=tuple(
            Place(
                key=each.feed.key,
                title=each.feed.title,
                is_carried=each.reason in THERE,
                reason=each.reason,
                why=presence_text(each, found, site, told),
                position=each.position,
                entries=each.entries,
            )
            for each in found.presences
        ),
        forms={
            form: content.decode("utf-8", "replace")
            for form, content in forms.items()
            if len(content) <= _MOST * 1_000_000
        },
        body=shown.body if shown else "",
        standfirst=shown.standfirst if shown else "",
    )


def _shown(forms: Mapping[Format, bytes]) -> Article | None:
    """Give the article that the fragments are of."""
    if not forms.get("json"):
        return None
    return jsonfeed.read(forms["json"]).article


def _card(found: Whereabouts, facts: _Facts) -> Card:
    column: Column = "refused" if facts.file else "withdrawn"
    row = facts.file or CardRow(found.path, "", "", "", "", None)
    if facts.standing and found.standing != "refused":
        column, row = facts.standing
    manuscript = found.manuscript
    return Card(
        path=found.path,
        column=column,
        headline=(manuscript.headline if manuscript else "") or row.headline,
        moment=row.moment,
        language=(manuscript.language if manuscript else "") or row.language,
        section=(manuscript.section if manuscript else "") or row.section,
        slug=row.slug,
        problems=found.problems,
    )
