"""Markdown to the body of an article.

Pure, and the only import of mistune. CommonMark 0.31.2, with what ``extensions`` and
``dialects`` add to it; raw HTML passes through and is made safe in ``body``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from html import unescape
from typing import Final, cast

import mistune
from mistune.plugins.def_list import def_list
from mistune.plugins.formatting import mark, strikethrough

from . import dialects, extensions
from .body import MORE, WIKI_CLASS, References, Rendering, finish, split_credit
from .html import TooLarge, clean_text
from .mentions import SPACED, fragment, kind_of, normal, spaced_reference
from .syntax import Token

__all__ = ["References", "Rendering", "TooLarge", "commonmark", "render", "split_credit"]

MAX_HTML: Final = 4_000_000
"""How many characters of HTML one article may become: references can repeat without end."""

Environment = MutableMapping[str, object]


def render(text: str, references: References) -> Rendering:
    """Convert an article's Markdown into its body.

    ``references`` says what its local names stand for; those it may ask for are in
    ``mentions.mentions(text)``. Raises :class:`TooLarge`, whose message is the reason, for a
    text that would cost more than an article may.
    """
    text = clean_text(text).replace(MORE, "")
    state = mistune.BlockState()
    env: Environment = state.env
    env["references"] = references
    env["budget"] = MAX_HTML
    env["spaced"] = SPACED.search(text) is not None
    parser = _parser()
    try:
        html, _ = parser.parse(text, state)
        html = cast("str", html) + extensions.notes_section(
            env,
            convert=lambda note: _convert(parser, note, state),
            permalink=references.permalink,
            prefix=references.prefix,
            language=references.language,
        )
        if len(html) > MAX_HTML:
            raise TooLarge(f"its HTML would be longer than {MAX_HTML} characters")
        return finish(html, references)
    except RecursionError:
        raise TooLarge("it is nested too deeply") from None


def commonmark(text: str) -> str:
    """``text`` as CommonMark 0.31.2 alone has it: not sanitised, for judging the parser."""
    return cast("str", _core()(text))


def _convert(parser: mistune.Markdown, text: str, state: mistune.BlockState) -> str:
    """Convert a part that was set aside, such as a note."""
    child = state.child_state(text.strip("\n") + "\n")
    parser.block.parse(child)
    _reshape(parser, child)
    return cast("str", parser.render_state(child))


# --- the parser --------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _core() -> mistune.Markdown:
    return mistune.Markdown(renderer=_Core(), inline=_Inline())


@lru_cache(maxsize=1)
def _parser() -> mistune.Markdown:
    """The parser of this process: with its plugins it neither pickles nor changes."""
    parser = mistune.Markdown(
        renderer=_Renderer(), inline=_Inline(), plugins=[strikethrough, mark, def_list]
    )
    inline, block = parser.inline, parser.block
    inline.register("wiki", dialects.WIKI_LINK, dialects.parse_wiki_link, before="link")
    inline.register(
        "note_reference", extensions.NOTE_REFERENCE, extensions.parse_note_reference, before="link"
    )
    inline.register("inline_note", extensions.INLINE_NOTE, extensions.parse_inline_note)
    inline.register("bare_url", extensions.BARE_URL, extensions.parse_bare_url)
    _register(block, "note_definition", extensions.NOTE, extensions.parse_note, before="ref_link")
    _register(block, "comment", dialects.COMMENT, dialects.parse_comment, before="ref_link")
    _register(block, "content_block", dialects.CONTENT_BLOCK, dialects.parse_content_block)
    _register(block, "table", extensions.TABLE, extensions.parse_table)
    parser.before_render_hooks.append(_reshape)
    return parser


def _register(
    block: mistune.BlockParser,
    name: str,
    pattern: str,
    rule: object,
    before: str | None = None,
) -> None:
    # The rules are written against protocols of ours that mistune's classes fulfil.
    typed = cast(
        "Callable[[mistune.BlockParser, re.Match[str], mistune.BlockState], int | None]", rule
    )
    block.register(name, pattern, typed, before=before)
    for rules in (block.block_quote_rules, block.list_rules):
        block.insert_rule(rules, name, before=before)


class _Inline(mistune.InlineParser):
    """The inline parser, stopping only where a rule can begin.

    mistune looks at each character that begins some rule; ``h`` begins a bare URL, and French
    has an ``h`` in every line. Each branch begins with a letter of its own, which ``re`` searches
    eight times faster than a class of them.
    """

    _STOPS: Final = re.compile(r"\\|`|\*|_|<|\n|\]|\[|!\[|~~|==|\^\[|https?://")

    def __call__(self, s: str, env: Environment) -> list[dict[str, object]]:  # type: ignore[override]
        if env.get("spaced"):
            s = _join_spaced(s, env)
        return super().__call__(s, env)

    def _find_fast_text_end(self, src: str, pos: int) -> int | None:
        stop = self._STOPS.search(src, pos)
        if stop is None:
            return len(src)
        if stop[0] == "\n":
            return self._find_linebreak_start(src, pos, stop.start())
        return stop.start()


_CODE_OR_SPACED = re.compile(r"\\.|(?P<ticks>(?<!`)`+(?!`))|(?P<link>\]\()", re.S)


def _join_spaced(text: str, env: Environment) -> str:
    """Write destinations with spaces as URLs where they mean a file: ``](my photo.png)``."""
    if not SPACED.search(text):
        return text
    references = cast("References", env["references"])
    pieces: list[str] = []
    done = position = 0
    while found := _CODE_OR_SPACED.search(text, position):
        position = found.end()
        if ticks := found["ticks"]:
            close = re.compile(rf"(?<!`){ticks}(?!`)").search(text, position)
            position = close.end() if close else position
        elif found["link"] and (spaced := SPACED.match(text, found.start())):
            reference = spaced_reference(spaced[1])
            name = normal(reference)
            if " " in spaced[1].strip() and (
                kind_of(name) or name in references.media or name in references.links
            ):
                pieces.append(f"{text[done : found.start()]}]({reference} {spaced[2] or ''})")
                done = position = spaced.end()
    return "".join(pieces) + text[done:]


_MAY_RESHAPE = re.compile(r"%%|<!--|\[!|\[ \]|\[x\]|\[X\]")


def _reshape(parser: mistune.Markdown, state: mistune.BlockState) -> None:
    """Change parsed blocks as a whole: comments, callouts, tasks."""
    if not _MAY_RESHAPE.search(state.src):
        return
    tokens = cast("list[Token]", state.tokens)
    if "%%" in state.src or "<!--" in state.src:
        dialects.cut_comments(tokens)
    language = cast("References", state.env["references"]).language
    for token in extensions.walk(tokens):
        if token["type"] == "block_quote":
            dialects.call_out(token, language)
        elif token["type"] == "list_item":
            extensions.tick(token)


# --- the renderer ------------------------------------------------------------------------

_SPECIAL = re.compile(r'[&<>"]')
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Comments, processing instructions, CDATA: where they end by CommonMark 0.31.2 section 6.6.
_SILENT = re.compile(r"<!--(?:-?>|.*?(?:-->|\Z))|<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.S)
_MORE = re.compile(r"<!--\s*more\s*-->", re.I)
_ALT_SIZE = re.compile(r"(.*)\|\s*(\d{1,5})(?:x(\d{1,5}))?\s*", re.S)


def _escape(text: str) -> str:
    if not _SPECIAL.search(text):
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


def _read(raw: str) -> str:
    """Text without character references; one without a semicolon is none (CommonMark 2.5)."""
    return _REFERENCE.sub(lambda found: unescape(found[0]), raw) if "&" in raw else raw


def _text(raw: str) -> str:
    return _escape(_read(raw))


Render = Callable[[Token, Environment], str]


class _Core(mistune.HTMLRenderer):
    """The tokens of CommonMark as HTML; addresses stay as written."""

    def __init__(self) -> None:
        super().__init__(escape=False)
        self._renderers: dict[str, Render] = {
            "text": lambda token, env: _text(token["raw"]),
            "softbreak": lambda token, env: "\n",
            "linebreak": lambda token, env: "<br>\n",
            "blank_line": lambda token, env: "",
            "thematic_break": lambda token, env: "<hr>\n",
            "codespan": lambda token, env: f"<code>{_escape(token['raw'])}</code>",
            "inline_html": lambda token, env: token["raw"],
            "block_html": lambda token, env: token["raw"].removesuffix("\n") + "\n",
            "block_code": _block_code,
            "emphasis": self._element("em"),
            "strong": self._element("strong"),
            "paragraph": self._element("p", "\n"),
            "block_text": self._children,
            "list_item": self._element("li", "\n"),
            "block_quote": self._element("blockquote", "\n", inside="\n"),
            "heading": self._heading,
            "list": self._list,
            "link": self._link,
            "image": self._image,
        }

    def render_token(self, token: dict[str, object], state: mistune.BlockState) -> str:
        """One token as HTML."""
        return self._renderers[cast("str", token["type"])](cast("Token", token), state.env)

    def _children(self, token: Token, env: Environment) -> str:
        renderers = self._renderers
        return "".join([renderers[child["type"]](child, env) for child in token["children"]])

    def _element(self, name: str, after: str = "", *, inside: str = "") -> Render:
        start, end = f"<{name}>{inside}", f"</{name}>{after}"
        return lambda token, env: start + self._children(token, env) + end

    def _heading(self, token: Token, env: Environment) -> str:
        level = token["attrs"]["level"]
        return f"<h{level}>{self._children(token, env)}</h{level}>\n"

    def _list(self, token: Token, env: Environment) -> str:
        attributes = token["attrs"]
        name = "ol" if attributes["ordered"] else "ul"
        start = f' start="{attributes["start"]}"' if "start" in attributes else ""
        return f"<{name}{start}>\n{self._children(token, env)}</{name}>\n"

    def _link(self, token: Token, env: Environment) -> str:
        attributes = token["attrs"]
        title = _attribute("title", _read(attributes.get("title") or ""))
        return f'<a href="{_escape(attributes["url"])}"{title}>{self._children(token, env)}</a>'

    def _image(self, token: Token, env: Environment) -> str:
        attributes = token["attrs"]
        title = _attribute("title", _read(attributes.get("title") or ""))
        alt = _escape(_plain(token["children"]))
        return f'<img src="{_escape(attributes["url"])}" alt="{alt}"{title}>'


class _Renderer(_Core):
    """All tokens, as HTML that ``body`` can finish."""

    def __init__(self) -> None:
        super().__init__()
        self._renderers |= {
            "inline_html": lambda token, env: _without_comments(token["raw"]),
            "block_html": lambda token, env: _without_comments(token["raw"]) + "\n",
            "paragraph": self._paragraph,
            "content_block": self._paragraph,
            "strikethrough": self._element("del"),
            "mark": self._element("mark"),
            "note": _note,
            "callout": self._callout,
            "callout_title": self._element("strong"),
            "def_list": self._element("dl", "\n", inside="\n"),
            "def_list_head": self._element("dt", "\n"),
            "def_list_item": self._element("dd", "\n"),
            "table": self._element("table", "\n", inside="\n"),
            "table_head": self._element("thead", "\n", inside="\n"),
            "table_body": self._element("tbody", "\n", inside="\n"),
            "table_row": self._element("tr", "\n", inside="\n"),
            "table_cell": self._table_cell,
        }

    def _paragraph(self, token: Token, env: Environment) -> str:
        if figures := _figures(token):
            return "".join(
                f"<figure>{self._renderers[child['type']](child, env)}</figure>\n"
                for child in figures
            )
        html = self._children(token, env)
        return f"<p>{html}</p>\n" if html and not html.isspace() else ""

    def _link(self, token: Token, env: Environment) -> str:
        attributes = token["attrs"]
        url = attributes["url"]
        wiki = f' class="{WIKI_CLASS}"' if attributes.get("wiki") else ""
        title = _attribute("title", _read(attributes.get("title") or ""))
        _spend(env, len(url) + len(title))
        return f'<a{wiki} href="{_escape(url)}"{title}>{self._children(token, env)}</a>'

    def _image(self, token: Token, env: Environment) -> str:
        attributes = token["attrs"]
        url = attributes["url"]
        alt = _plain(token["children"])
        width, height = attributes.get("width", ""), attributes.get("height", "")
        if sized := _ALT_SIZE.fullmatch(alt):  # Obsidian: ![alt|300x200](picture.png)
            alt, width, height = sized[1].strip(), sized[2], sized[3] or ""
        title = _attribute("title", _read(attributes.get("title") or ""))
        _spend(env, len(url) + len(alt) + len(title))
        src, size = _escape(url), _attribute("width", width) + _attribute("height", height)
        match kind_of(_path(token)):
            case "sound":
                link = f'<a href="{src}">{_escape(alt or _stem(url))}</a>'
                return f'<audio controls="" src="{src}"{title}>{link}</audio>'
            case "film":
                link = f'<a href="{src}">{_escape(alt or _stem(url))}</a>'
                return f'<video controls="" src="{src}"{title}{size}>{link}</video>'
            case "paper" | "article":
                label = _escape(alt or _stem(url))
                return f'<a class="{WIKI_CLASS}" href="{src}"{title}>{label}</a>'
        return f'<img src="{src}" alt="{_escape(alt)}"{title}{size}>'

    def _table_cell(self, token: Token, env: Environment) -> str:
        name = "th" if token["attrs"]["head"] else "td"
        align = _attribute("align", token["attrs"]["align"])
        return f"<{name}{align}>{self._children(token, env)}</{name}>\n"

    def _callout(self, token: Token, env: Environment) -> str:
        # A quotation is the one element that every reader sets apart.
        kind = token["attrs"]["kind"]
        content = self._children(token, env)
        return f'<blockquote class="callout callout-{kind}">\n{content}</blockquote>\n'


def _attribute(name: str, value: str) -> str:
    return f' {name}="{_escape(value)}"' if value else ""


def _spend(env: Environment, characters: int) -> None:
    """Count what repeats without being written again: a reference's address and title."""
    left = cast("int", env["budget"]) - characters
    if left < 0:
        raise TooLarge("its references repeat too much text")
    env["budget"] = left


