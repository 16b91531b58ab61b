"""HTML as feeds can carry it: safe and well formed, and plain text from it.

Pure, and the only import of nh3. Looks nothing up: which file a name stands for is decided in
``body``.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

import nh3

from markwire.article.depth import MAX_HTML, REST_OF_TAG, TooLarge, bound, bound_raw
from markwire.article.urls import NO_ADDRESS, READY, srcset

MORE: Final = "\ufdd0"  # a noncharacter: it marks where the lead ends, and is never published
_ROUNDS: Final = 6


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
            return None if _OTHER_SCHEME.match(NO_ADDRESS.sub("", value).strip()) else value
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
    bound(html)
    return "\r" not in html and clean_text(html) is html


def is_kept(url: str) -> bool:
    """Say whether nh3 keeps an address for certain where :func:`absolute` does: no scheme, or ours.

    nh3 drops what is no URL to it (a host with a space), and then a body says less than before.
    """
    return ":" not in url or READY.fullmatch(url) is not None


def is_closed(html: str) -> bool:
    """Say whether :func:`close` would change nothing."""
    return _clean(_STRICT, html) == html


def of_a_size(html: str) -> str:
    """Give HTML as it is. Raises :class:`TooLarge` where it is longer than an article may be."""
    if len(html) > MAX_HTML:
        raise TooLarge(f"its HTML would be longer than {MAX_HTML} characters")
    return html


def _prepared(html: str) -> str:
    bound_raw(of_a_size(html))
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
