"""Decap CMS and Sveltia CMS, which read the same ``admin/config.yml``. Pure.

As the documentation of Decap 3 has it; Sveltia understands the same keys. Neither lists the
articles of a folder's folders in one collection, so each folder of the content folder is one.
"""

from __future__ import annotations

from typing import Final, get_args

from markwire.article.slugs import slug
from markwire.editors.desk import LONG, ON, REQUIRED, Desk, File, Offered, offered
from markwire.editors.yaml_text import Alias, Anchor, Yaml, yaml_text
from markwire.model import CorrectionKind

# Day.js: with its offset, so that it means the same moment on every machine.
_FORMAT: Final = "YYYY-MM-DDTHH:mm:ssZ"


def files(desk: Desk) -> tuple[File, ...]:
    """Give ``admin/config.yml``; the page that loads the tool is its own."""
    text: dict[str, Yaml] = {
        "name": "body",
        "label": desk.phrase("Text"),
        "hint": desk.phrase("The text, in Markdown."),
        "widget": "markdown",
        # The other mode writes the Markdown anew, and loses what it does not know.
        "modes": ["raw"],
    }
    fields: list[Yaml] = [*(_field(field) for field in offered(desk)), text]
    collections: list[Yaml] = [
        {
            "name": f"articles-{slug(folder)}" if folder else "articles",
            "label": folder or desk.phrase("Articles"),
            "label_singular": desk.phrase("Article"),
            "folder": f"{desk.content}/{folder}".rstrip("/"),
            "create": True,
            "extension": "md",
            "format": "yaml-frontmatter",
            "slug": "{{slug}}",
            "fields": Alias("fields") if folder else Anchor("fields", fields),
        }
        for folder in ("", *desk.sections)
    ]
    settings: dict[str, Yaml] = {
        "backend": {"name": "git-gateway", "branch": "main"},
        "locale": "fr" if desk.is_french else "en",
        "media_folder": f"{desk.content}/images",
        # Markwire reads a path that starts with "/" from the content folder.
        "public_folder": "/images",
        "slug": {"encoding": "ascii", "clean_accents": True},
        "collections": collections,
    }
    above = ("decapcms.org/docs/backends-overview, sveltiacms.app: choose your own backend.",)
    return (File("admin/config.yml", yaml_text(settings, above=above)),)


def _field(field: Offered) -> dict[str, Yaml]:
    return {
        "name": field.name,
        "label": field.label,
        "hint": field.about,
        **_widget(field),
        **({} if field.name in REQUIRED else {"required": False}),
    }


def _widget(field: Offered) -> dict[str, Yaml]:
    parts: list[Yaml] = [_field(part) for part in field.parts]
    match field.kind:
        case "moment":
            now = "{{now}}" if field.name == "date" else ""
            return {"widget": "datetime", "format": _FORMAT, "default": now}
        case "flag":
            return {"widget": "boolean", "default": field.name in ON}
        case "words" | "people":
            return {"widget": "list"}
        case "picture":
            return {"widget": "object", "collapsed": True, "fields": parts}
        case "corrections":
            return {"widget": "list", "fields": parts}
        case _ if field.name == "kind":
            kinds: list[Yaml] = [*get_args(CorrectionKind)]
            return {"widget": "select", "options": kinds, "default": "correction"}
        case _ if field.name == "src":
            return {"widget": "image"}
        case _:
            return {"widget": "text" if field.name in LONG else "string"}
