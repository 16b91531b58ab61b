"""Pictures, sounds and films go out without what tells who made them, from the first edition on."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from pathlib import Path

import pytest

import media_makers as make
from markwire import recipe
from markwire.catalogue.sqlite import FILE_NAME
from markwire.model import MAX_MEDIA
from media_makers import MADE
from newsroom import Newsroom, codes
from newsroom import newsroom as newsroom

SECRET = "canari-43.238949N-76.889709E-0042"
SUFFIXES = {
    "jpeg": "jpg",
    "animated png": "png",
    "animated webp": "webp",
    "vorbis": "ogg",
    "flac in ogg": "oga",
    "recorded webm": "webm",
}
ADDRESS = re.compile(r".*-([0-9a-f]{12})\.\w+")


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """A newsroom where one article shows or offers a file of every kind that can be cleaned."""
    lines = []
    for number, (name, (kind, maker)) in enumerate(MADE.items()):
        path = f"media/fichier-{number}.{SUFFIXES.get(name, name)}"
        newsroom.save(path, maker(SECRET.encode()))
        lines.append(f"{'!' if kind.startswith('image/') else ''}[Fichier {number}]({path})")
    newsroom.write("a.md", "\n\n".join(lines), title="Un", image="media/fichier-0.jpg")
    return newsroom


def published(room: Newsroom) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (room.feeds / "media").iterdir()}


def test_no_file_that_is_published_tells_who_made_it(room: Newsroom) -> None:
    """Not one of all kinds; and all of them are published."""
    assert room.build().problems == ()
    assert len(published(room)) == len(MADE)
    assert room.holds([SECRET, SECRET[:20]]) == []


def test_an_address_and_a_length_are_those_of_what_is_published(room: Newsroom) -> None:
    """A reader who fetches it gets just these bytes, and never others."""
    room.build()
    for name, content in published(room).items():
        address = ADDRESS.fullmatch(name)
        assert address is not None
        assert address[1] == hashlib.sha256(content).hexdigest()[:12]
    (item,) = room.document("a")["attachments"][:1]
    name = item["url"].rpartition("/")[2]
    assert item["size_in_bytes"] == len(published(room)[name])


def test_another_secret_changes_no_address(room: Newsroom) -> None:
    """What nobody is shown is not news."""
    room.build()
    before = room.files()
    room.save("media/fichier-0.jpg", make.jpeg(SECRET[::-1].encode()))
    room.change("media/fichier-0.jpg")
    assert room.files() == before


def test_a_site_of_an_older_markwire_is_cleaned_by_its_first_edition(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was published before metadata were taken out must not stay."""
    room.build()
    clean = room.files()
    _publish_uncleaned(room)
    assert room.holds([SECRET]) == [SECRET]
    # As an upgrade does: other code.
    monkeypatch.setattr(recipe, "cleaning_recipe", lambda: "another")
    monkeypatch.setattr("markwire.pipeline.media.cleaning_recipe", lambda: "another")
    room.build()
    assert room.holds([SECRET]) == []
    assert room.files() == clean


def _publish_uncleaned(room: Newsroom) -> None:
    """Have things as the Markwire before left them: copies, and their addresses everywhere."""
    content = make.jpeg(SECRET.encode())
    digest = hashlib.sha256(content).hexdigest()
    name = f"fichier-0-{digest[:12]}.jpg"
    (now,) = (path for path in (room.feeds / "media").iterdir() if path.suffix == ".jpg")
    url = f"{room.site.feeds_url}media/"
    with sqlite3.connect(room.state / FILE_NAME) as db:
        for table in ("media", "shown"):
            db.execute(f"UPDATE {table} SET url = ? WHERE url = ?", (url + name, url + now.name))
        db.execute("UPDATE media SET digest = ? WHERE url = ?", (digest, url + name))
        db.execute("UPDATE media SET length = 0, flaw = ''")
        db.execute("UPDATE outputs SET path = ? WHERE path = ?", (f"media/{name}", now.name))
    db.close()
    now.unlink()
    (room.feeds / "media" / name).write_bytes(content)


