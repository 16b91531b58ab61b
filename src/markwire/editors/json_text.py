"""Plain values as the JSON of a file that people read. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def json_text(value: Mapping[str, Json]) -> str:
    """Give the text of a whole file."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
