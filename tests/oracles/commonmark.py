"""The examples of the CommonMark specification 0.31.2, from the package of its authors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypedDict, cast

from .node import run

COUNT = 652


@dataclass(frozen=True, slots=True)
class Example:
    """One example: some Markdown, and the HTML that it must become."""

    number: int
    section: str
    markdown: str
    html: str


class _Printed(TypedDict):
    number: int
    section: str
    markdown: str
    html: str


@cache
def examples() -> tuple[Example, ...]:
    """All examples, in their order. Raises ValueError when there are not 652 of them."""
    printed = cast("list[_Printed]", run("spec.mjs"))
    if len(printed) != COUNT:
        raise ValueError(f"CommonMark 0.31.2 has {COUNT} examples, but {len(printed)} were read")
    return tuple(Example(**each) for each in printed)
