"""The oracles must be able to fail: each of their rules is shown a feed that breaks it.

Cases are files in ``oracles/cases``: one that breaks a rule says so with ``expects: Code`` in its
first comment (or ``user_comment``); one called ``good*`` breaks none. A new file is a new test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oracles import Form, findings
from oracles.commonmark import examples
from oracles.read_model import Enclosure, Picture, ReadFeed, ReadItem
from oracles.readers import (
    XmlForm,
    read_with_feedparser,
    read_with_feedsmith,
    read_with_json,
    read_with_lxml,
)
from oracles.shared_rules import WARNINGS

CASES = Path(__file__).parent / "oracles" / "cases"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOME = "https://news.example/feeds/"
PLACES: dict[Form, str] = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
BROKEN = sorted(path for path in CASES.iterdir() if not path.name.startswith("good"))
GOOD = sorted(CASES.glob("good*"))


def form_of(path: Path) -> Form:
    for form in PLACES:
        if path.name.startswith(f"{form}-") or path.suffix == f".{form}":
            return form
    raise AssertionError(f"{path.name} does not say which form it has")


def codes(path: Path) -> list[str]:
    form = form_of(path)
    found = findings(path.read_bytes(), form=form, url=HOME + PLACES[form], now=NOW)
    return sorted(finding.code for finding in found)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_rule_is_reported_and_nothing_else(path: Path) -> None:
    """An oracle that never says no would judge every feed good."""
    expected = re.search(rb"expects: ([A-Za-z0-9 ]+)", path.read_bytes())
    assert expected is not None
    assert codes(path) == sorted(expected[1].decode().split())


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_a_good_feed_is_not_found_fault_with(path: Path) -> None:
    """An oracle that always says no would be switched off."""
    assert codes(path) == []


def test_every_warning_has_a_case() -> None:
    """A rule that nothing ever broke may well be one that never speaks."""
    expected = re.findall(rb"expects: ([A-Za-z0-9 ]+)", b"".join(p.read_bytes() for p in BROKEN))
    assert not WARNINGS - set(b" ".join(expected).decode().split())


def test_a_feed_too_large_for_the_service_is_reported() -> None:
    """It stops reading at five million bytes; the case is made here, for it would be as large."""
    data = (CASES / "good.rss").read_bytes().replace(b"</rss>", b" " * 5_000_000 + b"</rss>")
    found = findings(data, form="rss", url=HOME + "rss.xml", now=NOW)
    assert [finding.code for finding in found] == ["ValidatorLimit"]


def test_a_date_is_judged_by_the_moment_given() -> None:
    """A feed that is fine now must not turn bad, or good, with the clock of the machine."""
    data = (CASES / "good.rss").read_bytes()
    early = datetime(2026, 5, 4, 6, 15, tzinfo=UTC)
    found = findings(data, form="rss", url=HOME + "rss.xml", now=early)
    assert {finding.code for finding in found} == {"ImplausibleDate"}


def without(pictures: str, feed: ReadFeed) -> ReadFeed:
    """The feed, without what a reader is known not to see of its pictures."""
    blank = dict.fromkeys(pictures.split(), "")
    items = tuple(
        replace(item, pictures=tuple(picture._replace(**blank) for picture in item.pictures))
        for item in feed.items
    )
    return replace(feed, items=items)


FIRST = ReadItem(
    id="tag:news.example,2026:train-de-nuit",
    title="Le train de nuit repart : Almaty–Tachkent & retour",
    url="https://news.example/2026/05/train-de-nuit",
    published=datetime(2026, 5, 4, 6, tzinfo=UTC),
    updated=datetime(2026, 5, 4, 6, 30, tzinfo=UTC),
    authors=("Aïgul Sadykova", "Émile Roux"),
    summary="Après deux ans d’arrêt, la ligne rouvre avec des voitures neuves.",
    body='<p>La ligne <a href="https://news.example/lignes">rouvre</a>.</p>',
    tags=("Transport", "Rail"),
    enclosure=Enclosure("https://news.example/audio/train.mp3", "audio/mpeg", 1048576),
    pictures=(
        Picture(
            "https://news.example/img/quai.jpg",
            "D. Omarov",
            "Un quai de la gare d’Almaty-2.",
        ),
    ),
)
SECOND = ReadItem(
    id="urn:uuid:0b1f6a3e-6e0b-4c58-9a42-6f2b9a1c7d10",
    title="Домбыра күні",
    url="https://news.example/kk/dombyra",
    published=datetime(2026, 5, 3, 13, tzinfo=UTC),
    updated=None,
    authors=(),
    summary="Бүгін — домбыра күні.",
    body=None,
    tags=(),
    enclosure=None,
    pictures=(),
)


def good(form: Form) -> ReadFeed:
    """What a perfect reader sees in the good sample of a form."""
    place, first, second = HOME + PLACES[form], FIRST, SECOND
    if form == "rss":
        data = (CASES / "good.rss").read_text("utf-8")
        body = re.search(r"<!\[CDATA\[(.*?)\]\]>", data, re.S)
        assert body is not None
        first = replace(first, body=body[1])
    elif form == "atom":
        second = replace(second, published=None, updated=second.published)
    else:
        second = replace(second, summary=None, body=second.summary)
    return ReadFeed("Steppe Courier", "https://news.example/", place, "fr", (first, second))


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_lxml_reads_all_there_is(form: XmlForm) -> None:
    """Of all readers this one must miss nothing: it is the measure of the others."""
    assert read_with_lxml((CASES / f"good.{form}").read_bytes(), form) == good(form)


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feedparser_reads_all_but_descriptions_of_pictures(form: XmlForm) -> None:
    """Many readers are built on it; what it does not see, they do not show."""
    read = read_with_feedparser((CASES / f"good.{form}").read_bytes(), form)
    assert read == without("description", good(form))


@pytest.mark.parametrize("read", [read_with_lxml, read_with_feedparser])
def test_a_summary_is_read_as_plain_text(read: Callable[[bytes, XmlForm], ReadFeed]) -> None:
    """RSS writes R&D as HTML does, Atom as it is: readers show the same."""
    for form in ("rss", "atom"):
        data = (CASES / f"good.{form}").read_bytes().decode()
        written = "R&amp;amp;D" if form == "rss" else "R&amp;D"
        read_again = read(data.replace("Бүгін", written).encode(), form)
        assert read_again.items[1].summary == "R&D — домбыра күні."


def test_json_reads_all_there_is() -> None:
    """The standard library has no opinion about feeds, and so cannot hide anything."""
    assert read_with_json((CASES / "good.json").read_bytes()) == good("json")


def test_feedsmith_reads_every_form_in_one_run() -> None:
    """Starting Node costs more than reading: a test of many files must do it once."""
    forms: tuple[Form, ...] = ("rss", "atom", "json")
    read = read_with_feedsmith(*(CASES / f"good.{form}" for form in forms))
    assert read == (good("rss"), good("atom"), without("credit description", good("json")))


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_readers_refuse_another_form(form: XmlForm) -> None:
    """A reader that shrugs would call an empty feed equal to an empty feed."""
    other = (CASES / ("good.atom" if form == "rss" else "good.rss")).read_bytes()
    for read in (read_with_lxml, read_with_feedparser):
        with pytest.raises(ValueError, match=form):
            read(other, form)


def test_commonmark_has_its_652_examples() -> None:
    """Fewer would mean that some of the specification is not tested any more."""
    first = examples()[0]
    assert len(examples()) == 652
    assert (first.number, first.section) == (1, "Tabs")
    assert first.markdown == "\tfoo\tbaz\t\tbim\n"
    assert first.html == "<pre><code>foo\tbaz\t\tbim\n</code></pre>\n"


def test_oracles_share_nothing_with_the_product() -> None:
    """An oracle that used our code would make our mistakes."""
    for module in (CASES.parent).glob("*.py"):
        assert not re.search(r"^\s*(from|import) markwire", module.read_text("utf-8"), re.M)
