"""Take in pictures and other media: what they are, and where they are published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from markwire.article.slugs import spelled
from markwire.catalogue import Catalogue, KnownMedia
from markwire.catalogue.names import mention_key
from markwire.intake.pictures import inspect
from markwire.model import Found, Media, Site
from markwire.pipeline.reading import is_under
from markwire.problems import Problem


def record_media(
    catalogue: Catalogue,
    site: Site,
    found: Mapping[str, Found],
    *,
    scope: Collection[str] | None,
    left_alone: Collection[str],
) -> set[str]:
    """Record the media files ``found`` below ``scope``, or in the whole folder.

    Gives the names, folded by ``mention_key``, that stand for something else now.
    """
    touched = set()
    known = catalogue.known_media(scope)
    for path, state in found.items():
        if path in left_alone:
            continue
        before = known.get(path)
        now = _measured(path, state, before, site)
        if now is not None and now != before:
            catalogue.record_media(now)
            if before is None or before.media != now.media:
                touched.add(mention_key(path))
    for path in known:
        if path not in found and not is_under(path, left_alone):
            catalogue.forget(path)
            touched.add(mention_key(path))
    return touched


def _measured(path: str, state: Found, known: KnownMedia | None, site: Site) -> KnownMedia | None:
    if known is not None and known.found == state:
        # The same file; but the site may have moved.
        return replace(known, media=replace(known.media, url=_url(path, known.digest, site)))
    measured = inspect(site.folders.content, path)
    if measured is None or isinstance(measured, Problem):
        return None
    url = _url(path, measured.digest, site)
    media = Media(url, measured.type, measured.length, measured.width, measured.height)
    return KnownMedia(state, media, measured.digest)


def _url(path: str, digest: str, site: Site) -> str:
    """Give the address of a file: another one as soon as its bytes are others."""
    name = spelled(path.rpartition("/")[2].rpartition(".")[0], default="media")
    suffix = path.rpartition(".")[2].lower()
    return f"{site.feeds_url}media/{name}-{digest[:12]}.{suffix}"
