"""What an edition reads, and which paths are one article: decided from values alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.model import Found
from markwire.planner import COARSEST_TIME, Every, Plan, Stamp, Traits, plan, renamed

FOUND = Found("a.md", size=100, modified=1_000, inode=7)
KNOWN = Stamp("a.md", size=100, modified=1_000, inode=7, seen=1_000 + COARSEST_TIME)


def test_a_new_path_is_read_and_a_missing_one_has_vanished() -> None:
    """The two halves of every change."""
    new = replace(FOUND, path="b.md")
    assert plan([new], [KNOWN]) == Plan(new=("b.md",), vanished=("a.md",))


def test_what_is_as_it_was_is_not_read() -> None:
    """Ten thousand files are looked at each minute; none of them is opened."""
    assert plan([FOUND], [KNOWN]) == Plan()


@pytest.mark.parametrize("change", [{"size": 101}, {"modified": 1_001}, {"inode": 8}])
def test_any_difference_is_a_reason_to_read(change: dict[str, int]) -> None:
    """Sync programs keep times, editors keep sizes; no program keeps all three."""
    now = replace(FOUND, **change)  # type: ignore[arg-type]
    assert plan([now], [KNOWN]) == Plan(known=("a.md",))


def test_a_file_read_right_after_its_change_is_read_again() -> None:
    """Some disks keep times to two seconds: a second change within them would not show."""
    early = KNOWN._replace(seen=KNOWN.seen - 1)
    assert plan([FOUND], [early]) == Plan(known=("a.md",))


def test_what_the_watcher_named_is_read_whatever_its_times_say() -> None:
    """A program may set a file's time back after writing it."""
    for hinted in ({"a.md"}, Every()):
        assert plan([FOUND], [KNOWN], hinted=hinted) == Plan(known=("a.md",))


PATHS = st.sets(st.text("ab./é-", min_size=1, max_size=4))


@given(found=PATHS, known=PATHS, changed=PATHS)
def test_side_by_side_is_as_good_as_looking_each_up(
    found: set[str], known: set[str], changed: set[str]
) -> None:
    """Neither side is held whole; nothing may be missed where one runs ahead of the other."""
    result = plan(
        [replace(FOUND, path=path, size=101 if path in changed else 100) for path in sorted(found)],
        [KNOWN._replace(path=path) for path in sorted(known)],
    )
    assert result == Plan(
        new=tuple(sorted(found - known)),
        known=tuple(sorted(found & known & changed)),
        vanished=tuple(sorted(known - found)),
    )


@pytest.mark.parametrize(
    ("appeared", "left", "moves"),
    [
        pytest.param({"b": Traits("1")}, {"a": Traits("1")}, {"b": "a"}, id="same bytes"),
        pytest.param(
            {"b": Traits("2", "Un")}, {"a": Traits("1", "Un")}, {"b": "a"}, id="same headline"
        ),
        pytest.param({"b": Traits("2", "Deux")}, {"a": Traits("1", "Un")}, {}, id="another"),
        pytest.param(
            {"b": Traits("1", "Un"), "c": Traits("2", "Un")},
            {"a": Traits("1", "Un")},
            {"b": "a"},
            id="bytes before headline",
        ),
        pytest.param(
            {"b": Traits("1"), "c": Traits("1")}, {"a": Traits("1")}, {}, id="two copies of one"
        ),
        pytest.param(
            {"c": Traits("1")}, {"a": Traits("1"), "b": Traits("1")}, {}, id="one copy of two"
        ),
        pytest.param(
            {"a": Traits("2"), "b": Traits("1")},
            {"a": Traits("1"), "b": Traits("2")},
            {"a": "b", "b": "a"},
            id="swapped",
        ),
        pytest.param({"b": Traits("")}, {"a": Traits("")}, {}, id="without traits"),
    ],
)
def test_paths_are_one_article_only_where_nothing_else_fits(
    appeared: dict[str, Traits], left: dict[str, Traits], moves: dict[str, str]
) -> None:
    """A wrong match shows readers one article under the GUID of another."""
    assert renamed(appeared, left) == moves
