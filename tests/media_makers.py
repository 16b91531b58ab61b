"""Media files as cameras and programs write them, made here: small, whole, and full of secrets.

Each maker is given a secret, and writes it wherever its kind of file can tell who made it, where
and with what. What is to be seen or heard never holds it.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from PIL import Image

Maker = Callable[[bytes], bytes]

UPRIGHT, ON_ITS_SIDE = 1, 6
SOUND = bytes(range(1, 200)) * 3
PICTURE = bytes(range(56, 256)) * 2


# --- Exif --------------------------------------------------------------------------------------


def exif(secret: bytes, *, orientation: int = ON_ITS_SIDE, order: str = "<") -> bytes:
    """A TIFF file of tags: maker, orientation, serial number, artist, a place, and a preview."""
    words = secret + b"\0"
    texts = {0x010F: words, 0x013B: words, 0xC62F: words, 0x8298: words}
    tags = sorted({*texts, 0x0112, 0x8825})
    end = 8 + 2 + 12 * len(tags) + 4
    table, heap = [], b""
    for tag in tags:
        if tag in texts:
            table.append(struct.pack(f"{order}HHII", tag, 2, len(words), end + len(heap)))
            heap += words
        elif tag == 0x0112:
            table.append(struct.pack(f"{order}HHIHH", tag, 3, 1, orientation, 0))
        else:
            table.append(struct.pack(f"{order}HHII", tag, 4, 1, end + len(heap)))
            place = struct.pack(f"{order}HHHI", 1, 1, 2, 2) + b"N\0\0\0" + bytes(4)
            heap += place
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    count = struct.pack(f"{order}H", len(tags))
    return head + count + b"".join(table) + bytes(4) + heap + b"preview " + secret


def xmp(secret: bytes) -> bytes:
    return (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>' + secret + b"</dc:creator></x:xmpmeta>"
    )


@cache
def colours() -> bytes:
    """A profile as Pillow has one: what a picture's numbers mean."""
    from PIL import ImageCms  # noqa: PLC0415

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def drawing(turn: int = 0) -> Image.Image:
    """A picture of which no two corners are alike."""
    red = Image.linear_gradient("L").resize((48, 32))
    return Image.merge("RGB", (red, red.rotate(90), red.rotate(180 + turn)))


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


# --- pictures ----------------------------------------------------------------------------------


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2) + content


def jpeg_told(secret: bytes) -> list[bytes]:
    """The segments of a JPEG that tell something."""
    return [
        segment(0xE1, b"Exif\0\0" + exif(secret)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp(secret)),
        segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + secret),
        segment(0xE0, b"JFXX\0\x10" + secret),
        segment(0xE2, b"MPF\0" + secret),
        segment(0xEB, b"JP\0\0C2PA" + secret),
        segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04" + secret),
        segment(0xEF, secret),
        segment(0xFE, secret),
    ]


def jpeg(secret: bytes) -> bytes:
    plain = saved(drawing(), "JPEG", icc_profile=colours(), progressive=True)
    jfif = 2 + 2 + int.from_bytes(plain[4:6])
    film = b"\0\0\0\x18ftypmp42" + secret  # as telephones put a film behind a picture
    second = saved(drawing(), "JPEG", comment=secret)
    thumbnail = segment(0xE0, b"JFIF\0\1\2\1\0\x48\0\x48\1\1" + secret[:3])
    told = b"".join(jpeg_told(secret))
    # Also before the last scan, where none looks.
    last = plain.rindex(b"\xff\xda")
    picture = plain[jfif:last] + segment(0xFE, secret) + plain[last:]
    return b"\xff\xd8" + thumbnail + told + picture + second + film


def chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(kind + content)
    return len(content).to_bytes(4) + kind + content + crc.to_bytes(4)


def png_told(secret: bytes) -> list[bytes]:
    """The chunks of a PNG that tell something."""
    return [
        chunk(b"tEXt", b"Author\0" + secret),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(secret)),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(secret)),
        chunk(b"eXIf", exif(secret)),
        chunk(b"tIME", b"\x07\xea\5\4\x0c\0\0"),
        chunk(b"sPLT", secret + b"\0\x08"),
        chunk(b"caBX", secret),
        chunk(b"meTa", secret),
        chunk(b"gAMA", b"\0\0\0\1" + secret),  # longer than it may be
    ]


