"""Front matter to typed metadata: synonyms, and values read by the type that their key wants."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markwire.article.fields import SYNONYMS, Fields, fields, moment
from markwire.article.frontmatter import Parts, split
from markwire.model import Correction, Person, PictureLine

ALMATY = ZoneInfo("Asia/Almaty")
PARIS = ZoneInfo("Europe/Paris")


def fields_of(front: str) -> Fields:
    parts = split(f"---\n{front}\n---\n", path="essai.md")
    assert isinstance(parts, Parts), parts
    return fields(parts.front, path="essai.md", zone=ALMATY)


def of(front: str) -> dict[str, object]:
    """What the front matter says, without what it does not say."""
    return {
        name.name: value
        for name in dataclasses.fields(Fields)
        if (value := getattr(fields_of(front), name.name)) != name.default and value != []
    }


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


# --- keys --------------------------------------------------------------------------------

SAMPLES = {
    "title": ("Un titre", "Un titre"),
    "summary": ("Un chapô", "Un chapô"),
    "date": ("2026-05-01T06:00Z", at(2026, 5, 1, 6)),
    "updated": ("2026-05-01T06:00Z", at(2026, 5, 1, 6)),
    "expires": ("2026-05-01T06:00Z", at(2026, 5, 1, 6)),
    "embargo": ("2026-05-01T06:00Z", at(2026, 5, 1, 6)),
    "authors": ("Aliya Sarsen", (Person("Aliya Sarsen"),)),
    "section": ("Transport", "Transport"),
    "tags": ("[rail, fret]", ("rail", "fret")),
    "language": ("kk", "kk"),
    "image": ("vue.jpg", PictureLine("vue.jpg")),
    "id": ("0042", "0042"),
    "slug": ("Un Mot", "un-mot"),
    "canonical": ("https://example.com/x", "https://example.com/x"),
    "draft": ("true", True),
    "rights": ("© Rosa", "© Rosa"),
    "corrections": (
        "[{date: 2026-05-01T06:00Z, text: Une}]",
        (Correction(at(2026, 5, 1, 6), "Une"),),
    ),
}
WORDS = [(name, word) for name in SAMPLES for word in (name, *SYNONYMS[name])]


@pytest.mark.parametrize(("name", "word"), WORDS, ids=lambda word: word)
def test_a_synonym_means_the_canonical_key(name: str, word: str) -> None:
    """Articles come from other tools, and from editors who write in French."""
    written, value = SAMPLES[name]
    assert of(f"{word}: {written}") == {name: value}


@pytest.mark.parametrize(
    "key",
    ["mis_à_jour", "Mis à jour", "MIS-A-JOUR", "misAJour", "Mis a\u0300 Jour", "mis__à--jour"],
)
def test_a_key_is_known_however_it_is_spelled(key: str) -> None:
    """Case, accents and their spelling, spaces, hyphens and underscores make no difference."""
    assert of(f"{key}: 2026-05-01T06:00Z") == {"updated": at(2026, 5, 1, 6)}


def test_no_word_stands_for_two_keys() -> None:
    """Which of the two was meant would depend on the order of a table."""
    words = [word.casefold() for name, others in SYNONYMS.items() for word in (name, *others)]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("front", "draft"),
    [
        ("draft: true", True),
        ("draft: yes", True),
        ("draft: oui", True),
        ("draft: 1", True),
        ("draft: false", False),
        ("draft: non", False),
        ("draft:", False),
        ("brouillon: vrai", True),
        ("published: false", True),
        ("published: true", False),
        ("publish: no", True),
        ("status: draft", True),
        ("status: Brouillon", True),
        ("status: pending", True),
        ("state: hidden", True),
        ("status: черновик", True),
        ("status: published", False),
        ("status: draft\ndraft: false", True),
        ("draft: true\npublished: true", True),
        ("publish: true\nstatus: private", True),
    ],
)
def test_one_word_is_enough_to_keep_an_article_back(front: str, draft: bool) -> None:
    """In doubt an article waits: what is out cannot be called back."""
    found = fields_of(front)
    assert (found.draft, found.problems) == (draft, [])


def test_published_is_a_date_where_it_is_one() -> None:
    """A flag in Jekyll, a date elsewhere: the value tells."""
    assert of("published: 2026-05-01T06:00Z") == {"date": at(2026, 5, 1, 6)}
    assert of("published: 2026-05-01T06:00Z\npublish: false") == {
        "date": at(2026, 5, 1, 6),
        "draft": True,
    }


# --- values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("Aliya Sarsen", [Person("Aliya Sarsen")]),
        ("Aliya Sarsen <aliya@example.org>", [Person("Aliya Sarsen", "aliya@example.org")]),
        ("'\"Aliya\" <aliya@example.org>'", [Person("Aliya", "aliya@example.org")]),
        ("<aliya@example.org>", [Person("aliya@example.org", "aliya@example.org")]),
        ("Aliya Sarsen; Émile Roux", [Person("Aliya Sarsen"), Person("Émile Roux")]),
        ("Sarsen, Aliya", [Person("Sarsen, Aliya")]),
        ("[Aliya, Émile, Aliya]", [Person("Aliya"), Person("Émile")]),
        ("[]", []),
        ("", []),
        ("{name: Aliya, url: 'https://example.org/é'}",
         [Person("Aliya", "", "https://example.org/%C3%A9")]),
        ("{nom: Aliya, email: a@example.org}", [Person("Aliya", "a@example.org")]),
        ("[{name: Aliya}, Émile <e@example.org>]",
         [Person("Aliya"), Person("Émile", "e@example.org")]),
    ],
)  # fmt: skip
def test_a_byline_is_read_in_every_common_shape(written: str, people: list[Person]) -> None:
    """A comma does not part names: « Sarsen, Aliya » is one person."""
    found = fields_of(f"authors: {written}")
    assert (list(found.authors), found.problems) == (people, [])


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("rail, fret", ("rail", "fret")),
        ("[rail, 'mer, Aral']", ("rail", "mer, Aral")),
        ("['#rail', '#mer/aral']", ("rail", "mer/aral")),
        ("[rail, rail, ' rail ']", ("rail",)),
        ("poids\u00a0lourds", ("poids lourds",)),
        ("", ()),
        ("[1, 2.50, no]", ("1", "2.50", "no")),
    ],
)
def test_tags_are_words_each_once(written: str, words: tuple[str, ...]) -> None:
    """As Obsidian, Hugo and Jekyll write them; numbers and ``no`` stay words."""
    assert fields_of(f"tags: {written}").tags == words


def test_prose_keeps_its_no_break_spaces_and_is_one_line() -> None:
    """French sets them before « : » and inside guillemets; a title never has two lines."""
    found = of(
        'title: "«\u00a0Oui\u00a0»,\\n dit-il\u202f:   10\u202f%"\n'
        "summary: >\n  Un\u00a0chapô\n  plié\n"
        "caption: a\u00a0b\nimage: 'Capture à 10.00\u202fAM.png'"
    )
    assert found == {
        "title": "«\u00a0Oui\u00a0», dit-il\u202f: 10\u202f%",
        "summary": "Un\u00a0chapô plié",
        "image": PictureLine("Capture à 10.00\u202fAM.png", "", "a\u00a0b"),
    }


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("vue.jpg", PictureLine("vue.jpg")),
        ("[vue.jpg, autre.jpg]", PictureLine("vue.jpg")),
        ("[{src: vue.jpg, alt: Une vue}]", PictureLine("vue.jpg", "Une vue")),
        ("{path: vue.jpg, légende: En mai, Crédit: Rosa}",
         PictureLine("vue.jpg", "", "En mai", "Rosa")),
        ("{url: 'https://photos.example.org/vue é.jpg'}",
         PictureLine("https://photos.example.org/vue%20%C3%A9.jpg")),
        ("//photos.example.org/vue.jpg", PictureLine("https://photos.example.org/vue.jpg")),
        ("", None),
        ("[]", None),
    ],
)  # fmt: skip
def test_a_picture_is_a_file_or_an_address(written: str, line: PictureLine | None) -> None:
    """With its words inside, or beside it."""
    found = fields_of(f"image: {written}")
    assert (found.image, found.problems) == (line, [])


def test_words_beside_the_picture_fill_what_it_does_not_say() -> None:
    """WordPress and Ghost exports keep them apart."""
    found = of("image: {src: vue.jpg, alt: Dedans}\nalt: Dehors\nlégende: En mai\ncrédit: Rosa")
    assert found == {"image": PictureLine("vue.jpg", "Dedans", "En mai", "Rosa")}
    assert of("crédit: Rosa") == {}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr_FR", "fr-FR"),
        ("kk-Cyrl", "kk-Cyrl"),
        ("UZ-latn-uz", "uz-latn-UZ"),
        ("", ""),
    ],
)
def test_a_language_is_written_as_feeds_want_it(written: str, code: str) -> None:
    """RFC 5646 2.1.1: small letters, a region in capitals, and a hyphen."""
    assert fields_of(f"language: {written}").language == code


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("un-mot", "un-mot"),
        ("/2026/05/Un Mot/", "un-mot"),
        ("../../etc/passwd", "passwd"),
        ("Қаңтар", "qangtar"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_a_slug_is_one_word_whatever_was_written(written: str, word: str) -> None:
    """It becomes a file's name: no path may come through it."""
    assert fields_of(f'slug: "{written}"').slug == word


