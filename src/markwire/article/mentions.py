"""Which local names an article may show or link, and which files of the folder they mean.

Pure. The scan runs before conversion and does not parse Markdown: it finds every name that
conversion could ask for, and some that it will not (inside code, for one).
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final, Literal
from urllib.parse import quote, unquote

from markwire.article.html import MORE, clean_text
from markwire.article.tags.scanner import GHOST
from markwire.article.tags.translation import translate
from markwire.article.urls import srcset

Kind = Literal["picture", "sound", "film", "paper", "article", ""]

_EXTENSIONS: Final[dict[Kind, str]] = {
    "picture": "png jpg jpeg gif webp avif svg bmp tif tiff heic",
    "sound": "mp3 m4a ogg oga opus wav flac aac",
    "film": "mp4 m4v webm mov ogv",
    "paper": "pdf csv tsv xls xlsx ods doc docx odt ppt pptx odp epub zip geojson kml gpx",
    "article": "md markdown mdown txt",
}
_KINDS: Final[dict[str, Kind]] = {
    extension: kind for kind, listed in _EXTENSIONS.items() for extension in listed.split()
}


MAX_NAME: Final = 500


@dataclass(frozen=True, slots=True)
class Mention:
    """One local name, and where the text first mentions it; both count from 1."""

    name: str
    line: int
    column: int


def kind_of(name: str) -> Kind:
    """What the last extension of ``name`` promises, empty where it promises nothing we know."""
    _, dot, extension = name.rpartition(".")
    return _KINDS.get(extension.lower(), "") if dot else ""


# --- names -------------------------------------------------------------------------------

_NOT_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\|[?#]")
_BLANKS: Final = " \t\n\r\f"  # a no-break space is part of a name
_WITH_HOST = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//")
_NOT_NAMED = re.compile('[\x00-\x1f\x7f<>"]')
_DOT_OR_EMPTY = re.compile(r"(?:(?<=/)|^)(?:\./+)+|(?<=/)/+")


def normal(reference: str) -> str:
    """The local name that a reference means, empty where it means none of ours.

    Both :func:`mentions` and the converter look names up in this spelling: without query and
    fragment, percent-decoded, NFC, with ``/`` and without ``./``. A leading ``/`` and ``..`` stay.
    """
    reference = reference.strip(_BLANKS)
    if reference.startswith(GHOST):
        reference = reference.removeprefix(GHOST)
    if not reference or _NOT_LOCAL.match(reference):
        return ""
    name = reference.partition("#")[0].partition("?")[0]
    if "%" in name:
        name = unquote(name)
    if not name.isascii():
        name = unicodedata.normalize("NFC", name)
    name = _DOT_OR_EMPTY.sub("", name.replace("\\", "/")).strip(_BLANKS)
    return "" if len(name) > MAX_NAME or _NOT_NAMED.search(name) else name


def fragment(reference: str) -> str:
    """The part of a reference below ``#``, decoded; empty where it has none."""
    return unquote(reference.partition("#")[2])


def as_reference(name: str) -> str:
    """A file's name as a URL reference: ``#``, ``?`` and ``:`` in it mean themselves."""
    return quote(name, safe="/!$'*+,;=@~")


@dataclass(frozen=True, slots=True)
class WikiLink:
    """``[[name#heading|label|label]]`` taken apart; ``reference`` is a URL reference."""

    reference: str
    heading: str
    labels: tuple[str, ...]


def wiki_link(inside: str) -> WikiLink:
    """What Obsidian means by the text between ``[[`` and ``]]``.

    In a table the bar has a backslash before it. A block's ``#^id`` leads to its note.
    """
    target, *labels = (part.strip() for part in inside.split("|"))
    name, _, heading = target.rstrip("\\").partition("#")
    heading = heading.rpartition("#")[2].strip()
    return WikiLink(
        as_reference(name.strip()),
        "" if heading.startswith("^") else heading,
        tuple(label.rstrip("\\") for label in labels),
    )


# --- the scan ----------------------------------------------------------------------------

