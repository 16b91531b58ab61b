"""What a picture's title and size say: caption, credit, width and height.

Pure.
"""

from __future__ import annotations

import re

from markwire.model import Media

_MARK = (
    r"crédits?(?:[ -]photos?)?|credits?|photos?|photographies?|photographs?|фото(?: автора)?"
    r"|сурет|автор фото"
)
# These words also begin captions ("Carte : le bassin du Naryn"): a name must follow.
_KIND = (
    r"cartes?|maps?|infographies?|infographics?|illustrations?|dessins?|sources?|films?|vid[ée]os?"
    r"|карта|инфографика|иллюстрация|рисунок|источник|видео|дереккөз|бейне"
)
_CREDIT = re.compile(
    r"(?:^|(?<=[.!?…»”\"’)])[\s]+|\s+[–—|·-]\s+|\s*[(\[])"
    rf"(?P<credit>(?:(?:{_MARK})(?:\s*[:：]\s*|\s*(?=©))|(?:{_KIND})\s*[:：]\s*(?=(?-i:[A-ZÀ-ÞА-ЯЁӘҒҚҢӨҰҮҺІ©0-9])))"
    r"(?P<name>\S.*?))[)\]]?\.?\s*$",
    re.I | re.S,
)
_PIXELS = re.compile(r"\d{1,5}")
_COPYRIGHT = re.compile(
    r"(?:^|[\s(\[]+|\s+[–—|·-]\s+)(?P<credit>©\s*(?P<name>\S.*?))[)\]]?\.?\s*$", re.S
)


def split_credit(title: str) -> tuple[str, str]:
    """A picture's title as caption and credit: ``Le Naryn. Crédit : A. Sarsen``.

    The credit is the name alone. It begins at ``©``, or at a word such as ``Photo :`` at the
    start of the title or of a sentence; without one the title is all caption.
    """
    caption, _, name = split(title)
    return caption, name


def split(title: str) -> tuple[str, str, str]:
    """Give the caption, the credit as written, and the name in it."""
    for pattern in (_CREDIT, _COPYRIGHT):
        if found := pattern.search(title):
            name = found["name"].removeprefix("©").strip()
            return title[: found.start()].strip(), found["credit"].strip(), name
    return title.strip(), "", ""


def measure(attributes: dict[str, str], media: Media) -> None:
    """Fill in the width and height that the file's own proportions give."""
    if not (media.width and media.height):
        return
    width, height = attributes.get("width", ""), attributes.get("height", "")
    if not width and not height:
        attributes["width"], attributes["height"] = str(media.width), str(media.height)
    elif _PIXELS.fullmatch(width) and not height:
        attributes["height"] = str(max(1, round(int(width) * media.height / media.width)))
    elif _PIXELS.fullmatch(height) and not width:
        attributes["width"] = str(max(1, round(int(height) * media.width / media.height)))
