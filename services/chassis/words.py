"""Words of enumerations: written once, translated wherever a sentence or a page speaks of them.

A page says the word alone. A sentence that a program's author reads too, such as one about a value
that was sent, says the code beside it. What has a name of its own, such as a register, is named;
among others to choose from its code stands beside it too.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from gettext import GNUTranslations
from typing import Any, Final, NamedTuple, TypeVar

Gettext = Callable[[str], str]
E = TypeVar("E", bound=StrEnum)


class Word(NamedTuple):
    """A word marked for the catalogue where it is written and translated where it is shown."""

    context: str
    text: str

    def said(self, gettext: Gettext) -> str:
        """The word as it stands in a sentence: quoted, so that it needs no declension."""
        key = GNUTranslations.CONTEXT % (self.context, self.text)
        found = gettext(key)
        return f"“{self.text if found == key else found}”"


_SPOKEN: Final[dict[type[StrEnum], Mapping[str, Word]]] = {}


def spoken(words: dict[E, Word]) -> dict[E, Word]:
    """Give back the words of a whole enumeration, which sentences say them by from now on.

    Raises:
        ValueError: the enumeration has words already, or values without a word.
    """
    kind = type(next(iter(words)))
    if kind in _SPOKEN or set(kind) != set(words):
        raise ValueError(f"{kind.__name__} is worded in one place, each value once")
    _SPOKEN[kind] = {code.value: word for code, word in words.items()}
    return words


def enumeration(codes: list[str]) -> list[Any]:
    """The values of the enumeration that has exactly these codes; the codes if none has."""
    same = [kind for kind in StrEnum.__subclasses__() if set(kind) == set(codes)]
    known = sorted(same, key=lambda kind: kind not in _SPOKEN)
    return [known[0](code) for code in codes] if known else list(codes)


def said(value: object, gettext: Gettext) -> object:
    """A value as a sentence says it: words in its language, values of enumerations with code."""
    match value:
        case Word():
            return value.said(gettext)
        case StrEnum():
            return getattr(value, "label", None) or _with_code(value, gettext)
        case list():
            return ", ".join(
                str(_with_code(each, gettext) if isinstance(each, StrEnum) else said(each, gettext))
                for each in value
            )
        case _:
            return value


def _with_code(value: StrEnum, gettext: Gettext) -> str:
    word = _SPOKEN.get(type(value), {}).get(value)
    name = word.said(gettext) if word else getattr(value, "label", None)
    return f"{name} ({value.value})" if name else value.value


def without_codes(value: object) -> object:
    """A value as a page says it: words alone, where a program's author would read codes too."""
    match value:
        case StrEnum():
            word = _SPOKEN.get(type(value), {}).get(value)
            return word or getattr(value, "label", value.value)
        case list():
            return [without_codes(each) for each in value]
        case _:
            return value


def bare(value: object) -> Any:
    """A value as programs read it: codes instead of words."""
    match value:
        case Word(text=text):
            return text
        case list() | tuple() | set() | frozenset():
            return [bare(each) for each in value]
        case bool() | int() | float():
            return value
        case _:
            return str(value)


def plain(value: object) -> Any:
    """A value as JSON keeps it; what is worded stays so, so that each reads it in their own."""
    match value:
        case Word(context, text):
            return {"context": context, "text": text}
        case StrEnum():
            return {"kind": type(value).__name__, "code": value.value}
        case list():
            return [plain(each) for each in value]
        case bool() | int() | float():
            return value
        case _:
            return str(value)


def unplain(kept: Any) -> object:
    """What `plain` made JSON of."""
    match kept:
        case {"context": str(context), "text": str(text)}:
            return Word(context, text)
        case {"kind": str(name), "code": str(code)}:
            kinds = (kind for kind in StrEnum.__subclasses__() if kind.__name__ == name)
            return next((kind(code) for kind in kinds if code in set(kind)), code)
        case list():
            return [unplain(each) for each in kept]
        case _:
            return kept
