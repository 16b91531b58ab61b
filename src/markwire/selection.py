"""Which articles are visible now, and which feeds they belong to.

Pure: ``now`` is an argument. ``visible`` is the only gate between an article and its readers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final

from markwire.article.slugs import slug
from markwire.formats.languages import language_name
from markwire.model import Feed, Manuscript, Site, Where

KINDS: Final = ("section", "tag", "author", "language")


@dataclass(frozen=True, slots=True)
class Membership:
    """One article's place in one feed. ``label`` is the value as the article spells it, for a
    feed that ``[each]`` makes; empty for a feed named in the configuration.
    """

    key: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """When an article may be seen: from ``appears`` until just before ``expires``."""

    appears: datetime
    expires: datetime | None = None
    draft: bool = False


def release(manuscript: Manuscript, published: datetime) -> Release:
    """Say when an article, first published at ``published``, may be seen."""
    appears = max(published, manuscript.embargo) if manuscript.embargo else published
    return Release(appears, manuscript.expires, manuscript.draft)


def visible(when: Release, now: datetime) -> bool:
    """Say whether readers may see the article at ``now``. Early never; late rather than never."""
    return not when.draft and when.appears <= now and (when.expires is None or now < when.expires)


def values(manuscript: Manuscript, kind: str) -> tuple[str, ...]:
    """Give what the article says for one of ``KINDS``, as its editor spells it."""
    match kind:
        case "section":
            return (manuscript.section,) if manuscript.section else ()
        case "tag":
            return manuscript.tags
        case "author":
            return tuple(person.name for person in manuscript.authors)
        case _:
            return (manuscript.language,)


def memberships(manuscript: Manuscript, site: Site) -> tuple[Membership, ...]:
    """Give the feeds that carry the article, named ones first, each once."""
    found = {
        feed.key: Membership(feed.key) for feed in site.feeds if _selects(feed.where, manuscript)
    }
    for kind in KINDS:
        if getattr(site.each, kind):
            for value in values(manuscript, kind):
                key = f"{kind}/{slug(value)}"
                found.setdefault(key, Membership(key, value))
    return tuple(found.values())


def configured(key: str, site: Site) -> bool:
    """Say whether the configuration still asks for the feed ``key``."""
    kind, _, value = key.partition("/")
    if value and kind in KINDS:
        return bool(getattr(site.each, kind))
    return any(feed.key == key for feed in site.feeds)


def limit_of(key: str, site: Site) -> int:
    """Give how many articles the window of the feed ``key`` holds at most."""
    own = next((feed.limit for feed in site.feeds if feed.key == key), None)
    return _main(site).limit if own is None else own


def feed_of(key: str, label: str, site: Site) -> Feed:
    """Give the feed ``key``; ``label`` is how its value is spelled where ``[each]`` makes it.

    It takes limit and body from the main feed, and language from it unless it is a language's.
    Raises KeyError where the configuration does not ask for it.
    """
    named = {feed.key: feed for feed in site.feeds}
    if key in named:
        return named[key]
    if not configured(key, site):
        raise KeyError(key)
    main = _main(site)
    kind = key.partition("/")[0]
    return replace(
        main,
        key=key,
        title=f"{site.title} — {language_name(label) if kind == 'language' else label}",
        language=label if kind == "language" else main.language,
        where=Where(),
        label=label,
    )


def _main(site: Site) -> Feed:
    return next(feed for feed in site.feeds if not feed.key)


def _selects(where: Where, manuscript: Manuscript) -> bool:
    if where.path and not any(fnmatchcase(manuscript.path, glob) for glob in where.path):
        return False
    for kind in KINDS:
        wanted = getattr(where, kind)
        # Compared as slugs, so that case and accents do not keep an article out of its feed.
        if wanted and not {slug(v) for v in wanted} & {slug(v) for v in values(manuscript, kind)}:
            return False
    return True
