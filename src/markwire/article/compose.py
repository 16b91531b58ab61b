"""Job → Composed | Refused: all that is published of one article. Pure.

Runs in a worker: both sides pickle, and what goes wrong is a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from markwire.article.body import References, Rendering
from markwire.article.html import TooLarge, absolute
from markwire.article.mentions import Mention, mentions, normal
from markwire.article.read import Refused
from markwire.article.summary import summary
from markwire.formats import FRAGMENT, addresses, carried, jsonfeed
from markwire.formats.page import page
from markwire.model import (
    FORMATS,
    Article,
    Body,
    FragmentKind,
    Identity,
    Manuscript,
    Media,
    Site,
)
from markwire.problems import Problem, problem

_WEB: Final = re.compile(r"(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Job:
    """One article to compose.

    ``media`` and ``links`` say what the names that the manuscript mentions stand for;
    ``bodies`` which fragments the site's feeds want; ``source`` the path's fingerprint.
    """

    manuscript: Manuscript
    identity: Identity
    permalink: str
    updated: datetime
    media: Mapping[str, Media]
    links: Mapping[str, str]
    bodies: tuple[Body, ...]
    source: str
    site: Site


@dataclass(frozen=True, slots=True)
class Composed:
    """What is published of one article. ``media`` are the URLs of the files that it shows."""

    page: bytes
    document: bytes
    fragments: Mapping[FragmentKind, bytes]
    media: tuple[str, ...]
    problems: tuple[Problem, ...]


def names(manuscript: Manuscript) -> tuple[Mention, ...]:
    """Give all local names that a manuscript mentions, in its text and as its picture."""
    found = mentions(manuscript.text, first_line=manuscript.first_line)
    if manuscript.image and (name := normal(manuscript.image.src)):
        found = (Mention(name, 1, 1), *found)
    return found


def compose(job: Job) -> Composed | Refused:
    """Convert a manuscript's Markdown and write everything that is published of it."""
    from markwire.article.markdown import render  # noqa: PLC0415  (slow to import)

    manuscript = job.manuscript
    references = References(
        permalink=job.permalink,
        prefix=job.identity.slug,
        media=job.media,
        links=job.links,
        language=manuscript.language,
    )
    try:
        rendering = render(manuscript.text, references)
    except (TooLarge, RecursionError) as fault:
        reason = str(fault) or "it is nested too deeply"
        at = manuscript.first_line
        return Refused(manuscript.path, (problem("MW304", manuscript.path, at, reason=reason),))
    image, wanting = _image(manuscript, rendering, references)
    files = (*rendering.media, *rendering.offered)
    article = Article(
        guid=job.identity.guid,
        slug=job.identity.slug,
        permalink=job.permalink,
        headline=manuscript.headline,
        standfirst=summary(manuscript.standfirst, rendering).strip(),
        # White space is no body: an entry must not claim content, and have none.
        body=rendering.html if rendering.html.strip() else "",
        published=job.identity.published,
        updated=job.updated,
        language=manuscript.language,
        authors=manuscript.authors,
        section=manuscript.section,
        tags=manuscript.tags,
        image=image,
        attachments=tuple(file for file in files if not file.type.startswith("image/")),
        canonical=absolute(manuscript.canonical, job.permalink) if manuscript.canonical else "",
        rights=manuscript.rights,
        corrections=manuscript.corrections,
    )
    shown = [file.url for file in files]
    if image:
        shown.append(image.url)
    return Composed(
        page=page(article, job.site, standfirst=manuscript.standfirst),
        document=jsonfeed.document(article, source=job.source, own_id=job.identity.own_id),
        fragments={
            (form, body): FRAGMENT[form](carried(article, body), job.site)
            for form in FORMATS
            for body in job.bodies
        },
        media=tuple(dict.fromkeys(shown)),
        problems=tuple(dict.fromkeys((*wanting, *_problems(manuscript, rendering)))),
    )


def ready(site: Site) -> None:
    """Import and set up all that :func:`compose` needs, so that the first article need not wait."""
    manuscript = Manuscript("-", "-", "-", "-", 1, site.language)
    identity = Identity("-", "-", addresses.NEVER)
    url = site.feeds_url + "-"
    compose(Job(manuscript, identity, url, addresses.NEVER, {}, {}, site.bodies, "-", site))


def _image(
    manuscript: Manuscript, rendering: Rendering, references: References
) -> tuple[Media | None, tuple[Problem, ...]]:
    """Give the lead picture, the front matter's or else the body's first, or what it wants."""
    line = manuscript.image
    if line is None:
        first = (media for media in rendering.media if media.type.startswith("image/"))
        return next(first, None), ()
    name = normal(line.src)
    if not name and _WEB.match(line.src):
        media = Media(absolute(line.src, references.permalink))
    elif name not in references.media:
        return None, (problem("MW301", manuscript.path, name=name or line.src),)
    elif references.media[name].type.startswith("image/"):
        media = references.media[name]
    else:
        return None, (problem("MW303", manuscript.path, name=name),)
    # What the front matter does not say of the picture, the body may.
    shown = next((other for other in rendering.media if other.url == media.url), media)
    picture = replace(
        media,
        alt=line.alt or shown.alt,
        caption=line.caption or shown.caption,
        credit=line.credit or shown.credit,
    )
    return picture, ()


def _problems(manuscript: Manuscript, rendering: Rendering) -> tuple[Problem, ...]:
    if not rendering.missing and not rendering.dead:
        return ()
    places = {mention.name: mention for mention in reversed(names(manuscript))}
    found = []
    for code, wanted in (("MW301", rendering.missing), ("MW302", rendering.dead)):
        for name in dict.fromkeys(wanted):
            at = places.get(name, Mention(name, manuscript.first_line, 1))
            found.append(problem(code, manuscript.path, at.line, at.column, name=name))
    return tuple(found)
