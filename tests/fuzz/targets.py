"""What is fuzzed: each target takes bytes, and raises where the product breaks a rule.

A target knows nothing of how bytes are found; whatever an editor could write must end as a value.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zlib import crc32
from zoneinfo import ZoneInfo

from fuzz import rules
from markwire.article.compose import Composed, Job, compose
from markwire.article.front import dates
from markwire.article.html import sanitise
from markwire.article.read import Read, Refused, read
from markwire.article.rosters import read_authors, read_sections
from markwire.article.slugs import DEVICES, MAX_LENGTH, RESERVED, is_slug, slug
from markwire.cleaning import Held, UncleanError, clean, tells
from markwire.config import FILE_NAME, load_site
from markwire.errors import ConfigurationError
from markwire.formats import ASSEMBLE
from markwire.intake.pictures import MediaFile, inspect
from markwire.model import FORMATS, Body, Feed, Identity, Manuscript, Media, Site, Window
from markwire.problems import Problem
from oracles.executable import executable

_BODIES: Final[tuple[Body, ...]] = ("full", "summary-plain")
_FEEDS: Final = tuple(Feed(body, "Essais", "Des essais", "fr", body=body) for body in _BODIES)
_SITE: Final = Site(
    title="La Route des steppes",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
    feeds=_FEEDS,
    author_emails=True,
)
_WHEN: Final = datetime(2026, 5, 1, 6, tzinfo=UTC)
_ZONES: Final = tuple(map(ZoneInfo, ("UTC", "Asia/Almaty", "America/Sao_Paulo", "Pacific/Apia")))
_LANGUAGES: Final = ("", "fr", "kk", "ru", "uz", "fa", "de", "tk")
_IDENTITY: Final = Identity("tag:example.org,2026-05-01:a", "a", _WHEN)
_MEDIA: Final = {
    "x.png": Media("https://example.org/feeds/media/x.png", "image/png", 99, 4, 3),
    "y.mp3": Media("https://example.org/feeds/media/y.mp3", "audio/mpeg", 9),
}
_KINDS: Final = ("image/png", "audio/mpeg", "video/mp4", "audio/ogg", "application/pdf")
_LINKS: Final = {"b.md": "https://example.org/feeds/articles/b.html"}
# Markup makes text longer: the page's own frame, and so many bytes for each that was written.
_CONTAINER: Final = 64
_FRAME: Final = 40_000
_GROWTH: Final = 400


def article(written: bytes) -> None:
    """A whole file: front matter to metadata, and what is published of it."""
    result = _read(written)
    if isinstance(result, Read):
        _composed(result.manuscript, written)


def front(written: bytes) -> None:
    """A whole file, only read: to metadata, or to the problems that refuse it."""
    _read(written)


def body(written: bytes) -> None:
    """Markdown alone: to HTML, fragments, and the three documents around them."""
    text = written.decode(errors="ignore").replace("\r\n", "\n").replace("\r", "\n")
    language = _LANGUAGES[len(text) % len(_LANGUAGES)] or "en"
    _composed(Manuscript("a.md", "a", "Essai", text, 1, language), written)


def _read(written: bytes) -> Read | Refused:
    result = read(written, path="rail/a.md", site=_SITE)
    lines = 1 + sum(written.count(end) for end in (b"\n", b"\r", b"\x0b", b"\x0c", b"\x85"))
    rules.known(result.problems, lines=lines)
    is_refused = any(problem.severity == "error" for problem in result.problems)
    assert is_refused == isinstance(result, Refused)
    assert result == read(written, path="rail/a.md", site=_SITE), "another result the second time"
    if isinstance(result, Read):
        manuscript = result.manuscript
        # The text itself is cleaned once its references are resolved.
        rules.only_legal_text(manuscript.without_text(), "manuscript")
        assert manuscript.headline.strip()
        assert not manuscript.slug or is_slug(manuscript.slug)
    return result


def _composed(manuscript: Manuscript, written: bytes) -> None:
    # The dearest rules are asked of one in eight, always of the same.
    is_chosen = crc32(written) % 8 == 0
    job = Job(
        manuscript=manuscript,
        identity=_IDENTITY,
        permalink="https://example.org/feeds/articles/a.html",
        updated=manuscript.updated or _WHEN,
        media=_MEDIA,
        links=_LINKS,
        bodies=_BODIES,
        source="a",
        site=_SITE,
    )
    result = compose(job)
    lines = manuscript.first_line + manuscript.text.count("\n")
    rules.known(result.problems, lines=lines)
    assert not is_chosen or result == compose(job), "another result the second time"
    if not isinstance(result, Composed):
        assert any(problem.severity == "error" for problem in result.problems)
        return
    for feed in _FEEDS:
        for form in FORMATS:
            window = Window((result.fragments[form, feed.body],), job.updated)
            document = ASSEMBLE[form](feed, window, _SITE)
            if form == "json":
                rules.json_feed(document, [_IDENTITY.guid])
            else:
                rules.xml_feed(document, form, [_IDENTITY.guid])
                if is_chosen:
                    rules.read_by_feedparser(document, form, [_IDENTITY.guid])
                    for text in rules.offered_as_html(document, form):
                        assert executable(text) == []
            most = _FRAME + _GROWTH * len(written)
            assert len(document) <= most, f"{form} has grown beyond measure"
    if is_chosen:
        assert executable(result.page.decode(), is_page=True) == []
    html = rules.body_of(result.document)
    assert executable(html) == []
    assert sanitise(html) == html, "sanitising again changes the body"


def picture(written: bytes) -> None:
    """The bytes of a media file: its type and size, or nothing."""
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        name = ("a.png", "a.jpg", "a.gif", "a.webp", "a.avif", "a.mp3")[len(written) % 6]
        (Path(folder) / name).write_bytes(written)
        found = inspect(Path(folder), name)
    if isinstance(found, MediaFile):
        assert found.length == len(written)
        assert (found.width > 0) == (found.height > 0)
        assert 0 <= found.width < 2**32
        assert 0 <= found.height < 2**32
    else:
        assert isinstance(found, Problem)
        rules.known([found], lines=1)


def media(written: bytes) -> None:
    """A media file, whose first byte says what kind its name tells: what of it is published."""
    kind = _KINDS[written[0] % len(_KINDS)] if written else _KINDS[0]
    published = _cleaned(written[1:], kind)
    if published is not None:
        assert len(published) <= len(written) + _CONTAINER, "cleaning has made it longer"
        assert _cleaned(published, kind) == published, "cleaning again changes it"


def _cleaned(content: bytes, kind: str) -> bytes | None:
    held = Held(content)
    try:
        published = clean(held, kind)
        tells(held, kind)
    except UncleanError:
        return None
    made = b"".join(published.chunks(held))
    assert len(made) == published.length
    return made


def date(written: bytes) -> None:
    """A date as an editor writes it: a moment in UTC, or what is wrong with it."""
    text = written[1:].decode(errors="replace")
    zone = _ZONES[written[0] % len(_ZONES)] if written else _ZONES[0]
    found = dates.read(text, zone)
    if isinstance(found, dates.Moment):
        rules.only_legal_text(found.when, "moment")
        assert dates.moment(found.when.isoformat(), zone) == found.when.replace(microsecond=0)
    else:
        assert found in ("form", "offset", "order", "zone")
    dates.is_local(text)


def word(written: bytes) -> None:
    """A name in any script: a word for addresses that can name a file anywhere."""
    name = written[1:].decode(errors="replace")
    language = _LANGUAGES[written[0] % len(_LANGUAGES)] if written else ""
    made = slug(name, language=language)
    assert is_slug(made), f"{made!r} is no slug"
    assert len(made) <= MAX_LENGTH
    assert made not in RESERVED
    assert made not in DEVICES
    assert slug(made, language=language) == made


def config(written: bytes) -> None:
    """``markwire.toml``: a site whose feeds can be written, or what is wrong, in a sentence."""
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        (Path(folder) / FILE_NAME).write_bytes(written)
        try:
            site = load_site(Path(folder))
        except ConfigurationError:
            return
    for feed in site.feeds:
        for form in FORMATS:
            document = ASSEMBLE[form](feed, Window((), None), site)
            if form == "json":
                rules.json_feed(document, [])
            else:
                rules.xml_feed(document, form, [])


def roster(written: bytes) -> None:
    """``authors.toml`` and ``sections.toml``: profiles, and what is wrong in them."""
    lines = 1 + written.count(b"\n") + written.count(b"\r")
    for reading in (read_authors, read_sections):
        found = reading(written)
        assert found == reading(written), "another result the second time"
        if isinstance(found, Problem):
            rules.known([found], lines=lines)
        else:
            rules.known(found.problems, lines=lines)
            rules.only_legal_text(found, "profiles")


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


ALL: Final[Mapping[str, Callable[[bytes], None]]] = {
    "article": article,
    "front": front,
    "body": body,
    "picture": picture,
    "media": media,
    "date": date,
    "word": word,
    "config": config,
    "roster": roster,
}


def named(written: bytes) -> tuple[str, Callable[[bytes], None]]:
    """Give the target that the first byte of an input for all of them stands for."""
    return list(ALL.items())[(written[0] if written else 0) % len(ALL)]


def every(written: bytes) -> None:
    """All targets: the first byte says which one gets the rest."""
    named(written)[1](written[1:])


TARGETS: Final = {**ALL, "all": every}
