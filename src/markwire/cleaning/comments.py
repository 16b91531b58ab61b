"""Vorbis comments, in whatever holds them, made blank without a byte moving. Pure.

Vorbis I, 5; RFC 9639, 8.
"""

from __future__ import annotations

from markwire.cleaning.walk import UncleanError

VORBIS_COMMENT, SEEK_TABLE, PADDING = 4, 3, 1
_COMMENT_HEAD = b"\x03vorbis"


def no_comments(length: int) -> bytes:
    """Write comments, ``length`` bytes long, of which there are none: one blank vendor."""
    if length < 8:
        raise UncleanError("its comments are too short")
    return (length - 8).to_bytes(4, "little") + b" " * (length - 8) + bytes(4)


def blank_vorbis(packet: bytes) -> bytes:
    """Make blank the packet of comments of a Vorbis stream."""
    if not packet.startswith(_COMMENT_HEAD):
        raise UncleanError("its headers are not in order")
    return _COMMENT_HEAD + no_comments(len(packet) - len(_COMMENT_HEAD) - 1) + b"\x01"


def blank_flac(block: bytes) -> bytes:
    """Make blank one block of FLAC's metadata, unless a decoder needs it."""
    if len(block) < 4:
        raise UncleanError("its headers are not in order")
    kind, rest = block[0] & 0x7F, len(block) - 4
    if kind == VORBIS_COMMENT:
        return block[:4] + no_comments(rest)
    if kind in (0, SEEK_TABLE):
        return block
    return bytes((block[0] & 0x80 | PADDING,)) + block[1:4] + bytes(rest)


def blank_private(codec: bytes, content: bytes) -> bytes:
    """Make blank what a Matroska file keeps for a decoder of its comments (RFC 9559)."""
    if codec.startswith(b"A_VORBIS"):
        return _blank_laced(content)
    if codec.startswith(b"A_FLAC") and content.startswith(b"fLaC"):
        blocks, at, is_last = [b"fLaC"], 4, False
        while not is_last:
            stop = at + 4 + int.from_bytes(content[at + 1 : at + 4])
            blocks.append(blank_flac(content[at:stop]))
            is_last = content[at] >= 0x80
            at = stop
        blanked = b"".join(blocks)
        return blanked + bytes(max(len(content) - len(blanked), 0))
    return content


def _blank_laced(content: bytes) -> bytes:
    """Make blank the second of three packets of which the first two say how long they are."""
    at = 1
    lengths: list[int] = []
    if content[:1] != b"\x02":
        raise UncleanError("its headers are not in order")
    while len(lengths) < 2:
        end = at
        while content[end : end + 1] == b"\xff":
            end += 1
        lengths.append(255 * (end - at) + sum(content[end : end + 1]))
        at = end + 1
    start = at + lengths[0]
    stop = start + lengths[1]
    return content[:start] + blank_vorbis(content[start:stop]) + content[stop:]
