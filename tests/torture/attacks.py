"""Attacks on readers that nobody has written: those of ``xss``, cut up and put into each other.

What comes of each is judged in html5lib's tree, and shown in Chromium as every article of the
corpus is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from browser import Reader, Shown, reader
from fuzz import rules
from markwire.article.compose import Composed, Job, compose
from markwire.model import Feed, Identity, Manuscript, Site
from oracles.executable import executable, media
from torture.torment import Outcome
from xss_cases import cases

_BATCH: Final = 400
_WHEN: Final = datetime(2026, 5, 1, 6, tzinfo=UTC)
_SITE: Final = Site(
    title="Essais",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("UTC"),
    language="fr",
    feeds=(Feed("", "Essais", "Des essais", "fr"),),
)
_BETWEEN: Final = (
    "",
    " ",
    "\n",
    "\n\n",
    "\n> ",
    "\n- ",
    "\n    ",
    "`",
    "%%",
    "<!--",
    "-->",
    '"',
    "'",
)
_LANGUAGES: Final = ("fr", "en", "ru", "kk", "de")


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Publish and show ``count`` mixtures."""
    rng = Random(seed)
    texts = [case.text for case in cases() if not case.text.startswith(("---\n", "+++\n", "{"))]
    broken: list[str] = []
    refused = shown = 0
    with reader() as browser:
        for start in range(0, count, _BATCH):
            batch = []
            for number in range(start, min(start + _BATCH, count)):
                text = _mixture(texts, rng)
                made = _published(text, rng.choice(_LANGUAGES))
                if isinstance(made, Composed):
                    batch.append((f"mixture-{number}", text, made))
                else:
                    refused += 1
            shown += len(batch)
            broken.extend(_judged(batch, browser))
            if len(broken) > 20:
                break
    return Outcome(
        shown,
        "mixtures of the attacks of tests/xss published, and shown in Chromium",
        tuple(broken),
        {"refused": str(refused)},
    )


def _mixture(texts: list[str], rng: Random) -> str:
    """Two to four attacks: one behind the other, or one somewhere within the other."""
    text = rng.choice(texts)
    for _ in range(rng.randint(1, 3)):
        other = rng.choice(texts)
        if rng.random() < 0.3:
            begin, end = sorted(rng.randrange(len(other) + 1) for _ in range(2))
            other = other[begin:end]
        at = rng.randrange(len(text) + 1) if rng.random() < 0.6 else len(text)
        cut = rng.randrange(4) if rng.random() < 0.3 else 0
        text = text[:at] + rng.choice(_BETWEEN) + other + rng.choice(_BETWEEN) + text[at + cut :]
    return text


def _published(text: str, language: str) -> object:
    return compose(
        Job(
            manuscript=Manuscript("a.md", "a", "Essai", text, 1, language),
            identity=Identity("tag:example.org,2026-05-01:a", "a", _WHEN),
            permalink="https://example.org/feeds/articles/a.html",
            updated=_WHEN,
            media={},
            links={},
            bodies=("full",),
            source="a",
            site=_SITE,
        )
    )


def _judged(batch: list[tuple[str, str, Composed]], browser: Reader) -> Iterator[str]:
    shown = []
    for name, text, made in batch:
        page, html = made.page.decode(), rules.body_of(made.document)
        if found := executable(page, is_page=True) + executable(html):
            yield f"html5lib finds {found[0]} in what became of {text!r}"
        shown.append(Shown(name, page, [html], media(page)))
    browser.hurry(shown)
    for one, (_, text, _) in zip(shown, batch, strict=True):
        if one.came:
            yield f"Chromium tells of {one.came} in what became of {text!r}"
