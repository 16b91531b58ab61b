"""Questions, views and news as bytes, and back: the only import of msgspec.

Each is a JSON list of a name and what it names. What has another shape than it should is refused
with a ValueError, wherever it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import msgspec

from markwire import views
from markwire.views import News, Question, View


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The wish to be told of every edition from now on."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """That nothing has happened, and somebody is still there."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer; ``done`` and ``total`` are of the ``work`` that keeps it waiting."""

    reason: Literal["at work", "no article", "no question", "fault"]
    text: str = ""
    done: int = 0
    total: int = 0
    work: Literal["reading", "composing"] = "composing"


Letter = Question | Subscribe | View | News | Quiet | Refusal

_TYPES: Final[dict[str, type]] = {kind.__name__: kind for kind in get_args(Letter)}
_Parts = tuple[str, msgspec.Raw]


def write(letter: Letter) -> bytes:
    """Give a letter as bytes."""
    return msgspec.json.encode((type(letter).__name__, letter))


def read(content: bytes) -> Letter:
    """Give a letter back. Raises ValueError where it is none."""
    try:
        name, rest = msgspec.json.decode(content, type=_Parts)
        if name not in _TYPES:
            raise ValueError("not a letter")
        letter: Letter = msgspec.json.decode(rest, type=_TYPES[name])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise ValueError(f"not a letter: {fault}") from fault
    return letter


def is_question(letter: Letter) -> bool:
    """Say whether a letter wants a view for an answer."""
    return isinstance(letter, get_args(views.Question))


def is_view(letter: Any) -> bool:
    """Say whether a letter is a view."""
    return isinstance(letter, get_args(views.View))
