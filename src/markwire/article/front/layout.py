"""What the place of a file says of its article: name, date, language, section, being a draft.

Pure. Front matter always says it better; this is for what it leaves open, in the layouts of
Jekyll, Hugo, Zola, Eleventy, Astro, Hexo and Obsidian.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from markwire.article.front.values import language_code

_DATED: Final = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:[-_ ]+(.+))?\Z", re.ASCII)
_YEAR: Final = re.compile(r"(?:19|20)\d\d\Z", re.ASCII)
_MONTH: Final = re.compile(r"(?:0?[1-9]|1[0-2])\Z", re.ASCII)
_DAY: Final = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\Z", re.ASCII)
_PERIOD: Final = re.compile(r"(?:19|20)\d\d-(?:0?[1-9]|1[0-2])\Z", re.ASCII)
_LANGUAGE: Final = re.compile(r"([a-z]{2})(?:[-_](?:[A-Z]{2}|[a-z]{2}|[A-Z]?[a-z]{3}))?\Z")
# As a folder and before a suffix: of those in which newsrooms write, and that mean nothing else.
_LANGUAGES: Final = frozenset(
    """
    ar az bg bn cs da de el en es et fa fi fr he hi hr hu hy it ja ka kk ko ky lt lv mn nl pl ps
    pt ro ru sk sl sq sr sv tg th tk tr ur uz vi zh
    """.split()
)
# Before a suffix no country can be meant.
_BEFORE_SUFFIX: Final = _LANGUAGES | {"uk", "be", "ca", "id", "nb", "no"}
# They hold everything, and say nothing of it.
_PLAIN: Final = frozenset(
    """
    _articles _drafts _posts article articles blog brouillons content contents draft drafts post
    posts source src
    """.split()
)
_DRAFTS: Final = frozenset(("_drafts", "drafts", "brouillons"))


@dataclass(frozen=True, slots=True)
class Layout:
    """What a path says; empty where it says nothing.

    ``date`` is as ``dates`` reads it. ``section`` is the name of the folder ``folder``, which is
    a path. ``is_jekyll`` says that spaces part tags there.
    """

    name: str
    date: str = ""
    language: str = ""
    section: str = ""
    folder: str = ""
    is_draft: bool = False
    is_jekyll: bool = False


def layout(path: str) -> Layout:
    """Say what the place of a file, relative to the content folder, tells of its article.

    ``2026-05-01-word.md``, ``2026/05/01/word.md``, ``word/index.md``, ``word.fr.md``,
    ``fr/word.md``, ``section/word.md``, ``_drafts/word.md``, and what can be made of these.
    """
    folder, file_name = posixpath.split(unicodedata.normalize("NFC", path))
    stem, language = _without_language(posixpath.splitext(file_name)[0])
    # A bundle, as Hugo and Obsidian users keep it: the folder bears the name.
    if stem.casefold() == "index" and folder:
        folder, stem = posixpath.split(folder)
    above = _folders(folder)
    dated = _DATED.match(stem)
    date, name = (dated[1], dated[2] or stem) if dated else ("", stem)
    return Layout(
        name=name,
        date=date or above.date,
        language=language or above.language,
        section=above.section,
        folder=above.folder,
        is_draft=above.is_draft,
        is_jekyll=above.is_jekyll,
    )


def _without_language(stem: str) -> tuple[str, str]:
    word, dot, code = stem.rpartition(".")
    if dot and word and (found := _LANGUAGE.match(code)) and found[1] in _BEFORE_SUFFIX:
        return word, language_code(code)
    return stem, ""


@lru_cache(maxsize=4096)  # An archive has thousands of articles in a folder.
def _folders(folder: str) -> Layout:
    """Say what the folders above a file tell."""
    parts = folder.split("/") if folder else []
    language, section, place, date = "", "", "", ""
    is_first = True
    for index, part in enumerate(parts):
        if part.casefold() in _PLAIN:
            continue
        code = _LANGUAGE.match(part)
        if is_first and code and code[1] in _LANGUAGES:
            language, is_first = language_code(part), False
            continue
        is_first = False
        if _YEAR.match(part):
            date = date or _date(parts[index : index + 3])
        elif dated := _DATED.match(part):
            date = dated[1]
        elif not section and not _PERIOD.match(part) and not _is_in_year(parts, index):
            section, place = part, "/".join(parts[: index + 1])
    words = {part.casefold() for part in parts}
    return Layout(
        name="",
        date=date,
        language=language,
        section=section,
        folder=place,
        is_draft=bool(words & _DRAFTS),
        is_jekyll="_posts" in words,
    )


def _date(parts: list[str]) -> str:
    """Give the date of ``2026/05/01``; a month alone is none."""
    if len(parts) == 3 and _MONTH.match(parts[1]) and _DAY.match(parts[2]):
        return "-".join(parts)
    return ""


def _is_in_year(parts: list[str], index: int) -> bool:
    """Say whether a folder is the month or the day of the years above it."""
    if index and _YEAR.match(parts[index - 1]):
        return _MONTH.match(parts[index]) is not None
    if index < 2 or not _YEAR.match(parts[index - 2]):
        return False
    return bool(_MONTH.match(parts[index - 1]) and _DAY.match(parts[index]))
