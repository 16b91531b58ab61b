"""Front matter to nodes with their places: what editors type, and what they mistype.

Each file of ``cases/frontmatter`` is a case: its name gives the problems that reading it must
find, ``code_line_column``, several with ``+`` between them. ``messages.txt`` holds their words.
"""

from __future__ import annotations

import json
import re
import time
import tomllib
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markwire.article.front.frontmatter import Parts, split
from markwire.article.front.nodes import MAX_BYTES, Mapping, Node, Scalar, Sequence
from markwire.article.html import clean_text
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
    of_the_file = {"MW101", *(code for code in CODES if "MW107" <= code <= "MW116")}
    assert met >= of_the_file | {code for code in CODES if code.startswith("MW2")}


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
        ("\n---\nTexte\n---\n", Parts(Mapping((), 1, 1), "\n---\nTexte\n---\n", 1)),
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
        pytest.param("- " * 100_000, id="dashes-without-end"),
    ],
)
def test_a_bomb_ends_soon_with_a_problem(front: str) -> None:
    """It kills other parsers, by their stack or after minutes; here one article is refused."""
    start = time.process_time()
    problem = refusal(f"---\n{front}\n---\nTexte\n")
    assert time.process_time() - start < 1
    assert problem.code in ("MW204", "MW216")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("+++\nx = " + "[" * 30_000 + "]" * 30_000 + "\n+++\n", id="toml-brackets"),
        pytest.param("+++\n" + "[" * 30_000 + "\n+++\n", id="toml-headers"),
        pytest.param("+++\nx = " + "{a=" * 20_000 + "\n+++\n", id="toml-braces"),
        pytest.param("+++\n" + "a." * 30_000 + "a = 1\n+++\n", id="toml-dots"),
        pytest.param("+++\n" + "'a'." * 15_000 + "a = 1\n+++\n", id="toml-quoted-dots"),
        pytest.param("+++\nx = " + "'" * 60_000 + "\n+++\n", id="toml-quotes"),
        pytest.param('+++\nx = """' + '""x' * 20_000 + "\n+++\n", id="toml-long-quotes"),
        pytest.param("+++\nx = " + "9" * 60_000 + "x y\n+++\n", id="toml-figures"),
        pytest.param("+++\nx = '" + "x" * 1_000_000 + "'\n+++\n", id="toml-a-million-letters"),
        pytest.param('{"x": ' + "[" * 30_000 + "]" * 30_000 + "}\n", id="json-brackets"),
        pytest.param('{"x": ' * 10_000 + "1" + "}" * 10_000 + "\n", id="json-braces"),
        pytest.param('{"x": "' + "x" * 1_000_000 + '"}\n', id="json-a-million-letters"),
        pytest.param('{"x": [' + "1," * 1_000_000 + "1]}\n", id="json-a-million-numbers"),
        pytest.param('{"x": "' + "\\" * 1_000_000, id="json-backslashes"),
        pytest.param('{"x": [' + " " * 1_000_000, id="json-spaces"),
        pytest.param(";;;\n" + '"x": {' * 10_000 + "\n;;;\n", id="hexo-braces"),
        pytest.param("---json\n" + '{"x": ' * 10_000 + "\n---\n", id="fenced-json-braces"),
        pytest.param("Title: x\nTags: y\n" + "    x\n" * 100_000 + "\n", id="bare-a-long-list"),
        pytest.param("title: x\ntags: " + "[" * 30_000 + "\n---\n", id="bare-brackets"),
    ],
)
def test_a_bomb_of_another_syntax_ends_soon_too(text: str) -> None:
    """The bounds are of front matter, whatever it is written in."""
    start = time.process_time()
    found = split(text, path="essai.md")
    assert time.process_time() - start < 1
    assert isinstance(found, Problem)


def test_text_that_only_looks_like_a_head_costs_little() -> None:
    """It is asked of every article that starts with a word and a colon."""
    text = "Note: x\n" * 500_000
    start = time.process_time()
    assert parts(text).text is text
    assert time.process_time() - start < 1


