"""Values of the front matter that have parts of their own: people, pictures, corrections.

Pure. Each is read in every shape that tools and editors write it in.
"""

from __future__ import annotations

import re
from typing import Final, get_args

from markwire.article.front.keys import canonical, folded
from markwire.article.front.nodes import MAX_WORD, Mapping, Node, Scalar, Sequence, excerpt
from markwire.article.front.values import Values, is_flag
from markwire.model import Correction, CorrectionKind, Person, PictureLine

_BYLINE: Final = re.compile(r"(.*?)\s*<([^<>@\s]+@[^<>@\s]+)>\Z", re.DOTALL)
# What every feed reader takes for an address; a wrong one would make the whole feed invalid.
EMAIL: Final = re.compile(r"[\w.+'-]+@(?:[a-z0-9-]+\.)+[a-z0-9-]+\Z", re.ASCII | re.IGNORECASE)
_ON_THE_WEB: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
# By the word that tools use for the file: their own first, that of themes last.
_SOURCES: Final = ("src", "path", "url", "file", "filename", "image", "feature", "overlayimage",
                   "teaser")  # fmt: skip


def people(values: Values, key: Scalar, value: Node) -> tuple[Person, ...]:
    """Read a byline: a name, several with ``;`` between them, a list, or names with details."""
    if isinstance(value, Scalar):
        names = [name.strip() for name in values.text(key, value).split(";")]
        found = [_person(values, value, name) for name in values.some(key, names)]
    elif isinstance(value, Mapping):
        found = [_person_of(values, key, value)]
    else:
        found = [
            _person_of(values, key, item)
            if isinstance(item, Mapping)
            else _person(values, item, values.text(key, item))
            for item in values.some(key, value.items)
        ]
    for person in found:
        values.cut(key, value, person.name, MAX_WORD)
    return tuple(dict.fromkeys(person for person in found if person.name))


def _person_of(values: Values, key: Scalar, value: Mapping) -> Person:
    known = {"name", "nom", "url", "uri", "website", "email"}
    parts = {
        word: values.text(part, node)
        for part, node in value
        if (word := folded(part.text)) in known
    }
    name = parts.get("name") or parts.get("nom") or ""
    if not name:
        values.say("MW236", value, key=key.text)
    url = parts.get("url") or parts.get("uri") or parts.get("website") or ""
    return Person(
        name,
        _email(values, value, parts.get("email", "")),
        values.checked_address(key, value, url),
    )


def _person(values: Values, at: Node, text: str) -> Person:
    match = _BYLINE.match(text)
    if match is None:
        return Person(text)
    return Person(match[1].strip(' "') or match[2], _email(values, at, match[2]))


def _email(values: Values, at: Node, text: str) -> str:
    if text and not EMAIL.match(text):
        values.say("MW211", at, value=excerpt(text))
        return ""
    return text


def picture(values: Values, key: Scalar, value: Node) -> PictureLine | None:
    """Read the lead picture: a file's name, or one with what belongs to it."""
    if isinstance(value, Sequence):
        return picture(values, key, value.items[0]) if value.items else None
    if isinstance(value, Scalar):
        # Themes write "image: false" for none.
        src = "" if is_flag(value) else _source(values, key, value, values.prose(key, value))
        return PictureLine(src) if src else None
    parts: dict[str, str] = {}
    for part, node in value:
        name = canonical(part.text)
        word = name if name in ("alt", "caption", "credit", "rights") else folded(part.text)
        if word in _SOURCES and isinstance(node, Mapping):
            return picture(values, part, node)
        if isinstance(node, Scalar):
            parts.setdefault(word, values.prose(part, node))
        elif word in (*_SOURCES, "alt", "caption", "credit"):
            values.say("MW205", node, key=part.text)
            return None
    src = next((parts[name] for name in _SOURCES if parts.get(name)), "")
    if not src:
        # The "header" of a theme may have no picture at all.
        # Editors' tools leave keys behind that nobody filled.
        is_meant = any(parts.values()) or not value.entries
        if is_meant and canonical(key.text) == "image" and folded(key.text) != "header":
            values.say("MW237", value, key=key.text)
        return None
    src = _source(values, key, value, src)
    if not src:
        return None
    # A licence asks to be named where the picture is shown.
    credit = ", ".join(filter(None, (parts.get("credit"), parts.get("rights"))))
    return PictureLine(src, parts.get("alt", ""), parts.get("caption", ""), credit)


def _source(values: Values, key: Scalar, at: Node, src: str) -> str:
    """Give a file's name as it is, and an address only where it is one of the web."""
    if not _ON_THE_WEB.match(src):
        return src
    return values.checked_address(key, at, f"https:{src}" if src.startswith("//") else src)


def corrections(values: Values, key: Scalar, value: Node) -> tuple[Correction, ...]:
    """Read the dated notes to readers, in the order of their dates."""
    items = value.items if isinstance(value, Sequence) else (value,)
    notes = [_correction(values, key, item) for item in values.some(key, items)]
    return tuple(sorted((note for note in notes if note), key=lambda note: note.date))


def _correction(values: Values, key: Scalar, item: Node) -> Correction | None:
    if not isinstance(item, Mapping):
        values.say("MW238", item, key=key.text)
        return None
    date, text, kind = None, "", "correction"
    said = len([each for each in values.problems if each.severity == "error"])
    for part, node in item:
        match folded(part.text):
            case "date":
                date = values.moment(part, node)
            case "text" | "texte":
                text = values.prose(part, node)
            case "kind" | "type" | "nature":
                kind = values.text(part, node) or kind
    kinds: dict[str, CorrectionKind] = {each: each for each in get_args(CorrectionKind)}
    if kind not in kinds:
        values.say("MW239", item, value=excerpt(kind), kinds=", ".join(kinds))
        return None
    if len([each for each in values.problems if each.severity == "error"]) > said:
        return None
    if date is None or not text:
        values.say("MW238", item, key=key.text)
        return None
    return Correction(date, text, kinds[kind])
