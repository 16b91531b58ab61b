"""PDF: whether it tells who made it. Pure.

ISO 32000-2, 14.3. Nothing is taken out: what a PDF tells of its makers stands in objects that may
be compressed, encrypted or of an older revision, in its pictures and in its text, and no small
walk finds all of it. So it is said to the editor, who can print it anew.
"""

from __future__ import annotations

import re
from typing import Final

from markwire.cleaning.walk import UncleanError, Walk

_LONGEST: Final = 64  # bytes of what is looked for, which may lie across two blocks
_TELLS: Final = re.compile(
    rb"/(?:Author|Creator|Producer|Title|Subject|Keywords)\s*(?:\((?!\))|<\s*[0-9A-Fa-f]|\d+\s+\d+\s+R)"
    rb"|/(?:Metadata|Info|Encrypt|ObjStm|EmbeddedFiles?|PieceInfo)\b"
    rb"|<x:xmpmeta|<\?xpacket|Exif\x00\x00|Photoshop 3\.0"
)


def tells(walk: Walk) -> bool:
    """Say whether a PDF has, or may have, words about who made it, where and with what.

    Raises UncleanError for what is no whole PDF.
    """
    if b"%PDF-" not in walk.block(0)[:1024]:
        raise UncleanError("it is no PDF")
    offset = 0
    while offset < walk.size:
        block = walk.block(offset)
        if _TELLS.search(block):
            return True
        offset += max(len(block) - _LONGEST, 1) if offset + len(block) < walk.size else len(block)
    return False
