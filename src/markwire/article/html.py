"""HTML as feeds can carry it: safe, well formed, whole addresses, and plain text from it.

Pure, and the only import of nh3. Looks nothing up: which file a name stands for is decided in
``body``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from html import escape, unescape
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

import nh3

MAX_DEPTH: Final = 100
MAX_HTML: Final = 4_000_000
"""How many characters of HTML one article may become: references can repeat without end."""
MAX_ATTRIBUTES: Final = 100
"""Attributes of one tag: a parser compares each with all before it."""
MORE: Final = "\ufdd0"  # a noncharacter: it marks where the lead ends, and is never published
_ROUNDS: Final = 6


class TooLarge(ValueError):  # noqa: N818 - it is a reason, not an error of ours
    """A body that costs more to convert than an article may; the message is the reason."""


# --- text --------------------------------------------------------------------------------

# XML 1.0 section 2.2 (Char), and what it discourages there: the C1 controls, which are bytes of
# another encoding gone astray, as U+FFFD is. A lone surrogate cannot be written as UTF-8 at all.
# The overrides of direction show other words than a program reads, and run on into whatever a
# reader's page has behind them: Arabic needs the marks and isolates, which stay, and not these.
# Tag characters are not seen at all, but read by machines; flags of regions are made of them
# (Unicode Technical Standard 51, annex C), and those stay.
_FORBIDDEN = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)"
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufffd-\uffff]"
    "|[\U000e0000-\U000e007f]"
)
# What newsrooms write; ``re`` runs over it in half the time that it takes to search for the rest.
_USUAL = re.compile("[ -~\t\n\r\xa0-\u202c\u202f-\u2fff]*+")
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|title)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
_ANY_TAG = re.compile(r"""</?([A-Za-z][A-Za-z0-9-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_WITHIN_LINE: Final = frozenset(
    """
    a abbr acronym b bdi big cite code data del dfn em i ins kbd mark q rp rt ruby s samp
    small span strike strong sub sup time tt u var wbr
    """.split()
)


def clean_text(text: str) -> str:
    """``text`` without what XML forbids or discourages (XML 1.0 section 2.2), or what deceives.

    Gives ``text`` itself where nothing was taken out. To be used on every field, after the last
    decoding: ``&#8;`` is harmless until then.
    """
    usual = _USUAL.match(text)
    if usual and (usual.end() == len(text) or not _FORBIDDEN.search(text, usual.end())):
        return text
    # U+0085 is the line end of systems long gone.
    cleaned = _FORBIDDEN.sub(r"\1", text.replace("\x85", " "))
    return text if cleaned == text else cleaned


def plain(html: str) -> str:
    """HTML as one line of plain text, without tags, character references and comments.

    White space is folded; no-break spaces stay, for French needs them.
    """
    if "<" in html:
        html = _ANY_TAG.sub(_gap, _HIDDEN.sub("", html))
    return clean_text(_SPACE.sub(" ", unescape(html)).strip(" "))


def _gap(tag: re.Match[str]) -> str:
    return "" if tag[1].lower() in _WITHIN_LINE else " "


# --- addresses ---------------------------------------------------------------------------

_READY = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?](?:[A-Za-z0-9/?:@!$&'()*+,;=._~-]|%[0-9A-Fa-f]{2})*"
    r"(?:\#(?:[A-Za-z0-9/?:@!$&'()*+,;=._~-]|%[0-9A-Fa-f]{2})*)?)?"
)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NO_ADDRESS = re.compile("[\x00-\x1f\x7f]")
_PATH: Final = "/:@!$&'()*+,;=~%"
_CANDIDATE = re.compile(r"[^\s,]\S*")
_DESCRIPTOR = re.compile(r"\s+([^\s,(]+)")


def absolute(url: str, base: str) -> str:
    """``url`` resolved against ``base`` (RFC 3986 section 5) and written in ASCII.

    The name and password before a host are left out: readers take them for the host, or they
    are a secret (RFC 3986 section 7.5, 7.6). A host in another alphabet is written in Punycode
    (RFC 3490); one that cannot be, and all else that is not ASCII, percent-encoded. Empty where no
    address can be made of it.
    """
    if _READY.fullmatch(url):
        return url
    url = _NO_ADDRESS.sub("", url).strip()
    try:
        parts = urlsplit(urljoin(base, url))
    except ValueError:  # an IPv6 host without its bracket, or one that imitates a delimiter
        return ""
    host = _host(parts.netloc)
    if not parts.scheme or (parts.scheme in ("http", "https") and not host):
        return ""
    path = parts.path.replace(" ", "") if parts.scheme == "tel" else parts.path
    return urlunsplit(
        (
            parts.scheme,
            host,
            _quoted(path, _PATH),
            _quoted(parts.query, _PATH + "?"),
            _quoted(parts.fragment, _PATH + "?"),
        )
    )


def _quoted(part: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=safe, errors="replace")


def _host(netloc: str) -> str:
    host = netloc.rpartition("@")[2]
    if "%" in host:  # Markdown encodes what it does not know to be a host
        host = unquote(host)
    if not host.isascii():
        name, colon, port = host.partition(":")
        with suppress(UnicodeError):
            host = name.encode("idna").decode("ascii") + colon + port
    return _quoted(host, ":[]%!$&'()*+,;=")


_NETWORK: Final = r"(?:localhost|localdomain|local|internal|lan|home|home\.arpa)\.?"
_MAY_BE_PRIVATE = re.compile(rf"https?://(?:\[|[^/?#]*(?:[0-9]|{_NETWORK}))", re.I)
_PRIVATE_NAME = re.compile(rf"(?:.*\.)?{_NETWORK}", re.I)


def is_private(url: str) -> bool:
    """Say whether a whole address leads to the machine or the network of whoever asks for it.

    A picture from there is seen by nobody else, and shown to a reader it has his own router or
    printer asked for something (RFC 1918, RFC 4193, RFC 6761, RFC 6762). A number that is no
    dotted quad (``0x7f.1``) is taken for such: browsers read it, and nobody writes it.
    """
    if not _MAY_BE_PRIVATE.match(url):
        return False
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return True
    if _PRIVATE_NAME.fullmatch(host):
        return True
    if not _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) and ":" not in host:
        return False
    from ipaddress import ip_address  # noqa: PLC0415  (seldom needed)

    try:
        return not ip_address(host).is_global
    except ValueError:
        return True


_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.I)
_PART = re.compile(r"(?:0x(?P<hex>[0-9a-f]*)|0(?P<octal>[0-7]*)|(?P<decimal>[1-9]\d*))", re.I)