def _block_code(token: Token, env: Environment) -> str:
    info = token.get("attrs", {}).get("info", "")
    words = unescape(info).split(None, 1)
    language = f' class="language-{_escape(words[0])}"' if words else ""
    # mistune ends fenced code with a line break, and indented code without.
    code = _escape(token["raw"]) + ("\n" if token["style"] == "indent" else "")
    return f"<pre><code{language}>{code}</code></pre>\n"


def _without_comments(html: str) -> str:
    """Raw HTML without what is never shown, whose end HTML would look for elsewhere."""
    if "<!" not in html and "<?" not in html:
        return html
    return _SILENT.sub("", _MORE.sub(MORE, html))


def _note(token: Token, env: Environment) -> str:
    references = cast("References", env["references"])
    return extensions.note_reference(
        token["attrs"]["index"],
        token["attrs"]["count"],
        permalink=references.permalink,
        prefix=references.prefix,
        language=references.language,
    )


def _figures(paragraph: Token) -> list[Token]:
    """The pictures of a paragraph that holds nothing else."""
    found: list[Token] = []
    for child in paragraph["children"]:
        match child["type"]:
            case "softbreak" | "linebreak":
                pass
            case "text" if not child["raw"].strip():
                pass
            case "inline_html" if child["raw"] == "<!---->":
                pass
            case "image" if kind_of(_path(child)) not in ("paper", "article"):
                found.append(child)
            case "link" if len(child["children"]) == 1 and child["children"][0]["type"] == "image":
                found.append(child)
            case _:
                return []
    return found


def _path(image: Token) -> str:
    return image["attrs"]["url"].partition("#")[0].partition("?")[0]


def _plain(tokens: list[Token]) -> str:
    """The text of inline tokens, as an alternative text may have it (CommonMark section 6.4)."""
    parts = []
    for token in tokens:
        if "children" in token:
            parts.append(_plain(token["children"]))
        elif token["type"] == "text":
            parts.append(_read(token["raw"]))
        elif token["type"] == "codespan":
            parts.append(token["raw"])
        elif token["type"] in ("softbreak", "linebreak"):
            parts.append("\n")
    return "".join(parts)


def _stem(url: str) -> str:
    """A file's name for people: without folders and extension."""
    name = (normal(url) or url).rpartition("/")[2]
    return name.rpartition(".")[0] or name