def png(secret: bytes, form: str = "PNG") -> bytes:
    plain = saved(drawing(), form, icc_profile=colours(), dpi=(96, 96))
    told = b"".join(png_told(secret))
    return plain[:33] + told + plain[33:-12] + told + plain[-12:] + secret


def png_animated(secret: bytes) -> bytes:
    frames = [drawing(turn) for turn in (0, 30, 60)]
    plain = saved(frames[0], "PNG", save_all=True, append_images=frames[1:], loop=2)
    return plain[:33] + b"".join(png_told(secret)) + plain[33:]


def gif(secret: bytes) -> bytes:
    frames = [drawing(turn).quantize(16) for turn in (0, 30, 60)]
    plain = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=2, duration=40)
    blocks = bytes((len(secret),)) + secret + b"\0"
    told = b"!\xfe" + blocks + b"!\xff\x0bXMP DataXMP" + blocks
    told += b"!\xf9\4\0\0\0\0\0!\1\x0c" + bytes(12) + blocks
    first = plain.index(b"!\xff\x0bNETSCAPE")
    return plain[:first] + told + plain[first:-1] + told + b";" + secret


def riff(form: bytes, chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    inside = form
    for name, content in chunks:
        inside += name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)
    return b"RIFF" + len(inside).to_bytes(4, "little") + inside


