"""What a clean build makes of the same content, in a folder where Markwire never was."""

from __future__ import annotations

from pathlib import Path

from torture import verdict
from torture.forks import Forks
from torture.room import Room


def clean_build(forks: Forks, room: Room, target: Path) -> dict[str, bytes]:
    """Build what stands in a newsroom's content folder; give the files.

    Raises RuntimeError where even that fails.
    """
    end = forks.run(room.copy_for_clean_build(target))
    if not end.is_done:
        raise RuntimeError(f"a clean build ended with {end.signal or end.code}: {end.said}")
    return verdict.files(target / "feeds")
