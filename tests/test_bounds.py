"""No text costs more than its fence allows, and what is too much is told before it costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from hostile import BODY, FRONT, places
from markwire.executors import Fence, Workers
from markwire.model import Feed, Found, Identity, Site, Source
from markwire.pipeline.composing import Failure, Order, compose_source
from markwire.pipeline.reading import read_source

URL = "https://example.org/"
SITE = Site("Essais", URL, f"{URL}feeds/", ZoneInfo("UTC"), feeds=(Feed("", "Essais", "-", "fr"),))
# What is promised of each bad file: so much memory above what a process has when it begins. The
# seconds are the fence's own, five times what is promised, for machines differ.
PROMISED = Fence(seconds=10, memory=256 * 1024 * 1024)


def told(content: bytes) -> list[tuple[str, int, int]]:
    """Read and compose one file, as an edition does; give the codes of what is wrong with it."""
    digest = sha256(content).hexdigest()
    reading = read_source("essai.md", Source(Found("essai.md", 1, 1, 1), content, digest), SITE)
    problems = reading.problems
    if reading.manuscript is not None:
        who = Identity("tag:example.org,2026:x", "essai", datetime(2026, 5, 4, tzinfo=UTC))
        order = Order(
            1, "essai.md", digest, len(content), who, f"{URL}essai.html", who.published, {},
            SITE.bodies,
        )  # fmt: skip
        made = compose_source(order, content, site=SITE)
        assert made is not None
        problems += made.problems if isinstance(made, Failure) else made.composed.problems
    return [(each.code, each.line, each.column) for each in problems]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with closing(Workers(1, fence=PROMISED)) as fenced:
        yield fenced


@pytest.mark.parametrize("name", [*FRONT, *(name for name in BODY if name != "lourd.md")])
def test_a_bad_file_keeps_within_what_is_promised(workers: Workers, name: str) -> None:
    """The fence is for what nobody thought of: of these, each bound is known."""
    content, expected = (FRONT | BODY)[name]
    (found,) = workers.map(told, [content], 1, heavy=lambda _: True)
    assert found == places(expected)