def leads_nowhere(url: str) -> bool:
    """Say whether the host of a whole address is a number that is no address of any machine.

    ``http://999.1.1.1/``: browsers ask nobody for it (URL Standard, "IPv4 parser").
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return True
    parts = host.split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return False
    numbers = [_number(part) for part in parts]
    *first, last = [256**4 if number is None else number for number in numbers]
    return len(parts) > 4 or any(each > 255 for each in first) or last >= 256 ** (5 - len(parts))


def _number(part: str) -> int | None:
    match = _PART.fullmatch(part)
    if match is None:
        return None
    if match["decimal"]:
        return int(match["decimal"])
    return int(match["octal"] or "0", 8) if match["hex"] is None else int(match["hex"] or "0", 16)


def srcset(value: str) -> Iterator[tuple[str, str]]:
    """The addresses of a ``srcset`` with their descriptors (HTML section 2.5.8.4)."""
    position = 0
    while candidate := _CANDIDATE.search(value, position):
        url = candidate[0].rstrip(",")
        if url != candidate[0]:
            yield url, ""
            position = candidate.end()
            continue
        descriptor = _DESCRIPTOR.match(value, candidate.end())
        yield url, descriptor[1] if descriptor else ""
        comma = value.find(",", candidate.end())
        position = comma if comma >= 0 else len(value)


# --- sanitising --------------------------------------------------------------------------

# What a news body may want and the W3C feed validator lets pass. Never svg, math or an element
# with raw text in it: parsing them twice gives two results (mutation XSS).
_TAGS: Final = frozenset(
    """
    a abbr acronym address article aside audio b bdi blockquote br caption cite code col
    colgroup data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6
    header hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp section small source
    span strike strong sub summary sup table tbody td tfoot th thead time tr track u ul var
    video wbr
    """.split()
)
_WITH_CONTENT: Final = frozenset(
    """
    script style title template svg math iframe noscript noembed noframes textarea select
    datalist xmp plaintext
    """.split()
)
_CELL: Final = {"align", "valign", "colspan", "rowspan", "headers", "scope", "abbr"}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": {"lang", "dir", "title", "id", "class"},
    "a": {"href", "hreflang", "rel", "type"},
    "audio": {"src", "loop", "preload"},
    "blockquote": {"cite"},
    "col": {"span", "align"},
    "colgroup": {"span", "align"},
    "data": {"value"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "source": {"src", "srcset", "sizes", "type", "media", "width", "height"},
    "td": _CELL,
    "th": _CELL,
    "time": {"datetime"},
    "tr": {"align", "valign"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "video": {"src", "loop", "muted", "playsinline", "poster", "preload"} | {"width", "height"},
}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
_OUR_CLASS: Final = re.compile(
    r"language-[\w+#.-]+|credit|callout(?:-[\w-]+)?|corrections|footnotes?|reversefootnote"
)
_OUR_ID: Final = re.compile(r"(?:fn|fnref|part)-[\w-]+")
_SIZE: Final = re.compile(r"\d{1,5}%?")
_OTHER_SCHEME: Final = re.compile(r"(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:", re.I)
_DIRECTION: Final = {"ltr", "rtl", "auto"}


def _draft_value(element: str, name: str, value: str) -> str | None:
    return value if name in ("class", "id") else _value(element, name, value)


def _value(element: str, name: str, value: str) -> str | None:
    """An attribute's value as it may stand, or None where the attribute may not."""
    match name:
        case "class":
            return " ".join(filter(_OUR_CLASS.fullmatch, value.split())) or None
        case "id":
            return value if _OUR_ID.fullmatch(value) else None
        case "src" | "poster":
            return None if _OTHER_SCHEME.match(value) else value
        case "cite":
            # Browsers read past controls, and nh3 does not take a cite for an address.
            return None if _OTHER_SCHEME.match(_NO_ADDRESS.sub("", value).strip()) else value
        case "srcset":
            # nh3 takes a srcset for text, so its addresses are ours to judge.
            return None if any(_OTHER_SCHEME.match(url) for url, _ in srcset(value)) else value
        case "width" | "height":
            return value if _SIZE.fullmatch(value) else None
        case "dir":
            return value if value.lower() in _DIRECTION else None
        case _:
            return value


