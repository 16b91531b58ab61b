"""Markwire: from a folder of Markdown to RSS, Atom and JSON feeds.

The public API: ``load_site`` reads a configuration, ``build`` publishes once, ``watch`` goes on
publishing. The other names are what these speak in.
"""

from __future__ import annotations

import importlib
import zoneinfo
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markwire.config import load_site
    from markwire.errors import MarkwireError
    from markwire.model import Feed, Site
    from markwire.pipeline import Edition, build, watch
    from markwire.problems import Problem

__all__ = ["Edition", "Feed", "MarkwireError", "Problem", "Site", "build", "load_site", "watch"]

# A process that only serves need not load what publishes: each is imported when it is named.
_ROOMS = {
    "Edition": "pipeline",
    "Feed": "model",
    "MarkwireError": "errors",
    "Problem": "problems",
    "Site": "model",
    "build": "pipeline",
    "load_site": "config",
    "watch": "pipeline",
}

# Time zones come from the tzdata that we depend on, never from the machine: an old one still has
# Almaty an hour off, and would move every date written without an offset.
zoneinfo.reset_tzpath(to=())


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)