def test_front_matter_may_have_its_whole_length() -> None:
    """The limit is in bytes, and what is just below it is read."""
    room = MAX_BYTES - len("summary: ")
    assert isinstance(split(f"---\nsummary: {'x' * room}\n---\n", path="x.md"), Parts)
    assert refusal(f"---\nsummary: {'x' * (room + 1)}\n---\n").code == "MW204"
    assert refusal(f"---\nsummary: {'é' * (room // 2 + 1)}\n---\n").code == "MW204"


# --- other fences ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "front", "body", "first_line"),
    [
        ("---yaml\ntitle: x\n---\nTexte", {"title": "x"}, "Texte", 4),
        ("--- toml\ntitle = 'x'\n---\nTexte", {"title": "x"}, "Texte", 4),
        ("+++\ntitle = 'x'\n+++\n\nTexte", {"title": "x"}, "\nTexte", 4),
        ("+++\n+++\nTexte", {}, "Texte", 3),
        ('---json\n{"title": "x"}\n---\nTexte', {"title": "x"}, "Texte", 4),
        (';;;\n"title": "x",\n"n": 1\n;;;\nTexte', {"title": "x", "n": "1"}, "Texte", 5),
        (';;;\n{"title": "x"}\n;;;\nTexte', {"title": "x"}, "Texte", 4),
        ('{"title": "x"}\nTexte', {"title": "x"}, "Texte", 2),
        ('{\n  "title": "x"\n}\n\nTexte', {"title": "x"}, "\nTexte", 4),
        ('{"title": "x"}', {"title": "x"}, "", 1),
        ("{}\nTexte", {}, "Texte", 2),
        ("Title: x\n\nTexte", {"Title": "x"}, "Texte", 3),
        ("Title: x", {"Title": "x"}, "", 1),
        ("Title: a: b #c\nDate: 2026-05-01\nTags: rail,\n\nTexte",
         {"Title": "a: b #c", "Date": "2026-05-01", "Tags": "rail,"}, "Texte", 5),
        ("Summary: un\n    deux\nAuthors: A\n    B\n\nTexte",
         {"Summary": "un deux", "Authors": ["A", "B"]}, "Texte", 6),
        ("Author: Aliya Sarsen, Émile Roux\nTitle: x\n\n",
         {"Author": ["Aliya Sarsen", "Émile Roux"], "Title": "x"}, "", 4),
        ("Author: Sarsen, Aliya\nTitle: x\n\n", {"Author": "Sarsen, Aliya", "Title": "x"}, "", 4),
        ("title: x\ntags: [a, b]\n---\nTexte", {"title": "x", "tags": ["a", "b"]}, "Texte", 4),
        ("title: x\ntags:\n- a\n---\nTexte", {"title": "x", "tags": ["a"]}, "Texte", 5),
        ("\n\n---\ntitle: x\n---\nTexte", {"title": "x"}, "Texte", 6),
        ("\n+++\ntitle = 'x'\n+++\nTexte", {"title": "x"}, "Texte", 5),
        ('\n{"title": "x"}\nTexte', {"title": "x"}, "Texte", 3),
    ],
)  # fmt: skip
def test_every_fence_of_other_tools_is_one(
    text: str, front: object, body: str, first_line: int
) -> None:
    """Hugo, Zola, Eleventy, Hexo, Pelican: their folders are published as they are."""
    found = parts(text)
    assert (plain(found.front), found.text) == (front, body)
    assert found.first_line == first_line


