"""How Obsidian and iA Writer extend Markdown: links by name, comments, callouts, content blocks.

Pure. Rules take a match and the parser's state; ``markdown`` registers them.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final, cast
from urllib.parse import unquote

from markwire.article.callouts import title_of
from markwire.article.captions import split_credit
from markwire.article.depth import REST_OF_TAG
from markwire.article.mentions import BLOCK, WIKI, as_reference, kind_of, wiki_link
from markwire.article.syntax import BlockState, InlineState, Token, last_paragraph

# --- links by name -----------------------------------------------------------------------

WIKI_LINK: Final = "!?" + WIKI
SIZE: Final = re.compile(r"(\d{1,5})(?:x(\d{1,5}))?")


def parse_wiki_link(parser: object, match: re.Match[str], state: InlineState) -> int | None:
    """``[[note#heading|label]]`` and ``![[picture.png|alt|300x200]]``.

    A note that is embedded becomes a link to it: an article stays one article.
    """
    inside = match[0].lstrip("!")[2:-2]
    references = cast("dict[str, object]", state.env.get("ref_links") or {})
    if " ".join(inside.split()).lower().upper() in references:
        return None  # a CommonMark reference link in brackets
    link = wiki_link(inside)
    labels = list(link.labels)
    if not link.reference and not link.heading:
        return None
    name = unquote(link.reference)
    if match[0].startswith("!") and kind_of(name) in ("picture", "sound", "film"):
        token = picture(link.reference, labels.pop(0) if len(labels) > 1 else "")
        for label in labels:
            if size := SIZE.fullmatch(label):
                token["attrs"]["width"] = size[1]
                token["attrs"]["height"] = size[2] or ""
            else:
                token["children"] = [{"type": "text", "raw": label}]
        state.append_token(token)
        return match.end()
    stem = re.sub(r"\.(?:md|markdown)$", "", posixpath.basename(name))
    label = next(filter(None, labels), "") or " > ".join(filter(None, (stem, link.heading)))
    if state.in_link:
        state.append_token({"type": "text", "raw": label})
        return match.end()
    url = link.reference + ("#" + as_reference(link.heading) if link.heading else "")
    state.append_token(
        {
            "type": "link",
            "children": [{"type": "text", "raw": label}],
            "attrs": {"url": url, "wiki": True},
        }
    )
    return match.end()


def picture(url: str, alt: str = "", title: str | None = None) -> Token:
    """The token of a picture, sound or film."""
    return {
        "type": "image",
        "children": [{"type": "text", "raw": alt}],
        "attrs": {"url": url, "title": title},
    }


# --- content blocks ----------------------------------------------------------------------

CONTENT_BLOCK: Final = "^" + BLOCK


def parse_content_block(parser: object, match: re.Match[str], state: BlockState) -> int | None:
    """``/picture.png "Caption"`` alone on its line, as iA Writer means it.

    Pictures, sounds and films are shown, the title being caption and description. Other files
    (a chapter, a table) are linked under their title: what they hold is not ours to read here.
    """
    found = re.match(BLOCK, match[0])
    if found is None or last_paragraph(state):
        return None
    path, title = found[1].strip(), (found[2] or "")[1:-1]
    kind = kind_of(path)
    if not kind:
        return None
    token: Token
    if kind in ("picture", "sound", "film"):
        token = picture(as_reference(path), split_credit(title)[0], title)
    else:
        stem = posixpath.splitext(posixpath.basename(path))[0]
        token = {
            "type": "link",
            "children": [{"type": "text", "raw": title or stem}],
            "attrs": {"url": as_reference(path), "wiki": True},
        }
    state.append_token({"type": "content_block", "children": [token]})
    return match.end() + 1


# --- comments ----------------------------------------------------------------------------

COMMENT: Final = r"^ {0,3}%%"
# What a comment's mark in running text may stand in without being one.
_MARK = r"|(?P<mark>%%)"
_SHIELD = re.compile(r"\\.|(?P<code>(?<!`)`+(?!`))|<[A-Za-z/][^<>]*>|\]\([^()\n]*\)" + _MARK, re.S)
_HTML_SHIELD = re.compile(rf"(?P<code>(?!))|</?[A-Za-z]{REST_OF_TAG}(?:>|\Z)" + _MARK, re.S)
_NOTHING: Final = "<!---->"  # keeps what was apart from joining into new syntax


def parse_comment(parser: object, match: re.Match[str], state: BlockState) -> int | None:
    """``%% … %%`` from the start of a line, over any lines; to the end if it is not closed."""
    close = state.src.find("%%", match.end())
    end = close + 2 if close >= 0 else state.cursor_max
    line_end = state.src.find("\n", end)
    if close >= 0 and line_end >= 0 and not state.src[end:line_end].strip():
        end = line_end + 1
    if paragraph := last_paragraph(state):
        # Cut out later: the paragraph goes on below.
        if close < 0:
            return end
        paragraph["text"] += state.src[state.cursor : end]
    return end


def cut_comments(tokens: list[Token]) -> None:
    """Take comments out of parsed blocks: ``%%`` pairs, and HTML comments over several blocks.

    Code is left alone. A lone ``%%`` within a line is text.
    """
    leaves = [token for token in _walk(tokens) if "text" in token or "raw" in token]
    position = 0
    while position < len(leaves):
        position = _cut_leaf(leaves, position)
    _prune(tokens)


def _walk(tokens: list[Token]) -> list[Token]:
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        found += _walk(token.get("children", []))
    return found


def _cut_leaf(leaves: list[Token], index: int) -> int:
    """Cut what begins in one leaf; the index of the leaf to go on with."""
    leaf = leaves[index]
    if leaf["type"] == "block_code":
        return index + 1
    text = _content(leaf)
    kept: list[str] = []
    position = 0
    while mark := _next_mark(text, position, html=leaf["type"] == "block_html"):
        start, closing = mark
        end = text.find(closing, start + 2)
        if end >= 0:
            kept += (text[position:start], _NOTHING)
            position = end + len(closing)
            continue
        for later in range(index + 1, len(leaves)):
            end = _content(leaves[later]).find(closing)
            if end >= 0:
                _set(leaf, "".join(kept) + text[position:start])
                for between in leaves[index + 1 : later]:
                    between["type"] = "gone"
                _set(leaves[later], _content(leaves[later])[end + len(closing) :])
                return later
        if closing == "-->":  # as HTML has it, to the end
            for between in leaves[index + 1 :]:
                between["type"] = "gone"
            _set(leaf, "".join(kept) + text[position:start])
            return len(leaves)
        break
    _set(leaf, "".join(kept) + text[position:])
    return index + 1


def _next_mark(text: str, position: int, *, html: bool) -> tuple[int, str] | None:
    """Where the next comment begins, and what closes it."""
    percent = -1
    pattern = _HTML_SHIELD if html else _SHIELD
    while shield := pattern.search(text, position):
        if shield["mark"]:
            percent = shield.start()
            break
        position = shield.end()
        if ticks := shield["code"]:
            close = re.compile(rf"(?<!`){ticks}(?!`)").search(text, position)
            position = close.end() if close else position
    opened = text.rfind("<!--") if html else -1
    if opened >= 0 and text.find("-->", opened) < 0 and not 0 <= percent < opened:
        return opened, "-->"
    return (percent, "%%") if percent >= 0 else None


def _content(leaf: Token) -> str:
    return leaf["text"] if "text" in leaf else leaf["raw"]


def _set(leaf: Token, content: str) -> None:
    if "text" in leaf:
        leaf["text"] = content
    else:
        leaf["raw"] = content


def _prune(tokens: list[Token]) -> None:
    """Drop what is gone, and containers of nothing else."""
    for token in tokens:
        if token.get("children"):
            _prune(token["children"])
            if not token["children"]:
                token["type"] = "gone"
    tokens[:] = [token for token in tokens if token["type"] != "gone"]


# --- callouts ----------------------------------------------------------------------------

_CALLOUT = re.compile(r"\[!([A-Za-z][\w-]*)\]([+-]?)(?:[ \t]+([^\n]*))?[ \t]*(?:\n|$)")


def call_out(quote: Token, language: str) -> None:
    """Make a callout of a block quote that begins with ``[!kind]``; folded ones stay open."""
    first = quote["children"][0] if quote["children"] else None
    if first is None or first["type"] != "paragraph" or "text" not in first:
        return
    text = first["text"].lstrip()
    found = _CALLOUT.match(text)
    if found is None:
        return
    kind = found[1].lower()
    title = (found[3] or "").strip() or title_of(kind, language)
    rest = text[found.end() :]
    quote["type"] = "callout"
    quote["attrs"] = {"kind": kind}
    head: list[Token] = []
    if title:
        head.append({"type": "paragraph", "children": [{"type": "callout_title", "text": title}]})
    body: list[Token] = [{"type": "paragraph", "text": rest}] if rest.strip() else []
    quote["children"][:1] = head + body
