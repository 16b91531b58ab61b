"""Any character in any field: what the three formats carry is still read by every parser.

Each field of an article gets its own characters of every plane, raw where a file can hold them and
by escapes where it cannot: controls, surrogates, noncharacters, marks of direction, tags. What
comes of it is put into feeds, and these are parsed. Chance decides by the seed alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from fuzz import rules
from markwire.article.compose import Composed, Job, compose
from markwire.article.read import Read, read
from markwire.formats import ASSEMBLE
from markwire.identity import mint, permalink
from markwire.model import FORMATS, Feed, Site, Window
from oracles.executable import executable
from oracles.node import SCRIPTS
from oracles.readers import read_with_feedsmith
from torture.torment import Outcome

# So many characters a field and article: no field may hold many more.
SHARE: Final = 100
_WINDOW: Final = 25
_WHEN: Final = datetime(2026, 5, 1, 6, tzinfo=UTC)
_FEED: Final = Feed("", "Essais", "Des essais", "fr")
_SITE: Final = Site(
    title="Essais",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
    feeds=(_FEED,),
    author_emails=True,
)
FIELDS: Final = (
    *("title", "summary", "author", "address", "section", "tag", "id", "rights", "canonical"),
    *("picture", "alt", "caption", "credit", "correction", "name", "body"),
)
# Where to take a character from, and how often of a hundred.
_RANGES: Final = (
    (20, ((0x20, 0x7E),)),
    (12, ((0x00, 0x1F), (0x7F, 0x9F))),
    (14, ((0xA0, 0x2FFF),)),
    (12, ((0x3000, 0xD7FF), (0xE000, 0xFDCF))),
    (8, ((0xD800, 0xDFFF),)),
    (8, ((0xFDD0, 0xFDEF), (0xFFF0, 0xFFFF), (0x1FFFE, 0x1FFFF), (0x10FFFE, 0x10FFFF))),
    (8, ((0x200B, 0x200F), (0x2028, 0x202F), (0x2060, 0x206F), (0xFEFF, 0xFEFF))),
    (6, ((0xE0000, 0xE01EF),)),
    (12, ((0x10000, 0x10FFFF),)),
)


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Publish ``count`` characters in each field; ``folder`` is for what feedsmith reads."""
    rng = Random(seed)
    broken: list[str] = []
    refused: Counter[str] = Counter()
    published = articles = 0
    waiting: list[tuple[str, Composed]] = []
    while published < count and len(broken) < 20:
        articles += 1
        try:
            made = _publish(rng, articles)
        except Exception as fault:  # whatever it is, it is what we look for
            broken.append(f"article {articles} of seed {seed}: {type(fault).__name__}: {fault}")
            continue
        if isinstance(made, str):
            refused[made] += 1
        else:
            published += SHARE
            waiting.append(made)
        if len(waiting) == _WINDOW or published >= count:
            broken.extend(_read_back(waiting, folder))
            waiting.clear()
        if articles > 100 and refused.total() > articles / 2:
            broken.append(f"most articles were refused: {dict(refused)}")
            break
    told = ", ".join(f"{number} by {code}" for code, number in sorted(refused.items())) or "none"
    return Outcome(
        published * len(FIELDS),
        f"characters of every plane, {published:,} in each of {len(FIELDS)} fields",
        tuple(broken),
        {"refused": told},
    )


def _characters(rng: Random) -> Iterator[str]:
    weights = [weight for weight, _ in _RANGES]
    for _, ranges in rng.choices(_RANGES, weights, k=SHARE):
        yield chr(rng.randint(*rng.choice(ranges)))


