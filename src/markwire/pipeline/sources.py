"""The lines of articles, to show what a problem is about.

At the I/O rim: reads the content folder. The lines are those that places count.
"""

from __future__ import annotations

from collections.abc import Mapping

from markwire.article.decoding import Decoded, decoded
from markwire.intake import folder
from markwire.model import Site, Source
from markwire.problems import Problem


class Sources:
    """Gives the line of a problem; reads each file once, and keeps the last.

    ``typed`` are texts that are not in the folder, by path.
    """

    def __init__(self, site: Site, typed: Mapping[str, bytes] | None = None) -> None:
        self._site = site
        self._typed = typed or {}
        self._path = ""
        self._lines: list[str] = []

    def line(self, problem: Problem) -> str | None:
        """Give the line at which a problem is, None where there is none."""
        if problem.path != self._path:
            self._path = problem.path
            self._lines = lines(self._content(problem.path))
        shown = self._lines[problem.line - 1 : problem.line]
        return shown[0] if shown and shown[0].strip() else None

    def _content(self, path: str) -> bytes:
        if path in self._typed:
            return self._typed[path]
        try:
            source = folder.read(self._site.folders.content, path)
        except ValueError:
            return b""
        return source.content if isinstance(source, Source) else b""


def lines(content: bytes) -> list[str]:
    r"""Give the lines of an article as places count them, whatever its encoding.

    Bytes that are no text in it show as they are, ``\xe9``.
    """
    found = decoded(content, "")
    if isinstance(found, Decoded):
        return found.raw.split("\n")
    codec = str(dict(found.words).get("encoding", "utf-8"))
    text = content.decode(codec, "surrogateescape" if codec == "utf-8" else "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
