"""Emphasis as nearly all of it is written: pairs of ``*`` or ``**`` that neither nest nor touch.

Pure. mistune walks each text character by character, several times over, for the sake of what is
rare; what is plain is settled here in one pass, and the rest is left to it.
"""

from __future__ import annotations

import re
from typing import Final, cast

from markwire.article.syntax import Token

_RUN: Final = re.compile(r"\*+|_+")
_PRIVATE: Final = ("_emphasis", "_autolink")  # mistune's notes to itself


def paired(tokens: list[Token]) -> list[Token] | None:
    """Give inline tokens with their emphasis, or None where it takes the whole algorithm to tell.

    CommonMark 0.31.2 section 6.2. ``tokens`` are as mistune hands them to ``finalize_tokens``;
    they are not changed.
    """
    pairs = _Pairs()
    for index, token in enumerate(tokens):
        if token["type"] != "text":
            if not pairs.pass_by(token):
                return None
            continue
        if pairs.is_text or "_emphasis" in token:
            return None  # Two texts side by side may have to be joined first.
        follower = _edge(tokens[index + 1]) if index + 1 < len(tokens) else "\n"
        if not pairs.read(token["raw"], follower):
            return None
    return None if pairs.opened else pairs.whole


class _Pairs:
    """What stands to the left of the token that is being read."""

    def __init__(self) -> None:
        self.whole: list[Token] = []
        self.inner = self.whole  # where the next token belongs: ``whole``, or an open emphasis
        self.opened = ""
        self.edge = "\n"
        self.is_text = False

    def pass_by(self, token: Token) -> bool:
        """Take a token that is no text; False where it might be nested too deeply."""
        if "children" in token and any("children" in child for child in token["children"]):
            return False
        if "_autolink" in token or "_emphasis" in token:
            kept = {name: value for name, value in token.items() if name not in _PRIVATE}
            token = cast("Token", kept)
        self.inner.append(token)
        self.edge = _edge(token)
        self.is_text = False
        return True

    def read(self, raw: str, follower: str) -> bool:
        """Take a text, which ``follower`` stands behind; False where it is beyond us."""
        if not raw:
            return False
        start = 0
        if "*" in raw or "_" in raw:
            for run in _RUN.finditer(raw):
                first, end = run.span()
                before = raw[first - 1] if first else self.edge
                after = raw[end] if end < len(raw) else follower
                role = _role(run[0][0], before, after)
                if role == "none":
                    if self.opened:
                        return False
                    continue  # It stays part of the text around it.
                self._add(raw[start:first])
                start = end
                if not self._turn(run[0], role):
                    return False
        self._add(raw[start:])
        self.edge = raw[-1]
        self.is_text = True
        return True

    def _add(self, text: str) -> None:
        if text:
            self.inner.append({"type": "text", "raw": text})

    def _turn(self, run: str, role: str) -> bool:
        """Open or close at a run; False where that is not all there is to it."""
        if not self.opened:
            if role != "opens" or len(run) > 2:
                return False
            self.opened, self.inner = run, []
            return True
        if role != "closes" or run != self.opened or not self.inner:
            return False
        kind = "strong" if len(run) == 2 else "emphasis"
        self.whole.append({"type": kind, "children": self.inner})
        self.opened, self.inner = "", self.whole
        return True


def _edge(token: Token) -> str:
    """Give the character that stands for a token that is no text."""
    return "\n" if token["type"] in ("softbreak", "linebreak") else "\ufffc"


def _role(marker: str, before: str, after: str) -> str:
    """Say what a run may do, by the characters at its sides ("left-" and "right-flanking")."""
    left, right = before.isalnum(), after.isalnum()
    if marker == "_" and left and right:
        return "none"
    opens = not after.isspace() and (right or not left)
    closes = not before.isspace() and (left or not right)
    return ("both" if closes else "opens") if opens else "closes" if closes else "none"