WIKI = r"\[\[([^\[\]<>\n]+)\]\]"
# iA Writer's content block: a path that starts with "/", alone on its line, and a title.
BLOCK = (
    r" {0,3}(/[^\n\t<>\"]*?\.[A-Za-z0-9]{1,9})"
    r"(?:[ \t]+(\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$"
)
_INSIDE = r"(?:[^()<>\n\\\"]|\\.|\([^()<>\n\"]*\))"
# [text](my file.png "title"): no CommonMark link, for its destination holds spaces.
SPACED: Final = re.compile(
    r"\]\([ \t]*(?=[^\s<>()])(" + _INSIDE + rf"{{0,{MAX_NAME}}}?)"
    r"((?<=[ \t])(?:\"[^\"\n]*\"|'[^'\n]*')[ \t]*)?\)"
)
# Patterns that begin with one character are searched fast; those of two or more are not.
# What is on the web, as most of it is, is no local name however it is unescaped.
_BRACKET: Final = re.compile(r"\](?:\((?!https?://)|:(?![ \t]*https?://))")
_ATTRIBUTE: Final = re.compile(r"\b(src|href|poster|srcset)\s*\Z", re.I)
_PATH_LINE: Final = re.compile(r"\n(?:[ \t>*+.):\d-]++|\[\^[^\]\[\s\\]{1,200}\]:)*+(?=/[^\n]*\.)")
_WIKI: Final = re.compile(WIKI)
_BLOCK: Final = re.compile(BLOCK, re.M)
_NOTE_LABEL: Final = re.compile(r"\[\^[^\]\[\s\\]{1,200}\Z")
_BREAK: Final = re.compile(r"[ \t]*(?:\n[ \t>]*)?")
_RUN: Final = re.compile(r"[^ \t\n\r\f]{1,6000}")
_MAX_BRACKETS: Final = 32
_VALUE: Final = re.compile(r"""\s*(?:"([^"]{0,20000})"|'([^']{0,20000})'|([^\s>]{1,6000}))""")
_ANGLE: Final = re.compile(r"<((?:[^<>\n\\]|\\.)*)>")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_REFERENCE: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]+|[^\t\n\f <&#;]{1,32});")


def mentions(text: str, *, first_line: int = 1) -> tuple[Mention, ...]:
    """Every local name that converting ``text`` could look up, in order, each once.

    ``first_line`` is the line of the file on which ``text`` starts.
    """
    text = readable(text)
    found: dict[str, int] = {}
    references = [*_references(text)]
    if (translation := translate(text)).places:
        references += ((each, translation.origin(at)) for each, at in _references(translation.text))
        # What looks like the address that a tag stands in may begin in code.
        for said, at in translation.apart:
            references += ((each, at) for each, _ in _references(said))
    for reference, position in sorted(references, key=lambda each: each[1]):
        if name := normal(reference):
            found.setdefault(name, position)
    if not found:
        return ()
    starts = [0, *(newline.end() for newline in re.finditer("\n", text))]
    places = []
    for name, position in found.items():
        line = bisect_right(starts, position)
        places.append(Mention(name, first_line + line - 1, position - starts[line - 1] + 1))
    return tuple(places)


def _references(text: str) -> Iterator[tuple[str, int]]:
    yield from _wiki(text)
    yield from _bracketed(text)
    yield from _in_html(text)
    yield from _content_blocks(text)


def readable(text: str) -> str:
    """``text`` as both the scan and the converter read it."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if MORE in text:
        text = text.replace(MORE, "")
    return clean_text(text)


def _wiki(text: str) -> Iterator[tuple[str, int]]:
    start = text.find("[[")
    while start >= 0:
        if wiki := _WIKI.match(text, start):
            yield wiki_link(wiki[1]).reference, start - text.startswith("![", start - 1)
        start = text.find("[[", start + 1)


def _bracketed(text: str) -> Iterator[tuple[str, int]]:
    for trigger in _BRACKET.finditer(text):
        word, start, end = trigger[0], trigger.start(), trigger.end()
        if word == "](":
            bracket = max(text.rfind("[", max(0, start - 300), start), 0)
            opening = bracket - text.startswith("![", bracket - 1)
            yield from _spellings(_destination(text, end), opening)
            spaced = SPACED.match(text, start)
            if spaced and " " in spaced[1]:
                yield spaced_reference(spaced[1]), opening
        elif not _NOTE_LABEL.search(text, max(0, start - 202), start):
            yield from _spellings(_destination(text, end), start)


def _in_html(text: str) -> Iterator[tuple[str, int]]:
    equals = text.find("=") if "<" in text else -1
    while equals >= 0:
        name = _ATTRIBUTE.search(text, max(0, equals - 40), equals)
        if name and (value := _VALUE.match(text, equals + 1)):
            written = value[1] or value[2] or value[3] or ""
            for spelling, start in _spellings(written, name.start()):
                if name[1].lower() == "srcset":
                    yield from ((url, start) for url, _ in srcset(spelling))
                else:
                    yield spelling, start
        equals = text.find("=", equals + 1)


def _content_blocks(text: str) -> Iterator[tuple[str, int]]:
    text = "\n" + text  # Every line is behind a line feed, which is searched fast.
    for line in _PATH_LINE.finditer(text):
        if block := _BLOCK.match(text, line.end()):
            yield as_reference(block[1].strip()), line.end() - 1


def spaced_reference(destination: str) -> str:
    """A destination with spaces as a URL reference: it may have a fragment."""
    if _WITH_HOST.match(destination):
        return quote(unquote(_ESCAPED.sub(r"\1", destination).strip()), safe="/:?#@!$&'*+,;=~%")
    path, hash_, part = _ESCAPED.sub(r"\1", destination).strip().partition("#")
    return as_reference(unquote(path)) + hash_ + as_reference(unquote(part))


def _destination(text: str, start: int) -> str:
    """The link destination at ``start`` (CommonMark 0.31.2 section 6.3), nearly."""
    if broken := _BREAK.match(text, start):
        start = broken.end()
    if angle := _ANGLE.match(text, start):
        return angle[1]
    run = _RUN.match(text, start)
    written = run[0] if run else ""
    if "(" not in written and ")" not in written:
        return written
    depth, end = 0, 0
    while end < len(written) and depth <= _MAX_BRACKETS:
        character = written[end]
        if character == "\\" and _ESCAPED.match(written, end):
            end += 1
        elif character == "(":
            depth += 1
        elif character == ")":
            if not depth:
                break
            depth -= 1
        end += 1
    return written[:end]


def _spellings(written: str, start: int) -> Iterator[tuple[str, int]]:
    """What ``written`` may stand for: Markdown and HTML unescape by rules of their own."""
    spellings = {written: None}
    if "\\" in written:
        spellings[_ESCAPED.sub(r"\1", written)] = None
    for spelling in tuple(spellings):
        if "&" in spelling:
            spellings[_REFERENCE.sub(lambda found: unescape(found[0]), spelling)] = None
            spellings[unescape(spelling)] = None
    return ((spelling, start) for spelling in spellings)


# --- what names mean ---------------------------------------------------------------------


def resolve(name: str, *, at: str, candidates: Iterable[str]) -> str | None:
    """Which file ``name`` means in the article at ``at``, or None.

    ``candidates`` are all paths of the content folder that share the last component of the name,
    whatever its case, with or without ``.md`` and a language, a bundle (``name/index.md``) by that
    of its folder; only they can be the answer. A name is taken as
    relative to the article's folder, then to the content folder, then as Obsidian does: the file
    so called, and of several the one nearest to the article (then by alphabet). A name that
    leads out of the content folder means nothing.
    """
    by_key: dict[str, list[str]] = {}
    for candidate in sorted(candidates):
        by_key.setdefault(_key(candidate), []).append(candidate)
    folder = posixpath.dirname(at)
    asked = name.lstrip("/")
    if not asked or not by_key:
        return None
    here = posixpath.normpath(posixpath.join(folder, asked))
    above = posixpath.normpath(asked)
    if _leaves(above) and _leaves(here):
        return None
    language = _language(at)
    for target in (above, here) if name.startswith("/") else (here, above):
        if not _leaves(target) and (path := _named(target, by_key, language)):
            return path
    tail = re.sub(r"^(?:\.\./)+", "", above)
    if _leaves(tail) or _leaves(here):
        return None
    return _nearest(tail, folder, by_key, language)


def _language(path: str) -> str:
    """The language in a file's name, as Hugo and Zola have it: ``x.fr.md``; else nothing."""
    found = re.search(r"[^/](\.[a-z]{2}(?:-[A-Za-z]{2,4})?)\.(?:md|markdown)\Z", path)
    return found[1] if found else ""


def _files(target: str, language: str) -> Iterator[str]:
    """The files that ``target`` may mean, likeliest first: bundles and translations too."""
    yield target
    yield target + ".md"
    stem = target.removesuffix(".md")
    if language:
        yield f"{stem}{language}.md"
    yield f"{stem}/index.md"
    if language:
        yield f"{stem}/index{language}.md"


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _leaves(path: str) -> bool:
    return path in ("", ".", "..") or path.startswith("../")


def _named(target: str, by_key: dict[str, list[str]], language: str) -> str | None:
    for wanted in _files(target, language):
        paths = by_key.get(_key(wanted))
        if paths:
            return wanted if wanted in paths else paths[0]
    return None


def _nearest(tail: str, folder: str, by_key: dict[str, list[str]], language: str) -> str | None:
    for end in map(_key, _files(tail, language)):
        near = [
            path
            for key, paths in by_key.items()
            if key == end or key.endswith("/" + end)
            for path in paths
        ]
        if near:
            return min(near, key=lambda path: (_steps(folder, path), path))
    return None


def _steps(folder: str, path: str) -> int:
    """How many folders lie between ``folder`` and the file, up and down."""
    return posixpath.relpath("/" + path, "/" + folder).count("/")
