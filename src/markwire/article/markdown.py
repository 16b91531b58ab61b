"""Markdown to the body of an article.

Pure, and the only import of mistune. CommonMark 0.31.2, with what ``extensions`` and
``dialects`` add to it; raw HTML passes through and is made safe in ``body``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, cast

import mistune
from mistune.plugins.def_list import def_list
from mistune.plugins.formatting import mark, strikethrough

from markwire.article import dialects, extensions
from markwire.article.body import References, Rendering, finish
from markwire.article.captions import split_credit
from markwire.article.html import TooLarge
from markwire.article.mentions import SPACED, kind_of, normal, readable, spaced_reference
from markwire.article.syntax import Token
from markwire.article.writer import ArticleWriter, Environment, Writer

__all__ = ["References", "Rendering", "TooLarge", "commonmark", "render", "split_credit"]

MAX_HTML: Final = 4_000_000
"""How many characters of HTML one article may become: references can repeat without end."""

_ARTICLE: Final = ArticleWriter()


def render(text: str, references: References) -> Rendering:
    """Convert an article's Markdown into its body.

    ``references`` says what its local names stand for; those it may ask for are in
    ``mentions.mentions(text)``. Raises :class:`TooLarge`, whose message is the reason, for a
    text that would cost more than an article may.
    """
    text = readable(text)
    state = mistune.BlockState()
    env: Environment = state.env
    env["references"] = references
    env["budget"] = MAX_HTML
    env["spaced"] = SPACED.search(text) is not None
    try:
        tokens, _ = _parser().parse(text, state)
        html = _ARTICLE.write(cast("list[Token]", tokens), env) + extensions.notes_section(
            env,
            convert=lambda note, in_line: _convert(note, state, in_line=in_line),
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
    tokens, state = _core().parse(text)
    return Writer().write(cast("list[Token]", tokens), state.env)


def _convert(text: str, state: mistune.BlockState, *, in_line: bool) -> str:
    """Convert a note: one paragraph if it stood in a line, else any blocks."""
    parser = _parser()
    child = state.child_state(text.strip("\n") + "\n")
    if in_line:
        child.append_token({"type": "paragraph", "text": text})
    else:
        parser.block.parse(child)
    _reshape(parser, child)
    return _ARTICLE.write(cast("list[Token]", parser.render_state(child)), state.env)


# --- the parser --------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _core() -> mistune.Markdown:
    return mistune.Markdown(inline=_Inline())


@lru_cache(maxsize=1)
def _parser() -> mistune.Markdown:
    """The parser of this process: with its plugins it neither pickles nor changes."""
    parser = mistune.Markdown(inline=_Inline(), plugins=[strikethrough, mark, def_list])
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

    def __call__(self, s: str, env: Environment) -> list[dict[str, object]]:
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
