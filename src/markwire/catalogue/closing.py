"""Whether a catalogue lies as it was closed, so that it need not be checked before it is used.

At the I/O rim. A check reads every page: half a second among 100,000 articles, which is half of a
start. What a kill, a full disk or another's hand may have done is always checked for; a disk that
spoils what nobody writes is found by every twentieth start, or as soon as what it spoilt is read.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

MOST_UNCHECKED: Final = 19  # openings in a row

_NOTE: Final = "closed"


def note(path: Path, unchecked: int) -> None:
    """Note that a catalogue was closed, sound, after so many openings without a check."""
    with suppress(OSError):
        if state := _state(path):
            path.with_name(_NOTE).write_text(f"{unchecked} {state}\n", encoding="ascii")


def take(path: Path) -> int:
    """Give how often a catalogue is opened without a check, this time too; 0 where it needs one.

    To be asked before it is opened. A note is good for one opening: who is killed leaves none.
    """
    place = path.with_name(_NOTE)
    try:
        count, _, state = place.read_text(encoding="ascii").partition(" ")
        place.unlink()
        unchecked = int(count) + 1
        is_same = state.endswith("\n") and state[:-1] == _state(path)
    except (OSError, ValueError):
        return 0
    return unchecked if is_same and unchecked <= MOST_UNCHECKED else 0


def _state(path: Path) -> str:
    """Give by what a file is known to be untouched; nothing where its log is still beside it."""
    if path.with_name(f"{path.name}-wal").exists():
        return ""
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"
