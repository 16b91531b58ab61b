"""Which articles are visible now, and which feeds they belong to.

Pure: ``now`` is an argument. ``visible`` is the only gate between an article and its readers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final, Literal

from markwire.article.profiles import author_called, section_called
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
    """When an article may be seen: from ``appears`` until just before ``expires``.

    ``embargoed`` says that it is an embargo that ``appears`` waits for; ``killed`` is the moment
    from which readers see a notice in its place, for as long as ``NOTICE``.
    """

    appears: datetime
    expires: datetime | None = None
    draft: bool = False
    embargoed: bool = False
    killed: datetime | None = None


State = Literal["draft", "scheduled", "embargoed", "published", "expired", "killed"]

# For so long a killed article leaves a notice, and every article that left a tombstone.
NOTICE: Final = timedelta(days=30)


def release(
    manuscript: Manuscript, published: datetime, *, killed: datetime | None = None
) -> Release:
    """Say when an article, first published at ``published``, may be seen."""
    embargo = manuscript.embargo
    appears = max(published, embargo) if embargo else published
    embargoed = embargo == appears
    return Release(appears, manuscript.expires, manuscript.draft, embargoed, killed)


def visible(when: Release, now: datetime) -> bool:
    """Say whether readers may see the article, or the notice in its place, at ``now``.

    Early never; late rather than never.
    """
    if when.killed:
        return now < when.killed + NOTICE
    return not when.draft and when.appears <= now and (when.expires is None or now < when.expires)


def state(when: Release, now: datetime) -> State:
    """Give the word for what an article that a file holds is at ``now``."""
    if when.killed:
        return "killed"
    if when.draft:
        return "draft"
    if when.expires is not None and when.expires <= now:
        return "expired"
    if now < when.appears:
        return "embargoed" if when.embargoed else "scheduled"
    return "published"


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
        feed.key: Membership(feed.key) for feed in site.feeds if not unmet(feed.where, manuscript)
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
        author = author_called(value, site) if kind == "author" else None
        # Not even an empty feed bears a name that was withdrawn.
        return bool(getattr(site.each, kind)) and not (author and author.withdrawn)
    return any(feed.key == key for feed in site.feeds)


def limit_of(key: str, site: Site) -> int:
    """Give how many articles the window of the feed ``key`` holds at most."""
    own = next((feed.limit for feed in site.feeds if feed.key == key), None)
    return _main(site).limit if own is None else own


def feed_of(key: str, label: str, site: Site) -> Feed:
    """Give the feed ``key``; ``label`` is how its value is spelled where ``[each]`` makes it.

    It takes limit and body from the main feed, and language from it unless it is a language's; a
    section says what its profile has of it. Raises KeyError where the configuration does not ask
    for it.
    """
    named = {feed.key: feed for feed in site.feeds}
    if key in named:
        return named[key]
    if not configured(key, site):
        raise KeyError(key)
    main = _main(site)
    kind = key.partition("/")[0]
    if kind == "section" and (section := section_called(label, site)):
        main = replace(
            main,
            description=section.description or main.description,
            url=section.url,
            picture=section.picture,
        )
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


def unmet(where: Where, manuscript: Manuscript) -> tuple[str, ...]:
    """Give the conditions of a feed that an article does not meet, by their names."""
    found = []
    if where.path and not any(fnmatchcase(manuscript.path, glob) for glob in where.path):
        found.append("path")
    for kind in KINDS:
        wanted = getattr(where, kind)
        # Compared as slugs, so that case and accents do not keep an article out of its feed.
        if wanted and not {slug(v) for v in wanted} & {slug(v) for v in values(manuscript, kind)}:
            found.append(kind)
    return tuple(found)
