"""What is published of pictures, sounds and films tells nothing of who made them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.flac import FLAC
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE
from PIL import Image, ImageSequence

import media_makers as make
from markwire.cleaning import Held, UncleanError, clean, tells, walk
from media_makers import MADE, ON_ITS_SIDE

SECRET = b"canari-43.238949N-76.889709E-0042"  # of 33 bytes, and so never cut out by padding
EVEN = SECRET + b"!"
each_kind = pytest.mark.parametrize("name", MADE)
PICTURES = [name for name, (kind, _) in MADE.items() if kind.startswith("image/")]
GROWTH = 64  # bytes


def cleaned(content: bytes, kind: str) -> bytes:
    held = Held(content)
    published = clean(held, kind)
    result = b"".join(published.chunks(held))
    assert published.length == len(result)
    return result


@each_kind
@pytest.mark.parametrize("secret", [SECRET, EVEN], ids=["odd", "even"])
def test_no_byte_of_a_secret_is_published(name: str, secret: bytes) -> None:
    """A camera's number or a place has ended careers, and lives."""
    kind, maker = MADE[name]
    content = maker(secret)
    assert secret in content
    published = cleaned(content, kind)
    assert secret not in published
    assert secret[:16] not in published
    assert len(published) <= len(content) + GROWTH


@each_kind
def test_cleaning_what_is_clean_changes_nothing(name: str) -> None:
    """Else each edition would find another picture, and give it another address."""
    kind, maker = MADE[name]
    published = cleaned(maker(SECRET), kind)
    assert cleaned(published, kind) == published


@each_kind
def test_what_is_published_does_not_depend_on_what_was_told(name: str) -> None:
    """If another name gave other bytes, something of the name would be in them."""
    kind, maker = MADE[name]
    other = bytes(reversed(SECRET))
    assert cleaned(maker(SECRET), kind) == cleaned(maker(other), kind)


# --- pictures, beside another reader ---------------------------------------------------------


def shown(content: bytes) -> list[bytes]:
    """Every pixel of every frame, and how it is turned."""
    with Image.open(io.BytesIO(content)) as picture:
        turned = bytes((picture.getexif().get(0x0112, 1),))
        return [
            turned,
            *(each.convert("RGBA").tobytes() for each in ImageSequence.Iterator(picture)),
        ]


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
@pytest.mark.parametrize("name", PICTURES)
def test_every_pixel_stays(name: str) -> None:
    """Nothing is decoded, and so nothing can become worse."""
    kind, maker = MADE[name]
    content = maker(SECRET)
    assert shown(cleaned(content, kind)) == shown(content)


@pytest.mark.parametrize("name", PICTURES)
def test_another_reader_finds_nothing_but_how_a_picture_is_turned(name: str) -> None:
    """Pillow knows places for metadata that we might have forgotten."""
    kind, maker = MADE[name]
    with Image.open(io.BytesIO(cleaned(maker(SECRET), kind))) as picture:
        picture.load()
        assert set(picture.getexif()) <= {0x0112}
        assert {"xmp", "XML:com.adobe.xmp", "comment", "photoshop", "mp"}.isdisjoint(picture.info)
        assert not getattr(picture, "text", {})


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_a_picture_stays_turned_and_keeps_its_colours(name: str) -> None:
    """A portrait must not lie down, nor a flag change."""
    kind, maker = MADE[name]
    with Image.open(io.BytesIO(cleaned(maker(SECRET), kind))) as picture:
        assert picture.getexif()[0x0112] == ON_ITS_SIDE
        assert picture.info["icc_profile"] == make.colours()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_way_to_turn_a_picture_stays(orientation: int, order: str) -> None:
    """Cameras write it in one order of bytes or the other."""
    exif = make.exif(SECRET, orientation=orientation, order=order)
    content = make.saved(make.drawing(), "JPEG", exif=b"Exif\0\0" + exif)
    published = cleaned(content, "image/jpeg")
    with Image.open(io.BytesIO(published)) as picture:
        assert picture.getexif().get(0x0112, 1) == orientation
    assert (b"Exif" in published) == (orientation != 1)


def test_a_plain_picture_is_published_as_it_is() -> None:
    """Its address stays: nothing is sent again to readers for an upgrade."""
    for form, kind in (("JPEG", "jpeg"), ("PNG", "png"), ("GIF", "gif"), ("WEBP", "webp")):
        content = make.saved(make.drawing(), form)
        assert cleaned(content, f"image/{kind}") == content


def test_a_pictures_format_is_told_by_its_bytes() -> None:
    """Many a 'photo.jpg' of the web is WebP, and readers' programs show it."""
    assert SECRET not in cleaned(make.webp(SECRET), "image/jpeg")


