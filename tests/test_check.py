"""``markwire check``: every problem with its line, in two languages, for people and programs.

Each article of ``cases/check`` is looked at by itself; beside it stands what is said of it, in
``.en.txt`` and ``.fr.txt``. A file that is not there yet is written: read it before you keep it.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from markwire.cli import main
from markwire.cli.diagnostics import Finding
from markwire.cli.machine import github
from markwire.pipeline.checking import check
from markwire.problems import CODES, problem
from markwire.wording.voice import Told
from newsroom import PNG, SITE, Newsroom, newsroom

__all__ = ["newsroom"]

CASES = sorted((Path(__file__).parent / "cases" / "check").glob("*.md"))
BROKEN = "---\ntitle: Astana: la route\n---\n\nTexte.\n"


def run(
    room: Newsroom, *words: str, text: str | bytes | None = None, color: bool = False
) -> Result:
    """Run ``markwire check`` on a newsroom, from its folder."""
    before = Path.cwd()
    os.chdir(room.root)
    try:
        wide = {"COLUMNS": "100"}  # whatever the terminal of the tests is
        return CliRunner().invoke(main, ["check", *words], input=text, color=color, env=wide)
    finally:
        os.chdir(before)


def codes(result: Result) -> list[tuple[str, int, int, str]]:
    return [
        (each["path"], each["line"], each["column"], each["code"])
        for each in json.loads(result.stdout)
    ]


# --- what is shown -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_mistake_is_shown_with_its_line_cause_and_remedy(
    case: Path, language: str, newsroom: Newsroom
) -> None:
    """What an editor reads is kept beside the case, so that its words are looked at too."""
    shutil.copyfile(case, newsroom.content / case.name)
    shown = run(newsroom, "--language", language).stdout
    kept = case.with_suffix(f".{language}.txt")
    if not kept.exists():
        kept.write_text(shown, encoding="utf-8")
        pytest.fail(f"{kept.name} is new; read it")
    assert shown == kept.read_text(encoding="utf-8")


def test_the_language_is_the_sites(newsroom: Newsroom) -> None:
    """Editors of a French newsroom need not ask for French."""
    newsroom.save("a.md", BROKEN)
    assert "aide" in run(newsroom).stdout
    newsroom.configure(site=SITE.replace('"fr"', '"kk"'))
    assert "help" in run(newsroom).stdout


def test_concise_is_one_line_for_each_problem(newsroom: Newsroom) -> None:
    """For logs and for editors that turn ``file:line:column`` into a link."""
    newsroom.save("a.md", BROKEN)
    newsroom.save("b.md", "---\ntitle: B\nsumary: x\n---\n\nTexte.\n")
    shown = run(newsroom, "--format", "concise", "--language", "en")
    assert shown.stdout.splitlines() == [
        "content/a.md:2:14: error[MW212]: the value of 'title' holds a colon and a space,"
        " which start a new key",
        "content/b.md:3:1: warning[MW224]: the key 'sumary' is not known and was left out",
    ]


def test_paths_are_as_they_can_be_opened_from_here(newsroom: Newsroom) -> None:
    """A link of a terminal leads from the folder in which one is."""
    newsroom.save("nord/a.md", BROKEN)
    before = Path.cwd()
    os.chdir(newsroom.content / "nord")
    try:
        shown = CliRunner().invoke(main, ["check", "a.md", "--format", "concise"])
        named = CliRunner().invoke(main, ["check", "nord/a.md", "--format", "concise"])
    finally:
        os.chdir(before)
    assert shown.stdout.startswith("a.md:2:14:")
    assert named.stdout == shown.stdout


def test_colour_is_left_out_where_nobody_wants_it(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """no-color.org."""
    newsroom.save("a.md", BROKEN)
    assert "\x1b[" in run(newsroom, color=True).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run(newsroom, color=True).stdout


def test_what_an_editor_typed_does_not_command_the_terminal(newsroom: Newsroom) -> None:
    """A file from elsewhere may hold anything, and so may its name."""
    newsroom.save("a\x1b[2Jb.md", BROKEN)
    shown = run(newsroom, "--format", "full")
    assert "\x1b" not in shown.stdout
    assert "a\\x1b[2Jb.md" in shown.stdout


# --- for programs ------------------------------------------------------------------------


def test_json_is_the_contract(newsroom: Newsroom) -> None:
    """Editors' tools build on these seven keys."""
    newsroom.save("a.md", BROKEN)
    expected = {
        "path": "content/a.md",
        "line": 2,
        "column": 14,
        "code": "MW212",
        "severity": "error",
        "message": "the value of 'title' holds a colon and a space, which start a new key",
        "hint": 'put the value between quotes: title: "Astana: la route"',
    }
    assert json.loads(run(newsroom, "--json", "--language", "en").stdout) == [expected]
    (french,) = json.loads(run(newsroom, "--format", "json").stdout)
    assert french.keys() == expected.keys()
    assert french["message"] != expected["message"]
    assert french | {key: expected[key] for key in ("message", "hint")} == expected


