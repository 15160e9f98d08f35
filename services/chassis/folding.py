"""Folded text: what the search compares, the same for every spelling and script of a name.

"Łódź" and "lodz" fold alike, "Львів", "львів" and "Lviv" too. What is stored and what is asked
must be folded by the same rules: a change here needs all stored text folded again.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

# The Cabinet's table of 27 January 2010, and four letters of a Russian keyboard.
_SINGLE: Final = zip("абвгґдезиіїйклмнопрстуфёыэ", "abvhgdezyiiiklmnoprstufeye", strict=True)
_SEVERAL: Final = {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"}
_SOFT: Final = {"є": "ie", "ю": "iu", "я": "ia", "ь": "", "ъ": ""}
_LETTERS: Final = {**dict(_SINGLE), **_SEVERAL, **_SOFT}
_TABLE: Final = str.maketrans(_LETTERS)
_AT_START: Final = _TABLE | str.maketrans({"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"})
_UNMARKED: Final = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i"})
_APOSTROPHES: Final = re.compile("['’ʼ`]")  # look alike, and people type all of them
_WORD: Final = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower-case Latin words without marks, one space between them; empty if nothing is left."""
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    words = _WORD.findall(_APOSTROPHES.sub("", composed))
    plain = (word if word.isascii() else _without_marks(_latin(word)) for word in words)
    return " ".join(filter(None, plain))


def fold_all(texts: Iterable[str | None]) -> str:
    """Everything that should be found, folded; each distinct text once."""
    return " ".join(dict.fromkeys(fold(text) for text in texts if text))


def romanized(word: str) -> str:
    """A word of small Cyrillic letters by the Cabinet's table; Latin letters stay as they are."""
    return _latin(_APOSTROPHES.sub("", word))


def _latin(word: str) -> str:
    word = word.replace("зг", "zgh")
    return word[0].translate(_AT_START) + word[1:].translate(_TABLE)


def _without_marks(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.translate(_UNMARKED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
