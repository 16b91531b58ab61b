"""Obsidian, with the content folder as its vault: a template, and the types of properties. Pure.

Template variables are those of its core plugin *Templates*, properties those of version 1.4 and
later. It has no properties within properties, so what belongs to a picture stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markwire.article.front.keys import UNDERSTOOD, Kind
from markwire.editors.desk import Desk, File, Offered, offered
from markwire.editors.json_text import Json, json_text

_TYPES: Final[dict[Kind, str]] = {
    "words": "multitext",
    "people": "multitext",
    "moment": "datetime",
    "flag": "checkbox",
}
# Moment.js, with the offset: the editor's machine may be elsewhere.
_NOW: Final = "{{date:YYYY-MM-DDTHH:mmZ}}"


def files(desk: Desk) -> tuple[File, ...]:
    """Give a template where Markwire never looks, and what Obsidian is to know of its keys."""
    fields = tuple(_flat(offered(desk)))
    folder = desk.phrase("_templates")
    name = desk.phrase("Article").lower()
    lines = ["---", *(_line(field) for field in fields), "---", ""]
    lines += [desk.phrase("Write the article here."), ""]
    types: dict[str, Json] = {field.name: _type(field) for field in fields}
    return (
        File(f"{desk.content}/{folder}/{name}.md", "\n".join(lines)),
        File(f"{desk.content}/.obsidian/types.json", json_text({"types": types})),
        File(f"{desk.content}/.obsidian/templates.json", json_text({"folder": folder})),
    )


def _flat(fields: tuple[Offered, ...]) -> Iterator[Offered]:
    for field in fields:
        yield field
        if field.kind == "picture":
            yield from (part for part in field.parts if part.name in UNDERSTOOD)


def _line(field: Offered) -> str:
    match field.kind:
        case "moment" if field.name == "date":
            return f'date: "{_NOW}"'
        case "flag":
            # A template that published at once would show readers an empty article.
            return "draft: true" if field.name == "draft" else f"{field.name}:"
        case "words" | "people" | "corrections":
            return f"{field.name}: []"
        case _ if field.name == "title":
            return 'title: "{{title}}"'
        case _:
            return f"{field.name}:"


def _type(field: Offered) -> str:
    if field.name == "tags":
        return "tags"
    # Its date picker knows no offset, and an embargo must have one.
    return "text" if field.name == "embargo" else _TYPES.get(field.kind, "text")
