"""Front Matter CMS, an extension of Visual Studio Code: ``frontmatter.json``. Pure.

As its own schema of version 10 has it (contributes.configuration of its package.json).
"""

from __future__ import annotations

from typing import Final, get_args

from markwire.editors.desk import LONG, ON, REQUIRED, Desk, File, Offered, offered
from markwire.editors.json_text import Json, json_text
from markwire.model import CorrectionKind

# date-fns: with its offset, so that it means the same moment on every machine.
DATE_FORMAT: Final = "yyyy-MM-dd'T'HH:mm:ssxxx"


def files(desk: Desk) -> tuple[File, ...]:
    """Give ``frontmatter.json``."""
    fields = offered(desk)
    groups: list[Json] = [
        {"id": field.name, "labelField": "text", "fields": [_field(part) for part in field.parts]}
        for field in fields
        if field.kind == "corrections"
    ]
    settings: dict[str, Json] = {
        "$schema": "https://frontmatter.codes/frontmatter.schema.json",
        "frontMatter.content.pageFolders": [
            {"title": desk.phrase("Articles"), "path": f"[[workspace]]/{desk.content}"}
        ],
        # A picture is named from here, as Markwire reads a path that starts with "/".
        "frontMatter.content.publicFolder": desk.content,
        "frontMatter.content.autoUpdateDate": False,
        "frontMatter.content.defaultFileType": "md",
        "frontMatter.taxonomy.contentTypes": [
            {
                "name": "default",
                "pageBundle": False,
                "clearEmpty": True,
                "fields": [_field(field) for field in fields],
            }
        ],
        "frontMatter.taxonomy.fieldGroups": groups,
    }
    return (File("frontmatter.json", json_text(settings)),)


def _field(field: Offered) -> dict[str, Json]:
    return {
        "title": field.label,
        "name": field.name,
        "description": field.about,
        **_type(field),
        **({"required": True} if field.name in REQUIRED else {}),
    }


def _type(field: Offered) -> dict[str, Json]:
    match field.kind:
        case "moment":
            is_first = field.name == "date"
            now: dict[str, Json] = {"default": "{{now}}", "isPublishDate": True}
            return {"type": "datetime", "dateFormat": DATE_FORMAT, **(now if is_first else {})}
        case "flag":
            return {"type": "boolean", "default": field.name in ON}
        case "words":
            return {"type": "tags" if field.name == "tags" else "list"}
        case "people":
            return {"type": "list"}
        case "picture":
            return {"type": "fields", "fields": [_field(part) for part in field.parts]}
        case "corrections":
            return {"type": "block", "fieldGroup": [field.name]}
        case _ if field.name == "kind":
            kinds: list[Json] = [*get_args(CorrectionKind)]
            return {"type": "choice", "choices": kinds, "default": "correction"}
        case _ if field.name == "src":
            return {"type": "image", "isPreviewImage": True}
        case _:
            return {"type": "string", "single": field.name not in LONG}
