"""Front matter to typed metadata: synonyms, and values read by the type that their key wants."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.article.front.fields import Fields, fields
from markwire.article.front.frontmatter import Parts, split
from markwire.article.front.keys import FIELDS, UNDERSTOOD
from markwire.model import Correction, Person, PictureLine

SYNONYMS = {name: field.synonyms for name, field in (FIELDS | UNDERSTOOD).items()}
ALMATY = ZoneInfo("Asia/Almaty")


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
    "typography": ("non", False),
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


# --- several names of one thing ----------------------------------------------------------


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("description: D\nexcerpt: E", {"summary": "E"}),
        ("thumbnail: t.png\ncover: c.png", {"image": PictureLine("c.png")}),
        ("category: A\nsection: S", {"section": "S"}),
        ("description:\nabstract: A", {"summary": "A"}),
        ("keywords: [a, b]\ntags: [c, a]", {"tags": ("c", "a", "b")}),
        ("categories: [A, B, C]\ntags: [x]", {"section": "A", "tags": ("x", "B", "C")}),
        ("title: T\nname: T", {"title": "T"}),
    ],
)
def test_the_best_name_counts(front: str, expected: dict[str, object]) -> None:
    """Themes of one tool ask for the same thing under several names."""
    found = fields_of(front)
    assert (of(front), found.problems) == (expected, [])


@pytest.mark.parametrize(
    ("front", "when"),
    [
        ("date: 2026-05-01T06:00Z\npublishDate: 2026-06-01T06:00Z", at(2026, 6, 1, 6)),
        ("pubDate: 2026-06-01T06:00Z\ndate: 2026-05-01T06:00Z", at(2026, 6, 1, 6)),
        ("created: 2026-04-01T06:00Z\ndate: 2026-05-01T06:00Z", at(2026, 5, 1, 6)),
        ("date: 2026-05-01T06:00Z\ncreated: 1714521600", at(2026, 5, 1, 6)),
        ("created: 2026-04-01T06:00Z", at(2026, 4, 1, 6)),
        ("created: 2026-04-01T06:00Z\ndate:", at(2026, 4, 1, 6)),
        ("publish: 2026-05-01T06:00Z", at(2026, 5, 1, 6)),
        ("date: {created: 2026-04-01T06:00Z, published: 2026-05-01T06:00Z}", at(2026, 5, 1, 6)),
        ("date: {start: 2026-05-01T06:00Z}", at(2026, 5, 1, 6)),
        ("date: {year: 2026, month: 5, day: 1, time: '11:00'}", at(2026, 5, 1, 6)),
        ("date: {année: 2026, mois: 5, jour: 1}", at(2026, 4, 30, 19)),
        ("date: Last Modified", None),
        ("date: Created", None),
    ],
)
def test_of_several_dates_the_latest_release_counts(front: str, when: datetime | None) -> None:
    """Early never; and when it was begun only where nothing else is said."""
    found = fields_of(front)
    assert (found.date, found.problems) == (when, [])


def test_a_date_of_keys_may_tell_the_update_too() -> None:
    """As Front Matter CMS keeps them."""
    assert of("date: {created: 2026-05-01T06:00Z, updated: 2026-05-02T06:00Z}") == {
        "date": at(2026, 5, 1, 6),
        "updated": at(2026, 5, 2, 6),
    }


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("params: {author: A, image: {src: a.png}, couleur: 1}",
         {"authors": (Person("A"),), "image": PictureLine("a.png")}),
        ("extra: {authors: [A], id: 7, title: T, date: hier, type: page}",
         {"authors": (Person("A"),)}),
        ("taxonomies: {tags: [a], categories: [S], auteurs: [A]}",
         {"tags": ("a",), "section": "S", "authors": (Person("A"),)}),
        ("author: A\nparams: {author: B, tags: [x]}", {"authors": (Person("A"),), "tags": ("x",)}),
        ("params: x", {}),
        ("params: {draft: true}", {"draft": True}),
    ],
)  # fmt: skip
def test_what_themes_keep_below_a_key_of_theirs_is_found(
    front: str, expected: dict[str, object]
) -> None:
    """Hugo's ``params``, Zola's ``extra`` and ``taxonomies``; what else is there is theirs."""
    found = fields_of(front)
    assert (of(front), found.problems) == (expected, [])


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("url: /2024/05/Un Mot/", {"slug": "un-mot"}),
        ("permalink: /blog/un-mot/index.html", {"slug": "un-mot"}),
        ("permalink: un-mot.html", {"slug": "un-mot"}),
        ("url: /un-mot/?a=b#c", {"slug": "un-mot"}),
        ("url: https://example.com/un-mot", {"canonical": "https://example.com/un-mot"}),
        ("url: /x/\nslug: y", {"slug": "y"}),
        ("url: https://e.com/x\ncanonical: https://e.org/y", {"canonical": "https://e.org/y"}),
        ("permalink: /:categories/:title/", {}),
        ("permalink: '/{{ page.fileSlug }}/'", {}),
        ("permalink: pretty", {}),
        ("permalink: {build: /x/}", {}),
        ("permalink: true", {}),
        ("permalink: false", {"draft": True}),
        ("url: /", {}),
    ],
)
def test_an_address_gives_the_word_or_where_it_first_appeared(
    front: str, expected: dict[str, object]
) -> None:
    """A path is of this site, a whole address of another; a pattern says nothing."""
    found = fields_of(front)
    assert (of(front), found.problems) == (expected, [])


@pytest.mark.parametrize(
    "front",
    [
        "hidden: true", "private: yes", "unlisted: true", "skip: 1", "render: false",
        "eleventyExcludeFromCollections: true", "eleventyExcludeFromCollections: [posts]",
        "password: x", "visibility: members", "visibility: private", "status: skip",
        "Status: hidden", "draft: false\nhidden: true", "post_status: pending",
    ],
)  # fmt: skip
def test_what_a_tool_keeps_off_its_lists_is_kept_back(front: str) -> None:
    """A feed is such a list."""
    found = fields_of(front)
    assert (found.draft, found.problems) == (True, [])


@pytest.mark.parametrize(
    "front",
    ["hidden: false", "render: always", "unlisted: non", "password:", "visibility: public",
     "skip: whatever", "layout: post", "type: article"],
)  # fmt: skip
def test_what_a_tool_shows_is_not(front: str) -> None:
    """Nor what only that tool knows."""
    assert not fields_of(front).draft


@pytest.mark.parametrize(
    "key",
    ["layout_", "weight", "menu", "toc", "type", "template", "cssclasses", "eleventyNavigation",
     "sitemap", "math", "comments", "pin", "aliases", "translation_of", "place", "dateline",
     "linkTitle", "TocOpen", "sidebar_position", "redirect_from", "excerpt_separator"],
)  # fmt: skip
def test_what_means_something_to_another_tool_is_no_mistake(key: str) -> None:
    """A warning for each line of an archive would hide the one that matters."""
    assert fields_of(f"{key.strip('_')}: {{a: [b]}}").problems == []


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("cover: {image: a.png, alt: A, caption: C, relative: true}",
         PictureLine("a.png", "A", "C")),
        ("image: {url: a.png, alt: A}", PictureLine("a.png", "A")),
        ("image: {path: a.png, width: 100, height: 50}", PictureLine("a.png")),
        ("image: {feature: a.png, credit: Rosa}", PictureLine("a.png", "", "", "Rosa")),
        ("image: {src: {file: a.png}}", PictureLine("a.png")),
        ("image: {src: a.png, crédit: Rosa, licence: CC BY 4.0}",
         PictureLine("a.png", "", "", "Rosa, CC BY 4.0")),
        ("header: {overlay_image: a.png, caption: C}", PictureLine("a.png", "", "C")),
        ("header: {color: red}\nteaser: b.png", PictureLine("b.png")),
        ("image: false", None),
        ("image: a.png\nimage_alt: A\ncover_caption: C\nphoto_credit: Rosa",
         PictureLine("a.png", "A", "C", "Rosa")),
    ],
)  # fmt: skip
def test_a_picture_is_found_in_the_shape_of_any_theme(front: str, line: PictureLine | None) -> None:
    """And its licence beside its credit, where whoever made it wants it."""
    found = fields_of(front)
    assert (found.image, found.problems) == (line, [])


def test_a_summary_that_is_html_is_read_as_text() -> None:
    """WordPress exports it so; elsewhere « < » is a sign like any other."""
    assert of("excerpt: '<p>Un <em>mot</em> &amp; un autre</p>'") == {
        "summary": "Un mot & un autre"
    }
    assert of("summary: Passer en < 24 heures") == {"summary": "Passer en < 24 heures"}


def test_words_may_be_parted_by_spaces() -> None:
    """Where Jekyll's folder says so, and where each is marked."""
    parts = split("---\ntags: rail fret\ncategories: a, b c\n---\n", path="x.md")
    assert isinstance(parts, Parts)
    found = fields(parts.front, path="x.md", zone=ALMATY, spaced=True)
    assert (found.tags, found.section) == (("rail", "fret", "b c"), "a")
    assert of("tags: '#rail #fret'") == {"tags": ("rail", "fret")}


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


# --- laws of the whole -------------------------------------------------------------------

keys = st.sampled_from([word for name, others in SYNONYMS.items() for word in (name, *others)])
values = st.sampled_from(
    ["", "x", "[x, y]", "[[x]]", "{x: y}", "[{name: x}]", "2026-05-01", "true", "'é\u00a0'", "-1",
     "{src: [x]}", "{date: {x: y}, text: []}", "[{date: 2026-05-01, text: x}]", "https://[", "<@>"]
)  # fmt: skip


@given(st.lists(st.tuples(keys, values), max_size=8, unique_by=lambda pair: pair[0]))
def test_any_value_under_any_key_is_read_or_told(pairs: list[tuple[str, str]]) -> None:
    """Never an exception; and each problem names a line that one of the pairs stands on."""
    found = fields_of("\n".join(f"{key}: {value}" for key, value in pairs))
    for each in found.problems:
        assert 2 <= each.line <= len(pairs) + 1
        assert each.column >= 1
