"""What writers expect beyond CommonMark, whatever their editor: tables, tasks, notes, bare URLs.

Pure. Rules take a match and the parser's state; ``markdown`` registers them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final, cast

from markwire.article.syntax import BlockState, InlineState, Token

# --- tables (GFM 0.29 section 4.10) ------------------------------------------------------

TABLE: Final = (
    r"^ {0,3}(?=\S)(?=[^\n|]*+\|)[^\n]+\n"
    r" {0,3}(?=[^\n]*[|:])\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*(?:\n|\Z)"
)
_CELL_END = re.compile(r"(?<!\\)\|")
_OTHER_BLOCK = re.compile(
    r" {0,3}(?:>|#{1,6}(?:[ \t]|$)|`{3}|~{3}|(?:[-*+]|\d{1,9}[.)])[ \t]|</?[a-z]|%%"
    r"|(?:[-*_][ \t]*){3,}$)",
    re.I,
)


def parse_table(parser: object, match: re.Match[str], state: BlockState) -> int | None:
    """A table: rows may be shorter or longer than its head, which counts."""
    head, rule = match[0].rstrip("\n").split("\n")
    aligns = [_align(cell) for cell in _cells(rule)]
    if len(aligns) != len(_cells(head)):
        return None
    rows: list[Token] = []
    position = match.end()
    while position < state.cursor_max:
        line = state.get_line(position)
        if not line.strip() or _OTHER_BLOCK.match(line):
            break
        rows.append(_row(line, aligns, head=False))
        position += len(line)
    children: list[Token] = [{"type": "table_head", "children": [_row(head, aligns, head=True)]}]
    if rows:
        children.append({"type": "table_body", "children": rows})
    state.append_token({"type": "table", "children": children})
    return position


def _cells(line: str) -> list[str]:
    line = line.strip()
    line = line.removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(line)]


def _align(cell: str) -> str:
    left, right = cell.startswith(":"), cell.endswith(":")
    return "center" if left and right else "left" if left else "right" if right else ""


def _row(line: str, aligns: list[str], *, head: bool) -> Token:
    cells = _cells(line)[: len(aligns)]
    cells += [""] * (len(aligns) - len(cells))
    return {
        "type": "table_row",
        "children": [
            {"type": "table_cell", "text": text, "attrs": {"align": align, "head": head}}
            for text, align in zip(cells, aligns, strict=True)
        ],
    }


# --- tasks (GFM 0.29 section 5.3) --------------------------------------------------------

_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


def tick(item: Token) -> None:
    """Show a task's box as a character: feeds carry no form fields."""
    first = item["children"][0] if item["children"] else None
    if first and first["type"] in ("paragraph", "block_text") and "text" in first:
        text = first["text"].lstrip()
        if box := _TASK.match(text):
            first["text"] = ("☐ " if box[1] == " " else "☑ ") + text[box.end() :]


# --- bare URLs ---------------------------------------------------------------------------

_IN_URL: Final = r"[^\s<>\[\]\"“”„«»`|\\^{}]"
# What is longer than any browser takes is text: it would be gone through for each of its ends.
BARE_URL: Final = rf"(?<![A-Za-z0-9])https?://{_IN_URL}{{1,4096}}+(?!{_IN_URL})"
_AFTER_URL: Final = "?!.,:;*_~'’…"
_ENTITY = re.compile(r"&[A-Za-z0-9]+;$")


def parse_bare_url(parser: object, match: re.Match[str], state: InlineState) -> int | None:
    """A URL in running text, without the punctuation of its sentence (GFM section 6.9)."""
    url = match[0]
    unmatched = url.count(")") - url.count("(")
    while True:
        if url[-1] == ";" and (ended := _ENTITY.search(url, max(0, len(url) - 40))):
            url = url[: ended.start()]
        elif url[-1] in _AFTER_URL:
            url = url[:-1]
        elif url[-1] == ")" and unmatched > 0:
            url, unmatched = url[:-1], unmatched - 1
        else:
            break
    if url.endswith("/") and len(url) <= len("https://"):
        return None
    end = match.start() + len(url)
    if state.in_link:
        state.append_token({"type": "text", "raw": url})
        return end
    token: Token = {
        "type": "link",
        "children": [{"type": "text", "raw": url}],
        "attrs": {"url": unescape(url) if "&" in url and ";" in url else url},
    }
    token["_autolink"] = url
    state.append_token(token)
    return end


# --- footnotes ---------------------------------------------------------------------------

NOTE: Final = r"^ {0,3}\[\^(?P<note_label>[^\]\[\s\\]{1,200})\]:[ \t]*"
NOTE_REFERENCE: Final = r"\[\^(?P<cited_label>[^\]\[\s\\]{1,200})\]"
INLINE_NOTE: Final = r"\^\[(?P<note_text>(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\])+)\]"

_WORDS: Final = {
    "": ("Note", "Back to the text"),
    "fr": ("Note", "Retour au texte"),
    "kk": ("Ескерту", "Мәтінге оралу"),
    "ru": ("Примечание", "Назад к тексту"),
}


