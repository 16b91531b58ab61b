"""Make a lost catalogue again from what was published.

At the I/O rim, below the pipeline. GUIDs, slugs and first dates come back from
``articles/*.json``; feeds that stand empty from their ``feed.json``; and the last good version
of an article whose file is refused now from its JSON as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from markwire.catalogue import Catalogue, Entry
from markwire.formats import FRAGMENT, addresses, carried, jsonfeed
from markwire.identity import fingerprint
from markwire.model import FORMATS, Article, Manuscript, Site
from markwire.outlet.directory import Directory
from markwire.selection import configured, memberships, release

_ARTICLE: Final = re.compile(r"articles/([a-z0-9-]+)\.json\Z")
_FEED: Final = re.compile(r"(?:(.+)/)?feed\.json\Z")


def remember_published(catalogue: Catalogue, outlet: Directory, site: Site) -> None:
    """Take what the feeds folder tells into an empty catalogue.

    Files that Markwire did not write are not taken in, and so never removed.
    """
    files = outlet.files()
    ours = {path for path in files if path.startswith("media/")}
    for path in sorted(files):
        ours |= _of_article(path, catalogue, outlet)
    for key, feed in published_feeds(outlet):
        ours |= {addresses.path(key, form) for form in FORMATS}
        if configured(key, site):
            catalogue.record_feed(key, label=feed.label, updated=feed.updated)
    for path in sorted(ours & files.keys()):
        catalogue.record_output(path, *files[path])


def _of_article(path: str, catalogue: Catalogue, outlet: Directory) -> set[str]:
    """Give the files of an article whose JSON stands at ``path``, once it is remembered."""
    match = _ARTICLE.match(path)
    published = _published(outlet, path) if match else None
    if match is None or published is None:
        return set()
    article = published.article
    catalogue.remember(
        jsonfeed.identity(published),
        fingerprint=published.source,
        permalink=article.permalink,
        updated=article.updated,
    )
    return {path, f"articles/{match[1]}.html"}


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


def restore(
    path: str, catalogue: Catalogue, outlet: Directory, site: Site, now: datetime
) -> int | None:
    """Bring the last good version of a refused file back into an emptied catalogue.

    Gives the article's number, or None where nothing published came from ``path``.
    """
    remembered = catalogue.find(fingerprint=fingerprint(path))
    if remembered is None or remembered.present:
        return None
    published = _published(outlet, f"articles/{remembered.identity.slug}.json")
    if published is None:
        return None
    article = published.article
    manuscript = _manuscript(article, path)
    entry = Entry(
        identity=remembered.identity,
        path=path,
        fingerprint=published.source,
        headline=article.headline,
        permalink=article.permalink,
        updated=article.updated,
        release=release(manuscript, article.published),
        memberships=memberships(manuscript, site),
        mentions=(),
    )
    number = catalogue.record(entry, remembered.number, now)
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
    return number


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
    media = re.escape(f"{site.feeds_url}media/")
    shown = set(re.findall(rf"{media}[A-Za-z0-9.-]+", article.body))
    return shown | ({article.image.url} if article.image else set())
