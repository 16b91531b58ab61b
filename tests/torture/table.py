"""All torments, in the order in which they are run and told."""

from __future__ import annotations

from typing import Final

from torture import kill
from torture.torment import Torment

TORMENTS: Final = (Torment("kill", kill.torment, long=10_000, short=12, rows=(52, 56, 58)),)
