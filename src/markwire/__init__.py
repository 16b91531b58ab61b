"""Markwire: from a folder of Markdown to RSS, Atom and JSON feeds.

The public API: ``load_site`` reads a configuration, ``build`` publishes once, ``watch`` goes on
publishing. The other names are what these speak in.
"""

import zoneinfo

from markwire.config import load_site
from markwire.errors import MarkwireError
from markwire.model import Feed, Site
from markwire.pipeline import Edition, build, watch
from markwire.problems import Problem

__all__ = ["Edition", "Feed", "MarkwireError", "Problem", "Site", "build", "load_site", "watch"]

# Time zones come from the tzdata that we depend on, never from the machine: an old one still has
# Almaty an hour off, and would move every date written without an offset.
zoneinfo.reset_tzpath(to=())
