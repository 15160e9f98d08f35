"""How names and numbers of people are written: official Latin spelling, international numbers."""

import re
from typing import Final

import phonenumbers

from contracts.people import ContactNames
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.folding import romanized

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
NO_PHONE: Final = mark("Give a telephone number that exists, like +380 44 123 45 67.")


def official_latin(original: str) -> str | None:
    """The name by the Cabinet's table of 27 January 2010; None if it is Latin already."""
    if not _CYRILLIC.search(original):
        return None
    return _WORD.sub(_written, original)


def _written(found: re.Match[str]) -> str:
    word = found[0]
    latin = romanized(word.casefold())
    return latin[:1].upper() + latin[1:] if word[:1].isupper() else latin


def with_latin(names: ContactNames) -> ContactNames:
    """The names, with the official Latin spelling where none was given."""
    if names.latin is not None:
        return names
    return names.model_copy(update={"latin": official_latin(names.original)})


def international(phone: str | None, country: str) -> str | None:
    """The number in E.164; `phone` is as people write it in `country`.

    Raises:
        Invalid: no such number can exist.
    """
    if phone is None:
        return None
    try:
        read = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        read = None
    if read is None or not phonenumbers.is_valid_number(read):
        raise Invalid(NO_PHONE, [Fault("/phone", "TLK-D067", NO_PHONE)])
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
