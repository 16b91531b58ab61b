"""Parsed Markdown to HTML that :mod:`.body` can finish: addresses stay as written.

Pure. ``Writer`` knows CommonMark, ``ArticleWriter`` all that ``extensions`` and ``dialects`` add.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, MutableMapping
from html import unescape
from typing import cast

from markwire.article import extensions
from markwire.article.body import WIKI_CLASS, References
from markwire.article.depth import REST_OF_TAG, TooLarge
from markwire.article.html import MORE
from markwire.article.mentions import kind_of, normal
from markwire.article.syntax import Token

Environment = MutableMapping[str, object]

_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Comments, processing instructions and CDATA end as CommonMark 0.31.2 section 6.6 has it; inside
# a tag they are part of an attribute.
_SILENT = re.compile(
    rf"(?P<tag></?[A-Za-z]{REST_OF_TAG}(?:>|\Z))"
    r"|<!--(?P<more>\s*more\s*-->)?(?(more)|(?:-?>|.*?(?:-->|\Z)))"
    r"|<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)",
    re.S | re.I,
)
_ALT_SIZE = re.compile(r"(.*)\|\s*(\d{1,5})(?:x(\d{1,5}))?\s*", re.S)


def _escape(text: str) -> str:
    return _escape_text(text).replace('"', "&quot;")


def _escape_text(text: str) -> str:
    # As nh3 writes text, so that what has no raw HTML is canonical from the start.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _read(raw: str) -> str:
    """Text without character references; one without a semicolon is none (CommonMark 2.5)."""
    return _REFERENCE.sub(lambda found: unescape(found[0]), raw) if "&" in raw else raw


def _text(token: Token, env: Environment) -> str:
    return _escape_text(_read(token["raw"]))


Render = Callable[[Token, Environment], str]


class Writer:
    """The tokens of CommonMark."""

    def __init__(self) -> None:
        self._renderers: dict[str, Render] = {
            "text": _text,
            "softbreak": lambda token, env: "\n",
            "linebreak": lambda token, env: "<br>\n",
            "blank_line": lambda token, env: "",
            "thematic_break": lambda token, env: "<hr>\n",
            "codespan": lambda token, env: f"<code>{_escape_text(token['raw'])}</code>",
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

    def write(self, tokens: Iterable[Token], env: Environment) -> str:
        """Tokens as HTML; ``env`` is what the parser was told and what it found."""
        renderers = self._renderers
        return "".join([renderers[token["type"]](token, env) for token in tokens])

    def _children(self, token: Token, env: Environment) -> str:
        return self.write(token["children"], env)

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


class ArticleWriter(Writer):
    """All tokens of an article."""

    def __init__(self) -> None:
        super().__init__()
        self._renderers |= {
            "inline_html": _raw,
            "block_html": lambda token, env: _raw(token, env).removesuffix("\n") + "\n",
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
                return f'<audio src="{src}"{title}>{link}</audio>'
            case "film":
                link = f'<a href="{src}">{_escape(alt or _stem(url))}</a>'
                return f'<video src="{src}"{title}{size}>{link}</video>'
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
    code = _escape_text(token["raw"]) + ("\n" if token["style"] == "indent" else "")
    return f"<pre><code{language}>{code}</code></pre>\n"


def _raw(token: Token, env: Environment) -> str:
    """Raw HTML without what is never shown, whose end HTML would look for elsewhere."""
    env["raw"] = True
    html = token["raw"]
    if "<!" not in html and "<?" not in html:
        return html
    return _SILENT.sub(_said, html)


def _said(part: re.Match[str]) -> str:
    return part["tag"] or (MORE if part["more"] else "")


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
