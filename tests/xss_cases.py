r"""The cases of ``xss``: articles that try to run a script in whatever shows them.

A file is a class of attack; a line ``=== what is tried`` starts a case, and what follows is the
body of an article, or the whole of one where it has its own head. ``=== live: …`` says that the
text does run in a browser when nobody cleans it, and ``[escapes]`` that ``\xNN``, ``\uNNNN`` and
``\UNNNNNNNN`` in it stand for characters that an editor would not show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "xss"
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")
_OWN_HEAD = re.compile(r'---\n|\+\+\+\n|\{"|Title: |# ')


@dataclass(frozen=True)
class Case:
    """One article; ``name`` is also its file's, and so its slug."""

    name: str
    tried: str
    text: str
    is_live: bool

    @property
    def article(self) -> bytes:
        """What the editor saves."""
        if _OWN_HEAD.match(self.text):
            return self.text.encode()
        return f'---\ntitle: "Cas {self.name}"\ndate: 2026-01-05\n---\n{self.text}'.encode()


def cases() -> list[Case]:
    """All cases, by file and then in their order."""
    found = []
    for file in sorted(CASES.glob("*.txt")):
        blocks = re.split(r"^=== ", file.read_text("utf-8"), flags=re.MULTILINE)[1:]
        for number, block in enumerate(blocks, 1):
            tried, _, text = block.partition("\n")
            is_live = tried.startswith("live: ")
            tried = tried.removeprefix("live: ")
            if tried.endswith(" [escapes]"):
                tried = tried.removesuffix(" [escapes]")
                text = _ESCAPE.sub(lambda escape: chr(int(escape[escape.lastindex or 1], 16)), text)
            found.append(Case(f"{file.stem}-{number:02}", tried, text, is_live))
    return found
