"""What keeps an article back: a draft, a state, or a word by which a tool keeps it off its lists.

Pure. A feed is such a list. In doubt an article waits: what is out cannot be called back.
"""

from __future__ import annotations

from typing import Final

from markwire.article.front.keys import folded
from markwire.article.front.nodes import Node, Scalar, Sequence
from markwire.article.front.values import Values, is_flag

KEYS: Final = frozenset(("draft", "publish", "withheld", "state", "layout"))
_STATES: Final = {
    "draft", "brouillon", "unpublished", "private", "pending", "hidden", "skip", "черновик",
    "members", "paid", "internal", "password", "wip", "todo", "idea", "review", "in review",
    "in progress", "en cours", "à relire", "relecture", "trash", "withdrawn", "withheld",
}  # fmt: skip
_PAGES: Final = {"page", "home"}


def kept_back(values: Values, name: str, key: Scalar, value: Node) -> bool | None:
    """Say whether a value of one of ``KEYS`` keeps an article back; None where it says nothing."""
    if name == "layout":
        return _is_page(values, key, value)
    if name == "state":
        return values.text(key, value).casefold() in _STATES
    if folded(key.text) == "password":
        return True
    if name == "withheld" and not is_flag(value):
        # Of another tool: a list of what it is kept off, or something that it alone knows.
        return isinstance(value, Sequence) or None
    if folded(key.text) == "render" and not is_flag(value):
        return None
    return values.flag(key, value) == (name != "publish")


def _is_page(values: Values, key: Scalar, value: Node) -> bool | None:
    """Say whether it is a page of its site, such as « About », which is no news."""
    text = value.text.strip() if isinstance(value, Scalar) else ""
    if text.casefold() not in _PAGES:
        return None
    values.say("MW112", key, key=key.text, value=text)
    return True
