"""mistune, taught what ``extensions`` and ``dialects`` add, and made to look only once.

Pure, and the only import of mistune. What is overridden gives the very tokens that mistune would
give: ``tests/test_parser.py`` compares the two over the specification and over anything at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any, Final, cast

import mistune
from mistune.plugins.def_list import def_list
from mistune.plugins.formatting import mark, strikethrough

from markwire.article import dialects, emphasis, extensions
from markwire.article.body import References
from markwire.article.mentions import SPACED, kind_of, normal, spaced_reference
from markwire.article.syntax import Token

_Environment = MutableMapping[str, Any]
_Tokens = list[dict[str, Any]]


class Parsing:
    """One text on its way to tokens; ``env`` is what the rules were told, and what they found."""

    def __init__(self, references: References) -> None:
        self._state = mistune.BlockState()
        self.env = self._state.env
        self.env["references"] = references

    def tokens(self, text: str) -> list[Token]:
        """Parse the article itself."""
        self.env["spaced"] = has_spaced(text)
        return cast("list[Token]", _parser().parse(text, self._state)[0])

    def note(self, text: str, *, in_line: bool) -> list[Token]:
        """Parse a note of it: one paragraph if it stood in a line, else any blocks."""
        parser = _parser()
        child = self._state.child_state(text.strip("\n") + "\n")
        if in_line:
            child.append_token({"type": "paragraph", "text": text})
        else:
            parser.block.parse(child)
        _reshape(parser, child)
        return cast("list[Token]", parser.render_state(child))


def commonmark(text: str) -> tuple[list[Token], MutableMapping[str, object]]:
    """Parse what CommonMark 0.31.2 alone knows; gives the environment too."""
    tokens, state = _core().parse(text)
    return cast("list[Token]", tokens), state.env


@lru_cache(maxsize=1)
def _core() -> mistune.Markdown:
    return _Markdown(block=_Block(), inline=_Inline())


@lru_cache(maxsize=1)
def _parser() -> mistune.Markdown:
    """The parser of this process: with its plugins it neither pickles nor changes."""
    return equip(_Markdown(block=_Block(), inline=_Inline()))


def equip(parser: mistune.Markdown) -> mistune.Markdown:
    """Teach a parser all rules of an article."""
    for plugin in (strikethrough, mark, def_list):
        parser.use(plugin)
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


# --- faster ------------------------------------------------------------------------------


class _Markdown(mistune.Markdown):
    """The parser without the generators that it puts around every list of tokens."""

    def render_state(self, state: mistune.BlockState) -> _Tokens:
        self._parse_inline(state.tokens, state.env)
        return state.tokens

    def _parse_inline(self, tokens: _Tokens, env: _Environment) -> None:
        for token in tokens:
            if "children" in token:
                self._parse_inline(token["children"], env)
            elif "text" in token:
                token["children"] = self.inline(token.pop("text").strip(" \r\n\t\f"), env)


class _Block(mistune.BlockParser):
    """The block parser, looking at lines rather than at characters.

    Every rule begins with ``^``: one that does not match where a line begins matches nowhere in
    that line.
    """

    def _parse_indent_code_fast(self, state: mistune.BlockState) -> int | None:
        """Take the next lines if their first characters tell what they are.

        mistune asks this before it tries any rule.
        """
        src, end = state.src, state.cursor
        while end < state.cursor_max and (src[end].isalpha() or src[end] == "«"):
            line_end = src.find("\n", end) + 1 or state.cursor_max
            if src.find("|", end, line_end) >= 0:
                break  # The head of a table is all that may begin with a letter.
            end = line_end
        if end > state.cursor:
            state.add_paragraph(src[state.cursor : end])
            return end
        if src[end] == "\n" and (blank := self.BLANK_LINE.match(src, end)):
            return self.parse_blank_line(blank, state)
        return super()._parse_indent_code_fast(state) if src[end] in " \t" else None

    def parse_atx_heading(self, m: re.Match[str], state: mistune.BlockState) -> int:
        """Take a heading; mistune looks for the signs that close it behind each of its spaces."""
        text = m["atx_2"].strip()
        stem = text.rstrip("#")
        if not stem or (stem != text and stem[-1].isspace()):
            text = stem.rstrip()
        attributes = {"level": len(m["atx_1"])}
        state.append_token({"type": "heading", "text": text, "attrs": attributes, "style": "atx"})
        return m.end() + 1

    def _parse_plain_paragraph(self, state: mistune.BlockState, sc: re.Pattern[str]) -> bool:
        """Take the lines up to the next that a rule matches; the first was tried already."""
        src, position = state.src, state.cursor
        while (position := src.find("\n", position) + 1) and position < state.cursor_max:
            if sc.match(src, position):
                break
        else:
            position = state.cursor_max
        state.add_paragraph(src[state.cursor : position])
        state.cursor = position
        return True


class _Inline(mistune.InlineParser):
    """The inline parser, stopping only where a rule can begin, and pairing what is plainly paired.

    mistune looks at each character that begins some rule; ``h`` begins a bare URL, and French
    has an ``h`` in every line. Each branch begins with a letter of its own, which ``re`` searches
    eight times faster than a class of them. ``*`` and ``_`` are text until all is read.
    """

    _STOPS: Final = re.compile(r"\\|`|<|\n|\]|\[|!\[|~~|==|\^\[|https?://")
    # A link or picture whose label, address and title hold nothing that is read any further.
    _LINK: Final = re.compile(
        r"(!?)\[([^\\`<\n\[\]*_~=^:]+)\]"
        r"\((https?://[A-Za-z0-9._~/:?#@!$*+,;=%-]+)(?: \"([^\"\\\n\x00]*)\")?\)"
    )

    def __call__(self, s: str, env: _Environment) -> _Tokens:
        if env.get("spaced"):
            s = join_spaced(s, env)
        if self._STOPS.search(s) is None:
            return self.finalize_tokens([{"type": "text", "raw": s}], 0)
        return super().__call__(s, env)

    def parse_link(self, m: re.Match[str], state: mistune.InlineState) -> int | None:
        # Within other brackets a link has consequences for them.
        if state.brackets or state.in_link or state.depth >= self.max_nested_level:
            return super().parse_link(m, state)
        link = self._LINK.match(state.src, m.start())
        if link is None:
            return super().parse_link(m, state)
        image, label, url, title = link.groups()
        attributes = {"url": url, "title": title} if title else {"url": url}
        children = [{"type": "text", "raw": label}]
        kind = "image" if image else "link"
        state.append_token({"type": kind, "children": children, "attrs": attributes})
        return link.end()

    def _find_fast_text_end(self, src: str, pos: int) -> int | None:
        stop = self._STOPS.search(src, pos)
        if stop is None:
            return len(src)
        if stop[0] == "\n":
            return self._find_linebreak_start(src, pos, stop.start())
        return stop.start()

    def finalize_tokens(self, tokens: _Tokens, depth: int) -> _Tokens:
        if len(tokens) == 1 and tokens[0]["type"] == "text" and "_emphasis" not in tokens[0]:
            raw = tokens[0]["raw"]
            if "*" not in raw and "_" not in raw:
                return tokens
        # What ``paired`` takes is nested two deep at most.
        if depth + 2 <= self.max_nested_level:
            paired = emphasis.paired(cast("list[Token]", tokens))
            if paired is not None:
                return cast("_Tokens", paired)
        return super().finalize_tokens(tokens, depth)


# --- destinations with spaces ------------------------------------------------------------


def has_spaced(text: str) -> bool:
    """See whether any destination holds white space, before titles; notes expand their tabs."""
    position = text.find("](")
    while position >= 0:
        spaced = SPACED.match(text, position)
        if spaced and _BLANK.search(spaced[1].strip()):
            return True
        position = text.find("](", position + 2)
    return False


_BLANK = re.compile(r"[ \t]")
_CODE_OR_SPACED = re.compile(r"\\.|(?P<ticks>(?<!`)`+(?!`))|(?P<link>\]\()", re.S)


def join_spaced(text: str, env: _Environment) -> str:
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
            if " " not in spaced[1].strip():
                continue
            reference = spaced_reference(spaced[1])
            name = normal(reference)
            is_file = kind_of(name or reference.partition("?")[0].partition("#")[0])
            if is_file or (name and (name in references.media or name in references.links)):
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
