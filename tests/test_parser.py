"""Our quicker ways must give what the long way gives: mistune's own tokens, the same bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import mistune
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.corpus import Corpus
from markwire.article import body, markdown
from markwire.article.body import References, Rendering
from markwire.article.depth import TooLarge
from markwire.article.emphasis import paired
from markwire.article.markdown import render
from markwire.article.mentions import readable
from markwire.article.parser import Parsing, commonmark, equip, join_spaced
from markwire.model import Media
from oracles.commonmark import examples

FOLDER = Path(__file__).parent
FILES = sorted(
    [*(FOLDER.parent / "content").rglob("*.md"), *(FOLDER / "cases/markdown").rglob("*.md")]
)
PICTURE = Media("https://example.org/feeds/media/a.png", "image/png", 1, 30, 20)
REFERENCES = References(
    "https://example.org/feeds/articles/x.html",
    "x",
    {"a.png": PICTURE, "b c.jpg": PICTURE},
    {"note.md": "https://example.org/feeds/articles/note.html"},
    "fr",
)

# --- mistune as it is --------------------------------------------------------------------


class Plain(mistune.InlineParser):
    """mistune's inline parser with the one thing of ours that changes what it reads."""

    def __call__(self, s: str, env: Any) -> Any:
        return super().__call__(join_spaced(s, env), env)


@cache
def plain_parser() -> mistune.Markdown:
    return equip(mistune.Markdown(inline=Plain()))


def plain_tokens(text: str) -> Any:
    state = mistune.BlockState()
    state.env["references"] = REFERENCES
    return plain_parser().parse(text, state)[0], state.env


def our_tokens(text: str) -> Any:
    parsing = Parsing(REFERENCES)
    return parsing.tokens(text), parsing.env


def judge(text: str) -> None:
    (plain, plain_env), (ours, our_env) = (
        _reading(parse, readable(text)) for parse in (plain_tokens, our_tokens)
    )
    assert ours == plain
    assert our_env.get("ref_links") == plain_env.get("ref_links")
    assert our_env.get("notes") == plain_env.get("notes")


