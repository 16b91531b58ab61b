"""Open a site's catalogue; one that is spoilt is set aside, and an empty one takes its place.

At the I/O rim. Nothing is thrown away: the spoilt file stays beside the new one, under a name that
says when it was found. Who every article is comes back from what is published.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from markwire.catalogue.sqlite import FILE_NAME, SqliteCatalogue
from markwire.errors import CatalogueError, SpoiltCatalogueError

_ASIDE: Final = "catalogue-spoilt-%Y%m%dT%H%M%SZ"
# The log of a database follows it: SQLite finds it by the name, and drops one that it finds alone.
_PARTS: Final = ("", "-wal", "-shm")


def open_catalogue(
    state: Path, now: datetime
) -> tuple[SqliteCatalogue, SpoiltCatalogueError | None]:
    """Open the catalogue in a state folder, and give what was wrong with the one before.

    ``now``, in UTC, names what is set aside. Raises CatalogueError where there is no opening it.
    """
    path = state / FILE_NAME
    try:
        return SqliteCatalogue(path), None
    except SpoiltCatalogueError as fault:
        told = set_aside(state, fault, now)
        return SqliteCatalogue(path), told


def set_aside(state: Path, spoilt: SpoiltCatalogueError, now: datetime) -> SpoiltCatalogueError:
    """Give a spoilt catalogue, which nobody has open, another name; give the fault with that name.

    Raises CatalogueError where it cannot be renamed.
    """
    path = state / FILE_NAME
    name = f"{now:{_ASIDE}}"
    aside = path.with_name(f"{name}.sqlite")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{name}-{number}.sqlite")
    try:
        for part in _PARTS:
            source = path.with_name(path.name + part)
            if source.exists():
                source.rename(aside.with_name(aside.name + part))
    except OSError as fault:
        raise CatalogueError(f"{fault.filename}: {fault.strerror}") from fault
    return SpoiltCatalogueError(
        f"{spoilt}; it lies as {aside.name} now, and is made again from the articles and from what"
        " is published"
    )
