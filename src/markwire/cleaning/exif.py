"""What stays of Exif: how a picture is to be turned, and nothing else. Pure.

Exif 2.32, 4.6: a TIFF file of tagged values.
"""

from __future__ import annotations

from typing import Final, Literal

_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
_ORDERS: Final[dict[bytes, Literal["big", "little"]]] = {b"MM": "big", b"II": "little"}
LIMIT: Final = 65_536  # bytes in which the first table of tags stands


def orientation(tiff: bytes) -> int:
    """Give how a picture is turned, from 1 (upright) to 8; 1 where its Exif does not say."""
    order = _ORDERS.get(tiff[:2])
    if order is None:
        return 1
    start = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[start : start + 2], order)
    for index in range(min(count, 1000)):
        entry = tiff[start + 2 + 12 * index : start + 14 + 12 * index]
        tag, kind = int.from_bytes(entry[:2], order), int.from_bytes(entry[2:4], order)
        if tag == _ORIENTATION and kind == _SHORT and len(entry) == 12:
            value = int.from_bytes(entry[8:10], order)
            return value if 1 <= value <= 8 else 1
    return 1


def minimal(value: int) -> bytes:
    """Write Exif that tells how a picture is turned, and nothing else; none for upright."""
    if value == 1:
        return b""
    header = b"MM\x00*\x00\x00\x00\x08\x00\x01"
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + value.to_bytes(2) + b"\x00\x00"
    return header + entry + bytes(4)