def _publish(rng: Random, number: int) -> tuple[str, Composed] | str:
    """Publish one article; give its GUID and what was composed, or the code that refused it."""
    words = {field: "".join(_characters(rng)) for field in FIELDS}
    front: dict[str, object] = {
        "title": f"T{words['title']}",
        "summary": words["summary"],
        "date": "2026-05-01T06:00Z",
        "authors": [
            {"name": f"A{words['author']}", "url": f"https://example.org/{words['address']}"}
        ],
        "section": f"S{words['section']}",
        "tags": [f"T{words['tag']}"],
        "id": f"{number}{words['id']}",
        "rights": words["rights"],
        "canonical": f"https://example.org/{words['canonical']}",
        "image": {
            "src": f"https://example.org/{words['picture']}",
            "alt": words["alt"],
            "caption": words["caption"],
            "credit": words["credit"],
        },
        "corrections": [{"date": "2026-05-02", "text": f"N{words['correction']}"}],
    }
    written = f"{_head(front, rng)}\n{_body(words['body'], rng)}\n"
    path = "".join(each for each in words["name"] if each not in "/\0" and _is_writable(each))
    result = read(written.encode(), path=f"a{path}.md", site=_SITE)
    rules.known(result.problems, lines=written.count("\n") + written.count("\r") + 2)
    if not isinstance(result, Read):
        return next(each.code for each in result.problems if each.severity == "error")
    manuscript = result.manuscript
    rules.only_legal_text(replace(manuscript, text="", path=""), "manuscript")
    identity = mint(manuscript, _SITE, modified=_WHEN, taken=_never, slug_taken=_never)
    rules.only_legal_text(identity, "identity")
    job = Job(
        manuscript=manuscript,
        identity=identity,
        permalink=permalink(_SITE, identity, manuscript.section),
        updated=_WHEN,
        media={},
        links={},
        bodies=("full", "summary"),
        source="a",
        site=_SITE,
    )
    composed = compose(job)
    if not isinstance(composed, Composed):
        return composed.problems[0].code
    page, html = composed.page.decode(), rules.body_of(composed.document)
    if found := executable(page, is_page=True) + executable(html):
        raise AssertionError(found[0])
    return identity.guid, composed


def _never(_: str) -> bool:
    return False


def _head(front: dict[str, object], rng: Random) -> str:
    """Front matter as JSON, which alone can write a lone surrogate, or as YAML."""
    if rng.random() < 0.5:
        return json.dumps(front)
    lines = (f"{key}: {_yaml(value, rng)}\n" for key, value in front.items())
    return f"---\n{''.join(lines)}---"


def _yaml(value: object, rng: Random) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_yaml(each, rng)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(_yaml(each, rng) for each in value)}]"
    return f'"{"".join(_escaped(each, rng) for each in str(value))}"'


def _escaped(each: str, rng: Random) -> str:
    """YAML 1.2 section 5.7: as it is where a file of text may hold it, else by its number."""
    code = ord(each)
    if 0xD800 <= code < 0xE000:
        return ""
    if each not in '"\\' and (0x20 <= code < 0x7F or code >= 0xA0) and rng.random() < 0.6:
        is_plain = not 0xFDD0 <= code <= 0xFDEF and code & 0xFFFE != 0xFFFE and code != 0xFEFF
        if is_plain and code not in (0x2028, 0x2029):
            return each
    return f"\\x{code:02x}" if code < 0x100 else f"\\U{code:08x}"


def _body(text: str, rng: Random) -> str:
    """Every part of a text, with characters raw and by reference."""
    parts = [text[start : start + 10] for start in range(0, len(text), 10)]
    written = ["".join(_referred(each, rng) for each in part) for part in parts]
    frames = (
        *("{}", "## {}", "*{}*", "> {}", "- {}", "`{}`", "[{}](https://example.org/)"),
        *(
            "[a](https://example.org/ '{}')",
            "![{}](https://example.org/x.png)",
            "<b title='{}'>x</b>",
        ),
    )
    return "\n\n".join(frame.format(part) for frame, part in zip(frames, written, strict=True))


def _referred(each: str, rng: Random) -> str:
    if not _is_writable(each) or rng.random() < 0.3:
        return f"&#x{ord(each):x};"
    return each


def _is_writable(each: str) -> bool:
    return not "\ud800" <= each <= "\udfff"


def _read_back(waiting: list[tuple[str, Composed]], folder: Path) -> Iterator[str]:
    """Put what was composed into feeds, and have them read; give what was not."""
    guids = [guid for guid, _ in waiting]
    files = []
    for body in ("full", "summary"):
        for form in FORMATS:
            window = Window(tuple(made.fragments[form, body] for _, made in waiting), _WHEN)
            document = ASSEMBLE[form](_FEED, window, _SITE)
            try:
                if form == "json":
                    rules.json_feed(document, guids)
                else:
                    rules.xml_feed(document, form, guids)
                    rules.read_by_feedparser(document, form, guids)
            except Exception as fault:  # as many kinds as there are parsers
                yield f"{form} of {body}: {type(fault).__name__}: {str(fault)[:500]}"
            files.append(folder / f"{body}.{form}")
            files[-1].write_bytes(document)
    if (SCRIPTS / "node_modules").is_dir():
        for file, feed in zip(files, read_with_feedsmith(*files), strict=True):
            if len(feed.items) != len(guids):
                yield f"feedsmith finds {len(feed.items)} of {len(guids)} entries in {file.name}"
