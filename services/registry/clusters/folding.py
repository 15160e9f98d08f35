"""Folded text: what the search compares, the same for every spelling and script of a name.

"Łódź" and "lodz" fold alike, "Львів", "львів" and "Lviv" too. What is stored and what is asked
must be folded by the same rules: a change here needs all stored text folded again.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

# The Cabinet's table of 27 January 2010, and four letters of a Russian keyboard; "-" is nothing.
_TABLE: Final = (
    "а a б b в v г h ґ g д d е e є ie ж zh з z и y і i ї i й i к k л l м m н n о o п p р r с s т t "
    "у u ф f х kh ц ts ч ch ш sh щ shch ь - ю iu я ia ё e ъ - ы y э e"
).split()
_LETTERS: Final = {
    letter: "" if sound == "-" else sound
    for letter, sound in zip(_TABLE[::2], _TABLE[1::2], strict=True)
}
_LETTERS_AT_START: Final = {**_LETTERS, "є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_UNMARKED: Final = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i"})
_APOSTROPHES: Final = re.compile("['’ʼ`]")  # look alike, and people type all of them
_WORD: Final = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower-case Latin words without marks, one space between them; empty if nothing is left."""
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    words = _WORD.findall(_APOSTROPHES.sub("", composed))
    return " ".join(_without_marks(_latin(word)) for word in words)


def fold_all(texts: Iterable[str | None]) -> str:
    """Everything that should be found, folded; each distinct text once."""
    return " ".join(dict.fromkeys(fold(text) for text in texts if text))


def _latin(word: str) -> str:
    word = word.replace("зг", "zgh")
    rest = "".join(_LETTERS.get(letter, letter) for letter in word[1:])
    return _LETTERS_AT_START.get(word[0], word[0]) + rest


def _without_marks(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.translate(_UNMARKED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
