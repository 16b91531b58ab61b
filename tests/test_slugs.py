"""Words for URLs: one shape, readable in every script that the newsroom writes in."""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import Newspaper
from markwire.article.slugs import MAX_LENGTH, RESERVED, is_slug, slug, spelled

CASES = Path(__file__).parent / "cases" / "slugs"
LANGUAGES = ["", "ar", "az", "de", "fa", "fr", "kk", "ky", "ru", "tg", "tk", "tr", "uz", "zh"]
SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def cases() -> list[tuple[str, str, str]]:
    """Language, name and slug of each line of the case files, whose names say the language."""
    found = []
    for path in sorted(CASES.glob("*.txt")):
        language = "" if path.stem in ("any", "paths") else path.stem
        for line in path.read_text("utf-8").splitlines():
            if not line.startswith("#"):
                name, word = line.split(" → ")
                found.append((language, name, word))
    return found


@pytest.mark.parametrize(("language", "name", "word"), cases())
def test_a_name_becomes_a_word_that_can_be_read(language: str, name: str, word: str) -> None:
    """In every script that the newsroom writes in, and whatever an editor types."""
    assert slug(name, language=language) == word


def test_a_languages_own_letters_are_those_of_its_variants_too() -> None:
    """A tag of a language says more than the language (RFC 5646)."""
    assert slug("Öl", language="de-AT") == slug("Öl", language="DE") == "oel"


def test_the_sections_and_tags_of_the_newspaper_keep_their_words(newspaper: Newspaper) -> None:
    """Feeds are named anew with each edition: another word is another feed, and an empty one."""
    kept = (CASES / "newspaper.keys").read_text("utf-8").splitlines()
    assert [key for key in kept if key not in newspaper.keys] == []
    assert len(kept) > 100


ALPHABETS = {
    "Russian": "абвгдеёжзийклмнопрстуфхцчшщыэюя",
    "Kazakh": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщыіэюя",
    "Kyrgyz": "абвгдеёжзийклмнңоөпрстуүфхцчшщыэюя",
    "Tajik": "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшэюя",
    "Uzbek": "абвгғдеёжзийкқлмнопрстуўфхҳцчшэюя",
    "Turkmen": "abçdeäfghijžklmnňoöprsştuüwyýz",
    "Azerbaijani": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz",
    "Kazakh in Latin": "aäbdefgğhıijklmnñoöpqrsştuūüvyz",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Persian": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
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


# What a name may hold that does harm: paths, devices, signs that show nothing or turn the text
# round, digits and letters that look like others, and Arabic words, which are of our own making.
pieces = st.one_of(
    st.sampled_from(sorted(RESERVED)),
    st.sampled_from(
        ["..", "/", "\\", "~", "%2f", ".html", "\0", "\n", "\u202e", "\u2066", "\u200d"]
    ),
    st.sampled_from(["\u200b", "\ufeff", "\u0661", "ＣＯＮ", "¹", "ⅰ", "İ", "ı", "ʻ", "l’", "ß"]),
    st.text(st.characters(min_codepoint=0x600, max_codepoint=0x6FF), max_size=8),
    st.text(max_size=40),
)
names = st.lists(pieces, max_size=6).map("".join)


@given(names, st.sampled_from(LANGUAGES))
@example("x" * 255, "")
@example("\U0001f469" * 255, "")
def test_every_slug_has_the_shape_and_is_its_own_slug(name: str, language: str) -> None:
    """It goes into paths and addresses as it is, and is made again from itself."""
    word = slug(name, language=language)
    assert SHAPE.match(word)
    assert len(word) <= MAX_LENGTH
    assert is_slug(word)
    assert word not in RESERVED
    assert all(slug(word, language=each) == word for each in LANGUAGES)


@given(names)
def test_what_shows_nothing_makes_no_other_word(name: str) -> None:
    """A mark of direction, copied with a name, must not bring the same article another address."""
    marked = "\u202e".join((*(f"\u2066{letter}\u2069" for letter in name), ""))
    decomposed = unicodedata.normalize("NFC", name) != name
    assert decomposed or any(map(unicodedata.combining, name)) or slug(marked) == slug(name)


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_name_that_a_machine_keeps_for_itself_has_a_number(word: str) -> None:
    """``con.html`` cannot be written on Windows; ``index.html`` is shown for its folder."""
    assert slug(word) == slug(word.upper()) == slug(f" {word}! ") == f"{word}-1"


def test_a_part_of_a_guid_or_of_a_file_name_may_be_any_word() -> None:
    """GUIDs hold the paths of bundles, ``…/index``, and must be minted the same as ever."""
    assert spelled("index") == "index"
    assert spelled("Index!") == "index"


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
