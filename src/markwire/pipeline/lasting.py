"""A press that lasts: after a fault it rests, and where need be is opened anew.

At the I/O rim. A watch must outlive a full disk, a catalogue that cannot be written for a while,
and a bug. What is live stays meanwhile, nothing that was told is lost, and work is taken up again
by itself.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from math import inf
from pathlib import Path
from time import monotonic
from typing import Final

from markwire.errors import (
    CatalogueError,
    InternalError,
    MarkwireError,
    SpoiltCatalogueError,
)
from markwire.intake.watch import Batch
from markwire.outbox import Account
from markwire.pipeline.edition import Edition
from markwire.pipeline.press import Press
from markwire.pipeline.requests import Request

_log: Final = logging.getLogger("markwire")
_REST: Final = 5.0  # seconds before work that has failed is taken up again

Opening = Callable[[], AbstractContextManager[Press]]
Replacing = Callable[[SpoiltCatalogueError], SpoiltCatalogueError]


class LastingPress:
    """The press of one watch; see ``Press`` for what each method promises.

    ``opening`` opens a press and its catalogue; ``replacing`` sets a spoilt catalogue aside, once
    it is closed, and gives the fault as it is to be told. After a fault of the catalogue, or of
    Markwire itself, both are opened anew: a file that could not be flushed once is never flushed
    again through the same descriptor, for the system may have dropped what it could not write.
    """

    def __init__(self, opening: Opening, replacing: Replacing) -> None:
        self._opening = opening
        self._replacing = replacing
        self._opened: AbstractContextManager[Press] | None = None
        self._press: Press | None = None
        self._resume_at = -inf

    @property
    def opened(self) -> Press | None:
        """The press, None while it is not open."""
        return self._press

    def open(self) -> Press:
        """Give the press, opened where it is not. Raises CatalogueError where it cannot be."""
        if self._press is None:
            opened = self._opening()
            self._press = opened.__enter__()
            self._opened = opened
        return self._press

    def step(self, batch: Batch, now: datetime, requests: Mapping[str, Request]) -> Edition | None:
        """Work off one batch of changes. Raises MarkwireError, and rests for a while after."""
        try:
            with bugs_told():
                if self._press is None:
                    batch = replace(batch, everything=True)
                edition = self.open().step(batch, now, requests)
        except SpoiltCatalogueError as fault:
            self.close()
            raise self._replacing(fault) from fault
        except MarkwireError as fault:
            self._resume_at = monotonic() + _REST
            if isinstance(fault, CatalogueError | InternalError):
                self.close()
            raise
        self._resume_at = -inf
        return edition

    def is_behind(self) -> bool:
        """Say whether there is work left that could go on now."""
        if monotonic() < self._resume_at:
            return False
        return self._press is None or self._press.is_behind()

    def seconds_until_due(self) -> float | None:
        """Give how long it is until time alone changes something, or work is taken up again."""
        if self._press is None or monotonic() < self._resume_at:
            return max(self._resume_at - monotonic(), 0.0)
        try:
            return self._press.seconds_until_due()
        except CatalogueError as fault:
            _log.warning("catalogue_failed reason=%s", fault)
            self.close()  # The next step opens it anew, or tells why it cannot.
            return 0.0

    def accounts(self) -> tuple[Account, ...] | None:
        """Give how hubs and partners stand; None where that is not to be known just now."""
        try:
            return self._press.paying.accounts() if self._press is not None else None
        except CatalogueError:
            return None  # The next step meets it, too.

    def rests(self) -> bool:
        """Say whether what has failed is left alone for a while."""
        return monotonic() < self._resume_at

    def close(self) -> None:
        """Let go of press and catalogue."""
        opened, self._opened, self._press = self._opened, None, None
        if opened is not None:
            opened.__exit__(None, None, None)


@contextmanager
def bugs_told() -> Iterator[None]:
    """Tell an exception that nobody foresaw in one sentence. Raises InternalError for it."""
    try:
        yield
    except MarkwireError:
        raise
    except Exception as fault:
        last = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        raise InternalError(
            f"Markwire met a fault of its own ({type(fault).__name__} at {place}); what is"
            " published stays as it is; please report it"
        ) from fault
