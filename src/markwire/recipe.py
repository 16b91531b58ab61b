"""What shapes a fragment besides its article, as one short text. Pure.

When it changes, every article is read and composed again.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from importlib.metadata import version
from typing import Final

from markwire.model import Folders, Site

# To be raised with every change of ours that shapes an article, a fragment or a page.
REVISION: Final = 1

# The libraries that write what readers see.
_LIBRARIES: Final = ("mistune", "nh3", "feedgen", "babel", "python-slugify", "tzdata")


def recipe(site: Site) -> str:
    """Give the digest of all that shapes fragments: configuration, our revision, libraries.

    Where the site's folders lie shapes nothing.
    """
    libraries = [f"{name} {version(name)}" for name in _LIBRARIES]
    text = repr((REVISION, libraries, replace(site, folders=Folders())))
    return sha256(text.encode()).hexdigest()[:20]
