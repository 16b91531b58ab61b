"""What a folder says of the articles below it: ``_index.md``, and Eleventy's directory data.

Pure: the files were read elsewhere. Of an ``_index.md`` (Hugo, Zola) its title names the section,
and what stands below ``cascade`` passes on; of ``posts/posts.json`` and
``posts/posts.11tydata.json`` every key does.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from markwire.article.decoding import Decoded, decoded
from markwire.article.front.frontmatter import split
from markwire.article.front.keys import canonical, folded
from markwire.article.front.layout import Layout, layout
from markwire.article.front.nodes import MAX_BYTES, Mapping, Node, Scalar, Sequence
from markwire.problems import Problem, problem

_TARGETS: Final = ("target", "_target")
# Collections of Eleventy: they tell templates what to list, not readers what it is about.
_COLLECTIONS: Final = frozenset(("all", "nav", "post", "posts", "article", "articles", "blog"))


@dataclass(frozen=True, slots=True)
class Inherited:
    """A folder's own file: its ``path`` below the content folder, and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Defaults:
    """What articles inherit: the nodes of each file that has some, nearest first.

    ``section`` is the title of the folder that an article's section is named after.
    """

    levels: tuple[tuple[str, Mapping], ...] = ()
    section: str = ""
    problems: tuple[Problem, ...] = ()


def defaults(inherited: Iterable[Inherited], place: Layout) -> Defaults:
    """Take together what the files of the folders above an article say, in whatever order.

    A file that cannot be read is a problem of its own path, and an error: what it would have said
    may be that the article is a draft.
    """
    levels: list[tuple[str, Mapping]] = []
    problems: list[Problem] = []
    section = ""
    for each in sorted(inherited, key=_nearness, reverse=True):
        folder, name = posixpath.split(each.path)
        language = layout(each.path).language if name.count(".") > 1 else ""
        is_data = name.casefold().endswith(".json")
        if language and not is_data and language != place.language:
            continue
        said = _read(each)
        if isinstance(said, Problem):
            problems.append(said)
        elif is_data:
            levels.append((each.path, _without_collections(said, folder)))
        else:
            levels += ((each.path, passed) for passed in _cascade(said))
            if place.folder and folder == place.folder and not section:
                section = _title(said)
    return Defaults(tuple(levels), section, tuple(problems))


def _nearness(each: Inherited) -> tuple[int, int, str]:
    """Sort by depth; in one folder the more particular file is nearer."""
    folder, name = posixpath.split(each.path)
    return (folder.count("/") + bool(folder), name.count("."), name)


@lru_cache(maxsize=256)  # The same few files are asked for each article below them.
def _read(each: Inherited) -> Mapping | Problem:
    found = decoded(each.content, each.path)
    if not isinstance(found, Decoded):
        return found
    if not each.path.casefold().endswith(".json"):
        parts = split(found.text, path=each.path)
        return parts if isinstance(parts, Problem) else parts.front
    if len(each.content) > MAX_BYTES:
        return problem("MW204", each.path, limit=MAX_BYTES)
    from markwire.article.front import json_front  # noqa: PLC0415  (few newsrooms need it)

    if not found.text.lstrip().startswith("{"):
        return problem("MW220", each.path)
    return json_front.mapping(found.text, each.path, first=1)


def _title(front: Mapping) -> str:
    titles = (value for key, value in front if canonical(key.text) == "title")
    first = next(titles, None)
    return " ".join(first.text.split()) if isinstance(first, Scalar) else ""


def _cascade(front: Mapping) -> list[Mapping]:
    """Give what passes on: a map, or those of a list that are meant for every page."""
    found: list[Mapping] = []
    for key, value in front:
        if folded(key.text) != "cascade":
            continue
        items: Iterable[Node] = value.items if isinstance(value, Sequence) else (value,)
        found += (
            item
            for item in items
            if isinstance(item, Mapping) and not any(each.text in _TARGETS for each, _ in item)
        )
    return found


def _without_collections(front: Mapping, folder: str) -> Mapping:
    """Take out the tags by which Eleventy only collects what stands in the folder."""
    named = _COLLECTIONS | {posixpath.basename(folder).casefold()}
    entries: list[tuple[Scalar, Node]] = []
    for key, value in front:
        if canonical(key.text) == "tags":
            items = value.items if isinstance(value, Sequence) else (value,)
            kept = tuple(
                item
                for item in items
                if not isinstance(item, Scalar) or item.text.strip().casefold() not in named
            )
            entries.append((key, Sequence(kept, value.line, value.column)))
        else:
            entries.append((key, value))
    return Mapping(tuple(entries), front.line, front.column)