def test_a_file_that_cannot_be_cleaned_is_left_out_and_told(newsroom: Newsroom) -> None:
    """The article is out; the picture comes as soon as it is whole."""
    picture = make.png(SECRET.encode())
    newsroom.save("carte.png", picture[: len(picture) // 2])
    newsroom.write("a.md", "Voici ![la carte](carte.png).", title="Un", image="carte.png")
    newsroom.write("b.md", "Voici [la carte](carte.png).", title="Deux")
    edition = newsroom.build()
    assert codes(edition) == [("a.md", "MW320"), ("b.md", "MW320")]
    assert newsroom.headlines() == ["Deux", "Un"]
    assert newsroom.media() == []
    assert "image" not in newsroom.document("a")
    # Nothing is looked at again, and it is still told.
    assert codes(newsroom.build()) == [("a.md", "MW320"), ("b.md", "MW320")]
    newsroom.save("carte.png", picture)
    assert codes(newsroom.change("carte.png")) == []
    assert len(newsroom.media()) == 1
    assert newsroom.holds([SECRET]) == []


def test_a_file_above_the_limit_is_left_out_and_told(newsroom: Newsroom) -> None:
    """A film of gigabytes would keep every other article waiting while it is copied."""
    film = newsroom.save("film.mp4", b"")
    newsroom.write("a.md", "Avant.\n\n![le film](film.mp4)", title="Un")
    os.truncate(film, MAX_MEDIA + 1)  # Of all this nothing lies on the disk.
    (told,) = newsroom.build().problems
    assert (told.path, told.code, told.line) == ("a.md", "MW319", 7)
    assert newsroom.headlines() == ["Un"]
    assert newsroom.media() == []
    assert codes(newsroom.build()) == [("a.md", "MW319")]  # though nothing is looked at again


def test_a_whole_picture_that_is_spoilt_is_taken_back(newsroom: Newsroom) -> None:
    """What stands must be what the folder says, and the folder says nothing any more."""
    newsroom.save("carte.png", make.png(SECRET.encode()))
    newsroom.write("a.md", "Voici ![la carte](carte.png).", title="Un")
    newsroom.build()
    assert len(newsroom.media()) == 1
    newsroom.save("carte.png", b"no picture at all")
    assert codes(newsroom.change("carte.png")) == [("a.md", "MW320")]
    assert newsroom.media() == []
    assert newsroom.headlines() == ["Un"]


def test_a_paper_that_may_tell_who_made_it_is_published_and_told(newsroom: Newsroom) -> None:
    """It cannot be cleaned; that is for the editor to know."""
    newsroom.save("rapport.pdf", b"%PDF-1.4\n1 0 obj<</Author(Aliya)>>endobj\n%%EOF\n")
    newsroom.write("a.md", "Lire [le rapport](rapport.pdf).", title="Un")
    newsroom.write("b.md", "Rien.", title="Deux")
    assert codes(newsroom.build()) == [("a.md", "MW321")]
    assert len(newsroom.media()) == 1
    assert newsroom.headlines() == ["Deux", "Un"]


def test_a_file_that_changes_while_it_is_copied_is_not_published(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its address would be that of other bytes, and of bytes that nobody cleaned."""
    path: Path = newsroom.save("carte.png", make.png(SECRET.encode()))
    newsroom.write("a.md", "Voici ![la carte](carte.png).", title="Un")
    from markwire.pipeline import pages  # noqa: PLC0415

    open_published = pages.open_published

    def late(*arguments: object) -> object:
        path.write_bytes(make.png_animated(SECRET.encode()))
        return open_published(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pages, "open_published", late)
    newsroom.build()
    assert newsroom.media() == []
    monkeypatch.undo()
    newsroom.change("carte.png")
    assert len(newsroom.media()) == 1
    assert newsroom.holds([SECRET]) == []