@pytest.mark.parametrize(
    "text",
    [
        "Note: ceci est important.\n\nTexte",
        "Ingrédients: du lait\nTemps: une heure\n\nTexte",
        "Auteur: un seul mot connu\n\nTexte",
        "Title: x\net la suite de la phrase\n\nTexte",
        "https://example.org/\n",
        "{{< figure src='a.png' >}}\n",
        "{% include a.html %}\n",
        "{#id}\n",
        "{ un mot }\n",
        "+++ trois plus\n",
        "---toto\nx\n---\n",
        "--- \u2014 une incise\n---\n",
        ";;\n",
        "\n---\n\nTexte\n\n---\n",
        "    title: du code\n    date: x\n",
    ],
)
def test_ordinary_text_opens_no_front_matter(text: str) -> None:
    """Swallowing the first line of a text is worse than showing a key."""
    assert parts(text) == Parts(Mapping((), 1, 1), text, 1)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("true", "true"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("-inf", "-inf"),
        ("2026-05-01", "2026-05-01"),
        ("2026-05-01 06:00:00.5+05:00", "2026-05-01 06:00:00.5+05:00"),
        ("06:30:00", "06:30:00"),
        ("", ""),
        ('"a\\tb \\u00e9 \\U0001F600"', "a\tb é 😀"),
        ("'C:\\photos'", "C:\\photos"),
        ('"""\nun\n  deux"""', "un\n  deux"),
        ('"""un \\\n   deux"""', "un deux"),
        ('""""oui""""', '"oui"'),
        ("'''\nun 'mot''''", "un 'mot'"),
        ("[ 'a', # un\n  'b',\n]", ["a", "b"]),
        ("{ src = 'a.png', size.x = 1 }", {"src": "a.png", "size": {"x": "1"}}),
        ("[[1, 2], ['a']]", [["1", "2"], ["a"]]),
    ],
)
def test_a_toml_value_is_what_was_typed(typed: str, kept: object) -> None:
    """As in YAML: a version 1.10 is not 1.1, and a flag is a word until its key wants one."""
    assert plain(parts(f"+++\nclé = {typed}\n+++\n").front) == {"clé": kept}


def test_toml_tables_are_keys_within_keys() -> None:
    """Hugo's ``[params]``, Zola's ``[extra]`` and ``[taxonomies]``, and lists of tables."""
    front = parts(
        "+++\ntitle = 'x'\na.b = 1\na.c = 2\n[taxonomies]\ntags = ['a']\n[extra.'é x'] # note\n"
        "y = 1\n[[resources]]\nsrc = 'a'\n[[resources]]\nsrc = 'b'\n"
        "[resources.params]\nz = 1\n+++\n"
    ).front
    assert plain(front) == {
        "title": "x",
        "a": {"b": "1", "c": "2"},
        "taxonomies": {"tags": ["a"]},
        "extra": {"é x": {"y": "1"}},
        "resources": [{"src": "a"}, {"src": "b", "params": {"z": "1"}}],
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("true", "true"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        ("null", ""),
        ('"null"', "null"),
        ('"a\\tb \\u00e9 \\ud83d\\ude00"', "a\tb é 😀"),
        ('"\\ud800x\\u0000"', "x"),
        ('"a\tb"', "a\tb"),
        ('["a", 1, {"b": []}]', ["a", "1", {"b": []}]),
    ],
)
def test_a_json_value_is_what_was_typed(typed: str, kept: object) -> None:
    """Half of a letter and what XML forbids come through no escape."""
    assert plain(parts(f'{{"clé": {typed}}}\n').front) == {"clé": kept}


