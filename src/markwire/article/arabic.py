"""Arabic script in Latin letters, for words of URLs: readable rather than reversible.

Pure. Short vowels are not written, so none can be given; but alif, waw and ya are, which a
transliteration letter by letter drops or takes for consonants: قطار is ``qtar``, not ``qtr``. Two
letters, waw and ya, are a vowel between consonants and a consonant beside a vowel.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CONSONANTS: Final = {
    "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh",
    "د": "d", "ڈ": "d", "ذ": "dh", "ر": "r", "ڑ": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh",
    "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ک": "k",
    "گ": "g", "ڭ": "ng", "ل": "l", "م": "m", "ن": "n", "ں": "n", "ه": "h", "ھ": "h", "ہ": "h",
    "ۋ": "w", "و": "w", "ي": "y", "ی": "y",
}  # fmt: skip
_AS_IN_PERSIAN: Final = {"ث": "s", "ذ": "z", "ض": "z", "و": "v"}
# With the hamza's seats, ayn, and the letters by which Uyghur and Kazakh write vowels.
_VOWELS: Final = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "i", "ٱ": "a", "ع": "a", "ى": "a", "ة": "a", "ؤ": "o",
    "ئ": "e", "ے": "e", "ە": "e", "ې": "e", "ۇ": "u", "ۆ": "o", "ۈ": "u", "ۀ": "e",
}  # fmt: skip
_WAW: Final = "و"
_YA: Final = "يی"
_BOTH: Final = _WAW + _YA
_ALIFS: Final = "اأإ"
_BARE_HAMZA: Final = "ئ"

_SCRIPT: Final = re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")
_WORD: Final = re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff]+")
# Vowel signs, which hardly anyone writes: a name is one name with and without them.
_SIGNS: Final = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]+")
_AGAIN: Final = re.compile(r"(a|e|i)\1+")


def romanised(text: str, *, persian: bool) -> str:
    """Give ``text``, in NFC, with its Arabic letters in Latin ones; all else stays as it is.

    ``persian`` decides letters that Persian pronounces otherwise than Arabic.
    """
    if not _SCRIPT.search(text):
        return text
    # The letters' old forms by place, which some programs still copy, become letters.
    text = _SIGNS.sub("", unicodedata.normalize("NFKC", text))
    return _WORD.sub(lambda word: _word(word[0], persian=persian), text)


def _word(word: str, *, persian: bool) -> str:
    if word == _WAW:
        return "va" if persian else "wa"
    consonants = _CONSONANTS | _AS_IN_PERSIAN if persian else _CONSONANTS
    said, after_vowel = "", True
    for place, letter in enumerate(word):
        following = word[place + 1 : place + 2]
        sound, is_vowel = _VOWELS.get(letter, ""), letter in _VOWELS
        if letter in _BOTH:
            # ``ایران`` and ``اوزبکستان``: an alif only carries the vowel that begins a word.
            carried = place == 1 and word[0] in _ALIFS
            is_vowel = (carried or not after_vowel) and following not in _VOWELS
            if is_vowel:
                sound = "u" if letter == _WAW else "i"
                said = "" if carried else said
        elif letter == _BARE_HAMZA and not place:  # Uyghur: the vowel behind it says all.
            sound = ""
        elif persian and letter == "ه" and not (following or after_vowel):
            sound, is_vowel = "e", True
        said += sound if is_vowel else consonants.get(letter, letter)
        after_vowel = is_vowel
    return _AGAIN.sub(r"\1", said)