def test_corrections_come_in_the_order_of_their_dates() -> None:
    """Kinds are four; without one it is a correction; without a problem none is lost."""
    found = of(
        "corrections:\n"
        "  - {date: 2026-05-03T06:00Z, text: Trois, type: typo}\n"
        "  - {date: 2026-05-01T06:00Z, texte: Un}\n"
        "  - {date: 2026-05-02T06:00Z, text: Deux, kind: update}\n"
    )
    assert found == {
        "corrections": (
            Correction(at(2026, 5, 1, 6), "Un", "correction"),
            Correction(at(2026, 5, 2, 6), "Deux", "update"),
            Correction(at(2026, 5, 3, 6), "Trois", "typo"),
        )
    }
    alone = of("corrections: {date: 2026-05-01T06:00Z, text: Un, kind: clarification}")
    assert alone == {"corrections": (Correction(at(2026, 5, 1, 6), "Un", "clarification"),)}


@pytest.mark.parametrize("key", ["title", "date", "draft", "authors", "tags", "image", "slug"])
@pytest.mark.parametrize("value", ["", "null", "~", '""'])
def test_an_empty_key_says_nothing(key: str, value: str) -> None:
    """Templates leave keys behind for editors to fill."""
    assert of(f"{key}: {value}") == {}


# --- moments -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-05-01", at(2026, 4, 30, 19)),
        ("2026-5-1", at(2026, 4, 30, 19)),
        ("2026-05-01 06:00", at(2026, 5, 1, 1)),
        ("2026-05-01T06:00", at(2026, 5, 1, 1)),
        ("2026-05-01t06:00:30", at(2026, 5, 1, 1, 0, 30)),
        ("2026-05-01 6:00", at(2026, 5, 1, 1)),
        ("2026-05-01T06:00Z", at(2026, 5, 1, 6)),
        ("2026-05-01T06:00:00.123456z", at(2026, 5, 1, 6)),
        ("2026-05-01T06:00+05:00", at(2026, 5, 1, 1)),
        ("2026-05-01 06:00:00 +0500", at(2026, 5, 1, 1)),
        ("2026-05-01T06:00-03:30", at(2026, 5, 1, 9, 30)),
        ("2026-05-01T06:00+14:00", at(2026, 4, 30, 16)),
        (" 2026-05-01 ", at(2026, 4, 30, 19)),
        ("2028-02-29", at(2028, 2, 28, 19)),
        ("1000-06-01T00:00Z", at(1000, 6, 1)),
        ("9998-12-31T00:00Z", at(9998, 12, 31)),
    ],
)
def test_an_explicit_moment_is_read(text: str, when: datetime) -> None:
    """RFC 3339, and what people write instead of it; without a zone it is the site's."""
    assert moment(text, ALMATY) == when


