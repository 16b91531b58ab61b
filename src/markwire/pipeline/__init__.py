"""From changed files to published feeds: the only room that joins the floors.

At the I/O rim. ``press`` makes editions: ``recording`` takes in what the folder holds, in one
transaction that also says which feeds are owed; ``publishing`` composes what their windows
lack, puts them, removes what is obsolete, and then composes the rest of the archive.
``building`` has one edition made, ``watching`` one after the other.
"""

from markwire.pipeline.building import ask, build
from markwire.pipeline.edition import Edition
from markwire.pipeline.listing import list_feeds
from markwire.pipeline.press import Press, Progress
from markwire.pipeline.requests import Answer, Request
from markwire.pipeline.watching import watch

__all__ = [
    "Answer",
    "Edition",
    "Press",
    "Progress",
    "Request",
    "ask",
    "build",
    "list_feeds",
    "watch",
]
