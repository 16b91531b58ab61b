"""What ``markwire check --fix`` mends: only what needs no knowing what its editor meant."""

from __future__ import annotations

import os
import stat
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from markwire.article.decoding import Decoded, decoded
from markwire.article.read import read
from markwire.cli import fixing, main
from markwire.fixes import ENCODINGS, FIXES, repair
from markwire.model import Site
from newsroom import Newsroom, newsroom

__all__ = ["newsroom"]

CASES = sorted((Path(__file__).parent / "cases").glob("*/*.md"))
SITE = Site(
    title="Essais",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
)

# What an editor saved, and what becomes of it.
MENDED = {
    "MW203": ("title: A\ntags: [x]\ntitle: A\n", "title: A\ntags: [x]\n"),
    "MW212": ("title: A: b\n", 'title: "A: b"\n'),
    "MW212 with quotes": ('title: A: "b" c\'d\n', "title: 'A: \"b\" c''d'\n"),
    "MW214": (
        "title: A\nimage:\n\tsrc: a.png\n\talt: b\n",
        "title: A\nimage:\n  src: a.png\n  alt: b\n",
    ),
    "MW216": ("title: *A*\n", 'title: "*A*"\n'),
    "MW217": ("title: @a\n", 'title: "@a"\n'),
    "MW224": ("title: A\nsumary: b\n", "title: A\nsummary: b\n"),
    "two of them": ("titl: A: b\nsumary: c: d\n", 'title: "A: b"\nsummary: "c: d"\n'),
}
# What looks alike, and only its editor can mend.
LEFT = {
    "a title that differs": "title: A\ntitle: B\n",
    "a key that has more below it": "image:\n  src: a.png\ntitle: A\nimage:\n  src: a.png\n",
    "a comment behind": "title: A: b # c\n",
    "a key that is there already": "title: A\nsummary: b\nsumary: c\n",
    "a quote never closed": 'title: "A\n',
    "a date in words": "title: A\ndate: demain\n",
    "an embargo without zone": "title: A\nembargo: 2026-05-01T06:00\n",
    "a key of another tool": "title: A\nwagon: b\n",
}


def article(front: str) -> bytes:
    return f"---\n{front}---\n\nTexte : *A* et @a.\n".encode()


def check(room: Newsroom, *words: str, answer: str | None = None) -> Result:
    words = ("--site", str(room.root), "check", *words)
    return CliRunner().invoke(main, words, input=answer)


# --- pure --------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), MENDED.values(), ids=MENDED.keys())
def test_what_is_safe_is_mended(before: str, after: str) -> None:
    """The one place that is wrong changes, and nothing beside it."""
    repaired = repair(article(before), path="a.md", site=SITE)
    assert repaired is not None
    assert repaired.content.decode() == article(after).decode()


@pytest.mark.parametrize("front", LEFT.values(), ids=LEFT.keys())
def test_what_its_editor_alone_knows_is_left(front: str) -> None:
    """A guess that is wrong is published; a question is not."""
    assert repair(article(front), path="a.md", site=SITE) is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_what_was_mended_is_gone_and_nothing_came(case: Path) -> None:
    """The law of every fix, on every case that there is."""
    before = case.read_bytes()
    repaired = repair(before, path="essai.md", site=SITE)
    if repaired is None:
        return
    left = read(repaired.content, path="essai.md", site=SITE).problems
    assert not {*repaired.fixed} & {*left}
    assert repair(repaired.content, path="essai.md", site=SITE) is None
    was, now = (decoded(content, "essai.md") for content in (before, repaired.content))
    assert isinstance(was, Decoded)
    assert isinstance(now, Decoded)
    lines, mended = Counter(was.raw.split("\n")), Counter(now.raw.split("\n"))
    assert max((lines - mended).total(), (mended - lines).total()) <= len(repaired.fixed)


def test_each_fix_has_a_case() -> None:
    """One that mends nothing is not there."""
    fixed = {
        each.code
        for content in (*(article(before) for before, _ in MENDED.values()), UTF_16)
        if (repaired := repair(content, path="a.md", site=SITE))
        for each in repaired.fixed
    }
    assert fixed == {*FIXES, *ENCODINGS}


