"""The tags that other tools' templates leave in a text: shortcodes, Liquid, Nunjucks, components.

Pure. Finds them and takes them apart; what they mean is for ``shortcodes``, and whether one
stands in a code sample for ``verbatim``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Family = Literal[
    "shortcode",  # Hugo {{< x >}} and {{% x %}}, Zola {{ x() }}, WordPress [x]
    "block",  # Liquid and Nunjucks {% x %}
    "expression",  # {{ x }}
    "comment",  # {# x #}
    "component",  # <X/>
    "escaped",  # {{</* x */>}}: its text is what was meant
    "attributes",  # kramdown {: .x}, and {#x} and {.x} behind a heading or a link
    "module",  # import and export of MDX
    "address",  # what begins an address: {static}, @/
]


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. ``values`` are its arguments in order, ``named`` those with a key (lower case).

    ``closes`` is true of an end tag, ``alone`` of one that says that it has no end tag. ``body``
    is what stands between name and end of the tag; ``call`` says that it has brackets (Zola).
    """

    family: Family
    start: int
    end: int
    name: str = ""
    values: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    closes: bool = False
    alone: bool = False
    call: bool = False
    body: str = ""

    def __getitem__(self, keys: str) -> str:
        """Give the first of some arguments (``"src url"``) that says anything, else nothing."""
        return next(filter(None, (self.named.get(key, "") for key in keys.split())), "")

    def at(self, index: int) -> str:
        """Give an argument by its place, else nothing."""
        return self.values[index] if index < len(self.values) else ""


_LIMIT: Final = 4000  # characters of one tag
_BRACED: Final = re.compile(r"\{(?:[{%#:.]|[a-z-]+=|[a-z]{3,8}\})")
_COMPONENT: Final = re.compile(r"</?[A-Z][A-Z0-9]*[a-z][A-Za-z0-9.]*(?=[\s/>])")
_BRACKETED: Final = re.compile(r"\[/?(?i:caption|embed|gallery|playlist|audio|video|toc)\b")
_PIPED: Final = re.compile(r"\|(?:filename|static|attach)\|")
_ZOLA: Final = re.compile("[(\"'<: ]@/")
GHOST: Final = "__GHOST_URL__"  # the site's address in what Ghost exports


def may_hold(text: str) -> bool:
    """Say at once of most texts that no tag is in them."""
    # A single character is found many times faster than two.
    return (
        ("{" in text and _BRACED.search(text) is not None)
        or ("<" in text and _COMPONENT.search(text) is not None)
        or ("@" in text and "@/" in text and _ZOLA.search(text) is not None)
        or ("|" in text and _PIPED.search(text) is not None)
        or GHOST in text
        or ("[" in text and _BRACKETED.search(text) is not None)
        or text.lstrip().startswith(("import ", "export "))
    )


# Elements of HTML that are also written with a capital.
_ELEMENTS: Final = frozenset(
    """
    address article audio blockquote body br button center cite code div em figure font footer form
    h1 h2 h3 h4 h5 h6 header hr html iframe input li link main nav ol pre script section small
    source span strong style sub summary sup table td th title tr ul video
    """.split()
)

# One look for whatever may begin a tag. What TeX writes with two braces begins none.
_PLACES: Final = "(?:filename|static|attach|tag|category|author|index|archives)"
_OPENER: Final = re.compile(
    r"(?P<tex>\$\$[^$]{0,2000}\$\$|(?:\\[A-Za-z]+|[\^_])(?:\{\{[^{}\n]*\}\})+)"
    r"|(?P<shielded>\\(?:\{\{|\{%))"
    r"|(?P<hugo>\{\{[<%])"
    r"|(?P<zola>\{\{ ?/\*|\{% ?/\*)"
    r"|(?P<expression>\{\{)"
    r"|(?P<block>\{%)"
    r"|(?P<comment>\{#)"
    r"|(?P<attributes>\{(?=[:.]|[a-z]+=))"
    r"|(?P<address>(?<=[(\"'<|: ])"
    rf"(?:@/|\{{{_PLACES}\}}/?|\|{_PLACES}\|/?|{GHOST}))"
    rf"|(?P<component>{_COMPONENT.pattern})"
    r"|(?P<module>^(?:import|export)\b)"
    r"|(?P<bracketed>\\?\[(?=/?(?i:caption|embed|gallery|playlist|audio|video|toc)\b))",
    re.M,
)