# --- sounds and films, beside another reader ---------------------------------------------------


TAGGED: dict[str, Callable[[io.BytesIO], Any]] = {
    "mp4": MP4,
    "m4a": MP4,
    "mp3": MP3,
    "wav": WAVE,
    "flac": FLAC,
    "opus": OggOpus,
    "vorbis": OggVorbis,
    "flac in ogg": OggFLAC,
}


@pytest.mark.parametrize("name", TAGGED)
def test_another_reader_finds_no_tags(name: str) -> None:
    """What players show is read by mutagen."""
    kind, maker = MADE[name]
    content = maker(SECRET)
    before, after = (TAGGED[name](io.BytesIO(each)) for each in (content, cleaned(content, kind)))
    assert before.tags
    assert not after.tags
    assert not getattr(after, "pictures", [])


@pytest.mark.parametrize("name", ["mp4", "m4a"])
def test_what_plays_stays_where_it_was_and_a_track_of_places_goes(name: str) -> None:
    """A film's offsets are from its start; a camera's track of places is in no tag."""
    kind, maker = MADE[name]
    content = maker(SECRET)
    published = cleaned(content, kind)
    assert len(published) == len(content)
    for part in (make.SOUND, make.PICTURE) if name == "mp4" else (make.SOUND,):
        assert published.index(part) == content.index(part)
    assert b"+48.8577" in content
    assert b"+48.8577" not in published
    assert published.count(b"trak") == content.count(b"trak") - 1


def test_every_frame_of_a_sound_stays_and_nothing_between() -> None:
    """Players go from frame to frame."""
    assert cleaned(make.mp3(SECRET), "audio/mpeg") == make.frames() * 2


