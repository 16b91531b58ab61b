"""Bring back what was published: a lost catalogue, and the last good version of an article.

At the I/O rim, below the pipeline. GUIDs, slugs and first dates come back from
``articles/*.json``, those of articles that are gone too; feeds that stand empty from their
``feed.json``; and the last good version of an article whose file is refused now from its JSON as
a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from markwire.catalogue import Catalogue, Entry, Remembered
from markwire.formats import FRAGMENT, addresses, carried, jsonfeed
from markwire.formats.marker import read as read_marker
from markwire.identity import fingerprint
from markwire.model import FORMATS, Article, Identity, Manuscript, Site
from markwire.outlet.directory import Directory
from markwire.outlet.disk import State
from markwire.outlet.sidecars import KINDS, beside
from markwire.selection import configured, memberships

_ARTICLE: Final = re.compile(r"articles/([a-z0-9-]+)\.json\Z")
_FEED: Final = re.compile(r"(?:(.+)/)?feed\.json\Z")
# As the recording names them: a word, twelve digits of the digest, and the suffix.
_MEDIA: Final = re.compile(r"media/[a-z0-9-]+-[0-9a-f]{12}\.[a-z0-9]+")

_NO_STATE: Final[State] = (-1, -1)


def remember_published(catalogue: Catalogue, outlet: Directory, site: Site) -> None:
    """Take what the feeds folder tells into an empty catalogue.

    Files that Markwire did not write are not taken in, and so never removed.
    """
    files = outlet.files()
    ours = set(media_files(outlet))
    for path in sorted(files):
        ours |= _of_article(path, catalogue, outlet, site)
    for key, feed in published_feeds(outlet):
        ours.update(addresses.files(key))
        if configured(key, site):
            catalogue.record_feed(key, label=feed.label, updated=feed.updated, carried=feed.carried)
    for path in sorted(ours & files.keys()):
        catalogue.record_output(path, *files[path])
        for each in beside(path, KINDS):
            if each in files:  # Known, and not to be trusted: a state in which nothing stands.
                catalogue.record_output(each, *_NO_STATE)


def _of_article(path: str, catalogue: Catalogue, outlet: Directory, site: Site) -> set[str]:
    """Give the files of an article whose JSON stands at ``path``, once it is remembered."""
    match = _ARTICLE.match(path)
    if match is None:
        return set()
    published = _published(outlet, path)
    if published is None:
        return _of_departed(path, match[1], catalogue, outlet)
    article = published.article
    catalogue.remember(
        jsonfeed.identity(published),
        fingerprint=published.source,
        permalink=article.permalink,
        updated=article.updated,
        feeds=[place.key for place in memberships(_manuscript(article, ""), site)],
    )
    return {path, f"articles/{match[1]}.html"}


def _of_departed(path: str, slug: str, catalogue: Catalogue, outlet: Directory) -> set[str]:
    """Give the files of an article that is gone, once its marker is remembered."""
    try:
        catalogue.remember_departed(slug, read_marker(outlet.read(path) or b""))
    except ValueError:
        return set()
    return {path, f"articles/{slug}.html"}


def published_feeds(outlet: Directory) -> Iterator[tuple[str, jsonfeed.PublishedFeed]]:
    """Give key and state of each feed of ours that stands in the feeds folder."""
    for path in sorted(outlet.files()):
        match = _FEED.match(path)
        if match is None:
            continue
        try:
            yield match[1] or "", jsonfeed.read_feed(outlet.read(path) or b"")
        except ValueError:
            continue  # Somebody else's file of that name.


def media_files(outlet: Directory) -> Iterator[str]:
    """Give the copies of pictures and other media that stand in the feeds folder."""
    return (path for path in outlet.files("media") if _MEDIA.fullmatch(path))


def restore(
    number: int, *, catalogue: Catalogue, outlet: Directory, site: Site, now: datetime
) -> bool:
    """Bring the last good version of an article back from its published JSON.

    Its file and when it may be seen stay as recorded. Gives whether there was such a version.
    """
    remembered = catalogue.article(number)
    published, slug = _standing(remembered, outlet), remembered.page
    if published is None or catalogue.slug_holder(slug) not in (None, number):
        return False
    article, path = published.article, remembered.path
    manuscript = _manuscript(article, path)
    entry = Entry(
        identity=Identity(
            remembered.identity.guid, slug, article.published, remembered.identity.own_id
        ),
        own_slug=None,
        path=path,
        fingerprint=fingerprint(path),
        headline=article.headline,
        permalink=article.permalink,
        updated=article.updated,
        release=remembered.release,
        memberships=memberships(manuscript, site),
        mentions=(),
        language=article.language,
        substance=remembered.substance,
    )
    catalogue.record(entry, number)
    catalogue.keep(
        number,
        fragments={
            (form, body): FRAGMENT[form](carried(article, body), site)
            for form in FORMATS
            for body in site.bodies
        },
        shown=_shown(article, site),
        problems=(),
    )
    catalogue.release(number, now)
    return True


def move(article: Remembered, outlet: Directory) -> None:
    """Stage the JSON of an article anew, so that it is found by where its file is now."""
    published = _standing(article, outlet)
    if published is not None:
        source, own_id = fingerprint(article.path), published.own_id
        outlet.put(
            f"articles/{article.page}.json",
            jsonfeed.document(published.article, source=source, own_id=own_id),
        )


def _standing(article: Remembered, outlet: Directory) -> jsonfeed.Published | None:
    """Give what stands published of an article."""
    published = _published(outlet, f"articles/{article.page}.json") if article.page else None
    return published if published and published.article.guid == article.identity.guid else None


def _published(outlet: Directory, path: str) -> jsonfeed.Published | None:
    try:
        return jsonfeed.read(outlet.read(path) or b"")
    except ValueError:
        return None


def _manuscript(article: Article, path: str) -> Manuscript:
    """Give as much of a manuscript as selecting its feeds takes."""
    return Manuscript(
        path=path,
        name=article.slug,
        headline=article.headline,
        text="",
        first_line=1,
        language=article.language,
        authors=article.authors,
        section=article.section,
        tags=article.tags,
    )


def _shown(article: Article, site: Site) -> set[str]:
    """Give the media that it shows, where they are now: the site may have moved since."""
    attached = (article.image, *article.attachments)
    text = "\n".join((article.body, *(media.url for media in attached if media)))
    return {site.feeds_url + path for path in _MEDIA.findall(text)}