class Finder:
    """Finds the tags of one text. Code is looked into like prose."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._readers: Mapping[str, Callable[[int, int], Tag | None]] = {
            "hugo": self._hugo,
            "zola": self._escaped,
            "expression": self._expression,
            "block": self._block,
            "comment": self._comment,
            "attributes": self._attributes,
            "address": lambda start, end: Tag("address", start, end, self._text[start:end]),
            "component": self._component,
            "module": self._module,
            "bracketed": self._bracketed,
        }

    def next(self, position: int) -> Tag | None:
        """Give the first tag that begins at ``position`` or behind it."""
        while opener := _OPENER.search(self._text, position):
            read = self._readers.get(opener.lastgroup or "")
            tag = read(opener.start(), opener.end()) if read else None
            if tag is not None:
                return tag
            position = max(opener.end(), opener.start() + 1)
        return None

    def _close(self, closer: str, start: int) -> int:
        """Give where a tag's end mark begins: not inside of quotes, if that can be; else -1."""
        text = self._text
        until = min(len(text), start + _LIMIT)
        if found := _TO[closer].match(text, start, until):
            return found.end() - len(closer)
        # An apostrophe is no quotation mark; but what begins another tag ends none.
        for other in ("{{", "{%"):
            nested = text.find(other, start, until)
            until = nested if nested >= 0 else until
        return text.find(closer, start, until)

    def _hugo(self, start: int, inner: int) -> Tag | None:
        mark = self._text[inner - 1]
        closer = ">}}" if mark == "<" else "%}}"
        end = self._close(closer, inner)
        if end < 0:
            return self._expression(start, inner - 1) if mark == "<" else None
        body = self._text[inner:end].strip()
        end += len(closer)
        if body.startswith("/*") and body.endswith("*/"):
            opened = "{{" + mark
            return Tag("escaped", start, end, body=f"{opened} {body[2:-2].strip()} {closer}")
        closes, alone = body.startswith("/"), body.endswith("/")
        return _tag("shortcode", start, end, body.strip("/ \t\n"), closes=closes, alone=alone)

    def _escaped(self, start: int, inner: int) -> Tag | None:
        """``{{/* youtube(id="x") */}}`` of Zola, and the comments of Go."""
        is_block = self._text[start + 1] == "%"
        closer = "*/%}" if is_block else "*/}}"
        end = self._text.find(closer, inner, inner + _LIMIT)
        if end < 0:
            return None
        said = self._text[inner:end].strip()
        body = f"{{% {said} %}}" if is_block else f"{{{{ {said} }}}}"
        is_call = re.match(r"[A-Za-z_]\w*\s*\(|end\b", said)
        family: Family = "escaped" if is_call else "comment"
        return Tag(family, start, end + len(closer), body=body)

    def _expression(self, start: int, inner: int) -> Tag | None:
        text = self._text
        if text.startswith("{", inner):  # {{{ x }}} of Handlebars
            triple = _TRIPLE.match(text, start)
            return Tag("expression", start, triple.end(), body=triple[1]) if triple else None
        end = self._close("}}", inner)
        if end < 0:
            return None
        body = text[inner:end].strip("-~ \t\n")
        if not _SPOKEN.match(body) or "\n\n" in body:
            return None
        if call := _CALL.fullmatch(body):
            values, named = _arguments(call[2])
            return Tag("shortcode", start, end + 2, call[1], values, named, call=True, body=body)
        return Tag("expression", start, end + 2, body=body)

    def _block(self, start: int, inner: int) -> Tag | None:
        end = self._close("%}", inner)
        if end < 0:
            return None
        body = self._text[inner:end].strip("-+ \t\n")
        if body.startswith("#"):
            return Tag("comment", start, end + 2)
        if not body or "\n\n" in body:
            return None
        if call := _CALL.fullmatch(body):
            values, named = _arguments(call[2])
            return Tag("block", start, end + 2, call[1], values, named, call=True, body=body)
        return _tag("block", start, end + 2, body, closes=body.startswith("end"))

    def _comment(self, start: int, inner: int) -> Tag | None:
        text = self._text
        if attributes := _ATTRIBUTES.match(text, start):
            return self._placed(attributes)
        nested = text.find("{#", inner, inner + _LIMIT)
        end = text.find("#}", inner, nested if nested >= 0 else inner + _LIMIT)
        return Tag("comment", start, end + 2) if end >= 0 else None

    def _attributes(self, start: int, inner: int) -> Tag | None:
        if extension := _EXTENSION.match(self._text, start):
            name = extension[2] or extension[1]
            closes, alone = extension[1] == "/", bool(extension[4])
            return _tag("attributes", start, extension.end(), name, closes=closes, alone=alone)
        attributes = _ATTRIBUTES.match(self._text, start)
        return self._placed(attributes) if attributes else None

    def _placed(self, found: re.Match[str]) -> Tag | None:
        """An attribute list, if it stands where one can: alone, or behind what it is about."""
        text, start, end = self._text, found.start(), found.end()
        line_start = text.rfind("\n", 0, start) + 1
        before = text[line_start:start]
        line_end = text.find("\n", end)
        is_last = not text[end : line_end if line_end >= 0 else len(text)].strip()
        is_marked = found[0].startswith("{:")
        is_alone = is_last and not before.strip(" \t>")
        is_behind = bool(before) and before[-1] in ")*_`]" and (is_marked or before[-1] in ")`]")
        of_heading = is_last and re.match(r" {0,3}#{1,6}[ \t]", before) is not None
        of_item = is_marked and re.match(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+\Z", before) is not None
        if not (is_alone or is_behind or of_heading or of_item):
            return None
        name = "toc" if re.search(r"[:\s]toc\s*\}", found[0]) else ""
        anchor = re.search(r"#([\w:.-]+)", found[0]) if of_heading else None
        return Tag("attributes", start, end, name, body=anchor[1] if anchor else "")

    def _component(self, start: int, inner: int) -> Tag | None:
        text = self._text
        found = _REST_OF_COMPONENT.match(text, inner, min(len(text), inner + _LIMIT))
        if found is None:
            return None
        closes = text[start + 1] == "/"
        name = text[start:inner].strip("</")
        named = {
            attribute[1].lower(): _unquoted(attribute[2] or "true")
            for attribute in _PROPERTY.finditer(found[1])
        }
        alone = found[1].rstrip().endswith("/")
        if name.lower() in _ELEMENTS and not alone and "={" not in found[1]:
            return None
        return Tag("component", start, found.end(), name, named=named, closes=closes, alone=alone)

    def _module(self, start: int, inner: int) -> Tag | None:
        """A line of MDX that imports or exports, and for an export what goes on below it."""
        if imported := _IMPORT.match(self._text, start):
            end = imported.end() + self._text.startswith("\n", imported.end())
            # The name stands for the file: <Image src={map} />.
            return Tag("module", start, end, imported[1] or "", (imported[2],))
        if not _EXPORT.match(self._text, start):
            return None
        end = self._text.find("\n\n", start)
        return Tag("module", start, end if end >= 0 else len(self._text))

    def _bracketed(self, start: int, inner: int) -> Tag | None:
        found = _WORDPRESS.match(self._text, start)
        if found is None:
            return None
        name = found[2].lower()
        if name == "toc":
            if found[1] or found[3].strip() or not self._is_alone(start, found.end()):
                return None
            is_double = self._text[start - 1 : start] == "["  # [[toc]]
            return Tag("shortcode", start - is_double, found.end() + is_double, "toc", alone=True)
        # [audio] alone is a word; with an attribute or an end tag it is none.
        if _GOES_ON.match(self._text, found.end()):
            return None
        says = found[1] or "=" in found[3] or "://" in found[3]
        if not says and self._text.find(f"[/{name}]", found.end(), found.end() + 2000) < 0:
            return None
        body = f"{name} {found[3]}".replace("\\", "")
        return _tag("shortcode", start, found.end(), body, closes=bool(found[1]))

    def _is_alone(self, start: int, end: int) -> bool:
        line_start = self._text.rfind("\n", 0, start) + 1
        line_end = self._text.find("\n", end)
        line = self._text[line_start:start] + self._text[end : line_end if line_end >= 0 else None]
        return not line.strip(" \t[]")


def _to(closer: str, quotes: str) -> re.Pattern[str]:
    """Everything up to an end mark that is in no quotes and behind no mark of another tag."""
    first = re.escape(closer[0])
    strings = "|".join(rf"{quote}(?:[^{quote}\\]|\\.)*+{quote}" for quote in quotes)
    return re.compile(
        rf"(?:[^{quotes}{{{first}]++|{strings}|\{{(?![{{%])"
        rf"|(?!{re.escape(closer)}){first})*+{re.escape(closer)}",
        re.S,
    )


_TO: Final = {
    ">}}": _to(">}}", '"`'),
    "%}}": _to("%}}", '"`'),
    "%}": _to("%}", "\"'"),
    # Braces within an expression are not of any template language: sets, TeX.
    "}}": re.compile(r"""(?:[^"'{}]++|"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')*+\}\}""", re.S),
}
_TRIPLE: Final = re.compile(r"\{\{\{([^{}\n]*)\}\}\}")
_SPOKEN: Final = re.compile(r"""[^\W\d]|["'$.#/>&@^!(*=]|\d.*\|""", re.S)
_CALL: Final = re.compile(r"([A-Za-z_]\w*(?:::\w+)*)\s*\((.*)\)", re.S)
# Only words with "#" or "." before them, and pairs with "=".
_ATTRIBUTES: Final = re.compile(
    r"\{:?[ \t]*+(?:(?:[#.][\w:.-]++|[A-Za-z][\w-]*+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"']++))"
    r"[ \t]*+)++\}|\{:[ \t]*[\w. \t#:-]*\}"
)
_EXTENSION: Final = re.compile(r"\{:(:|/)([\w-]*)((?:[^{}\"/]|\"[^\"\n]*\"|/(?!\}))*)(/?)\}")
_REST_OF_COMPONENT: Final = re.compile(
    r"""((?:[^<>"'{}]++|"[^"]*+"|'[^']*+'|(?P<one>\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}))*+)>"""
)
_PROPERTY: Final = re.compile(
    r"""([A-Za-z_:@][\w:.-]*)(?:\s*=\s*("[^"]*"|'[^']*'|\{(?:[^{}]|\{[^{}]*\})*\}))?"""
)
_IMPORT: Final = re.compile(
    r"import[ \t]+(?:(?:([A-Za-z_$][\w$]*)|[^\n\"';]{1,500})[ \t]+from[ \t]+)?"
    r"[\"']([^\"'\n]+)[\"'][ \t]*;?[ \t]*$",
    re.M,
)
_EXPORT: Final = re.compile(
    r"export[ \t]+(?:default[ \t]|\*[ \t]+(?:as|from)[ \t]|\{[^{}\n]*\}|type[ \t]+\w+[ \t]*="
    r"|(?:const|let|var)[ \t]+[\w${[]|(?:async[ \t]+)?function[ \t*])"
)
_WORDPRESS: Final = re.compile(
    r"\\?\[(/?)([A-Za-z]+)((?:[^\[\]\"'\n\\]++|\\_|\"[^\"\n]*+\"|'[^'\n]*+')*+)\\?\]"
)
_GOES_ON: Final = re.compile(r"[(:]|\[(?!/)")  # a link of Markdown
_NAME: Final = re.compile(r"[^\s\"'`=,(]+")
_ARGUMENT: Final = re.compile(
    r"(?:([\w.:-]+)\s*[=:]\s*(?=[\"'`\w/{\[.-]))?"
    r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`|[^\s,\"'`]+)",
    re.S,
)


def _tag(
    family: Family, start: int, end: int, body: str, *, closes: bool, alone: bool = False
) -> Tag:
    name = _NAME.match(body)
    if name is None:
        return Tag(family, start, end, body=body, closes=closes, alone=alone)
    values, named = _arguments(body[name.end() :])
    return Tag(family, start, end, name[0], values, named, closes, alone, body=body)


def _arguments(written: str) -> tuple[tuple[str, ...], Mapping[str, str]]:
    values: list[str] = []
    named: dict[str, str] = {}
    for argument in _ARGUMENT.finditer(written):
        value = argument[2]
        if argument[1] and not value.startswith("//"):
            named.setdefault(argument[1].lower(), _unquoted(value))
        else:
            values.append(_unquoted(f"{argument[1]}:{value}" if argument[1] else value))
    return tuple(values), named


def _unquoted(value: str) -> str:
    if value.startswith("{") and value.endswith("}"):
        return _unquoted(value[1:-1].strip())
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'`":
        inside = value[1:-1]
        return inside if value[0] == "`" else re.sub(r"\\([\"'\\])", r"\1", inside)
    return value
