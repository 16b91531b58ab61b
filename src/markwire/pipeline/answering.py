"""Answer what was asked of a site, once it is done; a build is told what came of it.

At the I/O rim by its neighbours. A watch tells an edition as soon as its feeds stand; whoever asked
for a build waits until the archive does, too.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from markwire.pipeline.edition import Edition
from markwire.pipeline.requests import Reply, Requests
from markwire.problems import Problem


class Answering:
    """Answers the requests of one site."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._building: dict[str, Edition] = {}

    def give(self, edition: Edition, *, is_behind: bool) -> None:
        """Answer what an edition carried out; builds when no work is left.

        Raises PublicationError where an answer cannot be written.
        """
        for name, answer in edition.answers.items():
            if answer == "built":
                self._requests.begin(name)
                self._building[name] = replace(edition, written=(), removed=(), answers={})
            else:
                self._requests.answer(name, answer)
        for name, before in self._building.items():
            self._building[name] = _joined(before, edition)
        if not is_behind:
            while self._building:
                name, whole = self._building.popitem()
                self._requests.answer(name, "built", _as_json(whole))


def _joined(before: Edition, after: Edition) -> Edition:
    return replace(
        before,
        written=tuple(dict.fromkeys((*before.written, *after.written))),
        removed=tuple(dict.fromkeys((*before.removed, *after.removed))),
        problems=after.problems,
    )


def _as_json(edition: Edition) -> dict[str, object]:
    told = asdict(replace(edition, stages=dict(edition.stages), answers={}))
    return {name: value for name, value in told.items() if name not in ("answers", "due", "paths")}


def edition_of(reply: Reply) -> Edition:
    """Give the edition back with which a build was answered."""
    told: Any = reply.told
    return Edition(
        read=told["read"],
        changed=told["changed"],
        written=tuple(told["written"]),
        removed=tuple(told["removed"]),
        problems=tuple(_problem_of(each) for each in told["problems"]),
        stages=told["stages"],
        answers={},
    )


def _problem_of(told: dict[str, Any]) -> Problem:
    return Problem(**told | {"words": tuple((name, word) for name, word in told["words"])})
