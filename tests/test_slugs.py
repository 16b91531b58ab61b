"""Words for URLs: one shape, readable in every script that the newsroom writes in."""

from __future__ import annotations

import re
import sys
import unicodedata
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.article.slugs import MAX_LENGTH, is_slug, slug

SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Le rail avance", "le-rail-avance"),
        ("L’été, c'est l'heure !", "l-ete-c-est-l-heure"),
        ("Cœur & âme : œuvres", "coeur-ame-oeuvres"),
        ("Straße, Ærø, Łódź, Şirvan", "strasse-aero-lodz-sirvan"),
        ("Ёлки, Щука и объезд", "elki-shchuka-i-obezd"),
        ("Жетысу: вахта", "zhetysu-vakhta"),
        ("Ұлытау, Әңгіме, Қазақстан", "ulytau-anggime-qazaqstan"),
        ("Домбыра үні", "dombyra-uni"),
        ("Өзбекистон, Ғафур Ғулом, Ҳаёт", "ozbekiston-ghafur-ghulom-haet"),
        ("Ӯзбекистон, Ҷумҳурӣ", "uzbekiston-jumhuri"),
        ("Oʻzbekiston, gʻalaba", "ozbekiston-galaba"),
        ("100 % & 3/4 @ 5 €", "100-3-4-a-5-eur"),
        ("a__b--c  d", "a-b-c-d"),
        ("-déjà-", "deja"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows", "c-windows"),
        ("con", "con"),
    ],
)
def test_a_name_becomes_a_word_that_can_be_read(name: str, word: str) -> None:
    """In French, Russian, Kazakh, Uzbek and Tajik; nothing is dropped in silence."""
    assert slug(name) == word


ALPHABETS = {
    "Russian": "абвгдеёжзийклмнопрстуфхцчшщыэюя",
    "Kazakh": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщыіэюя",
    "Kyrgyz": "абвгдеёжзийклмнңоөпрстуүфхцчшщыэюя",
    "Tajik": "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшэюя",
    "Uzbek": "абвгғдеёжзийкқлмнопрстуўфхҳцчшэюя",
    "Turkmen": "abçdeäfghijžklmnňoöprsştuüwyýz",
    "Azerbaijani": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz",
    "French": "abcdefghijklmnopqrstuvwxyzàâæçéèêëîïôœùûüÿ",
}


@pytest.mark.parametrize("language", ALPHABETS)
def test_no_letter_is_dropped_in_silence(language: str) -> None:
    """A word without its vowels is another word; signs that only soften may go."""
    dropped = [
        letter
        for letter in ALPHABETS[language] + ALPHABETS[language].upper()
        if not re.search("[a-z]", slug(letter, default=""))
    ]
    assert dropped == []


def test_two_spellings_of_one_letter_give_one_word() -> None:
    """File names come from macOS in NFD, and in NFC from everyone else."""
    for name in ("Éolien à Jambyl", "Ёлки и Йод", "Ў, й", "Ş"):
        decomposed = unicodedata.normalize("NFD", name)
        assert decomposed != unicodedata.normalize("NFC", name)
        assert slug(decomposed) == slug(unicodedata.normalize("NFC", name))


@pytest.mark.parametrize("name", ["", "!!!", "👩🏽‍🚀", "—", " \u00a0 ", "\u200b"])
def test_a_name_that_no_letter_can_write_has_the_default(name: str) -> None:
    """An empty word would make the page of another address."""
    assert slug(name) == "article"
    assert slug(name, default="") == ""


def test_a_long_name_is_cut_between_words() -> None:
    """A word cut in two may read as another one."""
    word = slug("Туркестано-Сибирская магистраль " * 6)
    assert len(word) <= MAX_LENGTH
    assert word == "turkestano-sibirskaia-magistral-turkestano-sibirskaia-magistral-turkestano"


def test_a_single_word_that_is_too_long_is_cut_all_the_same() -> None:
    """The limit holds for the names that files must have."""
    assert slug("x" * 500) == "x" * MAX_LENGTH


@given(st.text(max_size=200))
def test_every_slug_has_the_shape_and_is_its_own_slug(name: str) -> None:
    """It goes into paths and addresses as it is, and is made again from itself."""
    word = slug(name)
    assert SHAPE.match(word)
    assert len(word) <= MAX_LENGTH
    assert is_slug(word)
    assert slug(word) == word


@given(st.text(max_size=40))
def test_case_makes_no_difference_to_letters_of_ascii(name: str) -> None:
    """``Rail`` and ``rail`` are one tag, and share a feed."""
    plain = "".join(letter for letter in name if letter.isascii())
    assert slug(plain.upper()) == slug(plain.lower())


@pytest.mark.parametrize(
    "word", ["", "A", "é", "a_b", "-a", "a-", "a--b", "a/b", "..", "a.b", "a\n", "x" * 81]
)
def test_what_is_no_slug_is_known(word: str) -> None:
    """Feeds are folders: a name of another shape could lead out of theirs."""
    assert not is_slug(word)


def test_letters_are_written_as_ever_whatever_else_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An address must not change because another program brought another table of letters."""
    other = ModuleType("unidecode")
    other.unidecode = lambda text: "x" * len(text)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "unidecode", other)
    slug.cache_clear()
    assert slug("Œuvres de Nouna") == "oeuvres-de-nouna"
    slug.cache_clear()