def places(node: Node) -> list[tuple[str, int, int]]:
    """Every text of a node with its place."""
    if isinstance(node, Scalar):
        return [(node.text, node.line, node.column)]
    if isinstance(node, Sequence):
        return [place for item in node.items for place in places(item)]
    return [place for key, value in node for each in (key, value) for place in places(each)]


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitre: un\ntags: [deux, trois]\nimage:\n  src: quatre\n---\n",
        "+++\ntitre = un\ntags = [deux, trois]\n[image]\n  src = quatre\n+++\n",
        "{titre: un,\n  tags: [deux,\n trois], image: {\n src: quatre}}\n",
        "Titre: un\nTags: deux\n    trois\nSrc: quatre\n\n",
        "\n\n---json\n{titre: un,\n  tags: [deux, trois]}\n---\n",
        "titre: un\ntags: [deux, trois]\n---\n",
    ],
)
def test_every_node_stands_where_it_says(text: str) -> None:
    """In every syntax a problem points at what the editor typed."""
    if "=" in text or "{" in text:
        text = re.sub("un|deux|trois|quatre", lambda found: f'"{found[0]}"', text)
    if "{" in text:
        text = re.sub(r"(titre|tags|image|src):", r'"\1":', text)
    lines = text.split("\n")
    found = places(parts(text).front)
    assert len(found) >= 5
    for word, line, column in found:
        assert lines[line - 1][column - 1 :].removeprefix('"').startswith(word)


# --- laws --------------------------------------------------------------------------------

signs = st.sampled_from(
    [
        *"-:[]{}?,#&*!|>'\"%@` \n\té<~.=\\1",
        "---",
        "...",
        "\n- ",
        ": ",
        "a",
        "b",
        " = ",
        '"a"',
        '"""',
    ]
)
openings = st.sampled_from(
    [
        "---\n",
        "+++\n",
        ";;;\n",
        '{"',
        "{\n",
        "---json\n",
        "title: x\n",
        "\n---\na: ",
        "--- toml\n",
        "",
    ]
)
fronts = st.lists(signs, max_size=40).map("".join)
law = settings(max_examples=300)


@law
@given(
    openings, fronts, st.sampled_from(["\n---\nTexte", "\n...\n", "\n+++\n", "\n;;;", "}\n", ""])
)
def test_any_text_is_read_or_refused_in_its_place(start: str, front: str, end: str) -> None:
    """Never an exception, and never a line that the file does not have."""
    text = f"{start}{front}{end}"
    found = split(text, path="essai.md")
    if isinstance(found, Problem):
        lines = text.split("\n")
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1
    else:
        below = "\n".join(text.split("\n")[found.first_line - 1 :])
        # A head may end with the file, on its last line.
        assert found.text == below or not found.text


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


# What every syntax can hold: texts, lists of them, and keys below a key.
texts_ = st.text(max_size=20).map(lambda text: " ".join(clean_text(text).split()))
words_ = st.from_regex(r"[a-z][a-z_-]{0,7}", fullmatch=True).filter(
    lambda word: word not in ("null", "true", "false")
)
metadata = st.dictionaries(
    words_,
    texts_ | st.lists(texts_, max_size=3) | st.dictionaries(words_, texts_, min_size=1, max_size=3),
    min_size=1,
    max_size=6,
)
Metadata = dict[str, str | list[str] | dict[str, str]]


def as_yaml(entries: Metadata) -> str:
    def value(each: object) -> str:
        if isinstance(each, str):
            return f'"{quoted(each)}"'
        if isinstance(each, list):
            return f"[{', '.join(map(value, each))}]"
        assert isinstance(each, dict)
        return f"{{{', '.join(f'{key}: {value(inner)}' for key, inner in each.items())}}}"

    return "".join(f"{key}: {value(each)}\n" for key, each in entries.items())


def as_toml(entries: Metadata) -> str:
    plain_ones = {key: each for key, each in entries.items() if not isinstance(each, dict)}
    tables = {key: each for key, each in entries.items() if isinstance(each, dict)}
    lines = [f"{key} = {toml_value(each)}" for key, each in plain_ones.items()]
    for key, table in tables.items():
        lines += [f"[{key}]", *(f"  {name} = {toml_value(each)}" for name, each in table.items())]
    return "".join(f"{line}\n" for line in lines)


def toml_value(each: object) -> str:
    if isinstance(each, list):
        return f"[{', '.join(map(toml_value, each))}]"
    assert isinstance(each, str)
    return f'"{quoted(each)}"'


