"""Who signs articles and what they are about, as their profiles have it.

Pure. ``rosters`` reads the profiles. Names are compared as slugs, so that case and accents do not
matter. An e-mail address never reaches a manuscript unless somebody asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from markwire.article.slugs import slug
from markwire.model import Author, Manuscript, Person, Section, Site

Profile = Author | Section


def furnished(site: Site, authors: tuple[Author, ...], sections: tuple[Section, ...]) -> Site:
    """Give a site with its authors and sections; ``site`` is as its configuration made it.

    A feed that selects by any of their names goes on selecting their articles.
    """
    feeds = tuple(
        replace(
            feed,
            where=replace(
                feed.where,
                author=_with_names(feed.where.author, authors),
                section=_with_names(feed.where.section, sections),
            ),
        )
        for feed in site.feeds
    )
    return replace(site, authors=authors, sections=sections, feeds=feeds)


def applied(manuscript: Manuscript, site: Site) -> Manuscript:
    """Give a manuscript with the names of its authors and section as their profiles have them.

    Those whose byline was withdrawn are not among its authors any more, and an e-mail address
    only where the site or the author wants it shown.
    """
    authors = _people(manuscript.authors, site) if manuscript.authors else ()
    section = manuscript.section
    if section and (known := section_called(section, site)):
        section = known.title
    if authors == manuscript.authors and section == manuscript.section:
        return manuscript
    return replace(manuscript, authors=authors, section=section)


def author_called(name: str, site: Site) -> Author | None:
    """Give the author that a name, another spelling of it or a handle stands for."""
    found = _by_name(site.authors).get(slug(name, default="")) if site.authors else None
    return found if isinstance(found, Author) else None


def section_called(name: str, site: Site) -> Section | None:
    """Give the section that a title, another spelling of it or a handle stands for."""
    found = _by_name(site.sections).get(slug(name, default="")) if site.sections else None
    return found if isinstance(found, Section) else None


def _people(people: tuple[Person, ...], site: Site) -> tuple[Person, ...]:
    if not site.authors and (site.author_emails or not any(person.email for person in people)):
        return people
    found: dict[str, Person] = {}
    known = _by_name(site.authors)
    for person in people:
        author = known.get(slug(person.name, default=""))
        if not isinstance(author, Author):
            is_shown = site.author_emails or not person.email
            kept = person if is_shown else replace(person, email="")
        elif author.withdrawn:
            continue
        else:
            kept = Person(
                author.name,
                author.email or person.email if author.publish_email else "",
                author.url or person.url,
                author.picture,
            )
            if site.author_emails and not kept.email:
                kept = replace(kept, email=person.email)
        found.setdefault(kept.name, kept)
    return tuple(found.values())


# A process knows one site, and for a moment the one before it.
@lru_cache(maxsize=8)
def _by_name(profiles: tuple[Profile, ...]) -> Mapping[str, Profile]:
    found: dict[str, Profile] = {}
    for profile in profiles:
        name = profile.name if isinstance(profile, Author) else profile.title
        for word in (profile.handle, name, *profile.also):
            key = slug(word, default="")
            # Of two who lay claim to a name the first has it; but what was withdrawn is.
            is_withdrawn = isinstance(profile, Author) and profile.withdrawn
            if key and (key not in found or is_withdrawn):
                found[key] = profile
    return found


def _with_names(wanted: tuple[str, ...], profiles: tuple[Profile, ...]) -> tuple[str, ...]:
    """Give names, and behind them what readers see for those that stand for a profile."""
    if not wanted or not profiles:
        return wanted
    known = (_by_name(profiles).get(slug(word, default="")) for word in wanted)
    shown = (one.name if isinstance(one, Author) else one.title for one in known if one)
    return tuple(dict.fromkeys((*wanted, *shown)))
