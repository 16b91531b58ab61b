"""JSON Feed 1.1, and the JSON of one article by itself. The only import of orjson. Pure.

What has no standard name stands under ``_markwire``. The JSON of one article holds all that
there is to know of it, so that a lost catalogue can be made again: ``read`` is the inverse of
``document``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import orjson

from markwire.formats import addresses
from markwire.model import Article, Correction, Feed, Identity, Media, Person, Site, Window

VERSION: Final = "https://jsonfeed.org/version/1.1"
_LINE: Final = orjson.OPT_APPEND_NEWLINE

_Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Published:
    """An article as its published JSON gives it back; ``source`` is its path's fingerprint, and
    ``own_id`` the ``id`` that its editor typed.
    """

    article: Article
    source: str
    own_id: str


@dataclass(frozen=True, slots=True)
class PublishedFeed:
    """A feed's label, last change and the GUIDs in it as its published JSON gives them."""

    label: str
    updated: datetime
    carried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teaser:
    """What brings a reader to an article: what a list says of it."""

    headline: str
    standfirst: str
    url: str
    published: datetime
    language: str


def fragment(article: Article, site: Site) -> bytes:
    """Give one item of a feed."""
    # A copy, for fragments are kept: orjson's own bytes lie in up to fourteen times their length.
    return bytes(memoryview(orjson.dumps(_item(article))))


def assemble(feed: Feed, window: Window, site: Site) -> bytes:
    """Give the whole feed: what orjson would have written from all its items at once."""
    head: _Json = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.url or site.url,
        "feed_url": addresses.url(feed, "json", site),
        "description": feed.description,
        "icon": feed.picture or site.logo,
        "favicon": site.icon,
        "authors": [{"name": site.title, "url": site.url}],
        "language": feed.language,
        "hubs": [{"type": "WebSub", "url": hub} for hub in site.hubs],
        "_markwire": _filled({"label": feed.label, "updated": _text(addresses.updated(window))}),
    }
    items = [orjson.Fragment(fragment) for fragment in window.fragments]
    return orjson.dumps({**_filled(head), "items": items}, option=_LINE)


def document(article: Article, *, source: str, own_id: str) -> bytes:
    """Give the JSON of one article by itself: its item, and by what its file is found again.

    ``source`` is the fingerprint of the path, ``own_id`` the editor's ``id`` as typed.
    """
    return orjson.dumps(
        _with_own(_item(article), {"source": source, "id": own_id}),
        option=_LINE | orjson.OPT_INDENT_2,
    )


def notice(article: Article, *, reason: str) -> bytes:
    """Give the item that stands in a feed for a killed article, gone since its ``updated``."""
    own = {"gone": _text(article.updated), "killed": True, "reason": reason}
    return orjson.dumps(_with_own(_item(article), own))


def read(content: bytes) -> Published:
    """Give back what ``document`` was given. Raises ValueError where it is no such document."""
    try:
        item = orjson.loads(content)
        own = item["_markwire"]
        article = Article(
            guid=item["id"],
            slug=own["slug"],
            permalink=item["url"],
            headline=item["title"],
            standfirst=item.get("summary", ""),
            body=item.get("content_html", ""),
            published=_moment(item["date_published"]),
            updated=_moment(item["date_modified"]),
            language=item["language"],
            authors=tuple(_read_person(author) for author in item.get("authors", ())),
            section=own.get("section", ""),
            tags=tuple(own.get("tags", ())),
            image=_read_media(own["image"]) if "image" in own else None,
            attachments=tuple(_read_attachment(each) for each in item.get("attachments", ())),
            canonical=own.get("canonical", ""),
            rights=own.get("rights", ""),
            corrections=tuple(
                Correction(_moment(note["date"]), note["text"], note["kind"])
                for note in own.get("corrections", ())
            ),
        )
        return Published(article, own.get("source", ""), own.get("id", ""))
    except (KeyError, TypeError, AttributeError, orjson.JSONDecodeError) as fault:
        raise ValueError(f"not the JSON of an article: {fault}") from fault


def identity(published: Published) -> Identity:
    """Give what must never change of a published article."""
    article = published.article
    return Identity(article.guid, article.slug, article.published, published.own_id)


