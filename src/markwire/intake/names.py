"""Tell by its name what a file of the content folder is: an article, media, or neither.

Pure. The scan and the watcher ask the same questions here, so that they never disagree. The
machine's own table of media types is not asked: feeds must be the same on every machine.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final, Literal

from markwire.article.rosters import FILES

MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",  # RFC 7845 9: Opus in an Ogg container
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".pdf": "application/pdf",
}

Kind = Literal["article", "media", "conflict", ""]

_ARTICLE_SUFFIXES: Final = (".md", ".markdown")

# Dot-files hold most editors' swap files and locks (.x.swp, .#x, .~lock.x#), the unfinished
# downloads of Syncthing, rsync and Nextcloud, and iCloud's place-holders; "_" is an editor's
# way to set something aside; "~" opens Office's locks (~$x) and Syncthing's files on Windows.
_LEFT_ALONE_FIRST: Final = (".", "_", "~", "#", "(A Document Being Saved By ")  # macOS's last
_LEFT_ALONE_LAST: Final = (
    "~",
    ".bak",
    ".crdownload",
    ".download",
    ".icloud",
    ".part",
    ".partial",
    ".swo",
    ".swp",
    ".swx",
    ".tmp",
)
_LEFT_ALONE: Final = frozenset({"4913", "node_modules"})  # 4913: vim tries a folder with it
# Where Jekyll keeps what it publishes; "_drafts" stays set aside: what is not read cannot leak.
_NOT_LEFT_ALONE: Final = frozenset({"_posts", "_articles"})
_MACOS_SAVE: Final = re.compile(r"\.sb-[0-9a-f]{8}-\w{6}\Z")

_INDEX: Final = re.compile(
    r"_index(?:\.[a-z]{2,3}(?:-[A-Za-z]{2,4})?)?\.(?:md|markdown)\Z", re.ASCII
)

_CONFLICT_WORDS: Final = ("conf", "konf", "конф")
_CONFLICT_COPY: Final = re.compile(
    r"""
      \( [^()]* \b conflicted\ copy \b [^()]* \)         # Nextcloud, ownCloud, Dropbox
    | \( (?: copie\ en\ conflit | copie\ conflictuelle   # Dropbox in the editor's language
           | in\ konflikt\ stehende\ kopie | copia\ en\ conflicto | copia\ in\ conflitto
           | конфликтующая\ копия ) \b [^()]* \d{4}-\d{2}-\d{2} [^()]* \)
    | \( case\ conflict [^()]* \)                        # Dropbox
    | \( SFConflict \  [^()]* \)                         # Seafile
    | \.sync-conflict-\d{8}-\d{6}                        # Syncthing
    | _conflict-\d{8}-\d{6}                              # ownCloud before 2.5
    """,
    re.IGNORECASE | re.VERBOSE,
)


# Says of most names of articles that they are, by one look; of all others, also of those that
# ``kind`` takes for articles, it says no. It is asked of every file of an archive.
is_ordinary: Final = re.compile(
    r"(?!.*[ck]onf)[a-z0-9][a-z0-9 ._-]*\.(?:md|markdown)", re.IGNORECASE | re.ASCII
).fullmatch


def kind(name: str) -> Kind:
    """Say what a file of this name is; empty where it is none of ours.

    A ``conflict`` is an article of which a sync program made a second version, because two
    people changed it: never published, always told.
    """
    if is_left_alone(name):
        return ""
    folded = name.casefold()
    is_text = folded.endswith(_ARTICLE_SUFFIXES)
    if not is_text and not media_type(folded):
        return ""
    if any(word in folded for word in _CONFLICT_WORDS) and _CONFLICT_COPY.search(name):
        return "conflict" if is_text else ""
    return "article" if is_text else "media"


def is_left_alone(name: str) -> bool:
    """Say whether a file or folder of this name is none of ours, whatever it holds."""
    return (
        (name.startswith(_LEFT_ALONE_FIRST) and name not in _NOT_LEFT_ALONE)
        or name.casefold().endswith(_LEFT_ALONE_LAST)
        or name in _LEFT_ALONE
        or (".sb-" in name and _MACOS_SAVE.search(name) is not None)
    )


def is_defaults(path: str) -> bool:
    """Say whether the file ``path`` (with ``/``) is its folder's own, and tells of what is below.

    Such are ``_index.md`` and ``_index.fr.md`` (Hugo, Zola), and JSON that bears the folder's name
    (Eleventy): ``posts/posts.json``, ``posts/posts.11tydata.json``. None of them is an article.
    """
    folder, name = posixpath.split(path)
    if not _INDEX.match(name):
        stem = posixpath.basename(folder)
        if not stem or name not in (f"{stem}.json", f"{stem}.11tydata.json"):
            return False
    return not folder or is_folder_of_ours(folder)


def is_article(name: str) -> bool:
    """Say whether a file of this name is an article."""
    return kind(name) == "article"


def media_type(name: str) -> str:
    """Give the media type of a file by its name; empty where feeds cannot carry it."""
    return MEDIA_TYPES.get(posixpath.splitext(name)[1].casefold(), "")


def is_folder_of_ours(path: str) -> bool:
    """Say whether the folder ``path`` (with ``/``) may hold articles, by all its names."""
    return not any(is_left_alone(name) for name in path.split("/"))


def is_file_of_ours(path: str) -> bool:
    """Say whether the file ``path`` (with ``/``) matters here, also by what it says of others."""
    folder, name = posixpath.split(path)
    if path in FILES or is_defaults(path):
        return True
    return bool(kind(name)) and (not folder or is_folder_of_ours(folder))