@law
@given(metadata)
def test_the_same_words_in_any_syntax_are_the_same(entries: Metadata) -> None:
    """What an editor says must not depend on the tool that wrote the fence."""
    in_order = {key: each for key, each in entries.items() if not isinstance(each, dict)}
    in_order |= {key: each for key, each in entries.items() if isinstance(each, dict)}
    written = [
        f"---\n{as_yaml(in_order)}---\n",
        f"+++\n{as_toml(in_order)}+++\n",
        f"{json.dumps(in_order)}\n",
        f"---json\n{json.dumps(in_order, indent=2, ensure_ascii=False)}\n---\n",
    ]
    for text in written:
        assert plain(parts(text).front) == entries


@law
@given(st.dictionaries(words_, texts_, max_size=5))
def test_the_same_words_in_a_bare_head_are_the_same(entries: dict[str, str]) -> None:
    """Its values need no quotes, whatever signs they hold."""
    entries = {"title": "x", **entries}
    text = "".join(f"{key}: {value}\n" for key, value in entries.items()) + "\n"
    assert plain(parts(text).front) == entries


def of_tomllib(value: object) -> object:
    """What tomllib reads, with its types as marks: only how they are written is compared."""
    if isinstance(value, dict):
        return {key: of_tomllib(each) for key, each in value.items()}
    if isinstance(value, list):
        return [of_tomllib(each) for each in value]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | date | datetime | clock):
        return ...
    return value


def is_alike(ours: object, theirs: object) -> bool:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(
            is_alike(ours[key], theirs[key]) for key in ours
        )
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(is_alike, ours, theirs))
    return theirs is ... or ours == theirs


toml_lines = st.sampled_from(
    ["a = 1", "b = 'x'", "c = [1, 'a',]", "c = [\n1, # x\n 2\n]", "d = {x = 1, y.z = 'q'}", "[a]",
     "[b]", "[a.b]", "[[e]]", "[[e.f]]", "[e.g]", "h.i = true", "h.j = 2026-05-01", "# note", "",
     "'k l' = 06:00:00", '"m\\u00e9" = "\\n"', 'n = """\nx\n"""', "o = '''x'''", "p = +1_0.5e-3",
     "q = [[], {}]", "a", "= 1", "r = ", "s = x", "t = 'x", "u = [1 2]", "v = {a = 1", "[w",
     "y = 1 2", "z = 2026-05-01T06:00:00Z", "'' = 1", "aa = nan", "bb = '' # x"]
)  # fmt: skip


@settings(max_examples=1500)
@given(st.lists(toml_lines, max_size=6).map("\n".join))
def test_what_tomllib_reads_is_read_alike(front: str) -> None:
    """The oracle has no places, but it knows the language."""
    try:
        expected = of_tomllib(tomllib.loads(front))
    except tomllib.TOMLDecodeError:
        return
    found = split(f"+++\n{front}\n+++\n", path="x.md")
    assert isinstance(found, Parts), found
    assert is_alike(plain(found.front), expected)


json_signs = st.sampled_from(
    [*'{}[],:" \n\\', '"a"', '"b": ', "1", "-0.5e+3", "true", "null", "01", "x", '"\\u00e9"', "\t"]
)


@settings(max_examples=1500)
@given(st.lists(json_signs, max_size=12).map("".join))
def test_what_json_reads_is_read_alike(inner: str) -> None:
    """And what it refuses is refused, but for a tab in a text, and a key that stands twice."""
    text = "{" + inner + "}"
    found = split(f"---json\n{text}\n---\n", path="x.md")
    try:
        expected = json.loads(text, strict=False, parse_int=str, parse_float=str)
    except ValueError:
        assert isinstance(found, Problem)
        return
    if isinstance(found, Parts):
        assert is_alike(plain(found.front), typed_json(expected))
    else:
        assert found.code in ("MW203", "MW213")


def typed_json(value: object) -> object:
    if isinstance(value, dict):
        return {key: typed_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [typed_json(each) for each in value]
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value