def read_feed(content: bytes) -> PublishedFeed:
    """Give back what ``assemble`` said of the feed itself. Raises ValueError where it cannot."""
    try:
        feed = orjson.loads(content)
        own = feed["_markwire"]
        carried = tuple(str(item["id"]) for item in feed["items"])
        return PublishedFeed(own.get("label", ""), _moment(own["updated"]), carried)
    except (KeyError, TypeError, AttributeError, orjson.JSONDecodeError) as fault:
        raise ValueError(f"not a JSON Feed of Markwire: {fault}") from fault


# The newest articles stand in several feeds, and in the same ones of the edition before.
@lru_cache(maxsize=256)
def teaser(fragment: bytes) -> Teaser:
    """Give what a list says of the article of one item of ours, and no more than that item."""
    item = orjson.loads(fragment)
    return Teaser(
        headline=item["title"],
        standfirst=item.get("summary", ""),
        url=item["url"],
        published=_moment(item["date_published"]),
        language=item["language"],
    )


def _item(article: Article) -> _Json:
    """JSON Feed 1.1, "Items": every member that has a value."""
    item: _Json = {
        "id": article.guid,
        "url": article.permalink,
        "title": article.headline,
        "content_html": article.body,
        # Required where there is no HTML.
        "content_text": "" if article.body else article.standfirst or article.headline,
        "summary": article.standfirst,
        "image": article.image.url if article.image else "",
        "date_published": _text(article.published),
        "date_modified": _text(article.updated),
        "authors": [_person(person) for person in article.authors],
        "tags": list(addresses.categories(article)),
        "language": article.language,
        "attachments": [_attachment(media) for media in article.attachments],
    }
    own: _Json = {
        "slug": article.slug,
        "section": article.section,
        "tags": list(article.tags),
        "canonical": article.canonical,
        "rights": article.rights,
        "image": _media(article.image) if article.image else {},
        "corrections": [
            {"date": _text(note.date), "text": note.text, "kind": note.kind}
            for note in article.corrections
        ],
    }
    return {**_filled(item), "_markwire": _filled(own)}


def _with_own(item: _Json, more: _Json) -> _Json:
    own = item["_markwire"]
    assert isinstance(own, dict)
    return {**item, "_markwire": {**own, **_filled(more)}}


def _person(person: Person) -> _Json:
    # A URL may be a mailto: link (JSON Feed 1.1, "authors").
    mail = f"mailto:{person.email}" if person.email else ""
    also = {"email": person.email} if person.email and person.url else {}
    return _filled(
        {
            "name": person.name,
            "url": person.url or mail,
            "avatar": person.picture,
            "_markwire": also,
        }
    )


def _read_person(author: dict[str, str | dict[str, str]]) -> Person:
    name, url, own = author["name"], author.get("url", ""), author.get("_markwire", {})
    picture = author.get("avatar", "")
    assert isinstance(name, str)
    assert isinstance(url, str)
    assert isinstance(picture, str)
    assert isinstance(own, dict)
    if url.startswith("mailto:"):
        return Person(name, url.removeprefix("mailto:"), picture=picture)
    return Person(name, own.get("email", ""), url, picture)


def _media(media: Media) -> _Json:
    return _filled(
        {
            "url": media.url,
            "type": media.type,
            "length": media.length,
            "width": media.width,
            "height": media.height,
            "alt": media.alt,
            "caption": media.caption,
            "credit": media.credit,
        }
    )


def _read_media(own: dict[str, str | int]) -> Media:
    return Media(**own)  # type: ignore[arg-type]  # as _media wrote it


def _attachment(media: Media) -> _Json:
    own = _media(media)
    return _filled(
        {
            "url": media.url,
            # Required; octet-stream is what says nothing (RFC 2046 4.5.1).
            "mime_type": media.type or "application/octet-stream",
            "title": media.caption or media.alt,
            "size_in_bytes": media.length,
            "_markwire": own,
        }
    )


def _read_attachment(attachment: dict[str, dict[str, str | int]]) -> Media:
    return _read_media(attachment["_markwire"])


def _filled(members: _Json) -> _Json:
    """Leave out what has no value: an empty member tells a reader nothing."""
    return {name: value for name, value in members.items() if value not in ("", 0, [], {}, None)}


def _text(when: datetime) -> str:
    """RFC 3339, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