def test_github_shows_problems_beside_their_lines() -> None:
    """A value with a colon, a comma or a line end must not end the command."""
    told = Told("50 % : un\nfaux", "aide\r")
    found = Finding(problem("MW209", "x"), told, "a,b:c.md", None)
    assert github([found]) == (
        "::error file=a%2Cb%3Ac.md,line=1,col=1,title=MW209::50 %25 : un%0Afaux%0Aaide%0D\n"
    )


def test_sarif_has_what_its_specification_asks_for(newsroom: Newsroom) -> None:
    """SARIF 2.1.0: 3.13 (log), 3.14 (run), 3.18 (tool), 3.19.23 (rules), 3.27 (result)."""
    newsroom.save("é a.md", BROKEN)
    newsroom.write("b.md", "[x](manque.md)", title="B")
    log = json.loads(run(newsroom, "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].startswith("https://")
    (only,) = log["runs"]
    driver = only["tool"]["driver"]
    assert driver["name"] == "Markwire"
    assert only["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in driver["rules"]] == ["MW212", "MW302"]
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    places: list[Any] = []
    for result in only["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == CODES[result["ruleId"]].severity
        assert result["message"]["text"].strip()
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        places.append((physical["artifactLocation"], physical["region"]))
    assert places == [
        (
            {"uri": "content/b.md", "uriBaseId": "%SRCROOT%"},
            {"startLine": 5, "startColumn": 1},
        ),
        (
            {"uri": "content/%C3%A9%20a.md", "uriBaseId": "%SRCROOT%"},
            {"startLine": 2, "startColumn": 14},
        ),
    ]


# --- how it ends -------------------------------------------------------------------------


def test_only_errors_make_it_fail_unless_warnings_count(newsroom: Newsroom) -> None:
    """A warning does not keep an article from readers; a newsroom may be stricter."""
    newsroom.write("a.md", title="A", sumary="x")
    newsroom.write("b.md", title="B")
    assert run(newsroom).exit_code == 0
    assert run(newsroom, "--strict").exit_code == 1
    assert run(newsroom, "b.md", "--strict").exit_code == 0
    newsroom.save("c.md", BROKEN)
    assert run(newsroom).exit_code == 1


@pytest.mark.parametrize(
    ("broken", "warned", "language", "said"),
    [
        (0, 0, "en", "1 article is in order"),
        (1, 0, "en", "1 article cannot be published"),
        (3, 2, "en", "3 articles cannot be published, 2 warnings"),
        (1, 1, "fr", "1 article ne peut pas être publié, 1 avertissement"),
        (2, 0, "fr", "2 articles ne peuvent pas être publiés"),
    ],
)
def test_the_last_line_sums_up(
    broken: int, warned: int, language: str, said: str, newsroom: Newsroom
) -> None:
    """On stderr, where it does not get into the data; and never ``1 articles``."""
    newsroom.write("x.md", title="X")
    for number in range(broken):
        newsroom.save(f"b{number}.md", BROKEN)
    for number in range(warned):
        newsroom.write(f"w{number}.md", title="W", sumary="x")
    assert run(newsroom, "--language", language).stderr.strip() == said


def test_a_file_that_is_not_there_is_a_mistake_of_usage(newsroom: Newsroom) -> None:
    """Silence would read as that all is well."""
    assert run(newsroom, "nul.md").exit_code == 2
    assert run(newsroom, "markwire.toml").exit_code == 2


# --- what is looked at -------------------------------------------------------------------


def test_files_and_folders_can_be_named(newsroom: Newsroom) -> None:
    """Before a save goes out, one file is enough."""
    for path in ("a.md", "nord/b.md", "nord/c.md"):
        newsroom.save(path, BROKEN)
    assert [path for path, *_ in codes(run(newsroom, "--json"))] == [
        "content/a.md", "content/nord/b.md", "content/nord/c.md",
    ]  # fmt: skip
    assert len(codes(run(newsroom, "nord", "--json"))) == 2
    assert len(codes(run(newsroom, "content/nord/c.md", "--json"))) == 1


def test_what_stands_on_stdin_is_looked_at_in_its_place(newsroom: Newsroom) -> None:
    """An editor's plug-in checks what is not saved yet."""
    newsroom.save("nord/b.md", BROKEN)
    newsroom.write("nord/a.md", title="A")
    words = ("-", "--stdin-filename", "content/nord/b.md", "--json")
    good = run(newsroom, *words, text="---\ntitle: B\n---\n\n[A](a.md) [B](../c.md)\n")
    assert codes(good) == [("content/nord/b.md", 5, 11, "MW302")]
    assert run(newsroom, "-").exit_code == 2


def test_it_finds_what_a_build_finds(newsroom: Newsroom) -> None:
    """An article that passes here must not be refused there, and the other way round."""
    newsroom.save("carte.png", PNG)
    newsroom.save("a.md", BROKEN)
    newsroom.write("b.md", "![x](carte.png) ![y](manque.png) [a](a.md) [c](nord/c.md)", title="B")
    newsroom.write("nord/c.md", "[b](../b.md) [[B]] [[rien]]", title="C", sumary="x", id="n-1")
    newsroom.write("nord/d.md", "<div>" * 200 + "x" + "</div>" * 200, title="D")
    newsroom.write("nord/g.md", title="G", id="n-1")
    newsroom.write("nord/e (conflicted copy 2026-05-04 101500).md", title="E")
    newsroom.write("nord/f.md", title="F", image="rien.png")
    built = newsroom.build().problems
    assert [str(each) for each in check(newsroom.site).problems] == [str(each) for each in built]
    assert {each.code for each in built} >= {"MW104", "MW212", "MW301", "MW302", "MW401"}


def test_one_file_tells_of_itself_all_that_the_whole_folder_does(newsroom: Newsroom) -> None:
    """What it links, and whose id it took, is looked up without looking at everything."""
    newsroom.write("a.md", "[b](b.md) [c](c.md)", title="A", id="n-1")
    newsroom.write("b.md", "[a](a.md)", title="B", id="n-1")
    newsroom.save("c.md", BROKEN)
    newsroom.write("d.md", title="D", id="n-1")
    whole = check(newsroom.site).problems
    assert [each.path for each in whole if each.code == "MW401"] == ["b.md", "d.md"]
    for path in ("a.md", "b.md", "c.md", "d.md"):
        alone = check(newsroom.site, [path])
        assert alone.articles == (path,)
        assert alone.problems == tuple(each for each in whole if each.path == path)


def test_looking_leaves_no_trace(newsroom: Newsroom) -> None:
    """It may be run beside a watch, by anybody who can read the folder."""
    newsroom.save("a.md", BROKEN)
    assert run(newsroom).exit_code == 1
    assert not newsroom.state.exists()
    assert not newsroom.feeds.exists()


def test_processes_find_the_same(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many articles are looked at by several processes."""
    for number in range(5):
        newsroom.write(f"a{number}.md", f"[x](a{number + 1}.md)", title="A")
    alone = check(newsroom.site, workers=1)
    monkeypatch.setattr("markwire.executors.WORTH_PROCESSES", 2)
    assert check(newsroom.site, workers=2) == alone


def test_what_folders_say_of_their_articles_counts(newsroom: Newsroom) -> None:
    """A folder's own file may hold what is wrong, or what makes an article right."""
    newsroom.save("blog/blog.json", '{"section": "Transport", "tags": ["rail"], "draft": 3}')
    newsroom.write("blog/a.md", title="A")
    newsroom.write("blog/b.md", title="B")
    built = newsroom.build().problems
    assert [str(each) for each in check(newsroom.site).problems] == [str(each) for each in built]
    assert built


def test_authors_and_sections_are_looked_at_too(newsroom: Newsroom) -> None:
    """What is wrong in them shows in every article; by their own name they are looked at alone."""
    newsroom.save("authors.toml", '[aliya]\nnom = "Aliya"\ntelephon = "x"\n')
    newsroom.write("a.md", title="A", sumary="x")
    assert [path for path, *_ in codes(run(newsroom, "--json"))] == [
        "content/a.md", "content/authors.toml",
    ]  # fmt: skip
    alone = run(newsroom, "authors.toml", "--language", "en").stdout
    assert '3 | telephon = "x"\n  | ^^^^^^^^' in alone
    assert "a.md" not in alone


FRONT = sorted((Path(__file__).parent / "cases" / "frontmatter").glob("MW*.md"))


def test_every_bad_front_matter_is_told_in_its_place_and_stops_nothing(newsroom: Newsroom) -> None:
    """In both languages; and the one good article among them is published."""
    for case in FRONT:
        shutil.copyfile(case, newsroom.content / case.name)
    newsroom.write("bon.md", title="Le bon article")
    told = {
        language: json.loads(run(newsroom, "--json", "--language", language).stdout)
        for language in ("en", "fr")
    }
    places: dict[str, list[str]] = {}
    for each in told["fr"]:
        place = f"{each['code']}_{each['line']}_{each['column']}"
        places.setdefault(each["path"].removeprefix("content/"), []).append(place)
    wanted = {case.name: sorted(case.stem.rpartition("_")[0].split("+")) for case in FRONT}
    # Links and pictures of a case are another matter.
    found = {
        name: sorted(place for place in told_there if not place.startswith("MW3"))
        for name, told_there in places.items()
    }
    assert found == wanted
    for english, french in zip(told["en"], told["fr"], strict=True):
        assert english["message"] != french["message"]
        assert english["code"] == french["code"]
    newsroom.build()
    assert "Le bon article" in newsroom.headlines()
