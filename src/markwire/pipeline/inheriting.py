"""Take in what folders' own files say of the articles below them (``_index.md``, Eleventy's JSON).

At the I/O rim. Nothing of them is published by itself; where one changes, the articles below its
folder are read again.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from markwire.article.front.folder_defaults import Inherited
from markwire.catalogue import Catalogue, Defaults
from markwire.intake import folder
from markwire.model import Found, Site, Source
from markwire.pipeline.reading import is_under
from markwire.planner import COARSEST_TIME

_NANOSECONDS: Final = 1_000_000_000


def record_defaults(
    catalogue: Catalogue,
    site: Site,
    found: Mapping[str, Found],
    *,
    scope: Collection[str] | None,
    left_alone: Collection[str],
    now: datetime,
) -> set[str]:
    """Record the folders' own files ``found`` below ``scope``, or in the whole content folder.

    Gives the folders of which something else is said now; the content folder itself is ``""``.
    """
    known = catalogue.defaults()
    changed = set()
    for path, state in found.items():
        before = known.get(path)
        if path in left_alone or (before is not None and _is_as_it_was(state, before)):
            continue
        source = folder.read(site.folders.content, path)
        if not isinstance(source, Source):
            continue
        seen = int(now.timestamp() * _NANOSECONDS)
        catalogue.record_defaults(path, Defaults(source.found, seen, source.content))
        if before is None or before.content != source.content:
            changed.add(posixpath.dirname(path))
    for path in known:
        is_looked_at = scope is None or is_under(path, scope)
        if is_looked_at and path not in found and not is_under(path, left_alone):
            catalogue.record_defaults(path, None)
            changed.add(posixpath.dirname(path))
    return changed


def inherited(catalogue: Catalogue) -> tuple[Inherited, ...]:
    """Give all that folders' own files say."""
    return tuple(
        Inherited(path, defaults.content) for path, defaults in catalogue.defaults().items()
    )


def read_defaults(site: Site, paths: Iterable[str]) -> tuple[Inherited, ...]:
    """Give what folders' own files say, from the files themselves."""
    sources = ((path, folder.read(site.folders.content, path)) for path in paths)
    return tuple(
        Inherited(path, source.content) for path, source in sources if isinstance(source, Source)
    )


def _is_as_it_was(found: Found, known: Defaults) -> bool:
    return found == known.found and known.seen - found.modified >= COARSEST_TIME
