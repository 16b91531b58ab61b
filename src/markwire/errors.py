"""The one exception tree: faults of the machine, of the set-up, and of other software.

An article that cannot be published is *not* an exception; it is a ``Refused`` value
(see ``model``). Each class carries the exit code with which a command ends.
"""

from __future__ import annotations

from typing import ClassVar


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


class PublicationError(MarkwireError):
    """A file under ``feeds/`` could not be written, or was about to be wrong."""


class LockedError(MarkwireError):
    """Another Markwire works on the same site."""

    exit_code: ClassVar[int] = 4


class FolderError(MarkwireError):
    """The content folder itself cannot be read: nothing may be concluded about its articles."""


class UnconfirmedError(MarkwireError):
    """So much would change at once that somebody has to confirm it; nothing is changed."""


class InternalError(MarkwireError):
    """A fault of Markwire itself, told in one sentence; what is live stays."""
