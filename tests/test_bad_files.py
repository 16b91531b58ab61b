"""Every bad file at once: each is told with its place, in both languages, and stops no other.

The cases of ``cases/frontmatter`` bear their problems in their names; what is too large to keep as
a file is in ``hostile``, and what is no ordinary file is made here.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest

from hostile import BODY, FRONT, places
from markwire.article.slugs import DEVICES, is_slug
from markwire.problems import Problem
from markwire.wording.voice import voice
from newsroom import PNG, Newsroom

CASES = sorted((Path(__file__).parent / "cases" / "frontmatter").glob("*.md"))
_NAME = re.compile(r"(MW\d{3})_(\d+)_(\d+)")


CANARY = "canari-5d41"
COPY = "copie (conflicted copy 2026-05-04 101112).md"
DEEP = "/".join(["d"] * 200) + "/profond.md"
LONG = "n" * 252 + ".md"


@dataclass(frozen=True)
class Full:
    """A newsroom, and what its editors are told."""

    room: Newsroom
    problems: tuple[Problem, ...]

    def told(self, path: str) -> list[tuple[str, int, int]]:
        return sorted(
            (each.code, each.line, each.column) for each in self.problems if each.path == path
        )

    def paths(self) -> set[str]:
        return {each.path for each in self.problems}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Full:
    """A newsroom with every bad file there is, and three good articles."""
    room = Newsroom(tmp_path_factory.mktemp("salle") / "site")
    for case in CASES:
        room.save(f"cas/{case.name}", case.read_bytes())
    for name, (content, _) in (FRONT | BODY).items():
        room.save(name, content.replace(b"canari", CANARY.encode()))
    for number in range(3):
        room.write(
            f"bon-{number}.md", title=f"Le bon {number}", date=f"2026-05-04T11:59:0{number}Z"
        )
    room.save(COPY, b"Une copie.")
    room.save(DEEP, "# Profond\n")
    room.save(LONG, "# Long\n")
    room.write("meme-1.md", title="Un", slug="meme", date="2026-05-01")
    room.write("meme-2.md", title="Deux", slug="meme", date="2026-05-01")
    room.write("id-1.md", title="Trois", id="meme")
    room.write("id-2.md", title="Quatre", id="meme")
    room.save("enorme.png", PNG[:16] + (20_000).to_bytes(4, "big") * 2 + PNG[24:])
    room.write("enorme.md", "![Carte](enorme.png)", title="Une carte")
    for stamp, name in ((0, "1970.md"), (4_070_908_800, "2099.md")):
        os.utime(room.write(name, title=name), (stamp, stamp))
    (room.content / "lien.md").symlink_to("/etc/passwd")
    (room.content / "boucle").symlink_to(room.content)
    (room.content / "tourne.md").symlink_to("tourne.md")
    os.mkfifo(room.content / "tube.md")
    (room.content / os.fsdecode(b"caf\xe9.md")).write_text("x")
    for form in ("NFC", "NFD"):
        room.save(unicodedata.normalize(form, "été.md"), "# Été\n")
    return Full(room, room.build().problems)


@pytest.mark.parametrize("name", [*FRONT, *BODY])
def test_a_file_made_to_do_harm_is_told_with_its_place(full: Full, name: str) -> None:
    """File, line and column, and what to do: or else nothing, where it does none."""
    expected = (FRONT | BODY)[name][1]
    assert full.told(name) == sorted(places(expected))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_slip_is_told_with_its_place(full: Full, case: Path) -> None:
    """A hundred slips on one day are a hundred sentences."""
    named = {(code, int(line), int(column)) for code, line, column in _NAME.findall(case.name)}
    assert named
    assert named <= {*full.told(f"cas/{case.name}")}


def test_what_is_no_ordinary_file_is_told_or_left_alone(full: Full) -> None:
    """Links, pipes and names that are no text are never followed, opened or published."""
    assert full.told(COPY) == [("MW104", 1, 1)]
    (unnamed,) = [path for path in full.paths() if "caf" in path]
    assert full.told(unnamed) == [("MW105", 1, 1)]
    assert full.told(unicodedata.normalize("NFD", "été.md")) == [("MW106", 1, 1)]
    assert full.told("id-1.md") == []
    assert [code for code, *_ in full.told("id-2.md")] == ["MW401"]
    assert {"lien.md", "tourne.md", "tube.md", DEEP, LONG, "enorme.md"}.isdisjoint(full.paths())
    assert not any(path.startswith("boucle") for path in full.paths())
    assert full.room.holds(["root:x:0"]) == []


def test_every_other_article_is_out(full: Full) -> None:
    """Feeds parse, in all three formats, and hold what is good, once."""
    feeds = full.room.all_feeds()
    published = [item.headline for item in feeds[""].items]
    assert published[:4] == ["2099.md", "Le bon 2", "Le bon 1", "Le bon 0"]
    slugs = full.room.slugs()
    assert {"meme", "meme-2"} <= {*slugs}
    harmless = {*FRONT, *BODY} - {each.path for each in full.problems if each.severity == "error"}
    assert len(slugs) >= len(harmless) + 12
    assert all(is_slug(slug) for slug in slugs)
    assert len(CASES) + len(FRONT) + len(BODY) > 200


def test_nothing_is_written_outside_the_feeds_folder(full: Full) -> None:
    """A slug with ``..``, a section with ``/``: what an article says of its place stays a word."""
    assert sorted(path.name for path in full.room.root.iterdir()) == [
        ".markwire",
        "content",
        "feeds",
        "markwire.toml",
    ]
    for path in full.room.files():
        *folders, name = path.split("/")
        assert all(is_slug(folder) for folder in folders), path
        assert re.fullmatch(r"[a-z0-9-]+\.[a-z0-9]{1,5}", name), path


def test_what_no_key_is_for_is_in_no_byte(full: Full) -> None:
    """A key for a service was left in the front matter: no feed, page or marker may hold it."""
    assert full.room.holds([CANARY, "api_key"]) == []


def test_each_is_told_in_both_languages(full: Full) -> None:
    """Words of a parser mean nothing to an editor; English means little to a French one."""
    english, french = voice("en"), voice("fr")
    for each in full.problems:
        one, two = english.tell(each), french.tell(each)
        assert one.message
        assert one.hint
        assert two.message != one.message, each.code
        assert two.hint != one.hint, each.code


def test_what_becomes_a_folder_is_a_word(tmp_path: Path) -> None:
    """Sections, tags and authors name feeds: none of them leads anywhere else."""
    room = Newsroom(tmp_path / "site", "[each]\nsection = true\ntag = true\nauthor = true\n")
    hostile = ["..", "../../etc", "/etc/passwd", "C:\\con", "con", "a/../../b", "rss", "x" * 190,
               "index", "\u202e", "...", "~", "$(id)", "%2e%2e%2f", "a\tb", "nul.xml"]  # fmt: skip
    for number, word in enumerate(hostile):
        room.write(f"{number}.md", title=word, section=word, tags=[word], authors=[word])
    room.build()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    for path in room.files():
        *folders, name = path.split("/")
        assert all(is_slug(folder) and folder not in DEVICES for folder in folders), path
        assert re.fullmatch(r"[a-z0-9-]+\.(?:xml|json|html|opml|css|js)", name), path
    kinds = [key.partition("/")[0] for key in sorted(room.all_feeds())]
    assert {*kinds} == {"", "section", "tag", "author"}
