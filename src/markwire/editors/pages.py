"""Pages CMS: ``.pages.yml`` at the root of the repository. Pure.

As its documentation of version 2 has it (pagescms.org/docs/configuration).
"""

from __future__ import annotations

from typing import get_args

from markwire.editors.desk import LONG, ON, REQUIRED, Desk, File, Offered, offered
from markwire.editors.frontmatter import DATE_FORMAT
from markwire.editors.yaml_text import Yaml, yaml_text
from markwire.model import CorrectionKind


def files(desk: Desk) -> tuple[File, ...]:
    """Give ``.pages.yml``."""
    text: dict[str, Yaml] = {
        "name": "body",
        "label": desk.phrase("Text"),
        "description": desk.phrase("The text, in Markdown."),
        # Its other editors write HTML or another Markdown than they were given.
        "type": "code",
        "options": {"language": "markdown"},
    }
    settings: dict[str, Yaml] = {
        "media": {
            "input": f"{desk.content}/images",
            # Markwire reads a path that starts with "/" from the content folder.
            "output": "/images",
            "categories": ["image"],
        },
        "content": [
            {
                "name": "articles",
                "label": desk.phrase("Articles"),
                "type": "collection",
                "path": desk.content,
                "subfolders": True,
                "format": "yaml-frontmatter",
                "filename": "{year}-{month}-{day}-{primary}.md",
                "view": {
                    "fields": ["title", "section", "date"],
                    "primary": "title",
                    "sort": ["date", "title"],
                    "default": {"sort": "date", "order": "desc"},
                },
                "fields": [*(_field(field) for field in offered(desk)), text],
            }
        ],
    }
    return (File(".pages.yml", yaml_text(settings)),)


def _field(field: Offered) -> dict[str, Yaml]:
    return {
        "name": field.name,
        "label": field.label,
        "description": field.about,
        **_type(field),
        **({"required": True} if field.name in REQUIRED else {}),
    }


def _type(field: Offered) -> dict[str, Yaml]:
    parts: list[Yaml] = [_field(part) for part in field.parts]
    match field.kind:
        case "moment":
            # Without a default it would be the moment at which the form was opened.
            empty: dict[str, Yaml] = {} if field.name == "date" else {"default": ""}
            return {"type": "date", **empty, "options": {"time": True, "format": DATE_FORMAT}}
        case "flag":
            return {"type": "boolean", "default": field.name in ON}
        case "words" | "people":
            return {"type": "string", "list": True}
        case "picture":
            return {"type": "object", "fields": parts}
        case "corrections":
            return {"type": "object", "list": True, "fields": parts}
        case _ if field.name == "kind":
            return {"type": "select", "options": {"values": [*get_args(CorrectionKind)]}}
        case _ if field.name == "src":
            return {"type": "image"}
        case _:
            return {"type": "text" if field.name in LONG else "string"}
