"""Mend files of the content folder: show first, write second.

At the I/O rim. A file is replaced whole, and only while it still holds the bytes that were read.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from markwire.errors import PublicationError
from markwire.fixes import Repaired, repair
from markwire.intake import folder
from markwire.model import Site, Source
from markwire.pipeline.sources import lines
from markwire.problems import Problem
from markwire.wording.excerpt import safe


@dataclass(frozen=True, slots=True)
class Mending:
    """One file that can be mended: as it was read, and as it would be."""

    path: str
    before: bytes
    repaired: Repaired

    @property
    def fixed(self) -> tuple[Problem, ...]:
        """The problems that it would no longer have."""
        return self.repaired.fixed

    def diff(self, name: str) -> list[str]:
        """Give what would change, line by line, as a patch of the file ``name``."""
        old, new = lines(self.before), lines(self.repaired.content)
        changes = unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="")
        return [safe(line) for line in changes]


def mendings(site: Site, paths: list[str]) -> list[Mending]:
    """Give the files that can be mended."""
    found = []
    for path in paths:
        source = folder.read(site.folders.content, path)
        if isinstance(source, Source):
            repaired = repair(source.content, path=path, site=site)
            if repaired:
                found.append(Mending(path, source.content, repaired))
    return found


def write(mending: Mending, root: Path) -> bool:
    """Replace a file by what was made of it; False where it has changed in between.

    Raises PublicationError where the disk refuses; the file then is as it was.
    """
    target = root / mending.path
    # A hidden name: neither scan nor watcher takes it for an article.
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        status = target.lstat()
        if not stat.S_ISREG(status.st_mode):
            return False
        with temporary.open("xb") as file:
            file.write(mending.repaired.content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(stat.S_IMODE(status.st_mode))
        if target.read_bytes() != mending.before:
            return False
        temporary.replace(target)
    except FileNotFoundError:
        return False
    except OSError as fault:
        raise PublicationError(f"{target}: {fault.strerror}") from fault
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return True
