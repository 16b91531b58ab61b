"""Files for the tools that editors write with, all made from the one table of ``article.keys``.

Pure, beside ``planner``: each room gives the text of its tool's files, and ``cli.init`` writes
them. The same site gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from markwire.editors import decap, frontmatter, obsidian, pages, schema, vscode
from markwire.editors.desk import Desk, File

__all__ = ["EDITORS", "Desk", "File", "files"]

EDITORS: Final[Mapping[str, Callable[[Desk], tuple[File, ...]]]] = {
    "vscode": vscode.files,
    "frontmatter": frontmatter.files,
    "pages": pages.files,
    "decap": decap.files,
    "sveltia": decap.files,
    "obsidian": obsidian.files,
    "schema": schema.files,
}


def files(editor: str, desk: Desk) -> tuple[File, ...]:
    """Give the files of one of ``EDITORS``. Raises KeyError for another."""
    return EDITORS[editor](desk)
