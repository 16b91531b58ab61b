"""What is said with each kind of file: its type, how long it may be kept, what it may do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markwire.formats import addresses
from markwire.model import FILE_NAMES, Format, Site

Headers = tuple[tuple[str, str], ...]

# Aggregators that are told of news by a hub fetch it anew; those that are not poll more rarely.
_SOON: Final = "public, max-age=300"
# The name of a picture changes with its bytes.
_NEVER: Final = "public, max-age=31536000, immutable"

_EVERYWHERE: Final[Headers] = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer-when-downgrade"),
)
# Feeds and pictures are for whoever shows them, on any site; nothing in them may run.
_FOR_ALL: Final = ("Cross-Origin-Resource-Policy", "cross-origin")
_INERT: Final = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
_MEDIA: Final = (
    "Content-Security-Policy",
    "default-src 'none'; style-src 'unsafe-inline'; sandbox",
)
_ARTICLE: Final = (
    "Content-Security-Policy",
    "default-src 'none'; img-src http: https:; media-src http: https:; style-src 'unsafe-inline';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
)
_PAGE: Final = (
    "Content-Security-Policy",
    "default-src 'none'; img-src http: https:; style-src 'self' 'unsafe-inline'; script-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
)
_OPEN: Final[Headers] = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Last-Modified, Link"),
)

_TEXTS: Final = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml; charset=utf-8",
    "opml": "text/x-opml; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
}
_MEDIA_TYPES: Final = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "ogv": "video/ogg",
    "webm": "video/webm",
    "pdf": "application/pdf",
}
_UNKNOWN: Final = "application/octet-stream"
_NAMED: Final[dict[str, Format]] = {name: form for form, name in FILE_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said of a file, whatever its bytes.

    ``caching`` are those headers that also an answer *not modified* carries; ``others`` the rest.
    ``feed`` and ``form`` tell which feed's document it is, where it is one.
    """

    caching: Headers
    others: Headers
    is_text: bool
    feed: str | None = None
    form: Format | None = None


def kind_of(path: str, site: Site) -> Kind:
    """Give the kind of a file by its place below the feeds folder."""
    folder, _, name = path.rpartition("/")
    suffix = name.rpartition(".")[2].lower()
    kept = folder == "media" or folder.startswith("media/")
    if not kept and name in _NAMED:
        return _feed(folder, _NAMED[name], site)
    media_type = _TEXTS.get(suffix) or _MEDIA_TYPES.get(suffix, _UNKNOWN)
    is_text = suffix in _TEXTS
    others: Headers = (("Content-Type", media_type), *_EVERYWHERE)
    if kept:
        others += (_FOR_ALL, _MEDIA)
    elif suffix == "html":
        others += (_ARTICLE if folder == "articles" else _PAGE,)
    else:
        others += (_FOR_ALL, _INERT, *_OPEN)
    caching: Headers = (("Cache-Control", _NEVER if kept else _SOON),)
    if is_text:
        caching += (("Vary", "Accept-Encoding"),)
    return Kind(caching, others, is_text)


def _feed(key: str, form: Format, site: Site) -> Kind:
    address = site.feeds_url + addresses.path(key, form)
    # WebSub 4: a hub for each, and exactly one self.
    links = [f'<{address}>; rel="self"', *(f'<{hub}>; rel="hub"' for hub in site.hubs)]
    caching: Headers = (
        ("Cache-Control", _SOON),
        ("Vary", "Accept, Accept-Encoding, Sec-Fetch-Dest"),
        *_OPEN,
        ("Link", ", ".join(links)),
    )
    media_type = f"{addresses.MEDIA_TYPES[form]}; charset=utf-8"
    others: Headers = (("Content-Type", media_type), *_EVERYWHERE, _FOR_ALL, _INERT)
    return Kind(caching, others, is_text=True, feed=key, form=form)
