"""Markwire: from a folder of Markdown to RSS, Atom and JSON feeds.

The public API: ``load_site`` reads a configuration, ``build`` publishes once, ``watch`` goes on
publishing. The other names are what these speak in.
"""

from markwire.config import load_site
from markwire.errors import MarkwireError
from markwire.model import Feed, Site
from markwire.pipeline import Edition, build, watch
from markwire.problems import Problem

__all__ = ["Edition", "Feed", "MarkwireError", "Problem", "Site", "build", "load_site", "watch"]
