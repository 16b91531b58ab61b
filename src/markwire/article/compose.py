"""Job → Composed | Refused: all that is published of one article. Pure.

Runs in a worker: both sides pickle, and what goes wrong is a value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from markwire.article.body import References, Rendering
from markwire.article.depth import TooLarge
from markwire.article.front.nodes import excerpt
from markwire.article.html import clean_text
from markwire.article.mentions import Mention, mentions, normal, readable
from markwire.article.notes import notes
from markwire.article.read import Refused
from markwire.article.summary import summary
from markwire.article.tags.translation import problems, translate
from markwire.article.urls import absolute, is_private
from markwire.formats import FRAGMENT, addresses, carried, jsonfeed
from markwire.formats.labels import labels
from markwire.formats.marker import Marker, marker
from markwire.formats.page import notice_page, page
from markwire.model import (
    FORMATS,
    MAX_MEDIA,
    Article,
    Body,
    FragmentKind,
    Identity,
    Manuscript,
    Media,
    Person,
    Site,
)
from markwire.problems import Problem, capped, problem

_WEB: Final = re.compile(r"(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Job:
    """One article to compose.

    ``media`` and ``links`` say what the names that the manuscript mentions stand for;
    ``bodies`` which fragments the site's feeds want; ``source`` the path's fingerprint;
    ``oversized`` names files that are longer than ``MAX_MEDIA``, with their lengths in bytes.
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
    oversized: Mapping[str, int] = field(default_factory=dict)


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
    for person in manuscript.authors:
        if person.picture and (name := normal(person.picture)):
            found = (Mention(name, 1, 1), *found)
    return found


def compose(job: Job) -> Composed | Refused:
    """Convert a manuscript's Markdown and write everything that is published of it."""
    from markwire.article.markdown import render  # noqa: PLC0415  (slow to import)
    from markwire.article.tags.verbatim import in_code  # noqa: PLC0415  (slow to import)

    manuscript = job.manuscript
    references = References(
        permalink=job.permalink,
        prefix=job.identity.slug,
        media={name: replace(file, flaw="") for name, file in job.media.items() if file.url},
        links=job.links,
        language=manuscript.language,
    )
    try:
        text = readable(manuscript.text)
        translation = translate(text, language=manuscript.language, codes=in_code)
        rendering = render(translation.text, references)
    except (TooLarge, RecursionError) as fault:
        reason = str(fault) or "it is nested too deeply"
        at = manuscript.first_line
        return Refused(manuscript.path, (problem("MW304", manuscript.path, at, reason=reason),))
    image, wanting = _image(job, rendering, references)
    left_out = problems(text, translation.left_out, manuscript)
    files = (*rendering.media, *rendering.offered)
    article = Article(
        guid=job.identity.guid,
        slug=job.identity.slug,
        permalink=job.permalink,
        headline=manuscript.headline,
        standfirst=summary(manuscript.standfirst, rendering).strip(),
        # White space is no body: an entry must not claim content, and have none.
        body=(rendering.html if rendering.html.strip() else "")
        + notes(manuscript.corrections, language=manuscript.language, zone=job.site.time_zone),
        published=job.identity.published,
        updated=job.updated,
        language=manuscript.language,
        authors=_people(manuscript, references),
        section=manuscript.section,
        tags=manuscript.tags,
        image=image,
        attachments=tuple(file for file in files if not file.type.startswith("image/")),
        canonical=absolute(manuscript.canonical, job.permalink) if manuscript.canonical else "",
        rights=manuscript.rights,
        corrections=manuscript.corrections,
    )
    shown = [file.url for file in files]
    shown += [person.picture for person in article.authors if person.picture]
    if image:
        shown.append(image.url)
    flaws = _flaws(job, rendering, shown)
    as_typed, article = article, _typeset(article, rendering, job)
    own = article if job.site.typography else as_typed
    return Composed(
        page=page(own, job.site, standfirst=own.standfirst if manuscript.standfirst else ""),
        document=jsonfeed.document(own, source=job.source, own_id=job.identity.own_id),
        fragments={
            (form, body): FRAGMENT[form](
                carried(as_typed if body.endswith("plain") else article, body), job.site
            )
            for form in FORMATS
            for body in job.bodies
        },
        media=tuple(dict.fromkeys(shown)),
        problems=capped(
            dict.fromkeys((*wanting, *flaws, *left_out, *_problems(job, rendering))),
            manuscript.path,
        ),
    )


def notice(gone: Marker, *, slug: str, bodies: tuple[Body, ...], site: Site) -> Composed:
    """Write what stands in the place of an article that was killed, as its marker tells.

    The same GUID, address and first date, and of the article nothing else: a neutral headline in
    its language, one sentence, and the public reason where there is one. In Atom there is no
    entry, and so an empty fragment, for a tombstone says it (RFC 6721).
    """
    words = labels(gone.language or site.language)
    reason = clean_text(" ".join(gone.reason.split()))
    article = Article(
        guid=gone.guid,
        slug=slug,
        permalink=gone.permalink,
        headline=words.gone,
        standfirst=f"{words.gone_sentence} {reason}".strip(),
        body="",
        published=gone.published,
        updated=gone.gone,
        language=words.language,
    )
    written = {
        "rss": FRAGMENT["rss"](article, site),
        "atom": b"",
        "json": jsonfeed.notice(article, reason=reason),
    }
    return Composed(
        page=notice_page(article, site),
        document=marker(gone),
        fragments={(form, body): written[form] for form in FORMATS for body in bodies},
        media=(),
        problems=(),
    )


