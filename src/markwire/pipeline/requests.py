"""What is asked of a site while a watch may be at work on it: build, kill, restore, confirm.

At the I/O rim. Only one process may open the catalogue, so a request is a small file in the state
folder; whoever holds the lock carries it out with the next edition, and lays the answer beside it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal
from uuid import uuid4

from markwire.catalogue import Catalogue, Remembered
from markwire.errors import PublicationError
from markwire.identity import fingerprint
from markwire.model import Site
from markwire.pipeline.owing import owing

Kind = Literal["build", "kill", "restore", "confirm"]
Answer = Literal["built", "done", "unknown", "unseen", "not killed"]

_FOLDER: Final = "requests"
_ASKED: Final = ".asked"
_BEGUN: Final = ".begun"
_ANSWERED: Final = ".answered"
_NAME: Final = "%Y%m%dT%H%M%S%f"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Request:
    """One wish. ``path`` is below the content folder; ``reason`` is public, one line of text."""

    kind: Kind
    path: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and what else is told with it, as JSON has it."""

    answer: Answer
    told: object = None


class Requests:
    """The requests that lie in a site's state folder, by names that sort as they came."""

    def __init__(self, state: Path) -> None:
        self._folder = state / _FOLDER

    def ask(self, request: Request, now: datetime) -> str:
        """Lay a request down; give its name. Raises PublicationError where it cannot be written.

        What nobody has fetched within a day is cleared away.
        """
        name = f"{now:{_NAME}}-{uuid4().hex[:8]}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for old in self._folder.iterdir():
                if old.suffix in (_ANSWERED, _BEGUN) and old.name < f"{now - _DAY:{_NAME}}":
                    old.unlink(missing_ok=True)
            self._put(name + _ASKED, asdict(request))
        except OSError as fault:
            raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault
        return name

    def are_waiting(self) -> bool:
        """Say whether there is one that nobody has answered."""
        return next(self._names(), None) is not None

    def waiting(self) -> dict[str, Request]:
        """Give those that nobody has answered; one that cannot be read is removed."""
        found = {}
        for name in sorted(self._names()):
            try:
                found[name] = Request(**json.loads((self._folder / (name + _ASKED)).read_bytes()))
            except (OSError, ValueError, TypeError):
                (self._folder / (name + _ASKED)).unlink(missing_ok=True)
        return found

    def begin(self, name: str) -> None:
        """Note that a request is being carried out, which takes a while: it waits no more."""
        with suppress(OSError):
            (self._folder / (name + _ASKED)).rename(self._folder / (name + _BEGUN))

    def resume(self) -> None:
        """Let what was begun wait again: whoever had begun it is gone."""
        with suppress(OSError):
            for begun in sorted(self._folder.glob(f"*{_BEGUN}")):
                begun.rename(begun.with_suffix(_ASKED))

    def is_begun(self, name: str) -> bool:
        """Say whether somebody has begun to carry a request out."""
        return (self._folder / (name + _BEGUN)).exists()

    def answer(self, name: str, answer: Answer, told: object = None) -> None:
        """Answer a request, which then waits no more. Raises PublicationError as ``ask`` does."""
        try:
            self._put(name + _ANSWERED, asdict(Reply(answer, told)))
            self.withdraw(name)
        except OSError as fault:
            raise PublicationError(f"{fault.filename}: {fault.strerror}") from fault

    def answered(self, name: str) -> Reply | None:
        """Take the reply to a request away, if there is one."""
        path = self._folder / (name + _ANSWERED)
        try:
            reply = Reply(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
        path.unlink(missing_ok=True)
        return reply

    def withdraw(self, name: str) -> None:
        """Take a request back."""
        for state in (_ASKED, _BEGUN):
            (self._folder / (name + state)).unlink(missing_ok=True)

    def _names(self) -> Iterator[str]:
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if entry.name.endswith(_ASKED):
                        yield entry.name.removesuffix(_ASKED)
        except OSError:
            return

    def _put(self, name: str, value: object) -> None:
        unfinished = self._folder / f".{name}"
        unfinished.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        unfinished.replace(self._folder / name)


def carry_out(
    request: Request, *, catalogue: Catalogue, site: Site, now: datetime
) -> tuple[Answer, int | None]:
    """Do what a request asks for, but for building and confirming, which the recording does.

    Gives the answer, and the article that has changed.
    """
    if request.kind == "build":
        return "built", None
    if request.kind == "confirm":
        return "done", None
    article = _article(request.path, catalogue)
    if article is None:
        return "unknown", None
    if request.kind == "kill":
        if article.seen is None:
            return "unseen", None
        with owing(article.number, catalogue=catalogue, site=site):
            catalogue.kill(article.number, now, reason=request.reason)
    elif article.release.killed is None:
        return "not killed", None
    else:
        with owing(article.number, catalogue=catalogue, site=site):
            catalogue.restore(article.number, now)
    return "done", article.number


def _article(path: str, catalogue: Catalogue) -> Remembered | None:
    return catalogue.at(path) or catalogue.find(fingerprint=fingerprint(path))
