"""Tags whose inside is not to be read as tags: code, text that is meant as it is, comments.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Final

from markwire.article.tags.meanings import NOTHING, Meaning, picture, plainly
from markwire.article.tags.scanner import Tag


def ends_verbatim(tag: Tag) -> re.Pattern[str] | None:
    """What ends a tag whose inside is not to be read, None where it is no such tag."""
    if tag.closes or tag.alone:
        return None
    if tag.family == "attributes":
        return _END_OF_COMMENT if tag.name == "comment" else None
    if tag.family == "shortcode" and tag.name.lower() == "caption":
        return _END_OF_CAPTION
    return _ENDS.get((tag.family, tag.name.lower()))


_ENDS: Final[Mapping[tuple[str, str], re.Pattern[str]]] = {
    ("block", name): re.compile(rf"\{{%[-+~]?\s*end{name}\s*[-+~]?%\}}")
    for name in ("raw", "verbatim", "comment", "highlight")
} | {
    ("shortcode", name): re.compile(rf"\{{\{{[<%]\s*/\s*{name}\s*[%>]\}}\}}")
    for name in ("highlight", "comment")
}
_END_OF_CAPTION: Final = re.compile(r"\\?\[/caption\\?\]", re.I)
_END_OF_COMMENT: Final = re.compile(r"\{:/(?:comment)?\}")


def verbatim(tag: Tag, inside: str) -> Meaning:
    """What stands for such a tag and its inside."""
    if tag.name.lower() == "comment":
        return NOTHING
    if tag.name.lower() == "caption":
        return _captioned(tag, inside)
    if tag.name.lower() != "highlight":
        return Meaning(text=inside)
    language = re.sub(r"[^\w+#.-]", "", tag["lang language"] or tag.at(0))
    code = re.sub(r"\A[ \t]*\n", "", inside).rstrip()
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    ticks = "`" * (longest + 1)
    gap = " " if code.startswith("`") or code.endswith("`") else ""
    span = f"{ticks}{gap}{' '.join(code.split())}{gap}{ticks}" if code.strip() else ""
    return Meaning(text=span, block=f"{fence}{language}\n{code}\n{fence}")


_CAPTIONED: Final = re.compile(
    r"\s*(?:<a\b[^<>]*>\s*)?<img\b[^<>]*?\bsrc\s*=\s*[\"']?(?P<src>[^\s\"'>]+)[^<>]*>(?:\s*</a>)?"
    r"|\s*\[?!\[(?P<alt>[^\]]*)\]\(<?(?P<path>[^\s()<>]+)>?[^()]*\)(?:\]\([^()]*\))?"
)


def _captioned(tag: Tag, inside: str) -> Meaning:
    """``[caption]<img> words[/caption]`` of WordPress."""
    found = _CAPTIONED.match(inside)
    if found is None:
        return Meaning(text=inside)
    words = tag["caption"] or inside[found.end() :].strip()
    alt = found["alt"] or ""
    if written := re.search(r"\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", found[0]):
        alt = unescape(written[1] or written[2] or "")
    return picture(found["src"] or found["path"], alt=plainly(alt), caption=words)