def _reading(parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except RecursionError:
        return "too deep", {}


# --- texts -------------------------------------------------------------------------------

# Everything that some rule begins or ends with, and what decides between two of them.
PIECES = [
    *("*", "**", "***", "_", "__", "a*b", "a_b", "*x*", "**y**", "_z_", "*é*", "l’*article*"),
    *("a", "mot", "Été", "d’une", "«", "»", ".", ",", "!", "?", "(", ")", "1", "€", "\u00a0", "٣"),
    *(" ", "  ", "\n", "\n\n", "  \n", "\\\n", "\t", "    ", "\u2028", "\x0b", "\x0c", "\x1c\n"),
    *("[", "]", "](", "![", "[[", "]]", "![[", "[^1]", "[^1]: ", "^[", "[x]: /u 't'\n", "[x]"),
    *("[un lien](https://e.org/a)", '![vue](https://e.org/v.jpg "Vue")', "(https://e.org/x)"),
    *("[l*i*en](https://e.org)", "[a](b c.jpg)", "[a](a.png 'T')", "](note.md)", "[](https://e.o)"),
    *('[a: b](http://e.org/?a=b&c "t\\"")', "[a&b](https://e.org/%zz)", "[a&amp;](https://e.org)"),
    *("`", "``", "`code`", "```\n", "~~~", "~~", "==", "~~a~~", "==a==", "\\*", "\\_", "\\", "\\["),
    *("&", "&amp;", "&copy;", "&#42;", "&_;", "&*;", "&a*b;", ";", "#", "# ", "## T ##", "---\n"),
    *("===\n", "> ", ">", "- ", "* ", "+ ", "1. ", "10) ", "2. x", ": d\n", "- [ ] ", "> [!note] "),
    *("| a | b |\n|---|:-:|\n", "|", "a | b\n", "/a.png\n", "%%", "%%c%%", "<!--", "-->", "<b>"),
    *(
        "</b>",
        "<div>\n",
        "<a href='x'>",
        "</a>",
        "<https://e.org>",
        "<a@b.fr>",
        "https://e.org/a_b",
    ),
    *("http://x.fr,", "<", ">", "<?", "<![CDATA[", "]]>", ":", "::", "@", "^", "+", "h", "$", "{"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=80)
runs = st.lists(
    st.sampled_from(["*", "**", "***", "_", "__", "a", "é", " ", ".", "’", "[b](https://e.o)"]),
    max_size=24,
).map("".join)
nested = st.recursive(
    st.sampled_from(["a", " b ", "*", "é.", "`c`", "&amp;"]),
    lambda inner: st.builds(
        lambda around, parts: around.format("".join(parts)),
        st.sampled_from(["*{}*", "**{}**", "_{}_", "[{}](u)", "![{}](u)", "~~{}~~", "> {}\n",
                         "- {}\n", "=={}==", "[^{}]", "\n\n{}\n\n", "(*{}*)", "« **{}** »"]),
        st.lists(inner, min_size=1, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip

# --- laws of the parser ------------------------------------------------------------------


@settings(max_examples=1500)
@given(texts | runs | nested)
def test_any_text_has_the_tokens_that_mistune_gives_it(text: str):
    """What we take a shorter way to must be what every reader of CommonMark sees."""
    judge(text)


@settings(max_examples=500)
@given(texts | runs | nested)
def test_commonmark_alone_has_the_tokens_that_mistune_gives_it(text: str):
    """The parser that the specification's examples judge is quickened in the same way."""
    plain = _reading(lambda each: mistune.Markdown(inline=mistune.InlineParser()).parse(each), text)
    ours = _reading(commonmark, text)
    assert ours[0] == plain[0]


def test_all_short_texts_of_runs_have_mistunes_tokens():
    """Emphasis is decided by what stands at both sides of a run: here is all there can be."""
    for length in range(7):
        for characters in product("*_a .", repeat=length):
            judge("".join(characters))


def test_what_only_looks_plain_has_mistunes_tokens():
    """Long paragraphs of many lines are one token, and nothing interrupts them by mistake."""
    lines = ["mot", "« mot", "1 mot", "2. mot", "| mot", "mot | mot", "", " ", "\u2028", "    x",
             "---", "===", "> mot", "- mot", ": mot", "|---|", "[x]: /u", "/a.b", "%%"]  # fmt: skip
    for three in product(lines, repeat=3):
        judge("\n".join(three))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_article_has_mistunes_tokens(path: Path):
    judge(path.read_text(encoding="utf-8"))


def test_the_specification_has_mistunes_tokens():
    for each in examples():
        judge(each.markdown)


def test_a_generated_archive_has_mistunes_tokens():
    corpus = Corpus()
    for number in range(150):
        judge(corpus.article(number))


def test_tokens_that_the_long_way_takes_were_left_as_they_were():
    """``paired`` may give up half-way: mistune must then find what it would have found."""
    inline = mistune.InlineParser()
    tokens: list[dict[str, Any]] = [
        {"type": "text", "raw": "*a* "},
        {"type": "link", "children": [], "attrs": {"url": "u"}, "_autolink": "<u>"},
        {"type": "text", "raw": " *b"},
    ]
    before = deepcopy(tokens)
    assert paired(tokens) is None  # type: ignore[arg-type]
    assert tokens == before
    assert inline.finalize_tokens(tokens, 0)[0]["type"] == "emphasis"


# --- laws of the body --------------------------------------------------------------------

ADDRESSES = [
    *("https://e.org/a", "http://a b.org/", "http://[bad", "http://999.1.1.1/", "ftp://e.org/"),
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:image/png;base64,AA",
        "mailto:a@b.fr",
        "tel:+7 7",
    ),
    *(
        "note.md",
        "a.png",
        "b c.jpg",
        "perdu.md",
        "#part",
        "//e.org/x",
        "foo:bar",
        "x:y.png",
        "/a.png",
    ),
    *("https://é.org/è", "https://e.org:99999/", "http://", "http:a", "?q=1", "https://e.org/&#9;"),
    *("&#106;avascript:x", "https://u@e.org/", "http://%zz/", "https://xn--zz/", "\\(", "%20", "."),
]
TITLES = ["", "", ' "Titre"', ' "A. Photo : AFP"', " '<b>&quot;'", ' "x&#28;y&#133; Photo : A"']
own = st.builds(
    "".join,
    st.lists(
        st.sampled_from(PIECES)
        | st.builds("{}[{}]({}{})".format, st.sampled_from(["", "!"]), st.sampled_from(
            ["a", "", "*b*", "&lt;", "&#8;", "[[note.md]]", "x[^1]", "![v](a.png)", '"', "a|300"]
        ), st.sampled_from(ADDRESSES), st.sampled_from(TITLES))
        | st.builds("<{}>".format, st.sampled_from(ADDRESSES))
        | st.sampled_from(["&#xFFFE;", "&#13;", "&nbsp;", "&quot;", '"', "'", "```a<b>\n'\n```\n"]),
        max_size=25,
    ),
)  # fmt: skip


def both_ways(text: str) -> Iterator[Rendering | str]:
    """The body by the short way where there is one, and by the long way alone."""
    yield _rendered(text)
    short = markdown.finish_own
    markdown.finish_own = body.finish
    try:
        yield _rendered(text)
    finally:
        markdown.finish_own = short


def _rendered(text: str) -> Rendering | str:
    try:
        return render(text, REFERENCES)
    except TooLarge as fault:
        return str(fault)


@settings(max_examples=1500)
@given(own | texts | nested)
def test_a_body_that_is_looked_at_once_is_what_two_looks_make_of_it(text: str):
    """nh3 may be spared only where it would change nothing, whatever the text and addresses."""
    once, twice = both_ways(text)
    assert once == twice


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_articles_body_is_what_two_looks_make_of_it(path: Path):
    once, twice = both_ways(path.read_text(encoding="utf-8"))
    assert once == twice


def test_deep_and_long_texts_are_refused_as_before():
    for text in (": a\n" * 300, "> " * 200 + "a", "- " * 200 + "a", "*" * 500 + "a" + "*" * 500,
                 "a\n: b\n\n    - c\n        : d\n" * 40, "**a *b ~~c** d* e~~ " * 99):  # fmt: skip
        once, twice = both_ways(text)
        assert once == twice
