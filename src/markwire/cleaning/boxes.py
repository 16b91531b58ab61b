"""ISO base media files (MP4, M4A, AVIF): boxes that play or show, each where it was. Pure.

ISO/IEC 14496-12. Whatever is not known to be needed becomes a ``free`` box of the same length, and
what neither a track nor an item refers to becomes blank: offsets hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markwire.cleaning.items import blank_items
from markwire.cleaning.samples import Ranges, sample_ranges
from markwire.cleaning.tree import Box, Patch, box_at, boxes, freed
from markwire.cleaning.walk import Blank, Piece, UncleanError, Walk, overlaid

_TOP: Final = frozenset({b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"ssix", b"mfra"})
# What may stand in a box that is gone into; a box that is not named here becomes free.
_INSIDE: Final = {
    b"moov": frozenset({b"mvhd", b"trak", b"mvex", b"iods"}),
    b"trak": frozenset({b"tkhd", b"tref", b"edts", b"mdia", b"tapt"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf", b"elng"}),
    b"minf": frozenset(
        {b"vmhd", b"smhd", b"nmhd", b"sthd", b"gmhd", b"hdlr", b"dinf", b"stbl"},
    ),
    b"stbl": frozenset(
        {b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64"}
        | {b"stss", b"stsh", b"stdp", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio"},
    ),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset(
        {b"tfhd", b"tfdt", b"trun", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio"},
    ),
    b"dinf": frozenset({b"dref"}),
    b"tref": frozenset({b"chap", b"auxl", b"vdep", b"sbtl", b"subt", b"folw", b"forc"}),
}
# What is heard, seen or read while it plays; other tracks tell places, times and devices.
_PLAYS: Final = frozenset({b"vide", b"soun", b"text", b"sbtl", b"subt", b"clcp", b"auxv", b"pict"})
_TIMED: Final = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_ENTRY: Final = 86  # bytes of a description of pictures, before the boxes in it
_COMPRESSOR: Final = 50  # where, in these, the name of the maker stands
_NOT_IN_ENTRY: Final = frozenset({b"uuid", b"udta", b"meta", b"free", b"skip"})
_SELF: Final = 12  # bytes of a reference to the file itself


def clean(walk: Walk) -> Iterator[Piece]:
    """Give what is published of an MP4, M4A or AVIF file."""
    cleaner = _Cleaner(walk)
    cleaner.clean()
    yield from overlaid(walk.size, cleaner.patches)


class _Cleaner:
    """One look at one file; ``patches`` are the bytes that are others when it is published."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self.patches: list[Patch] = []
        self._wanted = Ranges()
        self._media: list[Box] = []
        self._tracks = 0
        self._has_odd_track = False
        self._has_items = False
        self._is_fragmented = False

    def clean(self) -> None:
        for box in boxes(self._walk, 0, self._walk.size):
            if box.kind == b"mdat":
                self._media.append(box)
            elif box.kind == b"moov":
                self._go_into(box)
            elif box.kind == b"moof":
                self._is_fragmented = True
                self._go_into(box)
            elif box.kind == b"meta" and (found := blank_items(self._walk, box, self._wanted)):
                self._has_items = True
                self.patches += found
            elif box.kind not in _TOP:
                self.patches += freed(box)
        if not self._tracks and not self._has_items:
            raise UncleanError("it has neither sound nor picture")
        if self._is_fragmented:
            if self._has_odd_track:
                raise UncleanError("it has a track that is neither sound nor picture")
            return
        for box in self._media:
            for start, stop in self._wanted.others(box.body, box.stop):
                self.patches.append((start, Blank(stop - start)))

    def _go_into(self, parent: Box) -> None:
        for box in boxes(self._walk, parent.body, parent.stop):
            if box.kind not in _INSIDE[parent.kind]:
                self.patches += freed(box)
            elif box.kind == b"trak":
                self._track(box)
            elif box.kind in _INSIDE:
                self._go_into(box)
            else:
                self._leaf(box)

    def _track(self, track: Box) -> None:
        """Keep a track that plays; free one of any other kind."""
        walk = self._walk
        media = box_at(walk, track, b"mdia")
        handler = walk.at(box_at(walk, media, b"hdlr").body + 8, 4)
        if handler not in _PLAYS:
            self._has_odd_track = True
            self.patches += freed(track)
            return
        self._tracks += 1
        table = box_at(walk, box_at(walk, media, b"minf"), b"stbl")
        self._wanted.add(sample_ranges(walk, table))
        if handler in (b"vide", b"pict", b"auxv"):
            self._describe(box_at(walk, table, b"stsd"))
        self._go_into(track)

    def _describe(self, description: Box) -> None:
        """Take the maker's name out of what describes pictures, and boxes of his own."""
        for entry in boxes(self._walk, description.body + 8, description.stop):
            if entry.stop - entry.start < _ENTRY:
                raise UncleanError("it does not say what its pictures are")
            self.patches.append((entry.start + _COMPRESSOR, Blank(32)))
            # Some writers end it with four bytes of zero.
            if self._walk.at(entry.stop - 4, 4) != bytes(4):
                for box in boxes(self._walk, entry.start + _ENTRY, entry.stop):
                    if box.kind in _NOT_IN_ENTRY:
                        self.patches += freed(box)

    def _leaf(self, box: Box) -> None:
        if box.kind in _TIMED:
            # When it was made and changed, in 32 bits or in 64.
            width = 16 if self._walk.at(box.body, 1) == b"\x01" else 8
            if box.stop - box.body < 4 + width:
                raise UncleanError("it ends too early")
            self.patches.append((box.body + 4, Blank(width)))
        elif box.kind == b"hdlr":
            if box.stop - box.body < 24:
                raise UncleanError("it ends too early")
            self.patches.append((box.body + 12, Blank(box.stop - box.body - 12)))
        elif box.kind == b"dref":
            for reference in boxes(self._walk, box.body + 8, box.stop):
                if not self._walk.at(reference.body, 4)[3] & 1:
                    raise UncleanError("its sound or picture is in another file")
                if reference.stop - reference.start > _SELF:
                    self.patches.append(
                        (reference.body + 4, Blank(reference.stop - reference.body - 4))
                    )
