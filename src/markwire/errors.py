"""The one exception tree: faults of the machine, of the set-up, and of other software.

An article that cannot be published is *not* an exception; it is a ``Refused`` value
(see ``model``). Each class carries the exit code with which a command ends.
"""

from __future__ import annotations

from typing import ClassVar, Literal


class MarkwireError(Exception):
    """Anything that stops an edition; the message is written for the engineer or editor."""

    exit_code: ClassVar[int] = 3


class ConfigurationError(MarkwireError):
    """``markwire.toml`` or the command line asks for something that cannot be."""

    exit_code: ClassVar[int] = 2


class CatalogueError(MarkwireError):
    """The catalogue cannot be opened, or is of a version that this Markwire does not know."""


class SpoiltCatalogueError(CatalogueError):
    """The catalogue holds other bytes than were written; it is set aside and made again."""


class OccupiedError(CatalogueError):
    """Another thread has the catalogue for longer than was to be waited for."""


class PublicationError(MarkwireError):
    """A file under ``feeds/`` could not be written, or was about to be wrong."""


class LockedError(MarkwireError):
    """Another Markwire works on the same site."""

    exit_code: ClassVar[int] = 4


class FolderError(MarkwireError):
    """The content folder itself cannot be read: nothing may be concluded about its articles."""


class UnconfirmedError(MarkwireError):
    """So much would change at once that somebody has to confirm it; nothing is changed."""


class PushError(MarkwireError):
    """A hub or a partner could not be told; it is tried again."""


class InternalError(MarkwireError):
    """A fault of Markwire itself, told in one sentence; what is live stays."""


class NoWatchError(MarkwireError):
    """No ``markwire watch`` is at work on the site, so that nobody can say how it is."""


class AtWorkError(MarkwireError):
    """The watch is at work, and cannot answer yet: ``done`` of ``total`` articles are read, or
    composed, which ``work`` tells. ``total`` is 0 where it is not known how many there are.
    """

    def __init__(
        self, done: int = 0, total: int = 0, work: Literal["reading", "composing"] = "composing"
    ) -> None:
        super().__init__(f"the newsroom is at work: {work}, {done} of {total} articles are done")
        self.done = done
        self.total = total
        self.work = work


class NoArticleError(MarkwireError):
    """There is no article of which something is asked."""
