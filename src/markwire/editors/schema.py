"""The front matter as JSON Schema 2020-12, for any tool that validates. Pure.

Synonyms are understood, and so not forbidden, but nobody is offered them.
"""

from __future__ import annotations

from typing import Final, get_args

from markwire.editors.desk import Desk, File, Offered, offered
from markwire.editors.json_text import Json, json_text
from markwire.model import CorrectionKind

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_DAY: Final = r"\d{4}-\d{1,2}-\d{1,2}"
_HOUR: Final = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?"
_OFFSET: Final = r" ?([Zz]|[+-]\d{2}(:?\d{2})?)"
_MOMENT: Final = f"^({_DAY}([Tt ]+{_HOUR}({_OFFSET})?)?)?$"
_WITH_OFFSET: Final = f"^({_DAY}[Tt ]+{_HOUR}{_OFFSET})?$"
# A key that nobody filled is no mistake, and what looks like a number is read as text.
_TEXT: Final[dict[str, Json]] = {"type": ["string", "number", "null"]}
_FLAG: Final[list[Json]] = [
    True,
    False,
    None,
    "yes",
    "no",
    "on",
    "off",
    "oui",
    "non",
    "vrai",
    "faux",
]


def files(desk: Desk) -> tuple[File, ...]:
    """Give ``frontmatter.schema.json``."""
    schema: dict[str, Json] = {
        "$schema": DIALECT,
        "title": desk.phrase("Front matter of an article"),
        "description": desk.phrase(
            "What stands between the two lines --- at the top of an article."
        ),
        "type": ["object", "null"],
        "properties": {field.name: _property(field) for field in offered(desk)},
        "additionalProperties": {
            "description": desk.phrase("Any other key is left out, and told.")
        },
    }
    return (File("frontmatter.schema.json", json_text(schema)),)


def _property(field: Offered) -> dict[str, Json]:
    return {"title": field.label, "description": field.about, **_type(field)}


def _type(field: Offered) -> dict[str, Json]:
    match field.kind:
        case "moment":
            return _moment(field)
        case "flag":
            return {"enum": _FLAG}
        case "words":
            return _one_or_more(_TEXT)
        case "people":
            return _one_or_more({"anyOf": [_TEXT, _parts(field, "name")]})
        case "picture":
            return {"anyOf": [_TEXT, _parts(field)]}
        case "corrections":
            return _one_or_more(_parts(field, "date", "text"))
        case "address":
            return {"type": ["string", "null"], "format": "uri"}
        case "language":
            return {
                "type": ["string", "null"],
                "pattern": "^([A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*)?$",
                "examples": ["fr", "en", "ru", "kk"],
            }
        case _:
            return dict(_TEXT)


def _moment(field: Offered) -> dict[str, Json]:
    is_strict = field.name == "embargo"
    return {
        "type": ["string", "null"],
        "pattern": _WITH_OFFSET if is_strict else _MOMENT,
        "examples": ["2026-05-01T06:00+05:00", *([] if is_strict else ["2026-05-01"])],
    }


def _one_or_more(item: dict[str, Json]) -> dict[str, Json]:
    return {"anyOf": [item, {"type": "array", "items": item}, {"type": "null"}]}


def _parts(field: Offered, *required: str) -> dict[str, Json]:
    kinds: list[Json] = [*get_args(CorrectionKind)]
    properties: dict[str, Json] = {}
    for part in field.parts:
        properties[part.name] = _property(part)
        if part.name == "kind":
            properties[part.name] = {
                "title": part.label,
                "description": part.about,
                "enum": kinds,
                "default": "correction",
            }
        elif part.name == "email":
            properties[part.name] = {**_property(part), "format": "email"}
    return {"type": "object", "properties": properties, "required": list(required)}
