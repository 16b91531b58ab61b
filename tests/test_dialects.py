"""Folders of other tools, unmodified: what is published of each file, and what is told of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC
from functools import lru_cache
from pathlib import Path

import pytest

from dialect_cases import FOLDER, REMNANTS, TOOLS, Dialect, Outcome, expected, publish, untypeset
from markwire.article.slugs import slug
from markwire.problems import CODES

PAGE = Path(__file__).parents[1] / "docs" / "compatibility.md"
NAMES = {
    "astro": "Astro",
    "eleventy": "Eleventy",
    "ghost": "Ghost (export)",
    "hugo": "Hugo",
    "ia-writer": "iA Writer, plain files",
    "jekyll": "Jekyll",
    "obsidian": "Obsidian",
    "pelican": "Pelican",
    "wordpress": "WordPress (export)",
    "zola": "Zola",
}
KEPT_BACK = ("draft", "scheduled", "embargoed", "expired")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Dialect]:
    @lru_cache
    def once(tool: str) -> Dialect:
        return publish(tool, tmp_path_factory.mktemp(tool))

    return once


CASES = [(tool, path) for tool in TOOLS for path in expected(tool)["files"]]


@pytest.mark.parametrize(("tool", "path"), CASES)
def test_a_file_becomes_what_its_tool_would_make_of_it(
    published: Callable[[str], Dialect], tool: str, path: str
) -> None:
    """Editors do not rewrite their folder for us."""
    dialect = published(tool)
    wanted = dict(dialect.expected["files"][path])
    has, lacks = wanted.pop("has", []), wanted.pop("lacks", [])
    outcome = dialect.outcomes[path]
    assert seen(outcome, wanted) == wanted
    if outcome.article:
        body = untypeset(outcome.article.body)
        assert [fragment for fragment in has if fragment not in body] == []
        assert [fragment for fragment in lacks if fragment in body] == []
        carried = [(item.headline, item.body) for item in dialect.newsroom.feed().items]
        assert (outcome.article.headline, outcome.article.body) in carried


def seen(outcome: Outcome, wanted: dict[str, object]) -> dict[str, object]:
    """What became of a file, in the words of ``expected``."""
    told: dict[str, object] = {"state": outcome.state}
    if outcome.problems:
        told["problems"] = outcome.codes
    if article := outcome.article:
        told |= {
            "title": untypeset(article.headline),
            "section": article.section,
            "tags": list(article.tags),
            "authors": [person.name for person in article.authors],
            "language": article.language,
            "slug": article.slug,
        }
        if "date" in wanted:  # a file without any is dated by when it was saved
            told["date"] = article.published.astimezone(UTC)
        if article.image:
            told["image"] = article.image.url.rpartition("/")[2].rpartition("-")[0]
    return told


@pytest.mark.parametrize("tool", TOOLS)
def test_every_file_of_a_folder_is_accounted_for(
    published: Callable[[str], Dialect], tool: str
) -> None:
    """A file that nobody expected anything of would prove nothing."""
    files = {path for path in published(tool).outcomes if not path.endswith(".png")}
    assert files == set(published(tool).expected["files"])
    assert 7 <= len(files) <= 16


@pytest.mark.parametrize("tool", TOOLS)
def test_feeds_carry_what_is_published_and_nothing_else(
    published: Callable[[str], Dialect], tool: str
) -> None:
    dialect = published(tool)
    articles = [each.article for each in dialect.outcomes.values() if each.article]
    carried = dialect.newsroom.feed().headlines
    assert Counter(carried) == Counter(article.headline for article in articles)
    assert len(dialect.newsroom.slugs()) == len(articles)
    sections = {f"section/{slug(item.section)}" for item in articles if item.section}
    assert {key for key in dialect.newsroom.all_feeds() if key.startswith("section/")} == sections


@pytest.mark.parametrize("tool", TOOLS)
def test_no_remnant_of_a_template_reaches_a_reader(
    published: Callable[[str], Dialect], tool: str
) -> None:
    """What a tool would have replaced is never published raw, but in code samples."""
    found = {
        (name, remnant)
        for name, text in published(tool).readable().items()
        for remnant in REMNANTS
        if remnant in text
    }
    assert found == set()


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_kept_back_is_in_no_byte(published: Callable[[str], Dialect], tool: str) -> None:
    """Drafts of another tool are drafts here."""
    dialect = published(tool)
    hidden = []
    for path, outcome in dialect.outcomes.items():
        if outcome.state in (*KEPT_BACK, "refused", "page") and path.endswith(".md"):
            text = (FOLDER / tool / path).read_bytes().decode(errors="ignore")
            last = text.rstrip().rpartition("\n")[2]
            if last.endswith("."):  # a whole sentence of its own
                hidden.append(last)
    shown = "\n".join(dialect.readable().values())
    assert hidden
    assert [sentence for sentence in hidden if sentence in shown] == []


# --- the page ------------------------------------------------------------------------------

TABLE = re.compile(r"(<!-- cases -->\n).*?(<!-- /cases -->)", re.S)


def table(dialects: list[Dialect]) -> str:
    """The table of docs/compatibility.md, from what the cases gave."""
    lines = [
        "| folder | files | published | warned of | kept back | pages | refused | not articles |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    totals = [0] * 7
    for dialect in dialects:
        warned = sum(
            outcome.state == "published" and bool(outcome.problems)
            for outcome in dialect.outcomes.values()
        )
        counts = [
            len(dialect.outcomes),
            dialect.count("published"),
            warned,
            dialect.count(*KEPT_BACK),
            dialect.count("page"),
            dialect.count("refused"),
            dialect.count("not an article"),
        ]
        totals = [each + count for each, count in zip(totals, counts, strict=True)]
        lines.append(f"| {NAMES[dialect.tool]} | {' | '.join(map(str, counts))} |")
    lines.append(f"| **all** | {' | '.join(map(str, totals))} |")
    lines += ["", "Not published, and why:", "", "| file | state | why |", "|---|---|---|"]
    for dialect in dialects:
        for path, outcome in dialect.outcomes.items():
            if outcome.state in (*KEPT_BACK, "page", "refused"):
                why = "<br>".join(_reason(each.code, each.line) for each in outcome.problems)
                lines.append(f"| `{dialect.tool}/{path}` | {outcome.state} | {why} |")
    lines += ["", "Published, with a warning:", "", "| file | what is told |", "|---|---|"]
    for dialect in dialects:
        for path, outcome in dialect.outcomes.items():
            if outcome.state == "published" and outcome.problems:
                told = ", ".join(f"{each.code} (line {each.line})" for each in outcome.problems)
                lines.append(f"| `{dialect.tool}/{path}` | {told} |")
    return "\n".join(lines) + "\n"


def _reason(code: str, line: int) -> str:
    severity = CODES[code].severity
    return f"{code} (line {line})" if severity == "error" else f"{code}, a warning (line {line})"


def test_the_page_tells_what_the_cases_gave(
    published: Callable[[str], Dialect], pytestconfig: pytest.Config
) -> None:
    """A promise of compatibility is only as good as its cases."""
    now = table([published(tool) for tool in TOOLS])
    page = PAGE.read_text(encoding="utf-8")
    if pytestconfig.getoption("--write-golden"):
        page = TABLE.sub(lambda found: found[1] + now + found[2], page)
        PAGE.write_text(page, encoding="utf-8")
    kept = TABLE.search(page)
    assert kept is not None
    assert kept[0] == f"<!-- cases -->\n{now}<!-- /cases -->"


def test_the_page_names_every_tool_that_has_cases() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert set(TOOLS) == set(NAMES)
    assert [name for name in NAMES.values() if f"| {name} |" not in page] == []
