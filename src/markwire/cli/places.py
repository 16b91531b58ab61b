"""Files of the content folder as an editor names them, and as they are shown. At the I/O rim."""

from __future__ import annotations

import os
from pathlib import Path

from markwire.errors import ConfigurationError
from markwire.model import Site


def below_content(name: str, site: Site, *, must_exist: bool = True) -> str:
    """Give the path below the content folder that is named from here, or from that folder.

    Empty for the content folder itself. Raises ConfigurationError for what is not there, or is
    outside.
    """
    content = site.folders.content
    root = content.resolve()
    for start in (Path.cwd(), content):
        named = Path(os.path.normpath(start / name))
        # Links on the way are followed, the last one is not: nothing else follows it either.
        place = named.parent.resolve() / named.name
        if named.resolve() == root:
            return ""
        if place.is_relative_to(root) and (os.path.lexists(place) or not must_exist):
            return place.relative_to(root).as_posix()
    if os.path.lexists(name):
        raise ConfigurationError(f"{name} is not in the content folder {content}")
    raise ConfigurationError(f"there is no {name}, neither here nor in {content}")


def shown_path(path: str, site: Site) -> str:
    """Give a file as it can be opened from here, or else as it is named from the site."""
    file = site.folders.content / path
    here, home = Path.cwd(), site.folders.state.parent
    for start in (here, home):
        if file.is_relative_to(start):
            return file.relative_to(start).as_posix()
    return file.as_posix()