_STRICT: Final = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_value,
    url_schemes=_SCHEMES,
    link_rel=None,
)
_DRAFT: Final = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_draft_value,
    url_schemes=_SCHEMES,
    link_rel=None,
)


def sanitise(html: str) -> str:
    """HTML with nothing in it that a feed should not carry; a fixpoint of itself.

    Text is kept where its element is not, save what was never text (scripts, styles, drawings).
    An ``iframe`` becomes a link to its page. ``id`` and ``class`` are kept where they are ours.
    Raises :class:`TooLarge` for elements nested beyond ``MAX_DEPTH``, or that never settle.
    """
    return close(_prepared(clean_text(html)))


def canonical(html: str) -> str:
    """Safe HTML in one spelling, for ``body`` to finish and :func:`close` to judge again.

    Unlike :func:`sanitise` it keeps every ``id`` and ``class``, which may be asked for below.
    Attributes are in double quotes, in the order in which they were written. ``html`` is of
    clean text. Raises :class:`TooLarge`.
    """
    return of_a_size(_clean(_DRAFT, _prepared(html)))


def close(html: str) -> str:
    """:func:`sanitise` what :func:`canonical` gave and ``body`` finished."""
    return _settled(_STRICT, html)


def is_ready(html: str) -> bool:
    """Say whether HTML of our own making may be finished without :func:`canonical`.

    Raises :class:`TooLarge` as that does.
    """
    _bound(html)
    return "\r" not in html and clean_text(html) is html


