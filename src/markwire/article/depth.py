"""How deep HTML is, and what a parser would make of it, told before one is asked.

Pure. A parser takes quadratic time over depth, and writes some markup anew in each block: so tags
are counted by its own rules of scope first.
"""

from __future__ import annotations

import re
from typing import Final

MAX_DEPTH: Final = 100
MAX_HTML: Final = 4_000_000
"""How many characters of HTML one article may become: references can repeat without end."""
MAX_ATTRIBUTES: Final = 100
"""Attributes of one tag: a parser compares each with all before it."""

# What follows a tag's name: only a quote after "=" hides a ">" (HTML section 13.2.5.33 onwards).
REST_OF_TAG: Final = r"""(?:[^>"'=]++|=\s*+(?:"[^"]*"|'[^']*')|[="'])*+"""


class TooLarge(ValueError):  # noqa: N818 - it is a reason, not an error of ours
    """A body that costs more to convert than an article may; the message is the reason."""


_VOID: Final = frozenset(
    """
    area base br col embed hr img input link meta source track wbr
    """.split()
)
# Elements that keep an end tag of any other from reaching out of them (HTML section 13.2.4.2).
_SPECIAL: Final = frozenset(
    """
    address applet article aside blockquote button caption center colgroup dd details dir div
    dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup
    iframe li listing main marquee menu nav noembed noframes noscript object ol p plaintext pre
    script search section select style summary table tbody td template textarea tfoot th thead
    title tr ul xmp
    """.split()
)
_SCOPES: Final = frozenset("applet button caption marquee object table td template th".split())
_PARTS_OF_A_TABLE: Final = frozenset("caption colgroup tbody thead tfoot tr td th".split())
_OUTSIDE: Final = frozenset("html head body frameset frame".split())
# What a start tag ends, where it stands in it.
_ENDED: Final[dict[str, frozenset[str]]] = {
    "p": frozenset(["p"]),
    "li": frozenset(["li", "p"]),
    **dict.fromkeys(("dt", "dd"), frozenset(["dt", "dd", "p"])),
    **dict.fromkeys(("td", "th"), frozenset(["td", "th", "p"])),
    "tr": frozenset(["tr", "td", "th", "p"]),
    **dict.fromkeys(
        ("tbody", "thead", "tfoot"),
        frozenset(["tbody", "thead", "tfoot", "tr", "td", "th", "p", "caption", "colgroup"]),
    ),
    "option": frozenset(["option"]),
    **dict.fromkeys(("rt", "rp"), frozenset(["rt", "rp", "p", "li", "dd", "dt", "option"])),
}
_FORMATTING: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_TAG_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_WHOLE_TAG = re.compile(rf"<(/?)([A-Za-z][^\s/>]*)({REST_OF_TAG})(?:>|\Z)", re.S)
_QUOTED_VALUE = re.compile(r"""=\s*+(?:"[^"]*"|'[^']*')""")
_SHORT: Final = 20_000
_NODE: Final = 50  # what one more element weighs, beside its text


def bound(html: str) -> None:
    """Refuse well-formed HTML that is nested too deeply. Raises :class:`TooLarge`."""
    # Each end tag has a start tag, so few start tags cannot be deep: no need to look closer.
    if html.count("<") - html.count("</") > MAX_DEPTH:
        _bound_tags(html)


def _bound_tags(html: str) -> None:
    """Refuse what would nest too deeply: nh3 takes quadratic time over it (html5ever #788)."""
    estimate = _Estimate()
    for tag in _TAG_NAME.finditer(html):
        estimate.take(tag[2].lower(), len(tag[0]), closes=bool(tag[1]))


def bound_raw(html: str) -> None:
    """Refuse what a parser would make far more of than is written, before it does."""
    if len(html) < _SHORT and html.count("<") - html.count("</") <= MAX_DEPTH:
        return  # So few elements are neither deep nor made again often.
    estimate = _Estimate()
    for tag in _WHOLE_TAG.finditer(html):
        # Whatever stands between quotes is one value.
        if len(tag[3]) > MAX_ATTRIBUTES * 2:
            bare = _QUOTED_VALUE.sub("=", tag[3])
            if len(bare.split()) + bare.count("/") + bare.count("=") > 2 * MAX_ATTRIBUTES:
                raise TooLarge(f"one of its HTML tags has more than {MAX_ATTRIBUTES} attributes")
        estimate.take(tag[2].lower(), len(tag[0]), closes=bool(tag[1]))


class _Estimate:
    """What a parser makes of tags: how deep they are, and how much it writes anew.

    An element whose end tag may be left out ends at the next of its kind, an end tag reaches no
    further than the parser lets it, and formatting lives until its own end tag, as in the parser's
    list (HTML section 13.2.4.3): in each block that begins or ends while it is open it is made
    again, with all its attributes.
    """

    def __init__(self) -> None:
        self._stack: list[str] = []
        self._formatting: dict[str, list[int]] = {}
        self._open = 0
        self._open_size = 0
        self._anew = 0
        self._last = ""

    def take(self, name: str, size: int, *, closes: bool) -> None:
        """Take in one tag. Raises :class:`TooLarge`."""
        if name in _VOID:
            return
        if name in _FORMATTING:
            self._format(name, size, closes)
        else:
            self._anew += self._open_size
            self._nest(name, closes)
        self._last = "" if closes else name
        if len(self._stack) + self._open > MAX_DEPTH:
            raise TooLarge(f"its HTML is nested more than {MAX_DEPTH} deep")
        if self._anew > MAX_HTML:
            raise TooLarge(f"its HTML would be longer than {MAX_HTML} characters")

    def _format(self, name: str, size: int, closes: bool) -> None:
        sizes = self._formatting.setdefault(name, [])
        if not closes:
            if sizes and name in ("a", "nobr"):  # It ends the one that is open.
                self._anew += self._open_size
            sizes.append(size + _NODE)
            self._open += 1
            self._open_size += size + _NODE
        elif sizes:
            if self._last != name:
                self._anew += self._open_size
            self._open -= 1
            self._open_size -= sizes.pop()

    def _nest(self, name: str, closes: bool) -> None:
        stack = self._stack
        if name in _OUTSIDE or (name in _PARTS_OF_A_TABLE and "table" not in stack):
            return  # The parser takes no notice of it.
        if closes:
            self._close(name)
            return
        if name in _SPECIAL:
            self._close("p")  # No paragraph has a block in it.
        ended = _ENDED.get(name, frozenset())
        if name in ("rt", "rp") and "ruby" not in stack:
            ended = frozenset()
        while stack and stack[-1] in ended:
            stack.pop()
        stack.append(name)

    def _close(self, name: str) -> None:
        """Take from the stack what an end tag ends, if it reaches it (HTML section 13.2.6.4.7)."""
        stack = self._stack
        if name not in stack:
            return
        if name == "table" or name in _PARTS_OF_A_TABLE:
            barriers = frozenset(["table", "template"])
        else:
            barriers = _SCOPES if name in _SPECIAL else _SPECIAL
            if name == "li":
                barriers |= {"ul", "ol"}
        for index in range(len(stack) - 1, -1, -1):
            if stack[index] == name:
                # A form goes by itself, and what it held stays open.
                stack[index : index + 1 if name == "form" else len(stack)] = []
                return
            if stack[index] in barriers:
                return
