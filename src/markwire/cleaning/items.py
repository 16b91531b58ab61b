"""Items of a picture file (AVIF, HEIF): those that draw the picture, and no others. Pure.

ISO/IEC 14496-12, 8.11 and 12 of ISO/IEC 23008-12. Exif, XMP and previews become items of a kind
that no program knows; their bytes, which nothing refers to any more, become blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markwire.cleaning.samples import Ranges
from markwire.cleaning.tree import Box, Patch, box_at, boxes, freed
from markwire.cleaning.walk import Blank, UncleanError, Walk

_DRAWS: Final = frozenset({b"av01", b"hvc1", b"jpeg", b"avc1", b"grid", b"iovl", b"iden", b"tmap"})
_IN_META: Final = frozenset({b"hdlr", b"pitm", b"iloc", b"iinf", b"iref", b"iprp", b"idat"})
_DESCRIBES: Final = frozenset({b"udes", b"crtt", b"mdft", b"uuid"})  # words, when it was made

Place = tuple[int, int, int]
"""How an item's bytes are told (0 in the file, 1 in ``idat``), and from where to where."""
_ELSEWHERE: Final = 9


def blank_items(walk: Walk, meta: Box, wanted: Ranges) -> list[Patch]:
    """Say what else is to stand in a ``meta`` box; nothing where it is of no picture.

    What the picture is drawn from is ``wanted``.
    """
    inside = {box.kind for box in boxes(walk, meta.body + 4, meta.stop)}
    within = Box(meta.kind, meta.start, meta.body + 4, meta.stop)
    if b"hdlr" not in inside:
        return []
    handler = box_at(walk, within, b"hdlr")
    if walk.at(handler.body + 8, 4) != b"pict":
        return []
    patches: list[Patch] = []
    for box in boxes(walk, within.body, within.stop):
        if box.kind not in _IN_META and box.kind != b"grpl":
            patches += freed(box)
    patches.append((handler.body + 12, Blank(handler.stop - handler.body - 12)))
    previews = _previews(walk, within) if b"iref" in inside else set()
    kinds = dict(_infos(walk, box_at(walk, within, b"iinf"), previews, patches))
    keeps = {number for number, kind in kinds.items() if kind in _DRAWS and number not in previews}
    own = box_at(walk, within, b"idat") if b"idat" in inside else None
    if not keeps:
        raise UncleanError("it has no picture")
    in_own = Ranges()
    for number, (method, start, stop) in _places(walk, box_at(walk, within, b"iloc")):
        if number in keeps and method == 0 and start < stop:
            wanted.add([(start, stop)])
        elif number in keeps and method == 1 and own is not None:
            in_own.add([(own.body + start, own.body + stop)])
        elif number in keeps:
            raise UncleanError("it does not say where its picture is")
    if own is not None:
        patches += ((a, Blank(b - a)) for a, b in in_own.others(own.body, own.stop))
    if b"iprp" in inside:
        for container in boxes(walk, (box := box_at(walk, within, b"iprp")).body, box.stop):
            if container.kind == b"ipco":
                for each in boxes(walk, container.body, container.stop):
                    if each.kind in _DESCRIBES:
                        patches += freed(each)
    return patches


def _previews(walk: Walk, meta: Box) -> set[int]:
    """Give the items that are previews of others."""
    box = box_at(walk, meta, b"iref")
    width = 4 if walk.at(box.body, 1) != b"\x00" else 2
    return {
        walk.number(each.body, width)
        for each in boxes(walk, box.body + 4, box.stop)
        if each.kind == b"thmb"
    }


def _infos(
    walk: Walk, box: Box, previews: set[int], patches: list[Patch]
) -> Iterator[tuple[int, bytes]]:
    """Give each item with its kind; of those that draw nothing, kind and words become blank."""
    counted = 2 if walk.at(box.body, 1) == b"\x00" else 4
    for info in boxes(walk, box.body + 4 + counted, box.stop):
        version = walk.at(info.body, 1)[0]
        if info.kind != b"infe" or version not in (2, 3):
            raise UncleanError("it does not say what its parts are")
        at = info.body + (6 if version == 2 else 8)
        if at + 6 > info.stop:
            raise UncleanError("it ends too early")
        number, kind = walk.number(info.body + 4, at - info.body - 4), walk.at(at + 2, 4)
        if kind not in _DRAWS or number in previews:
            patches += [(at + 2, b"free"), (at + 6, Blank(info.stop - at - 6))]
        else:
            patches.append((at + 6, Blank(info.stop - at - 6)))
        yield number, kind


def _places(walk: Walk, box: Box) -> Iterator[tuple[int, Place]]:
    """Give where each item's bytes stand (8.11.3)."""
    version, widths = walk.at(box.body, 1)[0], walk.number(box.body + 4, 2)
    if version > 2:
        raise UncleanError("it does not say where its parts are")
    of_offset, of_length, of_base = widths >> 12, widths >> 8 & 15, widths >> 4 & 15
    of_index = widths & 15 if version else 0
    wide = 4 if version == 2 else 2
    at = box.body + 6
    items, at = walk.number(at, wide), at + wide
    for _ in range(items):
        number, at = walk.number(at, wide), at + wide
        method = 0
        if version:
            method, at = walk.number(at, 2) & 15, at + 2
        elsewhere, base = walk.number(at, 2), walk.number(at + 2, of_base)
        at += 2 + of_base
        extents, at = walk.number(at, 2), at + 2
        for _ in range(extents):
            at += of_index
            start, length = walk.number(at, of_offset), walk.number(at + of_offset, of_length)
            at += of_offset + of_length
            if at > box.stop:
                raise UncleanError("it ends too early")
            where = _ELSEWHERE if elsewhere else method
            yield number, (where, base + start, base + start + length)
