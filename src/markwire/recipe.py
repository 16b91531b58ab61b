"""What shapes a fragment besides its article, as one short text.

At the I/O rim: reads the source of the rooms that shape what readers see, so that no change of
ours is ever forgotten. When the recipe changes, every article is read and composed again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

from markwire.model import Folders, Push, Site

_PACKAGE: Final = Path(__file__).parent
_ROOMS: Final = ("article/**/*.py", "formats/*.py", "identity.py", "model.py", "selection.py")
_CLEANING: Final = ("cleaning/*.py", "intake/pictures.py", "intake/published.py")
_LIBRARIES: Final = (
    "babel",
    "feedgen",
    "lxml",
    "mistune",
    "nh3",
    "orjson",
    "python-slugify",
    "pyyaml",
    "text-unidecode",
    "tzdata",
)


def recipe(site: Site) -> str:
    """Give the digest of all that shapes fragments: configuration, our source, libraries.

    Where the site's folders lie, what is told to its editors, and who is pushed to, shapes nothing.
    """
    shaping = replace(site, folders=Folders(), report="", grace=0, push=Push())
    text = repr((_code(), cleaning_recipe(), shaping))
    return sha256(text.encode()).hexdigest()[:20]


@cache
def cleaning_recipe() -> str:
    """Give the digest of all that decides what of a media file is published."""
    return _digest(("imagesize",), _CLEANING)


@cache
def _code() -> str:
    return _digest(_LIBRARIES, _ROOMS)


def _digest(libraries: Iterable[str], rooms: Iterable[str]) -> str:
    digest = sha256(repr([(name, version(name)) for name in libraries]).encode())
    for pattern in rooms:
        for path in sorted(_PACKAGE.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
