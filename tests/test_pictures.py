"""Media are measured by their headers, and by every byte for the digest."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from pathlib import Path

import pytest

import media_makers as make
from markwire.cleaning import Held, UncleanError, clean
from markwire.errors import FolderError
from markwire.intake import pictures
from markwire.intake.pictures import MediaFile, flaw, inspect
from markwire.intake.published import Published, open_published
from markwire.problems import Problem, problem


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


def mp3() -> bytes:
    return b"\xff\xf3\x14\xc4" + bytes(20)  # one frame of 8 kbit/s


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00\x00\x00;"


def jpeg(width: int, height: int, *, turned: bool = False) -> bytes:
    exif = b"Exif\x00\x00MM\x00*" + struct.pack(">IHHHII", 8, 1, 0x0112, 3, 1, 6 << 16) + bytes(4)
    parts = [b"\xff\xd8"]
    if turned:
        parts.append(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    parts.append(b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00")
    return b"".join(parts) + b"\xff\xd9"


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def avif() -> bytes:
    """Of 48 by 32 pixels, and clean."""
    content = Held(make.saved(make.drawing(), "AVIF"))
    return b"".join(clean(content, "image/avif").chunks(content))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.png", png(1200, 800), ("image/png", 1200, 800)),
        ("a.PNG", png(1, 1), ("image/png", 1, 1)),
        ("a.gif", gif(640, 480), ("image/gif", 640, 480)),
        ("a.jpg", jpeg(2048, 1365), ("image/jpeg", 2048, 1365)),
        ("a.jpeg", jpeg(3, 2), ("image/jpeg", 3, 2)),
        ("a.webp", webp(1600, 900), ("image/webp", 1600, 900)),
        ("a.avif", avif(), ("image/avif", 48, 32)),
        ("a.mp3", mp3(), ("audio/mpeg", 0, 0)),
        ("a.pdf", b"%PDF-1.7", ("application/pdf", 0, 0)),
    ],
)
def test_media_are_measured(
    tmp_path: Path, name: str, content: bytes, expected: tuple[str, int, int]
) -> None:
    """Enclosures state type and length, and partners refuse pictures that are too small."""
    (tmp_path / name).write_bytes(content)
    kind, width, height = expected
    assert inspect(tmp_path, name) == MediaFile(kind, len(content), width, height, sha256(content))


def test_a_picture_taken_upright_is_measured_upright(tmp_path: Path) -> None:
    """Cameras store a turned picture lying, with a note to turn it; readers turn it."""
    content = jpeg(4000, 3000, turned=True)
    (tmp_path / "a.jpg").write_bytes(content)
    assert inspect(tmp_path, "a.jpg") == MediaFile(
        "image/jpeg", len(content), 3000, 4000, sha256(content)
    )


@pytest.mark.parametrize(
    "content",
    [
        png(0, 5),
        b"\x89PNG\r\n\x1a\n" + png(1200, 800)[33:],  # no header at all
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xc0\x00\x03\x08\xff\xd9",
        b"RIFF\x04\x00\x00\x00WEBP",
    ],
)
def test_a_header_that_makes_no_sense_has_no_size(tmp_path: Path, content: bytes) -> None:
    """A broken picture costs its size in pixels, never the article."""
    (tmp_path / "a.png").write_bytes(content)
    assert inspect(tmp_path, "a.png") == MediaFile("image/png", len(content), 0, 0, sha256(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        png(1200, 800)[:20],
        b"\xff\xd8\xff" + b"\xff" * 5000,
        b"\xff\xd8" + b"\xff\xe1\xff\xff" * 3,
        avif()[:30],
        b"\x00\x00\x00\x00ftypavif" + bytes(64),
        b"\x00\x00\x00\x01ftypavif" + b"\xff" * 64,
        b'<svg width="9" height="9"/>',
        b"not a picture",
    ],
)
def test_a_picture_that_cannot_be_cleaned_is_a_problem(tmp_path: Path, content: bytes) -> None:
    """Nobody can tell what else is in it; and half a picture is shown to nobody."""
    (tmp_path / "a.png").write_bytes(content)
    assert inspect(tmp_path, "a.png") == problem("MW320", "a.png", name="a.png")
    assert flaw(tmp_path, "a.png") == "MW320"


def test_a_paper_that_tells_who_made_it_is_measured_and_told(tmp_path: Path) -> None:
    """It is published as it is: only the editor can make it anew."""
    content = b"%PDF-1.7\n1 0 obj<</Author(Aliya)>>endobj\n%%EOF\n"
    (tmp_path / "a.pdf").write_bytes(content)
    expected = MediaFile("application/pdf", len(content), 0, 0, sha256(content), "MW321")
    assert inspect(tmp_path, "a.pdf") == expected
    assert flaw(tmp_path, "a.pdf") == "MW321"


def test_what_is_measured_is_what_is_published(tmp_path: Path) -> None:
    """Length and address belong to the bytes that readers get."""
    content = png(1200, 800)
    told = content[:33] + make.png_told(b"Aliya Sarsen")[0] + content[33:] + b"behind it"
    (tmp_path / "a.png").write_bytes(told)
    assert inspect(tmp_path, "a.png") == MediaFile(
        "image/png", len(content), 1200, 800, sha256(content)
    )
    with open_published(tmp_path, "a.png", "image/png") as published:
        assert published is not None
        assert b"".join(published.verified(sha256(content))) == content
        with pytest.raises(UncleanError, match="changed"):
            b"".join(published.verified(sha256(told)))


def test_a_huge_picture_is_measured_without_decoding(tmp_path: Path) -> None:
    """Twenty thousand pixels square would be 1.2 GB in memory; its header is 50 bytes."""
    content = png(20_000, 20_000)
    (tmp_path / "a.png").write_bytes(content)
    measured = inspect(tmp_path, "a.png")
    assert measured == MediaFile("image/png", len(content), 20_000, 20_000, sha256(content))


def test_an_endless_header_is_given_up(tmp_path: Path) -> None:
    """A file that sends the parser on and on must not hold an edition up."""
    content = b"\xff\xd8" + b"\xff\xdd\x00\x02" * 100_000 + jpeg(640, 480)[2:]
    (tmp_path / "a.jpg").write_bytes(content)
    assert inspect(tmp_path, "a.jpg") == MediaFile(
        "image/jpeg", len(content), 0, 0, sha256(content)
    )


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    """A picture may be deleted between the scan and the reading."""
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "link.png").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "fifo.png")
    names = ("missing.png", "folder.png", "link.png", "fifo.png", "no/such.png")
    assert [inspect(tmp_path, name) for name in names] == [None] * 5


def test_a_kind_that_feeds_cannot_carry_is_a_problem(tmp_path: Path) -> None:
    """The editor is told to export it."""
    (tmp_path / "a.tiff").write_bytes(b"II*\x00")
    assert inspect(tmp_path, "a.tiff") == problem("MW303", "a.tiff", name="a.tiff")


def test_a_folder_that_went_away_is_no_answer(tmp_path: Path) -> None:
    """An unmounted share must not read as deleted pictures."""
    with pytest.raises(FolderError, match="content folder cannot be read"):
        inspect(tmp_path / "away", "a.png")


def test_a_picture_that_never_holds_still_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its digest would be of no version that ever was."""
    path = tmp_path / "a.png"
    path.write_bytes(png(1, 1))
    measured = pictures._measured

    def grow(published: Published, kind: str) -> MediaFile:
        with path.open("ab") as file:
            file.write(b"more")
        return measured(published, kind)

    monkeypatch.setattr(pictures, "_measured", grow)
    trouble = inspect(tmp_path, "a.png")
    assert isinstance(trouble, Problem)
    assert trouble.code == "MW103"
