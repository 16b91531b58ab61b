"""What clients say of themselves, and what of it is believed."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.serving.agents import MOST, NAMES, OTHER, Agent, read

FOLDER = Path(__file__).parent / "cases" / "agents"
CASES = [
    tuple(part.strip() for part in line.split("|", 3))
    for path in sorted(FOLDER.glob("*.txt"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("name", "subscribers", "own", "text"), CASES, ids=[c[3] for c in CASES])
def test_a_client_is_known_by_what_it_says(
    name: str, subscribers: str, own: str, text: str
) -> None:
    """The desk tells how many people read a feed, and by what."""
    number = 0 if own == "-" else crc32(own.encode())
    assert read(text) == Agent(name, None if subscribers == "-" else int(subscribers), number)


def test_who_says_nothing_is_another() -> None:
    """Many scripts have no User-Agent at all."""
    assert read("") == Agent(OTHER)


pieces = st.sampled_from(
    "Feedly/1.0 ( ; Feedbin feed-id:7 - 12 subscribers readers feed-id= 99999999999 - ) "
    "NewsBlur Feed Fetcher newsblur.com/site/ Mozilla/5.0 compatible; \0 \xff İ".split(" ")
)


@given(st.text() | st.lists(pieces | st.text(max_size=4)).map(" ".join))
def test_nothing_of_a_clients_own_words_is_kept(text: str) -> None:
    """A User-Agent may hold a name, an address, anything."""
    agent = read(text)
    assert agent.name in NAMES
    assert agent.subscribers is None or 0 <= agent.subscribers <= MOST
    assert 0 <= agent.number < 2**32
