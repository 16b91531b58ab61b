"""Markdown to the body of an article: parsed by ``parser``, written by ``writer``, made safe.

Pure. CommonMark 0.31.2, with what ``extensions`` and ``dialects`` add to it; raw HTML passes
through and is made safe in ``body``.
"""

from __future__ import annotations

from typing import Final

from markwire.article import extensions, parser
from markwire.article.body import References, Rendering, finish, finish_own
from markwire.article.captions import split_credit
from markwire.article.depth import MAX_HTML, TooLarge
from markwire.article.mentions import readable
from markwire.article.writer import ArticleWriter, Writer

__all__ = ["References", "Rendering", "TooLarge", "commonmark", "render", "split_credit"]

_ARTICLE: Final = ArticleWriter()


def render(text: str, references: References) -> Rendering:
    """Convert an article's Markdown into its body.

    ``references`` says what its local names stand for; those it may ask for are in
    ``mentions.mentions(text)``. Raises :class:`TooLarge`, whose message is the reason, for a
    text that would cost more than an article may.
    """
    parsing = parser.Parsing(references)
    env = parsing.env
    env["budget"] = MAX_HTML
    try:
        html = _ARTICLE.write(parsing.tokens(readable(text)), env) + extensions.notes_section(
            env,
            convert=lambda note, in_line: _ARTICLE.write(parsing.note(note, in_line=in_line), env),
            permalink=references.permalink,
            prefix=references.prefix,
            language=references.language,
        )
        if len(html) > MAX_HTML:
            raise TooLarge(f"its HTML would be longer than {MAX_HTML} characters")
        return (finish if "raw" in env else finish_own)(html, references)
    except RecursionError:
        raise TooLarge("it is nested too deeply") from None


def commonmark(text: str) -> str:
    """``text`` as CommonMark 0.31.2 alone has it: not sanitised, for judging the parser."""
    return Writer().write(*parser.commonmark(text))
