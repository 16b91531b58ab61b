"""How the watch over the content folder is, as a value that can be told to people.

Above the I/O floor by its neighbours. It names no moment: whoever is told knows what time it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markwire.intake.ways import Way

# watching: changes are heard of. away: the folder is not there. failed: it is, and cannot be
# watched.
State = Literal["starting", "watching", "away", "failed"]


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the watch, in which way it watches, and one word for the reason.

    ``reason`` is why it watches in this way, why there is nothing to watch, or the name of the
    error for which it failed. Counted since the watch began: ``losses``, how often the system
    dropped events; ``faults``, exceptions that nobody foresaw, contained; ``looks``, looks at the
    whole folder, one of which follows upon each of the others.
    """

    state: State = "starting"
    way: Way | None = None
    reason: str = ""
    losses: int = 0
    faults: int = 0
    looks: int = 0