def chunks_of(content: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 12
    while at < len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        found.append((content[at : at + 4], content[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return found


def webp(secret: bytes) -> bytes:
    plain = saved(
        drawing(), "WEBP", exif=exif(secret), xmp=xmp(secret), icc_profile=colours(), quality=80
    )
    return riff(b"WEBP", [*chunks_of(plain), (b"C2PA", secret)]) + secret


def webp_animated(secret: bytes) -> bytes:
    frames = [drawing(turn) for turn in (0, 30, 60)]
    plain = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], loop=2)
    with_more = [
        (name, content + b"note" + len(secret).to_bytes(4, "little") + secret)
        if name == b"ANMF" and not len(secret) % 2
        else (name, content)
        for name, content in chunks_of(plain)
    ]
    return riff(b"WEBP", [*with_more, (b"XMP ", xmp(secret))])


def avif(secret: bytes) -> bytes:
    plain = saved(drawing(), "AVIF", exif=exif(secret), xmp=xmp(secret), icc_profile=colours())
    return plain + box(b"uuid", secret * 2) + box(b"free", secret)


# --- films and sounds in boxes ------------------------------------------------------------------


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return (len(inside) + 8).to_bytes(4) + kind + inside


def full(kind: bytes, *content: bytes) -> bytes:
    return box(kind, bytes(4), *content)


def track(
    number: int, handler: bytes, entry: bytes, at: int, sizes: list[int], secret: bytes
) -> bytes:
    """One track whose samples stand in one row from ``at`` on."""
    made = 0xE0000000.to_bytes(4) * 2
    table = box(
        b"stbl",
        full(b"stsd", (1).to_bytes(4), entry),
        full(b"stts", struct.pack(">III", 1, len(sizes), 1)),
        full(b"stsc", struct.pack(">IIII", 1, 1, len(sizes), 1)),
        full(b"stsz", struct.pack(f">II{len(sizes)}I", 0, len(sizes), *sizes)),
        full(b"stco", struct.pack(">II", 1, at)),
    )
    reference = box(b"dinf", full(b"dref", (1).to_bytes(4), box(b"url ", b"\0\0\0\1")))
    media = box(
        b"mdia",
        full(b"mdhd", made, (1000).to_bytes(4), bytes(8)),
        full(b"hdlr", bytes(4), handler, bytes(12), secret, b"\0"),
        box(b"minf", full(b"smhd", bytes(4)), reference, table),
    )
    named = box(b"name", secret)
    head = full(b"tkhd", made, number.to_bytes(4), bytes(68))
    return box(b"trak", head, box(b"tref", box(b"cdsc", b"\0\0\0\3")), media, box(b"udta", named))


def picture_entry(secret: bytes) -> bytes:
    """How pictures are written, with the program's name (31 bytes) and the maker's own box."""
    name = bytes((31,)) + secret[:31].ljust(31, b" ")
    inside = bytes(6) + b"\0\1" + bytes(16) + b"\0\x30\0\x20" + bytes(12) + b"\0\1" + name
    return box(b"avc1", inside, b"\0\x18\xff\xff", box(b"avcC", b"\1\2\3"), box(b"uuid", secret))


def sound_entry() -> bytes:
    inside = bytes(6) + b"\0\1" + bytes(8) + b"\0\2\0\x10" + bytes(4) + b"\xac\x44\0\0"
    return box(b"Opus", inside, box(b"dOps", bytes(11)))


def tags_of_itunes(secret: bytes) -> bytes:
    def tag(name: bytes) -> bytes:
        return box(name, box(b"data", b"\0\0\0\1" + bytes(4) + secret))

    inside = [tag(name) for name in (b"\xa9nam", b"\xa9ART", b"\xa9too", b"\xa9cmt")]
    handler = full(b"hdlr", bytes(4), b"mdirappl", bytes(9))
    return full(b"meta", handler, box(b"ilst", *inside))


def film(secret: bytes, *, brand: bytes = b"isom", is_film: bool = True) -> bytes:
    """A film (or a sound) with a track of places, tags, and bytes that nothing refers to."""
    head = box(b"ftyp", brand, bytes(4), b"isomiso2")
    place = b"\0\x15\xc7+48.8577+002.295/" + secret
    rest = secret + b" nothing refers to this"
    inside = (PICTURE if is_film else b"") + SOUND + place + rest
    start = len(head) + 8
    sound_at = start + (len(PICTURE) if is_film else 0)
    tracks = [track(2, b"soun", sound_entry(), sound_at, [200, len(SOUND) - 200], secret)]
    if is_film:
        tracks.insert(0, track(1, b"vide", picture_entry(secret), start, [len(PICTURE)], secret))
    entry = box(b"mett", bytes(6) + b"\0\1" + secret)
    tracks.append(track(3, b"meta", entry, sound_at + len(SOUND), [len(place)], secret))
    made = 0xE0000000.to_bytes(4) * 2
    movie = box(
        b"moov",
        full(b"mvhd", made, (1000).to_bytes(4), bytes(84)),
        *tracks,
        box(b"udta", box(b"\xa9xyz", place), box(b"loci", place), tags_of_itunes(secret)),
        full(b"meta", box(b"keys", secret)),
        box(b"uuid", xmp(secret)),
    )
    after = box(b"uuid", xmp(secret)) + box(b"free", secret) + box(b"sefd", secret)
    return head + box(b"mdat", inside) + movie + tags_of_itunes(secret) + after


def mp4(secret: bytes) -> bytes:
    return film(secret)


def m4a(secret: bytes) -> bytes:
    return film(secret, brand=b"M4A ", is_film=False)


# --- sounds ------------------------------------------------------------------------------------


def wav(secret: bytes) -> bytes:
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    told = [
        (b"bext", secret.ljust(602, b"\0")),
        (b"LIST", b"INFOIART" + len(secret).to_bytes(4, "little") + secret),
        (b"iXML", b"<BWFXML>" + secret),
        (b"id3 ", id3(secret)),
        (b"PEAK", secret),
        (b"_PMX", xmp(secret)),
    ]
    sound = (b"data", SOUND[: len(SOUND) // 2 * 2])
    return riff(b"WAVE", [told[0], (b"fmt ", form), *told, sound, *told]) + secret


def id3(secret: bytes) -> bytes:
    """An ID3v2.3 tag: artist, comment, a file, a private frame, a picture."""

    def frame(name: bytes, content: bytes) -> bytes:
        return name + len(content).to_bytes(4) + b"\0\0" + content

    inside = (
        frame(b"TPE1", b"\0" + secret)
        + frame(b"COMM", b"\0fra\0" + secret)
        + frame(b"GEOB", b"\0text/plain\0name\0\0" + secret)
        + frame(b"PRIV", b"owner\0" + secret)
        + frame(b"APIC", b"\0image/jpeg\0\3\0\xff\xd8\xff" + secret)
        + bytes(20)
    )
    size = len(inside)
    return b"ID3\3\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + inside


def id3v1(secret: bytes) -> bytes:
    return (
        b"TAG" + secret[:30].ljust(30, b"\0") + secret[:30].ljust(30, b"\0") + bytes(64) + b"\xff"
    )


def ape(secret: bytes) -> bytes:
    item = len(secret).to_bytes(4, "little") + bytes(4) + b"Artist\0" + secret
    foot = b"APETAGEX" + struct.pack("<III", 2000, len(item) + 32, 1)
    return foot + b"\0\0\0\xa0" + bytes(8) + item + foot + b"\0\0\0\x80" + bytes(8)


def frames(count: int = 12) -> bytes:
    """Frames of MPEG-1 layer III, 32 kbit/s at 48 kHz: 96 bytes each."""
    return b"".join(b"\xff\xfb\x14\xc4" + bytes((number % 251,)) * 92 for number in range(count))


def mp3(secret: bytes) -> bytes:
    between = secret + id3(secret)
    return id3(secret) + frames() + between + frames() + ape(secret) + id3v1(secret)


def comments(secret: bytes) -> bytes:
    told = [b"ARTIST=" + secret, b"LOCATION=" + secret, b"METADATA_BLOCK_PICTURE=" + secret * 30]
    rows = b"".join(len(each).to_bytes(4, "little") + each for each in told)
    vendor = b"encoder of " + secret
    return len(vendor).to_bytes(4, "little") + vendor + len(told).to_bytes(4, "little") + rows


def flac_blocks(secret: bytes) -> list[tuple[int, bytes]]:
    stream = struct.pack(">HHIIHI", 4096, 4096, 0, 0x0AC440F0, 0, 9)[:18].ljust(34, b"\0")
    picture = struct.pack(">II", 3, 9) + b"image/png" + bytes(20) + len(secret).to_bytes(4) + secret
    return [
        (0, stream),
        (4, comments(secret)),
        (6, picture),
        (2, b"test" + secret),
        (5, secret.ljust(396, b"\0")),
        (3, b"\0" * 18),
        (1, secret),
    ]


def flac(secret: bytes) -> bytes:
    blocks = flac_blocks(secret)
    written = b"".join(
        bytes((kind | (0x80 if index == len(blocks) else 0),)) + len(content).to_bytes(3) + content
        for index, (kind, content) in enumerate(blocks, start=1)
    )
    return id3(secret) + b"fLaC" + written + b"\xff\xf8\xc9\x18" + SOUND + id3v1(secret)


def crc_of_page(page: bytes) -> int:
    """RFC 3533, bit by bit."""
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


def pages(serial: int, packets: list[bytes], *, segments: int = 4) -> list[bytes]:
    """Write packets in pages of few segments, so that long ones go over several."""
    made, rows = [], []
    for packet in packets:
        whole = [packet[at : at + 255] for at in range(0, len(packet), 255)]
        rows += whole if len(packet) % 255 else [*whole, b""]
    starts = [0, 1]  # the first packet has a page of its own
    while starts[-1] + segments < len(rows):
        starts.append(starts[-1] + segments)
    for number, (start, stop) in enumerate(zip(starts, [*starts[1:], len(rows)], strict=True)):
        inside = rows[start:stop]
        is_continued = start > 0 and len(rows[start - 1]) == 255
        flags = is_continued | (2 if number == 0 else 0) | (4 if stop == len(rows) else 0)
        head = b"OggS\0" + bytes((flags,)) + struct.pack("<QII", number, serial, number)
        table = bytes((len(inside),)) + bytes(map(len, inside))
        body = b"".join(inside)
        crc = crc_of_page(head + bytes(4) + table + body)
        made.append(head + crc.to_bytes(4, "little") + table + body)
    return made


def ogg(first: bytes, second: bytes, *more: bytes) -> Maker:
    def make(secret: bytes) -> bytes:
        end = b"\1" if second.endswith(b"vorbis") else b""
        stream = pages(7, [first, second + comments(secret) + end, *more, SOUND, SOUND])
        bones = pages(9, [b"fishead\0" + secret, b"fisbone\0" + secret])
        chained = pages(11, [first, second + comments(secret) + end, *more, SOUND])
        return b"".join((bones[0], *stream[:1], *bones[1:], *stream[1:], *chained))

    return make


OPUS_HEAD = b"OpusHead\1\1\0\0\x80\xbb\0\0\0\0\0"
VORBIS_HEAD = b"\1vorbis" + struct.pack("<IBIIIIB", 0, 1, 44100, 0, 80000, 0, 0xB8) + b"\1"
opus = ogg(OPUS_HEAD, b"OpusTags")
vorbis = ogg(VORBIS_HEAD, b"\3vorbis", b"\5vorbis" + bytes(40))


def ogg_flac(secret: bytes) -> bytes:
    (_, stream), *others = flac_blocks(secret)
    first = b"\x7fFLAC\1\0" + len(others).to_bytes(2) + b"fLaC\0" + len(stream).to_bytes(3) + stream
    packets = [
        bytes((kind | (0x80 if index == len(others) else 0),)) + len(content).to_bytes(3) + content
        for index, (kind, content) in enumerate(others, start=1)
    ]
    return b"".join(pages(5, [first, *packets, SOUND]))


# --- WebM --------------------------------------------------------------------------------------


def element(number: int, *content: bytes, is_endless: bool = False) -> bytes:
    inside = b"".join(content)
    size = b"\x01" + b"\xff" * 7 if is_endless else (1 << 56 | len(inside)).to_bytes(8)
    return number.to_bytes((number.bit_length() + 7) // 8) + size + inside


def webm(secret: bytes, *, is_endless: bool = False) -> bytes:
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    told = [
        element(0x1254C367, element(0x7373, element(0x67C8, element(0x4487, secret)))),  # Tags
        element(0x1941A469, element(0x61A7, element(0x466E, secret))),  # Attachments
        element(0x1043A770, element(0x45B9, secret)),  # Chapters
        element(0xEC, secret),  # Void
        b"\xbf\x84" + secret[:4],  # CRC-32
    ]
    about = element(
        0x1549A966,
        element(0x2AD7B1, b"\x0f\x42\x40"),
        element(0x4D80, secret),
        element(0x5741, secret),
        element(0x7BA9, secret),
        element(0x4461, bytes(8)),
        element(0x73A4, secret[:16]),
    )
    words = b"\3vorbis" + comments(secret) + b"\1"
    lacing = bytes((2, len(VORBIS_HEAD))) + b"\xff" * (len(words) // 255)
    private = lacing + bytes((len(words) % 255,)) + VORBIS_HEAD + words + b"\5vorbis"
    tracks = element(
        0x1654AE6B,
        element(
            0xAE,
            element(0xD7, b"\1"),
            element(0x83, b"\2"),
            element(0x86, b"A_VORBIS"),
            element(0x536E, secret),
            element(0x63A2, private),
        ),
    )
    group = element(0xA0, element(0xA1, b"\x81\0\0\0" + SOUND), element(0xEC, secret))
    clusters = [
        element(
            0x1F43B675,
            element(0xE7, b"\0"),
            element(0xA3, b"\x81\0\0\x80" + SOUND),
            group,
            element(0xEC, secret),
            is_endless=is_endless,
        )
        for _ in range(2)
    ]
    parts = (*told, about, tracks, *clusters, *(told[:3] if not is_endless else told[:1]))
    return (
        head
        + element(0x18538067, *parts, is_endless=is_endless)
        + (b"" if is_endless else element(0xEC, secret))
    )


def webm_recorded(secret: bytes) -> bytes:
    """As browsers record: nothing says how long it is."""
    return webm(secret, is_endless=True)


MADE: dict[str, tuple[str, Maker]] = {
    "jpeg": ("image/jpeg", jpeg),
    "png": ("image/png", png),
    "animated png": ("image/png", png_animated),
    "gif": ("image/gif", gif),
    "webp": ("image/webp", webp),
    "animated webp": ("image/webp", webp_animated),
    "avif": ("image/avif", avif),
    "mp4": ("video/mp4", mp4),
    "m4a": ("audio/mp4", m4a),
    "mp3": ("audio/mpeg", mp3),
    "wav": ("audio/wav", wav),
    "flac": ("audio/flac", flac),
    "opus": ("audio/ogg", opus),
    "vorbis": ("audio/ogg", vorbis),
    "flac in ogg": ("audio/ogg", ogg_flac),
    "webm": ("video/webm", webm),
    "recorded webm": ("video/webm", webm_recorded),
}