UTF_16 = "---\r\ntitle: Été\r\n---\r\n\r\nTexte.\r\n".encode("utf-16")


def test_another_encoding_is_stored_as_utf_8() -> None:
    """What says of itself what it is can be stored otherwise without a guess."""
    repaired = repair(UTF_16, path="a.md", site=SITE)
    assert repaired is not None
    assert repaired.content == "---\ntitle: Été\n---\n\nTexte.\n".encode()


def test_line_ends_and_mark_of_a_file_stay() -> None:
    """A patch of one line must not be one of all."""
    before = b"\xef\xbb\xbf---\r\ntitle: A: b\r\n---\r\n\r\nTexte.\r\n"
    repaired = repair(before, path="a.md", site=SITE)
    assert repaired is not None
    assert repaired.content == before.replace(b"A: b", b'"A: b"')
    assert repair(b"---\rtitle: A: b\r---\r\rTexte.\r", path="a.md", site=SITE) is None


# --- the command -------------------------------------------------------------------------


def test_nothing_is_written_before_a_look_and_a_yes(newsroom: Newsroom) -> None:
    """The file is the editor's."""
    file = newsroom.save("a.md", article("title: A: b\n"))
    before = file.read_bytes()
    shown = check(newsroom, "--diff", "--language", "en")
    assert '-title: A: b\n+title: "A: b"\n' in shown.stdout
    assert (shown.exit_code, file.read_bytes()) == (1, before)
    refused = check(newsroom, "--fix", answer="n\n")
    assert (refused.exit_code, file.read_bytes()) == (1, before)
    assert '+title: "A: b"' in refused.stderr
    assert check(newsroom, "--fix", answer="").exit_code == 2
    assert file.read_bytes() == before
    agreed = check(newsroom, "--fix", answer="o\n")
    assert (agreed.exit_code, agreed.stdout) == (0, "")
    assert file.read_bytes() == article('title: "A: b"\n')


def test_with_yes_it_does_not_ask(newsroom: Newsroom) -> None:
    """For scripts, and for editors who have seen enough."""
    first, second = (newsroom.save(f"{name}.md", article("title: A: b\n")) for name in "ab")
    assert check(newsroom, "a.md", "--fix", "--yes").exit_code == 0
    assert first.read_bytes() == article('title: "A: b"\n')
    assert second.read_bytes() == article("title: A: b\n")


def test_a_file_keeps_its_rights_and_leaves_no_other(newsroom: Newsroom) -> None:
    """A file that only its editor may read stays so."""
    file = newsroom.save("a.md", article("title: A: b\n"))
    file.chmod(0o640)
    check(newsroom, "--fix", "--yes")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in newsroom.content.iterdir()] == ["a.md"]


def test_a_file_that_changed_in_between_is_left_as_it_is(newsroom: Newsroom) -> None:
    """What an editor has just saved is worth more than what we make of an older version."""
    file = newsroom.save("a.md", article("title: A: b\n"))
    (mending,) = fixing.mendings(newsroom.site, ["a.md"])
    file.write_bytes(article("title: A: b, c\n"))
    assert not fixing.write(mending, newsroom.content)
    assert file.read_bytes() == article("title: A: b, c\n")
    file.unlink()
    assert not fixing.write(mending, newsroom.content)
    file.symlink_to(newsroom.root / "markwire.toml")
    assert not fixing.write(mending, newsroom.content)
    assert [path.name for path in newsroom.content.iterdir()] == ["a.md"]


def test_a_disk_that_refuses_leaves_the_file_whole(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an article is worse than a mistake in one."""
    file = newsroom.save("a.md", article("title: A: b\n"))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert check(newsroom, "--fix", "--yes").exit_code == 3
    assert file.read_bytes() == article("title: A: b\n")
    assert [path.name for path in newsroom.content.iterdir()] == ["a.md"]
