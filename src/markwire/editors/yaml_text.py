"""Plain values as YAML 1.2, as little of it as our files need. Pure.

Every text is quoted as JSON quotes it, which is YAML as well (YAML 1.2, 1.3): no value is ever
taken for another type. PyYAML is not asked, for it belongs to one room.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Anchor:
    """A value that is written once under a name, and meant wherever an ``Alias`` stands."""

    name: str
    value: Yaml


@dataclass(frozen=True, slots=True)
class Alias:
    """The value of the ``Anchor`` of this name."""

    name: str


Yaml = str | int | bool | Sequence["Yaml"] | Mapping[str, "Yaml"] | Anchor | Alias


def yaml_text(value: Mapping[str, Yaml], *, above: Sequence[str] = ()) -> str:
    """Give the text of a whole file; ``above`` are the comments that it starts with."""
    return "\n".join((*(f"# {line}" for line in above), *_block(value), ""))


def _block(value: Yaml) -> list[str]:
    """Give the lines of a mapping or a list that is not empty."""
    lines = []
    if isinstance(value, Mapping):
        for key, item in value.items():
            lines += _entry(f"{key}:", item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            if isinstance(item, Mapping) and item:
                first, *others = _block(item)
                lines += [f"- {first}", *(f"  {line}" for line in others)]
            else:
                lines += _entry("-", item)
    return lines


def _entry(start: str, value: Yaml) -> list[str]:
    if isinstance(value, Anchor):
        start, value = f"{start} &{value.name}", value.value
    if isinstance(value, Alias):
        return [f"{start} *{value.name}"]
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str) and value:
        return [start, *(f"  {line}" for line in _block(value))]
    return [f"{start} {json.dumps(value, ensure_ascii=False)}"]