@dataclass(slots=True)
class Notes:
    """The notes of one article: what they say, their numbers, and how often each is cited."""

    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    cited: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def cite(self, key: str) -> Token:
        """Count a citation and give its token."""
        if key not in self.numbers:
            self.cited.append(key)
            self.counts.append(0)
            self.numbers[key] = len(self.cited)
        index = self.numbers[key]
        self.counts[index - 1] += 1
        return {"type": "note", "attrs": {"index": index, "count": self.counts[index - 1]}}


def notes_of(env: MutableMapping[str, object]) -> Notes:
    """The notes that belong to the text being converted."""
    return cast("Notes", env.setdefault("notes", Notes()))


def parse_note(parser: object, match: re.Match[str], state: BlockState) -> int | None:
    """``[^1]: a note``, with the lines that continue it and the indented ones below."""
    line_end = state.src.find("\n", match.end())
    position = line_end + 1 if line_end >= 0 else state.cursor_max
    lines = [state.src[match.end() : position]]
    indent = 0
    while position < state.cursor_max:
        line = state.get_line(position)
        own_indent = len(line) - len(line.lstrip(" \t"))
        if not line.strip():
            lines.append("\n")
        elif own_indent >= 2:
            indent = indent or min(own_indent, 4)
            lines.append(line.expandtabs(4)[min(len(line) - len(line.lstrip()), indent) :])
        elif lines[-1] == "\n" or _OTHER_BLOCK.match(line) or line.startswith(("[^", ": ")):
            break
        else:
            lines.append(line)
        position += len(line)
    notes_of(state.env).texts.setdefault(_label(match["note_label"]), "".join(lines))
    return position


def parse_note_reference(parser: object, match: re.Match[str], state: InlineState) -> int | None:
    """``[^1]``, where there is such a note."""
    notes = notes_of(state.env)
    key = _label(match["cited_label"])
    if key not in notes.texts:
        return None
    state.append_token(notes.cite(key))
    return match.end()


def parse_inline_note(parser: object, match: re.Match[str], state: InlineState) -> int | None:
    """``^[a note in its place]``."""
    notes = notes_of(state.env)
    key = f"[{len(notes.texts)}"  # no label may hold a bracket
    notes.texts[key] = match["note_text"]
    state.append_token(notes.cite(key))
    return match.end()


def _label(written: str) -> str:
    return written.casefold()


def note_reference(index: int, count: int, *, permalink: str, prefix: str, language: str) -> str:
    """The number in the text that leads to a note.

    ``a.footnote`` in a ``sup`` is what NetNewsWire, and the scripts that other readers use, show
    as a popover; the address is whole, for a reader's page is not the article's.
    """
    url = f"{permalink}#fn-{prefix}-{index}"
    word = _words(language)[0]
    return (
        f'<sup id="{_back(prefix, index, count)}">'
        f'<a class="footnote" href="{escape(url)}" title="{word} {index}">{index}</a></sup>'
    )


def notes_section(
    env: MutableMapping[str, object],
    *,
    convert: Callable[[str, bool], str],
    permalink: str,
    prefix: str,
    language: str,
) -> str:
    """The notes that were cited, below a rule, in the order of their numbers.

    ``convert`` makes HTML of a note's Markdown, told whether it stood in a line; it may cite more.
    """
    notes = env.get("notes")
    if not isinstance(notes, Notes) or not notes.cited:
        return ""
    bodies: list[str] = []
    while len(bodies) < len(notes.cited):
        key = notes.cited[len(bodies)]
        bodies.append(convert(notes.texts[key], key.startswith("[")))
    items = []
    for index, (note, count) in enumerate(zip(bodies, notes.counts, strict=True), start=1):
        back = _back_links(index, count, permalink=permalink, prefix=prefix, language=language)
        text, paragraph, rest = note.rstrip().rpartition("</p>")
        last = f" {back}</p>" if paragraph and not rest else f"{rest}\n<p>{back}</p>"
        body = text + ("" if last[0] == " " else paragraph) + last
        items.append(f'<li id="fn-{prefix}-{index}">{body}</li>\n')
    return f'<div class="footnotes">\n<hr>\n<ol>\n{"".join(items)}</ol>\n</div>\n'


def _back_links(index: int, count: int, *, permalink: str, prefix: str, language: str) -> str:
    label = _words(language)[1]
    links = []
    for time in range(1, count + 1):
        url = f"{permalink}#{_back(prefix, index, time)}"
        number = f"<sup>{time}</sup>" if count > 1 else ""
        links.append(
            # U+FE0E: an arrow, not its picture.
            f'<a class="reversefootnote" href="{escape(url)}" title="{label}">↩\ufe0e{number}</a>'
        )
    return " ".join(links)


def _back(prefix: str, index: int, count: int) -> str:
    return f"fnref-{prefix}-{index}" + (f"-{count}" if count > 1 else "")


def _words(language: str) -> tuple[str, str]:
    return _WORDS.get(language.partition("-")[0].lower(), _WORDS[""])


def walk(tokens: Iterable[Token]) -> Iterable[Token]:
    """Every token, a parent before its children."""
    for token in tokens:
        yield token
        if "children" in token:
            yield from walk(token["children"])
