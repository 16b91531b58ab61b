"""What Markwire itself keeps of a site: its lock and its catalogue.

At the I/O rim. The catalogue is only looked at while we hold the lock: two connections can spoil
it.
"""

from __future__ import annotations

from collections.abc import Iterator

from markwire.catalogue.lock import holder, lock
from markwire.catalogue.sqlite import FILE_NAME, examine
from markwire.errors import CatalogueError, LockedError
from markwire.findings import Finding, finding
from markwire.model import Site


def lock_holder(site: Site) -> Iterator[Finding]:
    """Say who works on the site."""
    pid = holder(site.folders.state)
    yield finding("free") if pid is None else finding("taken", pid=str(pid or "?"))


def catalogue(site: Site) -> Iterator[Finding]:
    """Say whether the catalogue is sound."""
    path = site.folders.state / FILE_NAME
    if not path.exists():
        yield finding("catalogue_new")
        return
    try:
        with lock(site.folders.state, "doctor"):
            reason = examine(path)
    except LockedError:
        yield finding("catalogue_busy")
        return
    except CatalogueError:
        return  # The state folder cannot be written, which is told already.
    yield finding("catalogue_spoilt", reason=reason) if reason else finding("catalogue")
