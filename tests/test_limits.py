"""The page of limits says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from markwire.article import bounds, depth, rosters
from markwire.article.body import MAX_ADDRESSES
from markwire.article.front import nodes
from markwire.executors import Fence
from markwire.intake import folder
from markwire.model import MAX_MEDIA
from markwire.pipeline.containing import HEAVY
from markwire.problems import CODES, MOST

PAGE = (Path(__file__).parents[1] / "docs" / "limits.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!what).+ \| (\d+)\D*? \| (MW\d{3}) \|$", PAGE, re.MULTILINE)


def test_each_limit_is_what_the_page_says() -> None:
    """An engineer who plans by it must not be deceived."""
    limits = [
        (folder.LIMIT, "MW102"),
        (bounds.MAX_LINES, "MW315"),
        (bounds.MAX_MARKS, "MW314"),
        (bounds.MAX_RUN, "MW304"),
        (bounds.MAX_SPACES, "MW317"),
        (bounds.MAX_SIGNS, "MW317"),
        (bounds.MAX_WORD, "MW304"),
        (depth.MAX_HTML, "MW304"),
        (depth.MAX_DEPTH, "MW304"),
        (depth.MAX_ATTRIBUTES, "MW304"),
        (MAX_ADDRESSES, "MW304"),
        (nodes.MAX_BYTES, "MW204"),
        (nodes.MAX_DEPTH, "MW204"),
        (nodes.MAX_VALUES, "MW114"),
        (nodes.MAX_TEXT, "MW115"),
        (nodes.MAX_PROSE, "MW115"),
        (nodes.MAX_WORD, "MW115"),
        (nodes.MAX_LIST, "MW116"),
        (MAX_MEDIA, "MW319"),
        (rosters.MAX_BYTES, "MW117"),
        (MOST, "MW316"),
    ]
    assert [(int(number), code) for number, code in ROWS] == limits
    assert {code for _, code in ROWS} <= CODES.keys()
    fence = Fence()
    told = [int(number) for number in re.findall(r"\b\d{2,}\b", PAGE.partition("fence.")[2])]
    assert told[:4] == [HEAVY, fence.seconds, fence.wall, fence.memory]
