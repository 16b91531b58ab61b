"""Take in pictures and other media: what they are, and where they are published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from markwire.article.slugs import spelled
from markwire.catalogue import Catalogue, KnownMedia
from markwire.catalogue.names import mention_key
from markwire.intake.names import media_type
from markwire.intake.pictures import UNCLEAN, MediaFile, inspect
from markwire.model import Found, Media, Site
from markwire.pipeline.reading import is_under
from markwire.problems import Problem
from markwire.recipe import cleaning_recipe

_CLEANING: Final = "cleaning"


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
    # What was measured by another Markwire may be published with what this one takes out.
    are_current = catalogue.setting(_CLEANING) == cleaning_recipe()
    for path, state in found.items():
        if path in left_alone:
            continue
        before = known.get(path)
        now = _measured(path, state, before if are_current else None, site)
        if now is not None and now != before:
            catalogue.record_media(now)
            if before is None or before.media != now.media:
                touched.add(mention_key(path))
    for path in known:
        if is_under(path, left_alone):
            if not are_current:
                # It stands as it is until it can be looked at, and then it is.
                catalogue.record_media(replace(known[path], found=Found(path, 0, 0, 0)))
        elif path not in found:
            catalogue.forget(path)
            touched.add(mention_key(path))
    if scope is None and not are_current:
        catalogue.set(_CLEANING, cleaning_recipe())
    return touched


def _measured(path: str, state: Found, known: KnownMedia | None, site: Site) -> KnownMedia | None:
    if known is not None and known.found == state:
        # The same file; but the site may have moved.
        return replace(known, media=replace(known.media, url=_url(path, known.digest, site)))
    measured = inspect(site.folders.content, path)
    if isinstance(measured, Problem) and measured.code == UNCLEAN:
        measured = MediaFile(media_type(path), 0, 0, 0, "", UNCLEAN)
    if not isinstance(measured, MediaFile):
        return None
    media = Media(
        _url(path, measured.digest, site),
        measured.type,
        measured.length,
        measured.width,
        measured.height,
        flaw=measured.flaw,
    )
    return KnownMedia(state, media, measured.digest)


def _url(path: str, digest: str, site: Site) -> str:
    """Give the address of a file: another one as soon as its bytes are others, and none without."""
    if not digest:
        return ""
    name = spelled(path.rpartition("/")[2].rpartition(".")[0], default="media")
    suffix = path.rpartition(".")[2].lower()
    return f"{site.feeds_url}media/{name}-{digest[:12]}.{suffix}"