@pytest.mark.parametrize(
    "text",
    [
        "", "demain 8h", "hier", "1 mai 2026", "01/05/2026", "2026/05/01", "20260501", "2026-05",
        "2026", "2026-02-29", "2026-02-30", "2026-13-01", "2026-00-01", "2026-05-00", "26-05-01",
        "2026-05-01T24:00", "2026-05-01T06:60", "2026-05-01T06:00:60", "2026-05-01T06",
        "2026-05-01T6h30", "2026-05-01T06:00+25:00", "2026-05-01T06:00+14:30",
        "2026-05-01T06:00+05:75", "2026-05-01T06:00 Asia/Almaty", "2026-05-01T06:00 EST",
        "2026-05-01T06:00Z+05:00", "2026-05-01 Z", "0001-01-01", "0999-12-31", "9999-01-01",
        "12026-05-01", "2026-05-01T06:00\u00a0+05:00x", "1777593600", "-2026-05-01",
        "２０２６-05-01",
    ],
)  # fmt: skip
def test_anything_else_is_no_moment(text: str) -> None:
    """A date that is guessed is a date that is wrong one day."""
    assert moment(text, ALMATY) is None


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-03-29 01:59", at(2026, 3, 29, 0, 59)),
        ("2026-03-29 02:30", at(2026, 3, 29, 1, 30)),  # skipped: 03:30 in summer time
        ("2026-03-29 03:00", at(2026, 3, 29, 1)),
        ("2026-10-25 02:30", at(2026, 10, 25, 1, 30)),  # the second of the two
        ("2026-10-25 03:00", at(2026, 10, 25, 2)),
    ],
)
def test_an_hour_that_clocks_skip_or_repeat_is_the_later_one(text: str, when: datetime) -> None:
    """An embargo may end late, never early."""
    assert moment(text, PARIS) == when


