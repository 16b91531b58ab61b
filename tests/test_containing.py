"""Whatever one article does to the process that reads it, the others are published."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from markwire import executors
from markwire.article import body, markdown, read
from markwire.executors import Fence
from markwire.pipeline import recording
from markwire.pipeline.checking import check
from newsroom import Newsroom, newsroom

__all__ = ["newsroom"]

BOOM = "BOUM"


@pytest.fixture
def stumbling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours: what holds a certain word cannot be converted, nor read where it is
    the headline.
    """

    def finish(html: str, references: body.References) -> body.Rendering:
        if BOOM in html:
            raise IndexError(f"a word of the article: {BOOM}")
        return whole(html, references)

    def split(text: str, *, path: str) -> Any:
        if f'title: "{BOOM}' in text:
            raise RecursionError
        return parted(text, path=path)

    whole, parted = markdown.finish_own, read.split
    monkeypatch.setattr(markdown, "finish_own", finish)
    monkeypatch.setattr(read, "split", split)


def faults(room: Newsroom) -> dict[str, tuple[str, str]]:
    return {
        each.path: (each.code, str(dict(each.words).get("fault", dict(each.words).get("reason"))))
        for each in room.build().problems
    }


@pytest.mark.usefixtures("stumbling")
def test_a_mistake_of_ours_refuses_just_its_article(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Its last version stays; a new one never was; the engineer is told, without a word of it."""
    newsroom.write("un.md", "Premier texte.", title="Un", date="2026-05-01")
    newsroom.write("deux.md", title="Deux", date="2026-05-02")
    newsroom.build()
    newsroom.write("un.md", f"Texte {BOOM}.", title="Un", date="2026-05-01")
    newsroom.write("trois.md", f"Texte {BOOM}.", title="Trois", date="2026-05-03")
    newsroom.write("quatre.md", title=f"{BOOM} quatre", date="2026-05-03")
    newsroom.write("cinq.md", title="Cinq", date="2026-05-04")
    with caplog.at_level(logging.WARNING):
        told = faults(newsroom)
    assert {path: code for path, (code, _) in told.items()} == dict.fromkeys(
        ("un.md", "trois.md", "quatre.md"), "MW313"
    )
    assert told["un.md"][1].startswith("IndexError test_containing.py:")
    assert told["quatre.md"][1].startswith("RecursionError test_containing.py:")
    assert newsroom.headlines() == ["Cinq", "Deux", "Un"]
    assert "Premier texte" in newsroom.feed().items[-1].body
    lines = [each.getMessage() for each in caplog.records]
    assert len(lines) == 3
    assert all(line.startswith("article_contained fault=") for line in lines)
    assert BOOM not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.usefixtures("stumbling")
def test_check_tells_of_it_too(newsroom: Newsroom) -> None:
    """An editor who asks before saving must not get a traceback."""
    newsroom.write("un.md", f"Texte {BOOM}.", title="Un")
    newsroom.write("deux.md", title=f"{BOOM} deux")
    typed = {"trois.md": f'---\ntitle: "{BOOM}"\n---\n'.encode()}
    found = check(newsroom.site, typed=typed).problems
    assert [(each.path, each.code) for each in found] == [
        (name, "MW313") for name in ("deux.md", "trois.md", "un.md")
    ]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fence that no thick book gets through."""
    monkeypatch.setattr(executors, "Fence", lambda: Fence(seconds=0.02))


BOOK = "Les gares de la steppe, une à une. " * 80_000


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("worth", [1, 1500])
def test_what_overruns_is_refused_and_the_rest_is_out(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, worth: int
) -> None:
    """Also where files are read in processes by the dozen; and once mended, it is published."""
    monkeypatch.setattr(recording, "_WORTH_WORKERS", worth)
    newsroom.write("un.md", "Premier texte.", title="Un", date="2026-05-01")
    newsroom.build()
    newsroom.write("un.md", BOOK, title="Un", date="2026-05-01")
    newsroom.write("deux.md", title="Deux", date="2026-05-02")
    with newsroom.press(workers=2) as press:
        edition = newsroom.edition(press)
        assert [(each.path, each.code, each.words) for each in edition.problems] == [
            ("un.md", "MW312", (("reason", "it takes too long"),))
        ]
        assert newsroom.headlines() == ["Deux", "Un"]
        assert "Premier texte" in newsroom.feed().items[-1].body
        newsroom.write("un.md", "Second texte.", title="Un", date="2026-05-01")
        assert newsroom.edition(press).problems == ()
    assert "Second texte" in newsroom.feed().items[-1].body


@pytest.mark.usefixtures("narrow")
def test_what_overran_is_not_tried_again_until_it_changes(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """A watch looks at the folder each minute: it must not work itself hot."""
    newsroom.write("un.md", BOOK, title="Un")
    newsroom.build()
    caplog.clear()
    edition = newsroom.build()
    assert (edition.read, [each.code for each in edition.problems]) == (0, ["MW312"])
    assert caplog.text == ""
