"""One version of a file: its bytes, and every answer that can be given with them. Pure.

It never changes, but for compressed forms that are added, and a date that is stated only once no
other version can get the same.
"""

from __future__ import annotations

from typing import Final

from markwire.compression import AVAILABLE, Coding
from markwire.serving.conditional import Form, http_date
from markwire.serving.files import Mark
from markwire.serving.kinds import Kind
from markwire.serving.replies import Headers, Reply, reply, streamed

_SMALL: Final = 1024  # bytes that are not worth compressing: they fit a packet
# A system's times are some milliseconds coarse: two changes may have one.
_COARSE: Final = 50_000_000  # nanoseconds
_YOUNG: Final = 2.0  # seconds in which another version may get the same date (RFC 9110 8.8.2.2)
_SECOND: Final = 1_000_000_000


class Version:
    """The bytes of one file, and every answer that can be given with them.

    ``content`` is None for a large file, which is read from disk as it is sent. ``unchanged`` are
    answers *not modified* by the most usual values of ``If-None-Match``; ``whole`` are answers by
    coding, as far as they are made.
    """

    __slots__ = (
        "_date",
        "content",
        "digest",
        "epoch",
        "good_until",
        "is_gone",
        "is_sure",
        "kind",
        "last_modified",
        "latest_date",
        "mark",
        "path",
        "ripe_at",
        "unchanged",
        "whole",
    )

    def __init__(
        self,
        path: str,
        kind: Kind,
        mark: Mark,
        content: bytes | None,
        digest: str,
        *,
        now: int,
        clock: float,
        last_date: int | None = None,
        is_gone: bool = False,
    ) -> None:
        """``now`` is the time of day in nanoseconds, ``clock`` that of a clock nobody sets.

        ``last_date`` is the latest date, in seconds since 1970, that a version before was sent
        with; ``latest_date`` is that, or this one's. What ``is_gone`` is the notice of an article
        that has left its readers.
        """
        self.path, self.kind, self.mark, self.content = path, kind, mark, content
        self.digest = digest
        self.is_gone = is_gone
        self.epoch, self.good_until = -1, clock
        age = now - mark.changed
        # What was read so soon after a change may be changed again, and have the same mark.
        self.is_sure = not 0 <= age < _COARSE
        date = mark.modified // _SECOND
        is_later = last_date is None or date > last_date
        # A date to come would have clients ask for nothing until then.
        self._date = date if 0 < date <= now // _SECOND and is_later else None
        self.latest_date = last_date if self._date is None else self._date
        age_of_bytes = (now - mark.modified) / _SECOND
        self.last_modified: str | None = None
        self.ripe_at: float | None = None
        if self._date is not None and age_of_bytes < _YOUNG:
            self.ripe_at = clock + _YOUNG - age_of_bytes
        else:
            self.last_modified = http_date(self._date) if self._date is not None else None
        self._make()

    @property
    def size(self) -> int:
        """How many bytes of memory it takes, about."""
        bodies = {id(each.body): len(each.body) for each in self.whole.values()}
        return sum(bodies.values()) + 4096

    def stay(self, other: Version) -> None:
        """Stand for a file that was read again, and holds the same bytes."""
        self.mark, self.is_sure = other.mark, other.is_sure

    def ripen(self) -> None:
        """State the date from now on: no other version can get the same any more."""
        self.ripe_at = None
        self.last_modified = http_date(self._date) if self._date is not None else None
        bodies = {coding: each.body for coding, each in self.whole.items()}
        self._make()
        for coding, body in bodies.items():
            if coding and coding not in self.whole:
                self.add(coding, body)

    def tag(self, coding: Coding | None = None) -> str:
        """Give the ETag of the content in a coding."""
        return f'"{self.digest}-{coding}"' if coding else f'"{self.digest}"'

    def not_modified(self, form: Form | None) -> Reply:
        """Give the answer to a client that has the content already, in a form."""
        coding = None if form == "identity" else form
        return self.unchanged[self.tag(coding).encode()]

    def add(self, coding: Coding, body: bytes) -> None:
        """Keep the content in a coding."""
        headers = (("ETag", self.tag(coding)), *self._dated, ("Content-Encoding", coding))
        self.whole[coding] = self._with(headers, body)

    def streamed(self) -> Reply:
        """Give the answer with a large file, but for the bytes themselves."""
        length = ("Content-Length", str(self.mark.size))
        headers = (("ETag", self.tag()), *self._dated, *self.kind.caching, *self.kind.others)
        return streamed(200, (*headers, length))

    def _with(self, headers: Headers, body: bytes) -> Reply:
        if self.is_gone:  # Nobody asks again whether a notice has changed.
            headers = [each for each in headers if each[0] == "Content-Encoding"]
        status = 410 if self.is_gone else 200
        return reply(status, (*headers, *self.kind.caching, *self.kind.others), body)

    @property
    def _dated(self) -> tuple[tuple[str, str], ...]:
        return (("Last-Modified", self.last_modified),) if self.last_modified else ()

    def _make(self) -> None:
        caching = self.kind.caching
        self.unchanged: dict[bytes, Reply] = {}
        for coding in (None, *AVAILABLE):
            answer = reply(304, (("ETag", self.tag(coding)), *caching))
            self.unchanged[self.tag(coding).encode()] = answer
            self.unchanged[f"W/{self.tag(coding)}".encode()] = answer
        self.whole: dict[Coding | None, Reply] = {}
        if self.content is None:
            return
        headers = (("ETag", self.tag()), *self._dated)
        plain = self._with(headers, self.content)
        self.whole[None] = plain
        if not self.kind.is_text or len(self.content) < _SMALL:
            self.whole.update(dict.fromkeys(AVAILABLE, plain))