def is_kept(url: str) -> bool:
    """Say whether nh3 keeps an address for certain where :func:`absolute` does: no scheme, or ours.

    nh3 drops what is no URL to it (a host with a space), and then a body says less than before.
    """
    return ":" not in url or _READY.fullmatch(url) is not None


def is_closed(html: str) -> bool:
    """Say whether :func:`close` would change nothing."""
    return _clean(_STRICT, html) == html


def _bound(html: str) -> None:
    # Each end tag has a start tag, so few start tags cannot be deep: no need to look closer.
    if html.count("<") - html.count("</") > MAX_DEPTH:
        _bound_depth(html)


def of_a_size(html: str) -> str:
    """Give HTML as it is. Raises :class:`TooLarge` where it is longer than an article may be."""
    if len(html) > MAX_HTML:
        raise TooLarge(f"its HTML would be longer than {MAX_HTML} characters")
    return html


def _prepared(html: str) -> str:
    _bound_raw(of_a_size(html))
    return _FRAME.sub(_frame_link, html) if "<iframe" in html.lower() else html


def _settled(cleaner: nh3.Cleaner, html: str) -> str:
    # ammonia #185: removing an element can change how the rest is parsed the next time.
    for _ in range(_ROUNDS):
        cleaned = _clean(cleaner, html)
        if cleaned == html:
            return html
        html = cleaned
    raise TooLarge("its raw HTML is too tangled to be made safe")


def _clean(cleaner: nh3.Cleaner, html: str) -> str:
    # The XML names and U+00A0 itself are understood everywhere; ``&nbsp;`` is not.
    return clean_text(cleaner.clean(html).replace("&nbsp;", "\u00a0").replace("\r", "\n"))


# What follows a tag's name: only a quote after "=" hides a ">" (HTML section 13.2.5.33 onwards).
REST_OF_TAG: Final = r"""(?:[^>"'=]++|=\s*+(?:"[^"]*"|'[^']*')|[="'])*+"""
_FRAME = re.compile(
    rf"<(?!iframe\b)/?[A-Za-z]{REST_OF_TAG}(?:>|\Z)"  # any other tag, with its values
    rf"|<iframe\b(?P<frame>{REST_OF_TAG})>(?:.*?</iframe\s*>)?",
    re.S | re.I,
)
_FRAME_VALUE = re.compile(r"""\b(src|title)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)


def _frame_link(frame: re.Match[str]) -> str:
    if frame["frame"] is None:
        return frame[0]
    values = {
        found[1].lower(): unescape(found[2] or found[3] or found[4] or "")
        for found in _FRAME_VALUE.finditer(frame["frame"])
    }
    url = values.get("src", "").strip()
    if url.startswith("//"):
        url = "https:" + url
    if not re.match(r"https?://", url, re.I):
        return ""
    return f'<a href="{escape(url)}">{escape(values.get("title") or url)}</a>'


# --- depth -------------------------------------------------------------------------------

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


def _bound_depth(html: str) -> None:
    """Refuse what would nest too deeply: nh3 takes quadratic time over it (html5ever #788)."""
    estimate = _Estimate()
    for tag in _TAG_NAME.finditer(html):
        estimate.take(tag[2].lower(), len(tag[0]), closes=bool(tag[1]))


def _bound_raw(html: str) -> None:
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