def test_a_bare_date_is_the_midnight_of_the_site() -> None:
    """Read as UTC it would be yesterday evening, or tomorrow, for half the world."""
    assert moment("2026-05-01", ALMATY) == at(2026, 4, 30, 19)
    assert moment("2026-05-01", PARIS) == at(2026, 4, 30, 22)
    assert moment("2024-02-29", ALMATY) == at(2024, 2, 28, 18)  # +6 until March 2024


zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
locals_ = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
law = settings(deadline=None)


@law
@given(locals_, st.integers(-14 * 60, 14 * 60), zones)
def test_an_offset_says_it_all(local: datetime, minutes: int, zone: ZoneInfo) -> None:
    """What RFC 3339 writes is read as that moment, wherever the site is."""
    when = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert moment(when.isoformat(), zone) == when


@law
@given(locals_, zones)
def test_a_local_time_is_never_read_as_an_earlier_one(local: datetime, zone: ZoneInfo) -> None:
    """In every zone of the world and through all changes of its clocks."""
    local = local.replace(microsecond=0)
    when = moment(local.isoformat(" "), zone)
    assert when is not None
    readings = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    assert when == max(readings)


@law
@given(st.text(st.sampled_from("0123456789-:TtZz+. \u00a0hé"), max_size=26))
def test_only_explicit_forms_are_moments(text: str) -> None:
    """Whatever is read as a moment has at least a year, a month and a day in digits."""
    if moment(text, ALMATY) is not None:
        assert re.match(r"\s*\d{4}-\d{1,2}-\d{1,2}(?!\d)", text)


# --- laws of the whole -------------------------------------------------------------------

keys = st.sampled_from([word for name, others in SYNONYMS.items() for word in (name, *others)])
values = st.sampled_from(
    ["", "x", "[x, y]", "[[x]]", "{x: y}", "[{name: x}]", "2026-05-01", "true", "'é\u00a0'", "-1",
     "{src: [x]}", "{date: {x: y}, text: []}", "[{date: 2026-05-01, text: x}]", "https://[", "<@>"]
)  # fmt: skip


@law
@given(st.lists(st.tuples(keys, values), max_size=8, unique_by=lambda pair: pair[0]))
def test_any_value_under_any_key_is_read_or_told(pairs: list[tuple[str, str]]) -> None:
    """Never an exception; and each problem names a line that one of the pairs stands on."""
    found = fields_of("\n".join(f"{key}: {value}" for key, value in pairs))
    for each in found.problems:
        assert 2 <= each.line <= len(pairs) + 1
        assert each.column >= 1
