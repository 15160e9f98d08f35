"""Sentences that count: each language has its own forms for one, a few and many."""

from collections.abc import Mapping
from typing import Final, Self


class Counted(str):
    """A sentence in the form that fits a number in English, with what finds that of a language."""

    __slots__ = ("many", "number", "one")

    one: str
    many: str
    number: int

    def __new__(cls, one: str, many: str, number: int) -> Self:
        sentence = super().__new__(cls, one if number == 1 else many)
        sentence.one, sentence.many, sentence.number = one, many, number
        return sentence


_FORMS: Final[dict[str, tuple[str, str]]] = {}  # first form → the other, and what is counted


def counted(one: str, many: str, by: str) -> str:
    """Mark a sentence whose form depends on the value `by`; it goes by its first form."""
    _FORMS[one] = (many, by)
    return one


def in_form(text: str, values: Mapping[str, object]) -> str:
    """The sentence, or of one that counts the form that fits its number."""
    many, by = _FORMS.get(text, ("", ""))
    return Counted(text, many, int(str(values[by]))) if by in values else text
