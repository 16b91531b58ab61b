"""What a tag of another tool stands for, in the words of Markdown and HTML.

Pure. HTML that is written here is made safe by ``html`` like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one tag stands for.

    ``text`` in running text; ``block`` where the tag has its lines for itself; ``address`` where
    an address is wanted, None if it can be none. ``pair`` is what start and end tag stand for,
    blocks if ``block`` is "pair". ``lacks`` says that it names nothing to show.
    """

    text: str = ""
    block: str = ""
    address: str | None = None
    pair: tuple[str, str] | None = None
    lacks: bool = False


@dataclass(slots=True)
class Surroundings:
    """What a tag may refer to: the article's language, and the files that it has imported."""

    language: str = ""
    imports: dict[str, str] = field(default_factory=dict)


NOTHING: Final = Meaning()
LACKS: Final = Meaning(lacks=True)

# --- words ------------------------------------------------------------------------------

_MARKS: Final = re.compile(
    r"\[([^\[\]]+)\]\(<?([^\s()<>]+)>?\)|(\*\*|__|\*|_|`)(?=\S)([^*_`]+)(?<=\S)\3"
)
_ANY_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_ELEMENTS: Final = {"**": "strong", "__": "strong", "*": "em", "_": "em", "`": "code"}


def plainly(text: str) -> str:
    """The text of what may hold Markdown or HTML, on one line."""
    text = _MARKS.sub(lambda found: found[1] or found[4], _ANY_TAG.sub("", text))
    return " ".join(unescape(text).split())


def html_of(text: str) -> str:
    """A caption as HTML: tools read the Markdown in it."""

    def element(found: re.Match[str]) -> str:
        if found[1]:
            return f'<a href="{escape(unescape(found[2]))}">{found[1]}</a>'
        name = _ELEMENTS[found[3]]
        return f"<{name}>{found[4]}</{name}>"

    text = " ".join(unescape(_ANY_TAG.sub("", text)).split())
    return _MARKS.sub(element, escape(text, quote=False))


def label_of(text: str) -> str:
    """A text as the label of a link."""
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", plainly(text))


def address_of(path: str) -> str:
    """A path or URL as it can stand between ``<`` and ``>``."""
    return quote(unescape(path).strip(), safe="/:?#@!$&'*+,;=~%")


def link_to(url: str, label: str = "") -> Meaning:
    """A link, under its own address where it has no label."""
    text = f"[{label_of(label)}](<{url}>)" if label else f"<{url}>"
    return Meaning(text=text, block=text, address=url)


# --- pictures, sounds, films -------------------------------------------------------------

FILM_OR_SOUND: Final = re.compile(
    r"\.(?:mp3|m4a|og[ag]|opus|wav|flac|mp4|m4v|webm|mov|ogv)\Z", re.I
)


def picture(
    source: str,
    *,
    alt: str,
    title: str = "",
    caption: str = "",
    credit: str = "",
    credit_link: str = "",
    link: str = "",
    size: tuple[str, str] = ("", ""),
) -> Meaning:
    """A picture with its caption and credit; a sound or film where the name says so."""
    address = address_of(source)
    spoken = plainly(caption).replace("\\", "").replace('"', "”")
    titled = f' "{spoken}"' if spoken else ""
    inline = f"![{label_of(alt)}](<{address}>{titled})"
    if FILM_OR_SOUND.search(address):
        return Meaning(text=inline, block=inline, address=address)
    width, height = (re.sub(r"(?:px)?\Z", "", each) for each in size)
    sized = "".join(
        f' {name}="{value}"'
        for name, value in (("width", width), ("height", height))
        if re.fullmatch(r"\d{1,5}%?", value)
    )
    html = f'<img src="{escape(address)}" alt="{escape(alt)}"{sized}>'
    if link:
        html = f'<a href="{escape(address_of(link))}">{html}</a>'
    said = [f"<strong>{html_of(title)}</strong>"] if title else []
    if caption:
        said.append(html_of(caption))
    if credit:
        named = html_of(credit)
        if credit_link:
            named = f'<a href="{escape(address_of(credit_link))}">{named}</a>'
        said.append(f'<span class="credit">{named}</span>')
    legend = f"<figcaption>{' '.join(said)}</figcaption>" if said else ""
    return Meaning(text=inline, block=f"<figure>{html}{legend}</figure>", address=address)
