"""What a worker does: read a file, compose the article that it holds, judge what came of it.

At the I/O rim for the reading; top-level functions and values that pickle, so that it runs in
this process or in another. What goes wrong is a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from markwire.article.compose import Composed, Job, compose, names, notice
from markwire.article.front.folder_defaults import Inherited
from markwire.article.mentions import resolve
from markwire.article.read import Refused, read
from markwire.catalogue.names import mention_key
from markwire.errors import FolderError
from markwire.formats.marker import Marker
from markwire.identity import fingerprint
from markwire.intake import folder
from markwire.model import MAX_MEDIA, Body, Identity, Manuscript, Media, Site, Source
from markwire.outlet.gate import judge
from markwire.problems import Problem, problem


@dataclass(frozen=True, slots=True)
class Named:
    """What may be meant by one name: media and articles by path, these with their permalinks.

    The permalink of an article that readers cannot see is empty.
    """

    media: Mapping[str, Media]
    articles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Order:
    """One article to compose from the file at ``path``, if that still has this ``digest``.

    ``size`` is that of its file, in bytes. ``named`` is by ``mention_key``; ``bodies`` are the
    fragments that the site's feeds want; ``inherited`` is what the folders above its file say of
    it. Of an article that was killed there is a ``marker``: its notice is composed, and no file is
    read.
    """

    number: int
    path: str
    digest: str
    size: int
    identity: Identity
    permalink: str
    updated: datetime
    named: Mapping[str, Named]
    bodies: tuple[Body, ...]
    inherited: tuple[Inherited, ...] = ()
    marker: Marker | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """All that is to be put of one article, under its slug."""

    number: int
    slug: str
    composed: Composed


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an article cannot be composed."""

    number: int
    problems: tuple[Problem, ...]


def compose_file(order: Order, *, site: Site) -> Delivery | Failure | None:
    """Compose one article; None where its file has changed: that change brings it again."""
    if order.marker is not None:
        slug = order.identity.slug
        return _judged(order, notice(order.marker, slug=slug, bodies=order.bodies, site=site))
    try:
        source = folder.read(site.folders.content, order.path)
    except FolderError:
        return None
    if not isinstance(source, Source) or source.digest != order.digest:
        return None
    return compose_source(order, source.content, site=site)


def compose_source(order: Order, content: bytes, *, site: Site) -> Delivery | Failure | None:
    """Compose what a file holds; None where that cannot be read as an article."""
    result = read(content, path=order.path, site=site, inherited=order.inherited)
    if isinstance(result, Refused):
        return None
    composed = compose(_job(order, result.manuscript, site))
    if isinstance(composed, Refused):
        return Failure(order.number, composed.problems)
    return _judged(order, composed)


def _judged(order: Order, composed: Composed) -> Delivery | Failure:
    """Deliver what was composed, if the gate lets each of its fragments pass."""
    try:
        for (form, _), fragment in composed.fragments.items():
            if fragment:  # A notice has none for Atom.
                judge(fragment, form, guid=order.identity.guid)
    except ValueError as fault:
        return Failure(order.number, (problem("MW305", order.path, reason=str(fault)),))
    return Delivery(order.number, order.identity.slug, composed)


def _job(order: Order, manuscript: Manuscript, site: Site) -> Job:
    media, links, oversized = {}, {}, {}
    for mention in names(manuscript):
        named = order.named.get(mention_key(mention.name))
        if named is None:
            continue
        file = resolve(mention.name, at=order.path, candidates=tuple(named.media))
        if file and named.media[file].length > MAX_MEDIA:
            oversized[mention.name] = named.media[file].length
        elif file:
            media[mention.name] = named.media[file]
        path = resolve(mention.name, at=order.path, candidates=tuple(named.articles))
        if path and named.articles[path]:
            links[mention.name] = named.articles[path]
    return Job(
        manuscript=manuscript,
        identity=order.identity,
        permalink=order.permalink,
        updated=order.updated,
        media=media,
        links=links,
        bodies=order.bodies,
        source=fingerprint(order.path),
        site=site,
        oversized=oversized,
    )
