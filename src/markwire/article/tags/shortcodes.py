"""What the tags of other tools mean: pictures, links, films, quotations, callouts.

Pure. What is not known here is left out by ``translation``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from markwire.article.callouts import title_of
from markwire.article.tags.meanings import (
    FILM_OR_SOUND,
    LACKS,
    NOTHING,
    Meaning,
    Surroundings,
    address_of,
    html_of,
    label_of,
    link_to,
    picture,
    plainly,
)
from markwire.article.tags.scanner import Tag

_Reading = Callable[[Tag, Surroundings], Meaning | None]


def meaning(tag: Tag, around: Surroundings) -> Meaning | None:
    """Give what a start tag stands for, None where that is not known."""
    match tag.family:
        case "comment" | "attributes" | "module":
            return NOTHING
        case "escaped":
            return Meaning(text=re.sub(r"([\\`*_\[\]<>&~=^|])", r"\\\1", tag.body))
        case "expression":
            return _expression(tag)
        case "block" if not tag.call:
            read = _BLOCKS.get(tag.name)
        case "component":
            read = _COMPONENTS.get(tag.name.lower())
        case _:
            read = _SHORTCODES.get(tag.name.lower())
    return read(tag, around) if read else None


# --- pictures, sounds, films -------------------------------------------------------------

_SOURCES: Final = "src url path image_path image file filename filepath name source href"


def _figure(tag: Tag, around: Surroundings) -> Meaning:
    source = tag[_SOURCES] or next((each for each in tag.values if re.search(r"\.\w+\Z", each)), "")
    source = around.imports.get(source.removesuffix(".src"), source)
    if not source or (not re.search(r"[./]", source)):
        return LACKS
    title, caption = tag["title"], tag["caption description legend légende"]
    credit = tag["attr attribution credit credits author copyright"]
    alt = tag["alt"] or next((each for each in tag.values if each != source), "") or caption
    return picture(
        source,
        alt=plainly(alt or title),
        title=title if caption else "",
        caption=caption or title,
        credit=credit,
        credit_link=tag["attrlink attr_link"],
        link=tag["link"] if tag["link"] not in ("true", "false") else "",
        size=(tag["width"], tag["height"]),
    )


def _player(tag: Tag, around: Surroundings) -> Meaning:
    source = tag["src mp4 mp3 webm ogg m4a url file"] or tag.at(0)
    provider = tag["provider"].lower()
    if provider in ("youtube", "vimeo"):
        return _SHORTCODES[provider](tag, around) or LACKS
    if not source:
        return LACKS
    if not FILM_OR_SOUND.search(source):
        return link_to(address_of(source), tag["title"])
    return picture(source, alt=tag["title caption alt"])


# --- links -------------------------------------------------------------------------------


def _by_id(template: str, *keys: str) -> _Reading:
    """A page on the web that is named by its id, or by its whole address."""

    def read(tag: Tag, around: Surroundings) -> Meaning:
        found = tag[" ".join(keys)] or tag.at(0)
        if not found:
            return LACKS
        title = tag["title label"]
        if re.match(r"https?://", found):
            return link_to(address_of(found), title)
        return link_to(template.format(quote(found, safe="")), title)

    return read


def _tweet(tag: Tag, around: Surroundings) -> Meaning:
    number = tag["id"] or (tag.values[-1] if tag.values else "")
    if number.startswith("http"):
        return link_to(address_of(number))
    if not number.isdecimal():
        return LACKS
    user = tag["user"] or (tag.at(0) if len(tag.values) > 1 else "") or "i"
    return link_to(f"https://x.com/{quote(user, safe='')}/status/{number}")


def _gist(tag: Tag, around: Surroundings) -> Meaning:
    words = [tag["user"], tag["id"]] if tag["id"] else list(tag.values[:2])
    name = "/".join(quote(word, safe="/") for word in words if word)
    return link_to(f"https://gist.github.com/{name}") if name else LACKS


def _reference(tag: Tag, around: Surroundings) -> Meaning:
    """The address of another article, by the name of its file."""
    target = tag["path"] or tag.at(0)
    return _to_article(target) if target else LACKS


def _to_article(target: str) -> Meaning:
    path, hash_, part = target.partition("#")
    path = path.removeprefix("@")
    if path:
        path = path.rstrip("/")
        if not re.search(r"\.[A-Za-z][A-Za-z0-9]{1,8}\Z", path):
            path += ".md"
    address = quote(path, safe="/!$'*+,;=~") + (hash_ + quote(part, safe="") if part else "")
    stem = path.rpartition("/")[2].rpartition(".")[0] or part
    return Meaning(text=f"[{label_of(stem)}](<{address}>)", address=address)


def _post_url(tag: Tag, around: Surroundings) -> Meaning:
    target = tag.body.removeprefix(tag.name).strip().strip("\"'")
    return _to_article(target.removesuffix(".md") + ".md") if target else LACKS


def _jekyll_link(tag: Tag, around: Surroundings) -> Meaning:
    target = tag.body.removeprefix(tag.name).strip().strip("\"'")
    return _to_article("/" + target.lstrip("/")) if target else LACKS


def _get_url(tag: Tag, around: Surroundings) -> Meaning:
    path = tag["path"] or tag.at(0)
    address = address_of(path.removeprefix("@"))
    return Meaning(text=f"<{address}>", address=address) if path else LACKS


def _button(tag: Tag, around: Surroundings) -> Meaning:
    target = tag["href url link relref ref"] or tag.at(0)
    if not target:
        return LACKS
    return Meaning(pair=("[", f"](<{address_of(target)}>)"))


# --- words set apart ---------------------------------------------------------------------

_KINDS: Final = {
    "alert": "note",
    "admonition": "note",
    "aside": "note",
    "callout": "note",
    "hint": "note",
    "notice": "note",
    "primary": "note",
    "success": "tip",
    "warn": "warning",
    "error": "danger",
}


def _callout(tag: Tag, around: Surroundings) -> Meaning:
    name = tag.name.lower()
    kind = tag["type kind level color style"] or tag.at(0) if name in _KINDS else name
    kind = (kind or _KINDS[name]).lower()
    kind = _KINDS.get(kind, kind)
    if not re.fullmatch(r"[a-z][a-z-]{0,30}", kind):
        kind = "note"
    own = tag["title header"] or (tag.at(1) if name in _KINDS else tag.at(0))
    title = html_of(own) if own else title_of(kind, around.language)
    head = f"\n<p><strong>{title}</strong></p>" if title else ""
    pair = f'<blockquote class="callout callout-{kind}">{head}', "</blockquote>"
    return Meaning(block="pair", pair=pair)


def _details(tag: Tag, around: Surroundings) -> Meaning:
    title = tag["summary title"] or tag.at(0)
    head = f"<summary>{html_of(title)}</summary>" if title else ""
    return Meaning(block="pair", pair=(f"<details>{head}", "</details>"))


def _quotation(tag: Tag, around: Surroundings) -> Meaning:
    who = ", ".join(filter(None, (tag["author by cite attribution"] or tag.at(0), tag["source"])))
    foot = f"<p>— <cite>{html_of(who)}</cite></p>\n" if who else ""
    return Meaning(block="pair", pair=("<blockquote>", f"{foot}</blockquote>"))


def _nothing(tag: Tag, around: Surroundings) -> Meaning:
    return NOTHING


def _only_inside(tag: Tag, around: Surroundings) -> Meaning:
    return Meaning(pair=("", ""))


# --- includes and expressions ------------------------------------------------------------


def _include(tag: Tag, around: Surroundings) -> Meaning | None:
    """``{% include figure.html src="…" %}``: those that most themes have."""
    name = re.sub(r"\.\w+\Z", "", tag.at(0)).rpartition("/")[2].lower()
    rest = Tag("shortcode", tag.start, tag.end, name, tag.values[1:], tag.named)
    if name in ("figure", "image", "img", "picture", "photo", "youtube", "vimeo", "gist"):
        return _SHORTCODES[name](rest, around)
    if name in ("video", "audio"):
        provider = tag["provider"].lower()
        if provider in ("youtube", "vimeo"):
            return _SHORTCODES[provider](rest, around)
        return _player(rest, around)
    return NOTHING if name in ("toc", "table-of-contents") else None


_HOME: Final = re.compile(
    r"(?:site|config|metadata|meta|\.Site)\.(?:base_?url|url)|base_?url|siteurl", re.I
)
_STRING: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_FILTERS: Final = re.compile(
    r"(?:\s*\|\s*(?:relative_url|absolute_url|url|safe|escape|e|inputPathToUrl|htmlBaseUrl|xml_escape"
    r"|strip|prepend:\s*site\.(?:base)?url|(?:rel|abs)(?:Lang)?URL)(?:\(\))?)*\s*\Z"
)


def _expression(tag: Tag) -> Meaning | None:
    """Addresses that a template only completes; what else it would put in is not known here."""
    body = tag.body.strip()
    string = _STRING.match(body)
    if string and _FILTERS.match(body, string.end()):
        said = string[1] or string[2] or ""
        return Meaning(text=label_of(said), address=address_of(said))
    home = _HOME.match(body)
    if home and _FILTERS.match(body, home.end()):
        return Meaning(address="")
    return None


# --- the lists ---------------------------------------------------------------------------

_YOUTUBE: Final = _by_id(
    "https://www.youtube.com/watch?v={}", "id", "videoid", "video", "url", "code"
)
_VIMEO: Final = _by_id("https://vimeo.com/{}", "id", "videoid", "video", "url")

_SHORTCODES: Final[dict[str, _Reading]] = {
    "figure": _figure,
    "image": _figure,
    "img": _figure,
    "picture": _figure,
    "photo": _figure,
    "resize_image": _figure,
    "youtube": _YOUTUBE,
    "youtubelite": _YOUTUBE,
    "vimeo": _VIMEO,
    "vimeo_simple": _VIMEO,
    "instagram": _by_id("https://www.instagram.com/p/{}/", "id"),
    "gist": _gist,
    "x": _tweet,
    "x_simple": _tweet,
    "tweet": _tweet,
    "twitter": _tweet,
    "twitter_simple": _tweet,
    "ref": _reference,
    "relref": _reference,
    "get_url": _get_url,
    "button": _button,
    "audio": _player,
    "video": _player,
    "embed": _only_inside,
    "details": _details,
    "quote": _quotation,
    "blockquote": _quotation,
    "toc": _nothing,
    "rawhtml": _only_inside,
    **dict.fromkeys("alert admonition callout hint notice note tip info".split(), _callout),
    **dict.fromkeys("important warning caution danger".split(), _callout),
}
_BLOCKS: Final[dict[str, _Reading]] = {
    "link": _jekyll_link,
    "post_url": _post_url,
    "include": _include,
    "include_relative": _include,
    "include_cached": _include,
    "image": _figure,
    "img": _figure,
    "figure": _figure,
    "youtube": _YOUTUBE,
    "vimeo": _VIMEO,
    "gist": _gist,
    "twitter": _tweet,
}
_COMPONENTS: Final[dict[str, _Reading]] = {
    "image": _figure,
    "picture": _figure,
    "img": _figure,
    "figure": _figure,
    "youtube": _YOUTUBE,
    "vimeo": _VIMEO,
    "tweet": _tweet,
    "gist": _gist,
    "aside": _callout,
    "callout": _callout,
    "details": _details,
    "fragment": _only_inside,
}