def ready(site: Site) -> None:
    """Import and set up all that :func:`compose` needs, so that the first article need not wait."""
    manuscript = Manuscript("-", "-", "-", "-", 1, site.language)
    identity = Identity("-", "-", addresses.NEVER)
    url = site.feeds_url + "-"
    compose(Job(manuscript, identity, url, addresses.NEVER, {}, {}, site.bodies, "-", site))


def _typeset(article: Article, rendering: Rendering, job: Job) -> Article:
    """Give an article as its language sets it, where anything of the site wants it so."""
    manuscript, plain = job.manuscript, all(body.endswith("plain") for body in job.bodies)
    if not manuscript.typography or (plain and not job.site.typography):
        return article
    from markwire.article.typesetting import typeset_article  # noqa: PLC0415  (slow to import)

    return typeset_article(article, rendering, has_standfirst=bool(manuscript.standfirst))


def _image(
    job: Job, rendering: Rendering, references: References
) -> tuple[Media | None, tuple[Problem, ...]]:
    """Give the lead picture, the front matter's or else the body's first, or what it wants."""
    manuscript = job.manuscript
    line = manuscript.image
    if line is None:
        first = (media for media in rendering.media if media.type.startswith("image/"))
        return next(first, None), ()
    name = normal(line.src)
    if not name and _WEB.match(line.src):
        media = Media(absolute(line.src, references.permalink))
        if is_private(media.url):
            return None, (problem("MW318", manuscript.path, name=excerpt(media.url)),)
    elif name in job.oversized:
        return None, (_oversized(Mention(name, 1, 1), job.oversized[name], manuscript),)
    elif name not in references.media:
        if name in job.media:
            return None, ()  # Its flaw is told.
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


def _people(manuscript: Manuscript, references: References) -> tuple[Person, ...]:
    """Give the authors with the addresses of their portraits; ``rosters`` told of those lost."""
    if not any(person.picture for person in manuscript.authors):
        return manuscript.authors
    people = []
    for person in manuscript.authors:
        file = references.media.get(normal(person.picture))
        is_shown = file is not None and file.type.startswith("image/")
        is_whole = _WEB.match(person.picture) and not is_private(person.picture)
        url = person.picture if is_whole else ""
        people.append(replace(person, picture=file.url if file and is_shown else url))
    return tuple(people)


def _flaws(job: Job, rendering: Rendering, shown: Collection[str]) -> tuple[Problem, ...]:
    """Tell what is wrong with files of the content folder that the article shows, or wants to."""
    flawed = {name: file for name, file in job.media.items() if file.flaw}
    if not flawed:
        return ()
    manuscript = job.manuscript
    wanted = {*rendering.missing, *(normal(each.picture) for each in manuscript.authors)}
    if manuscript.image:
        wanted.add(normal(manuscript.image.src))
    places = {mention.name: mention for mention in reversed(names(manuscript))}
    return tuple(
        problem(file.flaw, manuscript.path, places[name].line, places[name].column, name=name)
        for name, file in flawed.items()
        if file.url in shown or (name in wanted and not file.url)
    )


def _problems(job: Job, rendering: Rendering) -> tuple[Problem, ...]:
    missing = [name for name in rendering.missing if name not in job.media]
    if not missing and not rendering.dead and not rendering.private:
        return ()
    manuscript = job.manuscript
    places = {mention.name: mention for mention in reversed(names(manuscript))}
    found = [
        problem("MW318", manuscript.path, *_place(url, manuscript), name=excerpt(url))
        for url in rendering.private
    ]
    for code, wanted in (("MW301", missing), ("MW302", rendering.dead)):
        for name in dict.fromkeys(wanted):
            at = places.get(name, Mention(name, manuscript.first_line, 1))
            if code == "MW301" and name in job.oversized:
                found.append(_oversized(at, job.oversized[name], manuscript))
            else:
                found.append(problem(code, manuscript.path, at.line, at.column, name=name))
    return tuple(found)


def _oversized(at: Mention, size: int, manuscript: Manuscript) -> Problem:
    words = {"name": at.name, "size": size, "limit": MAX_MEDIA}
    return problem("MW319", manuscript.path, at.line, at.column, **words)


def _place(url: str, manuscript: Manuscript) -> tuple[int, int]:
    """Give where a text has an address, as it is typed or nearly so."""
    host = url.split("/", 3)[2]
    at = max(manuscript.text.find(host), 0)
    start = manuscript.text.rfind("\n", 0, at) + 1
    return manuscript.first_line + manuscript.text.count("\n", 0, at), at - start + 1