def test_samples_of_waves_stay() -> None:
    """What is recorded is what is heard."""
    form, sound = make.chunks_of(cleaned(make.wav(SECRET), "audio/wav"))
    assert form[0] == b"fmt "
    assert sound == (b"data", make.SOUND[: len(make.SOUND) // 2 * 2])


@pytest.mark.parametrize("name", ["opus", "vorbis", "flac in ogg"])
def test_pages_that_were_changed_have_a_new_checksum(name: str) -> None:
    """A player drops a page whose checksum is wrong; this one is counted bit by bit."""
    content = cleaned(MADE[name][1](SECRET), "audio/ogg")
    at, count = 0, 0
    while at < len(content):
        end = at + 27 + content[at + 26]
        stop = end + sum(content[at + 27 : end])
        page = content[at:stop]
        wanted = int.from_bytes(page[22:26], "little")
        assert make.crc_of_page(page[:22] + bytes(4) + page[26:]) == wanted
        at, count = stop, count + 1
    assert count > 3


# --- what cannot be cleaned --------------------------------------------------------------------


@each_kind
def test_a_file_that_is_cut_off_is_refused_or_tells_nothing(name: str) -> None:
    """It may still be on its way; half of a tag is a leak as well."""
    kind, maker = MADE[name]
    content = maker(SECRET)
    step = max(len(content) // 300, 1)
    refused = 0
    # Where frames of FLAC end only a decoder can tell: half of a tag behind them is not known.
    whole = len(content) - (128 if name == "flac" else 0)
    for end in range(0, whole, step):
        try:
            published = cleaned(content[:end], kind)
        except UncleanError:
            refused += 1
        else:
            assert SECRET[:8] not in published
    assert refused


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "image/png"),
        (b"not a picture", "image/png"),
        (b'<svg width="9" height="9"/>', "image/png"),
        (b"%PDF-1.7 a paper", "image/jpeg"),
        (make.mp3(SECRET), "image/jpeg"),
        (make.saved(make.drawing(), "PNG"), "audio/mpeg"),
        (b"a paper", "video/mp4"),
        (b"\x89PNG\r\n\x1a\n" + make.chunk(b"CgBI", b""), "image/png"),
        (make.box(b"ftyp", b"avif") + make.full(b"meta"), "image/avif"),
        (make.box(b"ftyp", b"isom") + make.box(b"moov"), "video/mp4"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(content: bytes, kind: str) -> None:
    """Nobody can tell what is in it."""
    with pytest.raises(UncleanError):
        cleaned(content, kind)


def test_a_film_in_pieces_with_a_track_of_places_is_refused() -> None:
    """Where its places stand is told piece by piece; better no film than half a cleaning."""
    whole = make.mp4(SECRET)
    with pytest.raises(UncleanError, match="neither sound nor picture"):
        cleaned(whole + make.box(b"moof", make.full(b"mfhd", bytes(4))), "video/mp4")


ENDLESS = {
    "image/gif": b"GIF89a" + bytes(7) + b"!\xfe" + b"\1." * 1500 + b"\0;",
    "image/jpeg": b"\xff\xd8\xff\xfe\0\2" + b"\xff\xe0\0\2" * 1500 + b"\xff\xd9",
    "audio/mpeg": make.frames(1500),
    "image/png": b"\x89PNG\r\n\x1a\n" + make.chunk(b"IDAT", b"") * 1500,
    "image/webp": b"RIFF\xe4\x2e\0\0WEBP" + b"ALPH\0\0\0\0" * 1500,
    "video/mp4": make.box(b"ftyp", b"isom") + make.box(b"free") * 1500,
    "video/webm": make.element(0x1A45DFA3) + make.element(0xEC) * 1500,
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_file_of_endless_parts_is_given_up(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step costs its time; there are only so many."""
    monkeypatch.setattr(walk, "_STEPS", 1000)
    with pytest.raises(UncleanError, match="too many parts"):
        cleaned(ENDLESS[kind], kind)


# --- papers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inside",
    [
        b"<</Author(Aliya)>>",
        b"<</Author <416C>>>",
        b"<</Author 5 0 R>>",
        b"<</Info 1 0 R>>",
        b"<</Metadata 4 0 R>>",
        b"<</Type/ObjStm>>",
        b"<</Encrypt 3 0 R>>",
        make.xmp(b""),
        b"stream\xff\xd8\xff\xe1\0\x20Exif\0\0",
        b" " * 262_130 + b"<</Author(Aliya)>>",  # across two blocks
    ],
)
def test_a_paper_that_may_tell_who_made_it_is_noticed(inside: bytes) -> None:
    """It cannot be cleaned in a small way, and so the editor has to know."""
    content = Held(b"%PDF-1.7\n" + inside + b"\n%%EOF\n")
    assert tells(content, "application/pdf")
    assert clean(content, "application/pdf").length == content.size


def test_a_paper_that_tells_nothing_is_not_noticed() -> None:
    """A warning that always comes is not read."""
    assert not tells(Held(b"%PDF-1.7\n1 0 obj<</Author()>>endobj\n%%EOF\n"), "application/pdf")


# --- laws ----------------------------------------------------------------------------------------


@st.composite
def _spoilt(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file in which some bytes are others, some are missing, and some came from elsewhere."""
    kind, content = draw(st.sampled_from(_PLAIN))
    spoilt = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(spoilt)))
        match draw(st.sampled_from(("change", "cut", "insert", "repeat"))):
            case "change":
                spoilt[at : at + 4] = draw(st.binary(min_size=1, max_size=4))
            case "cut":
                del spoilt[at : at + draw(st.integers(1, 64))]
            case "insert":
                spoilt[at:at] = draw(st.binary(max_size=16))
            case _:
                start = draw(st.integers(0, len(spoilt)))
                spoilt[at:at] = spoilt[start : start + draw(st.integers(1, 200))]
    return kind, bytes(spoilt)


_PLAIN = [(kind, maker(SECRET)) for kind, maker in MADE.values()]


@given(_spoilt())
@settings(max_examples=600)
def test_whatever_is_wrong_with_a_file_it_is_cleaned_for_good_or_refused(
    spoilt: tuple[str, bytes],
) -> None:
    """Editors' disks, cameras and enemies write anything."""
    kind, content = spoilt
    try:
        published = cleaned(content, kind)
    except UncleanError:
        return
    assert len(published) <= len(content) + GROWTH
    assert cleaned(published, kind) == published


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
@given(st.permutations(make.jpeg_told(SECRET)), st.integers(0, 9))
@settings(max_examples=60)
def test_segments_of_a_jpeg_may_come_in_any_order(told: list[bytes], count: int) -> None:
    """Each program has its own."""
    plain = make.saved(make.drawing(), "JPEG")
    content = plain[:2] + b"".join(told[:count]) + plain[2:20] + b"".join(told[count:]) + plain[20:]
    published = cleaned(content, "image/jpeg")
    assert SECRET not in published
    assert shown(published) == shown(content)


@given(st.permutations(make.png_told(SECRET)), st.integers(0, 9))
@settings(max_examples=60)
def test_chunks_of_a_png_may_come_in_any_order(told: list[bytes], count: int) -> None:
    """Before the picture and behind it."""
    plain = make.saved(make.drawing(), "PNG")
    content = plain[:33] + b"".join(told[:count]) + plain[33:-12]
    content += b"".join(told[count:]) + plain[-12:]
    published = cleaned(content, "image/png")
    assert SECRET not in published
    assert zlib.compress(SECRET) not in published
    assert shown(published)[1:] == shown(content)[1:]
