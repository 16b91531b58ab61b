"""Front matter to nodes with their places: what editors type, and what they mistype.

Each file of ``cases/frontmatter`` is a case: its name gives the problems that reading it must
find, ``code_line_column``, several with ``+`` between them. ``messages.txt`` holds their words.
"""

from __future__ import annotations

import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markwire.article.frontmatter import Parts, split
from markwire.article.nodes import MAX_BYTES, Mapping, Node, Scalar, Sequence
from markwire.article.read import Read, Refused, read
from markwire.model import Site
from markwire.problems import CODES, Problem

CASES = sorted((Path(__file__).parent / "cases" / "frontmatter").glob("*.md"))
SITE = Site(
    title="Essais",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
)


def reading(content: bytes) -> Read | Refused:
    return read(content, path="essai.md", site=SITE)


def parts(text: str) -> Parts:
    found = split(text, path="essai.md")
    assert isinstance(found, Parts)
    return found


def refusal(text: str) -> Problem:
    found = split(text, path="essai.md")
    assert isinstance(found, Problem)
    return found


def plain(node: Node) -> object:
    """A node without its places."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node}


# --- cases -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_mistake_is_found_where_it_is(case: Path) -> None:
    """An editor who is told the wrong line reads it, sees nothing, and gives up."""
    found = reading(case.read_bytes()).problems
    places = "+".join(f"{each.code}_{each.line}_{each.column}" for each in found)
    assert places == case.stem.rpartition("_")[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_an_article_is_refused_for_errors_only(case: Path) -> None:
    """A key that is not known is no reason to keep the news back."""
    result = reading(case.read_bytes())
    grave = any(each.severity == "error" for each in result.problems)
    assert isinstance(result, Refused) == grave


def test_every_mistake_is_told_in_an_editors_words() -> None:
    """Change words in ``messages.txt`` first: it is read by those who read them."""
    told = [
        f"{case.stem.rpartition('_')[2]}: {each.message}; {each.hint}"
        for case in CASES
        for each in reading(case.read_bytes()).problems
    ]
    kept = (CASES[0].parent / "messages.txt").read_text("utf-8").splitlines()
    assert sorted(told) == kept


def test_every_code_about_front_matter_has_a_case() -> None:
    """A code that nothing ever gives cannot be looked up either."""
    met = {part.partition("_")[0] for case in CASES for part in case.stem.split("+")}
    assert met >= {code for code in CODES if code.startswith("MW2")}


# --- what is kept ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("12:30", "12:30"),
        ("1.10", "1.10"),
        ("0042", "0042"),
        ("2026-05-01", "2026-05-01"),
        ("2026-02-30", "2026-02-30"),
        ("1e3", "1e3"),
        ("~", ""),
        ("null", ""),
        ('"null"', "null"),
        ("", ""),
        ("'l''été'", "l'été"),
        ('"a\\tb \\u00e9"', "a\tb é"),
        ("C# #1", "C#"),
        ('"C# #1"', "C# #1"),
        ("!!binary aGVq", "aGVq"),
        ("!!python/object/apply:os.system [x]", ["x"]),
        ("[a, 'b c', \"d, e\"]", ["a", "b c", "d, e"]),
        ("{src: a.png}", {"src": "a.png"}),
        (">\n  plié\n  en deux", "plié en deux"),
        ("|\n  deux\n  lignes", "deux\nlignes"),
    ],
)
def test_a_value_is_what_was_typed(typed: str, kept: object) -> None:
    """Ordinary loading turns ``NO`` into false and ``12:30`` into 750."""
    assert plain(parts(f"---\nclé: {typed}\n---\n").front) == {"clé": kept}


def test_nodes_know_their_line_and_column() -> None:
    """From 1, and in the file, not in the front matter."""
    front = parts("---\ntitle: Essai\ntags:\n  - rail\nimage: {src: a.png}\n---\n").front
    assert front == Mapping(
        (
            (Scalar("title", 2, 1), Scalar("Essai", 2, 8)),
            (Scalar("tags", 3, 1), Sequence((Scalar("rail", 4, 5),), 4, 3)),
            (
                Scalar("image", 5, 1),
                Mapping(((Scalar("src", 5, 9), Scalar("a.png", 5, 14)),), 5, 8),
            ),
        ),
        2,
        1,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Texte\n", Parts(Mapping((), 1, 1), "Texte\n", 1)),
        ("", Parts(Mapping((), 1, 1), "", 1)),
        ("\n---\ntitle: x\n---\n", Parts(Mapping((), 1, 1), "\n---\ntitle: x\n---\n", 1)),
        ("----\nTexte\n", Parts(Mapping((), 1, 1), "----\nTexte\n", 1)),
        ("---\n---\nTexte\n", Parts(Mapping((), 2, 1), "Texte\n", 3)),
        ("---\n# rien\n---\nTexte", Parts(Mapping((), 2, 1), "Texte", 4)),
        ("---  \n...\nTexte", Parts(Mapping((), 2, 1), "Texte", 3)),
    ],
)
def test_a_file_is_taken_apart_at_its_fences(text: str, expected: Parts) -> None:
    """A fence opens front matter on the very first line only; a rule in the text is a rule."""
    assert parts(text) == expected


def test_a_rule_in_the_text_does_not_open_front_matter() -> None:
    """Three dashes below are a thematic break of Markdown."""
    assert parts("---\ntitle: x\n---\n\n---\n\nTexte\n").text == "\n---\n\nTexte\n"


# --- what would cost too much ------------------------------------------------------------

MERGE_BOMB = "a: &a {x: 1}\n" + "".join(
    f"{name}: &{name}\n  <<: [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdef", "bcdefg", strict=True)
)
ALIAS_BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    "front",
    [
        pytest.param("x: " + "[" * 30_000 + "]" * 30_000, id="brackets"),
        pytest.param("x: " + "[" * 30_000, id="open-brackets"),
        pytest.param("x: " + "{a: " * 10_000, id="braces"),
        pytest.param("- " * 100_000 + "x", id="dashes"),
        pytest.param("- " * 30_000 + "x", id="dashes-below-the-limit"),
        pytest.param("? " * 30_000 + "x", id="keys"),
        pytest.param("- ? " * 15_000 + "x", id="dashes-and-keys"),
        pytest.param("\n".join(" " * n + "a:" for n in range(350)), id="stairs"),
        pytest.param("\n".join(" " * n + "-" for n in range(350)), id="stairs-of-dashes"),
        pytest.param(MERGE_BOMB, id="merge-bomb"),
        pytest.param(ALIAS_BOMB, id="alias-bomb"),
        pytest.param("title: " + "x" * 1_000_000, id="a-million-letters"),
        pytest.param("a: &a [*a]", id="a-list-in-itself"),
        pytest.param("\n".join(f"k{n}: [" for n in range(9_000)), id="brackets-on-lines"),
    ],
)
def test_a_bomb_ends_soon_with_a_problem(front: str) -> None:
    """It kills other parsers, by their stack or after minutes; here one article is refused."""
    start = time.process_time()
    problem = refusal(f"---\n{front}\n---\nTexte\n")
    assert time.process_time() - start < 1
    assert problem.code in ("MW202", "MW204")


def test_front_matter_may_have_its_whole_length() -> None:
    """The limit is in bytes, and what is just below it is read."""
    room = MAX_BYTES - len("summary: ")
    assert isinstance(split(f"---\nsummary: {'x' * room}\n---\n", path="x.md"), Parts)
    assert refusal(f"---\nsummary: {'x' * (room + 1)}\n---\n").code == "MW204"
    assert refusal(f"---\nsummary: {'é' * (room // 2 + 1)}\n---\n").code == "MW204"


# --- laws --------------------------------------------------------------------------------

signs = st.sampled_from([*"-:[]{}?,#&*!|>'\"%@` \n\té<~.=", "---", "...", "\n- ", ": ", "a", "b"])
fronts = st.lists(signs, max_size=40).map("".join)
law = settings(deadline=None, max_examples=300)


@law
@given(fronts, st.sampled_from(["\n---\nTexte", "\n...\n", "\n---", ""]))
def test_any_text_is_read_or_refused_in_its_place(front: str, end: str) -> None:
    """Never an exception, and never a line that the file does not have."""
    text = f"---\n{front}{end}"
    found = split(text, path="essai.md")
    if isinstance(found, Problem):
        lines = text.split("\n")
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1
    else:
        assert found.text == "\n".join(text.split("\n")[found.first_line - 1 :])


def quoted(text: str) -> str:
    """A text between YAML's double quotes, every unusual letter as an escape (YAML 1.2 5.7)."""
    return "".join(
        letter if letter.isascii() and letter not in '"\\' else f"\\U{ord(letter):08x}"
        for letter in text
    )


printable = st.text(max_size=30).filter(str.isprintable)


@law
@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), printable))
def test_a_quoted_value_is_given_back(entries: dict[str, str]) -> None:
    """Whatever stands between quotes is text, letter by letter."""
    lines = [f'{key}: "{quoted(value)}"' for key, value in entries.items()]
    assert plain(parts("\n".join(["---", *lines, "---", "Texte"])).front) == entries
