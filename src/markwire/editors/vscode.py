"""Visual Studio Code: snippets for each field, and the extension that shows them as a form. Pure.

Its YAML extension does not look into Markdown (redhat-developer/vscode-yaml, issue 207), so a
schema would be associated in vain. Variables as of VS Code 1.78.
"""

from __future__ import annotations

from typing import Final, get_args

from markwire.editors import frontmatter
from markwire.editors.desk import LONG, ON, Desk, File, Offered, offered
from markwire.editors.json_text import Json, json_text
from markwire.model import CorrectionKind

_NOW: Final = (
    "$CURRENT_YEAR-$CURRENT_MONTH-${CURRENT_DATE}T$CURRENT_HOUR:$CURRENT_MINUTE"
    "$CURRENT_TIMEZONE_OFFSET"
)


def files(desk: Desk) -> tuple[File, ...]:
    """Give snippets, settings and recommendations, and what Front Matter CMS wants."""
    settings: dict[str, Json] = {
        "files.encoding": "utf8",
        # Markdown shows no suggestions as one types, unless it is asked to.
        "[markdown]": {
            "editor.quickSuggestions": {"other": "on", "comments": "off", "strings": "off"},
            "editor.snippetSuggestions": "top",
        },
    }
    wanted: dict[str, Json] = {"recommendations": ["eliostruyf.vscode-front-matter"]}
    return (
        File(".vscode/markwire.code-snippets", json_text(_snippets(desk))),
        File(".vscode/settings.json", json_text(settings)),
        File(".vscode/extensions.json", json_text(wanted)),
        *frontmatter.files(desk),
    )


def _snippets(desk: Desk) -> dict[str, Json]:
    fields = offered(desk)
    whole = ["---", 'title: "$1"', 'summary: "$2"', f"date: {_NOW}", "authors: [$3]", "section: $4",
             "tags: [$5]", "draft: true", "---", "", "$0"]  # fmt: skip
    snippets: dict[str, Json] = {
        "article": {
            "scope": "markdown",
            "prefix": "article",
            "body": whole,
            "description": desk.phrase("A new article."),
        }
    }
    for field in fields:
        snippets[field.name] = {
            "scope": "markdown",
            "prefix": field.name,
            "body": _body(field),
            "description": field.about,
        }
    return snippets


def _body(field: Offered) -> list[Json]:
    kinds = ",".join(get_args(CorrectionKind))
    match field.kind:
        case "moment":
            return [f"{field.name}: ${{1:{_NOW}}}"]
        case "flag":
            choice = "false,true" if field.name in ON else "true,false"
            return [f"{field.name}: ${{1|{choice}|}}"]
        case "words" | "people":
            return [f"{field.name}: [$1]"]
        case "picture":
            parts = (f'  {part.name}: "${number}"' for number, part in enumerate(field.parts, 1))
            return [f"{field.name}:", *parts]
        case "corrections":
            lines = [f"{field.name}:", f"  - date: {_NOW}", '    text: "$1"']
            return [*lines, f"    kind: ${{2|{kinds}|}}"]
        case "language" | "address":
            return [f"{field.name}: $1"]
        case _ if field.name in LONG:
            return [f"{field.name}: >-", "  $1"]
        case _:
            return [f'{field.name}: "$1"']
