"""A file's bytes → its text, or what they are instead of UTF-8.

Pure. Only what says of itself what it is gets read: a guessed encoding publishes garbled names. A
guess is good enough to tell the editor what to look for.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from markwire.article.html import clean_text
from markwire.problems import Problem, problem

# By name; a mark of UTF-32 starts with that of UTF-16.
_MARKS: Final = (
    ("UTF-32", codecs.BOM_UTF32_LE),
    ("UTF-32", codecs.BOM_UTF32_BE),
    ("UTF-16", codecs.BOM_UTF16_LE),
    ("UTF-16", codecs.BOM_UTF16_BE),
)
_LEGACY: Final = {
    "Windows-1252": "cp1252",
    "Windows-1251": "cp1251",
    "KOI8-R": "koi8_r",
    "Mac Roman": "mac_roman",
}
_SAMPLE: Final = 200_000
_BEYOND_ASCII: Final = re.compile(b"[\x80-\xff]")
_WORD: Final = re.compile(r"\S+")
_FOREIGN: Final = re.compile(r"[^\W\d_]*[^\x00-\x7f]+(?:[^\W\d_]|[^\x00-\x7f])*")
_FREQUENT: Final = frozenset("éèêàùûçîôœâëïüöäßñáíóúãåøæşğÉÈÊÀÇÔŒÖÜÄ")
_SIGNS: Final = frozenset("«»’‘“”–—…№°§€\u00a0\u202f©")
_RUSSIAN: Final = re.compile("[а-яё]+|[А-ЯЁ][а-яё]*|[А-ЯЁ]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text with line feeds as line ends, without what XML forbids.

    ``raw`` is the text before characters were taken out of it; ``problems`` are warnings.
    """

    text: str
    raw: str
    problems: tuple[Problem, ...] = ()


def decoded(content: bytes, path: str) -> Decoded | Problem:
    """Decode UTF-8, or UTF-16 and UTF-32 that say so by their mark; else give the problem.

    Its place is the first character that is not UTF-8.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as fault:
        return _marked(content, path) or _foreign(content, path, fault.start)
    # Text without a letter beyond ASCII is UTF-8, even where each has a zero byte beside it.
    if "\x00" in text and _is_sown(content):
        return _marked(content, path) or problem("MW108", path)
    return _cleaned(text)


def restored(problems: Iterable[Problem], found: Decoded) -> list[Problem]:
    """Give problems with columns counted in the file, not in what was left of its text."""
    if found.raw is found.text:
        return list(problems)
    lines = found.raw.split("\n")
    return [
        replace(each, column=_column(lines[each.line - 1], each.column))
        if each.line <= len(lines)
        else each
        for each in problems
    ]


def _column(line: str, column: int) -> int:
    left = column - 1
    for index, letter in enumerate(line):
        if clean_text(letter):
            if left <= 0:
                return index + 1
            left -= 1
    return len(line) + 1 + left


def _cleaned(text: str, problems: tuple[Problem, ...] = ()) -> Decoded:
    raw = text.lstrip("\ufeff") if text.startswith("\ufeff") else text
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(clean_text(raw), raw, problems)


def _marked(content: bytes, path: str) -> Decoded | Problem | None:
    """Read what says by its first bytes that it is UTF-16 or UTF-32; None where nothing does."""
    for name, mark in _MARKS:
        if content.startswith(mark):
            try:
                text = content.decode(name)
            except UnicodeDecodeError:
                if name == "UTF-32":
                    continue
                return problem("MW108", path)
            return _cleaned(text, (problem("MW107", path, encoding=name),))
    return None


def _is_sown(content: bytes) -> bool:
    """Say whether zero bytes are everywhere, as they are in UTF-16."""
    return content.count(b"\x00") > max(2, len(content) // 20)


def _foreign(content: bytes, path: str, start: int) -> Problem:
    """Say what bytes are that are not UTF-8 from ``start`` on."""
    if _is_sown(content):
        return problem("MW108", path)
    line, column = _place(content[:start])
    sample = content[:_SAMPLE]
    text = sample.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= letter <= "\udcff" for letter in text)
    whole = sum(letter > "\x7f" for letter in text) - broken
    if whole > broken:
        return problem("MW109", path, line, column, byte=start + 1)
    # Windows-1252 has five bytes that mean nothing; any of them speaks against it.
    readings = {name: sample.decode(codec, "replace") for name, codec in _LEGACY.items()}
    scores = {name: _plausibility(reading) for name, reading in readings.items()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] <= 0:
        return problem("MW110", path, line, column, byte=start + 1)
    # By chance two letters can be one of UTF-8: the first of any is where to look.
    first = _BEYOND_ASCII.search(content, 3 if content.startswith(codecs.BOM_UTF8) else 0)
    start = first.start() if first else start
    line, column = _place(content[:start])
    window = content[max(0, start - 40) : start + 40].decode(_LEGACY[best], "replace")
    at = min(start, 40)
    words = (each[0] for each in _WORD.finditer(window) if each.start() <= at < each.end())
    word = clean_text(next(words, ""))[:40]
    return problem("MW101", path, line, column, encoding=best, word=word)


def _place(before: bytes) -> tuple[int, int]:
    """Give line and column of what stands behind some UTF-8 text."""
    text = before.decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _plausibility(text: str) -> int:
    """Weigh how much the words with letters beyond ASCII look like words of a language."""
    score = 0
    for found in _FOREIGN.finditer(text[:_SAMPLE]):
        word = found[0]
        letters = word.strip("".join(_SIGNS))
        score += len(word) - len(letters)
        odd = [letter for letter in letters if letter > "\x7f"]
        if _RUSSIAN.fullmatch(letters):
            # Short words are met in garbled text too.
            score += len(letters) - 1
        elif len(odd) * 2 <= len(letters) + 1 or len(letters) == 1:
            score += sum(2 if letter in _FREQUENT else -3 for letter in odd)
        else:
            score -= 3 * len(odd)
    return score
